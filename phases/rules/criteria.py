"""Trigger criteria that runs can answer: a named check fails, or fails twice with a remediation between.

What no run can answer is left to a person, and no run is unknown, never "not triggered".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from .freshness import Badge, evidence, quoted, short
from .state import GateState, Outcome, PhaseState, SliceState
from .touching import Declared, Mention


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


class Criterion(NamedTuple):
    """A criterion with its answer and the runs that prove it."""

    number: int
    """Counted from 1, as the packet lists them."""
    text: str
    answer: Answer
    why: str
    runs: tuple[PastRun, ...] = ()


class Check(NamedTuple):
    """What a criterion asks of runs."""

    name: str
    twice: bool
    code: str
    """The slice whose paths a remediation has to touch, where the text names one."""


_FAILS = re.compile(r"^(?P<name>\S+(?: \S+){0,5}?) (?:fails|detects)\b(?P<twice> twice\b)?", re.IGNORECASE)
_OWNED = re.compile(r"\b([A-Z]+\d+[A-Z]?)-owned\b")
_MARKS = frozenset(":/_-.=")
"""A subject with one of these is the name of a check, whether such a gate is known or not."""


def asked(state: PhaseState, text: str) -> Check | None:
    """The check that a criterion speaks of; None where only a person can answer."""
    line = " ".join(text.replace("`", "").split())
    found = _FAILS.match(line)
    if found is None:
        return None
    owned = _OWNED.search(line)
    check = Check(found["name"], bool(found["twice"]), owned[1] if owned else "")
    return check if _MARKS & set(check.name) or named(state, check) else None


def named(state: PhaseState, check: Check) -> list[tuple[SliceState | None, GateState]]:
    """The gates that a check names, by their whole text or by one word of it."""
    return [(item, gate) for item, gate in _gates(state) if is_named(gate.text, check.name)]


def is_named(gate: str, name: str) -> bool:
    text = " ".join(gate.split())
    return text == name or name in text.split() or text.endswith(f" {name}")


def _gates(state: PhaseState) -> Iterator[tuple[SliceState | None, GateState]]:
    for item in state.slices.values():
        yield from ((item, gate) for gate in item.gates)
    yield from ((None, gate) for gate in (*state.exit_gates, *state.extra_gates))


def judge(
    state: PhaseState,
    texts: Sequence[str],
    runs: Mapping[int, Sequence[PastRun]],
    mentions: Iterable[Mention],
) -> list[Criterion]:
    """Each criterion with its answer. `runs` are by gate id; `mentions` the revisions between failures."""
    between = list(mentions)
    result = []
    for number, text in enumerate(texts, start=1):
        check = asked(state, text)
        if check is None:
            result.append(Criterion(number, text, Answer.PERSON, "A person answers this, with evidence."))
            continue
        gates = named(state, check)
        history = sorted(
            (run for _, gate in gates for run in runs.get(gate.id, ())), key=lambda run: run[3:5]
        )
        found = (
            _twice(state, check, gates, history, between)
            if check.twice
            else _once(state, check, gates, history)
        )
        result.append(Criterion(number, text, *found))
    return result


Found = tuple[Answer, str, tuple[PastRun, ...]]
Gates = Sequence[tuple[SliceState | None, GateState]]


def _once(state: PhaseState, check: Check, gates: Gates, history: Sequence[PastRun]) -> Found:
    """The latest run decides: a check that fails says that it found what it looks for."""
    if not history:
        return _unknown(check)
    last = history[-1]
    name, at = quoted(check.name), _at(last)
    if last.outcome == Outcome.FAIL:
        return Answer.TRIGGERED, f"{name} failed{at}.", (last,)
    is_stale = any(evidence(state, item, gate) in (Badge.STALE, Badge.LATE) for item, gate in gates)
    if is_stale:
        return Answer.UNKNOWN, f"{name} passed{at}, but the code has changed since: run it again.", (last,)
    return Answer.NOT_TRIGGERED, f"{name} passed{at}.", (last,)


def _twice(
    state: PhaseState, check: Check, gates: Gates, history: Sequence[PastRun], mentions: Sequence[Mention]
) -> Found:
    """Two failures in a row, with a revision between that touches the paths of the slice concerned."""
    if not history:
        return _unknown(check)
    owners = [check.code] if check.code in state.slices else [item.code for item, _ in gates if item]
    declared = Declared({code: state.slices[code].paths for code in dict.fromkeys(owners)})
    name = quoted(check.name)
    for first, second in pairwise(history):
        if first.outcome == second.outcome == Outcome.FAIL:
            remedy = _remedy(declared, first, second, mentions)
            if remedy is not None:
                why = f"{name} failed{_at(first)} and again{_at(second)}, with {short(remedy.sha)} between."
                return Answer.TRIGGERED, why, (first, second)
    failed = tuple(run for run in history if run.outcome == Outcome.FAIL)
    if not failed:
        return Answer.NOT_TRIGGERED, f"{name} has not failed in {_count(history)}.", (history[-1],)
    why = f"{name} failed in {len(failed)} of {_count(history)}, not twice with a remediation between."
    return Answer.NOT_TRIGGERED, why, failed[-2:]


def _remedy(
    declared: Declared, first: PastRun, second: PastRun, mentions: Sequence[Mention]
) -> Mention | None:
    """The revision after the first failure, up to the second, that touches the slices or fixes them."""
    for mention in mentions:
        if first.place < mention.place <= second.place:
            is_fix = any(code in mention.fixes for code in declared.codes)
            if not declared.codes or is_fix or declared.touches(mention):
                return mention
    return None


def _unknown(check: Check) -> Found:
    return Answer.UNKNOWN, f"No run of {quoted(check.name)} has been reported.", ()


def _at(run: PastRun) -> str:
    return f" at {short(run.revision)}" if run.revision else ""


def _count(history: Sequence[PastRun]) -> str:
    return "1 run" if len(history) == 1 else f"{len(history)} runs"
