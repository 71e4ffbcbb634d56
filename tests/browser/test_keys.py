"""Keys of one letter: where they lead, what they reach, when they are off."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from phases.actions.slices import move_slice
from phases.permissions import OPERATOR
from tests import factories
from tests.cast import *  # noqa: F403

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)
PHASE = "/initiatives/harbour/phases/C/"
C0 = f"{PHASE}slices/C0/"


@pytest.fixture
def page(browser_as, lead):
    page = browser_as(lead)
    page.goto(PHASE)
    return page


def press(page, keys):
    for key in keys.split():
        page.keyboard.press(key)


@pytest.mark.parametrize(
    ("keys", "address"),
    [
        ("g o", "/"),
        ("g i", "/inbox/"),
        ("g h", f"{PHASE}readiness/"),
        ("g d", f"{PHASE}documents/"),
        ("g a", f"{PHASE}activity/"),
        ("g n", "/initiatives/harbour/"),
        ("u", "/initiatives/harbour/"),
        ("j j Enter", f"{PHASE}slices/C1/"),
        ("j j j k Enter", f"{PHASE}slices/C1/"),
    ],
)
def test_keys_lead_somewhere(page, keys, address):
    press(page, keys)
    expect(page).to_have_url(address)


def test_keys_do_nothing_while_somebody_types_or_holds_a_modifier(page):
    page.locator("#raise").click()
    page.get_by_label("What is it about?").press_sequentially("just go in/?")
    expect(page.get_by_label("What is it about?")).to_have_value("just go in/?")
    page.locator("#raise").focus()
    press(page, "Alt+j g Control+i")
    expect(page.locator("#raise")).to_be_focused()
    expect(page).to_have_url(PHASE)


def test_a_verb_of_the_chosen_row_is_reached_and_enter_does_it(page, phase):
    press(page, "j s")
    expect(page.get_by_role("button", name="Start C0")).to_be_focused()
    assert phase.slices.get(code="C0").status == "planned"
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Make candidate C0")).to_be_focused()


def test_what_needs_a_reason_opens_its_form(browser_as, lead, phase):
    phase.slices.filter(code="C0").update(status="landed")
    page = browser_as(lead)
    for address in (PHASE, C0):
        page.goto(address)
        press(page, "j r" if address == PHASE else "r")
        expect(page.get_by_label("Why does C0 go back to work?")).to_be_focused()
    page.goto(C0)
    press(page, "n")
    expect(page.get_by_label("Kind")).to_be_focused()


def test_what_is_possible_in_several_rows_asks_for_one(browser_as, lead, phase):
    phase.slices.update(status="in_progress")
    page = browser_as(lead)
    page.goto(PHASE)
    press(page, "c")
    expect(page.get_by_role("status")).to_contain_text("Choose one with j and k first.")
    press(page, "d")
    expect(page.get_by_role("status")).to_contain_text("is not possible here now")


def test_a_key_acts_on_no_other_row_than_the_chosen_one(browser_as, lead, phase):
    phase.slices.filter(code="C0").update(status="in_progress")
    page = browser_as(lead)
    page.goto(PHASE)
    press(page, "j j c")
    expect(page.get_by_role("status")).to_contain_text("is not possible for C1 now")
    expect(page.locator("#code-C1")).to_be_focused()


def test_d_opens_the_page_of_the_decision_of_the_chosen_row(browser_as, lead, phase):
    phase.slices.filter(code="C1").update(kind="conditional", status="in_progress", opened=timezone.now())
    page = browser_as(lead)
    for address, keys in ((PHASE, "j j d"), (f"{PHASE}slices/C1/", "d")):
        page.goto(address)
        press(page, keys)
        expect(page).to_have_url(f"{PHASE}slices/C1/disposition/")


def test_the_page_of_the_keys_tells_those_of_a_phase(browser_as, lead):
    page = browser_as(lead)
    page.goto("/keys/")
    expect(page.locator("main")).to_contain_text("g p leads to the phase, g h to its readiness")


def test_the_chosen_row_is_seen_and_survives_a_refresh(quick, lead, phase):
    page = quick(lead)
    page.goto(PHASE)
    press(page, "j j")
    row = page.locator("tr", has=page.locator("#code-C1"))
    plain = page.locator("tr", has=page.locator("#code-C2"))
    shade = "one => getComputedStyle(one).boxShadow"
    assert row.evaluate(shade) != plain.evaluate(shade) == "none"
    move_slice(actor=OPERATOR, phase=phase, code="C0", version=0, verb="start")
    expect(page.get_by_role("button", name="Make candidate C0")).to_be_visible()
    expect(page.locator("#code-C1")).to_be_focused()
    press(page, "j Enter")
    expect(page).to_have_url(f"{PHASE}slices/C2/")


@pytest.mark.parametrize("address", ["/", "/inbox/", f"{PHASE}readiness/", f"{PHASE}activity/"])
def test_rows_of_every_list_can_be_walked(browser_as, lead, phase, address):
    move_slice(actor=OPERATOR, phase=phase, code="C0", version=0, verb="start")
    page = browser_as(lead)
    page.goto(address)
    press(page, "j")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    ring = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(ring) == "solid"


def test_the_dialog_lists_what_works_here(page):
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys that work here")
    expect(keys).to_contain_text("Readiness and handoff of phase C")
    expect(keys.get_by_text("Start")).to_be_visible()
    expect(keys.get_by_text("Send back")).to_be_hidden()
    page.keyboard.press("j")
    expect(keys.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_keys_can_be_turned_off_and_stay_off(page):
    page.keyboard.press("?")
    page.get_by_label("Keys of one letter work").uncheck()
    page.keyboard.press("Escape")
    press(page, "? g i")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto(C0)
    press(page, "? / g i")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(C0)
    page.get_by_role("link", name="Keys").click()
    page.get_by_label("Keys of one letter work").check()
    page.keyboard.press("Escape")
    press(page, "g i")
    expect(page).to_have_url("/inbox/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_keys_have_no_violations(browser_as, lead, scheme):
    page = browser_as(lead, color_scheme=scheme, reduced_motion="reduce")
    page.goto(PHASE)
    page.keyboard.press("?")
    assert barriers(page) == []
    page.goto("/keys/")
    assert barriers(page) == []


def test_inbox_rows_reach_their_page(browser_as, lead, phase):
    factories.make_gate(phase, "C0")
    page = browser_as(lead)
    page.goto("/inbox/")
    press(page, "j Enter")
    page.wait_for_url(f"**{PHASE}slices/C0/**")
