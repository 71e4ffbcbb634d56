"""The readiness page in a real browser: refreshing, keyboard, no script, narrow screens, paper, axe."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from phases.models import Initiative
from tests import factories
from tests.actions.handed import handed_off, ready_phase
from tests.actions.reviews import found, judge, move, reviewed_phase, run, start

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)
F = "/initiatives/observatory/phases/F/readiness/"


@pytest.fixture
def phase(db):
    """F1 at work, F3 to be decided, F4 reviewed with a high finding, a waived gate, and a long text."""
    made = reviewed_phase("F1", "F3", "F4")
    run(made, "quick", "make dome", "fail", code="F1", revision="a" * 40)
    judge(made, "not_ready", findings=[found("high", "A gap of many words " * 9, slice="F1")])
    made.slices.filter(code="F2").update(title="A title, part of it unbreakably_long_like_" + "x" * 60)
    return made


@pytest.fixture
def lena(phase):
    owner = factories.make_owner(Initiative.objects.get(), "@dome")
    return factories.make_user("lena", "lead", member_of=[owner])


def test_change_by_others_appears_beside_open_groups(quick, lena, phase):
    page = quick(lena)
    page.goto(F)
    expect(page.locator("[data-key='slice:F1']")).to_contain_text("F1 is in progress")
    run(phase, "quick", "make dome", code="F1", revision="b" * 40)
    move(phase, "F1", "candidate")
    expect(page.locator("[data-key='slice:F1']")).to_contain_text("F1 is a candidate")


def test_group_that_was_closed_stays_closed(quick, lena, phase):
    page = quick(lena)
    page.goto(F)
    page.locator("#group-F1 summary").click()
    run(phase, "quick", "make dome", code="F1", revision="b" * 40)
    move(phase, "F1", "candidate")
    expect(page.locator("[data-key='slice:F1']")).to_contain_text("F1 is a candidate")
    expect(page.locator("#group-F1")).not_to_have_attribute("open", "")


def test_what_was_unfolded_stays_so_while_the_page_refreshes(quick, lena, phase):
    page = quick(lena)
    page.goto(F)
    page.locator("#then").click()
    start(phase, "F6")
    expect(page.locator("[data-key='slice:F6']")).to_contain_text("F6 is in progress")
    expect(page.locator(".then")).to_have_attribute("open", "")


@pytest.mark.parametrize("script", [True, False])
def test_what_if_and_past_work_by_links_and_forms(browser_as, lena, phase, script):
    page = browser_as(lena, java_script_enabled=script)
    page.goto(F)
    page.locator("[data-key='disposition:F3']").get_by_role("link", name="assume deferred").click()
    expect(page.get_by_role("region", name="What if")).to_contain_text("nothing is saved")
    page.get_by_role("link", name="No longer assume: F3 is deferred").click()
    expect(page.get_by_role("region", name="What if")).to_have_count(0)
    page.locator("#moments").click()
    page.get_by_label("Show it as of").select_option(index=1)
    page.get_by_label("and what changed since").select_option(index=2)
    page.get_by_role("button", name="Show").first.click()
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    page.get_by_role("link", name="Back to now").click()
    assert page.url.endswith(F)


def test_keyboard_reaches_and_opens_a_group(browser_as, lena):
    page = browser_as(lena)
    page.goto(F)
    page.locator("#group-F1 summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#group-F1")).not_to_have_attribute("open", "")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#group-F1 a").first).to_be_focused()


@pytest.mark.parametrize("query", ["", "?tree=all", "?assume=slice:F1", "?at={0}", "?since={0}"])
@pytest.mark.parametrize("width", [360, 1440])
def test_page_fits_the_screen(browser_as, lena, query, width):
    page = browser_as(lena)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(F)
    moment = page.locator("#at option").nth(1).get_attribute("value")
    page.goto(F + query.format(moment))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["?tree=all", "?assume=disposition:F3%3Dtriggered", "?since={0}"])
def test_axe_finds_nothing(browser_as, lena, query, scheme):
    page = browser_as(lena, color_scheme=scheme)
    page.goto(F)
    page.goto(F + query.format(page.locator("#at option").nth(1).get_attribute("value")))
    assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phase_that_was_handed_off(browser_as, db, scheme):
    handed_off(ready_phase())
    page = browser_as(factories.make_user("vera"), color_scheme=scheme)
    page.goto(f"{F}?tree=all")
    expect(page.get_by_role("heading", level=1)).to_contain_text("was handed off by lena")
    assert barriers(page) == []


def test_paper_shows_the_whole_way_and_no_tools(browser_as, lena):
    page = browser_as(lena)
    page.goto(F)
    page.emulate_media(media="print")
    expect(page.locator(".then .way-step").last).to_be_visible()
    expect(page.get_by_text("· seen ")).to_be_visible()
    for tool in ("#moments", "#badge", "a.what-if >> nth=0"):
        expect(page.locator(tool)).to_be_hidden()


def test_badge_is_drawn_under_the_strict_policy(browser_as, lena):
    page = browser_as(lena)
    page.goto(f"{F}badge.svg")
    assert page.locator("text").nth(1).evaluate("one => getComputedStyle(one).fontWeight") == "600"
    box = page.locator("svg").bounding_box()
    assert box["height"] == 20


def test_phone_shows_the_way_first_and_the_requirements_folded(browser_as, lena):
    page = browser_as(lena)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(F)
    assert page.locator(".req-group[open]").count() == 0
    assert page.locator("#way").bounding_box()["y"] < page.locator("#tree").bounding_box()["y"]
    page.locator("#group-F1 > summary").click()
    expect(page.locator("[data-key='slice:F1']")).to_be_visible()


def test_past_and_badge_are_folded_until_asked_for(browser_as, lena):
    page = browser_as(lena)
    page.goto(F)
    expect(page.get_by_label("Show it as of")).to_be_hidden()
    page.locator("#badge").click()
    expect(page.get_by_alt_text("The badge of this phase")).to_be_visible()


@pytest.mark.parametrize(("query", "said"), [("", "for 3 h"), ("?at={0}", "since then")])
def test_nothing_of_the_past_is_told_as_from_now(browser_as, lena, query, said):
    page = browser_as(lena)
    page.goto(F)
    page.goto(F + query.format(page.locator("#at option").nth(1).get_attribute("value")))
    since = (timezone.now() - dt.timedelta(hours=3.5)).isoformat()
    turn = f'<time id="turn" data-said="since" datetime="{since}">since then</time>'
    page.evaluate("turn => document.getElementById('region').insertAdjacentHTML('beforeend', turn)", turn)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#turn")).to_have_text(said)


def test_what_would_change_is_not_torn_over_two_columns(browser_as, lena):
    page = browser_as(lena)
    page.goto(f"{F}?assume=disposition:F3%3Dtriggered")
    lines = page.locator("ul.changes > li").all()
    assert lines
    assert {line.evaluate("one => getComputedStyle(one).breakInside") for line in lines} == {"avoid"}
