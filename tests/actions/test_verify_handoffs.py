"""Proving handoffs, their documents, the freeze and what was carried on: edits by hand are found."""

import pytest
from django.utils import timezone

from phases.actions.handoffs import reopen_phase
from phases.models import Concern, Disposition, Handoff, HandoffDocument, Phase
from phases.permissions import OPERATOR

from .handed import handed_off, later, ready_phase
from .reviews import faults, hide


@pytest.fixture
def phase(db):
    """Phase F, handed off to G."""
    found = ready_phase()
    later("G")
    return handed_off(found, note="Thanks.").phase


def edited(table, values, **chosen):
    row = table.objects.filter(**chosen).first()
    table.objects.filter(pk=row.pk).update(**values)
    return "\n".join(faults())


@pytest.mark.parametrize("field", ["note", "by", "at", "seq", "reopened"])
def test_a_handoff_that_was_edited_is_found(phase, field):
    value = {"at": timezone.now(), "seq": 1, "reopened": 3}.get(field, "mallory")
    assert "Handoff 1 of phase F is not the one" in edited(Handoff, {field: value})


@pytest.mark.parametrize(
    "values", [{"content": "Ready."}, {"sha256": "0" * 64}, {"size": 1}, {"redacted": True}, {"name": "x"}]
)
def test_a_document_that_was_edited_is_found(phase, values):
    assert "of handoff 1 of phase F is not the one that was written" in edited(HandoffDocument, values)


def test_a_document_that_went_missing_is_found(phase):
    HandoffDocument.objects.first().delete()
    assert faults() == ["PHASE_F_EXECUTION_REPORT.md of handoff 1 of phase F is not stored."]


def test_a_handoff_that_went_missing_is_found(phase):
    HandoffDocument.objects.all().delete()
    Handoff.objects.all().delete()
    assert "The ledger speaks of handoff 1 of phase F, which is not stored." in faults()


@pytest.mark.parametrize("value", [None, [1, 1, "mallory", "2026-01-01T00:00:00+00:00"]])
def test_a_freeze_that_was_edited_is_found(phase, value):
    assert "Phase F is handed off" in edited(Phase, {"handed_off": value}, code="F")


def test_another_origin_of_a_concern_is_found(phase):
    assert "is carried from ''" in edited(Concern, {"carried_from": None}, phase__code="G")


def test_a_reopened_and_redacted_phase_holds(phase):
    reopen_phase(actor=OPERATOR, phase=phase, reason="A secret")
    hide(phase, Disposition.objects.get(verdict="deferred"))
    assert set(HandoffDocument.objects.values_list("content", "redacted")) == {("", True)}
    assert handed_off(phase).number == 2
    assert faults() == []


def test_a_redacted_document_does_not_come_back(phase):
    content = HandoffDocument.objects.first().content
    reopen_phase(actor=OPERATOR, phase=phase, reason="A secret")
    hide(phase, Disposition.objects.get(verdict="deferred"))
    assert "is not the one that was written" in edited(HandoffDocument, {"content": content})


def test_the_note_of_a_handoff_can_be_taken_away(phase):
    seq = Handoff.objects.get().seq
    reopen_phase(actor=OPERATOR, phase=phase, reason="A secret")
    hide(phase, f"event:{seq}")
    assert Handoff.objects.get().note == "[redacted]"
    assert faults() == []
