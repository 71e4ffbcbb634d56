"""The demo: its packets are clean and show every dialect, and it is set up only where it may be."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from phases.demo.players import FOLDER
from phases.models import Initiative
from phases.packets import Reading, read_packet
from phases.packets.packet import GateKind, Packet, SliceKind, Suite, When
from phases.packets.packet import Slice as PacketSlice

PATHS = sorted(FOLDER.glob("*.yaml"))


def reading(path: Path) -> Reading:
    return read_packet(path.read_bytes(), file_name=path.name)


@pytest.fixture(scope="module")
def packets() -> dict[str, Packet]:
    found = [reading(path).packet for path in PATHS]
    return {packet.phase: packet for packet in found if packet}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_packet_reads_without_errors(path):
    assert reading(path).errors == ()


def test_there_are_three_phases_of_eight_to_ten_slices(packets):
    assert list(packets) == ["A", "B", "C"]
    assert all(8 <= len(packet.slices) <= 10 for packet in packets.values())


def test_titles_fit_a_table(packets):
    assert max(len(item.title) for packet in packets.values() for item in packet.slices) < 45


@pytest.mark.parametrize(
    ("phase", "note"),
    [
        ("A", "phase code taken from the file name"),
        ("A", "owners named by role key"),
        ("A", "`after` read as `depends_on`"),
        ("A", "dated map `catalogue_calendar` read as milestones"),
        ("B", "gates written in the slice"),
        ("B", "gates written in the phase-level map"),
        ("B", "documents of a runtime pass folder read as artifacts"),
        ("C", "kinds of slices inferred from their titles"),
    ],
)
def test_reader_notes_the_dialect(packets, phase, note):
    assert note in packets[phase].dialect


@pytest.mark.parametrize("name", [*Packet.model_fields])
def test_every_field_of_a_packet_is_used(packets, name):
    assert any(getattr(packet, name) for packet in packets.values())


@pytest.mark.parametrize("name", [*PacketSlice.model_fields])
def test_every_field_of_a_slice_is_used(packets, name):
    assert any(getattr(item, name) for packet in packets.values() for item in packet.slices)


def test_every_kind_of_slice_occurs_in_b(packets):
    assert {item.kind for item in packets["B"].slices} == set(SliceKind)


def test_every_suite_that_a_packet_can_ask_for_occurs_in_b(packets):
    asked = {gate.suite for item in packets["B"].slices for gate in item.gates}
    assert asked | {gate.suite for gate in packets["B"].phase_exit} == set(Suite) - {Suite.EXTRA}


def test_gates_are_decided_by_their_text_and_explicitly(packets):
    gates = [*packets["B"].phase_exit, *(gate for item in packets["B"].slices for gate in item.gates)]
    decided = {(gate.kind, gate.explicit_kind) for gate in gates}
    assert decided == {(kind, explicit) for kind in GateKind for explicit in (True, False)}


def test_artifacts_are_declared_and_inferred_always_and_when_triggered(packets):
    found = {(each.when, each.inferred) for item in packets["B"].slices for each in item.artifacts}
    assert found == {(when, inferred) for when in When for inferred in (True, False)}


def test_conditional_slices_are_declared_and_evident_from_the_title(packets):
    conditional = [
        (item.code, item.conditional)
        for packet in packets.values()
        for item in packet.slices
        if item.kind == SliceKind.CONDITIONAL
    ]
    assert conditional == [("B5", True), ("C5", False)]


def test_backups_come_from_the_slice_and_from_the_owners_map(packets):
    written = {item.backup_written for item in packets["B"].slices if item.backup}
    assert written == {True, False}


def test_unknown_keys_are_kept_as_written(packets):
    assert "ownership_rules" in packets["A"].as_written
    assert any(item.as_written for item in packets["B"].slices)


def test_b_disagrees_with_itself_in_one_place():
    codes = [problem.code for path in PATHS for problem in reading(path).warnings]
    assert codes.count("gates_disagree") == 1


def test_demo_needs_the_setting(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError) as refusal:
        call_command("demo")
    assert "DEMO=1" in str(refusal.value)
    assert not Initiative.objects.exists()


def test_demo_that_fails_leaves_nothing(db, settings, django_user_model):
    settings.DEMO = True
    django_user_model.objects.create_user("lead")
    with pytest.raises(CommandError) as refusal:
        call_command("demo")
    assert "lead may not" in str(refusal.value)
    assert not Initiative.objects.exists()
