"""Owners, branches with their pull requests, and the status of decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from phases.packets import closure_labels as labels
from phases.packets.closure_facts import DecisionRead, LinkRead, OwnerRead
from phases.packets.closure_lines import Line, plain
from phases.packets.closure_names import SLICE
from phases.packets.closure_tables import Row, rows_of

_DASH = r"[-\u2012-\u2015\u2212]"
_MARK = r"[*_`]{0,4}"
_HANDLE = r"@[A-Za-z0-9][\w.-]{0,60}(?:/[\w.-]{1,60})?"
_IN_TEXT = re.compile(rf"(?<![\w.@])({_HANDLE})")
_DUTY = re.compile(rf"{_MARK}({_HANDLE}){_MARK}\s*(?::|{_DASH}\s|->|\u2192){_MARK}\s*(\S.*)")
_NAMED = re.compile(
    rf"(?P<who>[^:@]{{1,80}}?)\s*(?::|\s{_DASH}\s|->|\u2192|\(){_MARK}\s*{_MARK}(?P<handle>{_HANDLE})(?P<rest>.*)"
)
_ROLE = re.compile(rf"(?P<role>[^:@`|]{{2,60}}?)(?::|\s{_DASH})\s+(?P<duty>\S.*)")
_BACKUP = re.compile(rf"backup{_MARK}\s*[:=]?\s*{_MARK}({_HANDLE})", re.I)
_OWNER = re.compile(rf"{_MARK}(?:slice )?(?:primary )?owner{_MARK}\s*:{_MARK}\s*{_MARK}({_HANDLE})(.*)", re.I)
_CODE = re.compile(rf"{_MARK}({SLICE}){_MARK}(?![\w-])")
_TRAILING = ".,;)*_`"

_NUMBER = r"(?:#(\d{1,7})|(https?://[^\s`)>\]]{1,200}/(?:pull|pulls|merge_requests)/\d{1,7}))"
_PULL = re.compile(rf"(?:\bPR\b|\bpull request\b)?[\s:]*[\[(]?{_NUMBER}(?!\w)", re.I)
_SPAN = re.compile(r"`([^`\s]{1,200})`")
_BRANCH = re.compile(r"[A-Za-z0-9][\w./-]*[/-][\w./-]*[A-Za-z0-9]")
_FILE = re.compile(r".*(?:\.(?:md|ya?ml|json|tsx?|jsx?|mjs|py|txt|sh|toml)|/)", re.I)
_SAYS_PULL = re.compile(r"(?<!\w)(?:PRs?|pull requests?)(?!\w)|#\d", re.I)
_STACKED = re.compile(rf"(?:{_MARK}{SLICE}{_MARK}|#\d{{1,7}}|{_MARK}`|\[#|\[?PR\b)")

_DECISION = r"D-\d{1,4}"
_STATUS = rf"{_MARK}(open|locked|closed|deferred|superseded){_MARK}(?![\w-])(?!\s*(?:\||/|\bor\b))"
_DECIDED = re.compile(
    rf"{_MARK}({_DECISION}(?:{_MARK}\s*(?:,|/|and|&|,\s*and)\s*{_MARK}{_DECISION})*){_MARK}"
    rf"(?:\s*\([^()]{{1,120}}\))?\s*(?::|{_DASH}(?=\s)|->|\u2192|(?:is|are|remains?|stays?|was|were)(?=\s)){_MARK}\s*"
    rf"(?:(?:now|still|remains?|stays?|unchanged,?|already)\s+)?{_STATUS}",
    re.I,
)
_DECISION_CODE = re.compile(_DECISION, re.I)


def read_owners(lines: Sequence[Line]) -> Iterator[OwnerRead]:
    """Who answers for what: tables with an owner column, and lists."""
    rows = {row.line.number: row for row in rows_of(lines, "owner", "owners", "primary", "primary owner")}
    for line in lines:
        if line.section.has(labels.SPOKEN) and line.form != "row":
            continue
        one = _owner_row(rows.get(line.number)) if line.form == "row" else _owner_line(line)
        if one:
            yield one


def _owner_row(row: Row | None) -> OwnerRead | None:
    owner = row.get("owner", "owners", "primary", "primary owner") if row else ""
    if row is None or not plain(owner).strip("-\u2014 "):
        return None
    handle, role = _who(owner)
    backup = _handle(row.get("backup", "backup approver", "backup owner")) or _backup(owner)
    duty = row.get(
        "accountability", "concern", "duty", "responsibility", "scope", "role", "item", "title", "notes"
    )
    code = _CODE.fullmatch(row.get("slice", "slices", "code"))
    priority = plain(row.get("priority", "prio"))
    where = code[1] if code else ""
    return OwnerRead(
        handle, backup, where, plain(duty)[:300], priority[:40], row.line.number, row.line.quote, role
    )


def _owner_line(line: Line) -> OwnerRead | None:
    in_owners = line.section.has(labels.OWNERS)
    if line.form == "heading" or ("@" not in line.text and not in_owners):
        return None
    if found := _DUTY.match(line.text):
        is_listed = line.form == "item" and not line.section.has(labels.FINDINGS, labels.BLOCKERS)
        return _listed(line, found[1], found[2]) if is_listed or in_owners else None
    if found := _OWNER.match(line.text):
        code = labels.about(line.section.title) or labels.about(line.parent)
        return _owner(line, found[1], code=code, backup=_backup(found[2]))
    if not in_owners or line.form != "item":
        return None
    if found := _NAMED.match(line.text):
        return _named(line, found)
    found = _ROLE.match(line.text) if "@" not in line.text and not line.parent else None
    return _owner(line, "", role=plain(found["role"]), duty=plain(found["duty"])) if found else None


def _listed(line: Line, handle: str, duty: str) -> OwnerRead:
    code = _CODE.match(duty)
    return _owner(line, handle, code=code[1] if code else "", duty=plain(duty), backup=_backup(duty))


def _named(line: Line, found: re.Match[str]) -> OwnerRead | None:
    """`D1: @handle (backup @other)`, `Runtime host (@handle): duty`, `Backup: @handle`."""
    who, rest = plain(found["who"]), found["rest"]
    if who.lower().startswith("backup"):
        return _owner(line, "", backup=_tidy(found["handle"]))
    code = _CODE.fullmatch(who)
    duty = re.sub(rf"^[\s)*_`]*(?::|{_DASH}|,)?\s*", "", rest)
    is_duty = bool(duty) and not _BACKUP.search(rest)
    role = "" if code else who
    where = code[1] if code else labels.about(who)
    return _owner(
        line,
        found["handle"],
        code=where,
        role=role,
        backup=_backup(rest),
        duty=plain(duty) if is_duty else "",
    )


def _owner(
    line: Line, handle: str, *, code: str = "", role: str = "", duty: str = "", backup: str = ""
) -> OwnerRead:
    return OwnerRead(_tidy(handle), backup, code, duty[:300], "", line.number, line.quote, role[:80])


def _who(cell: str) -> tuple[str, str]:
    """Handle and role of a cell: one of them is empty, unless both are written."""
    handle = _handle(cell)
    bare = plain(_IN_TEXT.sub("", cell)).strip(" ()/,;-") if handle else plain(cell)
    return handle, "" if _BACKUP.search(cell) else bare[:80]


def _handle(text: str) -> str:
    found = _IN_TEXT.search(text)
    return _tidy(found[1]) if found else ""


def _backup(text: str) -> str:
    found = _BACKUP.search(text)
    return _tidy(found[1]) if found else ""


def _tidy(handle: str) -> str:
    return handle.rstrip(_TRAILING)


def read_links(lines: Sequence[Line]) -> Iterator[LinkRead]:
    """Branches and pull requests: `D1: branch -> PR #134`, `#99 branch`, `D1 (branch, PR #134)`, tables."""
    rows = {row.line.number: row for row in rows_of(lines, "branch", "pr", "pull request")}
    for line in lines:
        if line.section.has(labels.SPOKEN, labels.FINDINGS):
            continue
        one = _link_row(rows.get(line.number)) if line.form == "row" else _link_line(line)
        if one and (one.branch or one.pull_request) and (one.slice or (one.branch and one.pull_request)):
            yield one


def _link_row(row: Row | None) -> LinkRead | None:
    if row is None:
        return None
    code, pull = _CODE.fullmatch(row.get("slice", "code")), _PULL.search(row.get("pr", "pull request", "prs"))
    branch = _branch(f"`{row.get('branch').strip('` ')}`")
    return LinkRead(code[1] if code else "", branch, _pull(pull), row.line.number, row.line.quote)


def _link_line(line: Line) -> LinkRead | None:
    if line.form == "heading" or not _STACKED.match(line.text):
        return None
    if not line.section.has(labels.LINKS) and not _SAYS_PULL.search(line.text):
        return None
    code = _CODE.match(line.text)
    pulls = _PULL.findall(line.text)
    if len(pulls) > 1:
        return None
    branch = _branch(line.text)
    return LinkRead(code[1] if code else "", branch, _pull(_PULL.search(line.text)), line.number, line.quote)


def _pull(found: re.Match[str] | None) -> str:
    return (f"#{found[1]}" if found[1] else found[2]) if found else ""


def _branch(text: str) -> str:
    """The only code-quoted name in a text that may be a branch."""
    names = [name for name in _SPAN.findall(text) if _BRANCH.fullmatch(name) and not _FILE.fullmatch(name)]
    return names[0] if len(names) == 1 else ""


def read_decisions(lines: Sequence[Line]) -> Iterator[DecisionRead]:
    """The status of decisions: `D-009: locked (triggered)`, `D-009 and D-010 remain open`, tables."""
    rows = {row.line.number: row for row in rows_of(lines, "decision", "id", "decision id", "code")}
    for line in lines:
        if line.form == "row":
            row = rows.get(line.number)
            text = (
                f"{row.get('decision', 'id', 'decision id', 'code')}: {row.get('status', 'state')}"
                if row
                else ""
            )
        else:
            text = line.text
        found = _DECIDED.match(text) if "-" in text and not line.section.has(labels.SPOKEN) else None
        for code in _DECISION_CODE.findall(found[1]) if found else ():
            yield DecisionRead(code.upper(), found[2].lower(), line.number, line.quote)  # type: ignore[index]
