"""A phase for a screen on the wall: how it stands, what moves, what is in the way, and whose turn it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone

from phases.models import Phase
from phases.permissions import Actor
from phases.rules.acting import next_deadline
from phases.rules.freshness import WORDS, Badge, Judged, is_due_again, judged
from phases.rules.readiness import Readiness, readiness
from phases.rules.ready import UNDER_WORK, turns
from phases.rules.state import PhaseState, SliceState, Status
from phases.rules.transitions import WORDS as STATUS
from phases.rules.wording import quoted

from .base import Request, render
from .drawing import look
from .entry import entered
from .history import history
from .judging import overdue
from .paths import Paths
from .polling import etag
from .timeline import Timeline, timeline
from .verdict import Verdict
from .way import WayLine, way_of
from .words import SUITES, Entry, counted

TEMPLATE, REGION = "wall.html", "region"

FEW = 10
"""Slices of which each has its word; of more of them only codes and signs stand there."""

SHORT = 3
"""Letters of a code that fits the smallest tile."""

ROOM, LESS_ROOM = (9, 4, 5), (5, 3, 4)
"""Lines for what moves, for what needs attention, and for what comes next."""

_TONES = {Badge.FAILED: "fail", Badge.STALE: "warn", Badge.LATE: "warn"}


@dataclass(frozen=True, slots=True)
class Tile:
    """A slice among all of them."""

    code: str
    look: str
    word: str


@dataclass(frozen=True, slots=True)
class Moving:
    """A slice under work."""

    code: str
    status: str
    word: str
    owner: str
    since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A decision that is overdue, a blocker, or gates of one suite that ran and do not count."""

    code: str
    word: str
    tone: str
    text: str
    owner: str


@dataclass(frozen=True, slots=True)
class Wall:
    """Everything that the template prints."""

    state: PhaseState
    home: str
    url: str
    verdict: Verdict
    landed: int
    deferred: int
    tiles: Sequence[Tile]
    crowd: str
    """How the tiles share the room: empty for a few, `many`, and `many long` where codes are long as well."""
    moving: Sequence[Moving]
    unlisted_moving: int
    troubles: Sequence[Trouble]
    unlisted_troubles: int
    steps: Sequence[WayLine]
    unlisted_steps: int
    timeline: Timeline | None
    last: Entry | None
    """The newest entry of the ledger about the phase."""


def respond(request: Request, phase: Phase) -> HttpResponse:
    """The page or its region."""
    wall = prepare(phase, request.actor, timezone.now())
    tag = etag(phase, request.actor, next_deadline(wall.state), around=True)
    return render(request, TEMPLATE, REGION, {"wall": wall, "etag": tag})


def prepare(phase: Phase, actor: Actor, now: dt.datetime) -> Wall:
    """How the phase stands, the same for whoever looks."""
    state, past = entered(phase).state, history(phase)
    items = list(state.slices.values())
    for_moving, for_troubles, for_steps = ROOM if len(items) <= FEW else LESS_ROOM
    moving = [_moving(item) for item in items if item.status in UNDER_WORK]
    ready = readiness(state, brief=True)
    troubles, way = list(_troubles(ready)), way_of(phase, ready, actor)
    steps = way.lines[:for_steps]
    home = Paths(state.initiative).phase(state.code)
    return Wall(
        state=state,
        home=home,
        url=f"{home}?wall",
        verdict=way.verdict,
        landed=sum(item.status == Status.LANDED for item in items),
        deferred=sum(item.status == Status.DEFERRED for item in items),
        tiles=_tiles(state),
        crowd=_crowd(state.slices),
        moving=moving[:for_moving],
        unlisted_moving=max(0, len(moving) - for_moving),
        troubles=troubles[:for_troubles],
        unlisted_troubles=max(0, len(troubles) - for_troubles),
        steps=steps,
        unlisted_steps=way.more + len(way.lines) - len(steps),
        timeline=timeline(past.happenings, phase.about, now),
        last=next(iter(past.recent), None),
    )


def _crowd(codes: Collection[str]) -> str:
    if len(codes) <= FEW:
        return ""
    return "many" if max(map(len, codes)) <= SHORT else "many long"


def _tiles(state: PhaseState) -> list[Tile]:
    startable = {turn.item.code for turn in turns(state) if not turn.unmet}
    return [_tile(item, look(item, item.code in startable)) for item in state.slices.values()]


def _tile(item: SliceState, how: str) -> Tile:
    words = {"blocked": "blocked", "ready": "can start"}
    return Tile(item.code, how, words.get(how, STATUS[item.status]))


def _moving(item: SliceState) -> Moving:
    return Moving(item.code, item.status.value, STATUS[item.status], item.owner, item.since)


def _troubles(found: Readiness) -> Iterator[Trouble]:
    """What is overdue, then what is blocked, then what failed, then what has to run again."""
    for task in overdue(found):
        yield Trouble(task.slice, "overdue", "warn", task.why, task.owner)
    for item in found.state.slices.values():
        for one in item.blockers:
            yield Trouble(item.code, "blocked", "fail", quoted(one.text), one.owner or item.owner)
    yield from sorted(_gates(found.state), key=lambda one: one.tone)


def _gates(state: PhaseState) -> list[Trouble]:
    """Gates that ran and do not count, one line for those of a suite with the same badge."""
    groups: dict[tuple[str, str, Badge], list[Judged]] = {}
    for one in judged(state):
        item, gate, now = one
        if now in _TONES and is_due_again(gate, now):
            groups.setdefault((item.code if item else "", gate.suite, now), []).append(one)
    return [_trouble(state, group) for group in groups.values()]


def _trouble(state: PhaseState, group: Sequence[Judged]) -> Trouble:
    item, gate, now = group[0]
    more = f" and {counted(len(group) - 1, 'more gate')}" if len(group) > 1 else ""
    owner = item or state.closer
    return Trouble(
        code=item.code if item else "",
        word=f"{SUITES[gate.suite].lower()} {WORDS[now]}",
        tone=_TONES[now],
        text=f"{quoted(gate.text)}{more}",
        owner=owner.owner if owner else "",
    )
