"""What stands around a phase: the phases before and after it, and the handoffs that it had; one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery

from phases.models import Event, PacketRevision, Phase
from phases.prepared import Prepared
from phases.rules.graph import natural

PHASE = ("id", "code", "title", "revision__number", "seq", "last_revision", "closed", "handed_off")
HANDOFF = ("number", "by", "at", "note", "seq", "reopened")
DOCUMENT = ("id", "name", "size", "sha256", "redacted")
ENDING = ("actor", "at", "note")
"""Of the entry that ended a handoff."""


class Document(NamedTuple):
    """One that a handoff wrote, without its text."""

    id: int
    name: str
    size: int
    sha256: str
    redacted: bool


@dataclass(frozen=True, slots=True)
class Done:
    """A handoff of the phase, and who ended it if somebody did."""

    number: int
    by: str
    at: dt.datetime
    note: str
    seq: int
    reopened: int
    reopened_by: str = ""
    reopened_at: dt.datetime | None = None
    reason: str = ""
    documents: list[Document] = field(default_factory=list)


class Neighbours(NamedTuple):
    """`earlier` and `later` are as `standings` asks for them; `handoffs` begin with the latest."""

    earlier: Phase | None
    later: Phase | None
    """The next phase by code that is not handed off, which takes what this one carries on."""
    handoffs: Sequence[Done]
    open_before: Sequence[str] = ()
    """Codes of the phases before this one that are not handed off."""


def neighbours(phase: Phase) -> Neighbours:
    """Of a phase that was selected with its initiative; one query."""
    found: dict[int, tuple[Any, ...]] = {}
    handoffs: dict[int, Done] = {}
    for row in _AROUND(phase.initiative_id, phase.pk):
        values = row[: len(PHASE) + 1]
        found[values[0]] = values
        _take(handoffs, row[len(values) :])
    here = natural(phase.code)
    phases = sorted((one for one in found.values() if one[3]), key=lambda one: natural(one[1]))
    earlier = [one for one in phases if natural(one[1]) < here]
    later = [one for one in phases if natural(one[1]) > here and not one[7]]
    return Neighbours(
        _phase(phase, earlier[-1]) if earlier else None,
        _phase(phase, later[0]) if later else None,
        [handoffs[number] for number in sorted(handoffs, reverse=True)],
        [one[1] for one in earlier if not one[7]],
    )


def _take(handoffs: dict[int, Done], values: Sequence[Any]) -> None:
    number = values[0]
    if number is None:
        return
    if number not in handoffs:
        by, at, why = values[len(HANDOFF) : len(HANDOFF) + len(ENDING)]
        number, done_by, done_at, note, seq, reopened = values[: len(HANDOFF)]
        handoffs[number] = Done(number, done_by, done_at, note, seq, reopened, by or "", at, why or "")
    document = Document(*values[len(HANDOFF) + len(ENDING) :])
    if document.id is not None:
        handoffs[number].documents.append(document)


def _phase(here: Phase, values: Sequence[Any]) -> Phase:
    pk, code, title, revision, seq, last_revision, closed, handed_off, entry = values
    found = Phase(pk=pk, code=code, title=title, seq=seq, last_revision=last_revision, closed=closed)
    found.initiative, found.revision = here.initiative, PacketRevision(number=revision)
    found.handed_off = handed_off
    found.entry_hash = entry  # type: ignore[attr-defined]
    return found


def _around(initiative: int, phase: int) -> QuerySet[Any, Any]:
    def entry(seq: str, column: str) -> Subquery:
        events = Event.objects.filter(initiative=initiative, seq=OuterRef(seq))
        return Subquery(events.values(column)[:1])

    phases = Phase.objects.filter(initiative=initiative).annotate(
        entry_hash=entry("seq", "hash"),
        own=FilteredRelation("handoffs", condition=Q(handoffs__phase=phase)),
    )
    endings = {f"ended_{name}": entry("own__reopened", name) for name in ENDING}
    return (
        phases.annotate(**endings)
        .order_by("own__documents__id")
        .values_list(
            *PHASE,
            "entry_hash",
            *(f"own__{name}" for name in HANDOFF),
            *endings,
            *(f"own__documents__{name}" for name in DOCUMENT),
        )
    )


_AROUND = Prepared(_around, int, int)
