"""Nothing jumps: how far a page moves while it refreshes itself, measured by the browser."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from phases.actions.concerns import raise_concern
from phases.actions.slices import move_slice
from phases.lookups import current
from phases.models import Phase
from phases.permissions import OPERATOR

from .pages import B

pytestmark = pytest.mark.django_db(transaction=True)
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((one) => one.value)))
  .observe({type: "layout-shift", buffered: true});
"""
WIDTHS = {1440: 900, 390: 844}
LITTLE, SOME = 0.02, 0.1
"""Parts of the screen times parts of its height; 0.1 is what a page may at most to be called good."""

MIDDLE = "[innerWidth / 2, innerHeight / 2]"


@pytest.fixture
def demo(demo):
    """Phase B of the demo."""
    return Phase.objects.select_related("initiative").get(code="B")


@pytest.fixture(params=WIDTHS)
def page(quick, demo, request):
    """The page of an admin, which polls twice a second and counts its shifts."""
    opened = quick(User.objects.get(username="admin"))
    opened.set_viewport_size({"width": request.param, "height": WIDTHS[request.param]})
    opened.add_init_script(SHIFTS)
    return opened


def opens(page, path):
    """Load the page, and begin to count once all that it asks for is there."""
    page.goto(path)
    page.wait_for_timeout(700)
    page.evaluate("window.sum = window.shifts.reduce((all, one) => all + one, 0); window.shifts.length = 0")


def change(phase):
    """Somebody starts a slice: its status, the graph, the activity and the way to ready are others then."""
    item = phase.slices.get(code="B4")
    move_slice(actor=OPERATOR, phase=current(phase), code="B4", version=item.version, verb="start", note="")


def wait_for_change(page):
    expect(page.get_by_role("status")).to_contain_text("started B4")
    page.wait_for_timeout(700)


def shifted(page):
    return sum(page.evaluate("window.shifts"))


@pytest.mark.parametrize("path", [B, f"{B}slices/B2/", f"{B}readiness/"])
def test_page_on_which_nothing_changes_stands_still(page, path):
    opens(page, path)
    for _ in range(4):
        with page.expect_response(lambda answer: answer.status == 304):
            pass
    assert shifted(page) == 0


@pytest.mark.parametrize("path", ["/", "/inbox/", B, f"{B}slices/B5/", f"{B}readiness/"])
def test_page_stands_still_once_it_is_there(page, path):
    """What script adds, the numbers in the bar and how long ago something was, hardly needs more room."""
    opens(page, path)
    assert page.evaluate("window.sum") < SOME


@pytest.mark.parametrize("path", [B, f"{B}slices/B4/", f"{B}readiness/"])
def test_change_by_others_hardly_moves_the_page(page, demo, path):
    opens(page, path)
    change(demo)
    wait_for_change(page)
    assert shifted(page) < LITTLE


@pytest.mark.parametrize("path", [B, f"{B}readiness/"])
def test_what_is_read_stays_under_the_eye(page, demo, path):
    page.goto(path)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    page.evaluate(f"window.read = document.elementFromPoint(...{MIDDLE})")
    before = page.evaluate("window.read.getBoundingClientRect().top")
    change(demo)
    wait_for_change(page)
    assert page.evaluate("window.read.isConnected")
    assert abs(page.evaluate("window.read.getBoundingClientRect().top") - before) <= 1


@pytest.mark.parametrize("settling", [20, 400])
def test_what_is_typed_keeps_its_fold_its_place_and_the_focus(page, demo, settling):
    """Also where the counts in the bar come in while the region still settles."""
    page.goto(f"{B}slices/B4/")
    page.evaluate("time => htmx.config.defaultSettleDelay = time", settling)
    page.locator("summary", has_text="Raise a concern").click()
    text = page.get_by_label("What is it about?")
    text.fill("Half a sen")
    page.keyboard.press("ArrowLeft")
    before = text.bounding_box()
    raise_concern(actor=OPERATOR, phase=current(demo), kind="risk", text="It rains.", slice="B4")
    change(demo)
    wait_for_change(page)
    expect(text).to_be_focused()
    assert text.input_value() == "Half a sen"
    assert text.evaluate("field => field.selectionStart") == len("Half a se")
    assert abs(text.bounding_box()["y"] - before["y"]) < 1
