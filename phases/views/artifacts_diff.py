"""Two texts line by line: what came and what went, in bounded time however they differ."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from .source import numbered, visible

MOST_LINES = 100_000
"""Lines of a text that is compared line by line."""

MOST_SHOWN = 3_000
"""Lines that a page of differences shows, folded ones included."""

CONTEXT, FOLDED = 3, 200
"""Lines shown around a change, and lines that one fold holds."""

_SMALL, _EFFORT = 40_000, 4_000_000
"""Pairs of lines that are compared for one gap, and for all gaps together."""

LONGEST = 2_000
"""Characters of a line that are shown."""

Block = tuple[int, int, int, int]
"""From and up to which line of the old and of the new text something else stands; counted from 0."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    """`sign` is empty for a line that stayed, else `+` or `-`; a number is 0 where the line is not."""

    old: int
    new: int
    sign: str
    text: str

    @property
    def word(self) -> str:
        return {"+": "added", "-": "removed"}.get(self.sign, "the same")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that are shown, or `count` lines that stayed and are folded; of those only some may be here."""

    lines: Sequence[DiffLine]
    is_folded: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Diff:
    parts: Sequence[Part]
    added: int = 0
    removed: int = 0
    note: str = ""
    """How it was compared where not line by line, or what is left out."""


def compare(old: str, new: str) -> Diff:
    """What turns the old text into the new one."""
    before, after = numbered(old), numbered(new)
    if before == after:
        ends = "" if old == new else "Only the ends of lines differ."
        return Diff((), note=ends or "The texts are the same.")
    if max(len(before), len(after)) > MOST_LINES:
        return Diff((), note=_too_long(before, after))
    blocks, is_rough = _blocks(before, after)
    added = sum(up - at for _, _, at, up in blocks)
    removed = sum(up - at for at, up, _, _ in blocks)
    parts, is_cut = _shown(_parts(before, after, blocks))
    notes = [
        "The texts differ in many places: where no line is the same, all of it counts as exchanged."
        if is_rough
        else "",
        f"Only the first {MOST_SHOWN:,} lines are shown: download both to compare the rest."
        if is_cut
        else "",
    ]
    return Diff(parts, added, removed, " ".join(filter(None, notes)))


def _too_long(before: Sequence[str], after: Sequence[str]) -> str:
    """Lines that only one of the texts has, counted: that takes no long time."""
    mine, theirs = Counter(before), Counter(after)
    gone, came = (mine - theirs).total(), (theirs - mine).total()
    return (
        f"With more than {MOST_LINES:,} lines they are compared as sets: {came:,} lines stand only in the "
        f"new text, {gone:,} only in the old one. Download both to see where."
    )


def _blocks(before: Sequence[str], after: Sequence[str]) -> tuple[list[Block], bool]:
    """Where the texts differ, and whether some of it was not looked into closely.

    Lines that stand once in both texts divide them; only what lies between is compared pair by pair.
    """
    found: list[Block] = []
    left, is_rough = _EFFORT, False
    for gap in _gaps(before, after):
        at, up, new_at, new_up = gap
        pairs = (up - at) * (new_up - new_at)
        if pairs == 0:
            found += [gap] if up > at or new_up > new_at else []
        elif pairs <= _SMALL and pairs <= left:
            left -= pairs
            found += _inside(before, after, gap)
        else:
            is_rough = True
            found.append(gap)
    return found, is_rough


def _inside(before: Sequence[str], after: Sequence[str], gap: Block) -> Iterator[Block]:
    at, up, new_at, new_up = gap
    matcher = SequenceMatcher(None, before[at:up], after[new_at:new_up], autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            yield at + i, at + j, new_at + k, new_at + m


def _gaps(before: Sequence[str], after: Sequence[str]) -> Iterator[Block]:
    """What lies between the lines that both texts have once and in the same order, grown to both sides."""
    at = new_at = 0
    for line, new_line in [*_anchors(before, after), (len(before), len(after))]:
        if line < at or new_line < new_at:
            continue
        while at < line and new_at < new_line and before[at] == after[new_at]:
            at, new_at = at + 1, new_at + 1
        up, new_up = line, new_line
        while up > at and new_up > new_at and before[up - 1] == after[new_up - 1]:
            up, new_up = up - 1, new_up - 1
        if up > at or new_up > new_at:
            yield at, up, new_at, new_up
        at, new_at = line + 1, new_line + 1


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Lines that stand once in each text: the longest series that is in order in both."""
    once = {line for line, count in Counter(before).items() if count == 1}
    once &= {line for line, count in Counter(after).items() if count == 1}
    places = {line: place for place, line in enumerate(before) if line in once}
    pairs = [(places[line], place) for place, line in enumerate(after) if line in once]
    ends: list[int] = []
    last: list[int] = []
    came_from: list[int] = []
    for number, (place, _) in enumerate(pairs):
        at = bisect_left(ends, place)
        came_from.append(last[at - 1] if at else -1)
        ends[at : at + 1], last[at : at + 1] = [place], [number]
    found, number = [], last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = came_from[number]
    return found[::-1]


def _parts(before: Sequence[str], after: Sequence[str], blocks: Sequence[Block]) -> Iterator[Part]:
    at = new_at = 0
    for number, (start, up, new_start, new_up) in enumerate(blocks):
        yield from _same(before, at, start, new_at, is_first=number == 0)
        gone = [DiffLine(line + 1, 0, "-", _cut(before[line])) for line in range(start, up)]
        came = [DiffLine(0, line + 1, "+", _cut(after[line])) for line in range(new_start, new_up)]
        yield Part([*gone, *came])
        at, new_at = up, new_up
    yield from _same(before, at, len(before), new_at, is_last=True)


def _same(
    before: Sequence[str], at: int, up: int, new_at: int, *, is_first: bool = False, is_last: bool = False
) -> Iterator[Part]:
    """Lines that stayed: some beside each change, the rest folded."""
    head = at if is_first else min(up, at + CONTEXT)
    tail = up if is_last else max(head, up - CONTEXT)

    def lines(first: int, last: int) -> list[DiffLine]:
        return [
            DiffLine(line + 1, line - at + new_at + 1, "", _cut(before[line])) for line in range(first, last)
        ]

    if head > at:
        yield Part(lines(at, head))
    if tail > head:
        yield Part(lines(head, min(tail, head + FOLDED)), is_folded=True, count=tail - head)
    if up > tail:
        yield Part(lines(tail, up))


def _shown(parts: Iterator[Part]) -> tuple[list[Part], bool]:
    """As many lines as one page bears, and whether some are left out."""
    found: list[Part] = []
    left = MOST_SHOWN
    for part in parts:
        if left <= 0:
            return found, True
        found.append(part if len(part.lines) <= left else Part(part.lines[:left]))
        left -= len(part.lines)
    return found, left < 0


def _cut(line: str) -> str:
    return visible(line if len(line) <= LONGEST else f"{line[:LONGEST]} …")
