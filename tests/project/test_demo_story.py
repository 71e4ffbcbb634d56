"""What a visitor of the demo finds: everything that the tracker knows is at work somewhere."""

import pytest

from phases.actions.concerns import raise_concern
from phases.actions.inventories import data_of
from phases.actions.rounds import require_reviewer
from phases.demo.commits import DUE_DATES, ONE_WORD, QUEUE, TIE
from phases.demo.players import FOLDER
from phases.errors import Forbidden, HandedOff
from phases.models import (
    ArtifactVersion,
    Concern,
    Disposition,
    Draft,
    Event,
    Finding,
    GateRun,
    Slice,
    Waiver,
)
from phases.packets.register import codes_mentioned
from phases.permissions import OPERATOR, actor_for_user
from phases.rules.acting import clock
from phases.rules.dispositions import leaf
from phases.rules.freshness import Badge, badge, is_due_again, judged, why
from phases.rules.ready import turns
from phases.rules.requirements import of_phase, of_slice
from phases.rules.reviews import approval, default_scope
from phases.rules.wording import label
from phases.snapshot import load
from phases.views.disposition_form import read
from phases.views.documents_page import prepare


def rounds(code):
    """The dispositions of a slice, oldest first."""
    return list(Disposition.objects.filter(slice__code=code, slice__phase__code=code[0]).order_by("number"))


def test_phase_a_is_landed_first_by_declaration_then_by_work(phase_a):
    slices = Slice.objects.filter(phase=phase_a).order_by("position")
    assert set(slices.values_list("status", flat=True)) == {"landed"}
    assert list(slices.values_list("declared_in", flat=True)) == [1] * 5 + [0] * 5
    declared = Event.objects.filter(phase="A", verb="declare_landed")
    assert set(declared.values_list("actor", flat=True)) == {"admin"}


def test_nothing_is_left_to_do_in_phase_a(in_a):
    leaves = [leaf for item in in_a.slices.values() for leaf in of_slice(in_a, item)]
    assert [leaf.why for leaf in [*leaves, *of_phase(in_a)] if leaf.state == "unmet"] == []


def test_the_review_of_a_took_three_rounds(demo):
    first, second, third = rounds("A7")
    assert [one.verdict for one in (first, second, third)] == [*["approve_with_changes"] * 2, "approve"]
    assert sorted(first.findings.values_list("severity", flat=True)) == ["high", "medium", "medium"]
    assert not second.findings.exists()
    assert [one["outcome"] for one in second.rechecked] == ["confirmed", "reopened"]
    assert [one["outcome"] for one in third.rechecked] == ["confirmed"]


def test_one_finding_of_a_was_accepted_by_its_owner(demo):
    accepted = Finding.objects.get(slice__code="A7", state="accepted")
    assert (accepted.severity, accepted.about.code, accepted.owner) == ("medium", "A4", "@catalogue")


def test_the_structural_round_of_a_is_closed_and_covers_a_rename(in_a):
    (structural,) = rounds("A7A")
    assert structural.verdict == "approve_with_changes"
    why_so = approval(in_a, in_a.slices["A7A"]).why
    assert why_so.endswith(f"with changes, all of which are closed at {ONE_WORD.sha[:7]}.")
    assert in_a.slices["A1"].touched.place > rounds("A7")[-1].reviewed["A1"]
    assert approval(in_a, in_a.slices["A7"]).satisfied


def test_the_readiness_of_a_has_its_posture(in_a):
    assert leaf(in_a, in_a.slices["A8"]).why == "lead says that A8 is ready."


def test_phase_b_is_in_the_middle(in_b):
    assert {item.status for item in in_b.slices.values()} == {"planned", "in_progress", "candidate", "landed"}


def test_the_decision_of_b_was_put_off_and_is_open_again(in_b):
    (deferral,) = rounds("B5")
    assert (deferral.verdict, [one["source"] for one in deferral.criteria]) == (
        "deferred",
        ["person", "person", "runs"],
    )
    fired, *others = Concern.objects.filter(disposition=deferral).order_by("pk")
    assert fired.answer.startswith("Fired: A digger cut the line")
    assert [one.answer for one in others] == ["B5 was reopened."] * 2
    assert deferral.voided
    assert in_b.slices["B5"].decision == ""


def test_the_decision_has_gone_to_the_backup(in_b):
    found = clock(in_b, in_b.slices["B5"])
    assert (found.owner, found.acting, found.written) == ("@architecture", "@lending", "2 business days")


def test_the_review_has_time_left(in_b):
    found = clock(in_b, in_b.slices["B6"])
    assert (found.acting, found.is_over) == ("@review-circle", False)


def test_handbook_waits_for_the_decision_and_says_why(in_b):
    waiting = next(turn for turn in turns(in_b) if turn.item.code == "B7")
    assert "B5 is waiting for a decision by @lending" in waiting.why
    assert "A digger cut the line" in waiting.why


def test_reviews_of_b_wait_for_a_second_look_and_for_a_fix(in_b):
    assert approval(in_b, in_b.slices["B6"]).verb == "confirm"
    assert approval(in_b, in_b.slices["B6A"]).verb == "fix"
    assert {one.state for one in in_b.slices["B6"].findings} == {"fixed", "accepted"}


def test_only_the_independent_reviewer_may_review(phase_b, in_b, django_user_model):
    item = in_b.slices["B6"]
    scope = default_scope(in_b, item)
    reviewer, lead2 = (
        actor_for_user(django_user_model.objects.get(username=name)) for name in ("reviewer", "lead2")
    )
    require_reviewer(reviewer, phase_b, in_b, item, scope)
    with pytest.raises(Forbidden) as refusal:
        require_reviewer(lead2, phase_b, in_b, item, scope)
    assert "@holds, which owns B2" in str(refusal.value)


def test_the_second_round_is_half_written_and_fits_its_page(demo):
    written = read(Draft.objects.get(user__username="reviewer", slice__code="B6").data)
    assert written.seen == rounds("B6")[-1].pk
    assert written.summary.endswith("Still to try: the")
    assert list(written.outcomes.values()) == ["confirmed"]


def test_every_kind_of_concern_is_seen(phase_b):
    seen = Concern.objects.filter(phase=phase_b, state="open").values_list("kind", flat=True)
    assert set(seen) == {"blocker", "carry_forward", "watchpoint", "risk"}


def test_documents_are_attached_by_people_by_the_machine_and_from_the_folder(demo):
    versions = ArtifactVersion.objects.all()
    written = {file.name for file in FOLDER.glob("_phase-*/*")}
    assert {one.path.rpartition("/")[2] for one in versions} == written
    assert {one.source for one in versions} == {"person", "token"}
    (notes,) = versions.exclude(folder="")
    assert (notes.path.rpartition("/")[2], notes.by) == ("B6_READING_NOTES.md", "admin")


def test_phase_a_was_handed_off_and_is_frozen(phase_a):
    assert phase_a.handoffs.get().by == "lead"
    with pytest.raises(HandedOff):
        raise_concern(actor=OPERATOR, phase=phase_a, kind="risk", text="Too late.")


def test_what_a_left_open_arrived_in_b(phase_b):
    carried = Concern.objects.filter(phase=phase_b).exclude(carried_from=None).order_by("state")
    assert [(one.kind, one.state) for one in carried] == [
        ("carry_forward", "accepted"),
        ("watchpoint", "open"),
    ]


def test_the_folder_was_read_without_anything_to_complain_of(demo):
    data = data_of(demo.inventories.get())
    assert data["problems"] == []
    missing = {one["path"] for one in data["documents"] if not one["present"]}
    assert missing == {
        "PHASE_B_RULES_FOR_LOANS.md",
        "PHASE_C_EXECUTION_PACKET.md",
        "examples/one-day-at-a-desk.md",
    }


def test_decisions_are_open_locked_and_closed_and_touch_slices(demo):
    decisions = data_of(demo.inventories.get())["decisions"]
    assert {one["status"] for one in decisions} == {"open", "locked", "closed"}
    assert all(one["title"] and one["owner"] for one in decisions)
    objectives = Slice.objects.filter(phase__initiative=demo).values_list("objective", flat=True)
    assert {"D-002", "D-003", "D-005"} <= set(codes_mentioned(" ".join(objectives)))


def test_phase_b_has_blockers_a_send_back_a_waiver_and_links(phase_b):
    blockers = Concern.objects.filter(phase=phase_b, kind="blocker")
    assert sorted(blockers.values_list("state", flat=True)) == ["open", "resolved"]
    assert Event.objects.get(phase="B", verb="send_back").note
    assert Waiver.objects.get(phase=phase_b).reason
    assert Slice.objects.filter(phase=phase_b).exclude(branch="").exclude(pull_request="").count() == 4


def test_pickup_shelf_can_start_and_collides_with_due_dates(in_b):
    (turn,) = [turn for turn in turns(in_b) if not turn.unmet]
    assert turn.item.code == "B4"
    assert [collision.code for collision in turn.collides_with] == ["B3"]


def test_phase_c_can_start_and_has_not(demo):
    assert not Event.objects.filter(initiative=demo, phase="C").exclude(verb="import").exists()
    assert set(Slice.objects.filter(phase__code="C").values_list("status", flat=True)) == {"planned"}


def badges(state):
    """What each gate of a phase shows, by its label."""
    return {
        label(item, gate): badge(state, item, gate) for item in state.slices.values() for gate in item.gates
    }


def test_one_gate_failed_was_fixed_and_passed(phase_b, in_b):
    runs = GateRun.objects.filter(phase=phase_b, gate__text="make holds-fairness").order_by("seq")
    assert [run.outcome for run in runs] == ["fail", "pass", "pass"]
    assert [run.revision for run in runs][:2] == [QUEUE.sha, TIE.sha]
    assert badges(in_b)["B2 full: make holds-fairness"] == Badge.PASSED


def test_what_must_run_again_names_revision_and_file(in_b):
    said = {
        label(item, gate): why(in_b, item, gate)
        for item, gate, now in judged(in_b)
        if is_due_again(gate, now)
    }
    late = said["B1 full: make census-compare"]
    assert f"it came late: {DUE_DATES.sha[:7]}" in late
    assert late.endswith("touched services/loans/ledger.py.")
    assert said["B5 mandatory before: make b5-disposition-check"].endswith("but B5 was reopened after that.")
    assert "failed" in said["B3 full: make reminders-dry-run"]
    assert len(said) == 3


def test_every_badge_is_seen_in_phase_b(in_b):
    assert set(badges(in_b).values()) == set(Badge)


def test_phase_exit_never_ran(in_b):
    assert [gate.run for gate in in_b.exit_gates] == [None, None]


def test_commands_carry_revision_files_duration_log_and_link(phase_b):
    for run in GateRun.objects.filter(phase=phase_b, gate__kind="command"):
        assert len(run.revision) == 40
        assert all((run.files, run.duration_ms, run.log.text, run.url, run.branch))


def test_no_document_of_the_handed_off_phase_differs_from_the_ledger(phase_a):
    page = prepare(phase_a, load(phase_a), OPERATOR)
    lines = [*page.asked, *page.besides]
    assert any(one.said for one in lines)
    assert [(one.name, one.disagreed) for one in lines if one.disagreed] == []
