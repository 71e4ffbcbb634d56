"""Importing and importing again."""

import pytest

from phases.actions import imports
from phases.actions.imports import import_packet, preview_packet
from phases.actions.slices import correct_kind, move_slice
from phases.errors import Conflict, Forbidden, Invalid
from phases.models import Event, Gate, Initiative, PacketRevision, Phase, Slice
from phases.packets import read_packet, write_packet
from phases.packets.packet import Packet
from phases.permissions import OPERATOR, Actor
from phases.snapshot import load
from tests.factories import make_run

from .conftest import PACKET, bring

CHANGED = PACKET.replace("Mirror cooling", "Mirror cooling loop").replace("make dome-full", "make dome-all")


def test_a_packet_becomes_rows(phase):
    state = load(phase)
    assert list(state.slices) == ["D1", "D2", "D3"]
    assert [need.code for need in state.slices["D2"].needs] == ["D1"]
    assert [gate.text for gate in state.slices["D1"].gates] == ["make dome-quick", "make dome-full"]
    assert state.slices["D3"].kind == "review"


def test_an_import_is_one_entry_of_the_ledger(phase):
    event = Event.objects.get()
    assert (event.verb, event.target, event.after["revision"]) == ("import", "packet:D", 1)


def test_the_text_is_kept_as_written(phase):
    revision = PacketRevision.objects.get()
    assert revision.text == PACKET
    assert Packet.model_validate_json(revision.packet).codes == ("D1", "D2", "D3")


def test_the_same_text_again_changes_nothing(phase):
    assert bring(PACKET).outcome == "unchanged"
    assert Event.objects.count() == PacketRevision.objects.count() == 1


def test_another_text_with_the_same_meaning_changes_nothing(phase):
    assert bring("# a comment\n" + PACKET).outcome == "unchanged"
    assert PacketRevision.objects.count() == 1


def test_a_preview_writes_nothing(db):
    preview = preview_packet(actor=OPERATOR, reading=read_packet(PACKET), initiative="observatory")
    assert preview.outcome == "created"
    assert not Initiative.objects.exists()


def test_a_refused_packet_writes_nothing(db):
    reading = read_packet("phase: D\nslices: [{id: D1}]\n")
    assert import_packet(actor=OPERATOR, reading=reading, initiative="observatory").outcome == "rejected"
    assert not Initiative.objects.exists()


def test_a_packet_without_initiative_is_refused(db):
    with pytest.raises(Invalid) as refusal:
        import_packet(actor=OPERATOR, reading=read_packet(PACKET), initiative="")
    assert list(refusal.value.fields) == ["initiative"]


def test_a_new_revision_keeps_status_and_version(lead, phase):
    move_slice(actor=lead, phase=phase, code="D1", verb="start", version=0)
    assert bring(CHANGED).outcome == "updated"
    row = Slice.objects.get(code="D1")
    assert (row.status, row.version) == ("in_progress", 1)
    assert Slice.objects.get(code="D2").title == "Mirror cooling loop"


def test_a_changed_gate_stands_beside_the_archived_one(phase):
    bring(CHANGED)
    old, new = Gate.objects.get(text="make dome-full"), Gate.objects.get(text="make dome-all")
    assert old.archived
    assert (new.archived, new.replaces) == (False, old)


def test_what_is_no_longer_named_is_archived_and_comes_back(lead, phase):
    move_slice(actor=lead, phase=phase, code="D1", verb="start", version=0)
    without = "phase: D\nslices:\n" + PACKET[PACKET.index("  - id: D2") :].replace("[D1]", "[]")
    bring(without)
    assert Slice.objects.get(code="D1").archived
    bring(PACKET)
    row = Slice.objects.get(code="D1")
    assert (row.archived, row.status) == (False, "in_progress")


def test_a_gate_that_returns_is_the_same_gate(phase):
    first = Gate.objects.get(text="make dome-full").pk
    bring(CHANGED)
    bring(PACKET)
    assert Gate.objects.get(text="make dome-full", archived=False).pk == first


def test_consequences_speak_of_what_is_live(lead, phase):
    move_slice(actor=lead, phase=phase, code="D1", verb="start", version=0)
    make_run(phase, "D1", "make dome-full")
    said = " ".join(bring(CHANGED).consequences)
    assert "Keeps the status of" in said
    assert "D1 full must run again because its gate changed." in said


def test_an_outdated_preview_is_a_conflict(phase):
    bring(CHANGED)
    with pytest.raises(Conflict):
        bring(PACKET.replace("cooling", "heating"), base=1)


def test_slices_are_landed_by_declaration(phase):
    done = bring(PACKET + "as_landed_through: D2\n")
    assert done.declared == ("D1", "D2")
    assert list(Slice.objects.values_list("status", "declared_in")) == [
        ("landed", 2),
        ("landed", 2),
        ("planned", 0),
    ]
    assert "by declaration" in " ".join(done.consequences)


def test_a_declaration_can_be_declined(phase):
    bring(PACKET + "as_landed_through: D2\n", declared=False)
    assert not Slice.objects.filter(status="landed").exists()


def test_a_token_never_declares(machine, phase):
    bring(PACKET + "as_landed_through: D2\n", actor=machine)
    assert not Slice.objects.filter(status="landed").exists()


def test_a_slice_that_was_moved_is_not_declared(lead, phase):
    move_slice(actor=lead, phase=phase, code="D1", verb="start", version=0)
    assert bring(PACKET + "as_landed_through: D2\n").declared == ("D2",)


def test_a_lead_may_not_import(lead, phase):
    with pytest.raises(Forbidden, match="the role admin"):
        bring(CHANGED, actor=lead)


def test_a_corrected_kind_outlives_an_inference(admin, phase):
    correct_kind(actor=admin, phase=phase, code="D3", kind="docs", note="it only reviews texts")
    bring(CHANGED)
    assert Slice.objects.get(code="D3").kind == "docs"


def test_a_written_kind_beats_a_correction(admin, phase):
    correct_kind(actor=admin, phase=phase, code="D3", kind="docs", note="it only reviews texts")
    bring(PACKET.replace("title: Independent", "kind: review\n    title: Independent"))
    row = Slice.objects.get(code="D3")
    assert (row.kind, row.kind_corrected) == ("review", False)


def test_a_failure_in_the_middle_leaves_nothing(db, monkeypatch):
    def fail(*args):
        raise RuntimeError("the power went out")

    monkeypatch.setattr(imports, "write_plan", fail)
    with pytest.raises(RuntimeError):
        bring(PACKET)
    assert not (Initiative.objects.exists())
    assert not (Phase.objects.exists())
    assert not Event.objects.exists()


def test_an_export_says_where_it_belongs(db):
    import_packet(actor=OPERATOR, reading=read_packet(PACKET), initiative="elsewhere")
    stored = Packet.model_validate_json(PacketRevision.objects.get().packet)
    again = read_packet(write_packet(stored))
    assert again.initiative == "elsewhere"
    assert import_packet(actor=OPERATOR, reading=again, initiative="elsewhere").outcome == "unchanged"


def test_a_bound_token_hears_that_it_belongs_elsewhere(phase):
    bound = Actor("token", "ci", scopes=frozenset({"import"}), only_initiative=phase.initiative_id + 1)
    with pytest.raises(Forbidden, match="belongs to another initiative"):
        bring(CHANGED, actor=bound)
