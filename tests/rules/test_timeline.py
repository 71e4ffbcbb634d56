"""How work went on: points of the ledger, the days that are shown, and the dates below them."""

import datetime as dt

import pytest

from phases.rules.timeline import Happening, Milestone, ended, points, span

FROM = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def at(days: float) -> dt.datetime:
    return FROM + dt.timedelta(days=days)


def story(*steps):
    """`(1, "land", "D1")`; a plan of D1 to D4 was imported at the beginning."""
    return points(
        [Happening(FROM, "import", "", ["D1", "D2", "D3", "D4"]), *(Happening(at(n), *w) for n, *w in steps)]
    )


def counts(found):
    return [(one.landed, one.deferred, one.total) for one in found]


def test_landings_and_deferrals_count_up():
    found = story((1, "land", "D1"), (2, "defer", "D3"), (3, "declare_landed", "D2"))
    assert counts(found) == [(0, 0, 4), (1, 0, 4), (1, 1, 4), (2, 1, 4)]
    assert [one.closed for one in found] == [0, 1, 2, 3]


def test_reopening_counts_down_whatever_the_slice_was():
    found = story((1, "land", "D1"), (2, "defer", "D3"), (3, "reopen", "D1"), (4, "reopen", "D3"))
    assert [one.closed for one in found] == [0, 1, 2, 1, 0]


def test_entries_of_one_moment_are_one_step():
    found = story((1, "land", "D1"), (1, "land", "D2"), (1, "defer", "D3"))
    assert counts(found) == [(0, 0, 4), (2, 1, 4)]
    assert found[1].happened == {"land": ["D1", "D2"], "defer": ["D3"]}


def test_import_changes_the_plan_and_takes_what_it_archives_out_of_the_count():
    found = story((1, "land", "D1"), (2, "land", "D2"), (3, "import", "", ["D5"], ["D2"]))
    assert counts(found)[-1] == (1, 0, 4)


def test_slice_that_comes_back_counts_as_it_was():
    found = story((1, "land", "D1"), (2, "import", "", [], ["D1"]), (3, "import", "", ["D1"], []))
    assert counts(found)[1:] == [(1, 0, 4), (0, 0, 3), (1, 0, 4)]


def test_ledger_decides_about_the_order_where_a_clock_went_back():
    found = story((5, "land", "D1"), (2, "land", "D2"))
    assert [one.at for one in found] == [FROM, at(5)]
    assert found[-1].landed == 2


def test_there_is_nothing_before_the_first_import():
    assert points([Happening(FROM, "land", "D1")]) == []


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(3, "handoff")], at(3)),
        ([(3, "handoff"), (4, "reopen_phase")], None),
        ([(3, "handoff"), (4, "reopen_phase"), (5, "handoff")], at(5)),
        ([], None),
    ],
)
def test_phase_has_ended_while_it_is_handed_off(steps, expected):
    assert ended(story(*steps)) == expected


def test_span_covers_whole_days_from_the_import_to_now():
    found = span(story((1, "land", "D1")), at(10))
    assert (found.begins.day, found.ends.day) == (2, 13)
    assert found.place(found.begins) == 0
    assert found.place(found.ends) == 1
    assert found.place(FROM + (found.ends - found.begins) / 2 - dt.timedelta(hours=9)) == 0.5


def test_span_ends_with_the_handoff():
    assert span(story((3, "handoff")), at(90)).ends.day == 6


def test_span_reaches_for_milestones_that_are_not_far():
    near, far = Milestone("near", dt.date(2026, 3, 18)), Milestone("far", dt.date(2027, 3, 20))
    found = span(story(), at(2), [near, far])
    assert found.shows(near.day)
    assert not found.shows(far.day)


@pytest.mark.parametrize("days", [0, 1, 6, 30, 100, 400, 4000])
def test_axis_has_few_dates_all_of_them_shown(days):
    found = span(story(), at(days))
    ticks = found.ticks()
    assert 1 <= len(ticks) <= 6
    assert all(found.shows(day) for day in ticks)


def test_weeks_of_the_axis_begin_on_mondays():
    assert {
        day.weekday() for day in span(points([Happening(at(2), "import", "", ["D1"])]), at(40)).ticks()
    } == {0}
