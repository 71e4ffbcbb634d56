"""Whose turn a decision is: the owner's, and the backup's once the owner's time for it has run out.

Time is counted in business hours: Monday to Friday, between the hours that a setting names, in UTC.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .reviews import approval, default_scope, why_not_independent
from .state import Decision, PhaseState, SliceState, Status, Verdict

_WRITTEN = re.compile(
    r"\s*(\d{1,3}(?:\.\d{1,2})?)\s*(?:business\s+|working\s+)?(hour|day|week)s?\s*", re.IGNORECASE
)
STANDARD, BLOCKER = "standard", "block"
"""The key of an SLA that decisions go by, and the part of a key that open blockers go by."""

RECORDABLE = (Status.IN_PROGRESS, Status.CANDIDATE)


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a decision has been waited for, and when it goes to the backup."""

    owner: str
    backup: str
    written: str
    """The time allowed, as the packet writes it."""
    since: dt.datetime
    due: dt.datetime
    """When the backup becomes the acting owner."""
    is_over: bool

    @property
    def acting(self) -> str:
        return self.backup if self.is_over else self.owner


def clock(state: PhaseState, item: SliceState) -> Clock | None:
    """The clock of the decision that the slice waits for; None where none runs."""
    since = waiting_since(state, item)
    if since is None or not item.backup or _is_kept_from_rounds(state, item):
        return None
    return _clock(state, item, since, allowed(state, item.owner, STANDARD))


def _is_kept_from_rounds(state: PhaseState, item: SliceState) -> bool:
    """Whether the backup is not independent of the work, and so never acts for a round."""
    if not item.is_reviewing:
        return False
    return bool(why_not_independent(state, default_scope(state, item), [item.backup]))


def blocker_clock(state: PhaseState, item: SliceState, raised_at: dt.datetime) -> Clock | None:
    """The clock of an open blocker, which goes by an SLA of its own where the packet has one."""
    written = allowed(state, item.owner, BLOCKER) or allowed(state, item.owner, STANDARD)
    return _clock(state, item, raised_at, written) if item.backup else None


def _clock(state: PhaseState, item: SliceState, since: dt.datetime, written: str) -> Clock | None:
    hours = business_hours(written, state.hours)
    if hours is None or state.moment is None:
        return None
    due = after(since, hours, state.hours)
    return Clock(item.owner, item.backup, written, since, due, due <= state.moment)


def acting(state: PhaseState, item: SliceState) -> str:
    """Whose turn the decision of a slice is."""
    found = clock(state, item)
    return found.acting if found else item.owner


def waiting_since(state: PhaseState, item: SliceState) -> dt.datetime | None:
    """The moment since which the decision of a slice could be taken; None while it cannot, or need not."""
    if item.status not in RECORDABLE:
        return None
    if item.is_conditional:
        return item.opened if item.decision == Decision.UNDECIDED else None
    if item.kind == "readiness":
        return _since_posture(item)
    if not item.is_reviewing:
        return None
    if _is_approved(item) or approval(state, item).verb == "fix":
        return None
    if item.round is None:
        return item.opened
    # Of a review that goes on, the moment when the last of its findings was fixed or accepted.
    return max([item.round.at, *(one.changed_at for one in item.findings if one.changed_at)])


def _since_posture(item: SliceState) -> dt.datetime | None:
    if item.round is None:
        return item.opened
    return item.round.at if item.round.verdict != Verdict.READY else None


def _is_approved(item: SliceState) -> bool:
    """Also where a revision has overtaken the approval: nobody knows when, so no clock runs."""
    last = item.round
    return last is not None and last.verdict != Verdict.NOT_READY and not item.unclosed


def deadlines(state: PhaseState) -> Iterator[dt.datetime]:
    """When decisions that are waited for go to a backup."""
    for item in state.slices.values():
        yield from deadlines_of(state, item)


def deadlines_of(state: PhaseState, item: SliceState) -> Iterator[dt.datetime]:
    """The same of one slice: its decision, and its open blockers."""
    clocks = [clock(state, item)] if item.status in RECORDABLE else []
    clocks += [blocker_clock(state, item, one.raised_at) for one in item.blockers]
    yield from (found.due for found in clocks if found)


def next_deadline(state: PhaseState) -> dt.datetime | None:
    """The first one that is still to come: until then nothing changes by itself."""
    moment = state.moment
    return min((due for due in deadlines(state) if moment and due > moment), default=None)


def allowed(state: PhaseState, handle: str, key: str) -> str:
    """The time that an owner has, as the packet writes it: under the key that says `key`, else the first."""
    sla: dict[str, str] = next(
        (one["sla"] for one in state.about.get("slas", ()) if one["handle"] == handle), {}
    )
    named = next((written for name, written in sla.items() if key in name.lower()), "")
    return named or (next(iter(sla.values()), "") if key == STANDARD else "")


@lru_cache(maxsize=256)
def business_hours(written: str, hours: tuple[int, int]) -> float | None:
    """`1 business day`, `4 business hours` as a number of hours; None for what is no such time."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    day = hours[1] - hours[0]
    return float(found[1]) * {"hour": 1, "day": day, "week": 5 * day}[found[2].lower()]


def after(start: dt.datetime, hours: float, business: tuple[int, int]) -> dt.datetime:
    """The moment so many business hours after `start`."""
    left = dt.timedelta(hours=hours)
    here = start.astimezone(dt.UTC)
    while True:
        opens = here.replace(hour=business[0], minute=0, second=0, microsecond=0)
        closes = opens + dt.timedelta(hours=business[1] - business[0])
        here = max(here, opens)
        if here.weekday() < 5 and here < closes:
            if left <= closes - here:
                return here + left
            left -= closes - here
        here = opens + dt.timedelta(days=1)
