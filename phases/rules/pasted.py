"""Lists of findings as teams write them in documents and messages, read into rows.

A line is a finding if it says its severity itself, or if it is an item of a list below a heading that
does. What follows belongs to it only where it is set in or stands below its heading. What is not
understood is answered with the number of its line, and left to a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .pasted_lines import (
    LOCATED,
    Item,
    Said,
    anchor_in,
    begun,
    is_list_heading,
    is_nothing,
    is_rule,
    item_of,
    said,
    section,
    split_anchor,
    stated,
)
from .pasted_tables import Table, cells_of, headed, is_separator

MOST = 500
"""Findings of one list; those after them are left."""

LONGEST_TITLE = 300
"""Characters; the title of a longer line ends at a word, and the whole line is kept as detail."""

BELOW_HEADING = -1
"""The depth of a finding that is a heading: every line that follows is deeper."""


class PastedFinding(NamedTuple):
    """A finding as the list has it; `line` is the one that it begins on, from 1."""

    severity: str
    title: str
    detail: str
    anchor: str
    slice: str
    line: int


class Left(NamedTuple):
    """A line that was not understood."""

    line: int
    text: str


class Pasted(NamedTuple):
    """What a list says, in its order."""

    findings: tuple[PastedFinding, ...]
    left: tuple[Left, ...]


def read(text: str) -> Pasted:
    """The findings of a pasted list, and the lines that belong to none."""
    reader = _Reader()
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        reader.take(number, line.rstrip())
    return Pasted(tuple(one.finished() for one in reader.found), tuple(reader.left))


@dataclass
class _Finding:
    """A finding while its lines are being read."""

    severity: str
    title: str
    anchor: str
    line: int
    depth: int
    """Columns before its mark."""
    is_marked: bool = True
    slice: str = ""
    detail: list[str] = field(default_factory=list)

    def more(self, line: str) -> None:
        """One more line of it: the rest of its sentence, its place, or detail."""
        text = line.strip()
        located = LOCATED.fullmatch(text)
        if located and not self.anchor:
            place = located[1].strip("`* ")
            self.anchor = anchor_in(place) or (place if " " not in place else "")
            self.detail += [] if self.anchor == place else [line]
        elif self._is_rest_of_title(text) and not located:
            self.title += f" {text}"
        else:
            self.detail.append(line)

    def _is_rest_of_title(self, text: str) -> bool:
        """Whether it is the rest of the sentence that the title begins."""
        return not self.detail and self.depth >= 0 and text[:1].islower() and self.title[-1:] not in ".!?:"

    def finished(self) -> PastedFinding:
        """Tidied: one line of title, detail without the columns that all of it begins with."""
        title, detail = " ".join(self.title.split()), list(_dedented(self.detail))
        if len(title) > LONGEST_TITLE:
            detail.insert(0, title)
            title = f"{title[: LONGEST_TITLE - 2].rpartition(' ')[0] or title[: LONGEST_TITLE - 2]} …"
        anchor = self.anchor or anchor_in(title)
        return PastedFinding(
            self.severity, title, "\n".join(detail).strip("\n"), anchor, self.slice, self.line
        )


def _dedented(lines: Sequence[str]) -> Iterator[str]:
    common = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return (line[common:] for line in lines)


@dataclass
class _Reader:
    """Goes through the lines once; each of them has one place to go."""

    found: list[_Finding] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    current: _Finding | None = None
    section: str = ""
    """The severity that a heading gives to what stands below it."""
    section_level: int = 0
    heading: Left | None = None
    """The last heading without a severity, until something else follows: the next line may say it."""
    table: Table | None = None
    is_code: bool = False
    after_blank: bool = False

    def take(self, number: int, line: str) -> None:
        """One line."""
        is_fence = line.lstrip().startswith("```")
        if is_fence or self.is_code:
            self.is_code ^= is_fence
            self._more(number, line, is_inside=True)
        elif not line.strip():
            self.table, self.after_blank = None, True
            if self.current and self.current.detail:
                self.current.detail.append("")
        else:
            self._line(number, line)
            self.after_blank = False

    def _line(self, number: int, line: str) -> None:
        if line.lstrip().startswith("|"):
            return self._row(number, line)
        self.table = None
        item, heading = item_of(line), self.heading
        self.heading = None
        if is_rule(line):
            return None
        if item.level:
            return self._heading(number, item)
        if heading and (severity := stated(item.text)):
            self.left.remove(heading)
            return self._open(Said(severity, item_of(heading.text).text), heading.line, BELOW_HEADING)
        return self._entry(number, item)

    def _heading(self, number: int, item: Item) -> None:
        if severity := section(item.text):
            return self._begin(severity, item.level)
        found = said(item.text, is_marked=True)
        if found and is_list_heading(found.title):
            return self._begin(found.severity, item.level)
        self.current = None
        if found and found.title:
            return None if is_nothing(found.title) else self._open(found, number, BELOW_HEADING)
        if is_nothing(item.text):
            return None
        if self.section and item.level > self.section_level:
            return self._open(Said(self.section, item.text), number, BELOW_HEADING)
        self._begin("", item.level)
        if not is_list_heading(item.text):
            self.heading = Left(number, item.line)
            self.left.append(self.heading)
        return None

    def _begin(self, severity: str, level: int) -> None:
        self.section, self.section_level, self.current = severity, level, None

    def _entry(self, number: int, item: Item) -> None:
        """A list item, or a line of its own."""
        is_marked, text = bool(item.mark), item.text
        found = self._said(item)
        if found and found.title:
            if is_nothing(found.title):
                self.current = None
            elif found.title.endswith(":") and is_list_heading(found.title):
                self._begin(found.severity, self.section_level or 6)
            else:
                self._open(found, number, item.depth, is_marked=is_marked)
        elif self._may_begin(item) and (severity := section(text)):
            self._begin(severity, self.section_level or 6)
        elif is_nothing(text) and not self._is_deeper(item):
            self.current = None
        elif is_marked and self.section and not self._is_deeper(item):
            self._open(Said(self.section, text), number, item.depth)
        else:
            self._more(number, item.line, is_inside=self._goes_on(item))

    def _said(self, item: Item) -> Said | None:
        """What the line begins, if it says its severity itself."""
        if not self._may_begin(item):
            return None
        found = said(item.text, is_marked=bool(item.mark))
        is_set_in = self.current is not None and item.depth > self.current.depth
        # `Low memory` in a list of high findings is high, and in the text below a finding it is none.
        if found or is_set_in or section(item.text) or (item.mark and self.section):
            return found
        return begun(item.text)

    def _may_begin(self, item: Item) -> bool:
        """A line without a mark begins nothing in the middle of a paragraph."""
        return bool(item.mark) or self.current is None or self.after_blank or not self._is_deeper(item)

    def _is_deeper(self, item: Item) -> bool:
        """Whether it stands below the finding before it."""
        current = self.current
        if current is None:
            return False
        return item.depth > current.depth or (bool(item.mark) and not current.is_marked)

    def _goes_on(self, item: Item) -> bool:
        """Whether it plainly is more of the finding before it."""
        current = self.current
        if current is None or self.after_blank or item.depth > current.depth:
            return current is not None and item.depth > current.depth
        return self._is_deeper(item) or (not item.mark and LOCATED.fullmatch(item.text) is not None)

    def _open(
        self, found: Said, number: int, depth: int, *, is_marked: bool = True, anchor: str = ""
    ) -> None:
        if len(self.found) >= MOST:
            self.current = None
            self.left.append(Left(number, f"{found.severity.capitalize()}: {found.title}"))
            return
        title, anchor = (found.title, anchor) if anchor else split_anchor(found.title)
        detail = [found.detail] if found.detail else []
        self.current = _Finding(found.severity, title, anchor, number, depth, is_marked, detail=detail)
        self.found.append(self.current)

    def _row(self, number: int, line: str) -> None:
        cells = cells_of(line)
        if self.table is None:
            self.table, self.current = headed(cells), None
            if self.table.names:
                return
        if is_separator(cells):
            return
        row = self.table.row(cells, self.section)
        if row is None:
            self.left.append(Left(number, line))
        elif not is_nothing(row.title):
            found = Said(row.severity, row.title, row.detail)
            self._open(found, number, BELOW_HEADING, anchor=row.anchor)
            if self.current:
                self.current.slice = row.slice
        self.current = None

    def _more(self, number: int, line: str, *, is_inside: bool) -> None:
        """A line of the finding before it, or one that is not understood."""
        if self.current and is_inside:
            self.current.more(line)
        else:
            self.current = None
            self.left.append(Left(number, line))
