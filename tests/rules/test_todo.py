"""Tasks of a phase: what is listed, for whom, how urgent, and in which order."""

import datetime as dt
from dataclasses import replace

import pytest

from phases.rules.state import ArtifactState, ConcernState, FindingState, RoundState, VersionState
from phases.rules.tasks import Urgency, by_urgency
from phases.rules.todo import reopened, todo
from tests.rules.states import NOON, a_blocker, a_gate, a_phase, a_run, a_slice

LATER = NOON + dt.timedelta(hours=30)


def listed(*slices, **columns):
    """`verb slice` of each task."""
    return [f"{task.verb} {task.slice}".strip() for task in todo(a_phase(*slices, **columns))]


def a_round(verdict="approve", number=1, **columns):
    return RoundState(7, number, verdict, 5, 1, "r1", "rita", NOON, **columns)


def a_finding(pk=1, severity="medium", state="open", **columns):
    return FindingState(pk, severity, "A gap", state, "D5", changed_at=NOON, **columns)


def under_review(*findings, status="in_progress", verdict="approve_with_changes", **columns):
    """A review slice with one round that found these."""
    unclosed = sum(one.is_unclosed for one in findings)
    columns = {"kind": "review", "round": a_round(verdict), "since": NOON} | columns
    return a_slice("D5", status, findings=findings, unclosed=unclosed, **columns)


def test_only_what_can_start_is_started():
    assert listed(a_slice("D1"), a_slice("D2", needs="D1")) == ["start D1"]


def test_gates_that_alone_hold_up_a_start_are_run():
    gate = a_gate("mandatory_before", before=("D2",))
    assert listed(a_slice("D1", "landed", gates=(gate,)), a_slice("D2")) == ["run D1"]


def test_what_a_start_misses_waits_while_another_slice_is_missing():
    gate = a_gate("mandatory_before", before=("D3",))
    slices = (a_slice("D1"), a_slice("D2", needs="D1", gates=(gate,)), a_slice("D3", needs="D1"))
    assert listed(*slices) == ["start D1"]


def test_work_in_progress_asks_for_its_quick_suite_first():
    gates = (a_gate("quick"), a_gate("full", "make all"))
    assert listed(a_slice("D1", "in_progress", gates=gates)) == ["run D1"]
    green = (a_gate("quick", run=a_run()), a_gate("full", "make all"))
    assert listed(a_slice("D1", "in_progress", gates=green)) == ["candidate D1"]


def test_a_failed_gate_is_told_at_once_and_is_urgent():
    gates = (a_gate("quick", run=a_run()), a_gate("full", "make all", run=a_run("fail")))
    tasks = todo(a_phase(a_slice("D1", "in_progress", gates=gates)))
    assert [(task.verb, task.urgency) for task in tasks] == [
        ("run", Urgency.FAILED),
        ("candidate", Urgency.NORMAL),
    ]


def test_candidate_lists_all_that_its_landing_misses():
    gates = (a_gate("full", "make all"), a_gate("acceptance", "seen"))
    assert listed(a_slice("D1", "candidate", gates=gates)) == ["run D1", "attest D1"]
    assert listed(a_slice("D1", "candidate")) == ["land D1"]


def test_decision_comes_after_its_assessment():
    conditional = a_slice("D4", "in_progress", kind="conditional", gates=(a_gate("assess"),))
    assert listed(conditional) == ["run D4"]
    assert listed(replace(conditional, gates=(a_gate("assess", run=a_run()),))) == ["decide D4"]


def test_first_round_then_fixes_then_one_round_that_confirms():
    assert listed(under_review(round=None)) == ["review D5"]
    mixed = under_review(a_finding(), a_finding(2, state="fixed"))
    assert listed(mixed) == ["fix D5"]
    fixed = under_review(a_finding(state="fixed"), a_finding(2, "high", "fixed"))
    (task,) = todo(a_phase(fixed))
    assert (task.verb, task.key, task.urgency) == ("confirm", "disposition:D5", Urgency.HIGH)
    assert [one.id for one in task.findings] == [1, 2]


def test_fix_is_for_the_owner_of_the_slice_affected():
    review = under_review(a_finding(severity="blocking", about="D1"))
    task = todo(a_phase(a_slice("D1", "landed"), review))[0]
    assert (task.owner, task.urgency, task.since) == ("@d1-team", Urgency.BLOCKING, NOON)


def test_attestations_of_a_review_wait_for_its_approval():
    gate = a_gate("closure", "re_review_green")
    assert listed(under_review(round=None, status="candidate", gates=(gate,))) == ["review D5"]
    assert listed(under_review(status="candidate", gates=(gate,))) == ["attest D5"]


def test_posture_waits_for_everything_else():
    ready = a_slice("D7", "in_progress", kind="readiness")
    assert listed(a_slice("D1", "landed", gates=(a_gate(),)), ready) == ["run D1", "candidate D7"]
    assert listed(a_slice("D1", "landed"), ready) == ["posture D7", "candidate D7"]


def test_phase_exit_comes_last():
    exit_gates = (a_gate("phase_exit", "make exit"),)
    assert listed(a_slice("D1", "candidate"), exit_gates=exit_gates) == ["land D1"]
    assert listed(a_slice("D1", "landed"), exit_gates=exit_gates) == ["run"]


def test_deferred_slice_still_owes_its_mandatory_gates_only():
    gates = (a_gate("mandatory_before", before=("D5",)), a_gate("full", "make all"))
    assert listed(a_slice("D4", "deferred", kind="conditional", decision="deferred", gates=gates)) == [
        "run D4"
    ]


def test_documents_are_attached_once_for_all_slices_that_expect_them():
    paper = ArtifactState("artifact:A.md", "A.md", "always", False, produced=True)
    slices = (a_slice("D1", "candidate", artifacts=(paper,)), a_slice("D2", "landed", artifacts=(paper,)))
    assert listed(*slices) == ["attach D1"]
    there = replace(paper, version=VersionState(1, 1, "lena", LATER))
    (task,) = todo(a_phase(a_slice("D1", "candidate", artifacts=(there,), since=NOON)))
    assert (task.verb, task.since) == ("land", LATER)


def test_waived_leaves_are_nobodys_task():
    gate = a_gate("full", "make all")
    assert listed(a_slice("D1", "landed", gates=(gate,)), waived=gate.key) == []


def test_blockers_come_first_and_other_concerns_last():
    blocked = a_slice("D2", blockers=(a_blocker("D2"),))
    risk = ConcernState(5, "risk", "ice", "open", "@sea", "", "", "lena", NOON)
    tasks = todo(a_phase(a_slice("D1"), blocked, concerns=(a_blocker("D2"), risk)))
    assert [(task.verb, task.urgency, task.is_required) for task in tasks] == [
        ("resolve", Urgency.BLOCKING, True),
        ("start", Urgency.NORMAL, True),
        ("answer", Urgency.LOW, False),
    ]
    assert tasks[0].owner == "@legal"


def test_holding_up_counts_every_slice_that_waits():
    chain = (a_slice("D1", "landed", gates=(a_gate(),)), a_slice("D2", needs="D1"), a_slice("D3", needs="D2"))
    assert [(task.verb, task.holds_up) for task in todo(a_phase(*chain))] == [("run", 2), ("start", 1)]


def test_urgent_first_then_what_holds_up_most():
    failed = a_slice("D1", "landed", gates=(a_gate(run=a_run("fail")),))
    tasks = todo(a_phase(a_slice("D8"), a_slice("D2"), a_slice("D3", needs="D2"), failed))
    assert [task.slice for task in sorted(tasks, key=by_urgency)] == ["D1", "D2", "D8"]


def an_overdue(**columns):
    about = {"slas": [{"handle": "@d4-team", "sla": {"standard": "1 business day"}}]}
    item = a_slice("D4", "in_progress", kind="conditional", backup="@stand-in", since=NOON, **columns)
    return a_phase(item, about=about, moment=LATER)


def test_decision_goes_to_the_backup_once_the_owners_time_is_over():
    (task,) = todo(an_overdue())
    assert (task.owner, task.urgency) == ("@stand-in", Urgency.OVERDUE)
    assert task.clock is not None
    assert task.clock.due == dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC)


def test_blocker_goes_to_the_backup_too_unless_somebody_else_holds_it():
    mine = replace(a_blocker("D4"), owner="")
    tasks = todo(replace(an_overdue(blockers=(mine,)), concerns=(mine,)))
    assert (tasks[0].verb, tasks[0].owner, tasks[0].urgency) == ("resolve", "@stand-in", Urgency.OVERDUE)
    theirs = a_blocker("D4")
    tasks = todo(replace(an_overdue(blockers=(theirs,)), concerns=(theirs,)))
    assert (tasks[0].owner, tasks[0].urgency) == ("@legal", Urgency.BLOCKING)


@pytest.mark.parametrize(("status", "told"), [("in_progress", ["D6"]), ("planned", []), ("landed", [])])
def test_who_relies_on_a_reopened_decision_is_found(status, told):
    again = a_slice("D4", "in_progress", kind="conditional", reset="reopen", reset_note="It failed.")
    state = a_phase(again, a_slice("D5", "landed", "D4?"), a_slice("D6", status, "D5"))
    assert [item.code for item, needed in reopened(state) if needed.code == "D4"] == told
