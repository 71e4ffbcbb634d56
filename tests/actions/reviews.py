"""A phase with a slice of every kind, the people who judge it, and short words for what they do."""

from __future__ import annotations

from typing import Any

from phases.actions.artifacts import attach_artifact
from phases.actions.asked import Report, Result
from phases.actions.dispositions import dispose
from phases.actions.evidence import redact
from phases.actions.findings import accept_finding, fix_finding
from phases.actions.ledger import writing
from phases.actions.recording import Answered, NewDisposition, NewFinding, Recheck
from phases.actions.retracting import retract_evidence
from phases.actions.runs import report_runs
from phases.actions.slices import find, move_slice, take
from phases.actions.verify import verify_ledger
from phases.actions.waivers import waive
from phases.lookups import current
from phases.models import Disposition, Finding, Initiative, Phase, Slice
from phases.permissions import OPERATOR, Actor
from phases.rules.state import PhaseState, SliceState
from phases.rules.transitions import by_verb
from phases.snapshot import load

from .conftest import bring

REVIEWED = """\
phase: F
entrypoint: docs/observatory/PHASE_F.md
slices:
  - {id: F1, title: Dome motor, owner: '@dome', backup: '@mirror', files: [src/dome/**],
     gates: {quick: [make dome], full: [make dome-full]}}
  - {id: F2, title: Mirror bath, owner: '@mirror', depends_on: [F1], files: [src/mirror.py],
     gates: {quick: [make mirror]}}
  - {id: F3, title: Heating, owner: '@heat', backup: '@dome', kind: conditional, depends_on: [F1],
     files: [docs/HEAT.md], requires_artifacts: [{path: docs/HEAT.md}],
     trigger_criteria: [make frost fails, The crew is cold],
     gates: {assess: [make assess], full_if_triggered: [make heat]}}
  - {id: F4, title: Look at it all, owner: '@review', backup: '@second', kind: review, depends_on: [F2, F3],
     gates: {closure: [re_review_green, impacted_suites_green]}}
  - {id: F5, title: Shape, owner: '@shape', kind: structural, depends_on: [F4]}
  - {id: F6, title: Ready, owner: '@dome', kind: readiness, depends_on: [F5]}
deferred_non_blocking:
  - Paint the dome
  - Oil the gears
"""


def person(name: str, *roles: str, member_of: str = "") -> Actor:
    """Somebody with these roles; `member_of` are handles separated by spaces."""
    initiative = Initiative.objects.get()
    handles = frozenset((initiative.pk, handle) for handle in member_of.split())
    return Actor(kind="person", name=name, roles=frozenset({"viewer", *roles}), handles=handles)


def reviewer(name: str = "rita", member_of: str = "") -> Actor:
    return person(name, "reviewer", member_of=member_of)


def lead(name: str = "lena", member_of: str = "@dome @mirror @heat @review @shape") -> Actor:
    return person(name, "lead", member_of=member_of)


def reviewed_phase(*started: str, packet: str = REVIEWED) -> Phase:
    """The phase F with these slices in progress, whatever they would need."""
    bring(packet)
    phase = Phase.objects.select_related("initiative").get(code="F")
    for code in started:
        start(phase, code)
    return phase


def start(phase: Phase, code: str) -> None:
    """Put a slice to work with its ledger entry, past all guards."""
    with writing(actor=OPERATOR, initiative_id=phase.initiative_id) as book:
        item = find(load(current(phase)), code)
        row = by_verb(item.status, "start")
        assert row is not None
        take(book, current(phase), item, row, "")


def judge(
    phase: Phase, verdict: str, actor: Actor | None = None, code: str = "F4", **said: Any
) -> Disposition:
    """Record a disposition; `actor` is the reviewer rita where nobody else is named."""
    asked = NewDisposition(verdict=verdict, **{"summary": f"It is {verdict}.", **said})
    return dispose(actor=actor or reviewer(), phase=phase, code=code, asked=asked)


def found(severity: str = "medium", title: str = "A gap", **said: str) -> NewFinding:
    return NewFinding(severity, title, **said)


def confirmed(finding: Finding, note: str = "") -> Recheck:
    return Recheck(finding.pk, "confirmed", note)


def reopened(finding: Finding, note: str = "") -> Recheck:
    return Recheck(finding.pk, "reopened", note)


def fix(finding: Finding, actor: Actor | None = None, **said: Any) -> Finding:
    return fix_finding(actor=actor or lead(), finding=finding, **{"note": "Done.", **said})


def accept(finding: Finding, actor: Actor | None = None, **said: str) -> Finding:
    values = {"owner": "@dome", "rationale": "It is small.", "target": "Phase G"} | said
    return accept_finding(actor=actor or reviewer(), finding=finding, **values)


def take_back(phase: Phase, evidence: Any, actor: Actor = OPERATOR, reason: str = "A mistake") -> Any:
    return retract_evidence(
        actor=actor, phase=phase, evidence=getattr(evidence, "key", evidence), reason=reason
    )


def hide(phase: Phase, evidence: Any, actor: Actor = OPERATOR) -> Any:
    key = getattr(evidence, "key", evidence)
    return redact(actor=actor, phase=phase, evidence=key, reason="It should not be here")


def run(phase: Phase, suite: str, gate: str, outcome: str = "pass", code: str = "", **said: Any) -> Any:
    """Report a gate as an operator, who may all; answers its run."""
    asked = Report(suite=suite, slice=code, results=(Result(gate, outcome),), **said)
    return report_runs(actor=OPERATOR, phase=phase, report=asked).runs[0]


def move(phase: Phase, code: str, verb: str, note: str = "because") -> None:
    version = Slice.objects.get(phase=phase, code=code).version
    move_slice(actor=OPERATOR, phase=phase, code=code, verb=verb, version=version, note=note)


def state_of(phase: Phase) -> PhaseState:
    return load(current(phase))


def slice_of(phase: Phase, code: str = "F4") -> SliceState:
    return state_of(phase).slices[code]


def faults() -> list[str]:
    """What the check of the ledger finds wrong."""
    return verify_ledger(initiative=Initiative.objects.get()).faults


def a_story() -> Phase:
    """A story with a round of each outcome, a fix, an acceptance, a deferral and two versions."""
    phase = reviewed_phase("F1", "F3", "F4", "F5", "F6")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="old")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="new")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/LINK.md", url="https://e.org/x")
    run(phase, "assess", "make assess", code="F3", revision="r1")
    answers = (Answered(1, False, "Looked."), Answered(2, False, "Asked."))
    judge(phase, "deferred", lead(), "F3", criteria=answers, watchpoints=("It snows",))
    finds = [found("high", "Rust", detail="Below.", anchor="src/dome/a.py:1", slice="F1"), found("low")]
    first = judge(phase, "not_ready", findings=finds, links=["https://e.org/1"], revision="r2")
    high, low = first.findings.all()
    judge(phase, "not_ready", rechecked=[confirmed(fix(high, revision="r3"), "Seen.")], reason="Slow.")
    accept(low)
    waive(actor=OPERATOR, phase=phase, key="disposition:F5", reason="Trust me.")
    judge(phase, "not_ready", lead(), "F6")
    return phase


def faults_of(field: str) -> list[str]:
    """Those that say that a row has another value in this field."""
    return [fault for fault in faults() if f"has {field} " in fault]
