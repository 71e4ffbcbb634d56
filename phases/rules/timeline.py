"""How the work of a phase went on, as its ledger tells it: how many slices were closed when, of how many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

LANDED, DEFERRED = "landed", "deferred"
CLOSING = {"land": LANDED, "declare_landed": LANDED, "defer": DEFERRED}
VERBS = ("import", *CLOSING, "reopen", "handoff", "reopen_phase")
"""Of the entries that a timeline is made of."""

MOST_TICKS = 5
_STEPS = (1, 2, 7, 14, 28, 56, 91, 182, 364, 728, 1820)
"""Days between two dates of the axis."""

_WEEKS = dt.timedelta(days=14)
_DAY = dt.timedelta(days=1)


class Happening(NamedTuple):
    """A ledger entry of one of the `VERBS`; codes that an import added and archived."""

    at: dt.datetime
    verb: str
    slice: str = ""
    added: Sequence[str] = ()
    archived: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """How the phase stood from a moment on, and what happened then: verbs with the codes they are about."""

    at: dt.datetime
    landed: int
    deferred: int
    total: int
    happened: Mapping[str, Sequence[str]]

    @property
    def closed(self) -> int:
        return self.landed + self.deferred


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date that the packet names."""

    name: str
    day: dt.date


def points(happenings: Iterable[Happening]) -> list[Point]:
    """The steps in the order of the ledger, entries of one moment as one; empty before the first import.

    The ledger's order decides: a clock that went back for a while stands still here.
    """
    plan: set[str] = set()
    status: dict[str, str] = {}
    found: list[Point] = []
    for at, group in groupby(_in_order(happenings), key=lambda one: one.at):
        happened: dict[str, list[str]] = {}
        for one in group:
            _follow(one, plan, status)
            happened.setdefault(one.verb, []).extend([one.slice] if one.slice else [])
        if not plan and not found:
            continue
        now = [status[code] for code in plan if code in status]
        found.append(Point(at, now.count(LANDED), now.count(DEFERRED), len(plan), happened))
    return found


def _in_order(happenings: Iterable[Happening]) -> Iterator[Happening]:
    last: dt.datetime | None = None
    for one in happenings:
        last = one.at if last is None else max(last, one.at)
        yield one._replace(at=last)


def _follow(one: Happening, plan: set[str], status: dict[str, str]) -> None:
    if one.verb == "import":
        plan.update(one.added)
        plan.difference_update(one.archived)
    elif one.verb == "reopen":
        status.pop(one.slice, None)
    elif one.verb in CLOSING:
        status[one.slice] = CLOSING[one.verb]


def ended(steps: Sequence[Point]) -> dt.datetime | None:
    """When the phase was handed off; None while it can change."""
    last = next((one for one in reversed(steps) if one.happened.keys() & {"handoff", "reopen_phase"}), None)
    return last.at if last and list(last.happened)[-1] == "handoff" else None


@dataclass(frozen=True, slots=True)
class Span:
    """The whole days, in UTC, that a timeline shows."""

    begins: dt.datetime
    ends: dt.datetime

    def place(self, at: dt.datetime) -> float:
        """Where a moment stands, from 0 at the beginning to 1 at the end."""
        return (at - self.begins) / (self.ends - self.begins)

    def shows(self, day: dt.date) -> bool:
        return self.begins <= midnight(day) <= self.ends

    def ticks(self) -> list[dt.date]:
        """A few dates, evenly spaced; weeks begin on Mondays."""
        days = (self.ends - self.begins).days
        step = next((step for step in _STEPS if days / step <= MOST_TICKS), _STEPS[-1])
        first = self.begins.date()
        if step >= _WEEKS.days // 2:
            first += dt.timedelta(days=-first.weekday() % 7)
        every = (first + dt.timedelta(days=step * number) for number in range(days // step + 1))
        return [day for day in every if self.shows(day)]


def midnight(day: dt.date) -> dt.datetime:
    """The beginning of a day in UTC."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def span(steps: Sequence[Point], now: dt.datetime, milestones: Iterable[Milestone] = ()) -> Span:
    """From the first step to now or to the handoff, with the milestones that are not far from it.

    Far is further away than the work itself is long, and than two weeks.
    """
    begins = midnight(_day(steps[0].at))
    ends = midnight(_day(max(ended(steps) or now, steps[-1].at))) + _DAY
    near = max(_WEEKS, ends - begins)
    days = [midnight(one.day) for one in milestones]
    shown = [day for day in days if begins - near <= day <= ends + near]
    return Span(min([begins, *shown]), max([ends, *(day + _DAY for day in shown)]))


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(dt.UTC).date()
