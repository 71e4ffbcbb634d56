"""What one line of a pasted list says: its mark, its severity, its file, or that nothing was found."""

from __future__ import annotations

import re
from typing import NamedTuple

from .state import Severity

SEVERITIES = {
    **dict.fromkeys(("blocking", "blocker", "blockers", "critical", "p0"), Severity.BLOCKING),
    **dict.fromkeys(("high", "major", "p1"), Severity.HIGH),
    **dict.fromkeys(("medium", "med", "moderate", "p2"), Severity.MEDIUM),
    **dict.fromkeys(("low", "minor", "p3", "nit", "nits", "nitpick"), Severity.LOW),
}
"""The words that teams use, each with the one of ours that it means."""

_ONE = rf"(?:{'|'.join(sorted(SEVERITIES, key=len, reverse=True))})"
_SEVERITY = rf"(?P<words>{_ONE}(?:\s*(?:[/,+&]|and|or)\s*{_ONE})*)(?:[ -](?:severity|priority))?"
_BARE = r"[*_`]{0,3}"
_DASH = r"[-\u2013\u2014]"
_AFTER = rf"\s*(?::|{_DASH}(?=\s))?\s*"
_FINDINGS = r"(?:findings?|issues?|items?|problems?|comments?|blockers?)"

_LINE = re.compile(r"(?P<lead>\s*)(?:(?P<level>#{1,6})\s+)?(?P<mark>(?:[-*+•]|\d{1,3}[.)])\s+)?(?P<text>.*)")
_BOX = re.compile(r"\[[ xX]\]\s+")
_RULE = re.compile(r"\s*([-*_=])(?:\s*\1){2,}\s*")

_BRACKETED = re.compile(rf"{_BARE}[\[(]{_BARE}\s*{_SEVERITY}\s*{_BARE}[\])]{_BARE}{_AFTER}(?P<rest>.*)", re.I)
_LABELLED = re.compile(
    rf"(?P<label>[\[(]?{_BARE}(?P<words>{_ONE})-\d+{_BARE}[\])]?{_BARE}){_AFTER}(?P<rest>.*)", re.I
)
_DELIMITED = re.compile(rf"{_BARE}{_SEVERITY}{_BARE}\s*(?::|{_DASH}(?=\s)){_BARE}\s*(?P<rest>.*)", re.I)
_EMPHASISED = re.compile(rf"(?P<by>\*\*|__|`){_SEVERITY}(?P=by){_AFTER}(?P<rest>.*)", re.I)
_SPACED = re.compile(rf"(?P<words>(?:P[0-3]|{_ONE.upper()}))\s+(?P<rest>\S.*)")
_BEGINNING = re.compile(
    rf"(?P<by>[*_`]{{0,3}}){_SEVERITY}(?P=by)(?:\s+(?:{_DASH}\s*)?|[\u2013\u2014]\s*|(?=[\[(]))(?P<rest>\S.*)",
    re.I,
)
_TRAILING = re.compile(rf"(?P<rest>.*\S)\s*[\[(]{_BARE}\s*{_SEVERITY}\s*{_BARE}[\])]\.?", re.I)
_SECTION = re.compile(rf"{_SEVERITY}(?:\s+{_FINDINGS})?\s*(?:\(\d+\))?\s*:?", re.I)
_SAID = re.compile(rf"{_BARE}severity{_BARE}\s*:{_BARE}\s*{_BARE}{_SEVERITY}{_BARE}\.?", re.I)

_SEEN = r"(?:found|identified|left|open|remain|remaining)"
_NOTHING = re.compile(
    rf"(?:none|nothing|nil|no|n/?a|0|{_DASH})(?:\s+{_SEEN})?(?:\s*\([^()]*\))?[.!]?"
    rf"|no(?:ne of the)?(?:\s+[\w/-]+){{0,4}}\s+{_FINDINGS}(?:\s+{_SEEN})?[.!]?"
    rf"|(?:[\w/-]+\s+){{0,4}}{_FINDINGS}\s*:\s*(?:none|no|0)[.!]?",
    re.I,
)
_LIST = re.compile(rf"(?:[\w/-]+\s+){{0,3}}{_FINDINGS}(?:\s*\(\d+\))?\s*:?", re.I)

_FILE = r"[\w@.~+()\[\]$-]+(?:/[\w@.~+()\[\]$*-]+)*\.[A-Za-z]\w{0,9}"
_WORD = re.compile(r"[^\s`,;]+")
_PLACE = re.compile(rf"(?P<file>{_FILE})(?::|#L)(?P<line>\d+)(?:[-:]L?\d+)?")
_LEADING = re.compile(
    rf"(?P<tick>`?)(?P<anchor>{_FILE}(?::\d+(?::\d+)?)?)(?P=tick)(?:\s*(?::|{_DASH})\s+|\s+)(?P<rest>\S.*)"
)
LOCATED = re.compile(
    r"(?:[-*+]\s+)?[*_]{0,2}(?:files?|anchor|location|where|path)[*_]{0,2}\s*:[*_]{0,2}\s*(\S.*)", re.I
)
"""A line of detail that says where; its group is the place as written."""


class Item(NamedTuple):
    """A line without what marks it as heading or list item."""

    line: str
    depth: int
    """Columns before the mark."""
    level: int
    """Of a heading, from 1; 0 for any other line."""
    mark: str
    text: str


class Said(NamedTuple):
    """A severity with what a line says after it."""

    severity: str
    title: str
    detail: str = ""


def item_of(line: str) -> Item:
    """The line taken apart."""
    found = _LINE.fullmatch(line)
    if found is None:
        return Item(line, 0, 0, "", line)
    text = _BOX.sub("", found["text"], count=1) if found["mark"] else found["text"]
    return Item(line, len(found["lead"]), len(found["level"] or ""), found["mark"] or "", text.strip())


def is_rule(line: str) -> bool:
    """A line of dashes and the like, which only separates."""
    return _RULE.fullmatch(line) is not None


def said(text: str, *, is_marked: bool) -> Said | None:
    """The severity that a heading, an item or a line begins with; a marked one may also end with it."""
    if found := _LABELLED.match(text):
        return _labelled(found)
    ways = (_BRACKETED, _DELIMITED, _EMPHASISED, *((_SPACED, _TRAILING) if is_marked else ()))
    for way in ways:
        if found := way.fullmatch(text):
            return Said(worst(found["words"]), found["rest"].strip())
    return None


def begun(text: str) -> Said | None:
    """The severity that is the first word of a line, whether or not anything sets it off from the rest."""
    found = _BEGINNING.fullmatch(text)
    return Said(worst(found["words"]), found["rest"].strip()) if found else None


def _labelled(found: re.Match[str]) -> Said:
    """`HIGH-01` (what it is): what came of it."""
    rest, label = found["rest"].strip(), found["label"].strip("[]()*_` ")
    closing = rest.find("):") if rest.startswith("(") else -1
    if closing > 0:
        return Said(worst(found["words"]), rest[1:closing], f"{label}: {rest[closing + 2 :].strip()}")
    if rest.startswith("(") and rest.rstrip(".").endswith(")"):
        rest = rest.rstrip(".")[1:-1]
    return Said(worst(found["words"]), rest, label)


def worst(words: str) -> str:
    """Of several severities in one place the worst: nothing is made less than somebody may have meant."""
    named = {SEVERITIES[word] for word in re.findall(rf"\b{_ONE}\b", words.lower())}
    return next((one.value for one in Severity if one in named), "")


def section(text: str) -> str:
    """The severity of a heading that is nothing but one, such as `High`, `**P1 findings**:` or `Low (2)`."""
    found = _SECTION.fullmatch(text.replace("*", "").replace("_", " ").replace("`", "").strip())
    return worst(found["words"]) if found else ""


def stated(text: str) -> str:
    """The severity of a line that says only that: `**Severity:** High`."""
    found = _SAID.fullmatch(text)
    return worst(found["words"]) if found else ""


def is_nothing(text: str) -> bool:
    """Whether it says that nothing was found."""
    return _NOTHING.fullmatch(text.replace("*", "").replace("`", "").strip()) is not None


def is_list_heading(text: str) -> bool:
    """Whether a heading says no more than that findings follow."""
    return _LIST.fullmatch(text.replace("*", "").strip()) is not None


def anchor_in(text: str) -> str:
    """The first `file:line` in a text; empty if there is none."""
    for word in _WORD.findall(text):
        if found := _PLACE.fullmatch(word.lstrip("([<*\"'").rstrip(")]>*\"'.:")):
            return f"{found['file']}:{found['line']}"
    return ""


def split_anchor(text: str) -> tuple[str, str]:
    """A title without the file that it begins or ends with, and that file; one in its middle stays there."""
    found = _LEADING.fullmatch(text)
    if found and ("/" in found["anchor"] or ":" in found["anchor"] or found["tick"]):
        return found["rest"], found["anchor"]
    head, _, last = text.rpartition(" ")
    place, rest = last.strip("`()[].,"), head.rstrip(_DASHES)
    if rest and place and anchor_in(place) == place and not _IN.search(rest):
        return rest, place
    return text, anchor_in(text)


_DASHES = " -\u2013\u2014"
_IN = re.compile(r"\b(?:at|by|from|in|inside|like|of|on|see|to|via|with)$", re.I)
"""What a title cannot end with: there the file is part of its sentence."""
