"""POST .../waivers."""

from __future__ import annotations

import pytest

from tests.factories import make_gate

from .conftest import PHASE


@pytest.fixture
def key(phase):
    """The key of a gate of C0."""
    return f"gate:C0/quick/{make_gate(phase, 'C0').digest[:8]}"


def test_a_lead_waives_a_gate(session, lead, key):
    answered = session(lead).send(f"{PHASE}/waivers", {"key": key, "reason": "No runner yet."})
    assert answered.status_code == 201
    assert answered.json().items() >= {"key": key, "reason": "No runner yet.", "by": "lead"}.items()


def test_a_lead_does_not_waive_other_leaves(session, lead):
    answered = session(lead).send(f"{PHASE}/waivers", {"key": "slice:C0", "reason": "In a hurry."})
    assert answered.status_code == 403


def test_an_admin_does(session, admin, phase):
    program = session(admin)
    assert program.send(f"{PHASE}/waivers", {"key": "slice:C0", "reason": "Done before."}).status_code == 201
    body = {"to": "in_progress", "version": 0}
    assert program.send(f"{PHASE}/slices/C1/status", body).status_code == 200


def test_what_is_not_unmet_cannot_be_waived(session, admin, phase):
    answered = session(admin).send(f"{PHASE}/waivers", {"key": "slice:C7", "reason": "Whatever."})
    assert (answered.status_code, answered.json()["error"]["code"]) == (422, "refused")


def test_a_waiver_needs_a_reason(session, lead, key):
    answered = session(lead).send(f"{PHASE}/waivers", {"key": key, "reason": " "})
    assert list(answered.json()["error"]["fields"]) == ["reason"]
