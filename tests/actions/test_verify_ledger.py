"""Proving chain and projections."""

import pytest

from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.people import add_person, leave_owner
from phases.actions.slices import link_slice, move_slice
from phases.actions.verify import verify_ledger
from phases.actions.waivers import waive
from phases.models import (
    Artifact,
    Concern,
    Dependency,
    Event,
    Gate,
    Initiative,
    Owner,
    PacketRevision,
    Phase,
    Slice,
    Waiver,
)
from phases.permissions import OPERATOR

from .conftest import PACKET, bring


@pytest.fixture
def story(admin, phase):
    """A ledger with an entry of every kind."""
    move_slice(actor=admin, phase=phase, code="D1", verb="start", version=0, note="go")
    link_slice(actor=admin, phase=phase, code="D1", branch="dome", pull_request="https://example.org/pr/1")
    concern = raise_concern(actor=admin, phase=phase, kind="blocker", text="no crane", slice="D1")
    answer_concern(actor=admin, concern=concern, outcome="resolved", note="crane came")
    waive(actor=admin, phase=phase, key="slice:D2", reason="later")
    add_person(actor=OPERATOR, username="dora", roles=["lead"], memberships=[("observatory", "@dome")])
    bring(PACKET + "as_landed_through: D3\n")
    return phase.initiative


def faults(initiative, **options):
    return verify_ledger(initiative=Initiative.objects.get(pk=initiative.pk), **options).faults


def test_an_honest_ledger_holds(story):
    assert faults(story) == []


def test_it_holds_after_a_member_left(story, admin):
    leave_owner(actor=admin, username="dora", owner=Owner.objects.get(handle="@dome"))
    assert faults(story) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("note", "never said"),
        ("after", {"status": "landed"}),
        ("actor", "nobody"),
        ("verb", "land"),
        ("seq", 99),
    ],
)
def test_an_edited_entry_is_found(story, column, value):
    Event.objects.filter(verb="start").update(**{column: value})
    assert faults(story)


def test_a_deleted_entry_is_found(story):
    Event.objects.filter(verb="start").delete()
    assert any("missing" in fault for fault in faults(story))


def test_a_cut_tail_is_found(story):
    Event.objects.filter(pk=Event.objects.latest("seq").pk).delete()
    assert any("ends at entry" in fault for fault in faults(story))


def test_a_rewritten_chain_is_found_with_a_head_kept_elsewhere(story):
    assert faults(story, anchor="0" * 64) == [
        f"The head {'0' * 64} that was noted earlier is not in the chain."
    ]


def test_a_head_noted_earlier_is_found_again(story):
    assert faults(story, anchor=Event.objects.get(seq=2).hash) == []


@pytest.mark.parametrize(
    ("rows", "column", "value"),
    [
        (Slice.objects.filter(code="D1"), "status", "landed"),
        (Slice.objects.filter(code="D2"), "version", 7),
        (Slice.objects.filter(code="D1"), "branch", "other"),
        (Concern.objects.all(), "state", "open"),
        (Waiver.objects.all(), "active", False),
    ],
)
def test_a_projection_that_was_edited_is_found(story, rows, column, value):
    rows.update(**{column: value})
    assert [fault for fault in faults(story) if column in fault]


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        (Concern.objects.all(), {"kind": "risk"}),
        (Concern.objects.all(), {"text": "another"}),
        (Concern.objects.all(), {"slice": None}),
        (Waiver.objects.all(), {"key": "slice:D3"}),
        (Waiver.objects.all(), {"reason": "another"}),
        (Waiver.objects.all(), {"by": "another"}),
        (Slice.objects.filter(code="D1"), {"kind": "review"}),
        (Slice.objects.filter(code="D1"), {"kind": "docs", "kind_corrected": True}),
        (Slice.objects.filter(code="D3"), {"archived": True}),
        (Slice.objects.filter(code="D1"), {"title": "another"}),
        (Gate.objects.filter(suite="full"), {"archived": True}),
        (Gate.objects.filter(suite="full"), {"text": "true"}),
        (Dependency.objects.all(), {"if_triggered": True}),
        (Artifact.objects.all(), {"path": "docs/OTHER.md"}),
        (Phase.objects.all(), {"seq": 1}),
        (Phase.objects.all(), {"about": {}}),
        (PacketRevision.objects.filter(number=1), {"text": "phase: D"}),
        (PacketRevision.objects.filter(number=1), {"sha256": "0" * 64}),
        (PacketRevision.objects.filter(number=2), {"packet": "{}"}),
    ],
)
def test_plan_and_evidence_that_were_edited_are_found(story, rows, values):
    rows.update(**values)
    assert faults(story)


def test_a_revision_in_force_that_was_swapped_is_found(story):
    Phase.objects.update(revision=PacketRevision.objects.get(number=1))
    assert faults(story)


def test_an_entry_is_never_changed_or_deleted_through_the_model(story):
    event = Event.objects.first()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
