"""Decisions, rounds and postures that wait: what a viewer can record now, and what is overdue."""

from __future__ import annotations

from dataclasses import dataclass

from phases.models import Phase
from phases.permissions import Actor
from phases.rules.readiness import Readiness
from phases.rules.tasks import Task, Urgency

from .paths import Paths
from .task_lines import ROUNDS, VERBS, why_not_record

JUDGING = ("decide", "posture", *ROUNDS)
"""Verbs of tasks that a disposition settles."""


@dataclass(frozen=True, slots=True)
class Recordable:
    """What the viewer can record of a slice, in the word of the inbox, and the page for it."""

    word: str
    url: str


def recordable(phase: Phase, found: Readiness, actor: Actor) -> dict[str, Recordable]:
    """By code of its slice; no query."""
    paths = Paths(found.state.initiative)
    return {
        task.slice: Recordable(VERBS[task.verb], paths.verb(found.state.code, task.slice, "disposition"))
        for task in found.tasks
        if task.verb in JUDGING and _may(phase, found, actor, task)
    }


def _may(phase: Phase, found: Readiness, actor: Actor, task: Task) -> bool:
    item = found.state.slices[task.slice]
    if task.verb in ROUNDS:
        return not why_not_record(actor, phase, found.state, item)
    return actor.may_on("decide", phase.initiative_id, (item.owner, item.backup))


def overdue(found: Readiness) -> list[Task]:
    """Those for which the owner's time has run out."""
    return [task for task in found.tasks if task.verb in JUDGING and task.urgency == Urgency.OVERDUE]
