"""Moments in few words; the exact time stands beside them in the `title` and `datetime` of the element."""

from __future__ import annotations

import datetime as dt

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
