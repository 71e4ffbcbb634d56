"""Moments and durations in words, the same on every page.

What the server writes of a moment stays true while a page stands, since an unchanged page is answered
with 304: a clock time or a date. `static/js/times.js` says it as people do, `20 min ago` or `in 2 h`, and
keeps that fresh. The exact moment is in the `datetime` and the `title` of the element either way.
"""

from __future__ import annotations

import datetime as dt
from html import escape

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

_STEPS = ((3600, 60, "min"), (86_400, 3600, "h"), (14 * 86_400, 86_400, "d"))


def ago(at: dt.datetime, now: dt.datetime) -> str:
    """`just now`, `20 min ago`, `3 h ago`, `5 d ago`, or the date of what is two weeks past."""
    seconds = (now - at).total_seconds()
    if seconds < 60:
        return "just now"
    for limit, unit, word in _STEPS:
        if seconds < limit:
            return f"{int(seconds // unit)} {word} ago"
    return day(at, now)


def clock(at: dt.datetime) -> str:
    """The time of today's moments, the date of others; it does not change while a page stands."""
    now, at = timezone.now(), at.astimezone(dt.UTC)
    return f"{at:%H:%M}" if at.date() == now.date() else day(at, now)


def day(at: dt.datetime, now: dt.datetime) -> str:
    """`23 Nov`, with its year if that is another one."""
    return f"{at:%-d %b}" if at.year == now.year else f"{at:%-d %b %Y}"


def moment(at: dt.datetime) -> str:
    """`2 Mar 2026, 10:00 UTC`."""
    return f"{at.astimezone(dt.UTC):%-d %b %Y, %H:%M} UTC"


def ago_element(at: dt.datetime, look: str = "") -> SafeString:
    """Something that happened: `20 min ago`, without script its clock time or its date."""
    return _element(at, clock(at), "ago", look)


def since_element(at: dt.datetime, look: str = "") -> SafeString:
    """Something that goes on: `for 3 h`, without script `since 2 Mar 2026, 10:00 UTC`."""
    return _element(at, f"since {moment(at)}", "since", look)


def due_element(at: dt.datetime, look: str = "", *, is_over: bool | None = None) -> SafeString:
    """A deadline: `in 2 h` or `overdue by 1 d`, without script `on 2 Mar 2026, 10:00 UTC`.

    Whether it `is_over` is told for a state of another moment than now.
    """
    is_over = at < timezone.now() if is_over is None else is_over
    word = "overdue since" if is_over else "on"
    return _element(at, f"{word} {moment(at)}", "due", look)


def exact_element(at: dt.datetime, look: str = "") -> SafeString:
    """A moment of which the minute matters: `2 Mar 2026, 10:00 UTC`."""
    return _element(at, moment(at), "exact", look)


def second_element(at: dt.datetime, look: str = "") -> SafeString:
    """A moment of which the second matters: `2 Mar 2026, 10:00:05 UTC`."""
    return _element(at, f"{at.astimezone(dt.UTC):%-d %b %Y, %H:%M:%S} UTC", "exact", look)


def day_element(at: dt.datetime, look: str = "") -> SafeString:
    """A moment of which the day is enough: `2 Mar 2026`."""
    return _element(at, f"{at.astimezone(dt.UTC):%-d %b %Y}", "exact", look)


def _element(at: dt.datetime, text: str, said: str, look: str) -> SafeString:
    at = at.astimezone(dt.UTC)
    style = f' class="{escape(look)}"' if look else ""
    return mark_safe(  # noqa: S308  (moments, and words of ours)
        f'<time{style} datetime="{at:%Y-%m-%dT%H:%M:%SZ}" title="{at:%-d %b %Y, %H:%M:%S} UTC"'
        f' data-said="{said}">{text}</time>'
    )


def lasted(milliseconds: int) -> str:
    """`850 ms`, `12.3 s`, `2 min 3 s`, `1 h 2 min`."""
    seconds = milliseconds / 1000
    if seconds < 1:
        return f"{milliseconds} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
