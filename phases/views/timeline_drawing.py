"""The timeline as SVG: it is as wide as its place, so moments stand at percentages and heights in rem.

The lines live in a drawing of their own that is stretched; words and points beside it are not.
Everything that people wrote goes through `escape`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from phases.rules.timeline import Milestone, Point, Span, ended, midnight

from .geometry import cut, written
from .times import day
from .words import counted

HIGH, ROW, AXIS = 6.0, 1.15, 1.4
"""Heights in rem: of the plot, of a row of milestones' names, of the dates below."""

WIDE = 1000
"""Units of the stretched drawing from its beginning to its end."""

NEAR = 0.11
"""Of the width: two words below the axis need more."""

LETTER = 0.01
"""Of the width: about a letter where they are largest beside it, on the wall."""

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
    names = [_Name.of(one, shown.place(midnight(one.day))) for one in flags]
    rows = _rows(names)
    top = max(rows, default=-1) * ROW + ROW + 0.9
    until = ended(steps) or max(now, steps[-1].at)
    plot = _Plot(steps, shown, top, until)
    parts = [
        f'<svg class="timeline-svg" width="100%" height="{top + HIGH + AXIS:g}rem" role="img"'
        ' aria-labelledby="timeline" aria-describedby="timeline-said">',
        *_axis(plot, now),
        *_flags(flags, names, rows, plot, now),
        *plot.lines(),
        *plot.dots(words),
        *plot.labels(),
        "</svg>",
    ]
    return mark_safe("".join(parts))  # noqa: S308  (every text in it went through escape)


class _Plot:
    """Moments as percentages, numbers of slices as heights."""

    def __init__(self, steps: Sequence[Point], shown: Span, top: float, until: dt.datetime) -> None:
        self.steps, self.shown, self.top, self.until = steps, shown, top, until
        self.most = max(1, *(one.total for one in steps))

    def x(self, at: dt.datetime) -> str:
        return f"{self.shown.place(at) * 100:.2f}%"

    def y(self, number: int) -> str:
        return f"{self.top + HIGH * (1 - number / self.most):.3f}rem"

    @property
    def foot(self) -> str:
        return f"{self.top + HIGH:g}rem"

    def lines(self) -> Iterator[str]:
        closed = self._path([one.closed for one in self.steps])
        yield (
            f'<svg y="{self.top:g}rem" width="100%" height="{HIGH:g}rem" viewBox="0 0 {WIDE} {self.most}"'
            ' preserveAspectRatio="none" overflow="visible">'
            f'<path class="area" d="{closed}V{self.most}H{self._at(self.steps[0].at)}z"/>'
            f'<path class="total" d="{self._path([one.total for one in self.steps])}"/>'
            f'<path class="closed" d="{closed}"/></svg>'
        )

    def _path(self, numbers: Sequence[int]) -> str:
        first, *others = zip(self.steps, numbers, strict=True)
        path = f"M{self._at(first[0].at)} {self.most - first[1]}"
        for step, number in others:
            path += f"H{self._at(step.at)}V{self.most - number}"
        return f"{path}H{self._at(self.until)}"

    def _at(self, at: dt.datetime) -> str:
        return f"{self.shown.place(at) * WIDE:.1f}"

    def dots(self, words: Sequence[str]) -> Iterator[str]:
        """A point for each step that changed something; a reopening looks different, not only in colour."""
        befores = [0, *(one.closed for one in self.steps)]
        found = list(zip(self.steps, befores, words, strict=False))
        for step, before, word in found[-MOST_DOTS:]:
            if step.closed == before:
                continue
            look, radius = ("dot", "0.18rem") if step.closed > before else ("dot falls", "0.26rem")
            yield (
                f'<circle class="{look}" cx="{self.x(step.at)}" cy="{self.y(step.closed)}" r="{radius}">'
                f"<title>{step.at:%-d %b}: {escape(word)}</title></circle>"
            )

    def labels(self) -> Iterator[str]:
        """How many there are, where that was last changed, and the last value at the end of the line."""
        last, place = self.steps[-1], self.shown.place(self.until)
        since = next(one for one in self.steps if one.total == last.total)
        is_full = last.closed > last.total * 0.8
        if not is_full:
            at = self.shown.place(since.at)
            yield (
                f'<text x="{self.x(since.at)}" y="{self.y(last.total)}" dy="-0.35rem"'
                f"{_anchor(at)}>{counted(last.total, 'slice')}</text>"
            )
        yield (
            f'<text class="value" x="{self.x(self.until)}" y="{self.y(last.closed)}"'
            f' dy="{self._beside(last)}"{_anchor(1 if place > 0.5 else place)}>'
            f"{_closed(last)}</text>"
        )

    def _beside(self, last: Point) -> str:
        """Above the end of the line; below it where something else is above."""
        is_near_top = last.total * 0.8 < last.closed < last.total
        falls = any(one.closed > last.closed for one in self.steps)
        has_room = HIGH * last.closed / self.most > 1.5
        return "1.1rem" if is_near_top or (falls and has_room) else "-0.45rem"


def _closed(last: Point) -> str:
    if last.deferred:
        return f"{last.landed} landed, {last.deferred} deferred"
    return f"{last.landed} of {last.total}"


def _anchor(place: float) -> str:
    """Words near an edge stand inside it."""
    return ' text-anchor="end"' if place > 0.9 else "" if place < 0.06 else ' text-anchor="middle"'


def _axis(plot: _Plot, now: dt.datetime) -> Iterator[str]:
    """A line, what stands out among the moments, and dates where there is room between those."""
    y = f"{plot.top + HIGH + 1.05:g}rem"
    yield f'<line class="ground" x1="0" x2="100%" y1="{plot.foot}" y2="{plot.foot}"/>'
    taken: list[float] = []
    for at, look, word in _marks(plot, now):
        place, x = plot.shown.place(at), plot.x(at)
        yield f'<line class="mark {look}" x1="{x}" x2="{x}" y1="{plot.top:g}rem" y2="{plot.foot}"/>'
        if all(abs(place - other) > NEAR for other in taken):
            taken.append(place)
            yield f'<text class="{look}" x="{x}" y="{y}"{_anchor(place)}>{word}</text>'
    for date in plot.shown.ticks():
        place, x = plot.shown.place(midnight(date)), plot.x(midnight(date))
        yield f'<line class="tick" x1="{x}" x2="{x}" y1="{plot.foot}" y2="{plot.top + HIGH + 0.25:g}rem"/>'
        if all(abs(place - other) > NEAR for other in taken):
            close = ' class="close"' if any(abs(place - other) < 2 * NEAR for other in taken) else ""
            taken.append(place)
            yield f'<text{close} x="{x}" y="{y}"{_anchor(place)}>{day(midnight(date), now)}</text>'


def _marks(plot: _Plot, now: dt.datetime) -> Iterator[tuple[dt.datetime, str, str]]:
    """Moment, class and word: today, and what closed and opened the phase, the newest first."""
    if not ended(plot.steps):
        yield now, "today", "today"
    for step in reversed(plot.steps):
        for verb, word in (("handoff", "handed off"), ("reopen_phase", "reopened")):
            if verb in step.happened:
                yield step.at, verb, word


@dataclass(frozen=True, slots=True)
class _Name:
    """The name of a milestone beside its line, to the left where it would not fit before the right edge."""

    text: str
    begins: float
    ends: float
    is_left: bool

    @classmethod
    def of(cls, flag: Milestone, place: float) -> _Name:
        """Cut off where neither side has room for it: the list below has all of it."""
        width = written(f"{flag.name}   ", LETTER)
        is_left = place + width > 1 and place > 1 - place
        room = place if is_left else 1 - place
        text = flag.name if width <= room else cut(flag.name, room - 3 * LETTER, LETTER)
        width = min(width, room)
        return cls(text, place - width if is_left else place, place if is_left else place + width, is_left)


def _rows(names: Sequence[_Name]) -> list[int]:
    """On which row each name stands, so that none covers another."""
    ends: list[float] = []
    rows = []
    for one in names:
        row = next((number for number, end in enumerate(ends) if end < one.begins), len(ends))
        ends[row : row + 1] = [one.ends]
        rows.append(row)
    return rows


def _flags(
    flags: Sequence[Milestone], names: Sequence[_Name], rows: Sequence[int], plot: _Plot, now: dt.datetime
) -> Iterator[str]:
    for one, name, row in zip(flags, names, rows, strict=True):
        x, y = plot.x(midnight(one.day)), (max(rows) - row) * ROW + 0.85
        place = 'text-anchor="end" dx="-0.35rem"' if name.is_left else 'dx="0.35rem"'
        past = " past" if one.day < now.date() else ""
        yield (
            f'<g class="flag{past}"><line x1="{x}" x2="{x}" y1="{y - 0.6:.2f}rem" y2="{plot.foot}"/>'
            f'<text x="{x}" y="{y:.2f}rem" {place}>{escape(name.text)}'
            f"<title>{escape(one.name)}, {one.day:%-d %b %Y}</title></text></g>"
        )
