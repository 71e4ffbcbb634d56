"""Waiving what reviews ask for: by whom, and what nobody may let pass."""

import pytest

from phases.actions.waivers import waive
from phases.errors import Forbidden, Refused
from phases.models import Slice, Waiver
from phases.rules.dispositions import leaf
from phases.rules.state import LeafState

from .reviews import (
    accept,
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


@pytest.fixture
def phase(db):
    return reviewed_phase("F3", "F4", "F5")


def let_pass(phase, key, actor=None):
    return waive(actor=actor or person("ada", "admin"), phase=phase, key=key, reason="Agreed.")


def test_leads_of_the_owner_waive_an_artifact(phase):
    assert let_pass(phase, "artifact:docs/HEAT.md", lead("lars", "@heat")).by == "lars"
    assert faults() == []


def test_other_leads_do_not(phase):
    with pytest.raises(Forbidden):
        let_pass(phase, "artifact:docs/HEAT.md", lead("lars", "@mirror"))


@pytest.mark.parametrize("code", ["F3", "F4", "F5", "F6"])
def test_admins_waive_a_disposition(phase, code):
    let_pass(phase, f"disposition:{code}")
    state = state_of(phase)
    assert leaf(state, state.slices[code]).state == LeafState.WAIVED


@pytest.mark.parametrize("actor", ["lead", "reviewer"])
def test_nobody_else_waives_a_disposition(phase, actor):
    with pytest.raises(Forbidden):
        let_pass(phase, "disposition:F4", {"lead": lead(), "reviewer": reviewer()}[actor])


@pytest.mark.parametrize("severity", ["blocking", "high"])
def test_nobody_lets_a_blocking_or_high_finding_pass(phase, severity):
    row = judge(phase, "not_ready", findings=[found(severity)]).findings.get()
    with pytest.raises(Refused, match=f"{row.key} is a blocking or high finding"):
        let_pass(phase, row.key)
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("severity", ["medium", "low"])
def test_admins_let_other_findings_pass(phase, severity):
    row = judge(phase, "not_ready", findings=[found(severity)]).findings.get()
    with pytest.raises(Forbidden):
        let_pass(phase, row.key, lead())
    assert let_pass(phase, row.key).slice.code == "F4"


def test_a_waived_disposition_does_not_let_open_high_findings_land(phase):
    judge(phase, "approve_with_changes", findings=[found("high")])
    let_pass(phase, "disposition:F4")
    for code in ("F2", "F3"):
        let_pass(phase, f"slice:{code}")
    move(phase, "F4", "candidate")
    with pytest.raises(Refused, match="High finding") as refusal:
        move(phase, "F4", "land")
    assert "disposition:F4" not in {one.key for one in refusal.value.unmet}


def test_a_closed_finding_has_nothing_to_waive(phase):
    row = accept(judge(phase, "not_ready", findings=[found()]).findings.get())
    with pytest.raises(Refused, match="nothing to waive"):
        let_pass(phase, row.key)


def test_reopening_ends_the_waiver_of_a_decision(phase):
    let_pass(phase, "disposition:F3")
    Slice.objects.filter(code="F3").update(status="landed")
    move(phase, "F3", "reopen")
    assert not Waiver.objects.filter(active=True).exists()
    assert slice_of(phase, "F3").status == "in_progress"
