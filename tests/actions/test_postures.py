"""The posture of a readiness slice: ready once all else is met, not ready always."""

import pytest

from phases.actions.concerns import raise_concern
from phases.errors import Forbidden, Invalid, Refused
from phases.models import Slice
from phases.permissions import OPERATOR, Actor
from phases.rules.dispositions import leaf
from phases.rules.readiness import readiness

from .reviews import (
    faults,
    found,
    judge,
    lead,
    move,
    person,
    reviewed_phase,
    reviewer,
    slice_of,
    state_of,
)

SMALL = """\
phase: F
slices:
  - {id: F1, title: Dome motor, owner: '@dome', backup: '@mirror'}
  - {id: F6, title: Ready, owner: '@dome', backup: '@mirror', kind: readiness, depends_on: [F1]}
  - {id: F7, title: Pack up, owner: '@dome', depends_on: [F6]}
gates: {phase_exit: {full: [make exit]}}
"""


@pytest.fixture
def phase(db):
    """F1 is landed, F6 in progress."""
    phase = reviewed_phase("F1", packet=SMALL)
    for verb in ("candidate", "land"):
        move(phase, "F1", verb)
    move(phase, "F6", "start")
    return phase


def say(phase, verdict, actor=None, **said):
    return judge(phase, verdict, actor or lead(), "F6", **said)


def posture(phase):
    state = state_of(phase)
    return leaf(state, state.slices["F6"])


def test_ready_satisfies(phase):
    row = say(phase, "ready")
    assert (row.kind, posture(phase).why) == ("readiness", "lena says that F6 is ready.")
    for verb in ("candidate", "land"):
        move(phase, "F6", verb)
    assert faults() == []


def test_not_ready_is_always_taken_and_does_not_satisfy(phase):
    move(phase, "F1", "reopen")
    say(phase, "not_ready")
    assert posture(phase).why == "lena says that F6 is not ready."
    move(phase, "F6", "candidate")
    with pytest.raises(Refused, match="lena says that F6 is not ready"):
        move(phase, "F6", "land")


def test_ready_waits_for_every_other_slice(phase):
    move(phase, "F1", "reopen")
    with pytest.raises(Refused, match="F6 cannot say that the phase is ready: F1 is in progress") as refusal:
        say(phase, "ready")
    assert [one.key for one in refusal.value.unmet] == ["slice:F1"]
    assert slice_of(phase, "F6").round is None


def test_ready_waits_for_a_blocker_of_the_phase(phase):
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="No room")
    with pytest.raises(Refused, match="No room"):
        say(phase, "ready")


def test_it_waits_neither_for_itself_nor_for_what_comes_after(phase):
    assert Slice.objects.get(code="F7").status == "planned"
    assert say(phase, "ready").number == 1


def test_reopening_voids_it(phase):
    say(phase, "not_ready")
    row = say(phase, "ready")
    for verb in ("candidate", "land", "reopen"):
        move(phase, "F6", verb)
    row.refresh_from_db()
    assert (bool(row.voided), slice_of(phase, "F6").round) == (True, None)
    assert faults() == []


@pytest.mark.parametrize("verdict", ["approve", "triggered", "deferred", ""])
def test_other_words_are_no_posture(phase, verdict):
    with pytest.raises(Invalid, match="is no verdict for F6; it is ready or not_ready"):
        say(phase, verdict)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"findings": [found()]}, "findings"),
        ({"scope": ["F1"]}, "scope"),
        ({"watchpoints": ["x"]}, "watchpoints"),
    ],
)
def test_it_takes_a_summary_and_nothing_of_other_kinds(phase, said, field):
    with pytest.raises(Invalid) as refusal:
        say(phase, "not_ready", **said)
    assert list(refusal.value.fields) == [field]


def test_it_is_taken_while_the_slice_is_open(phase):
    Slice.objects.filter(code="F6").update(status="planned")
    with pytest.raises(Refused, match="F6 is planned: it is decided while"):
        say(phase, "not_ready")


def test_a_landed_slice_takes_the_posture_that_it_lacks_and_no_other(phase):
    Slice.objects.filter(code="F6").update(status="landed")
    say(phase, "ready")
    with pytest.raises(Refused, match="F6 is landed: it is decided while"):
        say(phase, "not_ready")


def test_the_way_asks_a_landed_slice_for_it(phase):
    Slice.objects.filter(code="F6").update(status="landed")
    assert next((step.leaf.key, step.is_now) for step in readiness(state_of(phase)).way) == (
        "disposition:F6",
        True,
    )


@pytest.mark.parametrize("handle", ["@dome", "@mirror"])
def test_leads_of_the_slice_take_it(phase, handle):
    assert say(phase, "ready", lead("lars", handle)).by == "lars"


def test_nobody_else_does(phase):
    machine = Actor(kind="token", name="bot", scopes=frozenset({"slices"}))
    for actor in (lead("lars", "@heat"), reviewer(), machine, person("vera")):
        with pytest.raises(Forbidden):
            say(phase, "not_ready", actor)
