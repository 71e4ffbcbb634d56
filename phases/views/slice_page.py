"""The slice page prepared: the plan of one slice, what may happen to it, and what has happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from phases.models import Event, Gate, Slice
from phases.packets.packet import SliceKind
from phases.permissions import Actor
from phases.rules.ready import UNDER_WORK, collisions
from phases.rules.state import Leaf, PhaseState, SliceState
from phases.rules.transitions import can_start, from_status

from .artifacts_card import ArtifactLine, artifacts_of
from .concerns_card import NONE as NO_CONCERNS
from .concerns_card import Concerns, concerns_of
from .criteria import CriterionLine, criteria_of
from .decision_card import Decision, decision_of
from .drawing import look
from .findings_card import NONE as NO_FINDINGS
from .findings_card import Findings, about_slice, findings_of
from .gates_page import GateLine, gone, line, states
from .paths import Paths
from .phase_page import Verb, collision, verb
from .places import placed
from .reviews_card import Review, review_of
from .waivers import NONE, Waivers, waivers_of
from .words import COLUMNS, ECHOES, STATUS, SUITES, Entry, entry, flat

NEWEST, HISTORY = 10, 50
"""Ledger entries in the open, and on the page; the rest is on the activity page."""


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
    earlier: Sequence[Entry]
    """Older entries, in a fold."""
    has_more: bool
    may: May = May()
    verbs: Sequence[Verb] = ()
    needs: Sequence[Neighbour] = ()
    needed_by: Sequence[Neighbour] = ()
    collisions: Sequence[str] = ()
    waivers: Waivers = NONE
    criteria: Sequence[CriterionLine] = ()
    review: Review | None = None
    decision: Decision | None = None
    findings: Findings = NO_FINDINGS
    """Of reviews of other slices, about this one."""
    artifacts: Sequence[ArtifactLine] = ()
    concerns: Concerns = NO_CONCERNS
    undone: Sequence[tuple[str, str]] = ()
    """(sentence, address) of each slice that this one built on and that is open again."""

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
        history=entries[:NEWEST],
        earlier=entries[NEWEST:],
        has_more=has_more,
        **rest,
    )


def _live(state: PhaseState, item: SliceState, actor: Actor, row: Slice, paths: Paths) -> dict[str, Any]:
    """What only a slice of the present plan has."""
    phase, url = row.phase, paths.slice(state.code, item.code)
    mine = actor.handles_in(phase.initiative_id)
    clashing = collisions(state, item) if item.status in (*UNDER_WORK, "planned") else ()
    return {
        "may": _may(actor, phase.initiative_id, item),
        "verbs": [
            verb(way, url, placed(sorted(way.unmet(state, item), key=_comes_later), paths, state.code, mine))
            for way in from_status(item.status)
        ],
        "collisions": [collision(found) for found in clashing],
        "waivers": waivers_of(state, phase, actor, item.code),
        "artifacts": artifacts_of(state, item, actor, phase.initiative_id),
        "concerns": concerns_of(state, actor, phase.initiative_id, item.code),
        **_around(state, item, paths),
        **_judged(state, item, actor, row),
    }


def _comes_later(leaf: Leaf) -> bool:
    """What is vouched for is vouched for last: on a review it waits for the round."""
    return leaf.verb == "attest"


def _around(state: PhaseState, item: SliceState, paths: Paths) -> dict[str, Any]:
    """The slices beside this one."""
    neighbours = _Neighbours(state, paths)
    return {
        "needs": [neighbours.of(need.code, need.if_triggered) for need in item.needs],
        "needed_by": [
            neighbours.of(other.code, need.if_triggered)
            for other in state.slices.values()
            for need in other.needs
            if need.code == item.code
        ],
        "undone": [
            (why, paths.slice(state.code, need.code))
            for need in item.needs
            if (why := _why_undone(item, state.slices[need.code]))
        ],
    }


def _why_undone(item: SliceState, needed: SliceState) -> str:
    """Why a slice that this one has started on is open again; a planned one just waits for it."""
    if item.status == "planned" or needed.reset != "reopen" or needed.status not in UNDER_WORK:
        return ""
    if needed.is_conditional and needed.decision:
        return ""
    return f"{needed.code} was reopened, and {item.code} builds on it: {needed.reset_note}"


def _judged(state: PhaseState, item: SliceState, actor: Actor, row: Slice) -> dict[str, Any]:
    """What closes the slice by its kind, and what reviews found about it."""
    criteria = criteria_of(row, state)
    return {
        "criteria": criteria,
        "review": review_of(row, state, item, actor),
        "decision": decision_of(row, state, item, actor, criteria),
        "findings": findings_of(state, about_slice(state, item), row.phase, actor, {}),
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
    )


def _suites(lines: Sequence[GateLine], paths: Paths, row: Slice) -> list[Suite]:
    return [
        Suite(name, paths.suite(row.phase.code, row.code, suite), found)
        for suite, name in SUITES.items()
        if (found := [one for one in lines if one.gate.suite == suite])
    ]


def _archived_gates(row: Slice) -> list[GateLine]:
    return [gone(gate) for gate in states(Gate.objects.filter(slice=row))]
