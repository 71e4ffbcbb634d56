"""People's own words in ledger entries and in rows: where they stand, and which repeat each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from django.db.models import Model, Q, QuerySet

from phases.models import (
    ArtifactVersion,
    Concern,
    Disposition,
    Event,
    Finding,
    GateRun,
    Handoff,
    HandoffDocument,
    Slice,
    Waiver,
)

from .watchpoints import FIRED

REDACTED = "[redacted]"
"""What stands where a text was taken away."""

TEXTS = (
    *("note", "text", "answer", "reason", "branch", "pull_request", "url"),
    *("title", "detail", "anchor", "rationale", "target", "summary", "fix_note", "reset_note"),
)
"""Fields of ledger entries and of rows that hold people's own words."""

LISTS: Mapping[str, str] = {"links": "", "watchpoints": "", "criteria": "evidence", "rechecked": "note"}
"""Fields with several of them, and the field of each item that holds it; empty where the item is the text."""

Words = Set[str]


def _words_in(said: Mapping[str, Any]) -> Iterator[str]:
    for name in TEXTS:
        yield from _kept(said.get(name))
    for name, part in LISTS.items():
        for item in said.get(name) or ():
            yield from _kept(item[part] if part else item)


def _kept(value: Any) -> Iterator[str]:
    if value and value != REDACTED:
        yield value


def words_of(entry: Event) -> set[str]:
    """What an entry says, in its note too. An import says digests only, and its note names a file.

    A concern that the packet names has the packet's words.
    """
    if is_plan(entry):
        return set()
    words = {*_words_in(entry.before), *_words_in(entry.after), *_kept(entry.note)}
    # The answer to a watchpoint that fired repeats the reason.
    return words | {f"{FIRED}{word}" for word in words}


def without(words: Words, said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an entry or of a row, with these words taken out."""
    return {name: _field(words, name, value) for name, value in said.items()}


def _field(words: Words, name: str, value: Any) -> Any:
    if name in TEXTS:
        return _text(words, value)
    if name not in LISTS:
        return value
    part = LISTS[name]
    return [item | {part: _text(words, item[part])} if part else _text(words, item) for item in value]


def _text(words: Words, value: Any) -> Any:
    return REDACTED if value in words else value


def related(entries: Iterable[Event]) -> set[str]:
    """The targets whose entries and rows may repeat the words of these entries."""
    targets = {entry.target for entry in entries}
    verdicts, findings, concerns = (_numbers(kind, targets) for kind in ("verdict", "finding", "concern"))
    for row in Disposition.objects.filter(pk__in=verdicts):
        targets |= {f"finding:{one['finding']}" for one in row.rechecked}
    for slice_id in Finding.objects.filter(pk__in=findings).values_list("slice_id", flat=True):
        for verdict in Disposition.objects.filter(slice_id=slice_id):
            if findings & {one["finding"] for one in verdict.rechecked}:
                targets.add(verdict.key)
    concerns = carried_with(concerns)
    watched = Concern.objects.exclude(disposition=None).select_related("slice")
    for concern in (*watched.filter(disposition__in=verdicts), *watched.filter(pk__in=concerns)):
        targets |= {f"concern:{concern.pk}", f"verdict:{concern.disposition_id}"}
    return targets | {f"concern:{pk}" for pk in carried_with(concerns | _numbers("concern", targets))}


def carried_with(concerns: Iterable[int]) -> set[int]:
    """These concerns, those that they go on from in earlier phases, and those that go on from them."""
    known: set[int] = set()
    found = set(concerns)
    while found:
        known |= found
        linked = Concern.objects.filter(Q(pk__in=found) | Q(carried_from__in=found))
        pairs = linked.values_list("pk", "carried_from")
        found = {pk for pair in pairs for pk in pair if pk is not None} - known
    return known


def _numbers(wanted: str, targets: Iterable[str]) -> set[int]:
    return {int(number) for kind, number in map(_split, targets) if kind == wanted}


def _split(target: str) -> tuple[str, str]:
    kind, _, number = target.partition(":")
    return kind, number


def with_their_firing(entries: Iterable[Event]) -> list[Event]:
    """A watchpoint that fires reopens its slice with its text and the reason: either entry with the other."""
    found = {entry.seq: entry for entry in entries}
    for entry in list(found.values()):
        if (other := _twin(entry)) is not None:
            found[other.seq] = other
    return [found[seq] for seq in sorted(found)]


def _twin(entry: Event) -> Event | None:
    """The reopening right after a firing, or the firing right before a reopening."""
    step, verb = {"fire": (1, "reopen"), "reopen": (-1, "fire")}.get(entry.verb, (0, ""))
    place = {"initiative": entry.initiative_id, "phase": entry.phase, "slice": entry.slice}
    return Event.objects.filter(**place, seq=entry.seq + step, verb=verb).first() if step else None


def quoting(entries: Iterable[Event], targets: Iterable[str], words: Words) -> list[Event]:
    """The reopenings that quote one of these words: a watchpoint, or the reason why it fired."""
    named = next(iter(entries))
    rows = Concern.objects.filter(pk__in=_numbers("concern", targets))
    texts = {f"concern:{row.pk}": row.text for row in rows}
    fired = Event.objects.filter(
        initiative=named.initiative_id, phase=named.phase, verb="fire", target__in=texts
    ).order_by("seq")
    quoted = [entry for entry in fired if {texts[entry.target], entry.note} & words]
    return [twin for entry in quoted if (twin := _twin(entry)) is not None]


COLUMNS: Mapping[str, tuple[type[Model], tuple[str, ...]]] = {
    "run": (GateRun, ("note", "url", "branch")),
    "concern": (Concern, ("text", "answer")),
    "waiver": (Waiver, ("reason",)),
    "slice": (Slice, ("branch", "pull_request", "reset_note")),
    "verdict": (Disposition, ("summary", "reason", *LISTS)),
    "finding": (Finding, ("title", "detail", "anchor", "fix_note", "rationale", "target")),
    "version": (ArtifactVersion, ("url",)),
}
"""Where the rows that entries speak of hold people's own words."""


def told_of(entry: Event, targets: Iterable[str]) -> QuerySet[Event]:
    """The entries about these targets; what has a code and no number is meant in the phase of `entry`."""
    here = Q(phase=entry.phase, target__in=targets)
    numbered = [target for target in targets if _split(target)[0] in COLUMNS.keys() - {"slice"}]
    found = Event.objects.filter(here | Q(target__in=numbered), initiative=entry.initiative_id)
    return found.order_by("seq")


def redact_rows(entry: Event, targets: Iterable[str], words: Words) -> None:
    """Take the words out of the rows that these targets name; `entry` is one of the same phase."""
    for kind, name in map(_split, sorted(targets)):
        if kind == "phase":
            notes = Handoff.objects.filter(phase__initiative=entry.initiative_id, phase__code=name)
            notes.filter(note__in=words).update(note=REDACTED)
        if kind not in COLUMNS:
            continue
        table, columns = COLUMNS[kind]
        named = {"code": name, "phase__code": entry.phase} if kind == "slice" else {"pk": int(name)}
        row = table._default_manager.filter(phase__initiative=entry.initiative_id, **named).first()
        if row is not None:
            _redact_row(row, columns, words)


def _redact_row(row: Model, columns: Iterable[str], words: Words) -> None:
    # What the packet says is the plan, and stays.
    is_plan = getattr(row, "from_packet", False)
    said = {name: getattr(row, name) for name in columns if not (is_plan and name == "text")}
    left = {name: value for name, value in without(words, said).items() if value != said[name]}
    if left:
        type(row)._default_manager.filter(pk=row.pk).update(**left)


def redact_documents(phases: Iterable[int]) -> list[str]:
    """Take away what handoffs of these phases wrote, and answer the digests of what went.

    Any of it may repeat the words, somewhere within a sentence.
    """
    rows = HandoffDocument.objects.filter(handoff__phase__in=phases, redacted=False)
    digests = sorted(rows.values_list("sha256", flat=True))
    rows.update(content="", redacted=True)
    return digests


def is_plan(entry: Event) -> bool:
    """Whether its words are those of a packet."""
    return entry.verb == "import" or bool(entry.after.get("from_packet"))
