"""What stands around the drawing of a phase: what its signs mean, and the same as a table.

Joined from strings, as the long lists of the pages are; everything that people wrote goes through `escape`.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from django.template import Library
from django.utils.safestring import SafeString, mark_safe

from phases.rules.state import SliceState
from phases.views.drawing import LOOKS, structure
from phases.views.geometry import geometry
from phases.views.phase_page import PhasePage
from phases.views.words import counted

register = Library()

_ORDER = ("landed", "candidate", "in_progress", "ready", "blocked", "planned", "deferred")
_SAID = LOOKS | {"planned": "waits"}
_LINE = '<svg class="key-line {}" width="22" height="12" aria-hidden="true"><path d="M1 6h20"/></svg>'


@register.simple_tag
def order_signs(page: PhasePage) -> SafeString:
    """Items: each sign that the drawing of this phase shows, and what it means."""
    found = {look for look, _ in page.segments}
    signs = [f'<li class="st st-{one}">{_SAID[one]}</li>' for one in _ORDER if one in found]
    if any(need.if_triggered for item in page.state.slices.values() for need in item.needs):
        signs.append(f"<li>{_LINE.format('dashed')}only if triggered</li>")
    if path := page.critical:
        words = f"critical path, {counted(len(path), 'slice')} to go"
        title = escape(
            f"The longest chain of what is left: {', '.join(path)}. When it waits, the phase waits."
        )
        signs.append(f'<li title="{title}">{_LINE.format("heavy")}{words}</li>')
    return _safe(signs)


@register.simple_tag
def order_rows(page: PhasePage) -> SafeString:
    """Rows of the table, in the order of work."""
    return _safe(_rows(page))


def _safe(parts: Iterator[str] | list[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308  (every text in it went through escape)


def _rows(page: PhasePage) -> Iterator[str]:
    plan = geometry(structure(page.state))
    critical = frozenset(page.critical)
    rows = {row.item.code: (row, look) for row, (look, _) in zip(page.rows, page.segments, strict=True)}
    needed_by = page.state.needed_by
    for code in plan.places:
        row, look = rows[code]
        shown = escape(code)
        yield (
            f'<tr><td class="number">{plan.step[code] + 1}</td>'
            f'<th class="code" scope="row"><a href="{escape(row.url)}">{shown}</a></th>'
            f'<td><span class="st st-{look}">{LOOKS[look]}</span></td>'
            f"<td>{_needs(row.item)}</td><td>{escape(', '.join(needed_by[code]))}</td>"
            f"<td>{'yes' if code in critical else ''}</td></tr>"
        )


def _needs(item: SliceState) -> str:
    return escape(
        ", ".join(f"{need.code} (if triggered)" if need.if_triggered else need.code for need in item.needs)
    )
