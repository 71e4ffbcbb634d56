"""Pages of lists in a browser: what others do appears, and nothing of the reader's is lost."""

import re

import pytest
from playwright.sync_api import expect

from phases.actions.concerns import raise_concern
from phases.actions.slices import move_slice
from phases.models import Phase
from phases.permissions import OPERATOR
from tests import factories
from tests.actions.folders import bring, make_folder
from tests.cast import *  # noqa: F403

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)
NARROW = {"width": 700, "height": 400}


def start(phase, code="C0"):
    move_slice(actor=OPERATOR, phase=phase, code=code, version=0, verb="start")


def scrolled(page, row):
    """A function that answers where the row stands in the window, after some scrolling."""
    page.evaluate("scrollTo(0, 240)")
    return lambda: row.bounding_box()["y"]


def test_the_overview_moves_on_under_a_reader(quick, phase, lead):
    for number in range(6):
        factories.make_phase(f"D{number}")
    page = quick(lead)
    page.set_viewport_size(NARROW)
    page.goto("/")
    at = scrolled(page, page.get_by_role("link", name="Phase D4"))
    before = at()
    start(phase)
    expect(page.get_by_text("moving C0")).to_be_attached()
    expect(page.get_by_role("status")).to_have_text("command line started C0 of phase C")
    assert at() == pytest.approx(before, abs=2)


def test_what_waits_stands_beside_the_overview_and_moves_on(quick, phase, lead):
    page = quick(lead)
    page.goto("/")
    first = page.get_by_role("region", name="Waits for you")
    expect(first.get_by_role("link", name="C0")).to_be_visible()
    start(phase)
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="The crane is old", slice="C0")
    expect(first.get_by_text("Resolve")).to_be_visible()


def test_the_inbox_moves_on_under_a_reader(quick, phase, lead):
    for number in range(6):
        factories.make_phase(f"D{number}")
    page = quick(lead)
    page.set_viewport_size(NARROW)
    page.goto("/inbox/")
    at = scrolled(page, page.get_by_role("link", name="Phase D4").first)
    before = at()
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="The crane is old", slice="C0")
    expect(page.get_by_text("C0 is blocked: The crane is old")).to_be_attached()
    assert at() == pytest.approx(before, abs=2)


def test_a_chosen_filter_outlives_a_refresh(quick, phase, lead):
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="The crane is old", slice="C1")
    page = quick(lead)
    page.goto("/inbox/")
    page.get_by_role("link", name="Resolve 1").click()
    expect(page).to_have_url(re.compile(r"/inbox/\?verb=resolve$"))
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="The dock leaks", slice="C2")
    expect(page.get_by_text("The dock leaks")).to_be_visible()
    expect(page.get_by_text("Nothing keeps C0 from starting.")).to_have_count(0)


def test_typed_search_words_outlive_a_refresh(quick, admin, tmp_path):
    bring(make_folder(tmp_path))
    page = quick(admin)
    page.goto("/initiatives/lighthouse/")
    words = page.get_by_role("searchbox", name="Search")
    words.fill("lens")
    found = page.get_by_text("of 9 found")
    expect(found).to_be_visible()
    raise_concern(actor=OPERATOR, phase=Phase.objects.earliest("pk"), kind="risk", text="The crane is old")
    expect(page.get_by_role("status")).to_contain_text("raised a risk")
    expect(words).to_have_value("lens")
    expect(found).to_be_visible()


def test_a_row_leads_as_a_whole_to_its_phase(quick, phase, lead):
    page = quick(lead)
    page.goto("/")
    page.get_by_text("0 of 3 landed").click(force=True)
    expect(page).to_have_url("/initiatives/harbour/phases/C/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_empty_lists_please_axe(browser_as, viewer, lead, scheme):
    for person, path in ((viewer, "/inbox/"), (viewer, "/reviews/"), (lead, "/inbox/?verb=posture")):
        page = browser_as(person, color_scheme=scheme)
        page.goto(path)
        assert barriers(page) == []
