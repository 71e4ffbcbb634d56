"""Mistakes in evidence: retracting what should not count, redacting a secret that slipped in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from phases.errors import Invalid, NotFound, Refused
from phases.lookups import current
from phases.models import Concern, Event, Gate, GateRun, Log, Phase, Slice, Waiver
from phases.packets.packet import Suite
from phases.permissions import Actor

from .ledger import Book, data_digest, writing
from .revisions import withdraw_unused
from .slices import checked_note

REDACTED = "[redacted]"
"""What stands where a text was taken away."""

TEXTS = ("note", "text", "answer", "reason", "branch", "pull_request", "url")
"""Fields of ledger entries and of rows that hold people's own words."""


def retract(*, actor: Actor, phase: Phase, evidence: str, reason: str) -> GateRun:
    """Take a run (`run:12`) out of what counts; it stays visible, struck through, with the reason.

    Its author may, and an admin. The gate counts by its next newest run again.
    """
    reason = needed_reason(reason)
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        run = get_run(phase, evidence)
        actor.require(verb_to_retract(actor, run), phase.initiative_id)
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
        withdraw_unused(book, current(phase), run.revision)
        run.retracted = book.initiative.seq
        return run


def verb_to_retract(actor: Actor, run: GateRun) -> str:
    """The permission that it takes: evidence of one's own is easier to take back."""
    return "retract" if (run.source, run.by) == (actor.kind, actor.name) else "retract_any"


def latest_run(gate_id: int) -> GateRun | None:
    """The run that counts: the last one for the newest revision, retracted ones aside."""
    return GateRun.objects.filter(gate_id=gate_id, retracted=0).order_by("-place", "-seq").first()


def get_run(phase: Phase, evidence: str) -> GateRun:
    """The run with this key. Raises Invalid for what is no key, NotFound for one of another phase."""
    kind, number = evidence_key(evidence)
    if kind != "run":
        raise Invalid({"evidence": f"{evidence[:80]!r} is no run: name one, such as run:12."})
    run = GateRun.objects.select_related("slice", "gate", "log").filter(phase=phase, pk=number).first()
    if run is None:
        raise NotFound(f"Phase {phase.code} has no {evidence}.")
    return run


KINDS = ("run", "verdict", "version")
"""What the keys of evidence begin with."""


def evidence_key(evidence: str) -> tuple[str, int]:
    """Kind and number of `run:12`, `verdict:12` or `version:3`. Raises Invalid for what is no such key."""
    kind, _, number = evidence.partition(":")
    if kind not in KINDS or not number.isascii() or not number.isdigit() or len(number) > 18:
        say = "name a run, a round or a version, such as run:12, verdict:7 or version:3."
        raise Invalid({"evidence": f"{evidence[:80]!r} is no evidence: {say}"})
    return kind, int(number)


def needed_reason(reason: str) -> str:
    """Why evidence is taken back. Raises Invalid where nothing is said."""
    return _needed(reason, "Say why this evidence should not count.")


def redact(*, actor: Actor, phase: Phase, evidence: str, reason: str) -> Event:
    """Take the texts out of a run (`run:12`) or of any ledger entry (`event:34`). Nobody can bring them back.

    Of a run go its note, link, branch and changed files, its log (for every run that printed the same,
    now or later, in any initiative) and, in the suite extra, the text of its gate. Other entries about
    the same target lose the same words. The facts and the digests stay, so the chain still verifies.

    Packets stay, for they are the plan, and so do the changed files of revisions, for they decide
    what is stale. Raises Refused, saying so, where nothing can be taken away.
    """
    reason = _needed(reason, "Say why it is taken away, without repeating it.")
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        actor.require("redact", phase.initiative_id)
        entry, run = _entry_of(phase, evidence)
        words = _words(entry)
        gone = _texts_of(run) if run else _Texts()
        if not (gone or words or _has_note(entry)):
            raise Refused(_stays(entry, evidence))
        said = _redact_run(run, gone) if run else {"log": []}
        _redact_row(entry, words)
        for other in _repeating(entry, words):
            before, after = _without(words, other.before), _without(words, other.after)
            _take_away(book, phase, other, before, after, other.note, reason, {"log": []})
        before, after = _without(words, entry.before), _without(words, entry.after)
        note = REDACTED if entry.note else ""
        return _take_away(book, phase, entry, before, after, note, reason, said)


def _stays(entry: Event, evidence: str) -> str:
    """Why nothing of an entry can be taken away."""
    match entry.verb:
        case _ if entry.redacted:
            return f"{evidence} was redacted already."
        case "import":
            say = "imports a packet, whose text is the plan and cannot be taken away."
            return f"{evidence} {say} Make the secret in it worthless, and import a packet without it."
        case "mention":
            say = (
                "names the files that a revision changed. They decide what is stale and cannot be taken away."
            )
            return f"{evidence} {say}"
    return f"{evidence} holds no text that could be taken away: what happened, by whom and when, stays."


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


Words = Mapping[str, Sequence[str]]
"""People's own words by the field that holds them."""


def _words(entry: Event) -> Words:
    """What an entry says or repeats of people's own words; an import says digests only."""
    found: dict[str, list[str]] = {}
    for said in (entry.before, entry.after) if entry.verb != "import" else ():
        for name in TEXTS:
            if (value := said.get(name)) and value != REDACTED:
                found.setdefault(name, []).append(value)
    return found


def _has_note(entry: Event) -> bool:
    """Whether somebody's words stand beside the entry; the note of an import is the name of its file."""
    return entry.verb != "import" and entry.note not in ("", REDACTED)


def _without(words: Words, said: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says, with these words taken out."""
    return {name: REDACTED if value in words.get(name, ()) else value for name, value in said.items()}


def _repeating(entry: Event, words: Words) -> list[Event]:
    """The other entries that say the same words of the same target, before or after it."""
    about = {"initiative": entry.initiative_id, "phase": entry.phase, "target": entry.target}
    others = Event.objects.filter(**about).exclude(pk=entry.pk).order_by("seq") if words else ()
    return [
        event
        for event in others
        if any(_without(words, said) != said for said in (event.before, event.after))
    ]


def _take_away(
    book: Book,
    phase: Phase,
    entry: Event,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    note: str,
    reason: str,
    gone: Mapping[str, Any],
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
        after={**gone, "of": entry.target, "left": data_digest(before, after)},
        note=reason,
    )


class _Texts(NamedTuple):
    """What of a run can be taken away."""

    fields: Mapping[str, Any] = {}
    """Columns of its row, as they will stand."""
    log: Log | None = None
    gate: Gate | None = None

    def __bool__(self) -> bool:
        return bool(self.fields or self.log or self.gate)


def _texts_of(run: GateRun) -> _Texts:
    fields: dict[str, Any] = {
        name: REDACTED for name in ("note", "url", "branch") if getattr(run, name) not in ("", REDACTED)
    }
    if run.files and run.files != [REDACTED]:
        fields["files"] = [REDACTED]
    log = run.log if run.log and not run.log.redacted else None
    is_gone = run.gate.suite != Suite.EXTRA or run.gate.text == REDACTED
    return _Texts(fields, log, None if is_gone else run.gate)


def _redact_run(run: GateRun, gone: _Texts) -> dict[str, Any]:
    """What the ledger will say of it: the digests of the log and of the gate's text that went."""
    GateRun.objects.filter(pk=run.pk).update(redacted=True, **gone.fields)
    if gone.log:
        Log.objects.filter(pk=gone.log.pk).update(text="", redacted=True)
    if gone.gate:
        Gate.objects.filter(pk=gone.gate.pk).update(text=REDACTED)
    # Of a log that was gone before, this run says so too: it is the entry that its page shows.
    said: dict[str, Any] = {"log": [run.log.digest] if run.log else []}
    return said | ({"gate": gone.gate.digest} if gone.gate else {})


def _redact_row(entry: Event, words: Words) -> None:
    """The same words where a row repeats those of the entry."""
    kind, _, number = entry.target.partition(":")
    match kind:
        case "concern":
            for name in ("text", "answer"):
                said = {"pk": int(number), f"{name}__in": words.get(name, ())}
                Concern.objects.filter(**said).update(**{name: REDACTED})
        case "waiver" if entry.verb == "waive":
            Waiver.objects.filter(pk=int(number)).update(reason=REDACTED)
        case "slice":
            rows = Slice.objects.filter(phase__initiative=entry.initiative_id, phase__code=entry.phase)
            for name in ("branch", "pull_request"):
                said = {"code": number, f"{name}__in": words.get(name, ())}
                rows.filter(**said).update(**{name: REDACTED})


def _needed(reason: str, sentence: str) -> str:
    reason = checked_note(reason, "reason")
    if not reason:
        raise Invalid({"reason": sentence})
    return reason
