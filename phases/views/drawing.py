"""The dependency graph as SVG: one column for each step, slices as links, only the edges that matter.

Everything that people wrote goes through `escape`. Coordinates are CSS pixels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from html import escape
from itertools import pairwise
from types import MappingProxyType

from django.utils.safestring import SafeString, mark_safe

from phases.rules.state import PhaseState, SliceState
from phases.rules.transitions import WORDS

from .geometry import BEFORE_CODE, LETTER, LONGEST_CODE, LOW, Geometry, cut, geometry, written
from .lanes import Structure
from .words import counted

REM = 16
"""Pixels of a rem where nobody changed the size of text; the drawing grows with it."""
SMALL_LETTER = 6.5
"""Width of a letter of the second line."""
FOR_MARK = 14
"""Width of the small sign in the corner."""
ROOMY = 190
"""Width of a slice from which its title is shown behind the word for how it stands."""

_SIGNS = {
    "planned": '<circle class="sign" cx="13" cy="15" r="4.5"/>',
    "in_progress": '<circle class="sign" cx="13" cy="15" r="4.5"/>'
    '<path class="part" d="M13 15v-4.5a4.5 4.5 0 0 1 4.5 4.5z"/>',
    "candidate": '<circle class="sign" cx="13" cy="15" r="4.5"/>'
    '<path class="part" d="M13 15v-4.5a4.5 4.5 0 1 1-4.5 4.5z"/>',
    "landed": '<circle class="sign" cx="13" cy="15" r="4.5"/>',
    "deferred": '<circle class="sign" cx="13" cy="15" r="4.5" stroke-dasharray="2.2 2.2"/>',
    "blocked": '<rect class="sign" x="8.5" y="10.5" width="9" height="9" rx="1"/>',
    "ready": '<path class="sign" d="M9.5 10l8 5-8 5z"/>',
}
LOOKS = {"blocked": "blocked", "ready": "can start"} | {status.value: word for status, word in WORDS.items()}
"""The word for each look of a slice."""

Mark = tuple[str, str, str]
"""A small sign in the corner of a slice: class, sign and words."""


def draw(
    state: PhaseState,
    ready: Collection[str],
    urls: Mapping[str, str],
    marks: Mapping[str, Mark] = MappingProxyType({}),
    *,
    path: Sequence[str] = (),
) -> SafeString:
    """The graph of a phase; `ready` holds the codes that can start, `urls` the page of each slice.

    `path` is the critical path, from its first slice to its last.
    """
    plan = geometry(structure(state))
    looks = {item.code: look(item, item.code in ready) for item in state.slices.values()}
    number = {code: n for n, code in enumerate(plan.places)}
    drawing = [
        f'<svg width="{plan.width / REM}rem" height="{plan.height / REM}rem"'
        f' viewBox="0 0 {plan.width} {plan.height}" role="group"'
        f' aria-label="Order of work: {len(looks)} slices in {plan.steps} steps"'
        ' aria-describedby="graph-words">'
        f'<desc id="graph-words">{escape(_words(looks.values(), path))}</desc><g aria-hidden="true">',
        *_edges(plan, number, path),
        "</g>",
    ]
    nodes = _Nodes(plan, number, urls, marks, frozenset(path))
    drawing += [nodes.node(state.slices[code], looks[code]) for code in plan.places]
    drawing.append("</svg>")
    return mark_safe("".join(drawing))  # noqa: S308  (every text in it went through escape)


def look(item: SliceState, ready: bool) -> str:
    """The one word for how a slice stands: its status, or blocked, or ready to start."""
    if item.blockers and item.status not in ("landed", "deferred"):
        return "blocked"
    return "ready" if ready else item.status.value


def structure(state: PhaseState) -> Structure:
    """What the places of slices depend on."""
    return tuple((item.code, item.is_conditional, item.needs) for item in state.slices.values())


def _words(looks: Collection[str], path: Sequence[str]) -> str:
    """The drawing in a few words, for whoever hears it."""
    counts = Counter(looks)
    words = ", ".join(f"{counts[one]} {word}" for one, word in LOOKS.items() if one in counts)
    to_go = counted(len(path), "slice")
    critical = f" Critical path, {to_go} to go: {', '.join(path)}." if path else ""
    return f"{words or 'No slices'}.{critical} The same as a table is below the drawing."


def _edges(plan: Geometry, number: Mapping[str, int], path: Sequence[str]) -> list[str]:
    """Lines with their tips; those of the critical path last, above the others."""
    critical = set(pairwise(path))
    plain: list[str] = []
    heavy: list[str] = []
    for edge, (line, tip) in plan.lines.items():
        is_critical = (edge.source, edge.target) in critical
        style = f"edge{' if-triggered' if edge.if_triggered else ''}{' critical' if is_critical else ''}"
        (heavy if is_critical else plain).append(
            f'<g class="{style}" data-ends="{number[edge.source]} {number[edge.target]}">'
            f'<path class="line" d="{line}"/><path class="tip" d="{tip}"/></g>'
        )
    return plain + heavy


class _Nodes:
    """Makes the slices of one drawing."""

    def __init__(
        self,
        plan: Geometry,
        number: Mapping[str, int],
        urls: Mapping[str, str],
        marks: Mapping[str, Mark],
        critical: Collection[str],
    ) -> None:
        self.plan, self.number, self.urls, self.marks, self.critical = plan, number, urls, marks, critical
        self.box = f'<rect width="{plan.slice_width}" height="{plan.slice_height}" rx="7"/>'
        self.is_low = plan.slice_height == LOW
        self.corner = plan.slice_width - 8
        self.room, self.small_room = plan.slice_width - BEFORE_CODE, plan.slice_width - BEFORE_CODE - 5
        # In every slice of a drawing the words stand at the same place.
        code = max((written(one[:LONGEST_CODE]) for one in number), default=0)
        word = max(map(len, LOOKS.values())) * SMALL_LETTER
        self.has_title_line = not self.is_low and code + word + FOR_MARK <= self.corner - BEFORE_CODE

    def node(self, item: SliceState, how: str) -> str:
        code, mark = item.code, self.marks.get(item.code)
        word = LOOKS[how]
        style, said = f"node {how}", f"{code}, {item.title}: {word}"
        if item.is_conditional:
            style, said = f"{style} conditional", f"{said}, conditional"
        if code in self.critical:
            style, said = f"{style} critical", f"{said}, on the critical path"
        name = escape(f"{said}, {mark[2]}" if mark else said)
        x, y = self.plan.places[code]
        sign = f'<text class="mark {mark[0]}" x="{self.corner}" y="18">{mark[1]}</text>' if mark else ""
        return (
            f'<a class="{style}" id="node-{escape(code)}" data-number="{self.number[code]}"'
            f' href="{escape(self.urls[code])}" aria-label="{name}" transform="translate({x:g} {y:g})">'
            f"<title>{name}</title>{self.box}{_SIGNS[how]}"
            f'<text x="{BEFORE_CODE}" y="19.5">{escape(self._code(code))}</text>'
            f"{self._words(item, word, mark is not None)}{sign}</a>"
        )

    def _code(self, code: str) -> str:
        shown = code if len(code) <= LONGEST_CODE else f"{code[: LONGEST_CODE - 1]}…"
        return cut(shown, self.room, LETTER)

    def _words(self, item: SliceState, word: str, is_marked: bool) -> str:
        """How it stands, and its title where there is room; a low slice has one line, and its sign."""
        corner = self.corner - FOR_MARK * is_marked
        if self.is_low or self.has_title_line:
            room = corner - BEFORE_CODE - written(item.code)
            beside = f'<text class="word end" x="{corner}" y="19">{word}</text>'
            if self.is_low:
                return beside if room >= written(word, SMALL_LETTER) else ""
            return f"{beside}{self._line(item.title)}"
        return self._line(f"{word} · {item.title}" if self.plan.slice_width >= ROOMY else word)

    def _line(self, text: str) -> str:
        shown = escape(cut(text, self.small_room, SMALL_LETTER))
        return f'<text class="word" x="{BEFORE_CODE}" y="33">{shown}</text>'
