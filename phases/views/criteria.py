"""Trigger criteria as a page shows them: the answer that runs give, and the runs that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phases.models import Slice
from phases.rules.criteria import Answer, Criterion
from phases.rules.state import PhaseState
from phases.rules.wording import short
from phases.triggers import answered

from .paths import Paths

WORDS = {
    Answer.TRIGGERED: "triggered",
    Answer.NOT_TRIGGERED: "not triggered",
    Answer.UNKNOWN: "unknown",
    Answer.PERSON: "a person answers",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """A run that proves an answer."""

    outcome: str
    revision: str
    url: str


@dataclass(frozen=True, slots=True)
class CriterionLine:
    number: int
    text: str
    answer: str
    word: str
    why: str
    proofs: Sequence[Proof]


def criteria_of(row: Slice, state: PhaseState) -> list[CriterionLine]:
    """The criteria of a slice; at most two queries, none where only persons can answer."""
    return criteria_lines(answered(row.phase, state, row.trigger_criteria), state)


def criteria_lines(found: Sequence[Criterion], state: PhaseState) -> list[CriterionLine]:
    """Answered criteria as a page shows them."""
    paths = Paths(state.initiative)
    return [_line(one, paths, state.code) for one in found]


def _line(found: Criterion, paths: Paths, phase: str) -> CriterionLine:
    proofs = [Proof(_WORD[run.outcome], short(run.revision), paths.run(phase, run.id)) for run in found.runs]
    return CriterionLine(found.number, found.text, found.answer.value, WORDS[found.answer], found.why, proofs)


_WORD = {"pass": "passed", "fail": "failed"}
