"""The order of work as people use it: by arrows, by pointing, as a table, on paper and on a phone."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.cast import *  # noqa: F403

pytestmark = pytest.mark.django_db(transaction=True)
PHASE = "/initiatives/harbour/phases/C/"

DIAMOND = {"A": (), "B": ("A",), "C": ("A",), "D": ("B", "C"), "E": ("D",)}
FOCUSED = "document.activeElement.id"


@pytest.fixture
def diamond():
    phase = factories.make_phase(needs=DIAMOND)
    phase.slices.filter(code="A").update(status="landed")
    phase.slices.filter(code="B").update(status="in_progress")
    return phase


def opened(browser_as, person, width=1440, **options):
    page = browser_as(person, **options)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(PHASE)
    return page


def pressed(page, *keys):
    """The slices that have the focus, one after the other."""
    found = []
    for key in keys:
        page.keyboard.press(key)
        found.append(page.evaluate(FOCUSED).removeprefix("node-"))
    return found


def test_arrows_walk_the_graph(browser_as, diamond, admin):
    page = opened(browser_as, admin)
    page.locator("#node-A").focus()
    assert pressed(page, "ArrowRight", "ArrowDown", "ArrowUp") == ["B", "C", "B"]
    assert pressed(page, "ArrowRight", "ArrowRight", "ArrowRight") == ["D", "E", "E"]
    assert pressed(page, "ArrowLeft", "Home", "End") == ["D", "A", "E"]


def test_graph_is_one_stop_of_tab_where_the_work_is(browser_as, diamond, admin):
    page = opened(browser_as, admin)
    assert page.locator("#graph .node[tabindex='0']").get_attribute("id") == "node-B"
    page.locator("#node-B").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#order-as-table")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#node-B")).to_be_focused()


def test_every_slice_is_a_stop_without_script(browser_as, diamond, admin):
    page = opened(browser_as, admin, java_script_enabled=False)
    assert page.locator("#graph .node:not([tabindex])[href]").count() == 5


def test_pointing_lights_what_a_slice_needs_and_what_needs_it(browser_as, diamond, admin):
    page = opened(browser_as, admin)
    page.locator("#node-B").hover()
    near = page.locator(".lit .node.near").evaluate_all("nodes => nodes.map((one) => one.id)")
    assert sorted(near) == ["node-A", "node-B", "node-D"]
    assert page.locator(".edge.near").count() == 2
    page.locator("h1").hover()
    expect(page.locator(".lit, .near")).to_have_count(0)


def test_focus_and_light_survive_a_refresh(quick, diamond, admin):
    page = opened(quick, admin)
    page.locator("#node-B").focus()
    page.keyboard.press("ArrowRight")
    factories.make_run(diamond, "A", factories.make_gate(diamond, "A").text, "fail", revision="a" * 40)
    expect(page.locator("#node-A .mark")).to_be_visible()
    expect(page.locator("#node-D")).to_be_focused()
    expect(page.locator("#node-D.near")).to_have_attribute("tabindex", "0")


def test_table_says_the_same(browser_as, diamond, admin):
    page = opened(browser_as, admin)
    page.locator("#order-as-table").click()
    row = page.locator(".order-table tbody tr").nth(3)
    assert row.locator("th, td").all_inner_texts() == ["3", "D", "planned", "B, C", "E", "yes"]


def test_legend_explains_only_what_is_drawn(browser_as, diamond, admin):
    page = opened(browser_as, admin)
    signs = page.get_by_role("list", name="Signs of the drawing").get_by_role("listitem").all_inner_texts()
    assert signs == ["landed", "in progress", "can start", "waits", "critical path, 3 slices to go"]


@pytest.mark.parametrize("width", [390, 1440])
def test_ninety_slices_fit_their_box(browser_as, admin, width):
    codes = [f"S{n:02d}" for n in range(90)]
    needs = {code: {codes[n - 1 - n % 7], codes[n // 2]} if n > 6 else () for n, code in enumerate(codes)}
    factories.make_phase(needs=needs)
    page = opened(browser_as, admin, width=width)
    boxes = [node.bounding_box() for node in page.locator("#graph .node rect:first-of-type").all()]
    assert len({(box["x"], box["y"]) for box in boxes}) == 90
    assert not any(
        abs(one["x"] - other["x"]) < one["width"] and abs(one["y"] - other["y"]) < one["height"]
        for n, one in enumerate(boxes)
        for other in boxes[:n]
    )
    assert page.locator("#graph").bounding_box()["height"] <= 0.75 * 900
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_phone_begins_where_the_work_is(browser_as, admin):
    codes = [f"S{n:02d}" for n in range(30)]
    phase = factories.make_phase(needs={code: codes[max(0, n - 1) : n] for n, code in enumerate(codes)})
    phase.slices.filter(code__lt="S06").update(status="landed")
    phase.slices.filter(code="S06").update(status="in_progress")
    page = opened(browser_as, admin, width=390)
    box, node = page.locator("#graph").bounding_box(), page.locator("#node-S06").bounding_box()
    assert page.evaluate("document.querySelector('#graph').scrollLeft") > 0
    assert box["x"] <= node["x"]
    assert node["x"] + node["width"] <= box["x"] + box["width"]


def test_drawing_fits_the_paper(browser_as, admin):
    codes = [f"S{n:02d}" for n in range(30)]
    factories.make_phase(needs={code: codes[max(0, n - 1) : n] for n, code in enumerate(codes)})
    page = opened(browser_as, admin, width=718)
    page.emulate_media(media="print")
    assert page.locator("#graph svg").bounding_box()["width"] <= 718
    assert page.locator("#order-as-table").is_hidden()
