"""The lists below a timeline, joined from strings as those of `parts.py` are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from html import escape

from django.template import Library
from django.utils.safestring import SafeString, mark_safe

from phases.views.timeline import Row

register = Library()


@register.simple_tag
def timeline_rows(rows: Iterable[Row]) -> SafeString:
    """A row of the table for each step."""
    return mark_safe("".join(_row(row) for row in rows))  # noqa: S308  (every text in it went through escape)


@register.simple_tag
def timeline_dates(milestones: Sequence[tuple[str, dt.date, bool]]) -> SafeString:
    """An item for each milestone that the packet names."""
    return mark_safe("".join(_date(*one) for one in milestones))  # noqa: S308  (as above)


def _row(row: Row) -> str:
    moment = f"{row.at:%-d %b %Y, %H:%M} UTC"
    return (
        f'<tr><td><time datetime="{row.at.isoformat()}" title="{moment}">{row.at:%-d %b %Y}</time></td>'
        f'<td>{escape(row.what)}</td><td class="number">{row.landed}</td>'
        f'<td class="number">{row.deferred or ""}</td><td class="number">{row.total}</td></tr>'
    )


def _date(name: str, day: dt.date, is_past: bool) -> str:
    past = ' class="past"' if is_past else ""
    return f'<li{past}><b>{escape(name)}</b> <time datetime="{day.isoformat()}">{day:%-d %b %Y}</time></li>'
