"""Findings by severity: items that say theirs, and lists and tables below a heading of findings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from phases.packets import closure_labels as labels
from phases.packets.closure_facts import FindingRead
from phases.packets.closure_lines import MOST, Line, is_placeholder, plain
from phases.packets.closure_places import place_in, without_place
from phases.packets.closure_tables import Row, rows_of

_SEVERITIES = {
    **dict.fromkeys(("blocking", "blocker", "critical", "p0"), "blocking"),
    **dict.fromkeys(("high", "major", "p1"), "high"),
    **dict.fromkeys(("medium", "med", "moderate", "p2"), "medium"),
    **dict.fromkeys(("low", "minor", "p3", "nit"), "low"),
}
_ORDER = ("blocking", "high", "medium", "low")
_ONE = rf"(?:{'|'.join(sorted(_SEVERITIES, key=len, reverse=True))})"
_MANY = rf"(?P<words>{_ONE}(?:\s*[/,+&]\s*{_ONE})*)"
_MARK = r"[*_`]{0,3}"
_DASH = r"[-\u2012-\u2015\u2212]"

_LABELLED = re.compile(
    rf"{_MARK}[\[(]?{_MARK}(?P<label>(?P<words>{_ONE})-?\d{{1,3}}){_MARK}[\])]?{_MARK}(?!\w)\s*(?::|{_DASH}\s)?\s*(?P<rest>.*)",
    re.I,
)
_BRACKETED = re.compile(rf"{_MARK}\[{_MARK}{_MANY}{_MARK}\]{_MARK}\s*(?::|{_DASH}\s)?\s*(?P<rest>.*)", re.I)
_DELIMITED = re.compile(rf"{_MARK}{_MANY}{_MARK}\s*(?::|\s{_DASH}\s){_MARK}\s*(?P<rest>\S.*)", re.I)
_HEADING = re.compile(
    rf"\W{{0,6}}{_MANY}(?:[ -](?:severity|priority))?(?:\s+(?:findings?|issues?|items?))?"
    r"\W{0,6}(?:\(?\d{0,9}\)?)?\W{0,6}",
    re.I,
)
_NOTHING = re.compile(
    r"\W{0,6}(?:none|nothing|nil|no|n/?a|0|-)(?:\s+(?:found|identified|open|remaining|recorded|left))?"
    r"(?:\s*\([^()]*\))?\W{0,6}"
    r"|(?:there (?:are|were) )?no(?:ne of the)?(?:\s+[\w/-]+){0,5}\s+(?:findings?|issues?)(?:\s.{0,80})?"
    r"\W{0,6}"
    r"|\W{0,6}\d+(?:[\s,;/]+(?:\d+|open|found|fixed|resolved|closed|confirmed|accepted|findings?"
    r"|issues?|and|total))*\W{0,6}",
    re.I,
)
_STATES = {
    **dict.fromkeys(("fixed", "resolved", "remediated", "addressed"), "fixed"),
    **dict.fromkeys(("confirmed", "verified", "closed"), "confirmed"),
    "accepted": "accepted",
    "open": "open",
}
_STATE = rf"(?P<state>{'|'.join(_STATES)})"
_SHA = r"(?P<sha>(?=[a-f]*\d)[0-9a-f]{7,40})(?![\w-])"
_IN = rf"(?:\s+(?:in|by|at|with|on)\s+(?:(?:commit|revision)\s+)?{_MARK}{_SHA}{_MARK})"
_SURE = (
    r"(?![^.;]*\b(?:if|unless|until|once|when|pending|provided|later|next|still|partly|partially|half|not"
    r"|to (?:be|come|follow)|will|should|would)\b)"
)
"""Nothing in the rest of the sentence takes it back or puts it off."""
_WAY = (
    r"\s+(?:by\s+[*_`]{1,3}@"
    r"|in\s+(?:one|two|three|four|five|\d{1,2})\s+(?:steps?|rounds?|commits?|changes?)\b)"
)
_ENDS = (
    r"(?=\s*(?:$|[.,;()\]*])|\s+(?:by\s+@|in\s+(?:round|commit|pr|#)|after\s|per\s|as\s+of\s)"
    rf"|{_WAY}{_SURE})"
)
_SAID = re.compile(
    rf"(?:^|(?P<part>\s[-\u2012-\u2015\u2212]\s|:\s|[(\[]|->\s*|\u2192\s*|;\s|\.\s)|\*\*){_MARK}{_STATE}{_MARK}(?:{_IN}|{_ENDS})",
    re.I,
)
_KEYED = re.compile(
    rf"{_MARK}(?:state|status|resolution|disposition|outcome){_MARK}\s*:{_MARK}\s*{_MARK}{_STATE}{_MARK}(?:{_IN}|{_ENDS})",
    re.I,
)
_FIXED_IN = re.compile(
    rf"{_MARK}(?:fix|fixed in|revision|commit|fix revision){_MARK}\s*:{_MARK}\s*{_MARK}{_SHA}", re.I
)
_PLACED = re.compile(rf"{_MARK}(?:file|anchor|location|where|path){_MARK}\s*:{_MARK}\s*(.+)", re.I)
_STARTS = ("block", "high", "med", "low", "p0", "p1", "p2", "p3", "major", "minor", "crit", "moder", "nit")


class _Open(NamedTuple):
    """A finding while its lines are read."""

    finding: FindingRead
    depth: int
    section: object


def read_findings(lines: Sequence[Line]) -> list[FindingRead]:
    """Every finding of the text in its order; one that has a name comes once, as its last mention says."""
    found: list[tuple[str, FindingRead]] = []
    current: _Open | None = None
    rows = {row.line.number: row for row in rows_of(lines, "severity")}
    listed = {line.section.line for line in lines if line.form == "item"}
    for line in lines:
        if len(found) >= MOST:
            break
        if current and _belongs(line, current):
            current = current._replace(finding=_with(current.finding, line.text))
            found[-1] = (found[-1][0], current.finding)
            continue
        is_list = line.section.line in listed
        one = (
            _row(rows.get(line.number))
            if line.form == "row"
            else _begun(line) or _told(line, is_list=is_list)
        )
        current = _Open(one, line.depth if line.form == "item" else -1, line.section) if one else None
        if one:
            found.append((labels.about(line.section.parts), one))
    return _merged(found)


def _told(line: Line, *, is_list: bool) -> FindingRead | None:
    """The paragraph directly below a heading that is only a severity, where no list follows."""
    section = line.section
    is_first = line.form == "text" and 0 < line.number - section.line <= 2
    if is_list or not is_first or section.has(labels.SPOKEN) or line.text.endswith(":"):
        return None
    severity = _severity_of(section.title) if section.kind == labels.FINDINGS else ""
    return _finding(_Said(severity, line.text), line) if severity else None


def _begun(line: Line) -> FindingRead | None:
    """The finding that a line begins."""
    section = line.section
    if line.form == "heading":
        return _headed(line)
    if line.form != "item" or section.has(labels.SPOKEN) or not line.text:
        return None
    is_below = section.has(labels.FINDINGS) or section.kind == labels.FINDINGS
    is_free = is_below or not section.level or section.kind in (labels.VERDICT, labels.ROUND)
    if said := _said(line.text, named_only=not is_free):
        return said and _finding(said, line)
    severity = _severity_of(line.parent or section.title) if is_below else ""
    return _finding(_Said(severity, line.text), line) if severity else None


def _headed(line: Line) -> FindingRead | None:
    """`### [HIGH] title`, `### HIGH-01: title`; a heading that is only a severity begins a list."""
    if line.section.has(labels.SPOKEN) or _HEADING.fullmatch(line.text):
        return None
    found = _said(line.text, named_only=True)
    return _finding(found, line) if found else None


class _Said(NamedTuple):
    severity: str
    rest: str
    label: str = ""


def _said(text: str, *, named_only: bool) -> _Said | None:
    """The severity that a text begins with, if it says one itself."""
    low = text[:20].lower()
    if not any(word in low for word in _STARTS):
        return None
    if found := _LABELLED.fullmatch(text):
        is_priority = found["label"].lower() in _SEVERITIES
        if not is_priority:
            return _Said(_worst(found["words"]), found["rest"], found["label"].upper())
    ways = (_BRACKETED,) if named_only else (_BRACKETED, _DELIMITED)
    for way in ways:
        if found := way.fullmatch(text):
            return _Said(_worst(found["words"]), found["rest"])
    return None


def _worst(words: str) -> str:
    named = {_SEVERITIES[word] for word in re.findall(_ONE, words.lower())}
    return next(one for one in _ORDER if one in named)


def _severity_of(title: str) -> str:
    found = _HEADING.fullmatch(title)
    return _worst(found["words"]) if found else ""


def _finding(said: _Said, line: Line) -> FindingRead | None:
    rest = said.rest.strip()
    if is_placeholder(rest) or (not said.label and (not rest or _NOTHING.fullmatch(plain(rest)))):
        return None
    title, tail = _parted(rest)
    if not said.label and (not plain(title) or _NOTHING.fullmatch(plain(title))):
        return None
    anchor = place_in(rest) or place_in(title)
    title = without_place(plain(title).strip(" -:\u2013\u2014"), anchor)[:300]
    one = FindingRead(said.severity, title, anchor, "open", "", line.number, line.quote, said.label)
    return _with(one, tail) if tail else one


def _parted(rest: str) -> tuple[str, str]:
    """Title and what came of it: `(title): fixed in ...`, `title - fixed in ...`, `title (resolved)`."""
    if rest.startswith("(") and (end := rest.find(")")) > 0:
        return rest[1:end], rest[end + 1 :].lstrip(" :->\u2012\u2013\u2014\u2192")
    starts = [found.start() for found in _SAID.finditer(rest)]
    return (rest[: starts[-1]], rest[starts[-1] :]) if starts else (rest, "")


def _belongs(line: Line, current: _Open) -> bool:
    """Whether a line stands below a finding."""
    if line.form == "heading" or line.section is not current.section or line.form == "row":
        return False
    if current.depth < 0:
        return _begun(line) is None
    return line.depth > current.depth or (line.form == "text" and bool(line.parent))


def _with(one: FindingRead, text: str) -> FindingRead:
    """The finding with what one more line says of its state, revision and place."""
    keyed = _KEYED.match(text)
    said = keyed or _SAID.match(text)
    if said:
        one = one._replace(state=_STATES[said["state"].lower()], revision=said["sha"] or one.revision)
    if fixed := _FIXED_IN.match(text):
        one = one._replace(revision=fixed["sha"])
    if not one.title and not said:
        one = one._replace(title=plain(text)[:300])
    placed = _PLACED.match(text)
    anchor = one.anchor or place_in(placed[1] if placed else text)
    return one._replace(anchor=anchor)


def _row(row: Row | None) -> FindingRead | None:
    """A row of a table with a column of severities, below a heading of findings or not."""
    if row is None or row.line.section.has(labels.SPOKEN):
        return None
    severity = _SEVERITIES.get(plain(row.get("severity")).lower(), "")
    title = plain(row.get("title", "finding", "issue", "summary", "description"))
    if not severity or not title or _NOTHING.fullmatch(title):
        return None
    anchor = place_in(row.get("file", "anchor", "location", "where", "path") or title)
    title = without_place(title, anchor)
    label = plain(row.get("id", "finding id", "label"))[:40]
    one = FindingRead(severity, title[:300], anchor, "open", "", row.line.number, row.line.quote, label)
    state = row.get("status", "state", "resolution", "disposition", "outcome")
    return _with(one, f"status: {state}") if state else one


def _merged(found: Sequence[tuple[str, FindingRead]]) -> list[FindingRead]:
    """Named findings once: the last mention, with the title and place that an earlier one gives.

    Each comes with the slice that its headings name: two slices may give the same name.
    """
    kept: dict[object, FindingRead] = {}
    for number, (about, one) in enumerate(found):
        key: object = (about, one.label.upper()) if one.label else number
        if earlier := kept.get(key):
            anchor, revision = one.anchor or earlier.anchor, one.revision or earlier.revision
            kept[key] = one._replace(title=earlier.title or one.title, anchor=anchor, revision=revision)
        else:
            kept[key] = one
    return list(kept.values())
