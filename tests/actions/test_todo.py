"""A robot that only ever does the first task: it is never refused, and it ends with everything landed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from phases.actions.artifacts import attach_artifact
from phases.actions.asked import Report, Result
from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.dispositions import dispose
from phases.actions.findings import fix_finding
from phases.actions.recording import NewDisposition, NewFinding, Recheck
from phases.actions.runs import report_runs
from phases.actions.slices import move_slice
from phases.actions.waivers import waive, withdraw_waiver
from phases.actions.watchpoints import fire_watchpoint
from phases.lookups import current
from phases.models import Concern, Finding, Phase, Waiver
from phases.permissions import Actor
from phases.rules.requirements import of_exit, of_phase, of_slice
from phases.rules.state import LeafState
from phases.rules.tasks import Task
from phases.rules.todo import todo
from phases.snapshot import load

from .conftest import bring

PACKET = """\
phase: T
entrypoint: docs/observatory/PHASE_T.md
slices:
  - {id: T0, title: Plan, owner: '@plan', kind: planning, gates: {quick: [plan_agreed], full: [plan_read]}}
  - {id: T1, title: Dome, owner: '@dome', depends_on: [T0], files: [src/dome/**],
     gates: {quick: [make dome], full: [make dome-full], acceptance: [the dome turns]}}
  - {id: T2, title: Mirror, owner: '@mirror', depends_on: [T0], files: [src/mirror.py],
     gates: {quick: [make mirror], mandatory_before_T4: [make align]}}
  - {id: T3, title: Heating, owner: '@heat', kind: conditional, depends_on: [T1],
     files: [docs/HEAT.md, docs/PROOF.md], trigger_criteria: [the crew is cold],
     requires_artifacts: [{path: docs/HEAT.md}, {path: docs/PROOF.md, when: triggered}],
     gates: {assess: [make assess], mandatory_before_next: [make decided], full_if_triggered: [make heat]}}
  - {id: T4, title: Review, owner: '@review', kind: review, depends_on: [T2], depends_on_if_triggered: [T3],
     requires_artifacts: [{path: docs/HEAT.md}, {path: docs/PLAN.md}],
     gates: {closure: [re_review_green, impacted_quick_and_full_gates_green],
             mandatory_before_next: [seen_by_all]}}
  - {id: T5, title: Shape, owner: '@shape', kind: structural, depends_on: [T4],
     gates: {closure: [shape_kept]}}
  - {id: T6, title: Docs, owner: '@docs', kind: docs, depends_on: [T5], gates: {closure: [docs_aligned]}}
  - {id: T7, title: Ready, owner: '@plan', kind: readiness, depends_on: [T6], gates: {closure: [told]}}
gates:
  phase_exit: {full: [make all, exit_agreed]}
deferred_non_blocking: [Paint the dome]
"""
ADA = Actor(kind="person", name="ada", roles=frozenset({"viewer", "admin"}))
MANY = 120


class Robot:
    """Does the first task of the list, whatever it is."""

    def __init__(
        self, phase: Phase, *, verdict: str = "deferred", findings: tuple[NewFinding, ...] = ()
    ) -> None:
        self.phase, self.verdict, self.findings = phase, verdict, list(findings)
        self.fails: set[str] = set()
        self.done: list[tuple[str, str]] = []

    def tasks(self) -> list[Task]:
        return [task for task in todo(load(current(self.phase))) if task.is_required]

    def play(self, before: str = "", act: Callable[[], Any] | None = None) -> Robot:
        """Until no task is left; once, before the task called `before` (verb and slice), `act` happens."""
        for _ in range(MANY):
            tasks = self.tasks()
            if tasks and act and f"{tasks[0].verb} {tasks[0].slice}" == before:
                act()
                act, tasks = None, self.tasks()
            if not tasks:
                return self
            self.do(tasks[0])
        raise AssertionError(f"no end: {self.done[-10:]}")

    def do(self, task: Task) -> None:
        self.done.append((task.verb, task.slice or task.key))
        do: Callable[[Task], Any] = getattr(self, task.verb, self.move)
        do(task)

    def move(self, task: Task) -> None:
        version = load(current(self.phase)).slices[task.slice].version
        move_slice(actor=ADA, phase=self.phase, code=task.slice, verb=task.verb, version=version)

    def run(self, task: Task) -> None:
        assert task.gate
        outcome = "fail" if task.gate.text in self.fails else "pass"
        self.fails.discard(task.gate.text)
        results = (Result(task.gate.text, outcome),)
        report = Report(suite=task.gate.suite, slice=task.slice, results=results)
        report_runs(actor=ADA, phase=self.phase, report=report)

    attest = run

    def attach(self, task: Task) -> None:
        assert task.artifact
        attach_artifact(actor=ADA, phase=self.phase, path=task.artifact.path, content="As agreed.")

    def dispose(self, task: Task, verdict: str, **said: Any) -> None:
        asked = NewDisposition(verdict=verdict, summary="Looked at.", **said)
        dispose(actor=ADA, phase=self.phase, code=task.slice, asked=asked)

    def decide(self, task: Task) -> None:
        watch = ("the crew complains",) if self.verdict == "deferred" else ()
        self.dispose(task, self.verdict, watchpoints=watch, reason="As we see it.")

    def review(self, task: Task) -> None:
        found = tuple(self.findings)
        self.findings.clear()
        self.dispose(task, "approve_with_changes" if found else "approve", findings=found)

    def confirm(self, task: Task) -> None:
        self.dispose(task, "approve", rechecked=tuple(Recheck(one.id, "confirmed") for one in task.findings))

    def fix(self, task: Task) -> None:
        finding = Finding.objects.get(pk=task.findings[0].id)
        files = [finding.anchor.partition(":")[0]]
        revision = f"{len(self.done):040x}"
        fix_finding(actor=ADA, finding=finding, note="Done.", revision=revision, changed_files=files)

    def posture(self, task: Task) -> None:
        self.dispose(task, "ready")

    def resolve(self, task: Task) -> None:
        assert task.concern
        concern = Concern.objects.get(pk=task.concern.id)
        answer_concern(actor=ADA, concern=concern, outcome="resolved", note="Repaired.")


@pytest.fixture
def phase(db: None) -> Phase:
    bring(PACKET)
    return Phase.objects.select_related("initiative").get()


def unmet(phase: Phase) -> list[str]:
    """Keys of everything that the phase still asks for."""
    state = load(current(phase))
    leaves = [leaf for item in state.slices.values() for leaf in of_slice(state, item)]
    leaves += [*of_exit(state), *of_phase(state)]
    return [leaf.key for leaf in leaves if leaf.state == LeafState.UNMET]


def test_robot_lands_everything_and_leaves_nothing_unmet(phase):
    robot = Robot(phase).play()
    assert unmet(phase) == []
    assert ("posture", "T7") in robot.done
    assert robot.done[-1][0] == "attest"


def test_a_triggered_conditional_is_a_detour(phase):
    robot = Robot(phase, verdict="triggered").play()
    assert unmet(phase) == []
    assert robot.done.index(("land", "T3")) < robot.done.index(("start", "T4"))


def test_a_failing_gate_is_run_again(phase):
    robot = Robot(phase)
    robot.fails = {"make dome", "make all"}
    robot.play()
    assert unmet(phase) == []
    assert robot.done.count(("run", "T1")) == 3


FOUND = (
    NewFinding("high", "It leaks", anchor="src/dome/roof.py:3"),
    NewFinding("medium", "It squeaks", anchor="src/mirror.py:9"),
)


def test_findings_are_fixed_and_confirmed_in_one_round(phase):
    robot = Robot(phase, findings=FOUND).play()
    assert unmet(phase) == []
    after = robot.done[robot.done.index(("review", "T4")) :]
    assert after[1:3] == [("fix", "T4"), ("fix", "T4")]
    assert after.count(("confirm", "T4")) == 1
    assert ("run", "T1") in after


def test_findings_of_the_structural_round_let_it_cover_the_review(phase):
    robot = Robot(phase)
    robot.play("review T5", lambda: robot.findings.extend(FOUND))
    assert unmet(phase) == []
    assert robot.done.count(("review", "T4")) == 1


def touch_dome(phase: Phase) -> None:
    report = Report(suite="quick", slice="T1", outcome="pass", revision="9" * 40)
    report_runs(actor=ADA, phase=phase, report=report)


def test_a_landed_review_is_done_again_where_no_structural_round_will_cover_it(phase):
    robot = Robot(phase).play("start T6", lambda: touch_dome(phase))
    assert unmet(phase) == []
    assert robot.done.count(("review", "T4")) == 2


def test_a_stale_review_is_done_again_where_the_structural_slice_waits_for_it(phase):
    robot = Robot(phase).play("start T5", lambda: touch_dome(phase))
    assert unmet(phase) == []
    assert robot.done.count(("review", "T4")) == 2


def test_a_stale_review_waits_for_the_structural_round_that_covers_it(phase):
    robot = Robot(phase).play("review T5", lambda: touch_dome(phase))
    assert unmet(phase) == []
    assert robot.done.count(("review", "T4")) == 1


def block(phase: Phase) -> None:
    raise_concern(actor=ADA, phase=phase, kind="blocker", text="No crane.", slice="T2")
    raise_concern(actor=ADA, phase=phase, kind="blocker", text="Storm.")


def test_blockers_come_first(phase):
    robot = Robot(phase).play("land T1", lambda: block(phase))
    assert unmet(phase) == []
    before = robot.done[: robot.done.index(("land", "T1"))]
    assert [verb for verb, _ in before[-2:]] == ["resolve", "resolve"]


def test_a_reopened_decision_is_taken_again(phase):
    robot = Robot(phase)

    def fire() -> None:
        robot.verdict = "triggered"
        fire_watchpoint(actor=ADA, concern=Concern.objects.get(kind="watchpoint"), reason="They do.")

    robot.play("start T6", fire)
    assert unmet(phase) == []
    assert robot.done.count(("decide", "T3")) == 2


@pytest.mark.parametrize("code", ["T3", "T4", "T5", "T7"])
def test_a_waived_disposition_is_asked_for_no_more(phase, code):
    waive(actor=ADA, phase=phase, key=f"disposition:{code}", reason="Agreed with everybody")
    Robot(phase).play()
    assert unmet(phase) == []


def test_a_wider_scope_of_an_early_round_asks_for_no_end_of_rounds(phase):
    asked = NewDisposition(verdict="not_ready", summary="Not yet.", scope=("T0", "T1"))

    def look_wider() -> None:
        dispose(actor=ADA, phase=phase, code="T4", asked=asked)
        results = (Result("plan_agreed", "pass"),)
        report = Report(suite="quick", slice="T0", results=results, revision="f" * 40)
        report_runs(actor=ADA, phase=phase, report=report)

    Robot(phase).play("review T4", look_wider)
    assert unmet(phase) == []


SIDE_BY_SIDE = """\
phase: T
slices:
  - {id: T1, title: Dig, owner: '@crew'}
  - {id: T2, title: Ready for the crew, owner: '@crew', kind: readiness, depends_on: [T1]}
  - {id: T3, title: Ready for the guests, owner: '@crew', kind: readiness, depends_on: [T1]}
"""


def test_two_readiness_slices_side_by_side_wait_for_no_one(db):
    bring(SIDE_BY_SIDE)
    phase = Phase.objects.select_related("initiative").get()
    Robot(phase).play()
    assert unmet(phase) == []


def test_a_decision_whose_waiver_ends_is_taken_after_all(phase):
    waive(actor=ADA, phase=phase, key="disposition:T3", reason="Nobody asks.")
    Robot(phase).play()
    withdraw_waiver(actor=ADA, waiver=Waiver.objects.get(), reason="Somebody asks.")
    assert Robot(phase, verdict="triggered").play().done[0] == ("decide", "T3")
    assert unmet(phase) == []
