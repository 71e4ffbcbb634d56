"""Words in the drawing of the timeline: how much room they take at most, and where they cover no others.

Places are parts of the drawing's width, heights are in rem below the top of the plot. Nobody knows the
reader's font here, so letters are measured as the wider ones of those that browsers come with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from unicodedata import category, east_asian_width

ROW = 1.15
"""Between the lines of milestones' names, in rem."""

MOST_LINES = 4
"""Of names; the list below the drawing has all of them."""

LOWEST = -1.2
"""Where the lowest line of milestones' names stands."""

FULL, SMALL = 46, 17
"""Widths in rem: the least of a drawing with everything in it (timeline.css), and of one on a phone."""

SIZE, BOLD = 0.9, 1.25
"""Of letters on the wall, where they are largest; of bold ones, which are wider too."""

ABOVE, BELOW = 0.95, 0.27
"""Of the size: how far letters reach above and below their line."""

APART = 0.35
"""Between words and what stands beside them, in rem."""

NARROW, WIDE = frozenset(" !'(),./:;I[]fijlrt|"), frozenset("MWm@%—…")
_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}


@lru_cache(maxsize=1024)
def _letter(letter: str) -> float:
    """Room of a letter, in sizes."""
    if letter in NARROW:
        return 0.45
    kind = category(letter)
    if letter in WIDE or kind == "So" or east_asian_width(letter) in "WF":
        return 1.05 if letter in WIDE else 1.3
    if kind == "Mn":
        return 0
    if not letter.isascii():
        return 1.15
    return 0.66 if kind in ("Ll", "Nd") and letter != "w" else 0.86


@lru_cache(maxsize=1024)
def room(text: str, size: float = SIZE) -> float:
    """How many rem a text takes at most."""
    return sum(map(_letter, text)) * size


def shortened(text: str, most: float) -> str:
    """As much of it as `most` rem hold, with a sign where something is left out."""
    taken, least = 0.0, room("…")
    for number, letter in enumerate(text):
        taken += _letter(letter) * SIZE
        if taken + least > most:
            return text if room(text) <= most else f"{text[:number].rstrip()}…"
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """A text at its place; `y` is the line it stands on."""

    text: str
    place: float
    y: float
    anchor: str
    size: float = SIZE
    aside: float = 0
    """How far in rem it stands from its place, which is its beginning or its end then."""

    @classmethod
    def near(cls, text: str, place: float, y: float, wanted: str, size: float = SIZE) -> Words:
        """As wanted, or as it keeps within the drawing, be that on a phone."""
        found = cls(text, place, y, wanted, size)
        if found.outside():
            found = min(found, *(replace(found, anchor=one) for one in ("start", "end")), key=cls.outside)
        return found

    def outside(self) -> float:
        """How much of it a small drawing could not hold."""
        begins, ends = self.span(SMALL, 0)
        return max(0, -begins) + max(0, ends - 1)

    def span(self, width: float = FULL, apart: float = APART) -> tuple[float, float]:
        """Where it begins and ends in a drawing of so many rem."""
        taken = room(self.text, self.size) + self.aside
        begins = self.place - _BEFORE[self.anchor] * taken / width
        return begins - apart / 2 / width, begins + (taken + apart / 2) / width

    @property
    def top(self) -> float:
        return self.y - ABOVE * self.size

    @property
    def foot(self) -> float:
        return self.y + BELOW * self.size

    def covers(self, other: Words, width: float = FULL) -> bool:
        """Whether both would take the same room."""
        if self.foot <= other.top or other.foot <= self.top:
            return False
        return _meet(self.span(width), other.span(width))

    @property
    def anchored(self) -> str:
        """The attribute of SVG; nothing where it begins at its place."""
        return "" if self.anchor == "start" else f' text-anchor="{self.anchor}"'


def named(names: Iterable[tuple[str, float]], labels: Sequence[Words]) -> list[Words]:
    """Texts beside their places, on lines above the plot where they cover neither each other nor a label.

    A text that finds no room on any of the lines is left empty.
    """
    lines = [_taken(number, labels) for number in range(MOST_LINES)]
    found = []
    for text, place in names:
        words = _beside(text, place)
        span = words.span()
        free = (number for number, line in enumerate(lines) if not any(_meet(span, other) for other in line))
        number = next(free, None)
        if number is None:
            found.append(Words("", place, LOWEST, "start"))
            continue
        lines[number].append(span)
        found.append(replace(words, y=LOWEST - number * ROW))
    return found


def _beside(text: str, place: float) -> Words:
    """To the right or, where there is more room, to the left; cut off where neither side has enough."""
    space = (1 - place) * FULL - APART
    is_left = room(text) > space and place > 0.5
    most = place * FULL - APART if is_left else space
    return Words(shortened(text, most), place, LOWEST, "end" if is_left else "start", aside=APART)


def _taken(number: int, labels: Sequence[Words]) -> list[tuple[float, float]]:
    """What labels take of a line before any name stands on it."""
    line = Words("", 0, LOWEST - number * ROW, "start")
    return [one.span() for one in labels if one.top < line.foot and line.top < one.foot]


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
