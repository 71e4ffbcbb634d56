"""Markdown to headings, list items, table rows and paragraphs with their lines; linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from phases.packets.text import lines_of

Kind = Literal["heading", "item", "head", "row", "text"]

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_ITEM = re.compile(r"([ \t]*)(?:[-*+\u2022]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(.*)$")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_RULE_CELL = re.compile(r":?-+:?")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document. `line` counts from 1.

    `level` is a heading's depth (1 to 6) or an item's indent in columns; `cells` are a table row's.
    A `head` is the row above a table's rule. `text` is on one line, its blanks single; `lines` are the
    lines that an item or a text was written on, without outer blanks.
    """

    kind: Kind
    text: str
    line: int
    level: int = 0
    cells: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def blocks(text: str) -> Iterator[Block]:
    """The pieces of a document in its order; code blocks, comments and front matter are left out."""
    scan = _Scan()
    for number, line in _plain_lines(lines_of(text.removeprefix("\ufeff"))):
        yield from scan.read(number, line)
    yield from scan.close()


def _plain_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines outside code blocks, comments and front matter; what is left out counts as a blank line."""
    fence = ""
    comment = False
    for number, line in enumerate(lines[(start := _front_matter(lines)) :], start + 1):
        found = _FENCE.match(line)
        if fence:
            closes = found and found.group(1).startswith(fence) and not line.strip().strip(fence[0])
            fence = "" if closes else fence
            yield number, ""
        elif comment or line.lstrip().startswith("<!--"):
            comment = "-->" not in line
            yield number, ""
        elif found:
            fence = found.group(1)
            yield number, ""
        else:
            yield number, line


def _front_matter(lines: list[str]) -> int:
    """How many lines of YAML stand between two rules on top of the text."""
    if lines[0].rstrip() != "---":
        return 0
    ends = (at for at, line in enumerate(lines[1:200], 2) if line.rstrip() == "---")
    return next(ends, 0)


def _one_line(parts: list[str]) -> str:
    return " ".join(" ".join(parts).split())


@dataclass(slots=True)
class _Scan:
    """What is being read: the piece that is open, and whether a blank line came since."""

    kind: Kind = "text"
    parts: list[str] = field(default_factory=list)
    line: int = 0
    level: int = 0
    after_blank: bool = False
    in_table: bool = False

    def read(self, number: int, line: str) -> Iterator[Block]:
        if not line.strip():
            self.after_blank = True
            self.in_table = False
            return
        if heading := _HEADING.match(line):
            yield from self.close()
            title = (heading.group(2) or "").rstrip().rstrip("#").rstrip()
            yield Block("heading", _one_line([title]), number, len(heading.group(1)))
        elif item := _ITEM.match(line):
            yield from self.close()
            indent = len(item.group(1).expandtabs(4))
            self.kind, self.parts, self.line, self.level = "item", [item.group(2)], number, indent
        else:
            yield from self._other(number, line)
        self.after_blank = False

    def _other(self, number: int, line: str) -> Iterator[Block]:
        open_text = self.kind == "text" and len(self.parts) == 1 and not self.after_blank
        if open_text and "|" in self.parts[0] and "|" in line and _is_rule(line):
            cells = _cells(self.parts[0])
            yield Block("head", _one_line(self.parts), self.line, 0, cells)
            self.parts, self.in_table = [], True
        elif open_text and (mark := _UNDERLINE.match(line)):
            yield Block("heading", _one_line(self.parts), self.line, 1 if mark.group(1)[0] == "=" else 2)
            self.parts = []
        elif self.in_table and "|" in line:
            yield Block("row", _one_line([line]), number, 0, _cells(line))
        elif self.parts and (not self.after_blank or (self.kind == "item" and line[0] in " \t")):
            self.parts.append(line)
        else:
            yield from self.close()
            self.kind, self.parts, self.line, self.level = "text", [line], number, 0

    def close(self) -> Iterator[Block]:
        """The open piece, if there is one."""
        self.in_table = False
        if self.parts:
            lines = tuple(part.strip() for part in self.parts)
            yield Block(self.kind, _one_line(self.parts), self.line, self.level, lines=lines)
            self.parts = []


def _is_rule(line: str) -> bool:
    """Whether a line is the rule under a table's head."""
    return all(map(_RULE_CELL.fullmatch, _cells(line)))


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a table's row, without its outer bars."""
    inner = line.strip().removeprefix("|")
    cells = _CELL.split(inner)
    if len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return tuple(cell.replace("\\|", "|").strip() for cell in cells)
