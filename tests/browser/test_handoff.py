"""Handing a phase off and reopening it with a browser: in place, without script, narrow, and by axe."""

import pytest
from playwright.sync_api import expect

from phases.actions.handoffs import reopen_phase
from phases.lookups import current
from phases.models import Phase
from phases.permissions import OPERATOR
from tests import factories
from tests.cast import *  # noqa: F403
from tests.web.handed import READY, C, D, handed_off, ready

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENT = f"{C}handoff/documents/PHASE_C_EXECUTION_REPORT.md/"


def test_phase_is_handed_off_and_reopened_in_place(browser_as, admin):
    ready()
    page = browser_as(admin)
    page.goto(READY)
    page.evaluate("window.same = true")
    page.locator("#hand-off").click()
    page.locator("#handoff-note").fill("Counted twice.")
    page.get_by_role("button", name="Hand off phase C").click()
    expect(page.get_by_role("status").first).to_contain_text("Phase C is handed off: 10 documents")
    expect(page.locator(".handoff")).to_contain_text("Counted twice.")
    page.locator("#reopen").click()
    page.locator("#reopen-reason").fill("A crack.")
    page.get_by_role("button", name="Reopen phase C").click()
    expect(page.get_by_role("status").first).to_contain_text("Phase C is open again.")
    assert page.evaluate("window.same")


def test_styles_that_a_browser_sets_are_not_carried_into_the_new_region(browser_as, admin):
    """Whoever draws a field larger gives it a style, which the policy lets no script write."""
    ready()
    page = browser_as(admin)
    page.goto(READY)
    page.evaluate("for (const one of document.querySelectorAll('#region [id]')) one.style.minHeight = '1px'")
    page.locator("#hand-off").click()
    page.get_by_role("button", name="Hand off phase C").click()
    expect(page.get_by_role("status").first).to_contain_text("Phase C is handed off")


def test_everything_works_without_script(browser_as, admin):
    ready()
    page = browser_as(admin, java_script_enabled=False)
    page.goto(READY)
    page.locator("#hand-off").click()
    page.get_by_role("button", name="Hand off phase C").click()
    expect(page.get_by_role("status").first).to_contain_text("Phase C is handed off")
    page.locator(".documents a", has_text="Markdown").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Execution report")


def test_note_outlives_somebody_who_was_faster(browser_as, admin):
    ready()
    page = browser_as(admin)
    page.goto(READY)
    page.locator("#hand-off").click()
    page.locator("#handoff-note").fill("Mine.")
    handed_off(Phase.objects.get())
    page.get_by_role("button", name="Hand off phase C").click()
    expect(page.get_by_role("alert").first).to_contain_text("Phase C was handed off")
    expect(page.locator("#answer-note")).to_have_value("Mine.")


@pytest.fixture
def everything():
    """C was handed off, reopened and handed off again; D took what it carried."""
    factories.make_phase("D", needs={"D0": ()})
    handed_off()
    reopen_phase(actor=OPERATOR, phase=current(Phase.objects.get(code="C")), reason="A crack. " * 20)
    handed_off(Phase.objects.get(code="C"), note="x" * 300)
    return [READY, C, D, f"{C}slices/C0/", DOCUMENT, DOCUMENT.replace(".md", ".json"), "/", f"{D}readiness/"]


def open_folds(page):
    for fold in page.locator(".handoff summary").all():
        fold.click()


def test_pages_fit_a_narrow_screen(browser_as, everything, admin):
    page = browser_as(admin)
    page.set_viewport_size({"width": 360, "height": 740})
    for path in everything:
        page.goto(path)
        open_folds(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_tables_of_documents_can_be_read_on_a_narrow_screen(browser_as, everything, admin):
    page = browser_as(admin)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{C}handoff/documents/FINAL_PHASE_C_HANDOFF.md/")
    table = page.locator(".markdown table").first
    assert table.locator("td").nth(1).bounding_box()["width"] >= 190
    assert (
        table.evaluate("one => getComputedStyle(one).backgroundAttachment") == "local, local, scroll, scroll"
    )
    page.goto(DOCUMENT)
    widths = page.locator(".markdown td").evaluate_all("cells => cells.map(cell => cell.offsetWidth)")
    assert min(widths) >= 63
    code = page.locator(".markdown td code").evaluate_all("all => all.map(one => one.offsetWidth)")
    assert max(code) <= 224


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser_as, everything, admin, scheme):
    page = browser_as(admin, color_scheme=scheme)
    for path in everything:
        page.goto(path)
        open_folds(page)
        assert barriers(page) == []


def test_form_keeps_its_distance_from_the_button_that_opens_it(browser_as, admin):
    ready()
    page = browser_as(admin)
    page.goto(READY)
    page.locator("#hand-off").click()
    opener, form = page.locator("#hand-off").bounding_box(), page.locator(".handoff form").bounding_box()
    assert form["y"] - opener["y"] - opener["height"] >= 8
