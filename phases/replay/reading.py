"""The queries of a replay. None of them depends on how much happened; runs are chosen by the database."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Case, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value, When

from phases.models import Concern, Event, Gate, GateRun, PacketRevision, Phase, Slice
from phases.packets.packet import Packet, Suite
from phases.rules.state import RunState

from .entries import COLUMNS, Entry

ROWS = 4
"""How many queries `entries`, `slice_ids`, `gates` and `carried` make together."""

REPORTS = ("report", "attest")
"""Verbs of the entries that runs tell as well; there may be very many of them."""


def entries(phase: Phase) -> list[Entry]:
    """All entries of the phase but those of runs, the first one first."""
    rows = Event.objects.filter(initiative_id=phase.initiative_id, phase=phase.code)
    rows = rows.exclude(verb__in=REPORTS).order_by("seq")
    return [Entry(*row) for row in rows.values_list(*COLUMNS)]


def slice_ids(phase: Phase) -> dict[str, int]:
    """By code, archived slices too."""
    return dict(Slice.objects.filter(phase=phase).order_by().values_list("code", "pk"))


class GateRow(NamedTuple):
    """What only the table knows of a gate."""

    id: int
    code: str | None
    suite: str
    digest: str
    text: str
    replaces: str | None
    first: int | None
    """Position of the first run of a command that no packet asks for; None for all others."""


def gates(phase: Phase) -> list[GateRow]:
    """Archived ones too, in the order in which they were made."""
    runs = GateRun.objects.filter(gate=OuterRef("pk")).order_by().values("gate")
    first = Subquery(runs.annotate(first=Min("seq")).values("first"))
    extra = Case(When(suite=Suite.EXTRA, then=first), output_field=IntegerField())
    rows = Gate.objects.filter(phase=phase).order_by("id").annotate(first_seq=extra)
    columns = ("id", "slice__code", "suite", "digest", "text", "replaces__text", "first_seq")
    return [GateRow(*row) for row in rows.values_list(*columns)]


def carried(phase: Phase) -> dict[str, str]:
    """By key of each concern that an earlier phase handed on the code of that phase."""
    rows = Concern.objects.filter(phase=phase).exclude(carried_from=None).order_by()
    return {f"concern:{pk}": code for pk, code in rows.values_list("pk", "carried_from__phase__code")}


class Place(NamedTuple):
    """Where the ledger of an initiative stood."""

    last: int
    """Position of the initiative's last entry."""
    at: dt.datetime
    head: str
    own: int
    """Position of the phase's last entry; 0 if it had none."""


def places(phase: Phase, moments: Iterable[dt.datetime], seqs: Iterable[int]) -> list[Place]:
    """Where it stood at each of these moments, and after each of these positions; the last one first.

    At a moment that is the entry with the greatest position among those written until then: what
    stands before it has happened, whatever the clock said.
    """
    entries = Event.objects.filter(initiative_id=phase.initiative_id)
    wanted = Q(pk=None)
    for moment in moments:
        wanted |= Q(seq=_last(entries.filter(at__lte=moment)))
    for seq in seqs:
        wanted |= Q(seq=_last(entries.filter(seq__lte=seq)))
    of_phase = entries.filter(phase=phase.code, seq__lte=OuterRef("seq"))
    rows = entries.filter(wanted).order_by("-seq").annotate(own=_last(of_phase))
    return [
        Place(last, at, head, own or 0)
        for last, at, head, own in rows.values_list("seq", "at", "hash", "own")
    ]


def _last(entries: QuerySet[Event]) -> Subquery:
    return Subquery(entries.order_by("-seq").values("seq")[:1])


def packets(phase: Phase, numbers: Iterable[int]) -> dict[int, Packet]:
    """The packet revisions with these numbers."""
    rows = PacketRevision.objects.filter(phase=phase, number__in=sorted(numbers)).order_by()
    return {number: Packet.model_validate_json(text) for number, text in rows.values_list("number", "packet")}


_RUN = ("id", "outcome", "seq", "place", "revision", "by", "source", "at", "note")


def runs(phase: Phase, seqs: Sequence[int]) -> dict[int, dict[int, RunState]]:
    """By position the runs that counted then, by id of the gate; one query for all positions."""
    first, *rest = [_runs(phase, seq) for seq in seqs]
    found: dict[int, dict[int, RunState]] = defaultdict(dict)
    for seq, gate_id, *values in first.union(*rest, all=True) if rest else first:
        found[seq][gate_id] = RunState(*values)
    return found


def _runs(phase: Phase, seq: int) -> QuerySet[GateRun, tuple[Any, ...]]:
    standing = GateRun.objects.filter(
        Q(retracted=0) | Q(retracted__gt=seq), gate=OuterRef("pk"), seq__lte=seq
    )
    latest = Subquery(standing.order_by("-place", "-seq").values("pk")[:1])
    chosen = Gate.objects.filter(phase=phase).order_by().annotate(chosen=latest).values("chosen")
    rows = GateRun.objects.filter(pk__in=chosen).order_by()
    return rows.values_list(Value(seq, output_field=IntegerField()), "gate_id", *_RUN)
