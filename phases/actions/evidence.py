"""Mistakes in evidence: retracting what should not count, redacting a secret that slipped in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from phases.errors import Invalid, NotFound, Refused
from phases.models import Concern, Event, Gate, GateRun, Log, Phase, Slice, Waiver
from phases.permissions import Actor

from .ledger import Book, data_digest, writing
from .slices import checked_note

REDACTED = "[redacted]"
"""What stands where a text was taken away."""

TEXTS = ("note", "text", "answer", "reason", "branch", "pull_request", "url")
"""Fields of ledger entries and of rows that hold people's own words."""


def retract(*, actor: Actor, phase: Phase, evidence: str, reason: str) -> GateRun:
    """Take a run (`run:12`) out of what counts; it stays visible, struck through, with the reason.

    Its author may, and an admin. The gate counts by its next newest run again.
    """
    reason = _needed(reason, "Say why this evidence should not count.")
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        run = get_run(phase, evidence)
        is_own = (run.source, run.by) == (actor.kind, actor.name)
        actor.require("retract" if is_own else "retract_any", phase.initiative_id)
        if run.retracted:
            raise Refused(f"{run.key} was retracted already; its page shows when and why.")
        after = {"retracted": book.next_seq}
        GateRun.objects.filter(pk=run.pk).update(**after)
        code = run.slice.code if run.slice else ""
        book.record(
            verb="retract",
            target=run.key,
            phase=phase,
            slice=code,
            before={"retracted": 0},
            after=after,
            note=reason,
        )
        Gate.objects.filter(pk=run.gate_id).update(latest_run=latest_run(run.gate_id))
        run.retracted = book.initiative.seq
        return run


def latest_run(gate_id: int) -> GateRun | None:
    """The run that counts: the last one for the newest revision, retracted ones aside."""
    return GateRun.objects.filter(gate_id=gate_id, retracted=0).order_by("-place", "-seq").first()


def get_run(phase: Phase, evidence: str) -> GateRun:
    """The run with this key. Raises Invalid for what is no key, NotFound for one of another phase."""
    kind, _, number = evidence.partition(":")
    if kind != "run" or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise Invalid({"evidence": f"{evidence[:80]!r} is no evidence: name a run, such as run:12."})
    run = GateRun.objects.select_related("slice", "gate", "log").filter(phase=phase, pk=int(number)).first()
    if run is None:
        raise NotFound(f"Phase {phase.code} has no {evidence}.")
    return run


def redact(*, actor: Actor, phase: Phase, evidence: str, reason: str) -> Event:
    """Take the texts out of a run (`run:12`, with its log) or of any ledger entry (`event:34`).

    The facts and the digests stay, so the chain still verifies. Nobody can bring the texts back.
    """
    reason = _needed(reason, "Say why it is taken away, without repeating it.")
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        actor.require("redact", phase.initiative_id)
        entry, run = _entry_of(phase, evidence)
        if entry.redacted:
            raise Refused(f"{evidence} was redacted already.")
        logs = _redact_run(run) if run else []
        _redact_row(entry)
        for later, names in _repeating(entry):
            left = {name: REDACTED if name in names else value for name, value in later.before.items()}
            _take_away(book, phase, later, left, later.after, later.note, reason)
        note = REDACTED if entry.note else ""
        before, after = blanked(entry, entry.before), blanked(entry, entry.after)
        return _take_away(book, phase, entry, before, after, note, reason, logs)


def _entry_of(phase: Phase, evidence: str) -> tuple[Event, GateRun | None]:
    kind, _, number = evidence.partition(":")
    if kind == "event" and number.isascii() and number.isdigit() and len(number) <= 9:
        entry = Event.objects.filter(
            initiative=phase.initiative_id, phase=phase.code, seq=int(number)
        ).first()
        if entry is None:
            raise NotFound(f"Phase {phase.code} has no {evidence}.")
        return entry, get_run(phase, entry.target) if entry.verb in ("report", "attest") else None
    run = get_run(phase, evidence)
    return Event.objects.get(initiative=phase.initiative_id, seq=run.seq), run


def _repeating(entry: Event) -> Iterator[tuple[Event, set[str]]]:
    """The later entries that say of the same target that it had these words before, and in which fields."""
    words = {name: value for name, value in entry.after.items() if name in TEXTS and value}
    later = Event.objects.filter(initiative=entry.initiative_id, phase=entry.phase, target=entry.target)
    for event in later.filter(seq__gt=entry.seq, redacted=False).order_by("seq") if words else ():
        names = {name for name, value in words.items() if event.before.get(name) == value}
        if names:
            yield event, names


def _take_away(
    book: Book,
    phase: Phase,
    entry: Event,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    note: str,
    reason: str,
    logs: Sequence[str] = (),
) -> Event:
    """The one change that an entry can see, and the entry that says so: `verify_ledger` asks for it.

    It keeps the digest of what is left, so that nobody can change the facts under cover of it.
    """
    Event.objects.filter(pk=entry.pk).update(note=note, before=before, after=after, redacted=True)
    return book.record(
        verb="redact",
        target=f"event:{entry.seq}",
        phase=phase,
        slice=entry.slice,
        after={"log": list(logs), "of": entry.target, "left": data_digest(before, after)},
        note=reason,
    )


def blanked(entry: Event, said: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says, with people's own words taken out; an import says digests only."""
    texts = () if entry.verb == "import" else TEXTS
    return {name: REDACTED if name in texts and value else value for name, value in said.items()}


def _redact_run(run: GateRun) -> list[str]:
    """Digests of the logs whose text is gone, for every run that shares them."""
    texts = {name: REDACTED for name in ("note", "url", "branch") if getattr(run, name)}
    GateRun.objects.filter(pk=run.pk).update(redacted=True, **texts)
    if run.log is None:
        return []
    Log.objects.filter(pk=run.log.pk).update(text="", redacted=True)
    return [run.log.digest]


def _redact_row(entry: Event) -> None:
    """The same words where a row repeats those of the entry."""
    kind, _, number = entry.target.partition(":")
    match kind:
        case "concern":
            fields = [name for name in ("text", "answer") if entry.after.get(name)]
            Concern.objects.filter(pk=int(number)).update(**dict.fromkeys(fields, REDACTED))
        case "waiver" if entry.verb == "waive":
            Waiver.objects.filter(pk=int(number)).update(reason=REDACTED)
        case "slice":
            for name in ("branch", "pull_request"):
                if value := entry.after.get(name):
                    rows = Slice.objects.filter(
                        phase__initiative=entry.initiative_id, phase__code=entry.phase
                    )
                    rows.filter(code=number, **{name: value}).update(**{name: REDACTED})


def _needed(reason: str, sentence: str) -> str:
    reason = checked_note(reason, "reason")
    if not reason:
        raise Invalid({"reason": sentence})
    return reason
