"""The shapes of a decision register: its entries, and how the text of one begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from phases.packets.problems import Problem
from phases.packets.register_words import leading_status, plain, trailing_status

MAX_TITLE = 300
MAX_SUMMARY = 1_000
"""Characters of a title and of a summary; what is longer is cut, and its text stays in the document."""

CODE = r"[A-Z]{1,5}-\d{1,5}"
START = re.compile(
    rf"(?:\d+[.)] +)?(?:Decision +)?[\[`*_~]*({CODE}(?: *(?:/|,|&|and) *{CODE})*)(?!\w|-\w)"
    r"[\]`*_~]*(?:\([^)\s]*\))?[`*_~]*"
)
RANGE = re.compile(rf" *(?:\.\.+|\u2013|to|through|-) *[`*]*{CODE}(?!\w)")
ALMOST = re.compile(r"[`*]*([A-Za-z]{1,5}[-_]?\d{1,6})[`*]*\s*[:\u2013\u2014-]")
BULLET = re.compile(r"\s*(?:[:\u2013\u2014\u2192]|-\s)")
"""What stands behind the code of a bullet that is more than a mention."""
SEPARATORS = " \t:;,.\u2013\u2014-\u2192>|"


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


@dataclass(slots=True)
class Open:
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

    def name(self, rest: str) -> None:
        """Title and status from what stands behind the code."""
        status, rest = leading_status(rest.strip(SEPARATORS + "`*"))
        if not status:
            status, rest = trailing_status(rest)
        self.put("status", status, self.line)
        title = plain(rest.strip(SEPARATORS))
        self.put("title", title[1:-1] if re.fullmatch(r"\([^()]*\)", title) else title, self.line)


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "\u2026"
