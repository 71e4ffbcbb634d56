"""The timeline as SVG: it is as wide as its place, so moments stand at percentages and heights in rem.

The lines live in a drawing of their own that is stretched; words and points beside it are not.
Everything that people wrote goes through `escape`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from phases.rules.timeline import Milestone, Point, Span, ended, midnight

from .timeline_words import BOLD, FULL, SMALL, Words, named
from .times import day
from .words import counted

HIGH, AXIS = 6.0, 1.4
"""Heights in rem: of the plot, of the dates below."""

WIDE = 1000
"""Units of the stretched drawing from its beginning to its end."""

MOST_DOTS = 120


def draw(
    steps: Sequence[Point],
    shown: Span,
    now: dt.datetime,
    milestones: Iterable[Milestone],
    words: Sequence[str],
) -> SafeString:
    """`words` say what happened at each step. The drawing is named and described by what stands around it."""
    flags = [one for one in milestones if shown.shows(one.day)]
    plot = _Plot(steps, shown, ended(steps) or max(now, steps[-1].at))
    labels = plot.labels()
    names = named([(one.name, shown.place(midnight(one.day))) for one in flags], labels)
    top = -min(one.top for one in (*labels, *names))
    parts = [
        f'<svg class="timeline-svg" width="100%" height="{top + HIGH + AXIS:.2f}rem" role="img"'
        ' aria-labelledby="timeline" aria-describedby="timeline-said">'
        f'<svg y="{top:.2f}rem" width="100%" overflow="visible">',
        *_axis(plot, now),
        *_flags(flags, names, plot, now),
        *plot.lines(),
        *plot.dots(words),
        *(_text(one, "value" if one.size == BOLD else "", plot.at(one.place)) for one in labels),
        "</svg></svg>",
    ]
    return mark_safe("".join(parts))  # noqa: S308  (every text in it went through escape)


class _Plot:
    """Moments as percentages, numbers of slices as heights below its top."""

    def __init__(self, steps: Sequence[Point], shown: Span, until: dt.datetime) -> None:
        self.steps, self.shown, self.until = steps, shown, until
        self.most = max(1, *(one.total for one in steps))

    def at(self, place: float) -> str:
        return f"{place * 100:.2f}%"

    def x(self, at: dt.datetime) -> str:
        return self.at(self.shown.place(at))

    def y(self, number: int) -> float:
        return HIGH * (1 - number / self.most)

    def lines(self) -> Iterator[str]:
        closed = self._path([one.closed for one in self.steps])
        yield (
            f'<svg width="100%" height="{HIGH:g}rem" viewBox="0 0 {WIDE} {self.most}"'
            ' preserveAspectRatio="none" overflow="visible">'
            f'<path class="area" d="{closed}V{self.most}H{self._unit(self.steps[0].at)}z"/>'
            f'<path class="total" d="{self._path([one.total for one in self.steps])}"/>'
            f'<path class="closed" d="{closed}"/></svg>'
        )

    def _path(self, numbers: Sequence[int]) -> str:
        first, *others = zip(self.steps, numbers, strict=True)
        path = f"M{self._unit(first[0].at)} {self.most - first[1]}"
        for step, number in others:
            path += f"H{self._unit(step.at)}V{self.most - number}"
        return f"{path}H{self._unit(self.until)}"

    def _unit(self, at: dt.datetime) -> str:
        return f"{self.shown.place(at) * WIDE:.1f}"

    def dots(self, words: Sequence[str]) -> Iterator[str]:
        """A point for each step that changed something; a reopening looks different, not only in colour."""
        befores = [0, *(one.closed for one in self.steps)]
        found = list(zip(self.steps, befores, words, strict=False))
        for step, before, word in found[-MOST_DOTS:]:
            if step.closed == before:
                continue
            look, radius = ("dot", 0.18) if step.closed > before else ("dot falls", 0.26)
            yield (
                f'<circle class="{look}" cx="{self.x(step.at)}" cy="{self.y(step.closed):.3f}rem"'
                f' r="{radius}rem">'
                f"<title>{step.at:%-d %b}: {escape(word)}</title></circle>"
            )

    def labels(self) -> list[Words]:
        """The last value at the end of the line, and how many there are, where that was last changed.

        The value names both, so the other one is left out where there is no room for it.
        """
        last, place = self.steps[-1], self.shown.place(self.until)
        wanted = "end" if place > 0.5 else "middle"
        values = [Words.near(_closed(last), place, y, wanted, BOLD) for y in self._beside(last)]
        if last.closed > last.total * 0.8:
            return values[:1]
        since = next(one for one in self.steps if one.total == last.total)
        begun, text = self.shown.place(since.at), counted(last.total, "slice")
        total = Words.near(text, begun, self.y(last.total) - 0.35, "middle")
        return next(([total, one] for one in values if not total.covers(one, SMALL)), values[:1])

    def _beside(self, last: Point) -> list[float]:
        """Lines above and below the end, the better one first; below only where the axis is not near."""
        y = self.y(last.closed)
        if y + 1.5 > HIGH:
            return [y - 0.45]
        is_near_top = last.total * 0.8 < last.closed < last.total
        falls = any(one.closed > last.closed for one in self.steps)
        return [y + 1.1, y - 0.45] if is_near_top or falls else [y - 0.45, y + 1.1]


def _closed(last: Point) -> str:
    if last.deferred:
        return f"{last.landed} landed, {last.deferred} deferred"
    return f"{last.landed} of {last.total}"


def _text(words: Words, look: str, x: str) -> str:
    look = f' class="{look}"' if look else ""
    return f'<text{look} x="{x}" y="{words.y:.2f}rem"{words.anchored}>{escape(words.text)}</text>'


def _axis(plot: _Plot, now: dt.datetime) -> Iterator[str]:
    """A line, what stands out among the moments, and dates where there is room between those."""
    yield f'<line class="ground" x1="0" x2="100%" y1="{HIGH:g}rem" y2="{HIGH:g}rem"/>'
    taken: list[Words] = []
    for at, look, word in _marks(plot, now):
        x = plot.x(at)
        yield f'<line class="mark {look}" x1="{x}" x2="{x}" y1="0" y2="{HIGH:g}rem"/>'
        yield _below(plot, at, look, word, taken)
    for date in plot.shown.ticks():
        at = midnight(date)
        x = plot.x(at)
        yield f'<line class="tick" x1="{x}" x2="{x}" y1="{HIGH:g}rem" y2="{HIGH + 0.25:g}rem"/>'
        yield _below(plot, at, "", day(at, now), taken)


def _below(plot: _Plot, at: dt.datetime, look: str, word: str, taken: list[Words]) -> str:
    """A word below the axis where there is room beside what is `taken`; `close` where a phone has none."""
    words = Words.near(word, plot.shown.place(at), HIGH + 1.05, "middle")
    if any(words.covers(other, FULL) for other in taken):
        return ""
    close = "close" if any(words.covers(other, SMALL) for other in taken) else ""
    taken.append(words)
    return _text(words, f"{look} {close}".strip(), plot.x(at))


def _marks(plot: _Plot, now: dt.datetime) -> Iterator[tuple[dt.datetime, str, str]]:
    """Moment, class and word: today, and what closed and opened the phase, the newest first."""
    if not ended(plot.steps):
        yield now, "today", "today"
    for step in reversed(plot.steps):
        for verb, word in (("handoff", "handed off"), ("reopen_phase", "reopened")):
            if verb in step.happened:
                yield step.at, verb, word


def _flags(
    flags: Sequence[Milestone], names: Sequence[Words], plot: _Plot, now: dt.datetime
) -> Iterator[str]:
    """A line for each milestone, with its name where that has room."""
    for one, name in zip(flags, names, strict=True):
        x, past = plot.at(name.place), " past" if one.day < now.date() else ""
        yield (
            f'<g class="flag{past}"><title>{escape(one.name)}, {one.day:%-d %b %Y}</title>'
            f'<line x1="{x}" x2="{x}" y1="{name.y - 0.6:.2f}rem" y2="{HIGH:g}rem"/>'
        )
        if name.text:
            aside = name.aside if name.anchor == "start" else -name.aside
            yield (
                f'<text x="{x}" y="{name.y:.2f}rem" dx="{aside:g}rem"{name.anchored}>'
                f"{escape(name.text)}</text>"
            )
        yield "</g>"
