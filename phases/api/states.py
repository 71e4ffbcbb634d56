"""From the snapshot's plain objects to what the API answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from phases.errors import NotFound
from phases.readiness_shapes import handed_off_json
from phases.rules.acting import Clock, clock
from phases.rules.criteria import Criterion
from phases.rules.reviews import approval
from phases.rules.state import (
    ConcernState,
    FindingState,
    GateState,
    PhaseState,
    RoundState,
    RunState,
    SliceState,
)
from phases.rules.transitions import from_status
from phases.shapes import leaves_json, standing_json

from .artifact_shapes import artifacts_of

Json = dict[str, Any]


def phase_shape(state: PhaseState) -> Json:
    """A phase with all its slices."""
    return {
        "initiative": state.initiative,
        "code": state.code,
        "title": state.title,
        "packet_revision": state.revision,
        "last_revision": state.last_revision or None,
        "seq": state.seq,
        "handed_off": handed_off_json(state.handed_off),
        "url": reverse("phase", args=[state.initiative, state.code]),
        "slices": [slice_item(state, item) for item in state.slices.values()],
        "exit_gates": [_gate(state, None, gate) for gate in state.exit_gates],
        "extra_gates": [_gate(state, None, gate) for gate in state.extra_gates],
    }


def slice_item(state: PhaseState, item: SliceState) -> Json:
    """A slice as lists show it."""
    return {
        "code": item.code,
        "title": item.title,
        "kind": item.kind,
        "status": item.status.value,
        "version": item.version,
        "owner": item.owner,
        "backup": item.backup,
        "blocked": bool(item.blockers),
        "gates": [_gate(state, item, gate) for gate in item.gates],
    }


def _gate(state: PhaseState, item: SliceState | None, gate: GateState) -> Json:
    return {
        "key": gate.key,
        "suite": gate.suite,
        "text": gate.text,
        "kind": gate.kind,
        **standing_json(state, item, gate),
        "run": _run(gate.run) if gate.run else None,
        "before": list(gate.before),
    }


def _run(run: RunState) -> Json:
    names = ("key", "outcome", "revision", "by", "source", "at")
    return {name: getattr(run, name) for name in names}


def slice_shape(state: PhaseState, code: str) -> Json:
    """A slice at length. Raises NotFound for one that the packet no longer names."""
    item = state.slices.get(code)
    if item is None:
        raise NotFound(
            f"{code} is not in packet revision {state.revision} any more; its page keeps its history."
        )
    return slice_item(state, item) | {
        "initiative": state.initiative,
        "phase": state.code,
        "decision": item.decision.value,
        "kind_inferred": item.kind_inferred,
        "declared_in": item.declared_in,
        "objective": item.objective,
        "branch": item.branch,
        "pull_request": item.pull_request,
        "paths": list(item.paths),
        "needs": [
            {
                "slice": need.code,
                "if_triggered": need.if_triggered,
                "status": state.slices[need.code].status.value,
            }
            for need in item.needs
        ],
        "needed_by": state.needed_by[code],
        "artifacts": list(artifacts_of(state, item)),
        **_judged(state, item),
        "blockers": [concern_shape(each) for each in item.blockers],
        "transitions": _transitions(state, item),
        "url": reverse("slice", args=[state.initiative, state.code, code]),
    }


def _judged(state: PhaseState, item: SliceState) -> Json:
    """What people have said of the slice, and how long a decision is waited for."""
    found = approval(state, item) if item.is_reviewing else None
    waited = clock(state, item)
    return {
        "disposition": _disposition(item.round) if item.round else None,
        "approval": found._asdict() if found else None,
        "findings": _counted(item.findings),
        "affected_by": _counted(state.findings_about.get(item.code, ())),
        "clock": _clock(waited) if waited else None,
    }


def _disposition(last: RoundState) -> Json:
    names = ("id", "number", "verdict", "revision", "scope", "by", "at", "seq")
    return {"key": f"verdict:{last.id}", **{name: getattr(last, name) for name in names}}


def _counted(findings: Iterable[FindingState]) -> Json:
    counts = Counter(one.state for one in findings)
    return {name: counts[name] for name in ("open", "fixed", "confirmed", "accepted")}


def _clock(waited: Clock) -> Json:
    names = ("owner", "backup", "written", "since", "due", "is_over", "acting")
    return {name: getattr(waited, name) for name in names}


def criteria_shape(criteria: Iterable[Criterion]) -> Json:
    """The trigger criteria of a slice, with what runs say of each."""
    found = [
        {
            "criterion": one.number,
            "text": one.text,
            "answer": one.answer.value,
            "why": one.why,
            "runs": [f"run:{run.id}" for run in one.runs],
        }
        for one in criteria
    ]
    return {"criteria": found}


def _transitions(state: PhaseState, item: SliceState) -> list[Json]:
    return [
        {
            "verb": row.verb,
            "to": row.target.value,
            "needs_reason": row.needs_reason,
            "unmet": leaves_json(row.unmet(state, item), initiative=state.initiative, phase=state.code),
        }
        for row in from_status(item.status)
    ]


def concern_shape(item: ConcernState) -> Json:
    """A concern with its answer, if it has one."""
    return {
        "id": item.id,
        "key": item.key,
        "kind": item.kind,
        "text": item.text,
        "state": item.state,
        "owner": item.owner,
        "priority": item.priority,
        "slice": item.slice,
        "raised_by": item.raised_by,
        "raised_at": item.raised_at,
        "answer": item.answer,
        "carried_from": item.carried_from,
        "from_packet": item.from_packet,
        "disposition": f"verdict:{item.deferral}" if item.deferral else "",
    }
