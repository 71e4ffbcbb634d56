"""What a task is: one thing that somebody can do now, how urgent it is, and since when it waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

from .acting import Clock, blocker_clock, clock, waiting_since
from .freshness import Badge, badge
from .state import (
    ArtifactState,
    ConcernState,
    FindingState,
    GateState,
    Leaf,
    LeafState,
    PhaseState,
    Severity,
    SliceState,
)

Place = tuple[SliceState | None, GateState]


class Urgency(IntEnum):
    """The most urgent first."""

    OVERDUE = 0
    """The owner's time for it has run out."""
    BLOCKING = 1
    HIGH = 2
    FAILED = 3
    NORMAL = 4
    LOW = 5
    """Nothing in the phase waits for it."""


@dataclass(frozen=True, slots=True)
class Task:
    """A leaf with its verb, and what the verb is about: a gate, an artifact, findings or a concern."""

    leaf: Leaf
    urgency: Urgency = Urgency.NORMAL
    since: dt.datetime | None = None
    clock: Clock | None = None
    holds_up: int = 0
    """How many slices that are not done wait for this one, directly or through others."""
    gate: GateState | None = None
    artifact: ArtifactState | None = None
    findings: tuple[FindingState, ...] = ()
    concern: ConcernState | None = None

    @property
    def key(self) -> str:
        return self.leaf.key

    @property
    def slice(self) -> str:
        """Code of the slice where it is done; empty for the phase as a whole."""
        return self.leaf.slice

    @property
    def verb(self) -> str:
        return self.leaf.verb

    @property
    def why(self) -> str:
        return self.leaf.why

    @property
    def owner(self) -> str:
        """The acting owner: the backup once the owner's time has run out."""
        return self.leaf.owner

    @property
    def is_required(self) -> bool:
        """Whether the phase cannot be ready without it."""
        return self.leaf.state == LeafState.UNMET


def by_urgency(task: Task) -> tuple[object, ...]:
    """To sort by: urgency, then what holds up most other slices, then what waits longest."""
    waits = task.since.timestamp() if task.since else float("inf")
    return task.urgency, -task.holds_up, waits, task.key


def moving(state: PhaseState, item: SliceState, leaf: Leaf, why: str) -> Task:
    """Start, candidate or land: nothing is in the way."""
    since = max(_last_changes(state, item), default=None)
    return Task(replace(leaf, why=why), since=since)


def _last_changes(state: PhaseState, item: SliceState) -> Iterable[dt.datetime]:
    """When what a move needs came to be as it is: needed slices, own status, runs, documents, the round."""
    found = [state.slices[need.code].since for need in item.needs]
    found.append(item.since)
    if item.since:
        found += [gate.run.at for gate in item.gates if gate.run]
        found += [one.version.at for one in item.artifacts if one.version]
        found.append(item.round.at if item.round else None)
    return [at for at in found if at]


def proving(state: PhaseState, place: Place, leaf: Leaf) -> Task:
    """Run or attest a gate."""
    item, gate = place
    failed = badge(state, item, gate) == Badge.FAILED
    began = (
        item.since if item else max((one.since for one in state.slices.values() if one.since), default=None)
    )
    if item and item.is_reviewing and item.round:
        began = item.round.at
    return Task(
        leaf,
        urgency=Urgency.FAILED if failed else Urgency.NORMAL,
        since=gate.run.at if gate.run else began,
        gate=gate,
    )


def attaching(item: SliceState, artifact: ArtifactState, leaf: Leaf) -> Task:
    """Attach a document."""
    return Task(leaf, since=item.since, artifact=artifact)


def judging(state: PhaseState, item: SliceState, leaf: Leaf, findings: tuple[FindingState, ...] = ()) -> Task:
    """Decide, review, confirm or take a posture; a clock may run."""
    found = clock(state, item)
    urgency = min((_of(one) for one in findings), default=Urgency.NORMAL)
    return Task(
        leaf,
        urgency=Urgency.OVERDUE if found and found.is_over else urgency,
        since=waiting_since(state, item) or (item.round.at if item.round else item.since),
        clock=found,
        findings=findings,
    )


def fixing(finding: FindingState, leaf: Leaf) -> Task:
    """Fix a finding, or accept it where it is not worth one."""
    return Task(leaf, urgency=_of(finding), since=finding.changed_at, findings=(finding,))


def _of(finding: FindingState) -> Urgency:
    words = {Severity.BLOCKING.value: Urgency.BLOCKING, Severity.HIGH.value: Urgency.HIGH}
    return words.get(finding.severity, Urgency.NORMAL)


def resolving(state: PhaseState, concern: ConcernState, leaf: Leaf) -> Task:
    """Resolve a blocker; its clock is the one of the slice that it blocks."""
    item = state.slices.get(concern.slice)
    found = blocker_clock(state, item, concern.raised_at) if item and leaf.owner == item.owner else None
    is_over = found is not None and found.is_over
    return Task(
        replace(leaf, owner=found.acting) if found else leaf,
        urgency=Urgency.OVERDUE if is_over else Urgency.BLOCKING,
        since=concern.raised_at,
        clock=found,
        concern=concern,
    )


def replying(concern: ConcernState, leaf: Leaf) -> Task:
    """Answer what an earlier phase handed on."""
    return Task(leaf, since=concern.raised_at, concern=concern)


def answering(state: PhaseState, concern: ConcernState) -> Task:
    """Answer a concern that nothing in the phase waits for."""
    item = state.slices.get(concern.slice) or state.closer
    owner = concern.owner or (item.owner if item else "")
    kind = concern.kind.replace("_", " ").capitalize()
    why = f"{kind} of {concern.slice or f'phase {state.code}'}: {concern.text}"
    leaf = Leaf(concern.key, LeafState.NOT_APPLICABLE, kind, why, owner, concern.slice, "answer")
    return Task(leaf, urgency=Urgency.LOW, since=concern.raised_at, concern=concern)
