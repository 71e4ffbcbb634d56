"""The timeline of a phase prepared: the drawing, what it shows in words, and the same as rows of a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from phases.rules.timeline import Happening, Milestone, Point, ended, points, span

from .timeline_drawing import draw
from .times import day
from .words import counted, listed

ROWS = 60
"""Steps of the table; the ledger has all of them."""

MOST_CODES = 6
"""Of slices that did the same thing at one moment."""

_DID = {
    "land": "landed",
    "declare_landed": "landed by declaration",
    "defer": "deferred",
    "reopen": "reopened",
    "handoff": "phase handed off",
    "reopen_phase": "phase reopened",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A step in words, with the state that it led to."""

    at: dt.datetime
    what: str
    landed: int
    deferred: int
    total: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that the template prints."""

    drawing: SafeString
    said: str
    """The whole of it in a sentence or two."""
    milestones: Sequence[tuple[str, dt.date, bool]]
    """Name, day, and whether it is past."""
    rows: Sequence[Row]
    """The newest first."""
    unlisted: int
    """Steps that are older than those."""


def timeline(happenings: Iterable[Happening], about: Mapping[str, Any], now: dt.datetime) -> Timeline | None:
    """Of a phase whose packet says `about`; None before its first import."""
    steps = points(happenings)
    if not steps:
        return None
    named = _milestones(about)
    rows = [Row(one.at, what(one), one.landed, one.deferred, one.total) for one in reversed(steps)]
    return Timeline(
        drawing=draw(steps, span(steps, now, named), now, named, [what(one) for one in steps]),
        said=said(steps, now),
        milestones=[(one.name, one.day, one.day < now.date()) for one in named],
        rows=rows[:ROWS],
        unlisted=max(0, len(rows) - ROWS),
    )


def _milestones(about: Mapping[str, Any]) -> list[Milestone]:
    """In the order of their dates; a group of one word more tells nothing."""
    found = [
        Milestone(one["key"].replace("_", " "), dt.date.fromisoformat(one["date"]))
        for one in about.get("milestones", ())
    ]
    return sorted(found, key=lambda one: one.day)


def what(step: Point) -> str:
    """`B0, B1 landed; B5 reopened`, or `plan of 10 slices`."""
    parts = [
        f"{listed(codes, MOST_CODES)} {_DID[verb]}".lstrip()
        for verb, codes in step.happened.items()
        if verb in _DID
    ]
    if "import" in step.happened:
        parts.insert(0, f"plan of {counted(step.total, 'slice')}")
    return "; ".join(parts)


def said(steps: Sequence[Point], now: dt.datetime) -> str:
    """`3 of 10 landed since 2 Oct; B3 last on 18 Nov.`, and what changed on the way."""
    last, end = steps[-1], ended(steps)
    parts = [_landed(steps, now)]
    if last.deferred:
        parts.append(f"{last.deferred} deferred")
    if not end:
        parts.append(_last_of(steps, "reopen", "reopened", now))
    if last.total != steps[0].total:
        parts.append(f"the plan went from {steps[0].total} to {counted(last.total, 'slice')}")
    if end:
        parts.append(f"handed off on {day(end, now)}")
    return f"{'; '.join(part for part in parts if part)}."


def _landed(steps: Sequence[Point], now: dt.datetime) -> str:
    last, since = steps[-1], day(steps[0].at, now)
    if not last.landed:
        return f"None of {counted(last.total, 'slice')} landed since {since}"
    newest = _last_of(steps, "land", "last", now)
    return f"{last.landed} of {last.total} landed since {since}{'; ' if newest else ''}{newest}"


def _last_of(steps: Sequence[Point], verb: str, word: str, now: dt.datetime) -> str:
    """`B3 last on 18 Nov`; empty where it never happened."""
    found = next((one for one in reversed(steps) if verb in one.happened), None)
    return f"{found.happened[verb][-1]} {word} on {day(found.at, now)}" if found else ""
