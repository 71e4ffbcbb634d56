"""Everything a phase asks for, and what stands in the way of saying that it is ready."""

import datetime as dt

from phases.rules.requirements import in_the_way_of_posture, of_phase
from phases.rules.state import ConcernState

from .states import NOON, a_blocker, a_gate, a_phase, a_run, a_slice


def a_concern(kind: str = "blocker", state: str = "open", code: str = "") -> ConcernState:
    return ConcernState(7, kind, "No room", state, "", "", code, "lead", NOON + dt.timedelta(0))


def test_a_blocker_of_the_phase_is_a_requirement_of_the_phase():
    state = a_phase(a_slice("D1"), concerns=(a_concern(), a_concern(code="D1"), a_concern("risk")))
    assert [(leaf.key, leaf.owner, leaf.slice) for leaf in of_phase(state)] == [("concern:7", "@d1-team", "")]


def test_an_answered_one_asks_for_nothing():
    assert not list(of_phase(a_phase(a_slice("D1"), concerns=(a_concern(state="resolved"),))))


def test_a_posture_waits_for_everything_but_what_comes_after_it():
    done, last = a_slice("D1", "landed"), a_slice("D9", needs="D7")
    state = a_phase(done, a_slice("D7", "in_progress", "D1", kind="readiness"), last)
    assert in_the_way_of_posture(state, state.slices["D7"]) == []


def test_a_posture_waits_for_a_blocker_of_the_phase():
    state = a_phase(a_slice("D7", "in_progress", kind="readiness"), concerns=(a_concern(),))
    assert [leaf.key for leaf in in_the_way_of_posture(state, state.slices["D7"])] == ["concern:7"]


def test_a_posture_waits_for_slices_gates_and_blockers():
    gates = (a_gate(run=a_run("fail")), a_gate("full", "make all", run=a_run()))
    item = a_slice("D1", "candidate", gates=gates, blockers=(a_blocker("D1"),))
    state = a_phase(item, a_slice("D7", "in_progress", kind="readiness"))
    keys = [leaf.key for leaf in in_the_way_of_posture(state, state.slices["D7"])]
    assert keys == ["slice:D1", "gate:quick:make-check", "concern:4"]
