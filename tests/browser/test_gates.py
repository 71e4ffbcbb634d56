"""Gates in a real browser: reporting, attesting, narrow screens, keyboard, no script."""

import pytest
from playwright.sync_api import expect

from phases.actions.evidence import retract
from phases.actions.waivers import waive
from phases.permissions import OPERATOR
from tests import factories
from tests.cast import *  # noqa: F403

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)
PHASE = "/initiatives/harbour/phases/C/"
QUICK = f"{PHASE}slices/C0/gates/quick/"


@pytest.fixture
def gates(phase):
    """A suite with every badge but those of the whole slice, and a run with a log; answers the run."""
    phase.slices.filter(code="C0").update(files=["dock/**"])
    texts = ("make check", "make lint", "make all", "make soak", "seen_and_read", "make " + "x" * 300)
    made = {text: factories.make_gate(phase, "C0", text=text) for text in texts}
    factories.make_run(phase, "C0", "make lint", revision="r1", changed_files=())
    run = factories.make_run(
        phase, "C0", revision="a" * 40, changed_files=("dock/a",), outcome="fail", log="no " * 500
    )
    old = factories.make_run(phase, "C0", revision="a" * 40, note="Again.")
    retract(actor=OPERATOR, phase=phase, evidence=old.key, reason="Wrong machine.")
    waive(
        actor=OPERATOR,
        phase=phase,
        key=f"gate:C0/quick/{made['make soak'].digest[:8]}",
        reason="No runner yet.",
    )
    return run


def test_result_is_reported_and_appears_in_place(browser_as, gates, lead):
    page = browser_as(lead)
    page.goto(QUICK)
    page.evaluate("window.same = true")
    page.locator("#report").click()
    page.get_by_label("make lint").uncheck()
    page.get_by_label("passed", exact=True).check()
    page.locator("#report-revision").fill("b" * 40)
    page.get_by_label("No file changed").check()
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("status")).to_contain_text("4 results recorded as passed")
    expect(page.locator(".gate").first.locator(".badge").first).to_have_text("passed")
    assert page.evaluate("window.same")


def test_whole_suite_is_attested_without_script(browser_as, gates, lead):
    page = browser_as(lead, java_script_enabled=False)
    page.goto(QUICK)
    page.locator("#attest").click()
    page.get_by_label("What did you look at?").fill("Read it twice.")
    page.get_by_role("button", name="Attest").click()
    expect(page.get_by_role("status")).to_contain_text("1 attestation recorded at aaaaaaa")
    expect(page.get_by_text("vouched for by a person")).to_be_visible()


def test_everything_is_reached_by_keyboard(browser_as, gates, lead):
    page = browser_as(lead)
    page.goto(QUICK)
    page.locator("#report").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("make check")).to_be_focused()
    page.locator(".outcome.fail").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PHASE}runs/{gates.pk}/")


def test_refused_report_is_mended_in_its_answer(browser_as, gates, lead):
    page = browser_as(lead)
    page.goto(QUICK)
    page.locator("#report").click()
    page.get_by_label("Note").first.fill("Half a day of work.")
    page.get_by_role("button", name="Record").click()
    answer = page.get_by_role("alert").filter(has_text="Not saved yet")
    expect(answer).to_contain_text("Say whether they passed or failed.")
    expect(answer.get_by_label("Note")).to_have_value("Half a day of work.")
    answer.get_by_label("failed").check()
    answer.get_by_role("button", name="Record").click()
    expect(page.get_by_role("status")).to_contain_text("5 results recorded as failed")


def test_redaction_takes_the_log_off_the_page(browser_as, gates, admin):
    page = browser_as(admin)
    page.goto(f"{PHASE}runs/{gates.pk}/")
    page.locator("#redact").click()
    page.get_by_label("Why?").fill("A password.")
    page.get_by_label("I know that nobody can bring it back").check()
    page.get_by_role("button", name="Redact for ever").click()
    expect(page.locator("#log")).to_contain_text("Redacted:")
    expect(page.locator("#log")).not_to_contain_text("no no")


def pages(run):
    return (QUICK, f"{PHASE}slices/C0/", f"{PHASE}runs/{run.pk}/", f"{PHASE}runs/{run.pk}/?line=1")


def open_folds(page):
    for fold in page.locator(".gate summary, .act summary, .acts summary").all():
        fold.click()


def test_pages_fit_a_narrow_screen(browser_as, gates, lead):
    page = browser_as(lead)
    page.set_viewport_size({"width": 360, "height": 740})
    for path in pages(gates):
        page.goto(path)
        open_folds(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser_as, gates, admin, scheme):
    page = browser_as(admin, color_scheme=scheme)
    for path in pages(gates):
        page.goto(path)
        open_folds(page)
        assert barriers(page) == []
