"""A packet folder's README to facts: the documents it lists, and what to read for which need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from phases.packets.inventory_paths import Span, almost, bare_spans, clean, first_span, spans
from phases.packets.inventory_roles import Role, role_of
from phases.packets.outlines import Block, blocks
from phases.packets.problems import Problem
from phases.rules.graph import is_glob

MAX_LISTED = 5_000
"""Documents, and routes, that one README may name; what comes after is a problem."""
MAX_GLOBS = 100
"""Different globs that are held against the files of the folder."""
MAX_PROBLEMS = 200
MAX_WORDS = 1_000
"""Characters of a description, a need or a note; what is longer is cut."""

_ROUTES = re.compile(
    r"\bif you (?:need|want)\b|\blooking for\b|\bwhere to (?:find|look|read)\b|\bneeds?\b.*\bread\b|^routes$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[*_~]*\s*(?:,|&|\+|/|;|and\b|or\b)\s*(?=[*_~]*[`\[])")
_SEPARATOR = re.compile(r"^[*_~]*\s*(?:[-=]>|[\u2014\u2013\u2192:=,;-]+|\.(?=\s|$))?\s*")
_ASKING = re.compile(r"^(?:if|when)? ?you (?:need|want)(?: to)? |^(?:need|looking for) ", re.IGNORECASE)
_READING = re.compile(
    r"[\s:,;\u2014\u2013\u2192=>-]*(?:\b(?:then )?(?:please )?(?:read|see|go to|open))?[\s:*_~]*$",
    re.IGNORECASE,
)
MAX_ITEM = 20_000
"""Characters of an item that are looked at."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One document as the README lists it. `path` may be a glob or a folder (`axes/*.md`, `_x/`)."""

    path: str
    description: str
    section: str
    role: Role
    line: int


@dataclass(frozen=True, slots=True)
class Route:
    """If you need this, read that: `note` is the remark behind the path, `line` counts from 1."""

    need: str
    path: str
    note: str
    line: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a README says of its folder, in its order; a document listed twice stands twice."""

    title: str = ""
    documents: tuple[Listed, ...] = ()
    routes: tuple[Route, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_inventory(text: str) -> Inventory:
    """Read list items and table rows that begin with a path, and the "If you need X, read Y" section."""
    reader = _Reader()
    for block in blocks(text):
        reader.read(block)
    return reader.finish()


@dataclass(slots=True)
class _Reader:
    """Goes through the blocks with the section's heading and the folders that items are nested in."""

    title: str = ""
    section: str = ""
    routing: int = 0
    """Level of the heading whose section holds routes; 0 outside of it."""
    parents: list[tuple[int, str]] = field(default_factory=list)
    globs: set[str] = field(default_factory=set)
    documents: list[Listed] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def read(self, block: Block) -> None:
        if block.kind == "heading":
            self._heading(block)
        elif block.kind == "item":
            self._entry(block, block.text[:MAX_ITEM])
        elif block.kind == "row":
            filled = [cell for cell in block.cells if cell]
            text = ": ".join((filled[0], " \u2014 ".join(filled[1:]))) if filled else ""
            self._entry(block, text[:MAX_ITEM])

    def finish(self) -> Inventory:
        for kind, found in (("documents", self.documents), ("routes", self.routes)):
            if len(found) > MAX_LISTED:
                text = f"The README names more than {MAX_LISTED:,} {kind}; the rest is not read. Shorten it."
                self.problems.insert(0, Problem("warning", "too_many", text, found[MAX_LISTED].line))
        if len(self.problems) > MAX_PROBLEMS:
            more = (
                f"{len(self.problems) - MAX_PROBLEMS + 1:,} more entries of the README were not understood."
            )
            self.problems[MAX_PROBLEMS - 1 :] = [Problem("warning", "more", more)]
        documents, routes = tuple(self.documents[:MAX_LISTED]), tuple(self.routes[:MAX_LISTED])
        return Inventory(self.title, documents, routes, tuple(self.problems))

    def _heading(self, block: Block) -> None:
        if not self.title and block.level == 1:
            self.title = _cut(block.text)
        self.section = _cut(block.text)
        self.parents = []
        if self.routing and block.level > self.routing:
            return
        self.routing = block.level if _ROUTES.search(self.section[:200]) else 0

    def _entry(self, block: Block, text: str) -> None:
        if self.routing:
            if len(self.routes) <= MAX_LISTED:
                self._route(block, text)
        elif len(self.documents) <= MAX_LISTED:
            self._document(block, text)

    def _document(self, block: Block, text: str) -> None:
        while self.parents and (block.kind == "row" or self.parents[-1][0] >= block.level):
            self.parents.pop()
        found = list(_leading(text))
        if not found:
            self._not_understood(block, text)
            return
        rest = _cut(_unwrapped(_SEPARATOR.sub("", text[found[-1].end :], count=1)))
        for span in found:
            path = self._nested(span.path)
            role = role_of(path, self.section, rest)
            if self._is_taken(path, block):
                self.documents.append(Listed(path, rest, self.section, role, block.line))
        if block.kind == "item":
            self.parents.append((block.level, path))

    def _nested(self, path: str) -> str:
        """A bare name below an item that is a folder lies in that folder."""
        above = self.parents[-1][1] if self.parents else ""
        folder = above.removesuffix("*").removesuffix("*")
        return clean(folder + path) if folder.endswith("/") and "/" not in path.rstrip("/") else path

    def _not_understood(self, block: Block, text: str) -> None:
        if shown := almost(text):
            message = (
                f"`{shown[:80]}` looks like a document but is no path in this folder. "
                "Write the path first, in code marks or as a link: - `AXES.md` \u2014 what it is."
            )
            self._problem(message, block)

    def _route(self, block: Block, text: str) -> None:
        found = _outside_brackets(text, spans(text)) or _outside_brackets(text, bare_spans(text))
        need = _need(text[: found[0].start]) if found else ""
        if not found or not need:
            missing = "path to read" if not found else "need"
            message = f"The entry names no {missing}; expected: - what you need: `PATH`."
            self._problem(message, block)
            return
        ends = [*(span.start for span in found[1:]), len(text)]
        for span, end in zip(found, ends, strict=True):
            note = _unwrapped(_SEPARATOR.sub("", text[span.end : end], count=1).rstrip(" ,;*_~"))
            if self._is_taken(span.path, block):
                self.routes.append(Route(_cut(need), span.path, _cut(_without_link_word(note)), block.line))

    def _is_taken(self, path: str, block: Block) -> bool:
        if not is_glob(path.removesuffix("/**").removesuffix("/*")):
            return True
        if len(self.globs) == MAX_GLOBS and path not in self.globs:
            self._problem(f"More than {MAX_GLOBS} globs; `{path[:80]}` is not read. List a folder.", block)
            return False
        self.globs.add(path)
        return True

    def _problem(self, message: str, block: Block) -> None:
        self.problems.append(Problem("warning", "not_understood", message, block.line))


def _leading(text: str) -> Iterator[Span]:
    """The paths that a text begins with: one, or several with commas or `and` between."""
    at = 0
    while (found := first_span(text[at:])) is not None:
        yield Span(found.path, at + found.start, at + found.end)
        at += found.end
        between = _BETWEEN.match(text, at)
        if between is None:
            return
        at = between.end()


def _outside_brackets(text: str, found: Iterable[Span]) -> list[Span]:
    """The paths of a text but those that stand in a remark in brackets."""
    outside = []
    depth, at = 0, 0
    for span in found:
        between = text[at : span.start]
        depth = max(0, depth + between.count("(") - between.count(")"))
        at = span.end
        if depth == 0:
            outside.append(span)
    return outside


def _need(text: str) -> str:
    """The words before the path, without the words that only ask or lead to it."""
    plain = text.strip().strip("*_~ ")
    tail = plain[-40:]
    plain = plain[: len(plain) - len(tail)] + _READING.sub("", tail, count=1)
    return _ASKING.sub("", plain.strip(" *_~"), count=1).strip(" *_~:,;")


def _without_link_word(note: str) -> str:
    return "" if note in ("and", "or", "&", "+", "/") else note.removesuffix(" and").removesuffix(" or")


def _unwrapped(text: str) -> str:
    """A text without the brackets that enclose all of it."""
    text = text.strip()
    if text[:1] != "(" or text[-1:] != ")":
        return text
    depth = 0
    for at, mark in enumerate(text):
        depth += (mark == "(") - (mark == ")")
        if depth == 0:
            return text[1:-1].strip() if at == len(text) - 1 else text
    return text


def _cut(text: str) -> str:
    return text if len(text) <= MAX_WORDS else text[: MAX_WORDS - 1].rstrip() + "\u2026"
