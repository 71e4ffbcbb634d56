"""Lines of an imported text as pages show them: numbered, marked where a problem is, cut where too long."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from phases.packets.text import lines_of

MOST = 400
"""Characters of one line that are shown."""

BEFORE_MARK = 120
"""Characters kept before the marked place in a line that is cut."""

_MARKED = re.compile(r"""["][^"]*["]|['][^']*[']|[^\s"',\[\]{}]+|\S""")
_HIDDEN = {code: chr(0x2400 + code) for code in (*range(9), *range(10, 32))}
# What turns the direction of the text around it would show another text than the one that was read.
_TURNING = {
    code: f"[U+{code:04X}]"
    for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x61C)
}
_VISIBLE = {**_HIDDEN, **_TURNING, 0x7F: "\u2421"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 1, and its text before, in and after the marked place."""

    number: int
    before: str
    mark: str = ""
    after: str = ""
    levels: tuple[str, ...] = ()
    """Levels of the problems on it, in the order they were found."""
    notes: tuple[str, ...] = ()
    """Their messages."""

    @property
    def level(self) -> str:
        """The worst level on this line; empty for a line without problems."""
        return "error" if "error" in self.levels else "warning" if self.levels else ""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a text that is shown at once, and where the parts before and after it begin."""

    lines: tuple[Line, ...]
    total: int
    previous: int = 0
    following: int = 0

    @property
    def first(self) -> int:
        """Number of the first line shown."""
        return self.lines[0].number if self.lines else 0

    @property
    def last(self) -> int:
        """Number of the last line shown."""
        return self.lines[-1].number if self.lines else 0


def numbered(text: str) -> list[str]:
    """The lines of a text as problems count them, without the empty one after the last line end."""
    lines = lines_of(text)
    return lines[:-1] if len(lines) > 1 and not lines[-1] else lines


def line_of(number: int, text: str, column: int = 0) -> Line:
    """The line, marked at `column` (from 1; 0 for no mark), cut around the mark to about MOST characters."""
    if not column:
        return Line(number, visible(text if len(text) <= MOST else f"{text[:MOST]} …"))
    start = min(column - 1, len(text))
    found = _MARKED.match(text, start)
    # A tab, a blank or the end of the line is marked by itself.
    end = found.end() if found else start + 1
    left = max(0, start - BEFORE_MARK) if len(text) > MOST else 0
    right = min(len(text), left + MOST)
    before = ("… " if left else "") + text[left:start]
    mark = text[start : min(end, right)] or " "
    after = text[end:right] + (" …" if right < len(text) else "")
    return Line(number, visible(before), visible(mark), visible(after))


def visible(text: str) -> str:
    """The text with characters that cannot be seen, or that turn its direction, made visible."""
    return text.translate(_VISIBLE)


def quote(lines: Sequence[str], number: int, column: int) -> tuple[Line, ...]:
    """The marked line with the one before and the one after; nothing for line 0."""
    if not 0 < number <= len(lines):
        return ()
    shown = range(max(1, number - 1), min(len(lines), number + 1) + 1)
    return tuple(line_of(each, lines[each - 1], column if each == number else 0) for each in shown)


def window(lines: Sequence[str], problems: Iterable[Mapping[str, Any]], at: int, count: int) -> Window:
    """The `count` lines among which line `at` is, with the problems on them."""
    total = len(lines)
    first = (min(max(at, 1), total) - 1) // count * count + 1
    last = min(total, first + count - 1)
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for problem in problems:
        found[problem["line"]].append(problem)
    shown = tuple(
        _with_problems(number, lines[number - 1], found.get(number, ())) for number in range(first, last + 1)
    )
    return Window(shown, total, max(0, first - count), last + 1 if last < total else 0)


def _with_problems(number: int, text: str, problems: Sequence[Mapping[str, Any]]) -> Line:
    line = line_of(number, text, problems[0]["column"] if problems else 0)
    if not problems:
        return line
    levels = tuple(each["level"] for each in problems)
    return replace(line, levels=levels, notes=tuple(visible(each["message"]) for each in problems))
