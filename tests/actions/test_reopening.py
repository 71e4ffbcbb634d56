"""What reopening makes of decisions and postures, and what a change of kind makes of verdicts."""

import pytest

from phases.actions.artifacts import attach_artifact
from phases.models import Concern, Disposition, Slice
from phases.permissions import OPERATOR
from phases.rules.dispositions import leaf
from phases.rules.reviews import approval

from .conftest import bring
from .reviews import REVIEWED, faults, judge, lead, move, reviewed_phase, run, slice_of, state_of


@pytest.fixture
def phase(db):
    """F3 can be decided either way."""
    phase = reviewed_phase("F3", "F4", "F6")
    run(phase, "assess", "make assess", code="F3")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="text")
    return phase


def decide(phase, verdict, **said):
    return judge(phase, verdict, lead(), "F3", reason="I know better.", **said)


def test_reopening_voids_the_decision(phase):
    row = decide(phase, "deferred")
    move(phase, "F3", "reopen")
    row.refresh_from_db()
    item = slice_of(phase, "F3")
    assert (bool(row.voided), item.round, item.decision) == (True, None, "")
    assert faults() == []


def test_a_decision_that_another_one_replaced_does_not_come_back(phase):
    decide(phase, "triggered")
    decide(phase, "deferred")
    move(phase, "F3", "reopen")
    assert slice_of(phase, "F3").round is None
    assert not Disposition.objects.filter(voided=0).exists()
    assert faults() == []


def test_each_time_it_is_reopened_only_what_stood_is_voided(phase):
    first = decide(phase, "deferred")
    move(phase, "F3", "reopen")
    first.refresh_from_db()
    run(phase, "assess", "make assess", code="F3")
    decide(phase, "deferred")
    move(phase, "F3", "reopen")
    was, first = first.voided, Disposition.objects.get(pk=first.pk)
    assert first.voided == was
    assert faults() == []


def test_its_watchpoints_are_over_and_those_of_others_go_on(phase):
    decide(phase, "deferred", watchpoints=("It freezes",))
    by_hand = Concern.objects.create(
        phase=phase, slice=Slice.objects.get(code="F3"), kind="watchpoint", text="x", raised_at=phase_time()
    )
    move(phase, "F3", "reopen")
    closed = Concern.objects.get(text="It freezes")
    by_hand.refresh_from_db()
    assert (closed.state, closed.answer, by_hand.state) == ("resolved", "F3 was reopened.", "open")


def phase_time():
    return Disposition.objects.latest("at").at


def test_reopening_a_review_keeps_its_rounds(phase):
    row = judge(phase, "approve")
    Slice.objects.filter(code="F4").update(status="landed")
    move(phase, "F4", "reopen")
    assert slice_of(phase).round.id == row.pk


def test_a_decision_approves_nothing_once_the_slice_is_a_review(phase):
    decide(phase, "triggered")
    bring(REVIEWED.replace("kind: conditional", "kind: review"))
    state = state_of(phase)
    assert not approval(state, state.slices["F3"]).satisfied
    assert faults() == []


def test_an_approval_says_nothing_of_readiness(phase):
    judge(phase, "approve")
    bring(REVIEWED.replace("kind: review", "kind: readiness"))
    state = state_of(phase)
    assert leaf(state, state.slices["F4"]).why == "Nobody has said yet whether F4 is ready."
