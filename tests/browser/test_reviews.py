"""Writing dispositions in a real browser: drafts as one types, lost sessions, two reviewers, no script."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from phases.models import Disposition, Draft, Finding, Membership
from tests.actions.reviews import fix, found, judge
from tests.factories import make_gate, make_owner, make_run
from tests.web.reviews import CREW, observatory, page, someone

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phase(db):
    """The phase F at work, with a round that found two things, one of which is fixed."""
    made = observatory("F1", "F3", "F4", "F6")
    make_gate(made, "F1", text="make frost", suite="extra")
    make_run(made, "F1", "make dome", revision="a" * 40, changed_files=["src/dome/x"])
    gaps = (found("high", "No brake " + "x" * 200, anchor="src/dome/" + "long/" * 30 + "m.c:4"), found())
    judge(made, "not_ready", findings=(*gaps, found("low", "Rust", detail="On the rail.")))
    fix(Finding.objects.order_by("pk")[0], revision="b" * 40, note="Mounted.")
    return made


@pytest.fixture
def rob(phase):
    return someone("rob", "reviewer")


@pytest.fixture
def lena(phase):
    return someone("lena", "lead", member_of=CREW)


def saved(tab):
    """Wait until what was typed is on the server."""
    expect(tab.locator("#saved .saved")).to_contain_text("Draft saved")


def sign_in(tab, name="rob"):
    tab.locator("#username").fill(name)
    tab.locator("#password").fill(f"{name}-password")
    tab.get_by_role("button", name="Sign in").click()


def test_draft_is_saved_while_one_types_and_the_focus_stays(browser_as, rob):
    tab = browser_as(rob)
    tab.goto(page())
    summary = tab.get_by_label("What was looked at, and what came of it?")
    summary.fill("An hour of work.")
    saved(tab)
    expect(summary).to_be_focused()
    with tab.expect_response("**/draft/"):
        summary.press_sequentially(" And more.")
    tab.goto(page())
    expect(summary).to_have_value("An hour of work. And more.")
    expect(tab.get_by_text("Nobody else sees it.")).to_be_visible()


def test_round_is_written_with_script(browser_as, rob):
    tab = browser_as(rob)
    tab.goto(page())
    tab.get_by_label("Confirmed").check()
    tab.get_by_label("New finding 1").fill("Grease")
    tab.get_by_role("button", name="Add a row").click()
    expect(tab.get_by_label("New finding 2")).to_be_focused()
    tab.keyboard.type("Dust")
    tab.get_by_role("button", name="Remove finding 1").click()
    expect(tab.get_by_label("New finding 2")).to_be_focused()
    tab.locator("#paste").click()
    tab.get_by_label("A list with severities").fill("1. High: no brake\n   and so on and on.\nProse.")
    tab.get_by_role("button", name="Turn into rows").click()
    expect(tab.get_by_role("status")).to_contain_text("1 finding was added. Left in the box")
    expect(tab.get_by_label("New finding 1")).to_have_value("Dust")
    expect(tab.get_by_label("New finding 2")).to_have_value("no brake and so on and on.")
    tab.get_by_label("A list with severities").fill("")
    tab.get_by_label("What was looked at").fill("All of it.")
    tab.get_by_label("Not ready").check()
    tab.get_by_role("button", name="Record").click()
    tab.wait_for_url("**/slices/F4/")
    expect(tab.get_by_role("status")).to_contain_text("Round 2 of F4 is recorded: not ready.")
    titles = Finding.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles)[3:] == ["Dust", "no brake and so on and on."]
    assert not Draft.objects.exists()


def test_round_is_written_without_script(browser_as, rob):
    tab = browser_as(rob, java_script_enabled=False)
    tab.goto(page())
    tab.get_by_label("New finding 1").fill("Grease")
    tab.get_by_role("button", name="Add a row").click()
    tab.get_by_label("New finding 2").fill("Dust")
    tab.get_by_role("button", name="Remove finding 1").click()
    expect(tab.get_by_label("New finding 1")).to_have_value("Dust")
    tab.locator("#paste").click()
    tab.get_by_label("A list with severities").fill("1. High: no brake")
    tab.get_by_role("button", name="Turn into rows").click()
    expect(tab.get_by_label("New finding 2")).to_have_value("no brake")
    tab.get_by_role("button", name="Record").click()
    expect(tab.get_by_role("alert")).to_contain_text("Choose the verdict.")
    tab.get_by_label("Not ready").check()
    tab.get_by_label("What was looked at").fill("All of it.")
    tab.get_by_role("button", name="Record").click()
    expect(tab.get_by_role("status")).to_contain_text("Round 2 of F4 is recorded")
    assert Finding.objects.count() == 5


def test_enter_in_a_field_saves_and_records_nothing(browser_as, rob):
    tab = browser_as(rob)
    tab.goto(page())
    tab.get_by_label("New finding 1").fill("Grease")
    with tab.expect_response("**/draft/"):
        tab.keyboard.press("Enter")
    saved(tab)
    expect(tab.get_by_label("New finding 1")).to_be_focused()
    assert Disposition.objects.count() == 1


def test_session_that_ends_while_one_types_loses_nothing(browser_as, rob):
    tab = browser_as(rob)
    tab.goto(page())
    Session.objects.all().delete()
    tab.get_by_label("What was looked at").fill("An hour of work.")
    tab.wait_for_url("**/accounts/sign-in/**")
    expect(tab.get_by_text("What you wrote is kept")).to_be_visible()
    sign_in(tab)
    expect(tab.get_by_label("What was looked at")).to_have_value("An hour of work.")


@pytest.mark.parametrize("script", [True, False])
def test_session_that_ends_before_recording_loses_nothing(browser_as, rob, script):
    tab = browser_as(rob, java_script_enabled=script)
    tab.goto(page())
    Session.objects.all().delete()
    tab.get_by_label("Not ready").check()
    tab.get_by_label("What was looked at").fill("An hour of work.")
    tab.get_by_role("button", name="Record").click()
    sign_in(tab)
    expect(tab.get_by_label("What was looked at")).to_have_value("An hour of work.")
    expect(tab.get_by_label("Not ready")).to_be_checked()
    tab.get_by_role("button", name="Record").click()
    expect(tab.get_by_role("status")).to_contain_text("Round 2 of F4 is recorded")


@pytest.mark.parametrize("button", ["Record", "Save draft"])
@pytest.mark.parametrize("script", [True, False])
def test_cookies_that_are_cleared_while_one_writes_lose_nothing(browser_as, rob, script, button):
    tab = browser_as(rob, java_script_enabled=script)
    tab.goto(page())
    tab.context.clear_cookies()
    tab.get_by_label("Not ready").check()
    tab.get_by_label("What was looked at").fill("An hour of work.")
    tab.get_by_role("button", name=button).last.click()
    expect(tab.get_by_text("What you wrote is kept")).to_be_visible()
    sign_in(tab)
    expect(tab.get_by_label("What was looked at")).to_have_value("An hour of work.")
    expect(tab.get_by_label("Not ready")).to_be_checked()


def test_page_of_an_earlier_sign_in_loses_nothing(browser_as, rob):
    tab = browser_as(rob)
    tab.goto(page())
    other = tab.context.new_page()
    other.goto(page())
    other.locator(".menu summary").click()
    other.get_by_role("button", name="Sign out").click()
    sign_in(other)
    other.wait_for_url("**/")
    tab.get_by_label("What was looked at").fill("An hour of work.")
    expect(tab.get_by_text("You have signed in again since this page was opened")).to_be_visible()
    expect(tab.get_by_label("What was looked at")).to_have_value("An hour of work.")


@pytest.mark.statuses(403)
def test_whoever_is_no_longer_independent_reads_why_and_keeps_every_word(browser_as, phase, rob):
    tab = browser_as(rob)
    tab.goto(page())
    tab.get_by_label("Not ready").check()
    tab.get_by_label("What was looked at").fill("An hour of work.")
    saved(tab)
    Membership.objects.create(user=rob, owner=make_owner(phase.initiative, "@mirror"))
    tab.get_by_role("button", name="Record").click()
    expect(tab.get_by_role("alert").first).to_contain_text("is not independent of that work")
    expect(tab.get_by_label("What was looked at")).to_have_value("An hour of work.")


def test_second_reviewer_reads_the_first_and_records_on_top(browser_as, phase, rob):
    tab = browser_as(rob)
    tab.goto(page())
    judge(phase, "not_ready", summary="Rita looked.", findings=(found(title="Ice"),))
    tab.get_by_label("Confirmed").check()
    tab.get_by_label("Not ready").check()
    tab.get_by_label("What was looked at").fill("Mine.")
    tab.get_by_role("button", name="Record").click()
    expect(tab.get_by_role("alert").first).to_contain_text("rita recorded a disposition of F4")
    expect(tab.locator("#region")).to_contain_text("Rita looked.")
    expect(tab.get_by_label("You are here")).to_contain_text("Round 3 of F4")
    expect(tab.locator("h1")).to_contain_text("Round 3 of F4")
    expect(tab).to_have_title("Round 3 of F4 · Phase tracker")
    expect(tab.locator(".earlier")).to_contain_text("Ice")
    expect(tab.get_by_label("Confirmed")).to_be_checked()
    tab.get_by_role("button", name="Record").click()
    expect(tab.get_by_role("status")).to_contain_text("Round 3 of F4 is recorded")


def test_typing_after_a_refusal_keeps_the_focus(browser_as, rob):
    tab = browser_as(rob)
    tab.goto(page())
    tab.get_by_role("button", name="Record").click()
    expect(tab.get_by_role("alert").first).to_be_focused()
    summary = tab.get_by_label("What was looked at")
    summary.fill("An hour of work.")
    with tab.expect_response("**/draft/"):
        pass
    expect(summary).to_be_focused()
    expect(summary).to_have_value("An hour of work.")


def test_decision_is_written(browser_as, lena):
    tab = browser_as(lena)
    tab.goto(page("F3"))
    tab.get_by_role("group", name="Criterion 2").get_by_label("Triggered", exact=True).check()
    tab.get_by_label("Evidence for criterion 2").fill("Ice on the rail.")
    expect(tab.locator("#saved")).to_contain_text("They say: triggered.")
    tab.get_by_role("radio", name="Triggered The work").check()
    tab.get_by_label("What was looked at").fill("Cold.")
    tab.get_by_label("Reason").fill("The scan has not run.")
    tab.get_by_role("button", name="Record").click()
    expect(tab.get_by_role("status")).to_contain_text("F3 is decided: triggered.")


@pytest.mark.parametrize("code", ["F3", "F4", "F5", "F6"])
def test_pages_fit_a_narrow_screen(browser_as, lena, code):
    lena.groups.add(*someone("rita2", "reviewer", "admin").groups.all())
    Membership.objects.all().delete()
    tab = browser_as(lena)
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.goto(page(code))
    for fold in tab.locator("#region summary").all():
        fold.click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser_as, phase, scheme):
    tab = browser_as(someone("ada", "admin"), color_scheme=scheme)
    for code in ("F3", "F4", "F5", "F6"):
        tab.goto(page(code))
        for fold in tab.locator("#region summary").all():
            fold.click()
        if code != "F5":
            tab.get_by_role("button", name="Record").click()
            expect(tab.get_by_role("alert").first).to_be_visible()
        assert barriers(tab) == []
