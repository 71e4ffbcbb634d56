"""Moments as the server writes them: true for as long as a page stands, with the exact time beside them."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import timezone

from phases.rules.acting import Clock
from phases.views.clocks import ticking
from phases.views.sizes import size_of
from phases.views.times import (
    ago_element,
    clock,
    day_element,
    due_element,
    exact_element,
    lasted,
    second_element,
    since_element,
)

NOW = dt.datetime(2026, 3, 5, 14, 30, 7, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def text(element):
    return re.sub("<[^>]+>", "", element)


@pytest.mark.parametrize(
    ("before", "said"), [(HOUR, "13:30"), (DAY, "4 Mar"), (400 * DAY, "29 Jan 2025"), (-DAY, "6 Mar")]
)
def test_clock_of_today_and_date_of_other_days(before, said):
    assert clock(NOW - before) == said


def test_moments_elsewhere_are_told_in_utc():
    there = dt.timezone(dt.timedelta(hours=9))
    assert clock(NOW.astimezone(there)) == "14:30"
    assert 'datetime="2026-03-05T14:30:07Z"' in ago_element(NOW.astimezone(there))


@pytest.mark.parametrize(
    ("element", "said"),
    [
        (ago_element, "14:30"),
        (since_element, "since 5 Mar 2026, 14:30 UTC"),
        (due_element, "on 5 Mar 2026, 14:30 UTC"),
        (exact_element, "5 Mar 2026, 14:30 UTC"),
        (second_element, "5 Mar 2026, 14:30:07 UTC"),
        (day_element, "5 Mar 2026"),
    ],
)
def test_every_element_bears_the_exact_moment(element, said):
    made = element(NOW, "quiet")
    assert text(made) == said
    assert 'title="5 Mar 2026, 14:30:07 UTC"' in made
    assert 'class="quiet"' in made


def test_what_is_due_says_so_once_it_is_over():
    assert text(due_element(NOW - DAY)) == "overdue since 4 Mar 2026, 14:30 UTC"


RUNNING = Clock("@quay", "@dock", "2 days", NOW - DAY, NOW + DAY, is_over=False)


@pytest.mark.parametrize(
    ("mine", "said"),
    [
        ((), "It has been the turn of @quay since 4 Mar 2026, 14:30 UTC. It has 2 days: "),
        (("@quay",), "It has been your turn since 4 Mar 2026, 14:30 UTC. You have 2 days: "),
    ],
)
def test_clock_speaks_to_whoever_reads(mine, said):
    assert text(ticking(RUNNING, mine)) == f"{said}on 6 Mar 2026, 14:30 UTC it goes to @dock."


@pytest.mark.parametrize(("mine", "who"), [((), "@dock acts"), (("@dock",), "You act")])
def test_clock_that_ran_out_says_who_acts(mine, who):
    over = replace(RUNNING, due=NOW - HOUR, is_over=True)
    assert text(ticking(over, mine)) == (
        f"{who} for @quay, overdue since 5 Mar 2026, 13:30 UTC: it had 2 days from 4 Mar 2026, 14:30 UTC."
    )


def test_names_in_a_clock_are_escaped():
    assert "<b>" not in ticking(replace(RUNNING, owner="<b>"))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_shows_moments_in_a_way_of_its_own(path):
    # A day is a heading too; whoever is locked out has no script.
    assert path.name == "locked.html" or not re.search(r"date:.(c|[^'\"]*H:i)", path.read_text())


def test_durations_in_words():
    found = [lasted(one) for one in (850, 12_300, 123_000, 3_720_000)]
    assert found == ["850 ms", "12.3 s", "2 min 3 s", "1 h 2 min"]


def test_sizes_in_binary_units():
    assert size_of(9 * 1024 * 1024).replace("\xa0", " ") == "9.0 MiB"
