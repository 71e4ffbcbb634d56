"""What a lead has before them while deciding a conditional slice: criteria, and what each word asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename

from phases.actions.decisions import DEFER, whys_for_a_reason
from phases.models import Slice
from phases.rules.criteria import Answer, Criterion
from phases.rules.state import PhaseState, SliceState, Verdict
from phases.triggers import answered

from .criteria import CriterionLine, criteria_lines
from .disposition_form import NOT_TRIGGERED, TRIGGERED, Said, Written
from .paths import Paths
from .places import Unmet, placed
from .words import listed

VERDICTS = (
    (Verdict.TRIGGERED, "Triggered", "The work is done now."),
    (Verdict.DEFERRED, "Deferred", "Nothing is done now, and watchpoints keep an eye on it."),
)
COMPUTED = {Answer.TRIGGERED: True, Answer.NOT_TRIGGERED: False}


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A criterion with what runs say, and what the person says so far."""

    line: CriterionLine
    said: Said
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Decision:
    template = "disposition/_decision.html"

    found: Sequence[Criterion]
    rows: Sequence[CriterionRow]
    in_the_way: Sequence[Unmet]
    """What deferring needs and does not have."""
    cannot_defer: str
    asks_for: Sequence[str]
    """What triggered will ask for, in sentences."""
    reopened: str
    verdicts: Sequence[tuple[str, str, str]] = VERDICTS


def started(found: Sequence[Criterion]) -> Written:
    """The form before anything is written: runs can watch what they can answer."""
    return Written(watchpoints=offered(found))


def offered(found: Sequence[Criterion]) -> str:
    """The watchpoints that the page fills in: the criteria that runs answer, one a line."""
    return "\n".join(" ".join(one.text.split()) for one in found if one.answer != Answer.PERSON)


def criteria(row: Slice, state: PhaseState) -> list[Criterion]:
    """The criteria with the answers of runs; at most two queries."""
    return answered(row.phase, state, row.trigger_criteria)


def prepare(
    state: PhaseState, item: SliceState, found: Sequence[Criterion], written: Written, mine: Collection[str]
) -> Decision:
    """No query."""
    deferrable = item.status == DEFER.source
    return Decision(
        found=found,
        rows=[
            CriterionRow(line, written.criteria.get(line.number, Said()), _choices(one))
            for one, line in zip(found, criteria_lines(found, state), strict=True)
        ],
        in_the_way=placed(DEFER.unmet(state, item), Paths(state.initiative), state.code, mine)
        if deferrable
        else (),
        cannot_defer=""
        if deferrable
        else "It is not in progress: send it back to work before it is deferred.",
        asks_for=list(_asks_for(state, item)),
        reopened=item.reset_note if item.reset == "reopen" and item.round is None else "",
    )


def _choices(one: Criterion) -> list[tuple[str, str]]:
    first = "As runs say" if one.answer in COMPUTED else "Unanswered"
    return [("", first), (TRIGGERED, "Triggered"), (NOT_TRIGGERED, "Not triggered")]


def _asks_for(state: PhaseState, item: SliceState) -> Iterator[str]:
    evidence = [one for one in item.artifacts if one.when == "triggered"]
    for one in evidence:
        there = f"attached, version {one.version.number}" if one.version else "to be attached before it lands"
        yield f"The evidence {basename(one.path)}, {there}."
    if not evidence:
        yield "No evidence document: what you write below is the evidence."
    gates = [gate.text for gate in item.gates if gate.suite == "full_if_triggered"]
    if gates:
        yield f"The full suite if triggered: {listed(gates)}."
    waiting = [
        other.code
        for other in state.slices.values()
        for need in other.needs
        if need.code == item.code and need.if_triggered
    ]
    if waiting:
        yield f"{listed(waiting)} {'waits' if len(waiting) == 1 else 'wait'} until {item.code} has landed."


def outlook(found: Sequence[Criterion], written: Written) -> list[tuple[str, str]]:
    """(sentence, tone) of what the criteria say so far, and of what needs a reason."""
    if not found:
        return [("The packet lists no criteria, so either word stands on what you write.", "")]
    triggered = _triggered(found, written)
    word = Verdict.TRIGGERED if any(triggered.values()) else Verdict.DEFERRED
    said = f"{len(triggered)} of {len(found)} criteria answered. They say: {word}."
    if not triggered:
        none = "None of the criteria is" if len(found) > 1 else "The criterion is not"
        said = f"{none} answered yet, so nothing follows from {'them' if len(found) > 1 else 'it'}."
    lines = [(said, "")]
    for verdict in (Verdict.TRIGGERED, Verdict.DEFERRED):
        why = next(whys_for_a_reason(found, triggered, verdict), "")
        if why and not written.reason.strip():
            lines.append((f"To decide {verdict} a reason is needed. {why}", "warn"))
    return lines


def _triggered(found: Sequence[Criterion], written: Written) -> Mapping[int, bool]:
    """By number the answers as they are now: the person's, else those of runs."""
    answers = {}
    for one in found:
        said = written.criteria.get(one.number, Said()).choice
        if said:
            answers[one.number] = said == TRIGGERED
        elif one.answer in COMPUTED:
            answers[one.number] = COMPUTED[one.answer]
    return answers
