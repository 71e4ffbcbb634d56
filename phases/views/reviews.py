"""The reviewers' queue: every review and structural slice that a round is or will be asked of."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone

from phases.models import Phase
from phases.permissions import Actor
from phases.rules.reviews import approval, default_scope
from phases.rules.state import PhaseState, Severity, SliceState, Status
from phases.rules.tasks import Task, by_urgency
from phases.rules.todo import todo
from phases.rules.transitions import WORDS, by_verb

from .base import Request, page, render
from .clocks import fixes, ticking
from .paths import Paths
from .task_lines import MARKS, ROUNDS, everything, why_not_record
from .times import ago
from .turns import why as waits_for

TEMPLATE = "reviews.html"


@dataclass(frozen=True, slots=True)
class Entry:
    """A slice in the queue."""

    item: SliceState
    initiative: str
    state: str
    """Its status as a word."""
    phase: str
    phase_url: str
    url: str
    """The page that records dispositions; that of the slice while none can be recorded."""
    number: int
    """Of the round that comes next."""
    scope: Sequence[tuple[str, str]]
    """Codes of what it looks at, each with its address."""
    findings: Sequence[tuple[str, int, int]]
    """Severity, how many are open, and how many are fixed and not confirmed."""
    why: str
    why_not: str
    """Why the viewer may not record it; empty where they may."""
    mark: str = ""
    clock: str = ""
    ago: str = ""
    order: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """The entries by what they wait for."""

    first: Sequence[Entry]
    again: Sequence[Entry]
    fixes: Sequence[Entry]
    coming: Sequence[Entry]
    has_several: bool

    @property
    def yours(self) -> int:
        """How many the viewer may record now."""
        return sum(not entry.why_not for entry in (*self.first, *self.again))


@page("see")
def show(request: Request) -> HttpResponse:
    """What is ready for review, what waits for another round, for fixes, or for its start."""
    phases, states = everything(request.actor)
    queue = prepare(request.actor, [(phase, states[phase.pk]) for phase in phases])
    return render(request, TEMPLATE, "", {"queue": queue})


def prepare(actor: Actor, phases: Iterable[tuple[Phase, PhaseState]]) -> Queue:
    """The queue as the actor sees it."""
    lists: dict[str, list[Entry]] = {"first": [], "again": [], "fixes": [], "coming": []}
    initiatives = set()
    for phase, state in phases:
        initiatives.add(phase.initiative_id)
        reviewer = _Reviewer(actor, phase, state)
        for item in state.slices.values():
            if item.is_reviewing and (place := reviewer.place(item)):
                lists[place].append(reviewer.entry(item, place))
    for entries in lists.values():
        entries.sort(key=lambda one: (bool(one.why_not), *one.order))
    return Queue(**lists, has_several=len(initiatives) > 1)


class _Reviewer:
    """The actor before one phase."""

    def __init__(self, actor: Actor, phase: Phase, state: PhaseState) -> None:
        self.actor, self.phase, self.state = actor, phase, state
        self.paths = Paths(state.initiative)
        self.now = timezone.now()
        self.tasks: dict[str, Task] = {
            task.slice: task for task in todo(state) if task.verb in (*ROUNDS, "fix")
        }

    def place(self, item: SliceState) -> str:
        """The list where the slice stands; empty where nothing is asked of a reviewer."""
        if item.status == Status.PLANNED:
            return "coming"
        task = self.tasks.get(item.code)
        if task is None:
            covered = item.round is not None and not approval(self.state, item).satisfied
            return "coming" if covered and not item.declared_in else ""
        if task.verb == "fix":
            return "fixes"
        return "first" if item.round is None else "again"

    def entry(self, item: SliceState, place: str) -> Entry:
        """The slice as it stands in that list."""
        task = self.tasks.get(item.code)
        code = self.state.code
        is_round = place in ("first", "again")
        page = (
            self.paths.verb(code, item.code, "disposition") if is_round else self.paths.slice(code, item.code)
        )
        scope = [(one, self.paths.slice(code, one)) for one in default_scope(self.state, item)]
        since: dt.datetime | None = task.since if task else None
        return Entry(
            item=item,
            initiative=self.state.initiative,
            state=WORDS[item.status],
            phase=code,
            phase_url=self.paths.phase(code),
            url=page,
            number=item.round.number + 1 if item.round else 1,
            scope=scope,
            findings=_counted(item),
            why=self._why(item, place),
            why_not=why_not_record(self.actor, self.phase, self.state, item),
            mark=MARKS.get(task.urgency, "") if task else "",
            clock=ticking(task.clock) if task and task.clock else "",
            ago=ago(since, self.now) if since else "",
            order=by_urgency(task) if task else (),
        )

    def _why(self, item: SliceState, place: str) -> str:
        task = self.tasks.get(item.code)
        if place == "coming":
            start = by_verb(item.status, "start")
            if start is None:
                return (
                    f"{approval(self.state, item).why} The structural round that is still to come covers it."
                )
            waits = waits_for(start.unmet(self.state, item))
            return f"{waits[:1].upper()}{waits[1:]}." if waits else f"It can start: {item.owner} starts it."
        if place == "fixes":
            return fixes(self.state, item)
        return task.why if task else ""


def _counted(item: SliceState) -> list[tuple[str, int, int]]:
    open_ones = Counter(one.severity for one in item.findings if one.state == "open")
    fixed = Counter(one.severity for one in item.findings if one.state == "fixed")
    return [
        (severity.value, open_ones[severity], fixed[severity])
        for severity in Severity
        if open_ones[severity] or fixed[severity]
    ]
