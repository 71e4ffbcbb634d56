"""Writing the ledger: one writer at a time per initiative, every entry chained to the one before."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from phases.errors import HandedOff, NotFound, Revoked
from phases.lookups import current
from phases.models import Event, Initiative, Phase, Token
from phases.permissions import Actor


def digest(text: str) -> str:
    """SHA-256 of UTF-8 text, as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: the same bytes for the same value, on every database."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder)


def data_digest(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    return digest(canonical([before, after]))


def chain_hash(event: Event) -> str:
    """Hash of an entry over everything in it and the hash of the entry before."""
    at = event.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    names = [event.actor_kind, event.actor, event.verb, event.phase, event.slice, event.target]
    return digest(canonical([event.previous, event.seq, at, *names, event.data_digest, event.note_digest]))


EVEN_FROZEN = ("reopen_phase", "redact")
"""What is recorded of a phase that was handed off: its reopening, and words that go with those of another."""

CLOSING = ("land", "declare_landed", "defer", "reopen")
"""Verbs after which the phase exit has to be shown again."""


class Book:
    """The open ledger of one initiative, inside a transaction that holds its lock."""

    def __init__(self, initiative: Initiative, actor: Actor) -> None:
        self.initiative = initiative
        self.actor = actor
        self.now = timezone.now()
        self._entries: list[Event] = []
        self._touched: dict[int, int] = {}
        self._closed: dict[int, list[Any]] = {}
        self._open: set[int] = set()

    def open(self, phase: Phase) -> Phase:
        """The phase as it is in this transaction. Raises HandedOff where it was frozen by a handoff."""
        found = current(phase)
        if found.handed_off:
            raise HandedOff(why_frozen(found))
        self._open.add(found.pk)
        return found

    def begin(self, phase: Phase) -> None:
        """Let a phase be written that this transaction has made, or reopened."""
        self._open.add(phase.pk)

    @property
    def next_seq(self) -> int:
        """Position that the next entry will have."""
        return self.initiative.seq + 1

    def record(
        self,
        *,
        verb: str,
        target: str,
        phase: Phase | None = None,
        slice: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        note: str = "",
    ) -> Event:
        """Append one entry; `before` and `after` hold the same fields of the target."""
        if phase is not None and phase.pk not in self._open and verb not in EVEN_FROZEN:
            self.open(phase)
        event = Event(
            initiative=self.initiative,
            seq=self.next_seq,
            at=self.now,
            actor_kind=self.actor.kind,
            actor=self.actor.name,
            verb=verb,
            phase=phase.code if phase else "",
            slice=slice,
            target=target,
            before=dict(before or {}),
            after=dict(after or {}),
            note=note,
            data_digest=data_digest(before or {}, after or {}),
            note_digest=digest(note),
            previous=self.initiative.head,
        )
        event.hash = chain_hash(event)
        self.initiative.seq, self.initiative.head = event.seq, event.hash
        self._entries.append(event)
        if phase is not None:
            self._touched[phase.pk] = event.seq
            if verb in CLOSING:
                self._closed[phase.pk] = [event.seq, slice, verb]
        return event

    def close(self) -> None:
        if not self._entries:
            return
        Event.objects.bulk_create(self._entries)
        self.initiative.save(update_fields=["seq", "head"])
        for phase_id, seq in self._touched.items():
            Phase.objects.filter(pk=phase_id).update(seq=seq)
        for phase_id, closed in self._closed.items():
            Phase.objects.filter(pk=phase_id).update(closed=closed)


def why_frozen(phase: Phase) -> str:
    """The sentence that refuses every change of a phase that was handed off."""
    _, number, by, at = phase.handed_off or (0, 0, "", "")
    which = f" (handoff {number})" if number > 1 else ""
    said = f"Phase {phase.code} was handed off by {by} on {at[:10]}{which}, so nothing in it changes."
    return f"{said} An admin can reopen it, with a reason."


def _require_usable(actor: Actor) -> None:
    """A token that ended while its request waited for the lock writes nothing any more."""
    if actor.token_id is None:
        return
    token = Token.objects.filter(pk=actor.token_id).first()
    if token is None or not token.is_usable:
        raise Revoked("This token was revoked or has expired, so nothing was recorded.")


@contextmanager
def writing(*, actor: Actor, initiative_id: int) -> Iterator[Book]:
    """A transaction that alone may write to this initiative; nothing is kept if it raises."""
    with transaction.atomic():
        initiative = Initiative.objects.select_for_update().filter(pk=initiative_id).first()
        if initiative is None:
            raise NotFound("This initiative does not exist.")
        _require_usable(actor)
        book = Book(initiative, actor)
        yield book
        book.close()
