"""Proving the handoffs: each row, each document and each freeze is what the ledger says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from phases.models import Concern, Event, Handoff, HandoffDocument, Initiative, Phase

from .ledger import digest
from .texts import REDACTED

Said = dict[tuple[str, int], Event]
"""By code of the phase and number of the handoff the entry that says so."""


def handoff_faults(initiative: Initiative) -> Iterator[str]:
    """What of handoffs, their documents, freezes and carried concerns does not follow from the ledger."""
    said, ended, frozen = _told(initiative)
    yield from _handoffs(initiative, said, ended)
    yield from _documents(initiative, said)
    for code, stored in Phase.objects.filter(initiative=initiative).values_list("code", "handed_off"):
        if stored != frozen.get(code):
            yield f"Phase {code} is handed off {stored!r}, but the ledger says {frozen.get(code)!r}."
    yield from _carried(initiative)


def _told(initiative: Initiative) -> tuple[Said, dict[tuple[str, int], int], dict[str, Any]]:
    """The entries of handoffs, the positions of those that ended them, and what freezes each phase now."""
    said: Said = {}
    ended: dict[tuple[str, int], int] = {}
    frozen: dict[str, Any] = {}
    events = Event.objects.filter(initiative=initiative, verb__in=("handoff", "reopen_phase"))
    for event in events.order_by("seq"):
        before, after = event.before.get("handed_off"), event.after.get("handed_off")
        frozen[event.phase] = after
        if after:
            said[event.phase, after[1]] = event
        elif before:
            ended[event.phase, before[1]] = event.seq
    return said, ended, frozen


def _handoffs(
    initiative: Initiative, said: Mapping[tuple[str, int], Event], ended: Mapping[tuple[str, int], int]
) -> Iterator[str]:
    left = set(said)
    for row in Handoff.objects.filter(phase__initiative=initiative).select_related("phase"):
        name = (row.phase.code, row.number)
        left.discard(name)
        entry = said.get(name)
        stored = (row.by, row.at, row.seq, row.note, row.reopened)
        told = entry and (entry.actor, entry.at, entry.seq, entry.note, ended.get(name, 0))
        if stored != told:
            yield f"Handoff {row.number} of phase {row.phase.code} is not the one that the ledger speaks of."
    for code, number in sorted(left):
        yield f"The ledger speaks of handoff {number} of phase {code}, which is not stored."


def _documents(initiative: Initiative, said: Mapping[tuple[str, int], Event]) -> Iterator[str]:
    left = {
        (code, number, name): known
        for (code, number), entry in said.items()
        for name, known in entry.after.get("documents", {}).items()
    }
    gone = _redacted(initiative)
    rows = HandoffDocument.objects.filter(handoff__phase__initiative=initiative)
    for row in rows.select_related("handoff__phase").iterator(chunk_size=20):
        handoff = row.handoff
        known = left.pop((handoff.phase.code, handoff.number, row.name), "")
        is_gone = row.sha256 in gone
        if row.sha256 != known or row.redacted != is_gone or not _holds(row, is_gone):
            at = f"handoff {handoff.number} of phase {handoff.phase.code}"
            yield f"{row.name} of {at} is not the one that was written."
    for code, number, name in left:
        yield f"{name} of handoff {number} of phase {code} is not stored."


def _redacted(initiative: Initiative) -> set[str]:
    """The digests of the documents that were taken away."""
    events = Event.objects.filter(initiative=initiative, verb="redact")
    return {one for after in events.values_list("after", flat=True) for one in after.get("documents", ())}


def _holds(row: HandoffDocument, is_gone: bool) -> bool:
    if is_gone:
        return not row.content
    return (digest(row.content), len(row.content.encode())) == (row.sha256, row.size)


def _carried(initiative: Initiative) -> Iterator[str]:
    """Which concern each one goes on from, with the same words."""
    verbs = ("raise", "join_concern")
    raised = Event.objects.filter(initiative=initiative, verb__in=verbs).order_by("seq")
    said = {target: after.get("carried_from", "") for target, after in raised.values_list("target", "after")}
    rows = Concern.objects.filter(phase__initiative=initiative)
    for pk, origin, text, before in rows.values_list("pk", "carried_from", "text", "carried_from__text"):
        key, stored = f"concern:{pk}", f"concern:{origin}" if origin else ""
        if said.get(key, "") != stored:
            told = said.get(key, "")
            yield f"{key} is carried from {stored!r}, but the ledger says {told!r}."
        elif origin and text != before and REDACTED not in (text, before):
            yield f"{key} says something else than {stored}, which it goes on from."
