"""Everything a phase asks for, and what stands in the way of saying that it is ready."""

import datetime as dt

import pytest

from phases.rules.requirements import in_the_way_of_posture, of_exit, of_phase, of_slice, status_leaf
from phases.rules.state import ConcernState

from .states import (
    NOON,
    a_blocker,
    a_finding,
    a_gate,
    a_phase,
    a_review,
    a_round,
    a_run,
    a_slice,
    an_artifact,
)


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


def test_a_slice_asks_for_everything_at_once():
    gates = (a_gate("quick"), a_gate("closure", "all_done"))
    item = a_review(
        a_finding(pk=1),
        a_finding("confirmed", pk=2),
        gates=gates,
        artifacts=(an_artifact("a"), an_artifact("b", produced=True)),
        blockers=(a_blocker("D5"),),
        round=a_round("not_ready"),
    )
    state = a_phase(a_slice("D1"), a_slice("D2"), item)
    assert [leaf.key for leaf in of_slice(state, item)] == [
        "slice:D5",
        *(gate.key for gate in gates),
        "disposition:D5",
        "finding:1",
        "finding:2",
        "artifact:a",
        "artifact:b",
        "concern:4",
    ]


def test_a_build_slice_asks_for_no_disposition():
    assert [leaf.key for leaf in of_slice(a_phase(a_slice("D1")), a_slice("D1"))] == ["slice:D1"]


@pytest.mark.parametrize(
    ("status", "state", "verb"),
    [
        ("planned", "unmet", "start"),
        ("in_progress", "unmet", "candidate"),
        ("candidate", "unmet", "land"),
        ("landed", "met", ""),
        ("deferred", "met", ""),
    ],
)
def test_the_status_says_what_comes_next(status, state, verb):
    leaf = status_leaf(a_slice("D1", status))
    assert (leaf.key, leaf.state, leaf.verb, leaf.owner) == ("slice:D1", state, verb, "@d1-team")


def test_a_status_can_be_waived():
    item = a_slice("D1")
    (leaf,) = of_slice(a_phase(item, waived="slice:D1"), item)
    assert leaf.state == "waived"


def test_the_exit_asks_for_its_gates():
    gates = (a_gate("phase_exit", "make all"), a_gate("phase_exit", "all_done"))
    state = a_phase(a_slice("D1"), exit_gates=gates)
    assert [leaf.key for leaf in of_exit(state)] == [gate.key for gate in gates]


def test_a_posture_waits_for_what_one_of_two_slices_still_needs():
    always = a_slice("D1", "landed", artifacts=(an_artifact(),))
    only_if = a_slice("D2", "landed", "D4?", artifacts=(an_artifact(when="triggered"),))
    decided = a_slice("D4", "deferred", kind="conditional", decision="deferred")
    state = a_phase(always, only_if, decided, a_slice("D7", "in_progress", kind="readiness"))
    assert [leaf.key for leaf in in_the_way_of_posture(state, state.slices["D7"])] == ["artifact:docs/X.md"]


def test_a_posture_waits_for_no_posture_beside_it():
    beside = a_slice("D8", "in_progress", "D1", kind="readiness", gates=(a_gate(),))
    state = a_phase(a_slice("D1", "landed"), a_slice("D7", "in_progress", "D1", kind="readiness"), beside)
    keys = [leaf.key for leaf in in_the_way_of_posture(state, state.slices["D7"])]
    assert keys == ["gate:quick:make-check"]


def test_a_posture_waits_for_a_posture_before_it():
    before = a_slice("D6", "in_progress", kind="readiness")
    state = a_phase(before, a_slice("D7", "in_progress", "D6", kind="readiness"))
    keys = [leaf.key for leaf in in_the_way_of_posture(state, state.slices["D7"])]
    assert keys == ["slice:D6", "disposition:D6"]
