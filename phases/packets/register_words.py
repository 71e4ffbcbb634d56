"""The words of a decision register: statuses, names of facts, columns of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OPEN, LOCKED, CLOSED = "open", "locked", "closed"
SHAPES_WANTED = "Expected one to five capital letters, a dash and a number, such as D-009."

_WORDS = {
    OPEN: "open|reopened|re-opened|pending|proposed|proposal|draft|undecided|unresolved|in discussion"
    "|in progress|in review|under review|under discussion|to be decided|tbd|deferred|postponed"
    "|not decided|not yet decided|not locked|not yet locked|time-boxed open",
    LOCKED: "locked|decided|accepted|approved|agreed|adopted|ratified|confirmed|final|finalized|finalised"
    "|active|in force",
    CLOSED: "closed|resolved|superseded|rejected|declined|withdrawn|deprecated|obsolete|dropped|retired"
    "|cancelled|canceled|done|completed|implemented|answered",
}
_STATUS = {word: status for status, words in _WORDS.items() for word in words.split("|")}
_LONGEST_FIRST = sorted(_STATUS, key=len, reverse=True)
_MOST_MARKED = 100
"""Characters at the end of a text in which a status in marks is looked for."""
_WORD = re.compile(rf"(?:{'|'.join(map(re.escape, _LONGEST_FIRST))})(?![\w-])")
_LEADING = re.compile(
    rf"[`*(\[_]*({_WORD.pattern})[`*)\]_]*(?=\s*(?:$|[:;,.(\u2013\u2014|\u2192-]))", re.IGNORECASE
)
_TRAILING = re.compile(rf"\s*[(\[][`*]*({_WORD.pattern})([^()\[\]]*)[)\]]\s*$", re.IGNORECASE)
_MARKED = re.compile(rf"\s*[:;,.\u2013\u2014-]\s*[*`_]+({_WORD.pattern})([*`_.\s]*)$", re.IGNORECASE)
_HANDLES = re.compile(r"@[\w./-]*\w(?:(?:\s*[,&/+]\s*|\s+and\s+)@[\w./-]*\w)*(?=[.;]\s)")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MARKS = re.compile(r"[*`]+|(?<!\w)_++|(?<!_)_++(?!\w)")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_PARTS = re.compile(r" [|\u00b7] | ?<br ?/?> ?")

_NAMES = {
    "code": "id|code|decision id|dr id|adr|ref|key|number|no|no.|#|record id",
    "title": "title|topic|name|question|subject|record",
    "decision": "decision",
    "status": "status|state|posture|decision status",
    "owner": "owner|owners|decision owner|decider|deciders|decision maker|decision makers|dri|accountable",
    "date": "date|decided|decided on|locked|locked on|closed on|closed|updated|updated on|last updated"
    "|last modified",
    "summary": "summary|rationale|resolution|outcome|answer|description|notes|note|why|reason|details",
}
_NAME = {name: field for field, names in _NAMES.items() for name in names.split("|")}
_FIELD = re.compile(
    r"(?:[-*+] )?[*_`]{0,3}([A-Za-z][A-Za-z .]{1,24}?)[*_`]{0,3}(?: ?\([^()]*\))? ?[:=][*_`]{0,3}(?: |$)(.*)"
)


def status_of(text: str) -> str:
    """Open, locked or closed, from the first words of a status; empty where they are not known.

    Locked is what holds and binds the plan: also decided, accepted, approved, active. Closed is what
    needs nobody any more: resolved, superseded, rejected, implemented; a resolved question is answered,
    yet that word alone does not say that the answer binds. Deferred is still to be decided: open.
    """
    words = _NOT_LETTERS.sub("", text[:40], count=1) if _NOT_LETTERS.match(text) else text
    found = _WORD.match(words[:80].lower())
    return _STATUS[found.group()] if found else ""


def leading_status(text: str) -> tuple[str, str]:
    """The status that a text begins with, as written, and the rest; `locked files` begins with none."""
    found = _LEADING.match(text)
    return (found.group(1), text[found.end() :]) if found else ("", text)


def trailing_status(text: str) -> tuple[str, str]:
    """The status in brackets or marks (`Bees: **rejected**`) that a text ends with, and what is before it."""
    start = max(text.rfind("("), text.rfind("["))
    found = _TRAILING.match(text, start) if start >= 0 else None
    if found is None:
        start = max(0, len(text) - _MOST_MARKED)
        found = _MARKED.search(text, start)
        start = found.start() if found else 0
    return (found.group(1) + found.group(2), text[:start].rstrip()) if found else ("", text)


def handles_in(owner: str) -> str:
    """Who an owner's fact names: only the handles, where a sentence about them follows."""
    found = _HANDLES.match(owner)
    return found.group() if found else owner.removesuffix(".") if owner.startswith("@") else owner


def section_status(heading: str) -> str:
    """The one status that a section's heading names (`Locked decisions`); empty for none or for several."""
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", heading.lower())
    found = {
        _STATUS[word]
        for word, after in zip(words, [*words[1:], ""], strict=True)
        if word in _STATUS and (after in _AFTER_STATUS or after in _STATUS)
    }
    return found.pop() if len(found) == 1 else ""


_AFTER_STATUS = frozenset(
    {"", "and", "or", "as", "at", "by", "for", "in", "since", "versus", "vs", "with"}
) | {f"{noun}{plural}" for noun in ("decision", "item", "question", "entry", "topic") for plural in ("", "s")}
"""What may follow a status in a section's heading: elsewhere the word is part of a name."""


def plain(text: str) -> str:
    """A text without marks of emphasis, code and links."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())


def date_in(text: str, *, only_days: bool = False) -> str:
    """The first day in ISO form; else the text as written, cut to 40 characters."""
    found = _DAY.search(text)
    if found or only_days:
        return found.group() if found else ""
    return text[:40]


def field_of(name: str) -> str:
    """Which fact a name stands for: title, status, owner, date, summary, or empty."""
    found = _NAME.get(plain(name).rstrip(":").strip().lower(), "")
    return "summary" if found == "decision" else found


def fields_of(line: str) -> Iterator[tuple[str, str]]:
    """The facts of a line such as `**Status:** locked | Owner: @lead`; nothing for prose."""
    for part in _PARTS.split(" ".join(line.split())):
        found = _FIELD.match(part)
        name = field_of(found.group(1)) if found else ""
        if found and name and name != "code":
            yield name, found.group(2).strip()


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table holds which fact."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, cells: Sequence[str]) -> Columns:
        names = [_NAME.get(plain(cell).lower(), "") for cell in cells]
        spare = "summary" if "title" in names else "title"
        names = [spare if name == "decision" else name for name in names]
        return cls(tuple("" if name in names[:at] else name for at, name in enumerate(names)))

    @property
    def is_register(self) -> bool:
        """Whether each row must be a decision: it has a code, and a title or a status."""
        return "code" in self.names and not {"title", "status"}.isdisjoint(self.names)

    def facts(self, cells: Sequence[str]) -> dict[str, str]:
        """The facts of a row by name; without a column for codes the first cell is tried."""
        found = {name: cell for name, cell in zip(self.names, cells, strict=False) if name}
        if "code" not in self.names and cells:
            found["code"] = cells[0]
        return found
