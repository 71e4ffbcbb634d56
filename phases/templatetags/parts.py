"""The long lists of the pages, joined from strings: as template loops they would cost three times the page.

Everything that people wrote goes through `escape`; the tests hold every page to that with hostile texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape as escape_anew
from typing import Any

from django.conf import settings
from django.middleware.csrf import get_token
from django.template import Context, Library
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from phases.views.judging import Recordable
from phases.views.long_texts import long_element
from phases.views.matrix import Cell
from phases.views.phase_page import PhasePage, Row, Verb
from phases.views.places import Unmet
from phases.views.polling import FORM_KEY, form_key
from phases.views.times import ago_element
from phases.views.turns import TurnLine
from phases.views.way import WayLine
from phases.views.words import Entry, counted

register = Library()

escape = lru_cache(maxsize=8192)(escape_anew)
"""As of `html`, and remembered: the pages of a phase say the same codes, addresses and titles all day."""

REASONS = 8
"""Of the reasons why a move is not possible, in the table; all of them are on the slice's page."""


@register.simple_tag(takes_context=True)
def slice_rows(context: Context, page: PhasePage) -> SafeString:
    """The rows of the slice table, with the verbs that the viewer may use."""
    key = _hidden("csrfmiddlewaretoken", str(context["csrf_token"]))
    return _safe(_row(row, key) for row in page.rows)


@register.simple_tag(takes_context=True)
def refreshes(context: Context, url: str) -> SafeString:
    """Attributes of a region that asks `url` again."""
    get_token(context["request"])
    known = escape_anew(
        json.dumps({"If-None-Match": str(context["etag"]), FORM_KEY: form_key(context["request"])})
    )
    asks = f'hx-get="{escape(url)}" hx-trigger="every {settings.REFRESH_SECONDS}s, refresh"'
    return _safe([f'data-poll hx-headers="{known}" {asks}'])


@register.simple_tag
def turn_lines(lines: Sequence[TurnLine]) -> SafeString:
    """Items: what waits, and for whom."""
    return _safe(_turn(line) for line in lines)


@register.simple_tag
def way_lines(lines: Sequence[WayLine]) -> SafeString:
    """Items: each thing that can be done now, why, and whose turn it is."""
    return _safe(_step(line) for line in lines)


@register.simple_tag
def segments(parts: Iterable[tuple[str, str]]) -> SafeString:
    """One piece of a progress bar for each slice."""
    return _safe(f'<span class="{escape(look)}" title="{escape(title)}"></span>' for look, title in parts)


@register.simple_tag
def entries(found: Sequence[Entry], *, notes: bool = False) -> SafeString:
    """Items of a list of ledger entries, newest first, with what was said if `notes`."""
    return _safe(_entry(one, notes) for one in found)


def _safe(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308  (every text in it went through escape)


def _hidden(name: str, value: Any) -> str:
    return f'<input type="hidden" name="{name}" value="{escape_anew(str(value))}">'


def _row(row: Row, key: str) -> str:
    item, code = row.item, escape(row.item.code)
    url = escape(row.url)
    remarks = " · ".join(f'<span class="{one.tone}">{escape(one.text)}</span>' for one in row.remarks)
    note = f'<div class="note"><div>{remarks}</div></div>' if remarks else ""
    kind = f' <span class="kind">{escape(row.kind)}</span>' if row.kind else ""
    cells = "".join(_cell(cell, url) if cell else '<td class="number gates"></td>' for cell in row.cells)
    verbs = "".join(_verb(verb, row, key) for verb in row.verbs)
    if not row.verbs and row.waits:
        verbs = f'<span class="quiet tiny">{escape(row.waits)}</span>'
    if row.record:
        verbs = _record(row.record, code) + verbs
    return (
        f'<tr id="row-{code}"{" class=now" if row.is_moving else ""}>'
        f'<th class="code" scope="row"><a href="{url}" id="code-{code}">{code}</a></th>'
        f'<td class="title"><a href="{url}" tabindex="-1">{escape(item.title)}</a>{kind}{note}</td>'
        f'<td class="state"><span class="st st-{row.style}">{row.word}</span> '
        f'<a class="owner" href="{escape(row.owner_url)}">{escape(item.owner)}</a></td>'
        f'{cells}<td class="verbs">{verbs}</td></tr>'
    )


def _cell(cell: Cell, url: str) -> str:
    """`url` is the page of the slice, escaped."""
    said = escape(cell.label)
    return (
        f'<td class="number gates" data-suite="{cell.name}"><a class="cell badge is-{cell.look}"'
        f' href="{url}gates/{cell.suite}/" title="{said}" aria-label="{said}">{cell.text}</a></td>'
    )


def _record(found: Recordable, code: str) -> str:
    """A link to the page of a disposition; `code` is that of the slice, escaped."""
    return (
        f'<a class="button mini primary" id="record-{code}" href="{escape(found.url)}"'
        f' aria-label="{found.word} {code}">{found.word}</a>'
    )


def _verb(verb: Verb, row: Row, key: str) -> str:
    """A button, or a fold that asks for the reason, or a fold that says why not."""
    name = f"{verb.name}-{escape(row.item.code)}"
    if verb.unmet:
        reasons = "".join(_reason(one) for one in verb.unmet[:REASONS])
        if len(verb.unmet) > REASONS:
            more = counted(len(verb.unmet) - REASONS, "more reason")
            reasons += f'<li class="more"><a href="{escape(row.url)}">and {more}</a></li>'
        return (
            f'<details class="fold"><summary class="quiet" id="{name}">{escape(row.waits or "Not yet")}'
            f'</summary><div class="pop"><p>{verb.label} is not possible yet:</p>'
            f'<ul class="reasons">{reasons}</ul></div></details>'
        )
    url = escape(verb.url)
    form = f'method="post" action="{url}" hx-post="{url}" hx-target="#region"'
    hidden = f"{key}{_hidden('version', row.item.version)}{_hidden('came_from', 'phase')}"
    if verb.needs_reason:
        return (
            f'<details class="fold"><summary class="button mini plain" id="{name}">{verb.label}</summary>'
            f'<form class="pop" {form}>{hidden}'
            f'<label for="note-{name}">Why does {escape(row.item.code)} go back to work?</label>'
            f'<textarea id="note-{name}" name="note" rows="3"></textarea>'
            f'<button class="button primary">{verb.label}</button></form></details>'
        )
    style = " primary" if verb.name in ("start", "land") else ""
    return (
        f'<form {form}>{hidden}<button class="button mini{style}" id="{name}"'
        f' aria-label="{verb.label} {escape(row.item.code)}">{verb.label}</button></form>'
    )


def _reason(one: Unmet) -> str:
    whose = f"{escape(one.whose[:1].upper() + one.whose[1:])}: " if one.whose else ""
    link = f'<a href="{escape(one.url)}">{one.verb}</a>'
    return f'<li>{escape(one.leaf.why)} <span class="quiet">{whose}{link}</span></li>'


def _turn(line: TurnLine) -> str:
    code = escape(line.item.code)
    return (
        f'<li id="turn-{code}"><span class="code"><a href="{escape(line.url)}">{code}</a></span>'
        f'<div><span class="title">{escape(line.item.title)}</span>'
        f'<div class="tiny quiet">{escape(line.whose)} · {escape(line.why)}</div></div></li>'
    )


def _step(line: WayLine) -> str:
    task, title = line.task, escape(line.task.title)
    who = f'<b class="can">{line.whose}</b>' if line.is_yours else escape(line.whose)
    tone = "warn" if task.mark == "overdue" else "fail"
    mark = f'<b class="{tone}">{task.mark}</b> · ' if task.mark else ""
    clock = f'<div class="tiny quiet">{conditional_escape(task.clock)}</div>' if task.clock else ""
    return (
        f'<li id="{escape(line.name)}"><span class="code"><a href="{escape(task.url)}">'
        f"{escape(task.code or task.phase)}</a></span>"
        f'<div><span class="title"><b>{task.word}</b> {title}</span>'
        f'<div class="tiny quiet why" title="{escape(task.why)}">{mark}{f"{who} · " if who else ""}'
        f"{escape(task.why)}</div>{clock}</div></li>"
    )


def _entry(one: Entry, notes: bool) -> str:
    said = long_element(one.note, "said") if notes and one.note else ""
    return (
        f'<li id="event-{one.seq}"><span><b>{escape(one.actor)}</b>'
        f' <span class="quiet">{escape(one.did)}</span></span>'
        f"{ago_element(one.at)}{said}</li>"
    )
