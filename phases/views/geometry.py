"""The drawing in pixels: columns that use the width there is, rows of columns where they do not fit beside
each other, and the line of every edge.

It depends on the plan alone, not on how the work stands, so it is made once for each plan and kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from unicodedata import east_asian_width

from .lanes import Edge, Layout, Structure, arrange

AVAILABLE = 984
"""Of the card on a screen of 1440 pixels, beside a scroll bar."""
LEAST, MOST = 88, 240
"""Width of a slice."""
HEIGHT, GAP_Y = 42, 14
LOW, LOW_GAP_Y = 30, 10
"""Height of a slice, and where there are too many lanes for two lines of text in each."""
MANY_LANES = 9
GAP_X, WIDEST_GAP_X = 22, 56
PASSING = 0.2
"""Lanes above and below an edge that passes."""
MARGIN = 3
BEFORE_CODE, BEHIND_CODE, LETTER = 23, 9, 8.6
"""Room beside a code, and of a letter of it on average; nobody knows the reader's font here."""
WIDE, WIDER = frozenset("MWmw@%—…"), 1.55
"""Letters that take more room than others, and how many times as much; so does what fills a square."""
LONGEST_CODE = 22
TIP = 6
FIRST_TRACK, TRACK = 13, 6
"""Between slices and the lines that go on to the next row, and between these."""
MOST_TRACKS = 12
CORNER = 5


@dataclass(frozen=True, slots=True)
class Geometry:
    """Everything of a drawing that does not change while the work goes on."""

    width: int
    height: int
    slice_width: int
    slice_height: int
    steps: int
    step: Mapping[str, int]
    """Of each slice, from 0."""
    places: Mapping[str, tuple[float, float]]
    """Left upper corner of each slice, in the order of work."""
    lines: Mapping[Edge, tuple[str, str]]
    """Of each edge the path of its line and of its tip."""


def written(text: str, letter: float = LETTER) -> float:
    """About how many pixels a text takes where a letter takes `letter` on average."""
    wide = sum(one in WIDE or east_asian_width(one) in "WF" for one in text)
    return (len(text) + wide * (WIDER - 1)) * letter


def cut(text: str, room: float, letter: float) -> str:
    """As much of it as the room holds, with a sign where something is left out."""
    if written(text, letter) <= room:
        return text
    kept = text[: int(room / letter) - 1]
    while kept and written(f"{kept}…", letter) > room:
        kept = kept[:-1]
    return f"{kept}…"


@lru_cache(maxsize=64)
def geometry(structure: Structure) -> Geometry:
    """The drawing of a plan."""
    return _Drawing(structure, arrange(structure)).geometry()


class _Drawing:
    def __init__(self, structure: Structure, plan: Layout) -> None:
        self.plan = plan
        longest = max((written(code[:LONGEST_CODE]) for code, _, _ in structure), default=0)
        least = max(LEAST, round(BEFORE_CODE + longest + BEHIND_CODE))
        self.rows, self.gutter = 1, 0
        self.trunks: dict[int, list[float]] = {}
        self._break(least)
        self._widths(least)
        self.top = [float(MARGIN)]
        self._heights()

    def _break(self, least: int) -> None:
        """Into rows of as many columns, beside the lines that go on to the next row."""
        wanted = max(1, self.plan.columns)
        self.columns = wanted
        while self.columns > (fit := max(1, (self._room() + GAP_X) // (least + GAP_X))):
            self.rows = -(-wanted // fit)
            self.columns = -(-wanted // self.rows)
            self.trunks = self._trunks()
            tracks = min(MOST_TRACKS, max(map(len, self.trunks.values()), default=0))
            self.gutter = FIRST_TRACK + tracks * TRACK if tracks else 0

    def _room(self) -> int:
        return AVAILABLE - 2 * (MARGIN + self.gutter)

    def _widths(self, least: int) -> None:
        room = self._room()
        gap = min(WIDEST_GAP_X, max(GAP_X, room // self.columns // 6))
        step = max(least + gap, (room + gap) // self.columns)
        self.width = min(MOST, step - gap)
        self.step_x = self.width + gap
        self.left = MARGIN + self.gutter

    def _heights(self) -> None:
        """The top of each row, and which lane is there."""
        reach = self._reach()
        lanes = sum(low - high for high, low in reach)
        self.height, gap = (HEIGHT, GAP_Y) if lanes <= MANY_LANES else (LOW, LOW_GAP_Y)
        self.step_y = self.height + gap
        self.zero: list[float] = []
        y = float(MARGIN)
        for number, (high, low) in enumerate(reach):
            self.zero.append(y - gap / 2 - high * self.step_y)
            self.under = y + (low - high) * self.step_y - gap
            tracks = min(MOST_TRACKS, len(self.trunks.get(self._last(number), ())))
            y = self.under + max(gap, 2 * FIRST_TRACK + (tracks - 1) * TRACK)
            self.top.append(y)

    def _reach(self) -> list[tuple[float, float]]:
        """The first and the last lane that each row needs, with the room above and below."""
        found: list[list[float]] = [[] for _ in range(self.rows)]
        for code, column in self.plan.column.items():
            lane = self.plan.lane[code]
            found[column // self.columns] += (lane - 0.5, lane + 0.5)
        for edge, lanes in self.plan.routes.items():
            for column, lane in enumerate(lanes[1:-1], start=self.plan.column[edge.source] + 1):
                found[column // self.columns] += (lane - PASSING, lane + PASSING)
        return [(min(row, default=0.0), max(row, default=1.0)) for row in found]

    def _last(self, row: int) -> int:
        return (row + 1) * self.columns - 1

    def _trunks(self) -> dict[int, list[float]]:
        """By the last column of a row the lanes that go on to the next row, from the top."""
        found: dict[int, set[float]] = {}
        for edge, lanes in self.plan.routes.items():
            first = self.plan.column[edge.source]
            for column, lane in enumerate(lanes[:-1], start=first):
                if (column + 1) % self.columns == 0:
                    found.setdefault(column, set()).add(lane)
        return {column: sorted(lanes) for column, lanes in found.items()}

    def geometry(self) -> Geometry:
        order = sorted(self.plan.column, key=lambda code: (self.plan.column[code], self.plan.lane[code]))
        return Geometry(
            width=2 * self.left + self.columns * self.step_x - (self.step_x - self.width),
            height=round(self.under + MARGIN),
            slice_width=self.width,
            slice_height=self.height,
            steps=len(set(self.plan.step.values())),
            step=self.plan.step,
            places={
                code: (
                    self._x(self.plan.column[code]),
                    self._middle(self.plan.column[code], self.plan.lane[code]) - self.height / 2,
                )
                for code in order
            },
            lines={edge: self._line(edge, lanes) for edge, lanes in self.plan.routes.items()},
        )

    def _x(self, column: int) -> int:
        return self.left + column % self.columns * self.step_x

    def _middle(self, column: int, lane: float) -> float:
        return self.zero[column // self.columns] + lane * self.step_y

    def _line(self, edge: Edge, lanes: Sequence[float]) -> tuple[str, str]:
        first = self.plan.column[edge.source]
        line = [f"M{self._x(first) + self.width} {_short(self._middle(first, lanes[0]))}"]
        for step, (before, lane) in enumerate(pairwise(lanes), start=1):
            column = first + step
            is_last = step == len(lanes) - 1
            end = self._x(column) - (TIP - 1 if is_last else 0)
            line.append(self._hop(column, before, lane, end))
            if not is_last:
                line.append(f"H{self._x(column) + self.width}")
        x, y = self._x(column), self._middle(column, lane)
        return "".join(line), f"M{x - TIP} {_short(y - 3.5)}l6 3.5-6 3.5z"

    def _hop(self, column: int, before: float, lane: float, end: int) -> str:
        """From the column before to `end`, at this column."""
        above, y = self._middle(column - 1, before), self._middle(column, lane)
        if column % self.columns == 0:
            return self._to_next_row(column, before, y, end)
        if y == above:
            return f"H{end}"
        bend = _short((self._x(column - 1) + self.width + self._x(column)) / 2)
        return f"C{bend} {_short(above)} {bend} {_short(y)} {end} {_short(y)}"

    def _to_next_row(self, column: int, before: float, y: float, end: int) -> str:
        """Around the end of the row and back to the left; tracks are in such an order that none cross."""
        trunks = self.trunks[column - 1]
        number = trunks.index(before)
        outer = min(len(trunks) - 1 - number, MOST_TRACKS - 1)
        inner = min(number, MOST_TRACKS - 1)
        row = column // self.columns
        low = self.top[row] - FIRST_TRACK - (min(len(trunks), MOST_TRACKS) - 1 - outer) * TRACK
        right = self._x(column - 1) + self.width + FIRST_TRACK - TIP + outer * TRACK
        left = self._x(column) - FIRST_TRACK - inner * TRACK
        from_y = self._middle(column - 1, before)
        return _rounded([(right, from_y), (right, low), (left, low), (left, y), (end, y)])


def _rounded(points: Sequence[tuple[float, float]]) -> str:
    """A path along the points with round corners; the pen has come to the right so far."""
    path, arrives = [], (1.0, 0.0)
    for (x, y), (to_x, to_y) in pairwise(points):
        size = min(CORNER, (abs(to_x - x) + abs(to_y - y)) / 2)
        leaves = (_sign(to_x - x), _sign(to_y - y))
        before = f"{_short(x - arrives[0] * size)} {_short(y - arrives[1] * size)}"
        behind = f"{_short(x + leaves[0] * size)} {_short(y + leaves[1] * size)}"
        path.append(f"L{before}Q{_short(x)} {_short(y)} {behind}")
        arrives = leaves
    x, y = points[-1]
    return f"{''.join(path)}L{_short(x)} {_short(y)}"


def _sign(number: float) -> float:
    return (number > 0) - (number < 0)


def _short(number: float) -> str:
    """Without a zero behind the point, and without the point."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
