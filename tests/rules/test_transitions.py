"""The table of transitions and its guards."""

import pytest

from phases.rules.state import LeafState, Status, Touch
from phases.rules.transitions import TABLE, between, by_verb, can_start, from_status

from .states import a_blocker, a_gate, a_phase, a_run, a_slice


def unmet(state, code, verb):
    row = by_verb(state.slices[code].status, verb)
    return {leaf.key: leaf for leaf in row.unmet(state, state.slices[code])}


def test_the_table_has_no_other_way_than_those_designed():
    assert {(row.source, row.target) for row in TABLE} == {
        (Status.PLANNED, Status.IN_PROGRESS),
        (Status.IN_PROGRESS, Status.CANDIDATE),
        (Status.CANDIDATE, Status.LANDED),
        (Status.IN_PROGRESS, Status.DEFERRED),
        (Status.CANDIDATE, Status.IN_PROGRESS),
        (Status.LANDED, Status.IN_PROGRESS),
        (Status.DEFERRED, Status.IN_PROGRESS),
    }


@pytest.mark.parametrize("status", ["candidate", "landed", "deferred"])
def test_going_back_to_work_needs_a_reason(status):
    assert between(Status(status), Status.IN_PROGRESS).needs_reason


def test_nothing_leads_from_planned_to_landed():
    assert between(Status.PLANNED, Status.LANDED) is None
    assert [row.verb for row in from_status(Status.PLANNED)] == ["start"]


def test_a_slice_without_needs_can_start():
    state = a_phase(a_slice("D1"))
    assert can_start(state, state.slices["D1"])


def test_a_slice_under_work_cannot_start_again():
    state = a_phase(a_slice("D1", "in_progress"))
    assert not can_start(state, state.slices["D1"])


@pytest.mark.parametrize("status", ["planned", "in_progress", "candidate"])
def test_a_needed_slice_must_have_landed(status):
    state = a_phase(a_slice("D1", status), a_slice("D2", needs="D1"))
    leaf = unmet(state, "D2", "start")["slice:D1"]
    assert "not landed" in leaf.why
    assert leaf.owner == "@d1-team"


def test_a_landed_need_lets_start():
    state = a_phase(a_slice("D1", "landed"), a_slice("D2", needs="D1"))
    assert can_start(state, state.slices["D2"])


def test_only_direct_needs_count():
    state = a_phase(a_slice("D0"), a_slice("D1", "landed", "D0"), a_slice("D2", needs="D1"))
    assert can_start(state, state.slices["D2"])


def test_a_deferred_conditional_slice_is_out_of_the_way():
    d4 = a_slice("D4", "deferred", kind="conditional", decision="deferred")
    state = a_phase(d4, a_slice("D5", needs="D4"), a_slice("D6", needs="D4?"))
    assert can_start(state, state.slices["D5"])
    assert can_start(state, state.slices["D6"])


def test_an_undecided_condition_names_who_decides():
    d4 = a_slice("D4", "in_progress", kind="conditional", owner="@architects")
    leaf = unmet(a_phase(d4, a_slice("D5", needs="D4?")), "D5", "start")["disposition:D4"]
    assert "waiting for a decision by @architects" in leaf.why
    assert leaf.verb == "decide"


def test_a_triggered_condition_must_land_first():
    d4 = a_slice("D4", "candidate", kind="conditional", decision="triggered")
    state = a_phase(d4, a_slice("D5", needs="D4?"))
    assert list(unmet(state, "D5", "start")) == ["slice:D4"]


def test_a_condition_landed_by_declaration_counts_as_decided():
    d4 = a_slice("D4", "landed", kind="conditional", declared_in=1)
    state = a_phase(d4, a_slice("D5", needs="D4?"))
    assert can_start(state, state.slices["D5"])


def test_an_undecided_conditional_slice_makes_no_candidate():
    state = a_phase(a_slice("D4", "in_progress", kind="conditional"))
    assert list(unmet(state, "D4", "candidate")) == ["disposition:D4"]


def test_a_triggered_conditional_slice_makes_a_candidate():
    state = a_phase(a_slice("D4", "in_progress", kind="conditional", decision="triggered"))
    assert unmet(state, "D4", "candidate") == {}


def test_an_open_blocker_holds_up_the_start():
    state = a_phase(a_slice("D1", blockers=(a_blocker("D1"),)))
    leaf = unmet(state, "D1", "start")["concern:4"]
    assert leaf.why == "D1 is blocked: no licence yet"
    assert (leaf.owner, leaf.verb) == ("@legal", "resolve")


def test_landing_checks_every_guard_again():
    item = a_slice("D2", "candidate", "D1", blockers=(a_blocker("D2"),))
    assert set(unmet(a_phase(a_slice("D1", "in_progress"), item), "D2", "land")) == {"slice:D1", "concern:4"}


def test_a_waived_leaf_lets_pass_and_still_shows():
    state = a_phase(a_slice("D1"), a_slice("D2", needs="D1"), waived="slice:D1")
    (leaf,) = by_verb(Status.PLANNED, "start").leaves(state, state.slices["D2"])
    assert leaf.state == LeafState.WAIVED
    assert "Waived by admin: agreed" in leaf.why
    assert can_start(state, state.slices["D2"])


def test_a_need_only_if_triggered_of_a_build_slice_always_counts():
    state = a_phase(a_slice("D1", "landed"), a_slice("D2", needs="D1?"), a_slice("D3", needs="D2?"))
    assert can_start(state, state.slices["D2"])
    assert list(unmet(state, "D3", "start")) == ["slice:D2"]


PASS = a_run()
STALE = {"touched": Touch(2, "r2", "src/a.py"), "paths": ("src",)}


def with_gates(status, *gates, **columns):
    return a_phase(a_slice("D1", status, gates=gates, **columns))


@pytest.mark.parametrize("run", [None, a_run("fail")])
def test_a_candidate_needs_green_quick_gates(run):
    gate = a_gate("quick", run=run)
    leaf = unmet(with_gates("in_progress", gate, a_gate("full")), "D1", "candidate")[gate.key]
    assert (leaf.verb, leaf.owner) == ("run", "@d1-team")
    assert leaf.why.startswith("D1 quick: make check ")


def test_a_stale_quick_gate_makes_no_candidate():
    state = with_gates("in_progress", a_gate("quick", run=PASS), **STALE)
    assert "r2 has since touched src/a.py" in next(iter(unmet(state, "D1", "candidate").values())).why


def test_an_absent_suite_is_green():
    assert unmet(with_gates("in_progress", a_gate("full")), "D1", "candidate") == {}


@pytest.mark.parametrize("suite", ["quick", "full", "assess", "closure", "acceptance", "mandatory_before"])
def test_landing_needs_every_suite(suite):
    gate = a_gate(suite)
    assert list(unmet(with_gates("candidate", gate), "D1", "land")) == [gate.key]
    assert unmet(with_gates("candidate", gate._replace(run=PASS)), "D1", "land") == {}


@pytest.mark.parametrize("suite", ["quick", "full", "closure"])
def test_landing_needs_fresh_evidence(suite):
    gate = a_gate(suite, run=PASS)
    assert list(unmet(with_gates("candidate", gate, **STALE), "D1", "land")) == [gate.key]


def test_landing_never_asks_for_extra_commands():
    assert unmet(with_gates("candidate", a_gate("extra", run=a_run("fail"))), "D1", "land") == {}


def test_a_slice_without_any_gate_lands():
    assert unmet(with_gates("candidate"), "D1", "land") == {}


def test_a_waived_gate_lets_land_and_still_shows():
    item = a_slice("D1", "candidate", gates=(a_gate("full"),))
    state = a_phase(item, waived=item.gates[0].key)
    (leaf,) = by_verb(Status.CANDIDATE, "land").leaves(state, item)
    assert leaf.state == LeafState.WAIVED
    assert not by_verb(Status.CANDIDATE, "land").unmet(state, item)


@pytest.mark.parametrize(("decision", "asked"), [("", False), ("triggered", True)])
def test_full_if_triggered_is_asked_for_only_when_triggered(decision, asked):
    d4 = a_slice("D4", "landed", kind="conditional", decision=decision)
    d5 = a_slice("D5", "candidate", "D4?", gates=(a_gate("full_if_triggered"),))
    assert (d5.gates[0].key in unmet(a_phase(d4, d5), "D5", "land")) is asked


def before_d5(status="landed", run=None, **columns):
    """D4 holds up D5 by a gate; D5 needs nothing, not even D4."""
    gate = a_gate("mandatory_before", "make ready", run, before=("D5",))
    return a_phase(a_slice("D4", status, gates=(gate,), **columns), a_slice("D5"), a_slice("D6"))


def test_a_gate_before_a_slice_holds_up_its_start():
    state = before_d5()
    (leaf,) = unmet(state, "D5", "start").values()
    assert (leaf.slice, leaf.owner, leaf.verb) == ("D4", "@d4-team", "run")
    assert can_start(state, state.slices["D6"])


@pytest.mark.parametrize("run", [a_run("fail"), a_run()])
def test_a_gate_before_a_slice_must_be_green_and_fresh(run):
    state = before_d5(run=run, **STALE)
    assert not can_start(state, state.slices["D5"])


def test_a_green_gate_before_a_slice_lets_start():
    state = before_d5(run=PASS)
    assert can_start(state, state.slices["D5"])


def test_a_deferred_slice_still_holds_up_by_its_gate():
    state = before_d5("deferred", kind="conditional", decision="deferred")
    assert not can_start(state, state.slices["D5"])


def test_a_slice_landed_by_declaration_holds_up_nothing():
    state = before_d5(declared_in=1)
    assert can_start(state, state.slices["D5"])


def test_landing_asks_again_for_the_gates_before_the_slice():
    state = before_d5()
    d5 = a_slice("D5", "candidate")
    held = a_phase(state.slices["D4"], d5)
    assert [leaf.slice for leaf in by_verb(Status.CANDIDATE, "land").unmet(held, d5)] == ["D4"]
