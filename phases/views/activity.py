"""The ledger for reading: newest first, filtered by slice, actor and verb, continued by its own numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from phases.lookups import get_initiative, get_phase
from phases.models import Event, Initiative, Phase

from .base import Request, page, render
from .differences import FieldRow, differences, field_row
from .ledgers import tag_of_initiative, unless_initiative_known
from .words import STATUS, Entry, entry

LIST = "activity-list"
PAGE_SIZE = 50
FILTERS = ("slice", "actor", "verb")
UNTOLD = frozenset(
    [
        "version",
        "changes",
        "active",
        "member",
        "revoked",
        "suite",
        "outcome",
        "place",
        "retracted",
        "reset",
        "reset_seq",
        "closed_seq",
        "duration_ms",
        "back",
        "withdrawn",
        "left",
    ]
)
"""What an entry holds for the machine, or that its verb tells already."""

HASHES = {"sha256", "revision", "base"}
DIGESTS = {"files", "log"}
"""What the entry of a run holds as a digest alone; the run's own page shows it."""

SHOWN = 5
"""Entries of a list that are shown; a revision may have changed thousands of files. The API tells all."""

LONG_NOTE, LONG_NOTE_LINES = 400, 6
"""Characters and lines of a note that are shown unfolded."""

LOOKED_AT = 1000
"""The newest entries, whose slices, actors and verbs the filters offer; the address takes any other."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the ledger in words."""

    event: Event
    did: str
    note: str
    rows: tuple[FieldRow, ...]
    url: str

    @property
    def is_long(self) -> bool:
        """Whether the note is folded."""
        return len(self.note) > LONG_NOTE or self.note.count("\n") > LONG_NOTE_LINES


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day (UTC), newest first."""

    day: dt.date
    word: str
    """`Today`, `Yesterday`, or the weekday."""
    told: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Filter:
    """A select of the filter form: the values of the newest entries, and the one that was chosen."""

    name: str
    values: tuple[str, ...]
    chosen: str

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """(value, words) of each choice."""
        return ((value, value.replace("_", " ") if self.name == "verb" else value) for value in self.values)


@page("see")
def activity(request: Request, slug: str, phase: str) -> HttpResponse:
    """The ledger entries about one phase; the newest ones ask again, as in `ledgers`."""
    return unless_initiative_known(request, slug, lambda: _of_phase(request, slug, phase))


def _of_phase(request: Request, slug: str, code: str) -> HttpResponse:
    found = get_phase(request.actor, slug, code)
    return _ledger(request, found.initiative, found)


@page("see")
def initiative_activity(request: Request, slug: str) -> HttpResponse:
    """The whole ledger of an initiative."""
    return unless_initiative_known(
        request, slug, lambda: _ledger(request, get_initiative(request.actor, slug), None)
    )


def _ledger(request: Request, initiative: Initiative, phase: Phase | None) -> HttpResponse:
    events = Event.objects.filter(initiative=initiative)
    if phase is not None:
        events = events.filter(phase=phase.code)
    names = FILTERS if phase else ("phase", *FILTERS)
    filters = _filters(request, names, events)
    rows, before = _page(request, events, filters)
    told = [_tell(event, initiative.slug) for event in rows[:PAGE_SIZE]]
    chosen = {each.name: each.chosen for each in filters if each.chosen}
    context = {
        "initiative": initiative,
        "phase": phase,
        "filters": filters,
        "days": _days(told),
        "etag": tag_of_initiative(request, initiative, None),
        "is_live": not chosen and not before,
        "older": _query(chosen | {"before": str(told[-1].event.seq)}) if len(rows) > PAGE_SIZE else "",
        "newest": _query(chosen) if before else "",
        "narrowed": bool(chosen),
    }
    return render(request, "activity.html", LIST, context)


def _days(told: Iterable[Told]) -> list[Day]:
    today = timezone.now().date()
    words = {today: "Today", today - dt.timedelta(days=1): "Yesterday"}
    return [
        Day(day, words.get(day) or f"{day:%A}", list(entries))
        for day, entries in groupby(told, lambda one: one.event.at.date())
    ]


def _filters(request: Request, names: Sequence[str], events: QuerySet[Event]) -> list[Filter]:
    """One query for all of them, of bounded length: a ledger may hold ten thousand runs."""
    columns = list(zip(*events.order_by("-seq").values_list(*names)[:LOOKED_AT], strict=True))
    found = []
    for number, name in enumerate(names):
        chosen = request.GET.get(name, "").replace("\0", "\ufffd")
        values = {*columns[number], chosen} if columns else {chosen}
        found.append(Filter(name, tuple(sorted(values - {""})), chosen))
    return found


def _page(request: Request, events: QuerySet[Event], filters: list[Filter]) -> tuple[list[Event], int]:
    """One entry more than fits, and the number before which they were asked for (0 for the newest)."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 0
    if before:
        events = events.filter(seq__lt=before)
    for each in filters:
        if each.chosen:
            events = events.filter(**{each.name: each.chosen})
    return list(events.order_by("-seq")[: PAGE_SIZE + 1]), before


def _query(values: dict[str, str]) -> str:
    """A query string that leads back to this page; a lone question mark for none."""
    return f"?{urlencode(values)}"


def _tell(event: Event, slug: str) -> Told:
    read = entry(event)
    return Told(
        event=event,
        did=read.did,
        note=read.note,
        rows=tuple(_rows(event, read)),
        url=_url(event, slug),
    )


def _url(event: Event, slug: str) -> str:
    if event.slice:
        return reverse("slice", args=[slug, event.phase, event.slice])
    return reverse("phase", args=[slug, event.phase]) if event.phase else ""


def _rows(event: Event, read: Entry) -> Iterator[FieldRow]:
    """Before and after of each field that the entry changed, in words."""
    for name in dict.fromkeys((*event.before, *event.after)):
        old, new = event.before.get(name), event.after.get(name)
        told = (
            name in UNTOLD
            or not (old or new)
            or (name in DIGESTS and isinstance(new, str))
            or new == read.note
            or (not old and name != "declared_in" and str(new) in read.did)
        )
        if old != new and not told:
            yield _short(field_row(name, _word(name, old), _word(name, new)))
    if "changes" in event.after and (summary := differences(event.after["changes"]).summary):
        yield FieldRow("plan", (), (summary,))


def _short(row: FieldRow) -> FieldRow:
    return replace(row, gone=_first(row.gone), new=_first(row.new))


def _first(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The first few lines, and how many more there are."""
    if len(lines) <= SHOWN:
        return lines
    return (*lines[:SHOWN], f"and {len(lines) - SHOWN:,} more")


def _word(name: str, value: object) -> object:
    """A status as its word and a hash shortened; anything else as it is."""
    if name == "status":
        return STATUS.get(str(value), value)
    if name in HASHES and isinstance(value, str):
        return value[:12]
    return value or None
