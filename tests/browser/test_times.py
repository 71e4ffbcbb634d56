"""Moments as a browser says them: relative and fresh, exact on hover, still while nothing happens."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from phases.actions.slices import link_slice, move_slice
from phases.models import Event
from phases.permissions import OPERATOR
from tests.cast import *  # noqa: F403

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
SLICE = "/initiatives/harbour/phases/C/slices/C0/"
START = dt.datetime(2026, 3, 5, 14, 30, tzinfo=dt.UTC)
SAY = """([said, at]) => {
  const one = document.createElement("time");
  [one.dateTime, one.dataset.said, one.textContent] = [at, said, "14:30"];
  document.getElementById("region").append(one);
  document.dispatchEvent(new Event("visibilitychange"));
  return one.textContent;
}"""


@pytest.fixture
def linked(phase):
    """An entry in the history of C0."""
    link_slice(actor=OPERATOR, phase=phase, code="C0", branch="quay")
    return Event.objects.get(verb="link")


@pytest.mark.parametrize(
    ("said", "away", "words"),
    [
        ("ago", -20 * MINUTE, "20 min ago"),
        ("ago", -59 * dt.timedelta(seconds=1), "just now"),
        ("ago", -3 * HOUR, "3 h ago"),
        ("ago", -13 * DAY, "13 d ago"),
        ("ago", -20 * DAY, "13 Feb"),
        ("ago", -90 * DAY, "5 Dec 2025"),
        ("since", -3 * HOUR, "for 3 h"),
        ("since", -20 * DAY, "since 13 Feb"),
        ("due", 2 * HOUR, "in 2 h"),
        ("due", 20 * DAY, "on 25 Mar"),
        ("due", -30 * HOUR, "overdue by 1 d"),
        ("due", -20 * DAY, "overdue since 13 Feb"),
    ],
)
def test_moments_as_people_say_them(browser_as, phase, lead, said, away, words):
    page = browser_as(lead)
    page.clock.set_fixed_time(START)
    page.goto(SLICE)
    assert page.evaluate(SAY, [said, f"{START + away:%Y-%m-%dT%H:%M:%SZ}"]) == words


def test_text_stays_fresh_by_itself(browser_as, linked, lead):
    page = browser_as(lead)
    page.clock.install(time=linked.at + 5 * MINUTE)
    page.goto(SLICE)
    moment = page.locator(".events time").first
    expect(moment).to_have_text("5 min ago")
    page.clock.run_for(2 * 60_000)
    expect(moment).to_have_text("7 min ago")


def test_title_is_exact_in_utc_and_here(browser_as, linked, lead):
    page = browser_as(lead, timezone_id="Asia/Tokyo")
    page.goto(SLICE)
    title = page.locator(".events time").first.get_attribute("title")
    here = linked.at.astimezone(dt.timezone(9 * HOUR))
    assert title == f"{linked.at:%-d %b %Y, %H:%M:%S} UTC, {here:%a %H:%M} here"


def test_without_script_the_text_is_the_time_of_day(browser_as, linked, lead):
    page = browser_as(lead, java_script_enabled=False)
    page.goto(SLICE)
    now = timezone.now()
    said = f"{linked.at:%H:%M}" if linked.at.date() == now.date() else f"{linked.at:%-d %b}"
    expect(page.locator(".events time").first).to_have_text(said)


def test_a_refresh_leaves_rows_alone_whose_words_are_the_same(quick, phase, linked, lead):
    page = quick(lead)
    page.goto(SLICE)
    old = page.locator(".events li", has_text="changed the links")
    expect(old.locator("time")).to_have_text("just now")
    version = phase.slices.get(code="C0").version
    move_slice(actor=OPERATOR, phase=phase, code="C0", version=version, verb="start")
    expect(page.locator(".events li", has_text="started C0").locator("time")).to_have_text("just now")
    expect(page.locator(".events li.touched")).to_have_count(1)
    expect(old.locator("time")).to_have_text("just now")


def test_paper_bears_the_moment_itself(browser_as, linked, lead):
    page = browser_as(lead)
    page.goto(SLICE)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".events time").first).to_have_text(f"{linked.at:%-d %b %Y, %H:%M}")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".events time").first).to_have_text("just now")
