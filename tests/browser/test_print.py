"""Pages on paper: few sheets of A4, black on white, nothing to press, and what matters unfolded."""

import re

import pytest
from playwright.sync_api import expect

from phases.models import Initiative
from tests import factories
from tests.actions.handed import handed_off, ready_phase
from tests.actions.reviews import found, judge, reviewed_phase, run

pytestmark = pytest.mark.django_db(transaction=True)
F = "/initiatives/observatory/phases/F/"
TOOLS = ".bar, .demo-banner, .said, dialog, form, button, summary.button, .verbs, .no-print, a.what-if"
SHEET = {"width": 703, "height": 1020}
"""What the margins of A4 leave, in CSS pixels."""


@pytest.fixture
def phase(db):
    made = reviewed_phase("F1", "F3", "F4")
    run(made, "quick", "make dome", "fail", code="F1", revision="a" * 40)
    judge(made, "not_ready", findings=[found("high", "A gap of many words " * 9, slice="F1")])
    factories.make_blocker(made, "F1")
    return made


@pytest.fixture
def paper(browser_as, phase):
    """A function that opens a page as lena prints it, who leads, with a dark screen."""
    owner = factories.make_owner(Initiative.objects.get(), "@dome")
    page = browser_as(factories.make_user("lena", "lead", member_of=[owner]), color_scheme="dark")

    def opened(path):
        page.set_viewport_size(SHEET)
        page.goto(path)
        page.emulate_media(media="print", color_scheme="dark")
        return page

    return opened


def sheets(page) -> int:
    """How many sheets of A4 the page takes."""
    return len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4")))


@pytest.mark.parametrize("path", [F, f"{F}readiness/"])
def test_page_takes_few_sheets(paper, path):
    assert 1 <= sheets(paper(path)) <= 3


@pytest.mark.parametrize("path", [F, f"{F}readiness/"])
def test_nothing_on_paper_can_be_pressed(paper, path):
    page = paper(path)
    assert page.locator(TOOLS).count() > 3
    assert page.locator(TOOLS).filter(visible=True).count() == 0


@pytest.mark.parametrize("path", [F, f"{F}readiness/"])
def test_paper_is_white_and_its_text_black_whatever_the_screen(paper, path):
    page = paper(path)
    look = page.locator("h1").evaluate("(one) => getComputedStyle(one).color")
    ground = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert (look, ground) == ("rgb(0, 0, 0)", "light")


@pytest.mark.parametrize("path", [F, f"{F}readiness/"])
def test_links_look_like_text(paper, path):
    lines = (
        paper(path)
        .locator("main a")
        .evaluate_all("(all) => all.map((one) => getComputedStyle(one).textDecorationLine)")
    )
    assert set(lines) == {"none"}


@pytest.mark.parametrize("path", [F, f"{F}readiness/"])
def test_paper_is_as_wide_as_its_content(paper, path):
    assert paper(path).evaluate("document.documentElement.scrollWidth") <= SHEET["width"]


def test_phase_says_what_it_is_and_as_of_when(paper, phase):
    phase.refresh_from_db()
    said = paper(F).locator("p.on-paper")
    expect(said).to_contain_text("observatory · phase F · not ready · packet revision 1")
    expect(said).to_contain_text(f"ledger entry {phase.seq} · as of ")


def test_readiness_says_verdict_entry_and_moment(paper, phase):
    page = paper(f"{F}readiness/")
    expect(page.locator("h1")).to_contain_text("Phase F is not ready")
    expect(page.locator(".answer-head .sub")).to_contain_text("ledger entry")
    expect(page.get_by_text("· seen ")).to_be_visible()


def test_whole_way_and_all_that_is_missing_is_unfolded(paper):
    page = paper(f"{F}readiness/")
    expect(page.locator(".way-step").last).to_be_visible()
    missing = page.locator('.leaf[data-state="unmet"]')
    assert missing.count() > 8
    assert missing.filter(visible=True).count() == missing.count()


def test_remarks_of_the_table_are_not_cut(paper):
    notes = paper(F).locator(".matrix .note > *")
    assert notes.count() > 0
    cut = notes.evaluate_all("(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).length")
    assert cut == 0


@pytest.mark.parametrize("path", [F, f"{F}readiness/"])
def test_no_row_is_split(paper, path):
    rows = paper(path).locator("main tr, main li").filter(visible=True)
    assert set(rows.evaluate_all("(all) => all.map((one) => getComputedStyle(one).breakInside)")) == {"avoid"}


def test_handed_off_phase_keeps_its_documents_on_one_sheet(browser_as, db):
    handed_off(ready_phase())
    page = browser_as(factories.make_user("vera"))
    page.goto(f"{F}readiness/")
    page.emulate_media(media="print")
    expect(page.get_by_text("Execution report")).to_be_visible()
    assert sheets(page) <= 2
