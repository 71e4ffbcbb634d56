"""What the documents tell beyond the state of the phase, read as it was before one ledger entry."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from phases.models import ArtifactVersion, Concern, Disposition, Event, Finding, PacketRevision, Phase
from phases.packets.closure import read_closure
from phases.rules.readiness import Readiness, readiness
from phases.rules.reading import Disagreement
from phases.rules.reading_about import disagreed
from phases.rules.state import PhaseState

Row = Mapping[str, Any]

QUERIES = 8
"""How many queries `gather` makes at most, whatever the size of the phase."""

MOST_READ = 500_000
"""Bytes of documents that are held against the ledger, the smallest first."""

_MOVES = ("start", "candidate", "land", "declare_landed", "defer", "send_back", "reopen")
_OF_FINDINGS = ("fix", "accept")
_DISPOSITION = (
    *("id", "slice__code", "kind", "number", "verdict", "summary", "reason", "revision", "scope", "links"),
    *("criteria", "watchpoints", "rechecked", "by", "at", "seq", "retracted", "voided", "document"),
)
_FINDING = ("id", "detail", "by", "at", "about__code", "disposition__number")
_VERSION = ("id", "path", "number", "sha256", "size", "url", "by", "source", "at", "retracted", "redacted")


class Signature(NamedTuple):
    """Who handed the phase off, and when; documents without one are marked as drafts."""

    number: int
    by: str
    at: dt.datetime
    note: str = ""


class Told(NamedTuple):
    """One ledger entry: who, when, what, and in which words."""

    by: str
    at: dt.datetime
    verb: str
    note: str
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """Everything that the documents of one phase are written from."""

    state: PhaseState
    seq: int
    """The ledger entry before which everything they tell was recorded."""
    head: str
    """Hash of the entry before that one; empty where there is none."""
    signature: Signature | None
    packet: Row
    moves: Mapping[str, Told]
    """By slice code the entry of its last move."""
    answers: Mapping[str, Told]
    """By key and verb, such as `finding:17/fix`, the last entry that says so."""
    dispositions: Mapping[str, Sequence[Row]]
    """By slice code those that count, the first round first."""
    set_aside: Sequence[Row]
    """Those that do not count any more."""
    findings: Mapping[int, Row]
    versions: Mapping[str, Row]
    """By path the version that counts."""
    texts: Mapping[str, str]
    """By path what that version says, as far as it has a text that can be read here."""
    version_names: Mapping[str, str]
    """By key of a version the document and its number in words."""
    taken: frozenset[int]
    """Ids of the concerns that a later phase has taken already."""

    @cached_property
    def ready(self) -> Readiness:
        """The tree, as page and API compute it."""
        return readiness(self.state)

    @cached_property
    def disagreed(self) -> Mapping[str, Sequence[Disagreement]]:
        """By path where the texts and the ledger say different things."""
        found = {
            path: disagreed(self.state, path, read_closure(text, path=path))
            for path, text in self.texts.items()
        }
        return {path: lines for path, lines in sorted(found.items()) if lines}


def gather(phase: Phase, state: PhaseState, *, seq: int, signature: Signature | None, head: str) -> Facts:
    """Read what is missing; nothing that was recorded with the entry `seq` or after it is told.

    `head` is looked up in the ledger where it is empty.
    """
    last = _last_entry(phase, seq)
    moves, answers = _entries(phase, seq)
    standing, set_aside = _dispositions(phase, seq)
    versions = list(ArtifactVersion.objects.filter(phase=phase, seq__lt=seq).values(*_VERSION))
    versions.sort(key=lambda row: (row["path"], row["number"]))
    counting = {row["path"]: row for row in versions if not 0 < row["retracted"] < seq}
    # Clocks stand at the moment of the documents, so that they say the same tomorrow.
    moment = signature.at if signature else (last.at if last else None)
    return Facts(
        state=replace(state, moment=moment),
        seq=seq,
        head=head or (last.hash if last else ""),
        signature=signature,
        packet=_packet(phase, state.revision),
        moves=moves,
        answers=answers,
        dispositions=standing,
        set_aside=set_aside,
        findings={row["id"]: row for row in _findings(phase, seq)},
        versions=counting,
        texts=_texts(counting.values()),
        version_names={f"version:{row['id']}": f"{row['path']}, version {row['number']}" for row in versions},
        taken=_taken(phase, seq),
    )


def _last_entry(phase: Phase, seq: int) -> Event | None:
    found = Event.objects.filter(initiative=phase.initiative_id, seq=seq - 1)
    return found.only("at", "hash").first()


def _entries(phase: Phase, seq: int) -> tuple[dict[str, Told], dict[str, Told]]:
    found = Event.objects.filter(initiative=phase.initiative_id, phase=phase.code, seq__lt=seq)
    rows = found.filter(verb__in=(*_MOVES, *_OF_FINDINGS)).order_by("seq")
    moves: dict[str, Told] = {}
    answers: dict[str, Told] = {}
    for target, code, by, at, verb, note, after in rows.values_list(
        "target", "slice", "actor", "at", "verb", "note", "after"
    ):
        told = Told(by, at, verb, note, after)
        if verb in _MOVES:
            moves[code] = told
        else:
            answers[f"{target}/{verb}"] = told
    return moves, answers


def _dispositions(phase: Phase, seq: int) -> tuple[dict[str, list[Row]], list[Row]]:
    rows = Disposition.objects.filter(phase=phase, seq__lt=seq).order_by("seq").values(*_DISPOSITION)
    standing: dict[str, list[Row]] = defaultdict(list)
    set_aside: list[Row] = []
    for row in rows:
        if 0 < row["retracted"] < seq or 0 < row["voided"] < seq:
            set_aside.append(row)
        else:
            standing[row["slice__code"]].append(row)
    return dict(standing), set_aside


def _findings(phase: Phase, seq: int) -> list[Row]:
    return list(Finding.objects.filter(phase=phase, seq__lt=seq).order_by("id").values(*_FINDING))


def _texts(versions: Iterable[Row]) -> dict[str, str]:
    chosen: dict[int, str] = {}
    total = 0
    for row in sorted(versions, key=lambda one: (one["size"], one["path"])):
        total += row["size"]
        if row["sha256"] and not row["redacted"] and total <= MOST_READ:
            chosen[row["id"]] = row["path"]
    found = ArtifactVersion.objects.filter(pk__in=chosen) if chosen else ArtifactVersion.objects.none()
    return {chosen[pk]: content for pk, content in found.values_list("pk", "content")}


def _taken(phase: Phase, seq: int) -> frozenset[int]:
    """Those of its concerns that went on in a later phase before the entry `seq`."""
    key = Concat(Value("concern:"), Cast(OuterRef("pk"), CharField()))
    place = {"initiative": phase.initiative_id, "phase": OuterRef("phase__code"), "target": key}
    carried = Q(verb="join_concern") | Q(verb="raise", after__carried_from__startswith="concern:")
    went = Event.objects.filter(carried, **place, seq__lt=seq)
    found = Concern.objects.filter(Exists(went), carried_from__phase=phase)
    return frozenset(found.values_list("carried_from_id", flat=True))


def _packet(phase: Phase, number: int) -> Row:
    rows = PacketRevision.objects.filter(phase=phase, number=number)
    return rows.values("number", "sha256", "file_name", "imported_by").first() or {
        "number": number,
        "sha256": "",
        "file_name": "",
        "imported_by": "",
    }
