"""Handing a phase off: the freeze, the documents, what is carried on; and reopening, which ends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Max

from phases.errors import Invalid, Refused
from phases.handoff import CARRIED_ON, Signature, documents_of
from phases.models import Concern, Handoff, HandoffDocument, Initiative, Phase
from phases.models.ledger import ConcernOutcome
from phases.permissions import Actor
from phases.rules.facts import CARRIED_KINDS
from phases.rules.graph import natural
from phases.rules.readiness import readiness
from phases.rules.state import PhaseState
from phases.snapshot import load

from .concerns import record_raised
from .ledger import Book, digest, writing
from .slices import checked_note


def hand_off(*, actor: Actor, phase: Phase, note: str = "") -> Handoff:
    """Close a phase on its readiness: write its documents, freeze it, and carry on what is open.

    By a lead of the slice that closes it, or an admin. Raises Refused with the unmet leaves where
    the phase is not ready.
    """
    note = checked_note(note)
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        phase = book.open(phase)
        state = load(phase)
        actor.require("hand_off", phase.initiative_id, handles_of(state))
        _require_ready(state)
        _carry(book, phase)
        number = (Handoff.objects.filter(phase=phase).aggregate(last=Max("number"))["last"] or 0) + 1
        seq, at = book.next_seq, book.now.astimezone(dt.UTC)
        signature = Signature(number, actor.name, at, note)
        head = book.initiative.head
        written = documents_of(phase, load(phase), seq=seq, signature=signature, head=head)
        handoff = Handoff.objects.create(
            phase=phase, number=number, note=note, by=actor.name, at=book.now, seq=seq
        )
        HandoffDocument.objects.bulk_create(
            HandoffDocument(
                handoff=handoff, name=name, content=text, sha256=digest(text), size=len(text.encode())
            )
            for name, text in written.items()
        )
        frozen = [seq, number, actor.name, at.isoformat()]
        Phase.objects.filter(pk=phase.pk).update(handed_off=frozen)
        said = {"handed_off": frozen, "documents": {name: digest(text) for name, text in written.items()}}
        book.record(
            verb="handoff",
            target=f"phase:{phase.code}",
            phase=phase,
            before={"handed_off": None},
            after={**said, "counts": readiness(state, brief=True).counts},
            note=note,
        )
        pass_on(book)
        return handoff


def handles_of(state: PhaseState) -> list[str]:
    """Owner and backup of the slice that closes the phase."""
    closer = state.closer
    return [handle for handle in (closer.owner, closer.backup) if handle] if closer else []


def _require_ready(state: PhaseState) -> None:
    unmet = readiness(state).unmet
    if unmet:
        count = "1 requirement is" if len(unmet) == 1 else f"{len(unmet)} requirements are"
        first = " ".join(leaf.why for leaf in unmet[:5])
        raise Refused(f"Phase {state.code} cannot be handed off: {count} missing. {first}", unmet)


def _carry(book: Book, phase: Phase) -> None:
    """Close what is open and goes on elsewhere."""
    rows = Concern.objects.filter(
        phase=phase, archived=False, state=ConcernOutcome.OPEN, kind__in=CARRIED_KINDS
    )
    for row in rows.select_related("slice").order_by("pk"):
        after = {
            "state": ConcernOutcome.CARRIED.value,
            "answer": f"{CARRIED_ON}{phase.code}.",
        }
        Concern.objects.filter(pk=row.pk).update(**after)
        book.record(
            verb="answer",
            target=f"concern:{row.pk}",
            phase=phase,
            slice=row.slice.code if row.slice else "",
            before={"state": row.state, "answer": row.answer},
            after=after,
        )


def pass_on(book: Book) -> None:
    """Give what handed-off phases carry to the next phase by code that is not handed off.

    What finds none waits with the initiative, until one is imported.
    """
    waiting = Concern.objects.filter(
        phase__initiative=book.initiative,
        phase__handed_off__isnull=False,
        state=ConcernOutcome.CARRIED,
        archived=False,
        carried_to=None,
    )
    rows = list(waiting.select_related("phase", "owner").order_by("pk"))
    if not rows:
        return
    phases = sorted(open_phases(book.initiative), key=lambda phase: natural(phase.code))
    for row in rows:
        later = (phase for phase in phases if natural(phase.code) > natural(row.phase.code))
        if (target := next(later, None)) is not None:
            _continue(book, row, target)


def open_phases(initiative: Initiative) -> Iterable[Phase]:
    """Those that are not handed off."""
    return Phase.objects.filter(initiative=initiative, handed_off__isnull=True).exclude(revision=None)


def _continue(book: Book, row: Concern, target: Phase) -> None:
    """As a concern of its own, or as the open one of the target that says the same."""
    same = {"kind": row.kind, "text": row.text, "state": ConcernOutcome.OPEN, "archived": False}
    known = Concern.objects.filter(phase=target, slice=None, carried_from=None, **same).order_by("pk").first()
    if known is not None:
        Concern.objects.filter(pk=known.pk).update(carried_from=row)
        book.record(
            verb="join_concern",
            target=f"concern:{known.pk}",
            phase=target,
            before={"carried_from": ""},
            after={"carried_from": f"concern:{row.pk}"},
        )
        return
    concern = Concern.objects.create(
        phase=target,
        kind=row.kind,
        text=row.text,
        owner=row.owner,
        priority=row.priority,
        carried_from=row,
        raised_by=book.actor.name,
        raised_at=book.now,
    )
    record_raised(book, target, concern, "")


def reopen_phase(*, actor: Actor, phase: Phase, reason: str) -> Handoff:
    """End the freeze of a handed-off phase. Its handoff stays on record, and so does what it carried on."""
    reason = checked_note(reason, "reason")
    if not reason:
        raise Invalid({"reason": "Say why the phase has to change again; the reason stays in its history."})
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        actor.require("reopen_phase", phase.initiative_id)
        handoff = Handoff.objects.filter(phase=phase, reopened=0).order_by("-number").first()
        if handoff is None:
            raise Refused(f"Phase {phase.code} is not handed off, so there is nothing to reopen.")
        stored = Phase.objects.values_list("handed_off", flat=True).get(pk=phase.pk)
        handoff.reopened = book.next_seq
        handoff.save(update_fields=["reopened"])
        Phase.objects.filter(pk=phase.pk).update(handed_off=None)
        book.begin(phase)
        book.record(
            verb="reopen_phase",
            target=f"phase:{phase.code}",
            phase=phase,
            before={"handed_off": stored},
            after={"handed_off": None},
            note=reason,
        )
        pass_on(book)
        return handoff
