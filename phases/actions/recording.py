"""What a disposition is recorded with: its fields checked, and the rows and entries that it makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Max

from phases.errors import Invalid
from phases.models import ArtifactVersion, Disposition, Finding, Phase, Slice
from phases.rules.state import UNCLOSED, Severity, SliceState, Verdict

from .ledger import Book
from .revisions import checked_sha, mention, newest
from .slices import checked_note

MAX_FINDINGS, MAX_TITLE, MAX_ANCHOR, MAX_LINKS, MAX_URL = 500, 500, 600, 20, 500
MAX_WATCHPOINTS = 50
CONFIRMED, REOPENED = "confirmed", "reopened"


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What a round found. `anchor` is `file:line`, `slice` the code of the slice affected."""

    severity: str
    title: str
    detail: str = ""
    anchor: str = ""
    slice: str = ""


@dataclass(frozen=True, slots=True)
class Recheck:
    """What a round says of an earlier finding: `confirmed` or `reopened`."""

    finding: int
    outcome: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a person says of one trigger criterion, by its number from 1."""

    criterion: int
    triggered: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class NewDisposition:
    """A verdict with all that comes with it; which of it a slice takes depends on its kind."""

    verdict: str
    summary: str
    revision: str = ""
    scope: tuple[str, ...] = ()
    findings: tuple[NewFinding, ...] = ()
    rechecked: tuple[Recheck, ...] = ()
    criteria: tuple[Answered, ...] = ()
    watchpoints: tuple[str, ...] = ()
    reason: str = ""
    links: tuple[str, ...] = ()
    document: str = ""
    """Key of the version that it was read from, such as `version:3`; empty where nobody read one."""


def checked(asked: NewDisposition) -> NewDisposition:
    """The disposition with its texts tidied. Raises Invalid with a sentence for the field."""
    if len(asked.findings) > MAX_FINDINGS:
        raise Invalid({"findings": f"{len(asked.findings)} findings are too many; at most {MAX_FINDINGS}."})
    return replace(
        asked,
        summary=checked_note(asked.summary, "summary"),
        reason=checked_note(asked.reason, "reason"),
        revision=checked_sha(asked.revision, "revision"),
        scope=tuple(dict.fromkeys(code.strip() for code in asked.scope if code.strip())),
        findings=tuple(_finding(number, one) for number, one in enumerate(asked.findings, start=1)),
        rechecked=tuple(replace(one, note=checked_note(one.note, "rechecked")) for one in asked.rechecked),
        criteria=tuple(
            replace(one, evidence=checked_note(one.evidence, "criteria")) for one in asked.criteria
        ),
        watchpoints=_watchpoints(asked.watchpoints),
        links=_links(asked.links),
    )


def _finding(number: int, one: NewFinding) -> NewFinding:
    title, anchor = checked_note(one.title, "findings"), checked_note(one.anchor, "findings")
    if one.severity not in set(Severity):
        say = f"Finding {number} has severity {one.severity[:40]!r}; it is one of {', '.join(Severity)}."
        raise Invalid({"findings": say})
    if not title or len(title) > MAX_TITLE or "\n" in title:
        say = f"Finding {number} needs a title: one line of at most {MAX_TITLE} characters."
        raise Invalid({"findings": f"{say} Details have a field of their own."})
    if len(anchor) > MAX_ANCHOR:
        raise Invalid({"findings": f"The anchor of finding {number} has at most {MAX_ANCHOR} characters."})
    detail = checked_note(one.detail, "findings")
    return NewFinding(one.severity, title, detail, anchor, one.slice.strip())


def _watchpoints(texts: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(filter(None, (checked_note(text, "watchpoints") for text in texts))))
    if len(found) > MAX_WATCHPOINTS:
        raise Invalid({"watchpoints": f"{len(found)} watchpoints are too many; at most {MAX_WATCHPOINTS}."})
    return found


def _links(links: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(link.strip() for link in links if link.strip()))
    if len(found) > MAX_LINKS:
        raise Invalid({"links": f"{len(found)} links are too many; at most {MAX_LINKS}."})
    for link in found:
        try:
            URLValidator(schemes=["http", "https"])(link)
        except ValidationError:
            say = f"{link[:80]!r} is no web address: give it whole, starting with https://."
            raise Invalid({"links": say}) from None
        if len(link) > MAX_URL:
            raise Invalid({"links": f"An address has at most {MAX_URL} characters."})
    return found


def keep(
    book: Book,
    phase: Phase,
    item: SliceState,
    asked: NewDisposition,
    *,
    scope: Sequence[str] = (),
    criteria: Sequence[Mapping[str, Any]] = (),
    rechecked: Sequence[Mapping[str, Any]] = (),
) -> Disposition:
    """The row of the disposition and its entry; the slice points to it from now on.

    Without a revision it is for the phase's newest at this moment.
    """
    _check_document(phase, asked.document)
    revision = mention(book, phase, sha=asked.revision) if asked.revision else newest(phase)
    place = revision.place if revision else 0
    known = dict(item.round.reviewed) if item.round and item.is_reviewing else {}
    approves = {code: max(place, known.get(code, 0)) for code in scope}
    # What a round finds not ready has to be looked at again, by whatever round approves it.
    refuses = asked.verdict == Verdict.NOT_READY
    reviewed = {code: at for code, at in known.items() if code not in scope} if refuses else known | approves
    row = Disposition(
        phase=phase,
        slice_id=item.id,
        kind=item.kind,
        number=next_number(item),
        verdict=Verdict(asked.verdict).value,
        summary=asked.summary,
        reason=asked.reason,
        revision=revision.sha if revision else "",
        place=place,
        scope=list(scope),
        reviewed=reviewed,
        links=list(asked.links),
        criteria=list(criteria),
        watchpoints=list(asked.watchpoints),
        rechecked=list(rechecked),
        document=asked.document,
        by=book.actor.name,
        at=book.now,
        seq=book.next_seq,
    )
    row.save()
    Slice.objects.filter(pk=item.id).update(disposition=row)
    book.record(
        verb="dispose", target=row.key, phase=phase, slice=item.code, after=said_of(row), note=row.summary
    )
    return row


_VERSION = re.compile(r"version:([1-9]\d{0,17})", re.ASCII)


def _check_document(phase: Phase, key: str) -> None:
    """What a disposition was read from is a version of the same phase whose text is there."""
    if not key:
        return
    found = _VERSION.fullmatch(key)
    known = ArtifactVersion.objects.filter(phase=phase, pk=int(found[1]), redacted=False) if found else None
    if known is None or not known.exists():
        say = f"{key[:40]!r} is no version of a document of this phase that can be read."
        raise Invalid({"document": f"{say} Open the document again, and record from there."})


def next_number(item: SliceState) -> int:
    """The number of the slice's next disposition; numbers of retracted ones are not given again."""
    last = Disposition.objects.filter(slice_id=item.id).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


SAID = (
    "kind",
    "number",
    "verdict",
    "reason",
    "revision",
    "place",
    "scope",
    "reviewed",
    "links",
    "criteria",
    "watchpoints",
    "rechecked",
    "document",
    "retracted",
    "voided",
)
"""Fields of a disposition that its entry says; the summary is the note of the entry."""


def said_of(row: Disposition) -> dict[str, Any]:
    """What the ledger says of a disposition."""
    return {name: getattr(row, name) for name in SAID}


def count_unclosed(slice_id: int) -> int:
    """Put the number of findings that are not closed on the reviewing slice."""
    number = Finding.objects.filter(slice_id=slice_id, state__in=UNCLOSED).count()
    Slice.objects.filter(pk=slice_id).update(unclosed=number)
    return number
