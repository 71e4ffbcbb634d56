"""Trigger criteria that runs can answer: a named check fails, or fails twice with a remediation between.

What no run can answer is left to a person, and no run is unknown, never "not triggered".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from .freshness import Badge, evidence
from .state import GateState, Outcome, PhaseState, SliceState, Touch
from .wording import quoted, short


class Answer(StrEnum):
    TRIGGERED = "triggered"
    NOT_TRIGGERED = "not_triggered"
    UNKNOWN = "unknown"
    """A run could answer it, and there is none that counts."""
    PERSON = "person"
    """Only a person can answer it."""


class PastRun(NamedTuple):
    """One run of the history of a check, the retracted ones left out."""

    id: int
    gate_id: int
    outcome: str
    place: int
    seq: int
    revision: str


class Pair(NamedTuple):
    """Two failures of a check in a row, and the revision between them that counts as remediation."""

    first: PastRun
    second: PastRun
    remedy: str


class History(NamedTuple):
    """What a criterion needs of the runs of its check, however many there are."""

    newest: Sequence[PastRun] = ()
    """The last two passes and the last two failures, in the order of their revisions."""
    passed: int = 0
    failed: int = 0
    pair: Pair | None = None
    """The newest one, where the criterion asks for two failures."""


class Criterion(NamedTuple):
    """A criterion with its answer and the runs that prove it."""

    number: int
    """Counted from 1, as the packet lists them."""
    text: str
    answer: Answer
    why: str
    runs: tuple[PastRun, ...] = ()


Gates = Sequence[tuple[SliceState | None, GateState]]


class Check(NamedTuple):
    """What a criterion asks of runs."""

    name: str
    twice: bool
    code: str
    """The slice that a remediation has to touch, where the text names one."""
    gates: Gates = ()
    """The gates that it names; none where no such command was ever reported."""

    @property
    def owners(self) -> list[str]:
        """Codes of the slices one of which a remediation has to touch; none if any revision is one."""
        owners = [self.code] if self.code else [item.code for item, _ in self.gates if item]
        return list(dict.fromkeys(owners))


_VERB = re.compile(r" (fails|detects)(?=[ .]|$)", re.IGNORECASE)
_TWICE = re.compile(
    r" twice with (?:one|a) remediation(?: attempt)?"
    r"(?: \((?:(?:a|one) )?commit touching (?P<code>[A-Za-z0-9][A-Za-z0-9._-]*)-owned paths"
    r"(?: plus (?:a|one) rerun of (?:that|the) gate)?\))?"
    r" between(?: (?:the )?failures)?\.?",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"\S+[:/]\S+")
"""One word that is the name of a check, whether such a gate is known or not."""
_MARKS = frozenset(":/_-.=")
_NOT = frozenset({"never", "no", "not", "longer"})
_NOTHING = re.compile(r" (?:no|not|nothing|none|neither|never)\b", re.IGNORECASE)


def asked(state: PhaseState, text: str) -> Check | None:
    """The check that a criterion speaks of; None where only a person can answer.

    Every word of the text has to be understood, but for what a scan that "detects" looks for.
    """
    line = " ".join(text.replace("`", "").split())
    for found in _VERB.finditer(line):
        check = _check(state, line[: found.start()], found[1].lower(), line[found.end() :])
        if check is not None:
            return check
    return None


def _check(state: PhaseState, name: str, verb: str, tail: str) -> Check | None:
    gates = named(state, name)
    if not (gates or _SCRIPT.fullmatch(name)) or name.split()[-1].lower() in _NOT:
        return None
    if verb == "detects":
        return None if _NOTHING.match(tail) else Check(name, False, "", gates)
    if tail in ("", "."):
        return Check(name, False, "", gates)
    found = _TWICE.fullmatch(tail)
    if found is None or (found["code"] and found["code"] not in state.slices):
        return None
    return Check(name, True, found["code"] or "", gates)


def named(state: PhaseState, name: str) -> list[tuple[SliceState | None, GateState]]:
    """The gates that a name means; none where a plain word could mean several different ones."""
    gates = [(item, gate) for item, gate in _gates(state) if is_named(gate.text, name)]
    is_plain = " " not in name and not _MARKS & set(name)
    return [] if is_plain and len({_line(gate.text) for _, gate in gates}) > 1 else gates


def is_named(gate: str, name: str) -> bool:
    """Whether it is the gate's whole text, its ending, or a word of it other than the program."""
    text = _line(gate)
    return text == name or text.endswith(f" {name}") or (" " not in name and name in text.split()[1:])


@lru_cache(maxsize=4096)
def _line(text: str) -> str:
    return " ".join(text.split())


def _gates(state: PhaseState) -> Iterator[tuple[SliceState | None, GateState]]:
    for item in state.slices.values():
        yield from ((item, gate) for gate in item.gates)
    yield from ((None, gate) for gate in (*state.exit_gates, *state.extra_gates))


def judge(state: PhaseState, texts: Sequence[str], histories: Mapping[int, History]) -> list[Criterion]:
    """Each criterion with its answer; `histories` by the number of the criterion, from 1."""
    result = []
    for number, text in enumerate(texts, start=1):
        check = asked(state, text)
        if check is None:
            result.append(Criterion(number, text, Answer.PERSON, "A person answers this, with evidence."))
        else:
            found = _answer(state, check, histories.get(number, History()))
            result.append(Criterion(number, text, *found))
    return result


Found = tuple[Answer, str, tuple[PastRun, ...]]


def _answer(state: PhaseState, check: Check, history: History) -> Found:
    """The latest run decides: a check that fails says that it found what it looks for.

    Where two failures are asked for, a pair that was found stands, whatever came after it.
    """
    name = quoted(check.name)
    if not history.newest:
        return Answer.UNKNOWN, f"No run of {name} counts so far.", ()
    last = history.newest[-1]
    has_failed = last.outcome == Outcome.FAIL
    said = f"{name} {'failed' if has_failed else 'passed'}{_at(last)}"
    if history.pair is not None:
        first, second, remedy = history.pair
        why = f"{name} failed{_at(first)} and again{_at(second)}, with {short(remedy)} between."
        return Answer.TRIGGERED, why, (first, second)
    if has_failed and not check.twice:
        return Answer.TRIGGERED, f"{said}.", (last,)
    if stale := _why_stale(state, check, last):
        return Answer.UNKNOWN, f"{said}, but {stale}: run it again.", (last,)
    if not check.twice:
        return Answer.NOT_TRIGGERED, f"{said}.", (last,)
    return _not_twice(name, history)


def _not_twice(name: str, history: History) -> Found:
    total = history.passed + history.failed
    count = "1 run" if total == 1 else f"{total} runs"
    failed = tuple(run for run in history.newest if run.outcome == Outcome.FAIL)
    if not failed:
        return Answer.NOT_TRIGGERED, f"{name} has not failed in {count}.", (history.newest[-1],)
    why = f"{name} failed in {history.failed} of {count}, not twice in a row with a remediation between."
    return Answer.NOT_TRIGGERED, why, failed


def _why_stale(state: PhaseState, check: Check, last: PastRun) -> str:
    """Why the latest run says nothing of the code as it is now; empty if it does.

    A gate of the phase as a whole is asked again once any of its slices was touched.
    """
    owners = {item.code: item for item, _ in check.gates if item}
    if check.code:
        owners[check.code] = state.slices[check.code]
    is_command = any(gate.kind == "command" for _, gate in check.gates)
    for code, item in owners.items():
        if last.seq < item.reset_seq:
            return f"{code} was {'sent back' if item.reset == 'send_back' else 'reopened'} after that"
        if item.fixed and last.place < item.fixed.place:
            return _newer(last, item.fixed, f"fixes a finding in {code}")
        if is_command and item.touched and last.place < item.touched.place:
            return _newer(last, item.touched, f"touches {code}")
    newest = state.last_touched if any(item is None for item, _ in check.gates) else None
    if newest and last.place < newest.place:
        return _newer(last, newest, "touches what the phase declares")
    for owner, gate in check.gates:
        if gate.run and gate.run.id == last.id and evidence(state, owner, gate) in (Badge.STALE, Badge.LATE):
            return "that no longer counts"
    return ""


def _newer(last: PastRun, touch: Touch, does: str) -> str:
    order = "is newer and" if last.place else "may be newer: no revision was named, and it"
    return f"{short(touch.revision)} {order} {does}"


def _at(run: PastRun) -> str:
    return f" at {short(run.revision)}" if run.revision else ""
