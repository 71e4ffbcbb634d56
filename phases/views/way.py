"""The verdict and the first steps of the way to ready, as the page of a phase shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from phases.models import Phase
from phases.permissions import Actor
from phases.rules.readiness import Readiness
from phases.rules.tasks import Task, by_urgency

from .task_lines import MARKS, Found, TaskLine, grouped, line
from .verdict import Verdict, verdict

FIRST, ON_PHONES = 6, 4
"""Steps beside the phase, and those that the styles leave on a phone; all are on the readiness page."""


@dataclass(frozen=True, slots=True)
class WayLine:
    """What can be done now; gates of one suite are one line."""

    name: str
    """Of the line, the same as long as its task stands."""
    task: TaskLine
    whose: str
    """`you` or `you, as backup` where it is the viewer's turn, else the handle of the acting owner."""
    is_yours: bool


@dataclass(frozen=True, slots=True)
class Way:
    """The verdict with what comes first."""

    verdict: Verdict
    missing: int
    lines: Sequence[WayLine]
    more: int
    """Other things that can be done now."""
    more_on_phones: int
    """The same where fewer lines are shown."""


def way_of(phase: Phase, found: Readiness, actor: Actor) -> Way:
    """The steps that can be done now: those with a mark as in the inbox, then by the rules; no query."""
    groups = sorted(grouped(Found(phase, found.state, task) for task in found.doable), key=_by_mark)
    missing = len(found.unmet)
    return Way(
        verdict=verdict(phase, missing, has_begun=found.state.has_begun),
        missing=missing,
        lines=[_line(phase, one, actor) for one in groups[:FIRST]],
        more=max(0, len(groups) - FIRST),
        more_on_phones=max(0, len(groups) - ON_PHONES),
    )


def _by_mark(found: Found) -> tuple[object, ...]:
    """What carries no mark stays in the order in which it comes."""
    return (0, *by_urgency(found.task)) if found.task.urgency in MARKS else (1,)


def _name(task: Task) -> str:
    about = task.findings[0].id if task.verb == "fix" else task.key
    return f"way-{task.verb}-{quote(str(about), safe='')}"


def _line(phase: Phase, found: Found, actor: Actor) -> WayLine:
    owner = found.task.owner
    told, name = line(found, actor), f"way-{found.task.verb}-{found.task.key}"
    if actor.acts_for(phase.initiative_id, [owner]):
        return WayLine(name, told, "you", is_yours=True)
    stands_in = found.item is not None and actor.acts_for(phase.initiative_id, [found.item.backup])
    return WayLine(name, told, "you, as backup" if stands_in else owner, stands_in)
