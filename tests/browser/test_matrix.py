"""The gate matrix in a real browser: heads in view, gates in place, arrow keys, popovers, no script."""

import pytest
from playwright.sync_api import expect

from phases.actions.slices import move_slice
from phases.permissions import OPERATOR
from tests import factories
from tests.cast import *  # noqa: F403

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)
PHASE = "/initiatives/harbour/phases/C/"
SUITES = (
    "quick",
    "full",
    "assess",
    "mandatory_before",
    "full_if_triggered",
    "closure",
    "acceptance",
    "extra",
)


@pytest.fixture
def matrix(phase):
    """C0 and C2 with two suites, C1 with one of them."""
    for code, suite in (("C0", "quick"), ("C0", "full"), ("C1", "full"), ("C2", "quick"), ("C2", "full")):
        factories.make_gate(phase, code, suite=suite, text=f"make {suite}")
    return phase


@pytest.fixture
def large(phase):
    """Ninety slices, and eight suites of every eighth."""
    for n in range(3, 90):
        factories.make_slice(phase, f"C{n}")
    for n in range(0, 90, 8):
        for suite in SUITES:
            factories.make_gate(phase, f"C{n}", suite=suite, text=f"make {suite}")
    return phase


def cell(page, code, suite):
    return page.locator(f'#row-{code} a.cell[href$="/gates/{suite}/"]')


def is_inside(box, width, height):
    """Whether all of a box is on a screen of that size."""
    left, top = box["x"], box["y"]
    return left >= 0 and top >= 0 and left + box["width"] <= width and top + box["height"] <= height


def start(phase, code):
    version = phase.slices.get(code=code).version
    move_slice(actor=OPERATOR, phase=phase, code=code, version=version, verb="start", note="")


def test_heads_of_suites_stay_in_view(browser_as, large, lead):
    page = browser_as(lead)
    page.goto(PHASE)
    page.locator("#row-C80").scroll_into_view_if_needed()
    box = page.get_by_role("columnheader", name="Quick").bounding_box()
    assert 0 <= box["y"] < 60
    above = page.evaluate(f"document.elementFromPoint({box['x'] + 10}, {box['y'] + 10}).textContent")
    assert above == "Quick", "and nothing shows through"


def test_both_heads_stay_where_the_table_scrolls_in_its_frame(browser_as, large, lead):
    page = browser_as(lead)
    page.set_viewport_size({"width": 760, "height": 700})
    page.goto(PHASE)
    cell(page, "C80", "extra").scroll_into_view_if_needed()
    frame = page.locator(".matrix-frame").bounding_box()
    code, suite = page.locator("#row-C80 .code").bounding_box(), page.locator(".matrix th.gates").last
    assert abs(code["x"] - frame["x"]) <= 1
    assert abs(suite.bounding_box()["y"] - frame["y"]) <= 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 760


def test_phone_names_the_suite_of_each_cell(browser_as, large, lead):
    page = browser_as(lead)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(PHASE)
    shown = "getComputedStyle(document.querySelector('#row-C8 .gates'), '::before').content"
    assert page.evaluate(shown).startswith('"Quick')
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_cell_opens_its_gates_in_place(browser_as, matrix, lead):
    factories.make_run(matrix, "C0", "make quick", "fail", revision="a" * 40)
    page = browser_as(lead)
    page.goto(PHASE)
    cell(page, "C0", "quick").click()
    dialog = page.get_by_role("dialog", name="C0 Quick gates")
    expect(dialog.get_by_text("Failed at aaaaaaa")).to_be_visible()
    assert page.url.endswith(PHASE)
    dialog.get_by_role("link", name="Report a result").click()
    page.wait_for_url("**/slices/C0/gates/quick/#report")


def test_escape_closes_and_the_cell_has_the_focus_again(browser_as, matrix, lead):
    page = browser_as(lead)
    page.goto(PHASE)
    cell(page, "C2", "full").press("Enter")
    expect(page.get_by_role("dialog", name="C2 Full gates")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(cell(page, "C2", "full")).to_be_focused()


@pytest.mark.parametrize("way", ["button", "beside"])
def test_dialog_closes_by_its_button_and_by_a_click_beside_it(browser_as, matrix, lead, way):
    page = browser_as(lead)
    page.goto(PHASE)
    cell(page, "C0", "quick").click()
    dialog = page.get_by_role("dialog", name="C0 Quick gates")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click() if way == "button" else page.mouse.click(5, 5)
    expect(dialog).to_have_count(0)


def test_open_dialog_survives_a_refresh_and_stays_fresh(quick, matrix, lead):
    page = quick(lead)
    page.goto(PHASE)
    cell(page, "C0", "quick").click()
    dialog = page.get_by_role("dialog", name="C0 Quick gates")
    start(matrix, "C0")
    factories.make_run(matrix, "C0", "make quick", "fail", revision="b" * 40)
    expect(page.locator("#row-C0 .st")).to_have_text("in progress")
    expect(dialog.get_by_text("Failed at bbbbbbb")).to_be_visible()
    page.keyboard.press("Escape")
    expect(cell(page, "C0", "quick")).to_be_focused()


def test_dialog_stays_inside_the_screen(browser_as, large, lead):
    page = browser_as(lead)
    page.goto(PHASE)
    for code in ("C0", "C24", "C88"):
        cell(page, code, "quick").click()
        assert is_inside(page.get_by_role("dialog", name=f"{code} Quick gates").bounding_box(), 1440, 900)
        page.keyboard.press("Escape")


@pytest.mark.statuses(503)
def test_gates_that_cannot_be_had_are_told(browser_as, matrix, lead, console_errors):
    page = browser_as(lead)
    page.goto(PHASE)
    page.route("**/gates/quick/?peek", lambda route: route.fulfill(status=503, body="away"))
    cell(page, "C0", "quick").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed.")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert "503" in console_errors.pop(), "htmx reports it too"


def test_arrow_keys_walk_the_cells(browser_as, matrix, lead):
    page = browser_as(lead)
    page.goto(PHASE)
    cell(page, "C0", "quick").focus()
    steps = (
        ("ArrowDown", "C2", "quick"),
        ("ArrowRight", "C2", "full"),
        ("ArrowUp", "C1", "full"),
        ("ArrowUp", "C0", "full"),
        ("Home", "C0", "quick"),
        ("ArrowUp", "C0", "quick"),
        ("End", "C0", "full"),
    )
    for key, code, suite in steps:
        page.keyboard.press(key)
        expect(cell(page, code, suite)).to_be_focused()


def test_matrix_is_one_tab_stop_also_after_a_refresh(quick, matrix, lead):
    page = quick(lead)
    page.goto(PHASE)
    cell(page, "C2", "quick").focus()
    start(matrix, "C0")
    expect(page.locator("#row-C0 .st")).to_have_text("in progress")
    expect(cell(page, "C2", "quick")).to_be_focused()
    expect(page.locator('.matrix a.cell[tabindex="0"]')).to_have_count(1)
    expect(page.locator('.matrix a.cell[tabindex="-1"]')).to_have_count(4)


def test_without_script_each_cell_is_a_tab_stop_and_a_link(browser_as, matrix, lead):
    page = browser_as(lead, java_script_enabled=False)
    page.goto(PHASE)
    cell(page, "C0", "quick").focus()
    page.keyboard.press("Tab")
    expect(cell(page, "C0", "full")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/slices/C0/gates/full/")


def test_with_control_a_cell_opens_its_page_elsewhere(browser_as, matrix, lead):
    page = browser_as(lead)
    page.goto(PHASE)
    with page.context.expect_page() as opened:
        cell(page, "C0", "quick").click(modifiers=["Control"])
    assert opened.value.url.endswith("/slices/C0/gates/quick/")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_only_rows_that_changed_are_marked(quick, matrix, lead):
    page = quick(lead)
    page.goto(PHASE)
    start(matrix, "C0")
    expect(page.locator("#row-C0.touched")).to_be_attached()
    expect(page.locator("#row-C2.touched")).to_have_count(0)


def test_one_popover_at_a_time_and_escape_gives_the_focus_back(browser_as, phase, lead):
    page = browser_as(lead)
    page.goto(PHASE)
    for code in ("C1", "C2"):
        page.locator(f"#start-{code}").press("Enter")
    expect(page.locator(".pop:visible")).to_have_count(1)
    page.get_by_role("link", name="start", exact=True).last.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".pop:visible")).to_have_count(0)
    expect(page.locator("#start-C2")).to_be_focused()


def test_click_elsewhere_closes_a_popover_but_not_what_was_typed(browser_as, phase, lead):
    phase.slices.filter(code="C0").update(status="landed")
    page = browser_as(lead)
    page.goto(PHASE)
    page.locator("#reopen-C0").click()
    page.get_by_role("heading", name="Phase C").click()
    note = page.get_by_label("Why does C0 go back to work?")
    expect(note).to_be_hidden()
    page.locator("#reopen-C0").click()
    note.fill("It leaks.")
    page.get_by_role("heading", name="Phase C").click()
    expect(note).to_have_value("It leaks.")
    expect(note).to_be_visible()


@pytest.mark.parametrize("width", [360, 800, 1440])
def test_popovers_stay_inside_the_screen(browser_as, db, admin, width):
    phase = factories.make_phase(about={"entrypoint": "docs/harbour/PHASE_C_EXECUTION_PACKET.md"})
    factories.make_gate(phase, "C0")
    page = browser_as(admin)
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(PHASE)
    for summary in page.locator("details.fold > summary").all():
        summary.press("Enter")
        box = summary.locator("xpath=following-sibling::*").bounding_box()
        assert is_inside(box, width, box["y"] + box["height"])
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_dialog(browser_as, matrix, lead, scheme):
    factories.make_run(matrix, "C0", "make quick", "fail", revision="a" * 40, log="no")
    page = browser_as(lead, color_scheme=scheme)
    page.goto(PHASE)
    cell(page, "C0", "quick").click()
    expect(page.get_by_role("dialog").get_by_text("Failed at aaaaaaa")).to_be_visible()
    assert barriers(page) == []
