"""What a refresh touches and what it leaves alone, in a real browser."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.slices import move_slice
from phases.models import Event
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


def test_a_silent_server_is_told_for_what_it_means(quick, phase, lead, console_errors):
    page = quick(lead)
    page.goto(PHASE)
    trouble = page.locator("#trouble")
    page.context.set_offline(True)
    expect(trouble).to_contain_text("may be out of date")
    page.context.set_offline(False)
    expect(trouble).to_be_hidden()
    console_errors.clear()


@pytest.mark.statuses(413)
def test_what_became_of_a_verb_stays_said(quick, phase, lead, console_errors):
    page = quick(lead)
    page.route("**/slices/C0/start/", lambda route: route.fulfill(status=413))
    page.goto(PHASE)
    page.get_by_role("button", name="Start C0").click()
    with page.expect_response(lambda one: one.status == 304):
        pass
    expect(page.locator("#trouble")).to_have_text(
        "The server answered 413. Nothing was changed. Load the page again."
    )
    page.keyboard.press("Escape")
    expect(page.locator("#trouble")).to_be_hidden()
    console_errors.clear()


def test_an_answer_that_was_lost_is_not_called_a_refusal(quick, phase, lead, console_errors):
    page = quick(lead)
    page.route("**/slices/C0/start/", lambda route: (route.fetch(), route.abort()))
    page.goto(PHASE)
    page.get_by_role("button", name="Start C0").click()
    expect(page.locator("#trouble")).to_contain_text("it is not known whether this was recorded")
    expect(page.get_by_role("button", name="Make candidate C0")).to_be_visible()
    console_errors.clear()


def test_a_refused_verb_stays_said_while_others_go_on(quick, phase, lead):
    page = quick(lead)
    page.goto(PHASE)
    page.get_by_text("Raise a concern").click()
    page.get_by_role("button", name="Raise it").click()
    answer = page.get_by_role("alert").filter(has_text="Not saved yet")
    expect(answer).to_be_visible()
    raise_concern(actor=OPERATOR, phase=phase, kind="risk", text="The crane is old.")
    expect(page.locator("#region")).to_contain_text("The crane is old.")
    expect(answer).to_be_visible()


def test_a_refusal_takes_the_focus_though_another_answer_comes_first(quick, phase, lead):
    page = quick(lead)
    page.goto(PHASE)
    page.evaluate("htmx.config.defaultSettleDelay = 1500")
    page.get_by_text("Raise a concern").click()
    page.get_by_role("button", name="Raise it").click()
    answer = page.get_by_role("alert").filter(has_text="Not saved yet")
    expect(answer).to_be_visible()
    with page.expect_response(lambda one: one.status == 304):
        pass
    expect(answer).to_be_focused()


def test_news_is_told_once_while_somebody_types(quick, phase, lead):
    phase.slices.filter(code="C0").update(status="candidate")
    page = quick(lead)
    page.goto(PHASE)
    page.evaluate("window.told = 0; document.addEventListener('news', () => window.told++)")
    page.locator("#send_back-C0").click()
    page.get_by_label("Why does C0 go back to work?").fill("The dock")
    raise_concern(actor=OPERATOR, phase=phase, kind="risk", text="The crane is old.")
    expect(page.locator("#region")).to_contain_text("The crane is old.")
    with page.expect_response(lambda answer: answer.status == 304):
        pass
    assert page.evaluate("window.told") == 1


def test_ones_own_verb_leaves_the_version_that_a_text_was_written_for(quick, phase, lead):
    phase.slices.filter(code="C0").update(status="candidate")
    page = quick(lead)
    page.goto(f"{PHASE}slices/C0/")
    page.locator("#send_back").click()
    page.get_by_label("Why does C0 go back to work?").fill("The dock leaks.")
    move(phase, "C0", "send_back", "The crane bends.")
    expect(page.get_by_role("status")).to_contain_text("command line sent C0 back")
    page.get_by_text("Raise a concern").click()
    page.get_by_label("What is it about?").fill("No crane.")
    page.get_by_role("button", name="Raise it").click()
    expect(page.locator("#region")).to_contain_text("No crane.")
    page.locator("form", has=page.get_by_label("Why does C0 go back to work?")).get_by_role("button").click()
    expect(page.get_by_role("alert").filter(has_text="Somebody was faster with C0")).to_be_visible()


@pytest.mark.statuses(401)
def signed_in_again(page, person):
    """The same browser with a session and a form key of their own."""
    client = Client()
    client.force_login(person)
    client.get("/accounts/password/")
    cookies = [{"name": one.key, "value": one.value, "url": page.url} for one in client.cookies.values()]
    page.context.add_cookies(cookies)


@pytest.mark.parametrize(("first", "cookie"), [("refresh", None), ("verb", None), ("verb", "sessionid")])
def test_a_session_that_ended_takes_no_text(quick, phase, lead, console_errors, settings, first, cookie):
    settings.REFRESH_SECONDS = 0.5 if first == "refresh" else 3
    phase.slices.filter(code="C0").update(status="candidate")
    page = quick(lead)
    page.goto(PHASE)
    page.locator("#send_back-C0").click()
    page.get_by_label("Why does C0 go back to work?").fill("The dock leaks.")
    send = page.locator(".pop").get_by_role("button", name="Send back")
    page.context.clear_cookies(name=cookie)
    if first == "verb":
        send.click()
    expect(page.get_by_role("alert")).to_contain_text("You were signed out. What you wrote is still here")
    signed_in_again(page, lead)
    expect(page.locator("#trouble")).to_be_hidden()
    send.click()
    expect(page.locator("#row-C0")).to_contain_text("in progress")
    assert Event.objects.filter(verb="send_back", note="The dock leaks.").exists()
    assert all("401" in one or "403" in one for one in console_errors), "htmx reports it too"
    console_errors.clear()


MORPH = """([from, to]) => {
  document.getElementById("main").innerHTML = `<div id="region" data-poll>${from}</div>`;
  const region = document.getElementById("region");
  region.querySelector("[data-typed]")?.focus();
  const typed = region.querySelector("[data-typed]");
  if (typed) typed.value = "typed";
  const requestConfig = { elt: region, path: null };
  htmx.trigger(region, "htmx:beforeSwap", { elt: region, target: region, requestConfig, xhr: {} });
  const arrived = `<div id="region" data-poll>${to}</div>`;
  htmx.swap(region, arrived, { swapStyle: "morph", settleDelay: 0 }, { contextElement: region });
  const left = [...document.querySelectorAll("#region form, #region li")];
  return left.map((one) => one.getAttribute("action") ?? one.id);
}"""


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        (
            "<form action=/1></form><form action=/2><input data-typed></form>",
            "<form action=/2><input></form>",
            ["/2"],
        ),
        (
            "<form action=/1><input data-typed></form>",
            "<form action=/2><input></form>",
            ["/2", "/1"],
        ),
        ("<li id=a></li><li id=b></li>", "<li id=b></li><li id=a></li><li id=c></li>", ["b", "a", "c"]),
        ("<li id=a>x</li>", "", []),
    ],
)
def test_parts_find_their_like(browser_as, phase, lead, before, after, left):
    page = browser_as(lead)
    page.goto("/keys/")
    assert sorted(page.evaluate(MORPH, [before, after])) == sorted(left)
    if "data-typed" in before:
        assert page.locator("[data-typed]").input_value() == "typed"


def test_a_row_that_moves_keeps_the_focus(browser_as, phase, lead):
    page = browser_as(lead)
    page.goto("/keys/")
    page.evaluate(
        MORPH,
        [
            "<li id=a><input></li><li id=b><input data-typed></li>",
            "<li id=b><input></li><li id=a><input></li>",
        ],
    )
    expect(page.locator("#b input")).to_be_focused()
