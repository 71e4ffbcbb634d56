"""Gate commands with what came of them; a command without a result is a claim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from phases.packets import closure_labels as labels
from phases.packets.closure_facts import GateRead
from phases.packets.closure_lines import MOST, Line, is_placeholder, plain
from phases.packets.closure_tables import rows_of
from phases.packets.closure_words import is_hedged

_GOOD = r"pass(?:ed|es)?|green|succeeded|success|ok|\u2705|\u2714"
_BAD = r"fail(?:ed|s|ure)?|red|error(?:ed)?|\u274c|\u2717"
_OUTCOME = (
    rf"(?:\d{{1,9}} )?(?:(?P<good>{_GOOD})|(?P<bad>{_BAD})"
    r"|exit(?: code)?[:= ]\s*`?(?P<exit>\d{1,3})`?)(?![\w-])"
)
_MARK = r"[*_`]{0,4}"
_COMMAND = re.compile(
    r"(?P<label>[\w ,./()&-]{1,60}:\s*)?\*{0,2}`(?P<command>[^`]{1,500})`\*{0,2}(?P<rest>.*)"
)
_RESULT = re.compile(
    rf"\s*(?:->|=>|\u2192|\u21d2|[:=]|[-\u2012-\u2015\u2212](?=\s)|[(\[]|(?=\w)|(?=[\u2705\u2714\u274c\u2717*]))\s*{_MARK}{_OUTCOME}{_MARK}(?P<rest>.*)",
    re.I,
)
_KEYED = re.compile(
    rf"{_MARK}(?:outcome|result|status)\s*{_MARK}\s*[:=]{_MARK}\s*{_MARK}{_OUTCOME}{_MARK}(?P<rest>.*)", re.I
)
_EXIT = re.compile(
    rf"{_MARK}exit(?: code| status)?{_MARK}\s*[:=]{_MARK}\s*{_MARK}(?P<exit>\d{{1,3}}){_MARK}(?!\w).*", re.I
)
_ALL = re.compile(
    r"\W{0,4}all(?: of)?(?: \d{1,3})?(?: (?:the|these|those))?"
    r"(?: (?:commands|gates|checks|suites|runs|of them|tests))?"
    rf"(?: (?:above|below|have|are|were))*\s+(?P<good>{_GOOD})\W{{0,4}}",
    re.I,
)
_FAILURES = re.compile(r"(?<!\w)[1-9]\d{0,8} (?:failed|failures?|failing|errors?)(?!\w)", re.I)
_CHOICE = re.compile(rf"\s*(?:\||/|or\s)\s*{_MARK}(?:{_GOOD}|{_BAD})", re.I)


@dataclass
class _Reader:
    found: list[GateRead] = field(default_factory=list)
    listed: list[int] = field(default_factory=list)
    """Places in `found` of the commands of the list at hand."""
    section: object = None
    last: int = -1
    """Place of the command that a line such as `Exit code: 0` speaks of."""
    all_passed: bool = False
    """The line before the list says that all of it passed."""

    def take(self, line: Line) -> None:
        if line.section is not self.section:
            self.section, self.last, self.all_passed = line.section, -1, False
            self.listed.clear()
        in_gates = line.section.has(labels.GATES)
        if found := _ALL.fullmatch(line.text):
            self._all(is_before=line.text.rstrip().endswith(":"), in_gates=in_gates)
        elif self.last >= 0 and (said := _said_after(line)):
            self._say(said)
        elif found := _COMMAND.match(line.text):
            self._command(line, found, in_gates=in_gates)

    def _command(self, line: Line, found: re.Match[str], *, in_gates: bool) -> None:
        command, rest = found["command"].strip(), found["rest"]
        outcome = _outcome_of(rest)
        is_heading = line.form == "heading"
        is_command = (
            " " in command and not is_placeholder(command) and not command.startswith(("http", "#", "@"))
        )
        if line.section.has(labels.SPOKEN) or line.section.has(labels.FINDINGS) or line.form == "row":
            return
        is_attested = in_gates and bool(outcome) and not found["label"]
        if not (is_command or is_attested) or not (outcome or in_gates or is_heading):
            return
        if line.box == " ":
            outcome = ""
        if (
            not outcome
            and rest.strip(" .;,:")
            and not rest.lstrip().startswith(("(", "-", "\u2013", "\u2014", "->", ":"))
        ):
            return
        self.last = len(self.found)
        self.listed.append(self.last)
        outcome = outcome or ("pass" if self.all_passed and not is_hedged(rest) else "")
        self.found.append(GateRead(command, outcome, line.number, line.quote))

    def _all(self, *, is_before: bool, in_gates: bool) -> None:
        """`All passed.` after the list, or with a colon before it."""
        if is_before:
            self.all_passed = in_gates
            self.listed.clear()
            return
        for place in self.listed:
            if not self.found[place].outcome:
                self.found[place] = self.found[place]._replace(outcome="pass")
        self.listed.clear()

    def _say(self, outcome: str) -> None:
        """Exit code or outcome of the last command; two that disagree leave it without one."""
        one = self.found[self.last]
        agreed = outcome if one.outcome in ("", outcome) else ""
        self.found[self.last] = one._replace(outcome=agreed)
        if not agreed:
            self.last = -1


def read_gates(lines: Sequence[Line]) -> list[GateRead]:
    """Every command of the text with its outcome, in its order."""
    reader = _Reader()
    for line in lines:
        if len(reader.found) >= MOST:
            break
        reader.take(line)
    rows = list(_rows(lines))
    return sorted([*reader.found, *rows], key=lambda one: one.line)[:MOST] if rows else reader.found


def _said_after(line: Line) -> str:
    """What a line below a command says of it."""
    found = _KEYED.fullmatch(line.text) or _EXIT.fullmatch(line.text)
    return _word(found) if found and line.form in ("item", "text") else ""


def _outcome_of(rest: str) -> str:
    """`-> pass`, `(pass)`, `- PASS`, or nothing."""
    found = _RESULT.match(rest)
    return _word(found) if found else ""


def _word(found: re.Match[str]) -> str:
    groups = found.groupdict()
    rest = groups.get("rest") or ""
    if _CHOICE.match(rest) or is_hedged(rest.partition(". ")[0]):
        return ""
    is_good = bool(groups.get("good")) or groups.get("exit", "") in ("0", "00")
    return "pass" if is_good and not _FAILURES.search(rest) else "fail"


def _rows(lines: Sequence[Line]) -> Iterator[GateRead]:
    """Rows of a table with a column of commands or gates."""
    for row in rows_of(lines, "command", "gate", "commands", "check"):
        command = row.get("command", "gate", "commands", "check").strip("` ")
        said = row.get("outcome", "result", "status", "exit code", "exit")
        if not command or row.line.section.has(labels.SPOKEN):
            continue
        bare = plain(said)
        outcome = _outcome_of(f"-> exit {bare}" if bare.isdigit() else f"-> {bare}") if bare else ""
        yield GateRead(command[:500], outcome, row.line.number, row.line.quote)
