"""What a refresh touches and what it leaves alone, in a real browser."""

import pytest
from playwright.sync_api import expect

from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.slices import move_slice
from phases.permissions import OPERATOR
from tests.cast import *  # noqa: F403

pytestmark = pytest.mark.django_db(transaction=True)
PHASE = "/initiatives/harbour/phases/C/"


def move(phase, code, verb, note=""):
    version = phase.slices.get(code=code).version
    move_slice(actor=OPERATOR, phase=phase, code=code, version=version, verb=verb, note=note)


def test_others_are_named_in_a_quiet_note(quick, phase, lead):
    page = quick(lead)
    page.goto(PHASE)
    move(phase, "C0", "start")
    expect(page.get_by_role("status")).to_have_text("command line started C0")
    page.keyboard.press("Escape")
    expect(page.get_by_role("status")).to_have_count(0)


def test_only_what_differs_is_touched(quick, phase, lead):
    page = quick(lead)
    page.goto(PHASE)
    page.evaluate("document.getElementById('code-C1').mine = document.getElementById('node-C1').mine = true")
    move(phase, "C0", "start")
    expect(page.get_by_role("button", name="Make candidate C0")).to_be_visible()
    assert page.evaluate("document.getElementById('code-C1').mine && document.getElementById('node-C1').mine")


def test_text_in_hand_meets_the_change_as_a_conflict(quick, phase, lead):
    phase.slices.filter(code="C0").update(status="candidate")
    page = quick(lead)
    page.goto(PHASE)
    page.locator("#send_back-C0").click()
    page.get_by_label("Why does C0 go back to work?").fill("The dock leaks.")
    move(phase, "C0", "send_back", "The crane bends.")
    expect(page.get_by_role("status")).to_contain_text("command line sent C0 back")
    page.locator("form", has=page.get_by_label("Why does C0 go back to work?")).get_by_role("button").click()
    answer = page.get_by_role("alert").filter(has_text="Somebody was faster with C0")
    expect(answer.get_by_label("Reason or note")).to_have_value("The dock leaks.")


def test_a_text_that_was_let_go_of_makes_room(quick, phase, lead):
    phase.slices.filter(code="C0").update(status="candidate")
    page = quick(lead)
    page.goto(PHASE)
    page.locator("#send_back-C0").click()
    page.get_by_label("Why does C0 go back to work?").fill("The dock leaks.")
    move(phase, "C0", "send_back", "The crane bends.")
    expect(page.get_by_role("status")).to_contain_text("command line sent C0 back")
    page.get_by_label("Why does C0 go back to work?").fill("")
    page.locator("#send_back-C0").click()
    expect(page.locator("#send_back-C0")).to_have_count(0)
    expect(page.locator("#candidate-C0")).to_have_count(1)


def test_focus_stays_where_it_was(quick, phase, lead):
    page = quick(lead)
    page.goto(PHASE)
    page.locator("#code-C1").focus()
    move(phase, "C0", "start")
    expect(page.get_by_role("button", name="Make candidate C0")).to_be_visible()
    expect(page.locator("#code-C1")).to_be_focused()


def test_what_comes_and_goes_again_leaves_no_trace(quick, phase, lead):
    page = quick(lead)
    page.goto(PHASE)
    concern = raise_concern(actor=OPERATOR, phase=phase, slice="C0", kind="blocker", text="No crane.")
    expect(page.locator("#region")).to_contain_text("No crane.")
    answer_concern(actor=OPERATOR, concern=concern, outcome="resolved", note="There is one.")
    expect(page.locator("#region")).to_contain_text("resolved a concern")
    page.evaluate("htmx.process(document.body)")
    shown = page.locator("#region").inner_text()
    page.reload()
    assert page.locator("#region").inner_text() == shown


def test_a_second_click_does_not_reach_the_next_verb(browser_as, phase, lead):
    page = browser_as(lead)
    page.goto(PHASE)
    page.get_by_role("button", name="Start C0").dblclick()
    expect(page.get_by_role("button", name="Make candidate C0")).to_be_visible()
    page.wait_for_timeout(400)
    assert phase.slices.get(code="C0").status == "in_progress"


def test_a_page_out_of_sight_asks_nothing_and_asks_at_once_when_seen(quick, phase, lead):
    page = quick(lead)
    page.goto(PHASE)
    with page.expect_response(lambda answer: answer.status == 304):
        pass
    page.evaluate("Object.defineProperty(document, 'hidden', {configurable: true, get: () => true})")
    move(phase, "C0", "start")
    page.wait_for_timeout(1200)
    expect(page.get_by_role("button", name="Start C0")).to_be_visible()
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("button", name="Make candidate C0")).to_be_visible()
