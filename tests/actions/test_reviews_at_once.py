"""Several people on one review at the same time: every acknowledged act is kept, in one order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection

from phases.errors import ActionError, Refused
from phases.models import Disposition, Event, Finding, GateRun

from .reviews import (
    accept,
    confirmed,
    faults,
    fix,
    found,
    judge,
    lead,
    reviewed_phase,
    reviewer,
    run,
    slice_of,
    take_back,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phase(transactional_db):
    return reviewed_phase("F1", "F4")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of them in threads that begin together; answers what each gave, or its refusal."""
    ready = threading.Barrier(len(acts))

    def do(act: Callable[[], Any]) -> Any:
        try:
            ready.wait(timeout=30)
            return act()
        except ActionError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def test_two_rounds_at_once_are_both_there(phase):
    people = [reviewer("rita"), reviewer("rolf")]
    rows = at_once(
        *(lambda who=who: judge(phase, "not_ready", who, findings=[found(title=who.name)]) for who in people)
    )
    assert sorted(row.number for row in rows) == [1, 2]
    assert {(row.by, row.findings.get().title) for row in rows} == {("rita", "rita"), ("rolf", "rolf")}
    assert (slice_of(phase).round.number, slice_of(phase).unclosed) == (2, 2)
    assert faults() == []


def test_many_rounds_at_once_have_no_gap(phase):
    at_once(*(lambda n=n: judge(phase, "not_ready", reviewer(f"r{n}"), findings=[found()]) for n in range(8)))
    assert sorted(Disposition.objects.values_list("number", flat=True)) == list(range(1, 9))
    assert (slice_of(phase).unclosed, faults()) == (8, [])


def test_two_fixes_at_once_are_both_told(phase):
    finding = judge(phase, "not_ready", findings=[found(slice="F1")]).findings.get()
    at_once(*(lambda who=who: fix(finding, lead(who), note=f"By {who}.", revision=f"{who}1") for who in "ab"))
    first, last = Event.objects.filter(verb="fix").order_by("seq")
    assert last.before == first.after
    finding.refresh_from_db()
    assert (finding.fixed_by, finding.fix_note) == (last.actor, f"By {last.actor}.")
    assert faults() == []


def test_of_a_fix_and_an_acceptance_at_once_none_is_lost(phase):
    finding = judge(phase, "not_ready", findings=[found(slice="F1")]).findings.get()
    done = at_once(lambda: fix(finding), lambda: accept(finding))
    finding.refresh_from_db()
    refused = [one for one in done if isinstance(one, Refused)]
    assert finding.state == "accepted"
    assert Event.objects.filter(verb__in=["fix", "accept"]).count() == 2 - len(refused)
    assert (slice_of(phase).unclosed, faults()) == (0, [])


def test_an_approval_never_overtakes_a_new_finding(phase):
    for _ in range(5):
        at_once(
            lambda: judge(phase, "approve", reviewer("rita")),
            lambda: judge(phase, "approve_with_changes", reviewer("rolf"), findings=[found("high")]),
        )
        last = slice_of(phase)
        assert not (last.round.verdict == "approve" and last.unclosed)
        for one in Finding.objects.filter(state="open"):
            fix(one)
        rest = [confirmed(one) for one in Finding.objects.filter(state="fixed")]
        judge(phase, "approve", rechecked=rest)
    assert faults() == []


def test_a_round_beside_reports_loses_neither(phase):
    reports = [partial(run, phase, "quick", "make dome", code="F1", revision=f"r{n}") for n in range(6)]
    rows = at_once(lambda: judge(phase, "approve", revision="r9"), *reports)
    assert GateRun.objects.count() == 6
    assert rows[0].reviewed["F1"] == rows[0].place
    assert faults() == []


def test_a_round_is_retracted_once(phase):
    row = judge(phase, "not_ready", findings=[found()])
    done = at_once(*[lambda: take_back(phase, row)] * 3)
    assert sum(isinstance(one, Refused) for one in done) == 2
    assert (slice_of(phase).round, slice_of(phase).unclosed, faults()) == (None, 0, [])


def test_a_fix_beside_the_retraction_of_its_round(phase):
    row = judge(phase, "not_ready", findings=[found()])
    done = at_once(lambda: take_back(phase, row), lambda: fix(row.findings.get()))
    assert sum(isinstance(one, Refused) for one in done) == 1
    assert Finding.objects.get().state in ("retracted", "fixed")
    assert faults() == []
