"""Mistakes in evidence: retracting what should not count, redacting a secret that slipped in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model

from phases.errors import Invalid, NotFound, Refused
from phases.lookups import current
from phases.models import ArtifactVersion, Disposition, Event, Finding, Gate, GateRun, Phase
from phases.permissions import Actor

from .ledger import Book, data_digest, writing
from .revisions import withdraw_unused
from .run_texts import RunTexts, redact_run, texts_of
from .slices import checked_note
from .texts import (
    REDACTED,
    is_plan,
    quoting,
    redact_documents,
    redact_rows,
    related,
    told_of,
    with_their_firing,
    without,
    words_of,
)

MAX_SEQ = 2**31 - 1


def retract(*, actor: Actor, phase: Phase, evidence: str, reason: str) -> GateRun:
    """Take a run (`run:12`) out of what counts; it stays visible, struck through, with the reason.

    Its author may, and an admin. The gate counts by its next newest run again.
    """
    reason = needed_reason(reason)
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        phase = book.open(phase)
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


RETRACTABLE = {"run": "run:12", "verdict": "verdict:7", "version": "version:3"}
REDACTABLE = {**RETRACTABLE, "finding": "finding:17", "event": "event:34"}
"""What keys of evidence begin with, each with an example."""


def evidence_key(evidence: str) -> tuple[str, int]:
    """Kind and number of `run:12`, `verdict:7` or `version:3`. Raises Invalid for what is no such key."""
    return _key(evidence, RETRACTABLE)


def _key(evidence: str, known: Mapping[str, str]) -> tuple[str, int]:
    kind, _, number = evidence.partition(":")
    if kind not in known or not number.isascii() or not number.isdigit() or len(number) > 18:
        *rest, last = known.values()
        say = f"name it by its key, such as {', '.join(rest)} or {last}."
        raise Invalid({"evidence": f"{evidence[:80]!r} is no evidence: {say}"})
    return kind, int(number)


def needed_reason(reason: str) -> str:
    """Why evidence is taken back. Raises Invalid where nothing is said."""
    return _needed(reason, "Say why this evidence should not count.")


def redact(*, actor: Actor, phase: Phase, evidence: str, reason: str) -> Event:
    """Take texts away for good, and answer the ledger entry that says so.

    `evidence` is any entry (`event:34`), or the key of a run, a disposition (`verdict:7`), a finding
    (with its fix and its acceptance) or a version of an artifact. Of a run go its note, link, branch
    and changed files, its log (for every run that printed the same, now or later, in any initiative)
    and, in the suite extra, the text of its gate; of a version its link, or its content with every
    other version of the initiative that says the same. What repeats the same words goes too: other
    entries about it, watchpoints, rechecks, the reason of a reopening, concerns that were carried on from
    one phase to another. What handoffs of these phases wrote goes as a whole. The facts and the digests
    stay, so the chain still verifies.

    Packets stay, for they are the plan, and so do the changed files of revisions, for they decide
    what is stale. Raises Refused, saying so, where nothing can be taken away.
    """
    reason = _needed(reason, "Say why it is taken away, without repeating it.")
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        phase = book.open(phase)
        actor.require("redact", phase.initiative_id)
        entries, run, version = _named(phase, evidence)
        named = with_their_firing(entries)
        words = {word for entry in named for word in words_of(entry)}
        gone = texts_of(run) if run else RunTexts()
        has_content = version is not None and bool(version.content) and not version.redacted
        if not (gone or words or has_content):
            raise Refused(_stays(entries[-1], evidence))
        said = redact_run(run, gone) if run else {"log": []}
        if version is not None and has_content:
            _redact_content(book, version, reason)
        # Documents of handoffs quote words and closure documents, never what a run printed.
        quotable = bool(words) or has_content
        return _take_words(book, phase, named, words, reason, said, quotable=quotable)


def _redact_content(book: Book, version: ArtifactVersion, reason: str) -> None:
    """Out of this version and of every other one of the initiative that says the same, under any path."""
    same = {"phase__initiative": book.initiative, "sha256": version.sha256, "redacted": False}
    for other in ArtifactVersion.objects.filter(**same).exclude(pk=version.pk).select_related("phase"):
        ArtifactVersion.objects.filter(pk=other.pk).update(content=REDACTED)
        entry = Event.objects.get(initiative=book.initiative, seq=other.seq)
        _take_away(book, other.phase, entry, set(), reason, {"log": []})
    ArtifactVersion.objects.filter(pk=version.pk).update(content=REDACTED)


def _take_words(
    book: Book,
    phase: Phase,
    named: Sequence[Event],
    words: set[str],
    reason: str,
    said: Mapping[str, Any],
    *,
    quotable: bool,
) -> Event:
    """Out of the entries that are named, out of what repeats them, and out of their rows."""
    targets = related(named)
    quoted = quoting(named, targets, words)
    words |= {entry.note for entry in quoted if entry.note}
    targets |= {entry.target for entry in quoted}
    known = {entry.pk for entry in named}
    redact_rows(named[0], targets, words)
    phases = {row.code: row for row in Phase.objects.filter(initiative=phase.initiative_id)}
    touched = {phase.pk}
    for other in told_of(named[0], targets):
        if other.pk not in known and not is_plan(other) and _repeats(words, other):
            _take_away(book, phases[other.phase], other, words, reason, {"log": []})
            touched.add(phases[other.phase].pk)
    *rest, last = named
    for entry in rest:
        _take_away(book, phase, entry, words, reason, {"log": []})
    if quotable and (documents := redact_documents(touched)):
        said = {**said, "documents": documents}
    return _take_away(book, phase, last, words, reason, said)


def _repeats(words: set[str], entry: Event) -> bool:
    return entry.note in words or any(without(words, said) != said for said in (entry.before, entry.after))


def _stays(entry: Event, evidence: str) -> str:
    """Why nothing of an entry can be taken away."""
    match entry.verb:
        case _ if entry.redacted:
            return f"{evidence} was redacted already."
        case "import":
            say = "imports a packet, whose text is the plan and cannot be taken away."
            return f"{evidence} {say} Make the secret in it worthless, and import a packet without it."
        case "raise" if is_plan(entry):
            say = "is a carry-forward that the packet names, and the plan cannot be taken away."
            return f"{evidence} {say} Make the secret in it worthless, and import a packet without it."
        case "mention":
            say = (
                "names the files that a revision changed. They decide what is stale and cannot be taken away."
            )
            return f"{evidence} {say}"
    return f"{evidence} holds no text that could be taken away: what happened, by whom and when, stays."


def _named(phase: Phase, evidence: str) -> tuple[list[Event], GateRun | None, ArtifactVersion | None]:
    """The entries that hold the texts, in order, with the run or the version that they report."""
    kind, number = _key(evidence, REDACTABLE)
    of_phase = Event.objects.filter(initiative=phase.initiative_id, phase=phase.code)
    if kind == "event":
        entries = list(of_phase.filter(seq=number)) if number <= MAX_SEQ else []
    else:
        # The reason of a retraction is somebody else's: it is named by its own entry.
        told = of_phase.filter(target=f"{kind}:{number}", verb__in=TOLD_BY[kind])
        entries = list(told.order_by("seq"))
    if not entries:
        raise NotFound(f"Phase {phase.code} has no {evidence}.")
    entry = entries[0]
    run = get_run(phase, entry.target) if entry.verb in ("report", "attest") else None
    if entry.verb != "attach":
        return entries, run, None
    return entries, None, ArtifactVersion.objects.get(pk=int(entry.target.partition(":")[2]))


def _take_away(
    book: Book, phase: Phase, entry: Event, words: set[str], reason: str, gone: Mapping[str, Any]
) -> Event:
    """The one change that an entry can see, and the entry that says so: `verify_ledger` asks for it.

    It keeps the digest of what is left, so that nobody can change the facts under cover of it.
    """
    before, after = without(words, entry.before), without(words, entry.after)
    note = REDACTED if entry.note in words else entry.note
    Event.objects.filter(pk=entry.pk).update(note=note, before=before, after=after, redacted=True)
    if entry.verb in MARKED:
        MARKED[entry.verb]._default_manager.filter(phase=phase, seq=entry.seq).update(redacted=True)
    return book.record(
        verb="redact",
        target=f"event:{entry.seq}",
        phase=phase,
        slice=entry.slice,
        after={**gone, "of": entry.target, "left": data_digest(before, after)},
        note=reason,
    )


TOLD_BY = {
    "run": ("report", "attest"),
    "verdict": ("dispose",),
    "finding": ("find", "fix", "recheck", "accept"),
    "version": ("attach",),
}
"""The entries that hold the texts of each kind of evidence."""

MARKED: Mapping[str, type[Model]] = {
    "report": GateRun,
    "attest": GateRun,
    "dispose": Disposition,
    "find": Finding,
    "attach": ArtifactVersion,
}
"""The rows that say themselves that they were redacted, by the verb of the entry that made them."""


def _needed(reason: str, sentence: str) -> str:
    reason = checked_note(reason, "reason")
    if not reason:
        raise Invalid({"reason": sentence})
    return reason
