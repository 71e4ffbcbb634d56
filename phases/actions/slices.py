"""Moving slices, linking their work, and correcting what the reader inferred of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from phases.errors import Conflict, Invalid, NotFound, Refused
from phases.models import Concern, Disposition, Event, Phase, Slice, Waiver
from phases.models.ledger import ConcernOutcome
from phases.packets.packet import SliceKind
from phases.permissions import Actor
from phases.rules.dispositions import BY_OWNER
from phases.rules.state import PhaseState, SliceState, Status
from phases.rules.transitions import IS, TABLE, WORDS, Transition, between, by_verb, from_status
from phases.snapshot import load

from .ledger import CLOSING, Book, writing

OPENING = ("start", "reopen")
"""Verbs after which the work on a slice begins, or begins again."""

MAX_NOTE = 20_000
"""Characters of a note or reason."""


@dataclass(frozen=True, slots=True)
class Moved:
    event: Event
    version: int


def move_slice(
    *, actor: Actor, phase: Phase, code: str, version: int, verb: str = "", to: str = "", note: str = ""
) -> Moved:
    """Take one row of the transition table, named by its verb or by the status it leads to.

    Raises Forbidden, Conflict (somebody moved or blocked the slice since `version`), Refused (with
    the unmet leaves), or Invalid (an unknown status, a missing reason, a note that is too long).
    """
    note = checked_note(note)
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        state = load(book.open(phase), around=code)
        item = find(state, code)
        actor.require("move", phase.initiative_id, (item.owner, item.backup))
        if version != item.version:
            raise Conflict(_overtaken(item), item.version)
        row = _row(state, item, verb, to)
        if row.needs_reason and not note:
            raise Invalid({"note": f"{row.label} needs a reason: say why {code} goes back to work."})
        unmet = row.unmet(state, item)
        if unmet:
            raise Refused(
                f"{code} cannot go to {WORDS[row.target]}: {' '.join(leaf.why for leaf in unmet)}", unmet
            )
        return take(book, phase, item, row, note)


def _row(state: PhaseState, item: SliceState, verb: str, to: str) -> Transition:
    if not verb and to not in set(Status):
        raise Invalid({"to": f"{to!r} is not a status. A slice moves to in_progress, candidate or landed."})
    row = by_verb(item.status, verb) if verb else between(item.status, Status(to))
    if row is None:
        raise _no_way(state, item, verb, to)
    return row


def _no_way(state: PhaseState, item: SliceState, verb: str, to: str) -> Refused:
    """The refusal of a step that the table does not have from here, with what the step itself would need."""
    ways = ", ".join(f"{way.label.lower()} (to {WORDS[way.target]})" for way in from_status(item.status))
    asked = verb.replace("_", " ") if verb else f"a move to {WORDS[Status(to)]}"
    skipped = next((way for way in TABLE if way.verb == verb or way.target == to), None)
    unmet = skipped.unmet(state, item) if skipped else []
    where = f"{item.code} is {IS[item.status]}, from where {asked} is not possible"
    return Refused(f"{where}: it can {ways}.", unmet)


def take(book: Book, phase: Phase, item: SliceState, row: Transition, note: str) -> Moved:
    """Take a row of the table whose guards have been asked; reopening voids the decision or posture."""
    before: dict[str, Any] = {"status": item.status, "version": item.version}
    after: dict[str, Any] = {"status": row.target, "version": item.version + 1}
    if row.verb == "reopen":
        before |= {"decision": item.decision, "declared_in": item.declared_in}
        after |= {"decision": "", "declared_in": 0}
    if row.needs_reason:
        before |= {"reset": item.reset, "reset_seq": item.reset_seq}
        after |= {"reset": row.verb, "reset_seq": book.next_seq}
    if row.verb in CLOSING:
        before |= {"closed_seq": item.closed_seq}
        after |= {"closed_seq": book.next_seq}
    told: dict[str, Any] = {"since": book.now} | ({"reset_note": note} if row.needs_reason else {})
    if row.verb in OPENING:
        told["opened"] = book.now
    Slice.objects.filter(pk=item.id).update(**after, **told)
    if row.verb == "land" and not any(gate.suite != "extra" for gate in item.gates):
        after["evidence"] = "no gate declared"
    event = book.record(
        verb=row.verb, target=item.key, phase=phase, slice=item.code, before=before, after=after, note=note
    )
    if row.verb == "reopen":
        _end_waivers(book, phase, item)
        if item.kind in BY_OWNER and item.round:
            _void(book, phase, item)
    return Moved(event, item.version + 1)


def _end_waivers(book: Book, phase: Phase, item: SliceState) -> None:
    """A reopened slice must earn again what was waived for it."""
    for waiver in Waiver.objects.filter(phase=phase, slice_id=item.id, active=True):
        Waiver.objects.filter(pk=waiver.pk).update(active=False)
        book.record(
            verb="end_waiver",
            target=f"waiver:{waiver.pk}",
            phase=phase,
            slice=item.code,
            before={"active": True},
            after={"active": False},
            note=f"{item.code} was reopened.",
        )


def _void(book: Book, phase: Phase, item: SliceState) -> None:
    """A reopened decision or posture has to be taken again, and what its deferral watched for is over.

    So are those that it took the place of: none of them is to count again.
    """
    Slice.objects.filter(pk=item.id).update(disposition=None)
    standing = Disposition.objects.filter(slice_id=item.id, retracted=0, voided=0).order_by("number")
    for row in standing:
        Disposition.objects.filter(pk=row.pk).update(voided=book.next_seq)
        book.record(
            verb="void",
            target=row.key,
            phase=phase,
            slice=item.code,
            before={"voided": 0},
            after={"voided": book.next_seq},
        )
    watched = {"slice_id": item.id, "state": ConcernOutcome.OPEN}
    for concern in Concern.objects.filter(**watched).exclude(disposition=None):
        after = {"state": ConcernOutcome.RESOLVED.value, "answer": f"{item.code} was reopened."}
        Concern.objects.filter(pk=concern.pk).update(**after)
        book.record(
            verb="answer",
            target=f"concern:{concern.pk}",
            phase=phase,
            slice=item.code,
            before={"state": concern.state, "answer": concern.answer},
            after=after,
        )


def link_slice(
    *, actor: Actor, phase: Phase, code: str, branch: str = "", pull_request: str = ""
) -> Event | None:
    """Set the branch and the pull request (a web address) of a slice; empty takes them away.

    Answers None where nothing changed.
    """
    after = {"branch": branch.strip(), "pull_request": pull_request.strip()}
    _check_links(after)
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        item = find(load(book.open(phase), around=code), code)
        actor.require("link", phase.initiative_id, (item.owner, item.backup))
        before = {"branch": item.branch, "pull_request": item.pull_request}
        if before == after:
            return None
        Slice.objects.filter(pk=item.id).update(**after)
        return book.record(verb="link", target=item.key, phase=phase, slice=code, before=before, after=after)


def _check_links(links: dict[str, str]) -> None:
    if len(links["branch"]) > 250 or "\0" in links["branch"]:
        raise Invalid({"branch": "A branch name has at most 250 characters."})
    if links["pull_request"]:
        try:
            URLValidator(schemes=["http", "https"])(links["pull_request"])
        except ValidationError:
            raise Invalid({"pull_request": "Give the whole web address, starting with https://."}) from None
        if len(links["pull_request"]) > 500:
            raise Invalid({"pull_request": "The address has at most 500 characters."})


def correct_kind(*, actor: Actor, phase: Phase, code: str, kind: str, note: str) -> Event | None:
    """Set the kind of a slice where the reader inferred a wrong one; a reason is needed."""
    note = checked_note(note)
    if kind not in set(SliceKind):
        raise Invalid({"kind": f"{kind!r} is not a kind. Choose one of {', '.join(SliceKind)}."})
    if not note:
        raise Invalid({"note": "Say why the inferred kind is wrong."})
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        item = find(load(book.open(phase), around=code), code)
        actor.require("correct", phase.initiative_id)
        if not item.kind_inferred:
            raise Refused(
                f"The packet itself says that {code} is {item.kind}; change it there and import it again."
            )
        if item.kind == kind:
            return None
        _require_open(item, kind)
        Slice.objects.filter(pk=item.id).update(kind=kind, kind_corrected=True)
        return book.record(
            verb="correct_kind",
            target=item.key,
            phase=phase,
            slice=code,
            before={"kind": item.kind},
            after={"kind": kind},
            note=note,
        )


def _require_open(item: SliceState, kind: str) -> None:
    """A kind decides what closing needs: it is not changed under what has been closed or found by it."""
    if item.status in (Status.LANDED, Status.DEFERRED):
        raise Refused(f"{item.code} is {IS[item.status]}: reopen it before it becomes a {kind} slice.")
    if item.unclosed:
        found = "1 finding of it is" if item.unclosed == 1 else f"{item.unclosed} findings of it are"
        raise Refused(f"{found} not closed: close what was found before {item.code} becomes a {kind} slice.")


def find(state: PhaseState, code: str) -> SliceState:
    item = state.slices.get(code)
    if item is None and not Slice.objects.filter(phase_id=state.id, code=code).exists():
        raise NotFound(f"Phase {state.code} has no slice {code}.")
    if item is None:
        raise Refused(
            f"{code} is no longer in packet revision {state.revision}. Its history stays; it cannot change."
        )
    return item


def checked_note(note: str, field: str = "note") -> str:
    note = note.strip().replace("\r\n", "\n")
    if len(note) > MAX_NOTE:
        raise Invalid({field: f"{len(note)} characters are too many; at most {MAX_NOTE} are kept."})
    if "\0" in note or (not note.isascii() and any("\ud800" <= letter <= "\udfff" for letter in note)):
        raise Invalid({field: "The text contains a NUL or half a character, which cannot be stored."})
    return note


def _overtaken(item: SliceState) -> str:
    return f"{item.code} changed while you were writing: it is {IS[item.status]} now."
