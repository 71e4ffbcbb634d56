"""The demo: its packets are clean and show every dialect, and setting it up twice is as once."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from phases.actions.imports import import_packet
from phases.actions.slices import move_slice
from phases.actions.verify import verify_ledger
from phases.demo.story import CLOSED_HOURS, DUE_DATES, QUEUE, TIE
from phases.management.commands.demo import FOLDER, INITIATIVE, MACHINE, PASSWORD, PEOPLE
from phases.models import Concern, Event, GateRun, ImportFile, Initiative, Phase, Slice, Token, Waiver
from phases.packets import Reading, read_packet
from phases.packets.packet import GateKind, Packet, SliceKind, Suite, When
from phases.packets.packet import Slice as PacketSlice
from phases.permissions import OPERATOR
from phases.rules.freshness import Badge, badge, must_run_again, why
from phases.rules.ready import turns
from phases.rules.wording import label
from phases.snapshot import load
from tracker.hiding import TOKEN_MARK

PATHS = sorted(FOLDER.glob("*.yaml"))


def reading(path: Path) -> Reading:
    return read_packet(path.read_bytes(), file_name=path.name)


@pytest.fixture(scope="module")
def packets() -> dict[str, Packet]:
    found = [reading(path).packet for path in PATHS]
    return {packet.phase: packet for packet in found if packet}


@pytest.fixture
def demo(db, settings) -> Initiative:
    settings.DEMO = True
    call_command("demo", stdout=io.StringIO())
    return Initiative.objects.get(slug=INITIATIVE)


@pytest.fixture
def phase_b(demo) -> Phase:
    return Phase.objects.select_related("initiative", "revision").get(initiative=demo, code="B")


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


def test_demo_prints_address_and_sign_ins(db, settings):
    settings.DEMO = True
    out = io.StringIO()
    call_command("demo", port=8123, stdout=out)
    assert "http://127.0.0.1:8123/" in out.getvalue()
    assert all(name in out.getvalue() for name in PEOPLE)


def test_everybody_has_the_password(demo, django_user_model):
    people = django_user_model.objects.all()
    assert {person.username for person in people if person.check_password(PASSWORD)} == set(PEOPLE)


def test_ledger_verifies(demo):
    assert verify_ledger(initiative=demo).faults == []


def test_second_run_changes_nothing(demo):
    files = ImportFile.objects.count()
    call_command("demo", stdout=io.StringIO())
    again = Initiative.objects.get(pk=demo.pk)
    assert (again.seq, again.head) == (demo.seq, demo.head)
    assert ImportFile.objects.count() == files


def test_second_run_keeps_what_visitors_changed(demo, phase_b):
    move_slice(actor=OPERATOR, phase=phase_b, code="B4", version=0, verb="start")
    text = (FOLDER / "PHASE_C_WORKBREAKDOWN.yaml").read_text().replace("Pilot at Mill Lane", "Pilot")
    import_packet(actor=OPERATOR, reading=read_packet(text), initiative=INITIATIVE)
    call_command("demo", stdout=io.StringIO())
    assert Slice.objects.get(phase=phase_b, code="B4").status == "in_progress"
    assert Slice.objects.get(phase__code="C", code="C1").title == "Pilot"


def test_demo_that_fails_leaves_nothing(db, settings, django_user_model):
    settings.DEMO = True
    django_user_model.objects.create_user("lead")
    with pytest.raises(CommandError) as refusal:
        call_command("demo")
    assert "lead may not" in str(refusal.value)
    assert not Initiative.objects.exists()


def test_phase_a_is_landed_by_declaration_of_the_admin(demo):
    slices = Slice.objects.filter(phase__initiative=demo, phase__code="A")
    assert set(slices.values_list("status", "declared_in")) == {("landed", 1)}
    declared = Event.objects.filter(initiative=demo, verb="declare_landed")
    assert set(declared.values_list("actor", flat=True)) == {"admin"}


def test_phase_b_is_in_the_middle(phase_b):
    statuses = {item.status for item in load(phase_b).slices.values()}
    assert statuses == {"planned", "in_progress", "candidate", "landed"}


def test_phase_b_has_blockers_a_send_back_a_waiver_and_links(phase_b):
    blockers = Concern.objects.filter(phase=phase_b, kind="blocker")
    assert sorted(blockers.values_list("state", flat=True)) == ["open", "resolved"]
    assert Event.objects.get(phase="B", verb="send_back").note
    assert Waiver.objects.get(phase=phase_b).reason
    assert Slice.objects.filter(phase=phase_b).exclude(branch="").exclude(pull_request="").count() == 4


def test_pickup_shelf_can_start_and_collides_with_due_dates(phase_b):
    (turn,) = [turn for turn in turns(load(phase_b)) if not turn.unmet]
    assert turn.item.code == "B4"
    assert [collision.code for collision in turn.collides_with] == ["B3"]


def test_review_waits_for_the_decision(phase_b):
    review = next(turn for turn in turns(load(phase_b)) if turn.item.code == "B6")
    assert "B5 is waiting for a decision by @architecture" in review.why


def test_phase_c_can_start_and_has_not(demo):
    assert not Event.objects.filter(initiative=demo, phase="C").exclude(verb="import").exists()
    assert set(Slice.objects.filter(phase__code="C").values_list("status", flat=True)) == {"planned"}


def badges(phase):
    """What each gate of a phase shows, by its label."""
    state = load(phase)
    return {
        label(item, gate): badge(state, item, gate) for item in state.slices.values() for gate in item.gates
    }


def test_the_machine_reported_with_a_token_whose_secret_nobody_saw(db, settings):
    settings.DEMO = True
    out = io.StringIO()
    call_command("demo", stdout=out)
    token = Token.objects.get(name=MACHINE)
    assert (token.scopes, token.initiative.slug) == (["gates"], INITIATIVE)
    assert TOKEN_MARK not in out.getvalue()
    assert set(GateRun.objects.filter(source="token").values_list("by", flat=True)) == {MACHINE}


def test_one_gate_failed_was_fixed_and_passed(phase_b):
    runs = GateRun.objects.filter(phase=phase_b, gate__text="make holds-fairness").order_by("seq")
    assert [run.outcome for run in runs] == ["fail", "pass"]
    assert [run.revision for run in runs] == [QUEUE.sha, TIE.sha]
    assert badges(phase_b)["B2 full: make holds-fairness"] == Badge.PASSED


def test_what_must_run_again_names_revision_and_file(phase_b):
    state = load(phase_b)
    said = {label(item, gate): why(state, item, gate) for item, gate, _ in must_run_again(state)}
    assert said["B1 full: make census-compare"].endswith(
        f"but {DUE_DATES.sha[:7]} has since touched services/loans/ledger.py."
    )
    late = said["B5 assess: make outage-scan"]
    assert CLOSED_HOURS.sha[:7] in late
    assert late.endswith("touched tools/outages/scan_desk_logs.py.")
    assert "failed" in said["B3 full: make reminders-dry-run"]
    assert len(said) == 3


def test_every_badge_is_seen_in_phase_b(phase_b):
    assert set(badges(phase_b).values()) == set(Badge)


def test_phase_exit_never_ran(phase_b):
    assert [gate.run for gate in load(phase_b).exit_gates] == [None, None]


def test_commands_carry_revision_files_duration_log_and_link(phase_b):
    for run in GateRun.objects.filter(phase=phase_b, gate__kind="command"):
        assert len(run.revision) == 40
        assert all((run.files, run.duration_ms, run.log.text, run.url, run.branch))
