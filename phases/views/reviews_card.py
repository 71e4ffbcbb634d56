"""The rounds of a review as its page shows them, the newest first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from phases.actions.rounds import TAKES_ROUNDS
from phases.models import Disposition, Event, Phase, Slice
from phases.permissions import Actor
from phases.rules.reviews import approval, default_scope, why_not_independent
from phases.rules.state import PhaseState, SliceState
from phases.rules.wording import short

from .clocks import turn
from .findings_card import NONE, Findings, findings_of
from .paths import Paths
from .reading_from import ReadFrom, read_from
from .words import counted

OPEN = 2
"""Rounds that stand open; earlier ones are in a fold."""

LOOKS = {
    "approve": "passed",
    "approve_with_changes": "changes",
    "not_ready": "failed",
    "triggered": "triggered",
    "deferred": "deferred",
    "ready": "passed",
}
"""Class of the badge of each verdict."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A slice that a round looked at; its address is empty where it is no longer in the packet."""

    code: str
    url: str


@dataclass(frozen=True, slots=True)
class Round:
    """One round; `retracted` says who took it back and why, and is empty while it counts."""

    key: str
    number: int
    word: str
    look: str
    by: str
    at: dt.datetime
    revision: str
    scope: Sequence[Scope]
    summary: str
    links: Sequence[str]
    read_from: ReadFrom | None
    came_of_it: str
    """`3 findings, 1 fix confirmed`."""
    retracted: str
    may_retract: bool

    @property
    def short(self) -> str:
        return short(self.revision)


@dataclass(frozen=True, slots=True)
class Review:
    """What the card of a review or structural slice says."""

    satisfied: bool
    why: str
    turn: str
    url: str
    """Of the page on which rounds are recorded."""
    next_number: int
    may_record: bool
    why_not: str
    """Why the viewer, who is a reviewer, cannot record a round of it; empty if they can."""
    rounds: Sequence[Round] = ()
    earlier: Sequence[Round] = ()
    findings: Findings = NONE


def review_of(row: Slice, state: PhaseState, item: SliceState, actor: Actor) -> Review | None:
    """None for a slice that is not closed by rounds; else two queries, one for rounds, one for findings."""
    if not item.is_reviewing:
        return None
    rows = _rows(row)
    found = approval(state, item)
    why_not = _why_not(state, item, actor, row.phase)
    paths = Paths(state.initiative)
    rounds = [_round(one, state, item, paths, actor, row.phase) for one in rows]
    scopes = {one["number"]: one["scope"] for one in rows}
    return Review(
        satisfied=found.satisfied,
        why=found.why,
        turn=turn(state, item, actor.handles_in(row.phase.initiative_id)),
        url=paths.verb(state.code, item.code, "disposition"),
        next_number=rows[0]["number"] + 1 if rows else 1,
        may_record=actor.may_on("review", row.phase.initiative_id) and not why_not,
        why_not=why_not,
        rounds=rounds[:OPEN],
        earlier=rounds[OPEN:],
        findings=findings_of(state, item.findings, row.phase, actor, scopes),
    )


_COLUMNS = (
    "id",
    "number",
    "verdict",
    "summary",
    "revision",
    "scope",
    "links",
    "document",
    "rechecked",
    "by",
    "at",
    "retracted",
    "retractor",
    "retract_reason",
)


def _rows(row: Slice) -> list[dict[str, Any]]:
    taken_back = Event.objects.filter(initiative=row.phase.initiative_id, seq=OuterRef("retracted"))
    why = {
        "retractor": Subquery(taken_back.values("actor")[:1]),
        "retract_reason": Subquery(taken_back.values("note")[:1]),
    }
    rounds = Disposition.objects.filter(slice=row).annotate(**why).order_by("-number")
    return [dict(zip(_COLUMNS, values, strict=True)) for values in rounds.values_list(*_COLUMNS)]


def _why_not(state: PhaseState, item: SliceState, actor: Actor, phase: Phase) -> str:
    """What keeps a reviewer from recording a round, that nobody finds out only after writing it."""
    if not actor.may_on("review", phase.initiative_id):
        return ""
    if item.status not in TAKES_ROUNDS:
        return "Rounds are recorded once it is in progress."
    handles = actor.handles_in(phase.initiative_id)
    why = why_not_independent(state, default_scope(state, item), handles)
    return f"You cannot review it: {why}." if why else ""


def _round(
    one: Mapping[str, Any], state: PhaseState, item: SliceState, paths: Paths, actor: Actor, phase: Phase
) -> Round:
    # Only the latest round can go: later ones go on from it.
    is_last = item.round is not None and item.round.id == one["id"]
    verb = "retract" if one["by"] == actor.name else "retract_any"
    return Round(
        key=f"verdict:{one['id']}",
        number=one["number"],
        word=one["verdict"].replace("_", " "),
        look=LOOKS[one["verdict"]],
        by=one["by"],
        at=one["at"],
        revision=one["revision"],
        scope=[
            Scope(code, paths.slice(state.code, code) if code in state.slices else "")
            for code in one["scope"]
        ],
        summary=one["summary"],
        links=one["links"],
        read_from=read_from(state, one["document"]),
        came_of_it=_came_of_it(one, item),
        retracted=f"Retracted by {one['retractor']}: {one['retract_reason']}" if one["retracted"] else "",
        may_retract=is_last and actor.may_on(verb, phase.initiative_id),
    )


def _came_of_it(one: Mapping[str, Any], item: SliceState) -> str:
    found = sum(finding.round == one["number"] for finding in item.findings)
    outcomes = Counter(recheck["outcome"] for recheck in one["rechecked"])
    parts = [
        counted(found, "finding") if found else "",
        f"{counted(outcomes['confirmed'], 'fix', 'fixes')} confirmed" if outcomes["confirmed"] else "",
        f"{counted(outcomes['reopened'], 'finding')} opened again" if outcomes["reopened"] else "",
    ]
    return ", ".join(part for part in parts if part)
