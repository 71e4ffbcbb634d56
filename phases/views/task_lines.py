"""Tasks as lines of a list: the verb, where, why, and since when; gates of one suite share a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from phases.lookups import visible_initiatives
from phases.models import Phase
from phases.permissions import Actor
from phases.rules.reviews import default_scope, why_not_independent
from phases.rules.state import PhaseState, SliceState
from phases.rules.tasks import Task, Urgency, by_urgency
from phases.rules.wording import quoted
from phases.snapshot import load_all

from .clocks import ticking
from .paths import Paths
from .places import form, short_id
from .words import SUITES

VERBS = {
    "start": "Start",
    "candidate": "Make candidate",
    "land": "Land",
    "run": "Run",
    "attest": "Attest",
    "attach": "Attach",
    "decide": "Decide",
    "review": "Review",
    "fix": "Fix",
    "confirm": "Confirm fixes",
    "resolve": "Resolve",
    "answer": "Answer",
    "posture": "Say if ready",
    "import": "Apply",
}
"""What each verb is called on a button or at the head of a line."""

MARKS = {
    Urgency.OVERDUE: "overdue",
    Urgency.BLOCKING: "blocking",
    Urgency.HIGH: "high",
    Urgency.FAILED: "failed",
}

ROUNDS = ("review", "confirm")


@dataclass(frozen=True, slots=True)
class Found:
    """A task with the phase that it was found in."""

    phase: Phase
    state: PhaseState
    task: Task
    more: int = 0
    """How many other gates of the same suite the line speaks for."""

    @property
    def item(self) -> SliceState | None:
        return self.state.slices.get(self.task.slice)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One line: everything is decided, the template prints it."""

    verb: str
    word: str
    mark: str
    url: str
    initiative: str
    phase: str
    phase_url: str
    code: str
    title: str
    why: str
    owner: str = ""
    owner_url: str = ""
    clock: str = ""
    since: dt.datetime | None = None
    holds_up: int = 0
    id: str = ""
    """Of its row, the same whenever the task is shown."""


def everything(actor: Actor) -> tuple[list[Phase], dict[int, PhaseState]]:
    """All phases that the actor may see and that can change, and their states by id; six queries."""
    rows = Phase.objects.filter(initiative__in=visible_initiatives(actor), handed_off__isnull=True)
    rows = rows.select_related("initiative", "revision").defer("revision__text", "revision__packet")
    phases = list(rows.order_by("initiative__slug", "code"))
    return phases, load_all(phases)


def lines(found: Iterable[Found], actor: Actor | None = None) -> list[TaskLine]:
    """The most urgent first, in words for the actor who reads them."""
    return [line(one, actor) for one in sorted(grouped(found), key=lambda one: by_urgency(one.task))]


def grouped(found: Iterable[Found]) -> list[Found]:
    """Gates of one suite that are to be run, or attested, become one; the most urgent speaks for them."""
    groups: dict[tuple[object, ...], list[Found]] = {}
    for one in found:
        task = one.task
        about = task.gate.suite if task.gate else task.key
        groups.setdefault((one.phase.pk, task.slice, task.verb, about), []).append(one)
    return [_speaker(group) for group in groups.values()]


def _speaker(group: list[Found]) -> Found:
    first = min(group, key=lambda one: by_urgency(one.task))
    return Found(first.phase, first.state, first.task, len(group) - 1)


def line(found: Found, actor: Actor | None = None) -> TaskLine:
    """A task as a line."""
    task, state = found.task, found.state
    mine = actor.handles_in(found.phase.initiative_id) if actor else ()
    paths = Paths(state.initiative)
    url = form(task.leaf, paths, state.code)
    return TaskLine(
        verb=task.verb,
        word=_word(task),
        mark=MARKS.get(task.urgency, ""),
        url=url.partition("#gate-")[0] if found.more else url,
        initiative=state.initiative,
        phase=state.code,
        phase_url=paths.phase(state.code),
        code=_code(task),
        title=_title(found),
        why=_why(found),
        owner=task.owner,
        owner_url=paths.owner(task.owner) if task.owner else "",
        clock=ticking(task.clock, mine) if task.clock else "",
        since=task.since,
        holds_up=task.holds_up,
        id=_id(found),
    )


def _id(found: Found) -> str:
    about = found.task.gate.suite if found.task.gate else found.task.key
    return short_id(f"{found.phase.pk} {found.task.slice} {found.task.verb} {about}")


def _word(task: Task) -> str:
    again = task.gate is not None and task.gate.run is not None
    return f"{VERBS[task.verb]} again" if again else VERBS[task.verb]


def _code(task: Task) -> str:
    """The slice where the work is: of a finding the one that it affects."""
    return task.findings[0].about or task.slice if task.verb == "fix" else task.slice


def _title(found: Found) -> str:
    """What the task is about: a finding, a document, else the slice."""
    task, item = found.task, found.item
    if task.verb == "fix":
        return task.findings[0].title
    if task.artifact:
        return task.artifact.path.rpartition("/")[2]
    if task.concern and task.concern.carried_from:
        return quoted(task.concern.text)
    if item is not None:
        return item.title
    return SUITES.get(task.gate.suite if task.gate else "", f"Phase {found.state.code} as a whole")


def _why(found: Found) -> str:
    task = found.task
    if task.verb == "fix":
        finding = task.findings[0]
        at = f", at {finding.anchor}" if finding.anchor else ""
        return f"{finding.severity.capitalize()} finding {finding.id} of {task.slice}{at}."
    if task.concern and task.concern.carried_from:
        kind = task.concern.kind.replace("_", "-").capitalize()
        return f"{kind} from phase {task.concern.carried_from} that has no answer yet."
    if not found.more:
        return task.why
    gates = "1 more gate" if found.more == 1 else f"{found.more} more gates"
    return f"{task.why} The same suite has {gates} to {task.verb}."


def why_not_record(actor: Actor, phase: Phase, state: PhaseState, item: SliceState) -> str:
    """Why the actor may not record a round of this slice, as a sentence; empty where they may."""
    if not actor.may("review"):
        return "Rounds are recorded by people with the role reviewer."
    handles = actor.handles_in(phase.initiative_id)
    why = why_not_independent(state, default_scope(state, item), handles)
    return f"You may not record it: {why}." if why else ""
