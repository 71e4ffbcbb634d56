"""Decisions on conditional slices and postures of readiness slices: by their own leads, never a machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from phases.errors import Invalid, Refused
from phases.models import Disposition, Phase, Slice
from phases.rules.criteria import Answer, Criterion
from phases.rules.dispositions import POSTURES, leaf
from phases.rules.requirements import in_the_way_of_posture
from phases.rules.state import LeafState, PhaseState, SliceState, Status, Verdict
from phases.rules.transitions import IS, TABLE
from phases.triggers import answered

from .ledger import Book
from .recording import Answered, NewDisposition, keep
from .watchpoints import watch

TAKES_DECISIONS = (Status.IN_PROGRESS, Status.CANDIDATE)
DEFER = next(row for row in TABLE if row.by_disposition)
BY_RUNS, BY_PERSON = "runs", "person"
"""Where the answer to a criterion comes from."""


def record_decision(
    book: Book, phase: Phase, state: PhaseState, item: SliceState, asked: NewDisposition
) -> Disposition:
    """Triggered if any criterion is, deferred otherwise; deciding otherwise needs a reason.

    Deferring is a transition: it is refused unless assess is green and the slice's products exist.
    """
    _require(book, phase, state, item, asked, (Verdict.TRIGGERED, Verdict.DEFERRED))
    found = answered(phase, state, Slice.objects.get(pk=item.id).trigger_criteria)
    criteria = _criteria(found, asked)
    _check_reason(found, criteria, asked)
    if asked.verdict == Verdict.TRIGGERED:
        if asked.watchpoints:
            raise Invalid({"watchpoints": "Watchpoints belong to a deferral: they say what would end it."})
        return _trigger(book, phase, item, asked, list(criteria.values()))
    return _defer(book, phase, state, item, asked, list(criteria.values()))


def takes_decision(state: PhaseState, item: SliceState) -> bool:
    """Whether a decision or posture can be recorded now.

    A landed slice takes one that it lacks: its kind came with a later packet, or a waiver ended.
    """
    if item.status == Status.LANDED:
        missing = leaf(state, item)
        return missing is not None and missing.state == LeafState.UNMET
    return item.status in TAKES_DECISIONS


def _require(
    book: Book,
    phase: Phase,
    state: PhaseState,
    item: SliceState,
    asked: NewDisposition,
    verdicts: tuple[Verdict, ...],
) -> None:
    book.actor.require("decide", phase.initiative_id, (item.owner, item.backup))
    if not takes_decision(state, item):
        raise Refused(
            f"{item.code} is {IS[item.status]}: it is decided while it is in progress or a candidate."
        )
    if asked.verdict not in verdicts:
        words = " or ".join(verdicts)
        raise Invalid({"verdict": f"{asked.verdict[:40]!r} is no verdict for {item.code}; it is {words}."})
    for name in ("findings", "rechecked", "scope"):
        if getattr(asked, name):
            raise Invalid(
                {name: f"Only review and structural slices take {name}; {item.code} is {item.kind}."}
            )


def _criteria(found: list[Criterion], asked: NewDisposition) -> dict[int, dict[str, Any]]:
    """One row for each criterion that has an answer: a person's, else that of runs."""
    given = _given(found, asked)
    rows = {}
    for one in found:
        if one.number in given:
            rows[one.number] = _row(one, given[one.number].triggered, BY_PERSON, given[one.number].evidence)
        elif one.answer in (Answer.TRIGGERED, Answer.NOT_TRIGGERED):
            rows[one.number] = _row(one, one.answer == Answer.TRIGGERED, BY_RUNS, one.why)
    return rows


def _given(found: list[Criterion], asked: NewDisposition) -> dict[int, Answered]:
    given: dict[int, Answered] = {}
    for one in asked.criteria:
        if not 1 <= one.criterion <= len(found):
            has = f"criteria 1 to {len(found)}" if found else "no criteria"
            raise Invalid({"criteria": f"There is no criterion {one.criterion}: the packet lists {has}."})
        if one.criterion in given:
            raise Invalid({"criteria": f"Criterion {one.criterion} is answered twice. Answer it once."})
        if not one.evidence:
            say = f"Criterion {one.criterion} needs evidence: a link, or a sentence that others can check."
            raise Invalid({"criteria": say})
        given[one.criterion] = one
    return given


def _row(one: Criterion, triggered: bool, source: str, evidence: str) -> dict[str, Any]:
    return {
        "criterion": one.number,
        "text": one.text,
        "triggered": triggered,
        "source": source,
        "evidence": evidence,
        "runs": [f"run:{run.id}" for run in one.runs],
    }


def _check_reason(
    found: list[Criterion], rows: Mapping[int, Mapping[str, Any]], asked: NewDisposition
) -> None:
    """Deciding otherwise than the criteria say, or before all of them are answered, needs a reason."""
    if asked.reason:
        return
    triggered = {number: row["triggered"] for number, row in rows.items()}
    for why in whys_for_a_reason(found, triggered, asked.verdict):
        raise Invalid({"reason": f"{why} Give the reason to decide {asked.verdict} all the same."})


def whys_for_a_reason(
    found: Sequence[Criterion], triggered: Mapping[int, bool], verdict: str
) -> Iterator[str]:
    """Why this verdict needs a reason; `triggered` are the answers by number of the criterion."""
    is_triggered = any(triggered.values())
    if found and is_triggered != (verdict == Verdict.TRIGGERED):
        yield "A criterion is triggered." if is_triggered else "No criterion is triggered."
    left = [str(one.number) for one in found if one.number not in triggered]
    if left:
        yield f"Not every criterion is answered: {', '.join(left)}."
    for one in found:
        computed = {Answer.TRIGGERED: True, Answer.NOT_TRIGGERED: False}.get(one.answer)
        if computed is not None and triggered.get(one.number, computed) != computed:
            yield f"Runs answer criterion {one.number} otherwise: {one.why}"


def _trigger(
    book: Book, phase: Phase, item: SliceState, asked: NewDisposition, criteria: list[dict[str, Any]]
) -> Disposition:
    row = keep(book, phase, item, asked, criteria=criteria)
    before, after = {"decision": item.decision.value}, {"decision": Verdict.TRIGGERED.value}
    Slice.objects.filter(pk=item.id).update(**after)
    book.record(verb="decide", target=item.key, phase=phase, slice=item.code, before=before, after=after)
    return row


def _defer(
    book: Book,
    phase: Phase,
    state: PhaseState,
    item: SliceState,
    asked: NewDisposition,
    criteria: list[dict[str, Any]],
) -> Disposition:
    if item.status != DEFER.source:
        raise Refused(f"{item.code} is {IS[item.status]}: send it back to work before it is deferred.")
    unmet = DEFER.unmet(state, item)
    if unmet:
        raise Refused(f"{item.code} cannot be deferred: {' '.join(leaf.why for leaf in unmet)}", unmet)
    row = keep(book, phase, item, asked, criteria=criteria)
    before: dict[str, Any] = {"status": item.status, "version": item.version, "decision": item.decision.value}
    after: dict[str, Any] = {"status": DEFER.target, "version": item.version + 1, "decision": row.verdict}
    before |= {"closed_seq": item.closed_seq}
    after |= {"closed_seq": book.next_seq}
    Slice.objects.filter(pk=item.id).update(**after, since=book.now)
    book.record(verb=DEFER.verb, target=item.key, phase=phase, slice=item.code, before=before, after=after)
    for text in asked.watchpoints:
        watch(book, phase, item, row, text)
    return row


def record_posture(
    book: Book, phase: Phase, state: PhaseState, item: SliceState, asked: NewDisposition
) -> Disposition:
    """Ready is accepted once everything else is met or waived; not ready always."""
    _require(book, phase, state, item, asked, POSTURES)
    for name in ("criteria", "watchpoints"):
        if getattr(asked, name):
            raise Invalid({name: f"Only conditional slices take {name}; {item.code} is {item.kind}."})
    unmet = in_the_way_of_posture(state, item) if asked.verdict == Verdict.READY else []
    if unmet:
        raise Refused(
            f"{item.code} cannot say that the phase is ready: {' '.join(leaf.why for leaf in unmet[:5])}",
            unmet,
        )
    return keep(book, phase, item, asked)
