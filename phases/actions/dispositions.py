"""Recording a disposition, whatever the kind of its slice asks for."""

from __future__ import annotations

from collections.abc import Callable

from phases.errors import Conflict, Forbidden, Invalid, Refused
from phases.models import Disposition, Phase
from phases.models.ledger import ActorKind
from phases.permissions import Actor
from phases.rules.state import PhaseState, SliceState
from phases.snapshot import load

from .decisions import record_decision, record_posture
from .ledger import Book, writing
from .recording import NewDisposition, checked
from .rounds import record_round
from .slices import find

Recorder = Callable[[Book, Phase, PhaseState, SliceState, NewDisposition], Disposition]
NO_SUMMARY = "Say in a few sentences what was looked at and what came of it."

_RECORDERS: dict[str, Recorder] = {
    "review": record_round,
    "structural": record_round,
    "conditional": record_decision,
    "readiness": record_posture,
}
KINDS = tuple(_RECORDERS)
"""Kinds of slices that take dispositions."""


def dispose(
    *, actor: Actor, phase: Phase, code: str, asked: NewDisposition, seen: int | None = None
) -> Disposition:
    """Record a verdict on a slice: a round, a decision, or a posture. Signed by a person, always.

    `seen` is the id of the latest disposition that the person had before them (0 for none); another
    one raises Conflict. Raises Forbidden (not theirs to record, or not independent), Invalid, Refused.
    """
    asked = checked(asked)
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        phase = book.open(phase)
        state = load(phase)
        item = find(state, code)
        actor.require("dispose", phase.initiative_id)
        if actor.kind != ActorKind.PERSON:
            raise Forbidden("A disposition is signed by a person: sign in and record it on the page.")
        recorder = _RECORDERS.get(item.kind)
        if recorder is None:
            raise Refused(f"{code} is a {item.kind} slice, which takes no disposition.")
        latest = item.round.id if item.round else 0
        if seen is not None and seen != latest:
            raise Conflict(_overtaken(code, item.round.by if item.round else ""), latest)
        return _recorded(recorder, book, phase, state, item, asked)


def _recorded(
    recorder: Recorder,
    book: Book,
    phase: Phase,
    state: PhaseState,
    item: SliceState,
    asked: NewDisposition,
) -> Disposition:
    """What the recorder made of it; a missing summary is told together with whatever else is missing."""
    missing = {} if asked.summary else {"summary": NO_SUMMARY}
    try:
        row = recorder(book, phase, state, item, asked)
    except Invalid as error:
        raise Invalid(missing | error.fields) from error
    if missing:
        raise Invalid(missing)
    return row


def _overtaken(code: str, by: str) -> str:
    if not by:
        return f"The last disposition of {code} no longer counts. Look at it again before you record yours."
    return (
        f"{by} recorded a disposition of {code} while you were writing. Look at it before you record yours."
    )
