"""Rounds of review and structural slices: verdicts with findings, by people independent of the work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from phases.errors import Forbidden, Invalid, Refused
from phases.models import Disposition, Finding, Phase
from phases.permissions import Actor
from phases.rules.dispositions import finding_leaf
from phases.rules.reviews import ROUND_VERDICTS, default_scope, why_not_independent
from phases.rules.state import FindingState, FindingStatus, PhaseState, SliceState, Status, Verdict
from phases.rules.touching import Declared, tidy
from phases.rules.transitions import IS

from .ledger import Book
from .recording import CONFIRMED, REOPENED, NewDisposition, NewFinding, Recheck, count_unclosed, keep

TAKES_ROUNDS = (Status.IN_PROGRESS, Status.CANDIDATE, Status.LANDED)


def record_round(
    book: Book, phase: Phase, state: PhaseState, item: SliceState, asked: NewDisposition
) -> Disposition:
    """One round: its rechecks first, then its new findings, then its verdict.

    Raises Forbidden for whoever is not a reviewer or not independent, Invalid for what a round does
    not take, Refused where the slice takes none now or the verdict does not fit the findings.
    """
    scope = _scope(state, item, asked.scope)
    require_reviewer(book.actor, phase, state, item, {*scope, *_confirmed(state, item, asked.rechecked)})
    if item.status not in TAKES_ROUNDS:
        raise Refused(f"{item.code} is {IS[item.status]}: rounds are recorded once it is in progress.")
    _check_fields(item, asked)
    known = _rechecked(item, asked.rechecked)
    affected = _affected(state, item, scope, asked.findings)
    _check_verdict(state, item, asked)
    rechecked = [
        {"finding": one.finding, "was": known[one.finding].state, "outcome": one.outcome, "note": one.note}
        for one in asked.rechecked
    ]
    row = keep(book, phase, item, asked, scope=scope, rechecked=rechecked)
    for one in asked.rechecked:
        _recheck(book, phase, item, known[one.finding], one)
    for new, code in zip(asked.findings, affected, strict=True):
        _find(book, phase, state, row, new, code)
    count_unclosed(item.id)
    return row


def _confirmed(state: PhaseState, item: SliceState, rechecks: Iterable[Recheck]) -> set[str]:
    """The slices whose fixes are confirmed: whoever fixed them does not say that they are right.

    A finding of which nobody said what it affects may be about everything upstream.
    """
    ids = {one.finding for one in rechecks if one.outcome == CONFIRMED}
    found: set[str] = set()
    for finding in item.findings:
        if finding.id in ids:
            found.update([finding.about] if finding.about in state.slices else default_scope(state, item))
    return found


def require_reviewer(
    actor: Actor, phase: Phase, state: PhaseState, item: SliceState, scope: Iterable[str]
) -> None:
    """Raise Forbidden, with the reason, unless the actor may review this scope."""
    actor.require("review", phase.initiative_id)
    handles = actor.handles_in(phase.initiative_id)
    looked_at = set(scope)
    why = why_not_independent(state, [code for code in state.slices if code in looked_at], handles)
    if why:
        raise Forbidden(f"{actor.name} may not review {item.code}: {why}. Ask somebody independent of it.")


def _scope(state: PhaseState, item: SliceState, codes: Sequence[str]) -> tuple[str, ...]:
    """The slices that are looked at, in file order: those named, else those upstream."""
    if not codes:
        return default_scope(state, item)
    unknown = [code for code in codes if code not in state.slices or code == item.code]
    if unknown:
        has = ", ".join(default_scope(state, item)) or "no build or conditional slice"
        say = f"{', '.join(unknown[:5])} cannot be looked at by a round of {item.code}."
        raise Invalid({"scope": f"{say} Upstream of it: {has}."})
    return tuple(code for code in state.slices if code in codes)


def _check_fields(item: SliceState, asked: NewDisposition) -> None:
    if asked.verdict not in ROUND_VERDICTS:
        say = f"{asked.verdict[:40]!r} is no verdict of a {item.kind}"
        raise Invalid({"verdict": f"{say}; it is one of {', '.join(ROUND_VERDICTS)}."})
    for name in ("criteria", "watchpoints"):
        if getattr(asked, name):
            raise Invalid({name: f"Only conditional slices take {name}; {item.code} is a {item.kind} slice."})


def _rechecked(item: SliceState, rechecks: Sequence[Recheck]) -> dict[int, FindingState]:
    """The findings that are looked at again, by id."""
    known = {finding.id: finding for finding in item.findings}
    for number, one in enumerate(rechecks):
        finding = known.get(one.finding)
        if finding is None:
            raise Invalid({"rechecked": f"{item.code} has no finding {one.finding}."})
        if one.outcome not in (CONFIRMED, REOPENED):
            raise Invalid({"rechecked": f"{one.outcome[:40]!r} is no outcome; it is confirmed or reopened."})
        if any(one.finding == other.finding for other in rechecks[:number]):
            raise Invalid({"rechecked": f"Finding {one.finding} is named twice. Name it once."})
        if one.outcome == CONFIRMED and finding.state != FindingStatus.FIXED:
            raise Refused(f"Finding {one.finding} is {finding.state}, so there is no fix to confirm.")
        if one.outcome == REOPENED and finding.state == FindingStatus.OPEN:
            raise Refused(f"Finding {one.finding} is open already.")
    return known


def _check_verdict(state: PhaseState, item: SliceState, asked: NewDisposition) -> None:
    """An approval leaves nothing open: neither what this round found nor what it did not confirm."""
    if asked.verdict != Verdict.APPROVE:
        return
    if asked.findings:
        raise Refused(f"{item.code} cannot be approved with new findings: approve it with changes instead.")
    left = left_open(item, {one.finding: one.outcome for one in asked.rechecked})
    if left:
        names = ", ".join(f"{one.id} ({one.severity}, {one.state})" for one in left[:10])
        raise Refused(
            f"{item.code} cannot be approved while findings are not closed: {names}.",
            [finding_leaf(state, item, one) for one in left],
        )


def left_open(item: SliceState, outcomes: Mapping[int, str]) -> list[FindingState]:
    """Earlier findings that are not closed once a round says these outcomes, by id of the finding."""
    return [
        finding
        for finding in item.findings
        if outcomes.get(finding.id) == REOPENED
        or (finding.is_unclosed and outcomes.get(finding.id) != CONFIRMED)
    ]


def _affected(
    state: PhaseState, item: SliceState, scope: Sequence[str], findings: Iterable[NewFinding]
) -> list[str]:
    """The slice that each finding affects: the one named, else the only one that declares its file."""
    declared = Declared({code: state.slices[code].paths for code in scope})
    result = []
    for number, one in enumerate(findings, start=1):
        if one.slice and one.slice not in state.slices:
            raise Invalid({"findings": f"Finding {number} names {one.slice[:40]!r}, which is no slice here."})
        owning = set(declared.owning(tidy(file_of(one.anchor)))) if one.anchor and not one.slice else set()
        result.append(one.slice or (owning.pop() if len(owning) == 1 else ""))
    return result


def file_of(anchor: str) -> str:
    """`src/a.ts` of `src/a.ts:12` or `src/a.ts:12:3`."""
    file = anchor.strip()
    while file.rpartition(":")[2].isdigit() and ":" in file:
        file = file.rpartition(":")[0]
    return file


def _find(
    book: Book, phase: Phase, state: PhaseState, row: Disposition, one: NewFinding, affected: str
) -> None:
    finding = Finding.objects.create(
        phase=phase,
        slice_id=row.slice_id,
        disposition=row,
        about_id=state.slices[affected].id if affected else None,
        severity=one.severity,
        title=one.title,
        detail=one.detail,
        anchor=one.anchor,
        by=row.by,
        at=book.now,
        seq=book.next_seq,
        changed_at=book.now,
    )
    said: dict[str, Any] = {"state": FindingStatus.OPEN.value, "round": row.key, "about": affected}
    said |= {name: getattr(one, name) for name in ("severity", "title", "detail", "anchor")}
    book.record(verb="find", target=finding.key, phase=phase, slice=row.slice.code, after=said)


def _recheck(book: Book, phase: Phase, item: SliceState, finding: FindingState, one: Recheck) -> None:
    now = FindingStatus.CONFIRMED if one.outcome == CONFIRMED else FindingStatus.OPEN
    Finding.objects.filter(pk=finding.id).update(state=now, changed_at=book.now)
    book.record(
        verb="recheck",
        target=finding.key,
        phase=phase,
        slice=item.code,
        before={"state": finding.state},
        after={"state": now.value},
        note=one.note,
    )
