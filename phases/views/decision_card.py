"""The decision on a conditional slice and the posture of a readiness slice, as their page shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phases.models import Disposition, Slice
from phases.permissions import Actor
from phases.rules import dispositions
from phases.rules.acting import RECORDABLE
from phases.rules.state import ConcernState, LeafState, PhaseState, SliceState
from phases.rules.wording import short

from .clocks import turn
from .criteria import CriterionLine
from .paths import Paths
from .reading_from import ReadFrom, ScanSaid, read_from, scan_said
from .reviews_card import LOOKS

COMPUTED = {"triggered": True, "not_triggered": False}


@dataclass(frozen=True, slots=True)
class Answered:
    """A criterion as it was answered for the decision; `now` is what runs say since, where that differs."""

    number: int
    text: str
    look: str
    word: str
    evidence: str
    is_link: bool
    source: str
    runs: Sequence[tuple[str, str]]
    """(key, address) of the runs that answered it."""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The disposition that counts."""

    key: str
    word: str
    look: str
    by: str
    at: dt.datetime
    summary: str
    reason: str
    revision: str
    links: Sequence[str]
    criteria: Sequence[Answered]
    watchpoints: Sequence[ConcernState]
    read_from: ReadFrom | None

    @property
    def short(self) -> str:
        return short(self.revision)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the card says; `standing` is None while the disposition is waited for."""

    is_posture: bool
    state: str
    why: str
    turn: str
    url: str
    """Of the page on which it is recorded."""
    may_record: bool
    may_when: str
    """What comes first where it cannot be recorded yet."""
    standing: Standing | None
    scan: ScanSaid | None
    """What a scan answers: a help for who decides, and no decision."""

    @property
    def title(self) -> str:
        return "Posture" if self.is_posture else "Decision"


def decision_of(
    row: Slice, state: PhaseState, item: SliceState, actor: Actor, criteria: Sequence[CriterionLine]
) -> Decision | None:
    """None for slices of other kinds; no query, as `get_slice` has read the disposition that counts."""
    leaf = dispositions.leaf(state, item) if item.kind in dispositions.BY_OWNER else None
    if leaf is None:
        return None
    paths = Paths(state.initiative)
    crew = (item.owner, item.backup)
    can = item.status in RECORDABLE
    return Decision(
        is_posture=item.kind == "readiness",
        state=leaf.state.value,
        why=leaf.why,
        turn=""
        if leaf.state == LeafState.WAIVED
        else turn(state, item, actor.handles_in(row.phase.initiative_id)),
        url=paths.verb(state.code, item.code, "disposition"),
        may_record=can and actor.may_on("decide", row.phase.initiative_id, crew),
        may_when="" if can or item.round else f"It is recorded once {item.code} is in progress.",
        standing=_standing(row.disposition, state, paths, criteria) if row.disposition else None,
        scan=scan_said(row, state) if item.is_conditional else None,
    )


def _standing(
    row: Disposition, state: PhaseState, paths: Paths, criteria: Sequence[CriterionLine]
) -> Standing:
    return Standing(
        key=row.key,
        word=row.verdict.replace("_", " "),
        look=LOOKS[row.verdict],
        by=row.by,
        at=row.at,
        summary=row.summary,
        reason=row.reason,
        revision=row.revision,
        links=row.links,
        criteria=_criteria(row.criteria, criteria, paths, state.code),
        watchpoints=[one for one in state.concerns if one.deferral == row.pk],
        read_from=read_from(state, row.document),
    )


def _criteria(
    recorded: Iterable[Mapping[str, Any]], present: Sequence[CriterionLine], paths: Paths, phase: str
) -> list[Answered]:
    """The rows that were recorded, and what the packet asks beside them; matched by their text."""
    now = {one.text: one for one in present}
    rows = [_answered(one, now.get(one["text"]), paths, phase) for one in recorded]
    said = {one.text for one in rows}
    left = [
        Answered(one.number, one.text, "unknown", "not answered", "", False, "", ())
        for one in present
        if one.text not in said
    ]
    return sorted(rows + left, key=lambda one: one.number)


def _answered(one: Mapping[str, Any], now: CriterionLine | None, paths: Paths, phase: str) -> Answered:
    evidence = str(one["evidence"])
    computed = COMPUTED.get(now.answer) if now else None
    differs = computed is not None and computed != one["triggered"]
    return Answered(
        number=one["criterion"],
        text=one["text"],
        look="triggered" if one["triggered"] else "not_triggered",
        word="triggered" if one["triggered"] else "not triggered",
        evidence=evidence,
        is_link=evidence.startswith(("https://", "http://")) and not evidence.split()[1:],
        source="answered by runs" if one["source"] == "runs" else "answered by a person",
        runs=[(key, paths.run(phase, int(key.partition(":")[2]))) for key in one.get("runs", ())],
        now=now.why if now and differs else "",
    )
