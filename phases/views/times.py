"""Moments in few words; the exact time stands beside them in the `title` and `datetime` of the element."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

_STEPS = ((60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h"), (14 * 86_400, 86_400, "d"))


def ago(at: dt.datetime, now: dt.datetime) -> str:
    """`now`, `20 min ago`, `3 h ago`, `5 d ago`, or the date of what is two weeks past."""
    seconds = (now - at).total_seconds()
    if seconds < 10:
        return "now"
    for limit, unit, word in _STEPS:
        if seconds < limit:
            return f"{int(seconds // unit)} {word} ago"
    return f"{at:%Y-%m-%d}"


def clock(at: dt.datetime) -> str:
    """The time of today's moments, the date of older ones; it does not change while a page stands."""
    today = timezone.now().date()
    if at.date() == today:
        return f"{at:%H:%M}"
    return f"{at:%-d %b}" if at.year == today.year else f"{at:%-d %b %Y}"


def lasted(milliseconds: int) -> str:
    """`850 ms`, `12.3 s`, `2 min 3 s`, `1 h 2 min`."""
    seconds = milliseconds / 1000
    if seconds < 1:
        return f"{milliseconds} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
