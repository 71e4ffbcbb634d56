"""The pages in a real browser: two people, refreshing, keyboard, narrow screens, no script."""

import pytest
from playwright.sync_api import expect

from phases.actions.slices import move_slice
from phases.permissions import OPERATOR
from tests import factories
from tests.cast import *  # noqa: F403

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)
PHASE = "/initiatives/harbour/phases/C/"
C0 = f"{PHASE}slices/C0/"
PAGES = ("/", "/initiatives/harbour/", PHASE, C0, "/initiatives/harbour/owners/@crew/")


def move(phase, code, verb, note=""):
    version = phase.slices.get(code=code).version
    move_slice(actor=OPERATOR, phase=phase, code=code, version=version, verb=verb, note=note)


def test_move_replaces_the_region_and_keeps_the_page(browser_as, lead):
    page = browser_as(lead)
    page.goto(PHASE)
    page.evaluate("window.same = true")
    page.get_by_role("button", name="Start C0").click()
    expect(page.get_by_role("status")).to_have_text("C0 is in progress now.")
    expect(page.get_by_role("button", name="Make candidate C0")).to_be_focused()
    assert page.evaluate("window.same")


def test_two_people_meet_and_both_texts_survive(browser_as, phase, lead, admin):
    phase.slices.filter(code="C0").update(status="candidate")
    mine, theirs = browser_as(lead), browser_as(admin)
    for page in (mine, theirs):
        page.goto(C0)
        page.locator("#send_back").click()
    mine.get_by_label("Why does C0 go back to work?").fill("The dock leaks.")
    theirs.get_by_label("Why does C0 go back to work?").fill("The crane bends.")
    theirs.get_by_role("button", name="Send back").last.click()
    expect(theirs.get_by_role("status")).to_have_text("C0 is in progress now.")
    mine.get_by_role("button", name="Send back").last.click()
    answer = mine.get_by_role("alert").filter(has_text="Somebody was faster with C0")
    expect(answer).to_contain_text("admin sent C0 back")
    expect(answer).to_contain_text("The crane bends.")
    expect(answer.get_by_label("Reason or note")).to_have_value("The dock leaks.")
    answer.get_by_role("button", name="Make candidate with my text").click()
    expect(mine.get_by_role("status")).to_have_text("C0 is a candidate now.")
    expect(mine.locator(".events")).to_contain_text("The dock leaks.")


def test_mine_can_be_dropped(browser_as, phase, lead):
    page = browser_as(lead)
    page.goto(C0)
    page.get_by_text("with a note").click()
    page.get_by_label("Note to Start C0").fill("The tide is low.")
    move(phase, "C0", "start")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="Drop mine").click()
    expect(page.get_by_role("alert").filter(has_text="Somebody")).to_have_count(0)
    expect(page.get_by_role("button", name="Make candidate")).to_be_visible()


def test_change_by_others_appears_by_itself(quick, phase, lead):
    page = quick(lead)
    page.goto(PHASE)
    move(phase, "C0", "start")
    expect(page.get_by_text("0 of 3 landed")).to_be_visible()
    expect(page.get_by_role("button", name="Make candidate C0")).to_be_visible()


def test_untouched_folds_stay_closed_when_the_page_refreshes(quick, phase, admin):
    phase.slices.filter(code="C0").update(kind_inferred=True)
    factories.make_gate(phase, "C0")
    factories.make_run(phase, "C0")
    page = quick(admin)
    page.goto(C0)
    for verb, word in (("start", "In progress"), ("candidate", "Candidate")):
        move(phase, "C0", verb)
        expect(page.locator("#region header, #region").first).to_contain_text(word)
        expect(page.locator("#region details[open]")).to_have_count(0)


def test_refreshing_waits_while_somebody_types(quick, phase, lead):
    phase.slices.filter(code="C0").update(status="landed")
    page = quick(lead)
    page.goto(PHASE)
    page.locator("#reopen-C0").click()
    page.get_by_label("Why does C0 go back to work?").fill("Half a sen")
    move(phase, "C1", "start")
    page.wait_for_timeout(1500)
    expect(page.get_by_label("Why does C0 go back to work?")).to_have_value("Half a sen")
    page.locator("#reopen-C0").click()
    expect(page.locator("#candidate-C1")).to_be_visible()


def test_text_typed_elsewhere_outlives_a_move(browser_as, phase, lead):
    phase.slices.filter(code="C0").update(status="landed")
    page = browser_as(lead)
    page.goto(PHASE)
    page.locator("#reopen-C0").click()
    page.get_by_label("Why does C0 go back to work?").fill("The dock leaks.")
    page.get_by_role("button", name="Start C1").press("Enter")
    expect(page.get_by_role("status")).to_have_text("C1 is in progress now.")
    expect(page.get_by_label("Why does C0 go back to work?")).to_have_value("The dock leaks.")


def test_unchanged_page_is_not_swapped(quick, lead):
    page = quick(lead)
    page.goto(PHASE)
    page.evaluate("document.getElementById('region').dataset.mine = 'still here'")
    with page.expect_response(lambda answer: answer.status == 304):
        pass
    expect(page.locator("#region")).to_have_attribute("data-mine", "still here")


@pytest.mark.statuses(503)
def test_server_that_fails_is_told_and_nothing_is_swapped(browser_as, lead, console_errors):
    page = browser_as(lead)
    page.goto(PHASE)
    page.route("**/start/", lambda route: route.fulfill(status=503, body="away"))
    page.get_by_role("button", name="Start C0").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed.")
    expect(page.get_by_role("button", name="Start C0")).to_be_visible()
    assert "503" in console_errors.pop(), "htmx reports it too"


def test_everything_works_without_script(browser_as, phase, lead):
    page = browser_as(lead, java_script_enabled=False)
    page.goto(PHASE)
    page.get_by_role("button", name="Start C0").click()
    assert page.url.endswith(PHASE)
    expect(page.get_by_role("status")).to_have_text("C0 is in progress now.")
    page.get_by_role("link", name="C0", exact=True).first.click()
    page.locator("summary", has_text="Raise a concern").click()
    page.get_by_label("What is it about?").fill("No crane.")
    page.get_by_role("button", name="Raise it").click()
    expect(page.get_by_text("Blocked, in progress")).to_be_visible()


def test_graph_is_walked_by_keyboard(browser_as, lead):
    page = browser_as(lead)
    page.goto(PHASE)
    page.locator("#node-C0").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#node-C1")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PHASE}slices/C1/")


def test_nine_slices_fit_one_screen(browser_as, admin):
    codes = [f"C{n}" for n in range(9)]
    phase = factories.make_phase(needs={code: codes[max(0, n - 1) : n] for n, code in enumerate(codes)})
    for code in codes:
        for suite in ("quick", "full", "assess", "mandatory_before", "full_if_triggered", "closure"):
            factories.make_gate(phase, code, suite=suite, text=f"make {suite}")
        factories.make_run(phase, code, "make full", "fail", revision="a" * 40, changed_files=["x.py"])
    page = browser_as(admin)
    page.goto(PHASE)
    box = page.locator(".matrix").bounding_box()
    assert box["y"] + box["height"] <= 900
    assert page.locator(".matrix .is-failed").count() == 9
    assert page.evaluate(
        "document.querySelector('.graph').scrollWidth <= document.querySelector('.graph').clientWidth"
    )


def test_cells_of_a_suite_stand_in_line(browser_as, phase, admin):
    for n, code in enumerate(("C0", "C1", "C2")):
        for part in range(4 * n + 1):
            factories.make_gate(phase, code, text=f"make part {part}")
    factories.make_run(phase, "C1", "make part 0", "fail")
    page = browser_as(admin)
    page.goto(PHASE)
    boxes = [cell.bounding_box() for cell in page.locator(".matrix .cell").all()]
    assert len({box["x"] + box["width"] / 2 for box in boxes}) == 1
    assert all(box["width"] >= 24 and box["height"] >= 24 for box in boxes), "big enough to hit"


def test_cell_opens_its_suite(browser_as, phase, lead):
    factories.make_gate(phase, "C0")
    page = browser_as(lead)
    page.goto(PHASE)
    page.get_by_role("link", name="C0 quick: 0 of 1 passed, 1 never run").click()
    page.get_by_role("dialog").get_by_role("link", name="All runs").click()
    page.wait_for_url(f"**{C0}gates/quick/")


@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_a_narrow_screen(browser_as, phase, lead, path):
    factories.make_gate(phase, "C0", text="make a_check_with_a_name_that_nobody_can_break_anywhere_at_all")
    factories.make_run(phase, "C0", phase.gates.get().text, "fail", revision="a" * 40)
    phase.slices.update(title="A title of many words, some of them unbreakably_long_like_this_one_here")
    page = browser_as(lead)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("width", [360, 800, 1100, 1440])
def test_one_long_word_makes_nothing_scroll_sideways(browser_as, phase, lead, width):
    phase.slices.filter(code="C1").update(title="W" * 400)
    type(phase).objects.update(title="M" * 400)
    page = browser_as(lead)
    page.set_viewport_size({"width": width, "height": 900})
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def _every_badge(phase):
    """C0 with a gate that passed, one that failed, and so on, each in a suite of its own."""
    for suite in ("quick", "full", "assess", "closure", "acceptance", "extra", "full_if_triggered"):
        factories.make_gate(phase, "C0", suite=suite, text=f"make {suite}")
    for suite in ("full", "assess", "extra"):
        factories.make_run(phase, "C0", f"make {suite}", revision="a" * 40, changed_files=[])
    factories.make_run(phase, "C0", "make quick", revision="b" * 40, changed_files=None)
    factories.make_run(phase, "C0", "make full", revision="a" * 40, changed_files=[])
    factories.make_run(phase, "C0", "make closure", "fail", revision="b" * 40)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(browser_as, phase, admin, path, scheme):
    _every_badge(phase)
    factories.make_blocker(phase, "C1")
    phase.slices.filter(code="C0").update(status="landed")
    page = browser_as(admin, color_scheme=scheme)
    page.goto(path)
    assert barriers(page) == []
