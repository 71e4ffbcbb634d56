"""Moments of the past as people and programs write them: `?at=` of pages and API, `--at` of commands."""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone

from .errors import Invalid
from .rules.wording import quoted

_LOST_PLUS = re.compile(r"(\d{4}-?\d{2}-?\d{2}[T ]\d{2}.*) (\d{2}(?::?\d{2})?)", re.ASCII)
"""A `+` before a zone becomes a blank where nobody has quoted it for an address."""

_LIKE = "Write it like 2026-03-02T10:00Z, or a date alone for its end."


def read_moment(text: str, *, field: str = "at", now: dt.datetime | None = None) -> dt.datetime:
    """A moment in ISO 8601, in UTC: `Z` or an offset, no zone means UTC, a date alone means its end.

    Today's date means now. Raises Invalid, under `field`, for what is no moment or is still to come.
    """
    now = now or timezone.now()
    written = text.strip()
    if lost := _LOST_PLUS.fullmatch(written):
        written = f"{lost[1]}+{lost[2]}"
    try:
        found = _end_of(written, now) or _in_utc(dt.datetime.fromisoformat(written))
    except (ValueError, OverflowError):
        raise Invalid({field: f"{quoted(text, 60)!r} is no moment. {_LIKE}"}) from None
    if found > now:
        said = f"{found:%Y-%m-%d %H:%M} UTC is still to come. Name a moment of the past, or none for now."
        raise Invalid({field: said})
    return found


def _end_of(written: str, now: dt.datetime) -> dt.datetime | None:
    """The last microsecond of a date; None for what is no date alone."""
    try:
        date = dt.date.fromisoformat(written)
    except ValueError:
        return None
    return now if date == now.date() else dt.datetime.combine(date, dt.time.max, dt.UTC)


def _in_utc(moment: dt.datetime) -> dt.datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
