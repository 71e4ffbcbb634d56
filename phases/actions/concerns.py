"""Raising concerns and answering them; an open blocker on a slice is what blocks it."""

from __future__ import annotations

from collections.abc import Iterable

from phases.errors import Invalid, NotFound, Refused
from phases.models import Concern, Owner, Phase, Slice
from phases.models.ledger import ConcernKind, ConcernOutcome
from phases.permissions import Actor
from phases.rules.state import SliceState
from phases.snapshot import load

from .ledger import Book, writing
from .slices import checked_note, find

PRIORITIES = ("high", "medium", "low")
ANSWERS = (ConcernOutcome.RESOLVED, ConcernOutcome.ACCEPTED, ConcernOutcome.CARRIED)


def raise_concern(
    *,
    actor: Actor,
    phase: Phase,
    kind: str,
    text: str,
    slice: str = "",
    owner: str = "",
    priority: str = "",
) -> Concern:
    """Record a blocker, carry-forward, watchpoint or risk; `slice` and `owner` may be left out.

    The owner is by default that of the slice. A blocker on a slice blocks it and counts its version.
    """
    text = checked_note(text, "text")
    _check(kind, text, priority)
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        phase = book.open(phase)
        actor.require("raise", phase.initiative_id)
        item = _slice(phase, slice) if slice else None
        handle = owner.strip() or (item.owner if item else "")
        concern = Concern.objects.create(
            phase=phase,
            slice_id=item.id if item else None,
            kind=kind,
            text=text,
            owner=_owner(phase, handle),
            priority=priority,
            raised_by=actor.name,
            raised_at=book.now,
        )
        record_raised(book, phase, concern, slice)
        if item and kind == ConcernKind.BLOCKER:
            _count_version(book, phase, item.id)
        return concern


def record_raised(book: Book, phase: Phase, concern: Concern, code: str) -> None:
    """The entry of a concern that has just been made, on the slice `code` if there is one."""
    after = {
        "state": ConcernOutcome.OPEN.value,
        "answer": "",
        "kind": concern.kind,
        "text": concern.text,
        "owner": concern.owner.handle if concern.owner else "",
        "priority": concern.priority,
        "from_packet": concern.from_packet,
        "archived": False,
        "disposition": f"verdict:{concern.disposition_id}" if concern.disposition_id else "",
        "carried_from": f"concern:{concern.carried_from_id}" if concern.carried_from_id else "",
    }
    book.record(verb="raise", target=f"concern:{concern.pk}", phase=phase, slice=code, after=after)


def seed_carry_forwards(book: Book, phase: Phase, texts: Iterable[str], owner: str) -> None:
    """Make what the packet defers a carry-forward each; one that it no longer names is archived.

    One that it names again comes back as it was. One that an earlier phase has handed on stays.
    """
    known = {row.text: row for row in Concern.objects.filter(phase=phase, from_packet=True)}
    wanted = dict.fromkeys(texts)
    for text, row in known.items():
        if row.archived == (text in wanted) and not (row.carried_from_id and text not in wanted):
            _archive(book, phase, row, archived=text not in wanted)
    for text in wanted:
        if text not in known:
            concern = Concern.objects.create(
                phase=phase,
                kind=ConcernKind.CARRY_FORWARD,
                text=text,
                owner=_owner(phase, owner),
                from_packet=True,
                raised_by=book.actor.name,
                raised_at=book.now,
            )
            record_raised(book, phase, concern, "")


def _archive(book: Book, phase: Phase, row: Concern, *, archived: bool) -> None:
    Concern.objects.filter(pk=row.pk).update(archived=archived)
    book.record(
        verb="archive_concern" if archived else "restore_concern",
        target=f"concern:{row.pk}",
        phase=phase,
        before={"archived": not archived},
        after={"archived": archived},
    )


def _slice(phase: Phase, code: str) -> SliceState:
    try:
        return find(load(phase, around=code), code)
    except NotFound as unknown:
        raise Invalid({"slice": str(unknown)}) from None


def _check(kind: str, text: str, priority: str) -> None:
    if kind not in ConcernKind.values:
        raise Invalid(
            {"kind": f"{kind!r} is not a kind of concern. Choose one of {', '.join(ConcernKind.values)}."}
        )
    if not text:
        raise Invalid({"text": "Say in a sentence what it is about."})
    if priority and priority not in PRIORITIES:
        raise Invalid({"priority": f"{priority!r} is not a priority. Choose one of {', '.join(PRIORITIES)}."})


def _owner(phase: Phase, handle: str) -> Owner | None:
    if not handle:
        return None
    owner = Owner.objects.filter(initiative_id=phase.initiative_id, handle=handle).first()
    if owner is None:
        raise Invalid({"owner": f"{handle} is not an owner of this initiative. Its page lists them."})
    return owner


def answer_concern(*, actor: Actor, concern: Concern, outcome: str, note: str) -> Concern:
    """Resolve a concern, accept it as it is, or leave it to the next phase; the note says how.

    What is carried goes on with the handoff. A blocker can only be resolved.
    """
    note = checked_note(note)
    _check_answer(concern, outcome, note)
    phase = concern.phase
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        phase = book.open(phase)
        locked = Concern.objects.select_related("owner", "slice__owner", "slice__backup").get(pk=concern.pk)
        actor.require("answer", phase.initiative_id, _answerable_by(phase, locked))
        if locked.state != ConcernOutcome.OPEN:
            raise Refused(
                f"This {locked.get_kind_display().lower()} is {locked.state} already: {locked.answer}"
            )
        before = {"state": locked.state, "answer": locked.answer}
        after = {"state": outcome, "answer": note}
        Concern.objects.filter(pk=locked.pk).update(**after)
        code = locked.slice.code if locked.slice else ""
        target = f"concern:{locked.pk}"
        book.record(
            verb="answer", target=target, phase=phase, slice=code, before=before, after=after, note=note
        )
        if locked.slice_id and locked.kind == ConcernKind.BLOCKER:
            _count_version(book, phase, locked.slice_id)
    concern.refresh_from_db()
    return concern


def _check_answer(concern: Concern, outcome: str, note: str) -> None:
    if outcome not in ANSWERS:
        raise Invalid({"outcome": f"{outcome!r} is not an answer. Choose one of {', '.join(ANSWERS)}."})
    if concern.kind == ConcernKind.BLOCKER and outcome != ConcernOutcome.RESOLVED:
        raise Invalid({"outcome": "A blocker can only be resolved; to go on in spite of it, waive it."})
    if not note:
        raise Invalid({"note": "Say how it was answered, for those who read it later."})


def _answerable_by(phase: Phase, concern: Concern) -> list[str]:
    """Its owner, and owner and backup of its slice; of a concern without any, those who hand off."""
    handles = [concern.owner.handle] if concern.owner else []
    if concern.slice:
        handles += [concern.slice.owner.handle, concern.slice.backup.handle if concern.slice.backup else ""]
    if handles:
        return handles
    closer = load(phase, around="").closer
    return [closer.owner, closer.backup] if closer else []


def _count_version(book: Book, phase: Phase, slice_id: int) -> None:
    row = Slice.objects.get(pk=slice_id)
    before, after = {"version": row.version}, {"version": row.version + 1}
    Slice.objects.filter(pk=slice_id).update(**after)
    blocked = Concern.objects.filter(
        slice_id=slice_id, kind=ConcernKind.BLOCKER, state=ConcernOutcome.OPEN
    ).exists()
    book.record(
        verb="block" if blocked else "unblock",
        target=f"slice:{row.code}",
        phase=phase,
        slice=row.code,
        before=before,
        after=after,
    )
