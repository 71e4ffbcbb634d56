"""A decision register (DECISIONS.md) to its entries, in the shapes met in the wild."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from phases.packets.outlines import Block, blocks
from phases.packets.problems import Problem
from phases.packets.register_words import (
    SHAPES_WANTED,
    Columns,
    date_in,
    field_of,
    fields_of,
    leading_status,
    plain,
    section_status,
    status_of,
    trailing_status,
)

MAX_DECISIONS = 2_000
MAX_PROBLEMS = 200
MAX_TITLE = 300
MAX_SUMMARY = 1_000
"""Characters of a title and of a summary; what is longer is cut, and its text stays in the document."""

_CODE = r"[A-Z]{1,5}-\d{1,5}"
_MENTION = re.compile(rf"(?<![\w-])({_CODE})(?!\w|-\w)")
_STANDARDS = frozenset({"UTF", "SHA", "ISO", "RFC"})
_START = re.compile(
    rf"(?:\d+[.)] +)?(?:Decision +)?[\[`*_~]*({_CODE}(?: *(?:/|,|&|and) *{_CODE})*)(?!\w|-\w)"
    r"[\]`*_~]*(?:\([^)\s]*\))?[`*_~]*"
)
_RANGE = re.compile(rf" *(?:\.\.+|\u2013|to|through|-) *[`*]*{_CODE}(?!\w)")
_ALMOST = re.compile(r"[`*]*([A-Za-z]{1,5}[-_]?\d{1,6})[`*]*\s*[:\u2013\u2014-]")
_SEPARATORS = " \t:;,.\u2013\u2014-\u2192>|"


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """One decision. `status` is open, locked, closed, or empty where none could be read.

    `date` is as written, in ISO form where a day stands in it; `line` counts from 1.
    """

    code: str
    title: str = ""
    status: str = ""
    owner: str = ""
    date: str = ""
    summary: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """The decisions in the order of their first mention, and what could not be read."""

    decisions: tuple[DecisionEntry, ...] = ()
    problems: tuple[Problem, ...] = ()


def codes_mentioned(text: str) -> tuple[str, ...]:
    """Codes shaped like a decision's, each once, as they come; not the names of standards (UTF-8).

    Other things have such codes too: hold the answer against the register.
    """
    found = dict.fromkeys(_MENTION.findall(text))
    return tuple(code for code in found if code.split("-")[0] not in _STANDARDS)


def read_register(text: str) -> Register:
    """Read headings, tables and bullets that begin with a decision's code; code blocks are left out.

    A decision that stands in two shapes (an index table and a section, say) is one entry, and the
    second fills what the first leaves open. Where the same shape names it twice, or both name a
    different status, the first stands and a problem names the second.
    """
    reader = _Reader()
    for block in blocks(text):
        reader.read(block)
    return reader.finish()


@dataclass(slots=True)
class _Open:
    """An entry that is being read: its codes (several may share a heading), facts and shape."""

    codes: list[str]
    shape: str
    line: int
    level: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    status_line: int = 0
    awaits: str = ""
    """The fact whose name stood as a heading; the next text is its value."""

    def put(self, name: str, value: str, line: int) -> None:
        if value and name not in self.facts:
            self.facts[name] = value
            self.status_line = line if name == "status" else self.status_line


@dataclass(slots=True)
class _Reader:
    """Goes through the blocks with the section's status, the open entry and the open table."""

    sections: list[tuple[int, str]] = field(default_factory=list)
    entry: _Open | None = None
    columns: Columns | None = None
    done: dict[str, tuple[DecisionEntry, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    """Codes whose status is a word that is not known."""

    def read(self, block: Block) -> None:
        if block.kind == "heading":
            self._heading(block)
        elif block.kind == "head":
            self.columns = Columns.of(block.cells)
        elif block.kind == "row":
            self._row(block)
        elif block.kind == "item" and not self._in_section() and self._begins(block):
            return
        else:
            self._body(block)

    def finish(self) -> Register:
        self._close()
        for entry, _ in self.done.values():
            if not entry.status and entry.code not in self.unknown:
                text = f"{entry.code} has no status; expected `Status: open`, locked or closed."
                self._problem("no_status", text, entry.line)
        self.problems.sort(key=lambda problem: problem.line)
        if len(self.problems) > MAX_PROBLEMS:
            more = f"{len(self.problems) - MAX_PROBLEMS + 1:,} more problems of the register are not shown."
            self.problems[MAX_PROBLEMS - 1 :] = [Problem("warning", "more", more)]
        return Register(tuple(entry for entry, _ in self.done.values()), tuple(self.problems))

    def _in_section(self) -> bool:
        return self.entry is not None and self.entry.shape == "heading"

    def _heading(self, block: Block) -> None:
        entry = self.entry
        name = field_of(block.text)
        if entry and entry.shape == "heading" and block.level > entry.level and not _START.match(block.text):
            entry.awaits = name or "other"
            return
        self._close()
        self.columns = None
        while self.sections and self.sections[-1][0] >= block.level:
            self.sections.pop()
        if self._begins(block):
            return
        above = self.sections[-1][1] if self.sections else ""
        self.sections.append((block.level, section_status(block.text) or above))

    def _begins(self, block: Block) -> bool:
        """Open an entry if the block's text begins with a code; else say so if it nearly does."""
        found = _START.match(block.text)
        if found is None:
            self._almost(block)
            return False
        self._close()
        codes = re.findall(_CODE, found.group(1))
        rest = block.text[found.end() :]
        if span := _RANGE.match(rest):
            rest = rest[span.end() :]
            text = f"A range of codes is read as {codes[0]} only. Give each decision an entry of its own."
            self._problem("range", text, block.line)
        self.entry = entry = _Open(codes, block.kind, block.line, block.level)
        status, rest = leading_status(rest.strip(_SEPARATORS + "`*"))
        if not status:
            status, rest = trailing_status(rest)
        entry.put("status", status, block.line)
        title = plain(rest.strip(_SEPARATORS))
        entry.put("title", title[1:-1] if re.fullmatch(r"\([^()]*\)", title) else title, block.line)
        return True

    def _almost(self, block: Block) -> None:
        if found := _ALMOST.match(block.text):
            text = f"`{found.group(1)}` looks like a decision's code but is not one. {SHAPES_WANTED}"
            self._problem("decision_code", text, block.line)

    def _row(self, block: Block) -> None:
        if self.columns is None:
            return
        if self.entry and self.entry.shape != "heading":
            self._close()
        facts = self.columns.facts(block.cells)
        found = _START.match(facts.get("code", ""))
        if found is None:
            if self.columns.is_register and any(facts.values()):
                shown = facts.get("code", "")[:40]
                text = f"The row's code `{shown}` is not a decision's code. {SHAPES_WANTED}"
                self._problem("decision_code", text, block.line)
            return
        entry = _Open(re.findall(_CODE, found.group(1)), "row", block.line)
        for name, value in facts.items():
            entry.put(name, value if name == "status" else plain(value), block.line)
        self._keep(entry)

    def _body(self, block: Block) -> None:
        """Facts of the open entry (`Status: locked`), or its first words as the summary."""
        entry = self.entry
        if entry is None or (entry.shape == "item" and block.kind == "item" and block.level <= entry.level):
            self._close()
            return
        if entry.awaits:
            entry.put(entry.awaits, plain(block.text), block.line)
            entry.awaits = ""
            return
        facts = [(*one, line) for line, text in enumerate(block.lines, block.line) for one in fields_of(text)]
        for name, value, line in facts:
            entry.put(name, value if name == "status" else plain(value), line)
        if not facts:
            entry.put("first", plain(block.text), block.line)

    def _close(self) -> None:
        if self.entry is not None:
            entry, self.entry = self.entry, None
            self._keep(entry)

    def _keep(self, entry: _Open) -> None:
        for code in entry.codes:
            read = self._entry(code, entry)
            known = self.done.get(code)
            if known is None and len(self.done) >= MAX_DECISIONS:
                text = (
                    f"The register has more than {MAX_DECISIONS:,} decisions; {code} is not read. Split it."
                )
                self._problem("too_many", text, entry.line)
            elif known is None:
                self.done[code] = (read, entry.shape)
            else:
                self._again(known, read, entry.shape)

    def _again(self, known: tuple[DecisionEntry, str], read: DecisionEntry, shape: str) -> None:
        first, first_shape = known
        if shape == first_shape:
            text = (
                f"{read.code} stands here again; the entry on line {first.line} counts. Remove one of them."
            )
            self._problem("duplicate", text, read.line)
        elif read.status and first.status and read.status != first.status:
            text = (
                f"{read.code} is {read.status} here and {first.status} on line {first.line}, which counts. "
                "Let both say the same."
            )
            self._problem("duplicate", text, read.line)
        else:
            names = ("title", "status", "owner", "date", "summary")
            gaps = {name: getattr(read, name) for name in names if not getattr(first, name)}
            self.done[read.code] = (replace(first, **gaps), first_shape)

    def _entry(self, code: str, entry: _Open) -> DecisionEntry:
        facts = entry.facts
        said = facts.get("status", "")
        section = self.sections[-1][1] if self.sections else ""
        status = status_of(said) if said else section
        if said and not status:
            self.unknown.add(code)
            text = f"{code} has the status `{plain(said)[:40]}`; expected open, locked or closed."
            self._problem("status_word", text, entry.status_line)
        return DecisionEntry(
            code,
            _cut(facts.get("title", ""), MAX_TITLE),
            status,
            _cut(facts.get("owner", ""), MAX_TITLE),
            date_in(facts.get("date", "")) or date_in(said, only_days=True),
            _cut(facts.get("summary") or facts.get("first", ""), MAX_SUMMARY),
            entry.line,
        )

    def _problem(self, code: str, text: str, line: int) -> None:
        self.problems.append(Problem("warning", code, text, line))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "\u2026"
