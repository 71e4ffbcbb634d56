"""The slice page prepared: the plan of one slice, what may happen to it, and what has happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from phases.models import Event, Gate, Slice
from phases.packets.packet import SliceKind
from phases.permissions import Actor
from phases.rules.ready import UNDER_WORK, collisions
from phases.rules.state import PhaseState, SliceState
from phases.rules.transitions import can_start, from_status

from .criteria import CriterionLine, criteria_of
from .drawing import look
from .gates_page import GateLine, gone, line, states
from .paths import Paths
from .phase_page import Verb, collision, verb
from .waivers import NONE, Waivers, waivers_of
from .words import COLUMNS, ECHOES, STATUS, SUITES, Entry, entry, flat

HISTORY = 50
"""Ledger entries shown; the rest is on the activity page."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A slice that this one needs, or that needs this one."""

    item: SliceState
    url: str
    word: str
    if_triggered: bool = False


@dataclass(frozen=True, slots=True)
class Suite:
    """The gates of one suite with the address of the page that has their runs and verbs."""

    name: str
    url: str
    gates: Sequence[GateLine]

    @property
    def passed(self) -> int:
        return sum(gate.badge == "passed" for gate in self.gates)


@dataclass(frozen=True, slots=True)
class May:
    """What the viewer may do to this slice."""

    move: bool = False
    link: bool = False
    correct: bool = False
    block: bool = False
    answer: bool = False


@dataclass(frozen=True, slots=True)
class SlicePage:
    row: Slice
    item: SliceState | None
    """None for an archived slice: nothing can happen to it."""
    url: str
    phase_url: str
    owner_url: str
    backup_url: str
    look: str
    word: str
    suites: Sequence[Suite]
    as_written: Sequence[tuple[int, str, str]]
    history: Sequence[Entry]
    has_more: bool
    may: May = May()
    verbs: Sequence[Verb] = ()
    needs: Sequence[Neighbour] = ()
    needed_by: Sequence[Neighbour] = ()
    collisions: Sequence[str] = ()
    waivers: Waivers = NONE
    criteria: Sequence[CriterionLine] = ()

    kinds: Sequence[str] = tuple(SliceKind)

    @property
    def crew(self) -> str:
        """Who may move the slice, apart from admins."""
        return " or ".join(one.handle for one in (self.row.owner, self.row.backup) if one)


def history(row: Slice) -> tuple[list[Entry], bool]:
    """The last entries about a slice, newest first, and whether there are more; one query."""
    phase = row.phase
    events = Event.objects.filter(initiative_id=phase.initiative_id, phase=phase.code, slice=row.code)
    events = events.exclude(verb__in=ECHOES).only(*COLUMNS).order_by("-seq")
    found = [entry(event) for event in events[: HISTORY + 1]]
    return found[:HISTORY], len(found) > HISTORY


def prepare(row: Slice, state: PhaseState | None, actor: Actor) -> SlicePage:
    """`state` is None for an archived slice, whose archived gates are read instead."""
    item = state.slices[row.code] if state else None
    entries, has_more = history(row)
    paths = Paths(row.phase.initiative.slug)
    lines = [line(state, item, gate) for gate in item.gates] if state and item else _archived_gates(row)
    rest = _live(state, item, actor, row, paths) if state and item else {}
    return SlicePage(
        row=row,
        item=item,
        url=paths.slice(row.phase.code, row.code),
        phase_url=paths.phase(row.phase.code),
        owner_url=paths.owner(row.owner.handle),
        backup_url=paths.owner(row.backup.handle) if row.backup else "",
        look=look(item, can_start(state, item)) if state and item else row.status,
        word=STATUS[row.status],
        suites=_suites(lines, paths, row),
        as_written=flat(row.as_written),
        history=entries,
        has_more=has_more,
        **rest,
    )


def _live(state: PhaseState, item: SliceState, actor: Actor, row: Slice, paths: Paths) -> dict[str, Any]:
    """What only a slice of the present plan has."""
    phase = row.phase
    url = paths.slice(state.code, item.code)
    neighbours = _Neighbours(state, paths)
    clashing = collisions(state, item) if item.status in (*UNDER_WORK, "planned") else ()
    return {
        "may": _may(actor, phase.initiative_id, item),
        "verbs": [verb(way, url, way.unmet(state, item)) for way in from_status(item.status)],
        "needs": [neighbours.of(need.code, need.if_triggered) for need in item.needs],
        "needed_by": [
            neighbours.of(other.code, need.if_triggered)
            for other in state.slices.values()
            for need in other.needs
            if need.code == item.code
        ],
        "collisions": [collision(found) for found in clashing],
        "waivers": waivers_of(state, phase, actor, item.code),
        "criteria": criteria_of(row, state),
    }


class _Neighbours:
    def __init__(self, state: PhaseState, paths: Paths) -> None:
        self.state, self.paths = state, paths

    def of(self, code: str, if_triggered: bool) -> Neighbour:
        item = self.state.slices[code]
        return Neighbour(item, self.paths.slice(self.state.code, code), STATUS[item.status], if_triggered)


def _may(actor: Actor, initiative_id: int, item: SliceState) -> May:
    crew = (item.owner, item.backup)
    return May(
        move=actor.may_on("move", initiative_id, crew),
        link=actor.may_on("link", initiative_id, crew),
        correct=actor.may_on("correct", initiative_id) and item.kind_inferred,
        block=actor.may_on("raise", initiative_id),
        answer=actor.may_on("answer", initiative_id, crew),
    )


def _suites(lines: Sequence[GateLine], paths: Paths, row: Slice) -> list[Suite]:
    return [
        Suite(name, paths.suite(row.phase.code, row.code, suite), found)
        for suite, name in SUITES.items()
        if (found := [one for one in lines if one.gate.suite == suite])
    ]


def _archived_gates(row: Slice) -> list[GateLine]:
    return [gone(gate) for gate in states(Gate.objects.filter(slice=row))]
