"""A Markdown text taken apart into the lines that say something, each with the headings above it.

Left out are blank lines, code (fenced or set in), quotations and comments: what stands there is an
example, a log or somebody else's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from phases.packets.closure_labels import kind_of_heading
from phases.packets.text import lines_of

LONGEST = 2000
"""Characters of a line that are read."""

MOST_LINES = 25_000
"""Lines with something on them that are read."""

MOST = 500
"""Facts of one kind that are read from one document."""

LONGEST_QUOTE = 300
PSEUDO = 7
"""The level of a line that only looks like a heading, such as `**Blockers**`."""

_SAME = str.maketrans(
    {"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u2010": "-", "\u2011": "-", "\uff1a": ":"}
)
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r"\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(`{3,}|~{3,})(.*)$")
_ITEM = re.compile(r"(\s*)([-*+\u2022]|\d{1,9}[.)])(?:[ \t]+(?:\[([ xX])\][ \t]+)?(.*))?$")
_PSEUDO = re.compile(r"(?:\*\*|__)([^*_`]{1,80})(?:\*\*|__):?|([^*_`:|]{1,60}):")
_RULE = re.compile(r"([-*_])(?:\s*\1){2,}")
_GAP = re.compile(r"\s{6,}|\t\s*")
_PLACEHOLDER = re.compile(r"\W{0,6}<[^<>]{1,300}>\W{0,6}|\W{0,6}(?:\.\.\.|\u2026|tbd|todo)\W{0,6}", re.I)
_STRUCK = re.compile(r"~~[^~]{1,500}~~")


class Section(NamedTuple):
    """A heading; `kind` is what it says that follows, empty if nothing that is read."""

    title: str
    level: int
    kind: str
    line: int
    above: tuple[Section, ...] = ()
    kinds: frozenset[str] = frozenset()
    """Its own kind and those of the headings above it; the title above all says little of its parts."""

    def has(self, *kinds: str) -> bool:
        """Whether it or a heading above it is one of these."""
        return not self.kinds.isdisjoint(kinds)

    @property
    def path(self) -> str:
        """The titles from the outermost to its own."""
        return " / ".join([*(each.title for each in self.above), self.title])

    @property
    def parts(self) -> str:
        """The same without the title above all, which names the document."""
        return " / ".join(each.title for each in (*self.above, self) if each.level > 1)


TOP = Section("", 0, "", 0)


class Line(NamedTuple):
    """A line that says something; `text` is what stands after its mark, in ordinary blanks and hyphens."""

    number: int
    form: str
    """heading, item, row or text."""
    text: str
    quote: str
    section: Section
    depth: int = 0
    """Columns before the mark of an item."""
    mark: str = ""
    box: str = ""
    """What stands in the box of a task: a blank, or `x`; empty without one."""
    parent: str = ""
    """Text of the item that it stands below."""
    block: int = 0
    """Lines without a blank line, a heading or code between them share one."""


class Outline(NamedTuple):
    lines: list[Line]
    is_cut: bool
    """There were more lines than are read."""


def outline(text: str) -> Outline:
    """The lines of a text, in its order. Never raises, and takes time linear in the text."""
    reader = _Reader()
    for number, raw in enumerate(lines_of(text), start=1):
        if not raw or raw.isspace():
            reader.blank()
        elif len(reader.lines) >= MOST_LINES:
            return Outline(reader.lines, is_cut=True)
        else:
            reader.take(number, raw)
    return Outline(reader.lines, is_cut=False)


@dataclass
class _Reader:
    """Goes through the lines once."""

    lines: list[Line] = field(default_factory=list)
    section: Section = TOP
    items: list[tuple[int, str]] = field(default_factory=list)
    """Depth and text of the items that a deeper line would belong to."""
    block: int = 0
    fence: str = ""
    is_front: bool = False
    is_comment: bool = False
    is_after_blank: bool = True
    is_set_in: bool = False

    def blank(self) -> None:
        if not self.is_after_blank:
            self.block += 1
        self.is_after_blank = True

    def take(self, number: int, raw: str) -> None:
        """One line that is not blank."""
        line = raw[:LONGEST].rstrip()
        line = self._uncommented(line if line.isascii() else line.translate(_SAME))
        if self._is_hidden(number, line):
            self.block += 1
            return
        if found := _HEADING.match(line):
            self._heading(number, (found[2] or "").rstrip("#").strip(), len(found[1]), raw)
        elif self._is_underline(line):
            last = self.lines.pop()
            self._heading(last.number, last.text, 1 if "=" in line else 2, last.quote)
        elif not _RULE.fullmatch(line.strip()):
            self._content(number, line, raw)
        else:
            self.blank()
        self.is_after_blank = False

    def _is_hidden(self, number: int, line: str) -> bool:
        """Whether it is code, a comment, a quotation, or a fence of one of these."""
        bare = line.strip()
        if number == 1 and bare == "---":
            self.is_front = True
            return True
        if self.is_front and bare in ("---", "..."):
            self.is_front = False
            return True
        return self._is_fenced(line) or not bare or self._is_code(line) or bare[:1] == ">"

    def _is_fenced(self, line: str) -> bool:
        found = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if self.fence:
            if found and found[1].startswith(self.fence) and not found[2].strip():
                self.fence = ""
            return True
        if found and "`" not in found[2]:
            self.fence = found[1]
        return bool(self.fence)

    def _uncommented(self, line: str) -> str:
        """The line without what stands in comments."""
        if not self.is_comment and ("<!--" not in line or self.fence):
            return line
        kept: list[str] = []
        while line:
            before, mark, line = line.partition("-->" if self.is_comment else "<!--")
            kept += [] if self.is_comment else [before]
            self.is_comment ^= bool(mark)
        return "".join(kept).rstrip()

    def _is_code(self, line: str) -> bool:
        """Set in by four columns after a blank line, outside of a list."""
        is_deep = line.startswith(("    ", "\t", " \t", "  \t", "   \t"))
        if not is_deep or self.items:
            self.is_set_in = False
        elif self.is_after_blank:
            self.is_set_in = True
        return self.is_set_in

    def _is_underline(self, line: str) -> bool:
        """Whether it makes a heading of the line before it."""
        if self.is_after_blank or not self.lines or not _UNDERLINE.match(line):
            return False
        last = self.lines[-1]
        is_only = len(self.lines) < 2 or self.lines[-2].block != last.block
        return last.form == "text" and last.block == self.block and is_only and not last.parent

    def _heading(self, number: int, title: str, level: int, raw: str) -> None:
        above = tuple(each for each in (*self.section.above, self.section) if 0 < each.level < level)
        bare = plain(title)
        kind = kind_of_heading(bare)
        kinds = frozenset([kind, *(each.kind for each in above if each.level > 1)])
        self.section = Section(bare[:LONGEST_QUOTE], level, kind, number, above, kinds)
        self.items.clear()
        self.block += 1
        self.lines.append(Line(number, "heading", title, quoted(raw), self.section, block=self.block))
        self.block += 1

    def _content(self, number: int, line: str, raw: str) -> None:
        found = _ITEM.match(line)
        if found:
            self._item(number, found, raw)
            return
        bare = line.strip()
        form = "row" if bare.startswith("|") else "text"
        depth = width(line[: len(line) - len(line.lstrip())])
        if self.is_after_blank and not depth:
            self.items.clear()
        starts = not self.lines or self.lines[-1].block != self.block
        if form == "text" and starts and not self.items and (title := pseudo_heading(bare)):
            self._heading(number, title, PSEUDO, raw)
            return
        parent = self.items[-1][1] if self.items else ""
        text = unstruck(bare)
        self.lines.append(
            Line(number, form, text, quoted(raw), self.section, depth, "", "", parent, self.block)
        )

    def _item(self, number: int, found: re.Match[str], raw: str) -> None:
        depth, text = width(found[1]), unstruck(found[4] or "")
        while self.items and self.items[-1][0] >= depth:
            self.items.pop()
        parent = self.items[-1][1] if self.items else ""
        if len(self.items) < 20:
            self.items.append((depth, text))
        box = (found[3] or "").lower()
        self.lines.append(
            Line(number, "item", text, quoted(raw), self.section, depth, found[2], box, parent, self.block)
        )


def pseudo_heading(bare: str) -> str:
    """The title of a line that is only bold or only a label, if it announces something that is read."""
    found = _PSEUDO.fullmatch(bare)
    title = (found[1] or found[2]).strip(" :") if found else ""
    is_sentence = title.endswith((".", "!", "?", ",", ";")) or title.lower().startswith("all ")
    return title if title and not is_sentence and kind_of_heading(title) else ""


def width(blanks: str) -> int:
    """Columns of the blanks before a line; a tab goes to the next fourth."""
    return len(blanks.expandtabs(4))


def quoted(raw: str) -> str:
    """The line as written, at most 300 characters."""
    return raw[: LONGEST + LONGEST_QUOTE].strip()[:LONGEST_QUOTE]


def unstruck(text: str) -> str:
    """A text without what is struck out, and without long gaps, which patterns would try in every way."""
    text = _STRUCK.sub("", text) if "~~" in text else text
    return (_GAP.sub(" ", text) if "     " in text or "\t" in text else text).strip()


def plain(text: str) -> str:
    """A text without the marks of bold and code."""
    return text.replace("`", "").replace("**", "").strip(" *_:")


def is_placeholder(text: str) -> bool:
    """Whether it only says what is to be written there: `<text>`."""
    return _PLACEHOLDER.fullmatch(text) is not None


def blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines, block by block."""
    block: list[Line] = []
    for line in lines:
        if block and line.block != block[-1].block:
            yield block
            block = []
        block.append(line)
    if block:
        yield block
