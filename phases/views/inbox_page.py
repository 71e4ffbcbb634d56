"""The inbox prepared: what waits for a person, over all phases that they may see, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import QuerySet

from phases.models import Draft, ImportFile, Phase
from phases.models.imports import Outcome
from phases.permissions import Actor
from phases.rules.ready import turns
from phases.rules.state import PhaseState, SliceState
from phases.rules.tasks import Task
from phases.rules.todo import reopened, todo

from .inbox_groups import Group, groups
from .paths import Paths
from .task_lines import ROUNDS, VERBS, Found, TaskLine, grouped, lines, why_not_record
from .turns import why as waits_for

PERMISSION = {"start": "move", "candidate": "move", "land": "move", "run": "report", "resolve": "answer"}
PERMISSION |= {"posture": "decide", "confirm": "review"}
"""Verbs of tasks whose permission has another name."""

FILTERS = ("verb", "initiative")

COMING, UPLOADS = 6, 20
"""Lines of slices that come later, and of packets that wait to be applied."""

Phases = Sequence[Phase]
States = Mapping[int, PhaseState]


@dataclass(frozen=True, slots=True)
class Piles:
    """The tasks of a person, by what they are to them."""

    yours: list[Found] = field(default_factory=list)
    stand_in: list[Found] = field(default_factory=list)
    """Somebody else's turn, which the person could take as well."""
    reviews: list[Found] = field(default_factory=list)
    """Rounds of slices of theirs that somebody independent has to record."""
    later: list[Found] = field(default_factory=list)
    """Concerns that nothing waits for."""


def sort_out(actor: Actor, phases: Phases, states: States) -> Piles:
    """Put each task that concerns the actor on its pile; pages and counts read the same ones."""
    piles = Piles()
    if not actor.is_person or not (actor.handles or actor.may("review")):
        return piles
    for phase in phases:
        state = states[phase.pk]
        for task in todo(state):
            pile = _pile(actor, phase, state, task, piles)
            if pile is not None:
                pile.append(Found(phase, state, task))
    return piles


def _pile(actor: Actor, phase: Phase, state: PhaseState, task: Task, piles: Piles) -> list[Found] | None:
    owns = actor.acts_for(phase.initiative_id, [task.owner])
    item = state.slices.get(task.slice)
    if task.verb in ROUNDS and item is not None:
        if not why_not_record(actor, phase, state, item):
            return piles.yours
        return piles.reviews if owns else None
    crew = crew_of(state, task)
    if not actor.may_on(PERMISSION.get(task.verb, task.verb), phase.initiative_id, crew):
        return None
    if not task.is_required:
        return piles.later if owns else None
    if owns:
        return piles.yours
    return piles.stand_in if actor.acts_for(phase.initiative_id, crew) else None


def crew_of(state: PhaseState, task: Task) -> list[str]:
    """Owner and backup who may do a task: of the slice affected by a finding, else of its own slice."""
    about = task.findings[0].about if task.verb == "fix" else ""
    item = state.slices.get(about or task.slice) or state.closer
    handles = [task.owner, item.owner, item.backup] if item else [task.owner]
    return [handle for handle in handles if handle]


@dataclass(frozen=True, slots=True)
class Reopened:
    """A decision that is open again, and the slices of the person's under work that rely on it."""

    needed: SliceState
    url: str
    relying: Sequence[tuple[str, str]]
    """Code and address of each."""
    phase: str


@dataclass(frozen=True, slots=True)
class Coming:
    """A planned slice of the person's, and what it waits for."""

    item: SliceState
    url: str
    phase: str
    why: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """A disposition that the person began to write."""

    draft: Draft
    url: str


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice of a filter."""

    word: str
    url: str
    number: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    yours: Sequence[TaskLine]
    groups: Sequence[Group]
    """The same lines: what is urgent, then by what there is to do."""
    stand_in: Sequence[TaskLine]
    reviews: Sequence[TaskLine]
    later: Sequence[TaskLine]
    reopened: Sequence[Reopened]
    coming: Sequence[Coming]
    drafts: Sequence[Unsent]
    filters: Sequence[Sequence[Chip]]
    """By verb, and by initiative where something waits in several."""
    has_several: bool
    """Whether the person sees several initiatives, so that lines have to name theirs."""
    has_duties: bool
    """Whether anything could ever wait for the person."""
    is_filtered: bool

    @property
    def urgent(self) -> int:
        """How many lines carry a mark."""
        return sum(bool(line.mark) for line in self.yours)


def prepare(actor: Actor, phases: Phases, states: States, sent: Mapping[str, str]) -> Inbox:
    """Everything on the page; `sent` is the filter: initiative and verb."""
    chosen = {name: sent.get(name, "") for name in FILTERS}
    piles = sort_out(actor, phases, states)
    every = [*lines(piles.yours, actor), *_uploads(actor)]
    kept = [phase for phase in phases if chosen["initiative"] in ("", phase.initiative.slug)]

    def shown(found: Iterable[TaskLine]) -> list[TaskLine]:
        return [line for line in found if _fits(line, chosen)]

    yours = shown(every)
    return Inbox(
        yours=yours,
        groups=groups(yours),
        stand_in=shown(lines(piles.stand_in, actor)),
        reviews=shown(lines(piles.reviews, actor)),
        later=shown(lines(piles.later, actor)),
        reopened=_reopened(actor, kept, states),
        coming=_coming(actor, kept, states),
        drafts=_drafts(actor),
        filters=[chips for name in FILTERS if len(chips := _chips(every, name, chosen)) > 2],
        has_several=len({phase.initiative_id for phase in phases}) > 1,
        has_duties=bool(actor.handles or actor.may("review")),
        is_filtered=any(chosen.values()),
    )


def _fits(line: TaskLine, chosen: Mapping[str, str]) -> bool:
    return all(chosen[name] in ("", getattr(line, name)) for name in FILTERS)


def _chips(every: Sequence[TaskLine], name: str, chosen: Mapping[str, str]) -> list[Chip]:
    """All, then each value that occurs, in the order of its most urgent line; other filters stay."""
    rest = {other: value for other, value in chosen.items() if other != name}
    fitting = [line for line in every if _fits(line, rest | {name: ""})]
    numbers = Counter(getattr(line, name) for line in fitting)
    values = [
        ("", "All", len(fitting)),
        *((value, VERBS.get(value, value), n) for value, n in numbers.items()),
    ]
    return [
        Chip(word, f"?{urlencode(_told(rest | {name: value}))}", number, value == chosen[name])
        for value, word, number in values
    ]


def _told(chosen: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in chosen.items() if value}


def count(actor: Actor, phases: Phases, states: States) -> tuple[int, int]:
    """How many lines wait in the inbox, and how many of them are rounds that the actor may record."""
    yours = grouped(sort_out(actor, phases, states).yours)
    return len(yours), sum(one.task.verb in ROUNDS for one in yours)


def _reopened(actor: Actor, phases: Phases, states: States) -> list[Reopened]:
    found = []
    for phase in phases:
        state = states[phase.pk]
        paths = Paths(state.initiative)
        relying: dict[str, list[tuple[str, str]]] = {}
        for item, needed in reopened(state):
            if actor.acts_for(phase.initiative_id, [item.owner]):
                place = (item.code, paths.slice(state.code, item.code))
                relying.setdefault(needed.code, []).append(place)
        for code, places in relying.items():
            needed = state.slices[code]
            found.append(Reopened(needed, paths.slice(state.code, code), places, state.code))
    return found


def _coming(actor: Actor, phases: Phases, states: States) -> list[Coming]:
    """The next slices of the actor's owners that cannot start yet."""
    found = []
    for phase in phases:
        state = states[phase.pk]
        for turn in turns(state):
            if turn.unmet and actor.acts_for(phase.initiative_id, [turn.item.owner]):
                url = Paths(state.initiative).slice(state.code, turn.item.code)
                found.append(
                    Coming(
                        turn.item,
                        url,
                        state.code,
                        waits_for(turn.unmet, actor.handles_in(phase.initiative_id)),
                    )
                )
    return found[:COMING]


def _drafts(actor: Actor) -> list[Unsent]:
    if actor.user_id is None:
        return []
    rows = Draft.objects.filter(user_id=actor.user_id).select_related("slice__phase__initiative")
    return [
        Unsent(
            row,
            Paths(row.slice.phase.initiative.slug).verb(row.slice.phase.code, row.slice.code, "disposition"),
        )
        for row in rows.defer("data")
    ]


def _uploads(actor: Actor) -> list[TaskLine]:
    """Packets that were uploaded and not applied yet, the newest first."""
    if not actor.may("import"):
        return []
    rows = pending().select_related("batch").defer("text", "problems", "changes").order_by("-id")
    return [_upload(row) for row in rows[:UPLOADS]]


def pending() -> QuerySet[ImportFile]:
    """Files of uploads that wait to be applied."""
    return ImportFile.objects.filter(outcome=Outcome.PENDING)


def _upload(row: ImportFile) -> TaskLine:
    url = row.batch.get_absolute_url()
    return TaskLine(
        verb="import",
        word=VERBS["import"],
        mark="",
        url=f"{url}#file-{row.pk}",
        initiative=row.initiative,
        phase=row.phase,
        phase_url="",
        code="",
        title=row.file_name or "A packet without a name",
        why=f"{row.batch.by} uploaded it, and nobody has applied or discarded it yet.",
        since=row.batch.at,
        id=f"file-{row.pk}",
    )
