"""A decision register (DECISIONS.md) to its entries, in the shapes met in the wild."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from phases.packets.outlines import Block, blocks
from phases.packets.problems import Problem
from phases.packets.register_shapes import (
    ALMOST,
    BULLET,
    CODE,
    MAX_SUMMARY,
    MAX_TITLE,
    RANGE,
    START,
    DecisionEntry,
    Open,
    Register,
    cut,
)
from phases.packets.register_words import (
    SHAPES_WANTED,
    Columns,
    date_in,
    field_of,
    fields_of,
    handles_in,
    plain,
    section_status,
    status_of,
)

MAX_DECISIONS = 2_000
MAX_PROBLEMS = 200
_MENTION = re.compile(rf"(?<![\w-])({CODE})(?!\w|-\w)")
_STANDARDS = frozenset({"UTF", "SHA", "ISO", "RFC"})


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
class _Reader:
    """Goes through the blocks with the section's status, the open entry and the open table."""

    sections: list[tuple[int, str]] = field(default_factory=list)
    entry: Open | None = None
    aside: Open | None = None
    """A bullet of the open section that is a decision of its own."""
    columns: Columns | None = None
    done: dict[str, tuple[DecisionEntry, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    """Codes whose status is a word that is not known."""
    noted: list[tuple[str, str, int]] = field(default_factory=list)
    """Bullets that are read as notes: their code, the section's, and the line."""

    def read(self, block: Block) -> None:
        if block.kind == "heading":
            self._heading(block)
        elif block.kind == "head":
            self.columns = Columns.of(block.cells)
        elif block.kind == "row":
            self._row(block)
        elif block.kind == "item" and not self._in_section() and self._begins(block):
            return
        elif self.aside and block.kind == "item" and block.level > self.aside.level:
            self._facts(self.aside, block)
        else:
            self._close_aside()
            if block.kind != "item" or not self._stands_apart(block):
                self._body(block)

    def finish(self) -> Register:
        self._close()
        for noted in self.noted:
            self._tell_note(*noted)
        for entry, _ in self.done.values():
            if not entry.status and entry.code not in self.unknown:
                text = f"{entry.code} has no status; expected `Status: open`, locked or closed."
                self._problem("no_status", text, entry.line)
        self.problems.sort(key=lambda problem: problem.line)
        if len(self.problems) > MAX_PROBLEMS:
            more = f"{len(self.problems) - MAX_PROBLEMS + 1:,} more problems of the register are not shown."
            self.problems[MAX_PROBLEMS - 1 :] = [Problem("warning", "more", more)]
        found = sorted((entry for entry, _ in self.done.values()), key=lambda entry: entry.line)
        return Register(tuple(found), tuple(self.problems))

    def _in_section(self) -> bool:
        return self.entry is not None and self.entry.shape == "heading"

    def _heading(self, block: Block) -> None:
        entry = self.entry
        name = field_of(block.text)
        if entry and entry.shape == "heading" and block.level > entry.level and not START.match(block.text):
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
        found = START.match(block.text)
        if found is None:
            self._almost(block)
            return False
        self._close()
        codes = re.findall(CODE, found.group(1))
        rest = block.text[found.end() :]
        if span := RANGE.match(rest):
            rest = rest[span.end() :]
            text = f"A range of codes is read as {codes[0]} only. Give each decision an entry of its own."
            self._problem("range", text, block.line)
        self.entry = Open(codes, block.kind, block.line, block.level)
        self.entry.name(rest)
        return True

    def _stands_apart(self, block: Block) -> bool:
        """Whether a bullet of a section is a decision of its own: it has another code and a status.

        Without a status it may as well refer to one: then it is a note, and that is told.
        """
        section, found = self.entry, START.match(block.text)
        codes = re.findall(CODE, found.group(1)) if found else []
        if section is None or found is None or not set(codes).isdisjoint(section.codes):
            return False
        rest = block.text[found.end() :]
        apart = Open(codes, "item", block.line, block.level)
        apart.name(rest)
        if "status" in apart.facts:
            self.aside = apart
        elif BULLET.match(rest):
            self.noted += [(code, section.codes[0], block.line) for code in codes]
        return self.aside is not None

    def _tell_note(self, code: str, section: str, line: int) -> None:
        known = self.done.get(code)
        counts = f"the entry on line {known[0].line} counts" if known else "it is no decision here"
        text = f"The bullet of {code} has no status and is read as a note of {section}; {counts}."
        self._problem("note", f"{text} Write its status in it, or give it a heading.", line)

    def _almost(self, block: Block) -> None:
        if found := ALMOST.match(block.text):
            text = f"`{found.group(1)}` looks like a decision's code but is not one. {SHAPES_WANTED}"
            self._problem("decision_code", text, block.line)

    def _row(self, block: Block) -> None:
        if self.columns is None:
            return
        if self.entry and self.entry.shape != "heading":
            self._close()
        facts = self.columns.facts(block.cells)
        found = START.match(facts.get("code", ""))
        if found is None:
            if self.columns.is_register and any(facts.values()):
                shown = facts.get("code", "")[:40]
                text = f"The row's code `{shown}` is not a decision's code. {SHAPES_WANTED}"
                self._problem("decision_code", text, block.line)
            return
        entry = Open(re.findall(CODE, found.group(1)), "row", block.line)
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
        self._facts(entry, block)

    def _facts(self, entry: Open, block: Block) -> None:
        facts = [(*one, line) for line, text in enumerate(block.lines, block.line) for one in fields_of(text)]
        for name, value, line in facts:
            entry.put(name, value if name == "status" else plain(value), line)
        if not facts:
            entry.put("first", plain(block.text), block.line)

    def _close_aside(self) -> None:
        if self.aside is not None:
            aside, self.aside = self.aside, None
            self._keep(aside)

    def _close(self) -> None:
        self._close_aside()
        if self.entry is not None:
            entry, self.entry = self.entry, None
            self._keep(entry)

    def _keep(self, entry: Open) -> None:
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

    def _entry(self, code: str, entry: Open) -> DecisionEntry:
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
            cut(facts.get("title", ""), MAX_TITLE),
            status,
            cut(handles_in(facts.get("owner", "")), MAX_TITLE),
            date_in(facts.get("date", "")) or date_in(said, only_days=True),
            cut(facts.get("summary") or facts.get("first", ""), MAX_SUMMARY),
            entry.line,
        )

    def _problem(self, code: str, text: str, line: int) -> None:
        self.problems.append(Problem("warning", code, text, line))
