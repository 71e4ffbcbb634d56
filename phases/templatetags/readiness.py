"""The requirement tree, joined from strings as the lists of `parts.py` are: a phase has a thousand leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

from django.template import Library
from django.utils.safestring import SafeString, mark_safe

from phases.views.readiness_page import Count
from phases.views.readiness_tree import LOOKS, GroupLine, LeafLine, Way

register = Library()


@register.simple_tag
def requirement_tree(groups: Iterable[GroupLine]) -> SafeString:
    """A fold for each group, with a line for each requirement."""
    return _safe(_group(group) for group in groups)


@register.simple_tag
def counts_bar(counts: Sequence[Count], total: int) -> SafeString:
    """The counts side by side, as a drawing: widths are attributes, for no style may be written here."""
    parts = (
        f'<rect class="in-{one.look}" x="{one.offset}" width="{one.number}" height="1"/>'
        for one in counts
        if one.number
    )
    said = ", ".join(f"{one.number} {one.word}" for one in counts)
    return _safe(
        [
            f'<svg class="counts-bar" viewBox="0 0 {max(1, total)} 1" preserveAspectRatio="none" role="img"'
            f' aria-label="{escape(said)}">',
            *parts,
            "</svg>",
        ]
    )


def _safe(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308  (every text in it went through escape)


def _group(group: GroupLine) -> str:
    # Folds that stand open by themselves do not keep the page from refreshing.
    is_open = " data-open open" if group.is_open else ""
    code = f"<b>{escape(group.code)}</b> " if group.code else ""
    if group.more_url:
        body = f'<p class="leaf-more"><a href="{escape(group.more_url)}">Show its requirements</a></p>'
    else:
        body = f'<ul class="leaves">{"".join(_leaf(line) for line in group.lines)}</ul>{_settled(group)}'
    return (
        f'<details class="req-group" id="{escape(group.anchor)}" data-group="{escape(group.key)}"{is_open}>'
        f'<summary><span class="badge is-{group.look}">{group.word}</span>'
        f'<span class="group-name">{code}{escape(group.title)}</span>'
        f'{_bar(group.counts)}<span class="quiet small">{escape(group.why)}</span></summary>{body}</details>'
    )


def _bar(counts: Sequence[int]) -> str:
    """The same proportions as the bar on top; words stand beside it."""
    offset, parts = 0, []
    for (look, _), number in zip(LOOKS.values(), counts, strict=True):
        if number:
            parts.append(f'<rect class="in-{look}" x="{offset}" width="{number}" height="1"/>')
        offset += number
    return (
        f'<svg class="group-bar" viewBox="0 0 {max(1, offset)} 1" preserveAspectRatio="none"'
        f' aria-hidden="true">{"".join(parts)}</svg>'
    )


def _settled(group: GroupLine) -> str:
    """What is settled already stands behind a fold where something else is missing."""
    if not group.settled:
        return ""
    is_open = " data-open open" if group.is_settled_open else ""
    words = Counter(line.word for line in group.settled)
    said = ", ".join(f"{number} {word}" for word, number in words.items())
    return (
        f'<details class="settled"{is_open}><summary class="tiny quiet" id="settled-{escape(group.anchor)}">'
        f'{said}</summary><ul class="leaves">{"".join(_leaf(line) for line in group.settled)}</ul></details>'
    )


def _leaf(line: LeafLine) -> str:
    leaf = line.leaf
    before, named, after = line.sentence.partition(line.quoted) if line.quoted else ("", "", line.sentence)
    code = f"<code>{escape(named)}</code>" if named else ""
    name = f"<b>{escape(line.name)}</b> " if line.name else ""
    ways = f'<p class="leaf-ways tiny">{_ways(line.ways)}</p>' if line.ways else ""
    return (
        f'<li class="leaf" id="{line.id}" data-key="{escape(leaf.key)}" data-state="{leaf.state.value}">'
        f'<span class="badge is-{line.look}">{line.word}</span>'
        f'<p class="leaf-why">{name}{escape(before)}{code}{escape(after)}</p>{ways}</li>'
    )


def _ways(ways: Iterable[Way]) -> str:
    return " ".join(
        f'<a href="{escape(way.url)}"{" class=what-if" if way.is_what_if else ""}>{escape(way.word)}</a>'
        for way in ways
    )
