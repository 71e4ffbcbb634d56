"""Watchpoints: what a deferral keeps an eye on, and what happens once one of them fires."""

from __future__ import annotations

from phases.errors import Invalid, Refused
from phases.models import Concern, Disposition, Owner, Phase
from phases.models.ledger import ConcernKind, ConcernOutcome
from phases.permissions import Actor
from phases.rules.criteria import Answer, Criterion
from phases.rules.criteria import asked as check_of
from phases.rules.state import ConcernState, PhaseState, SliceState, Status
from phases.rules.transitions import by_verb
from phases.rules.wording import quoted
from phases.snapshot import load
from phases.triggers import answered

from .concerns import record_raised
from .ledger import Book, writing
from .slices import checked_note, find, take

FIRED = "Fired: "
"""How the answer to a watchpoint begins that has fired."""


def watch(book: Book, phase: Phase, item: SliceState, disposition: Disposition, text: str) -> Concern:
    """The watchpoint as a concern of the slice, open until it fires or somebody answers it."""
    concern = Concern.objects.create(
        phase=phase,
        slice_id=item.id,
        kind=ConcernKind.WATCHPOINT,
        text=text,
        owner=Owner.objects.get(initiative_id=phase.initiative_id, handle=item.owner),
        disposition=disposition,
        raised_by=book.actor.name,
        raised_at=book.now,
    )
    record_raised(book, phase, concern, item.code)
    return concern


def fire_watchpoint(*, actor: Actor, concern: Concern, reason: str) -> Concern:
    """Say that what a deferral watches for has happened: the decision is open again.

    Whoever waited on it is told why, as the reason of the reopening.
    """
    reason = checked_note(reason, "reason")
    if not reason:
        raise Invalid({"reason": "Say what happened, for whoever has to decide again."})
    with writing(actor=actor, initiative_id=concern.phase.initiative_id) as book:
        phase = book.open(concern.phase)
        actor.require("fire", phase.initiative_id)
        state = load(phase)
        known = next((one for one in state.concerns if one.id == concern.pk), None)
        if known is None or known.kind != ConcernKind.WATCHPOINT:
            raise Refused("Only a watchpoint can fire; other concerns are answered.")
        if known.state != ConcernOutcome.OPEN:
            raise Refused(f"This watchpoint is {known.state} already: {known.answer}")
        item = find(state, known.slice) if known.slice else None
        if item is None or item.status != Status.DEFERRED:
            where = item.code if item else "The phase"
            raise Refused(f"{where} is not deferred, so there is nothing to reopen. Answer the watchpoint.")
        _fire(book, phase, item, known, reason)
    concern.refresh_from_db()
    return concern


def fire_computed(book: Book, phase: Phase) -> None:
    """Fire the watchpoints that runs now prove: those that speak of a check which has failed since.

    A machine may report such a run; the rule reopens the decision, and a person takes it again.
    """
    state = load(phase)
    for item in state.slices.values():
        if item.status == Status.DEFERRED:
            _fire_first(book, phase, state, item)


def watched(state: PhaseState) -> bool:
    """Whether anything is watched for, in whatever words."""
    deferred = {code for code, item in state.slices.items() if item.status == Status.DEFERRED}
    return any(_is_watching(one) and one.slice in deferred for one in state.concerns)


def _is_watching(one: ConcernState) -> bool:
    return one.kind == ConcernKind.WATCHPOINT and one.state == ConcernOutcome.OPEN


def _computed(state: PhaseState, item: SliceState) -> list[ConcernState]:
    return [
        one
        for one in state.concerns
        if one.slice == item.code and _is_watching(one) and check_of(state, one.text) is not None
    ]


def _fire_first(book: Book, phase: Phase, state: PhaseState, item: SliceState) -> None:
    watchpoints = _computed(state, item)
    since = item.round.seq if item.round else item.closed_seq
    for one, found in zip(watchpoints, answered(phase, state, [w.text for w in watchpoints]), strict=True):
        if found.answer == Answer.TRIGGERED and _is_new(found, since):
            keys = ", ".join(f"run:{run.id}" for run in found.runs)
            return _fire(book, phase, item, one, f"{found.why} ({keys})")
    return None


def _is_new(found: Criterion, since: int) -> bool:
    """Whether something that proves it happened after the decision was taken."""
    return any(run.seq > since for run in found.runs)


def _fire(book: Book, phase: Phase, item: SliceState, concern: ConcernState, reason: str) -> None:
    """Close the watchpoint as fired, and reopen the slice whose deferral it ends."""
    before = {"state": concern.state, "answer": concern.answer}
    after = {"state": ConcernOutcome.RESOLVED.value, "answer": f"{FIRED}{reason}"}
    Concern.objects.filter(pk=concern.id).update(**after)
    book.record(
        verb="fire",
        target=concern.key,
        phase=phase,
        slice=item.code,
        before=before,
        after=after,
        note=reason,
    )
    row = by_verb(item.status, "reopen")
    if row is not None:
        take(book, phase, item, row, f"Its watchpoint “{quoted(concern.text)}” has fired. {reason}")
