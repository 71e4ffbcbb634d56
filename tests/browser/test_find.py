"""Find as a dialog: results while typing, arrows and Enter, focus that comes back; and as a page."""

import pytest
from playwright.sync_api import expect

from phases.actions.slices import move_slice
from phases.permissions import OPERATOR
from tests import factories
from tests.cast import *  # noqa: F403

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)
PHASE = "/initiatives/harbour/phases/C/"


@pytest.fixture
def page(browser_as, lead):
    page = browser_as(lead)
    page.goto(PHASE)
    return page


def dialog(page):
    return page.get_by_role("dialog", name="Find")


def test_typing_finds_and_enter_opens_the_first(page):
    page.keyboard.press("/")
    expect(dialog(page).get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("c-1")
    expect(dialog(page).locator(".hit").first).to_contain_text("Work of C1")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PHASE}slices/C1/")


def test_enter_before_the_results_waits_for_them(page):
    page.keyboard.press("/")
    page.keyboard.type("c2")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PHASE}slices/C2/")


def test_arrows_choose_and_letters_go_on(page):
    page.keyboard.press("/")
    page.keyboard.type("work")
    hits = dialog(page).locator(".hit")
    expect(hits).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(dialog(page).get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.type(" c1")
    expect(dialog(page).get_by_role("searchbox")).to_have_value("work c1")
    expect(hits).to_have_count(1)


def test_escape_closes_and_the_focus_returns(page):
    page.locator("#code-C1").focus()
    page.keyboard.press("/")
    page.keyboard.type("c2")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    expect(page.locator("#code-C1")).to_be_focused()


def test_the_link_opens_it_and_what_was_asked_stays(page):
    page.get_by_role("link", name="Find").click()
    page.keyboard.type("c2")
    expect(dialog(page).locator(".hit")).to_have_count(1)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("link", name="Find").click()
    expect(dialog(page).get_by_role("searchbox")).to_have_value("c2")
    assert page.url.endswith(PHASE)


def test_the_dialog_stays_while_the_page_refreshes(quick, lead, phase):
    page = quick(lead)
    page.goto(PHASE)
    page.keyboard.press("/")
    page.keyboard.type("c2")
    move_slice(actor=OPERATOR, phase=phase, code="C0", version=0, verb="start")
    expect(page.locator("#candidate-C0")).to_be_attached()
    expect(dialog(page).get_by_role("searchbox")).to_be_focused()
    expect(dialog(page).get_by_role("searchbox")).to_have_value("c2")


def test_the_page_keeps_the_query_in_its_address(browser_as, lead):
    page = browser_as(lead)
    page.goto("/find/")
    page.keyboard.type("c1")
    expect(page.locator(".hit").first).to_contain_text("Work of C1")
    expect(page).to_have_url("/find/?q=c1")
    page.keyboard.press("Escape")
    page.locator("body").click()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_it_works_without_script(browser_as, lead):
    page = browser_as(lead, java_script_enabled=False)
    page.goto(PHASE)
    page.get_by_role("link", name="Find").click()
    page.get_by_role("searchbox").fill("c1")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Work of C1").click()
    assert page.url.endswith(f"{PHASE}slices/C1/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dialog_and_page_have_no_violations(browser_as, lead, scheme):
    page = browser_as(lead, color_scheme=scheme, reduced_motion="reduce")
    page.goto(PHASE)
    page.keyboard.press("/")
    page.keyboard.type("work")
    expect(dialog(page).locator(".hit")).to_have_count(3)
    assert barriers(page) == []
    for address in ("/find/?q=work", "/find/?q=zebra"):
        page.goto(address)
        assert barriers(page) == []


@pytest.mark.parametrize("width", [360, 768, 1024])
def test_the_bar_fits_in_one_row(browser_as, admin, phase, width):
    factories.make_slice(phase, "VERY-LONG-CODE-OF-A-SLICE-12345", title="Long")
    page = browser_as(admin)
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"{PHASE}slices/VERY-LONG-CODE-OF-A-SLICE-12345/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".bar").bounding_box()["height"] < 80
    parts = [page.locator(name).bounding_box() for name in (".brand", ".find-link", ".menu")]
    assert max(part["y"] for part in parts) - min(part["y"] for part in parts) < 12


def test_the_menu_closes_when_one_turns_away(page):
    page.locator(".menu summary").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.locator(".menu summary")).to_be_focused()
    page.locator(".menu summary").click()
    page.get_by_role("heading", name="Phase C").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


def test_the_count_follows_what_was_just_done(page):
    expect(page.locator(".waiting .count").first).to_have_text("1")
    page.get_by_role("button", name="Start C0").click()
    page.get_by_role("button", name="Make candidate C0").click()
    page.get_by_role("button", name="Land C0").click()
    with page.expect_response("**/inbox/count/"):
        page.get_by_role("button", name="Start C1").click()


def test_the_bar_says_which_section_this_is_also_after_its_counts_came(browser_as, reviewer, phase):
    page = browser_as(reviewer)
    for address in ("/", "/inbox/", "/reviews/", "/inbox/"):
        with page.expect_response("**/inbox/count/"):
            page.goto(address)
        expect(page.locator(".waiting[data-poll]")).to_be_visible()
        here = page.locator(".waiting [aria-current]").evaluate_all("all => all.map((one) => one.pathname)")
        assert here == [address] * (address != "/")
