"""Whose turn a decision is, and since when: the clock of business hours, and the backup after it."""

import datetime as dt
from typing import Any

import pytest

from phases.rules.acting import (
    acting,
    after,
    allowed,
    blocker_clock,
    business_hours,
    clock,
    deadlines,
    next_deadline,
    waiting_since,
)
from phases.rules.state import Touch

from .states import NOON, a_blocker, a_finding, a_phase, a_review, a_round, a_slice, moment

HOURS = (9, 17)


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("1 business day", 8),
        ("2 business days", 16),
        ("4 business hours", 4),
        ("1 working week", 40),
        ("1.5 days", 12),
        ("0.25 hours", 0.25),
        (" 3  Hours ", 3),
        ("0 hours", 0),
    ],
)
def test_a_written_time_is_business_hours(written, hours):
    assert business_hours(written, HOURS) == hours


@pytest.mark.parametrize("written", ["", "soon", "one day", "1 month", "-1 day", "1 day or two", "1000 days"])
def test_what_is_no_such_time_is_none(written):
    assert business_hours(written, HOURS) is None


def test_a_day_is_as_long_as_the_setting_says():
    assert business_hours("1 day", (8, 20)) == 12


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("Mon 12:00", 4, "Mon 16:00"),
        ("Mon 12:00", 5, "Mon 17:00"),
        ("Mon 12:00", 5.5, "Tue 09:30"),
        ("Mon 12:00", 8, "Tue 12:00"),
        ("Mon 03:00", 1, "Mon 10:00"),
        ("Mon 17:00", 1, "Tue 10:00"),
        ("Mon 23:00", 1, "Tue 10:00"),
        ("Mon 16:59", 0.5, "Tue 09:29"),
        ("Fri 16:00", 2, "Mon+ 10:00"),
        ("Fri 18:00", 1, "Mon+ 10:00"),
        ("Sat 12:00", 1, "Mon+ 10:00"),
        ("Sun 23:59", 8, "Mon+ 17:00"),
        ("Fri 12:00", 40, "Fri+ 12:00"),
        ("Mon 12:00", 0, "Mon 12:00"),
        ("Sat 12:00", 0, "Mon+ 09:00"),
        ("Mon 17:00", 0, "Tue 09:00"),
    ],
)
def test_hours_are_counted_in_business_time(start, hours, end):
    assert after(moment(start), hours, HOURS) == moment(end)


def test_the_clock_runs_in_utc():
    east = dt.timezone(dt.timedelta(hours=9))
    start = dt.datetime(2026, 3, 3, 1, tzinfo=east)
    assert after(start, 1, HOURS) == dt.datetime(2026, 3, 2, 17, tzinfo=dt.UTC)


def test_seconds_are_kept_within_a_day_and_not_over_night():
    start = moment("Mon 16:30").replace(second=20)
    assert after(start, 0.25, HOURS) == moment("Mon 16:45").replace(second=20)
    assert after(moment("Mon 18:00").replace(second=20, microsecond=3), 1, HOURS) == moment("Tue 10:00")


def sla(handle="@crew", **times):
    return {
        "slas": [{"handle": "@none", "sla": {}}, {"handle": handle, "sla": times or {"standard": "1 day"}}]
    }


@pytest.mark.parametrize(
    ("times", "key", "says"),
    [
        ({"standard": "1 day", "blocking": "4 hours"}, "standard", "1 day"),
        ({"standard": "1 day", "blocking": "4 hours"}, "block", "4 hours"),
        ({"Standard_decision": "2 days"}, "standard", "2 days"),
        ({"review": "3 days"}, "standard", "3 days"),
        ({"review": "3 days"}, "block", ""),
    ],
)
def test_the_time_allowed_is_the_one_written_for_it(times, key, says):
    assert allowed(a_phase(about=sla(**times)), "@crew", key) == says


def test_another_owner_has_no_time_written():
    assert allowed(a_phase(about=sla()), "@else", "standard") == ""
    assert allowed(a_phase(), "@crew", "standard") == ""


def conditional(**columns):
    values: dict[str, Any] = {"kind": "conditional", "owner": "@crew", "backup": "@yard", "since": NOON}
    values |= columns
    return a_slice("D4", values.pop("status", "in_progress"), **values)


def at(when, *slices, **columns):
    return a_phase(*slices, **{"about": sla(), "moment": moment(when)} | columns)


def test_the_owner_acts_until_the_time_is_over():
    item = conditional()
    found = clock(at("Tue 11:59", item), item)
    assert (found.acting, found.is_over, found.due, found.written) == (
        "@crew",
        False,
        moment("Tue 12:00"),
        "1 day",
    )


def test_the_backup_acts_from_that_moment_on():
    item = conditional()
    state = at("Tue 12:00", item)
    assert (clock(state, item).is_over, acting(state, item)) == (True, "@yard")


@pytest.mark.parametrize(
    ("columns", "about"),
    [
        ({"backup": ""}, sla()),
        ({}, {}),
        ({}, sla(standard="soon")),
        ({}, sla("@else")),
        ({"since": None}, sla()),
        ({"status": "planned"}, sla()),
        ({"status": "deferred"}, sla()),
        ({"decision": "triggered"}, sla()),
        ({"kind": "build"}, sla()),
    ],
    ids=[
        "no backup",
        "no SLA",
        "unreadable",
        "other owner",
        "unmoved",
        "planned",
        "closed",
        "decided",
        "build",
    ],
)
def test_otherwise_no_clock_runs_and_the_owner_acts(columns, about):
    item = conditional(**columns)
    state = at("Fri+ 12:00", item, about=about)
    assert clock(state, item) is None
    assert acting(state, item) == "@crew"


def test_no_clock_runs_in_a_state_of_no_moment():
    item = conditional()
    assert clock(a_phase(item, about=sla()), item) is None


def test_a_candidate_that_is_undecided_again_waits():
    item = conditional(status="candidate")
    assert waiting_since(at("Tue 12:00", item), item) == NOON


def test_a_posture_waits_until_one_is_said():
    item = conditional(kind="readiness")
    assert waiting_since(at("Tue 12:00", item), item) == NOON
    said = conditional(kind="readiness", round=a_round("ready"))
    assert waiting_since(at("Tue 12:00", said), said) is None


def test_a_posture_of_not_ready_is_to_be_taken_again():
    said = conditional(kind="readiness", round=a_round("not_ready", at=NOON + dt.timedelta(hours=1)))
    assert waiting_since(at("Tue 12:00", said), said) == NOON + dt.timedelta(hours=1)


D1 = a_slice("D1", "landed", owner="@works", backup="@hands")
D2 = a_slice("D2", "landed")


def review(*findings, **columns):
    values: dict[str, Any] = {"owner": "@crew", "backup": "@yard", "since": NOON} | columns
    return a_review(*findings, **values)


def since(item, *others):
    return waiting_since(a_phase(*(others or (D1, D2)), item), item)


def test_a_first_round_waits_since_the_start():
    assert since(review()) == NOON


def test_an_approved_review_waits_for_nothing():
    assert since(review(round=a_round())) is None


def test_while_findings_are_open_it_is_not_the_reviewers_turn():
    assert since(review(a_finding("open"), a_finding("fixed"), round=a_round("not_ready"))) is None


@pytest.mark.parametrize("verdict", ["not_ready", "approve_with_changes"])
@pytest.mark.parametrize("state", ["fixed", "accepted", "confirmed"])
def test_a_next_round_waits_since_the_last_finding_was_answered(state, verdict):
    early, late = moment("Wed 10:00"), moment("Thu 10:00")
    findings = a_finding("fixed", changed_at=early), a_finding(state, changed_at=late)
    assert since(review(*findings, round=a_round(verdict))) == late


def test_without_findings_it_waits_since_the_last_round():
    assert since(review(round=a_round("not_ready", at=moment("Wed 10:00")))) == moment("Wed 10:00")


def test_a_round_after_the_last_answer_starts_the_clock_again():
    item = review(a_finding("confirmed"), round=a_round("not_ready", 2, at=moment("Wed 10:00")))
    assert since(item) == moment("Wed 10:00")


def test_nobody_knows_since_when_an_approval_is_stale():
    touched = a_slice("D1", "landed", touched=Touch(9, "r9", "a.py", 9))
    for verdict in ("approve", "approve_with_changes"):
        item = review(round=a_round(verdict, reviewed="D1"))
        assert since(item, touched, D2) is None


def test_a_landed_review_waits_for_nothing():
    assert since(review(status="landed")) is None


def test_an_independent_backup_acts_for_a_round():
    item = review()
    assert acting(at("Fri+ 12:00", D1, D2, item), item) == "@yard"


@pytest.mark.parametrize("backup", ["@works", "@hands"])
def test_a_backup_who_is_not_independent_never_does(backup):
    item = review(backup=backup)
    state = at("Fri+ 12:00", D1, D2, item)
    assert (clock(state, item), acting(state, item)) == (None, "@crew")


def test_a_backup_of_the_work_may_still_decide():
    item = conditional(backup="@works", needs="D1")
    assert acting(at("Fri+ 12:00", D1, item), item) == "@works"


def test_a_blocker_goes_by_its_own_time():
    item = conditional(blockers=(a_blocker("D4"),))
    state = at("Mon 13:00", item, about=sla(standard="5 days", blocking="1 hour"))
    found = blocker_clock(state, item, NOON)
    assert (found.due, found.acting) == (moment("Mon 13:00"), "@yard")


def test_a_blocker_goes_by_the_standard_time_where_it_has_none():
    item = conditional()
    assert blocker_clock(at("Mon 13:00", item), item, NOON).due == moment("Tue 12:00")


def test_no_clock_runs_for_a_blocker_without_a_backup():
    item = conditional(backup="")
    assert blocker_clock(at("Mon 13:00", item), item, NOON) is None


def test_a_backup_who_is_not_independent_still_resolves_blockers():
    item = review(backup="@works")
    assert blocker_clock(at("Fri+ 12:00", D1, D2, item), item, NOON).acting == "@works"


def test_the_deadlines_are_those_of_decisions_and_blockers():
    item = conditional(blockers=(a_blocker("D4"),))
    waiting = a_slice("D6", owner="@crew", backup="@yard", blockers=(a_blocker("D6"),))
    alone = a_slice("D7", "in_progress", kind="conditional", since=NOON, blockers=(a_blocker("D7"),))
    state = at("Mon 13:00", item, waiting, alone, about=sla(standard="1 day", blocking="2 hours"))
    assert list(deadlines(state)) == [moment("Tue 12:00"), moment("Mon 14:00"), moment("Mon 14:00")]
    assert next_deadline(state) == moment("Mon 14:00")


@pytest.mark.parametrize("when", ["Tue 12:00", "Tue 12:01"])
def test_a_deadline_that_has_passed_is_not_to_come(when):
    assert next_deadline(at(when, conditional())) is None
