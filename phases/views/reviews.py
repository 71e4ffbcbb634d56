"""The reviewers' queue: every review and structural slice that a round is or will be asked of."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from phases.lookups import visible_initiatives
from phases.models import Phase
from phases.permissions import Actor
from phases.rules.acting import next_deadline
from phases.rules.reviews import approval, default_scope
from phases.rules.state import PhaseState, Severity, SliceState, Status
from phases.rules.tasks import Task, by_urgency
from phases.rules.todo import todo
from phases.rules.transitions import WORDS, by_verb

from .base import Request, page, render
from .clocks import fixes, ticking
from .ledgers import position, tag_of_all, unless_all_known
from .paths import Paths
from .task_lines import MARKS, ROUNDS, everything, why_not_record
from .turns import why as waits_for

TEMPLATE, REGION = "reviews.html", "region"

LISTS = {
    "first": ("Ready for review", "no round yet"),
    "again": ("Waits for another round", "fixes to confirm, or code that moved on"),
    "fixes": ("Waits for fixes", "somebody has to fix first"),
    "coming": ("Coming up", "not started, or covered by a round to come"),
}
"""Heading of each list, and what stands beside it."""
FEW, MANY = 20, 100
"""Entries of a list beside the others, and of a list alone."""


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
    since: dt.datetime | None = None
    order: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A list of the queue, as far as it is shown."""

    name: str
    heading: str
    why: str
    number: int
    entries: Sequence[Entry]
    offset: int
    may_act: bool
    """Whether a round can be recorded of its entries now."""

    @property
    def more(self) -> int:
        """How many entries come after those that are shown."""
        return self.number - self.offset - len(self.entries)

    @property
    def older(self) -> str:
        """The address of the entries before, where there are any."""
        return f"?list={self.name}&from={max(0, self.offset - MANY)}" if self.offset else ""

    @property
    def newer(self) -> str:
        """The address of those that come after; beside other lists, of this one alone."""
        return f"?list={self.name}&from={self.offset + len(self.entries) if len(self.entries) > FEW else 0}"


@dataclass(frozen=True, slots=True)
class Queue:
    """The lists by what their entries wait for; those without any are left out."""

    parts: Sequence[Part]
    yours: int
    """How many the viewer may record now."""
    has_several: bool
    is_alone: bool
    """Whether one list is shown without the others."""


@page("see")
def show(request: Request) -> HttpResponse:
    """What is ready for review, what waits for another round, for fixes, or for its start."""
    return unless_all_known(request, lambda: _respond(request))


def _respond(request: Request) -> HttpResponse:
    actor = request.actor
    now = position(visible_initiatives(actor))
    phases, states = everything(actor)
    until = min(filter(None, map(next_deadline, states.values())), default=None)
    queue = prepare(actor, [(phase, states[phase.pk]) for phase in phases], request.GET)
    context = {"queue": queue, "etag": tag_of_all(request, now, until)}
    return render(request, TEMPLATE, REGION, context)


def _parts(lists: Mapping[str, Sequence[Entry]], sent: Mapping[str, str]) -> list[Part]:
    """Every list with its first entries, or one of them from an entry on."""
    alone = sent.get("list", "")
    start = sent.get("from", "")
    offset = int(start) if alone and start.isascii() and start.isdecimal() and len(start) < 7 else 0
    names = [alone] if alone in LISTS else [name for name in LISTS if lists[name]]
    most = MANY if alone in LISTS else FEW
    return [
        Part(name, *LISTS[name], len(lists[name]), shown, offset, name in ("first", "again"))
        for name in names
        if (shown := lists[name][offset : offset + most]) or alone
    ]


def prepare(actor: Actor, phases: Iterable[tuple[Phase, PhaseState]], sent: Mapping[str, str]) -> Queue:
    """The queue as the actor sees it; `sent` names the list that is shown alone, and from where."""
    lists: dict[str, list[Entry]] = {name: [] for name in LISTS}
    initiatives = set()
    for phase, state in phases:
        initiatives.add(phase.initiative_id)
        reviewer = _Reviewer(actor, phase, state)
        for item in state.slices.values():
            if item.is_reviewing and (place := reviewer.place(item)):
                lists[place].append(reviewer.entry(item, place))
    for entries in lists.values():
        entries.sort(key=lambda one: (bool(one.why_not), *one.order))
    yours = sum(not entry.why_not for name in ("first", "again") for entry in lists[name])
    return Queue(_parts(lists, sent), yours, len(initiatives) > 1, sent.get("list", "") in LISTS)


class _Reviewer:
    """The actor before one phase."""

    def __init__(self, actor: Actor, phase: Phase, state: PhaseState) -> None:
        self.actor, self.phase, self.state = actor, phase, state
        self.paths = Paths(state.initiative)
        self.mine = actor.handles_in(phase.initiative_id)
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
            clock=ticking(task.clock, self.mine) if task and task.clock else "",
            since=task.since if task else None,
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
            waits = waits_for(start.unmet(self.state, item), self.mine)
            return f"{waits[:1].upper()}{waits[1:]}." if waits else f"It can start: {item.owner} starts it."
        if place == "fixes":
            return fixes(self.state, item, self.mine)
        return task.why if task else ""


def _counted(item: SliceState) -> list[tuple[str, int, int]]:
    open_ones = Counter(one.severity for one in item.findings if one.state == "open")
    fixed = Counter(one.severity for one in item.findings if one.state == "fixed")
    return [
        (severity.value, open_ones[severity], fixed[severity])
        for severity in Severity
        if open_ones[severity] or fixed[severity]
    ]
