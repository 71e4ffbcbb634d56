"""The table of transitions and its guards."""

import pytest

from phases.rules.state import LeafState, Status
from phases.rules.transitions import TABLE, between, by_verb, can_start, from_status

from .states import a_blocker, a_phase, a_slice


def unmet(state, code, verb):
    row = by_verb(state.slices[code].status, verb)
    return {leaf.key: leaf for leaf in row.unmet(state, state.slices[code])}


def test_the_table_has_no_other_way_than_those_designed():
    assert {(row.source, row.target) for row in TABLE} == {
        (Status.PLANNED, Status.IN_PROGRESS),
        (Status.IN_PROGRESS, Status.CANDIDATE),
        (Status.CANDIDATE, Status.LANDED),
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
