"""What if a leaf were met, or a decision taken: the verdict changes, the phase does not."""

import pytest

from phases.rules.readiness import Readiness, readiness
from phases.rules.state import LeafState, PhaseState
from phases.rules.what_if import Unknown, assume, parse

from .states import a_gate, a_phase, a_slice

GATE = "gate:quick:make-check"


def one_gate_missing() -> PhaseState:
    return a_phase(a_slice("D1", "landed", gates=(a_gate(),)))


def undecided() -> PhaseState:
    item = a_slice("D4", "in_progress", kind="conditional", gates=(a_gate("full_if_triggered", "make four"),))
    return a_phase(item, a_slice("D5", needs="D4?"))


def what_if(state: PhaseState, *texts: str) -> Readiness:
    return assume(state, parse(state, texts))


def test_a_leaf_taken_as_met_changes_the_verdict():
    found = what_if(one_gate_missing(), GATE)
    assert (found.verdict, found.leaves[GATE].why) == ("ready", "Assumed to be met.")
    assert found.counts == {"met": 2, "unmet": 0, "waived": 0, "not_applicable": 0}


def test_the_phase_itself_stays_as_it_is():
    state = one_gate_missing()
    what_if(state, GATE)
    assert readiness(state).counts["unmet"] == 1


def test_a_slice_taken_as_landed_lets_others_start():
    found = what_if(a_phase(a_slice("D1"), a_slice("D2", needs="D1")), "slice:D1")
    assert [step.leaf.key for step in found.way if step.is_now][-1] == "slice:D2"


def test_a_decision_taken_as_deferred_asks_for_less():
    found = what_if(undecided(), "disposition:D4=deferred")
    assert found.leaves["slice:D4"].state == LeafState.MET
    assert found.leaves["gate:full_if_triggered:make-four"].state == LeafState.NOT_APPLICABLE


def test_a_decision_taken_as_triggered_asks_for_more():
    found = what_if(undecided(), "disposition:D4=triggered")
    assert found.leaves["disposition:D4"].state == LeafState.MET
    assert found.leaves["gate:full_if_triggered:make-four"].state == LeafState.UNMET


def test_a_deferral_may_be_taken_as_triggered_after_all():
    deferred = a_slice("D4", "deferred", kind="conditional", decision="deferred")
    assert not what_if(a_phase(deferred), "disposition:D4=triggered").is_ready


def test_a_real_waiver_stays_one():
    state = a_phase(a_slice("D1", "landed", gates=(a_gate(),)), waived=GATE)
    found = what_if(state, "slice:D1")
    assert found.leaves[GATE].state == LeafState.WAIVED


@pytest.mark.parametrize(
    "text", ["gate:nothing", "", "disposition:D5=triggered", "slice:D4=deferred", "=deferred"]
)
def test_what_fits_nothing_is_told(text: str):
    with pytest.raises(Unknown, match=r"is no (requirement|decision)"):
        parse(undecided(), [text])


def test_too_many_are_told():
    state = a_phase(*(a_slice(f"D{number}") for number in range(51)))
    with pytest.raises(Unknown, match="51 assumptions are too many"):
        parse(state, [f"slice:D{number}" for number in range(51)])
