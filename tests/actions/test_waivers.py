"""Waiving unmet leaves."""

import pytest

from phases.actions.slices import move_slice
from phases.actions.waivers import waive, withdraw_waiver
from phases.errors import Forbidden, Invalid, Refused
from phases.models import Slice, Waiver
from phases.permissions import Actor
from phases.snapshot import load


@pytest.fixture
def gate(phase) -> str:
    """Key of the full gate of D1."""
    return f"gate:D1/full/{Slice.objects.get(code='D1').gates.get(suite='full').digest[:8]}"


def test_a_lead_waives_a_gate_of_their_owner(lead, phase, gate):
    waive(actor=lead, phase=phase, key=gate, reason="dome is frozen")
    assert load(phase).waivers[gate].reason == "dome is frozen"


def test_a_lead_of_another_owner_may_not(phase, gate):
    stranger = Actor(
        "person", "sam", frozenset({"lead"}), handles=frozenset({(phase.initiative_id, "@review")})
    )
    with pytest.raises(Forbidden, match="a member of @dome or @mirror"):
        waive(actor=stranger, phase=phase, key=gate, reason="why not")


def test_a_token_never_waives(machine, phase, gate):
    with pytest.raises(Forbidden, match="a token never may"):
        waive(actor=machine, phase=phase, key=gate, reason="flaky")


def test_a_status_is_for_admins(lead, phase):
    with pytest.raises(Forbidden, match="the role admin"):
        waive(actor=lead, phase=phase, key="slice:D1", reason="later")


def test_a_waived_need_lets_start(admin, phase):
    waive(actor=admin, phase=phase, key="slice:D1", reason="mirror can go first")
    assert move_slice(actor=admin, phase=phase, code="D2", verb="start", version=0).version == 1


def test_a_waiver_needs_a_reason(lead, phase, gate):
    with pytest.raises(Invalid) as refusal:
        waive(actor=lead, phase=phase, key=gate, reason="  ")
    assert list(refusal.value.fields) == ["reason"]


def test_a_leaf_is_waived_once(lead, phase, gate):
    waive(actor=lead, phase=phase, key=gate, reason="dome is frozen")
    with pytest.raises(Refused, match="waived already, by dora"):
        waive(actor=lead, phase=phase, key=gate, reason="again")


def test_only_an_unmet_leaf_can_be_waived(admin, phase):
    with pytest.raises(Refused, match="nothing to waive"):
        waive(actor=admin, phase=phase, key="slice:D9", reason="never")


def test_a_withdrawn_waiver_counts_no_more(lead, phase, gate):
    waiver = waive(actor=lead, phase=phase, key=gate, reason="dome is frozen")
    withdraw_waiver(actor=lead, waiver=waiver, reason="it thawed")
    assert load(phase).waivers == {}
    assert not Waiver.objects.get().active


def test_a_waiver_is_withdrawn_once(lead, phase, gate):
    waiver = waive(actor=lead, phase=phase, key=gate, reason="dome is frozen")
    withdraw_waiver(actor=lead, waiver=waiver, reason="it thawed")
    with pytest.raises(Refused, match="nothing to withdraw"):
        withdraw_waiver(actor=lead, waiver=waiver, reason="twice")
