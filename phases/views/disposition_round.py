"""What a reviewer has before them while writing a round: the scope, the findings so far, the outlook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from phases.actions.recording import CONFIRMED, REOPENED
from phases.actions.rounds import left_open
from phases.models import Finding, Slice
from phases.permissions import Actor
from phases.rules.reviews import default_scope, due_scope
from phases.rules.state import FindingState, PhaseState, Severity, SliceState, Touch, Verdict
from phases.rules.wording import short

from .disposition_form import Row, Said, Written
from .matrix import Cell, Matrix
from .paths import Paths
from .words import STATUS, counted, listed

SUITES = ("quick", "full")
"""Shown beside each slice of the scope."""

VERDICTS = (
    (Verdict.APPROVE, "Approve", "Nothing is left open."),
    (Verdict.APPROVE_WITH_CHANGES, "Approve with changes", "It can land once every finding is closed."),
    (Verdict.NOT_READY, "Not ready", "Another round has to say otherwise before it can land."),
)


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """A slice that a round may look at."""

    code: str
    title: str
    url: str
    status: str
    word: str
    revision: str
    """The newest one that touched it; empty if none did."""
    is_new: bool
    """Whether it came after what earlier rounds looked at."""
    cells: Sequence[Cell | None]
    is_ticked: bool
    mine: str
    """The handle that makes the viewer part of it, if any."""

    @property
    def short(self) -> str:
        return short(self.revision)


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """A finding of an earlier round, with what this one says of it so far."""

    finding: FindingState
    url: str
    """Of the slice affected."""
    detail: str
    fix_note: str
    fixed_by: str
    rationale: str
    said: Said
    choices: Sequence[tuple[str, str]]
    """(value, label); none where there is nothing to look at again yet."""

    @property
    def fix(self) -> str:
        return short(self.finding.fix_revision)


@dataclass(frozen=True, slots=True)
class Round:
    template = "disposition/_round.html"

    scope: Sequence[ScopeLine]
    others: Sequence[ScopeLine]
    earlier: Sequence[EarlierLine]
    closed: Sequence[EarlierLine]
    rows: Sequence[Row]
    codes: Sequence[str]
    severities: Sequence[str] = tuple(Severity)
    verdicts: Sequence[tuple[str, str, str]] = VERDICTS

    @property
    def ticks_others(self) -> bool:
        return any(line.is_ticked for line in self.others)


def started(state: PhaseState, item: SliceState) -> Written:
    """The form before anything is written."""
    return Written(scope=default_scope(state, item))


def prepare(row: Slice, state: PhaseState, item: SliceState, actor: Actor, written: Written) -> Round:
    """One query, for what findings say at length."""
    usual = default_scope(state, item)
    lines = _Scope(state, item, actor, row.phase.initiative_id, written)
    earlier = list(_earlier(row, state, item, written))
    # One that was closed by somebody else meanwhile stays in sight while something is written about it.
    is_in_sight = [one.finding.is_unclosed or bool(one.said.choice or one.said.text) for one in earlier]
    return Round(
        scope=[lines.of(code) for code in usual],
        others=[lines.of(code) for code in state.slices if code not in usual and code != item.code],
        earlier=[one for one, shown in zip(earlier, is_in_sight, strict=True) if shown],
        closed=[one for one, shown in zip(earlier, is_in_sight, strict=True) if not shown],
        rows=written.rows or (Row(),),
        codes=list(state.slices),
    )


class _Scope:
    def __init__(
        self, state: PhaseState, item: SliceState, actor: Actor, initiative_id: int, written: Written
    ) -> None:
        self.state, self.ticked, self.matrix = state, set(written.scope), Matrix(state)
        self.paths = Paths(state.initiative)
        self.reviewed: Mapping[str, int] = item.round.reviewed if item.round else {}
        self.handles = actor.handles_in(initiative_id)

    def of(self, code: str) -> ScopeLine:
        item = self.state.slices[code]
        touch = _newest(item)
        cells = {cell.suite: cell for cell in self.matrix.cells(item) if cell}
        return ScopeLine(
            code=code,
            title=item.title,
            url=self.paths.slice(self.state.code, code),
            status=item.status,
            word=STATUS[item.status],
            revision=touch.revision if touch else "",
            is_new=bool(touch and code in self.reviewed and touch.place > self.reviewed[code]),
            cells=[cells.get(suite) for suite in SUITES],
            is_ticked=code in self.ticked,
            mine=next((one for one in (item.owner, item.backup) if one in self.handles), ""),
        )


def _newest(item: SliceState) -> Touch | None:
    touches = [touch for touch in (item.touched, item.fixed) if touch]
    return max(touches, key=lambda touch: touch.place, default=None)


def _earlier(row: Slice, state: PhaseState, item: SliceState, written: Written) -> Iterator[EarlierLine]:
    if not item.findings:
        return
    columns = ("id", "detail", "fix_note", "fixed_by", "rationale")
    texts = {pk: rest for pk, *rest in Finding.objects.filter(slice_id=row.pk).values_list(*columns)}
    paths = Paths(state.initiative)
    for one in item.findings:
        detail, fix_note, fixed_by, rationale = texts.get(one.id, [""] * 4)
        url = paths.slice(state.code, one.about) if one.about in state.slices else ""
        said, choices = written.rechecks.get(one.id, Said()), _choices(one)
        yield EarlierLine(one, url, detail, fix_note, fixed_by, rationale, said, choices)


def _choices(one: FindingState) -> list[tuple[str, str]]:
    """An open one waits for a fix to be recorded; a closed one can only be opened again."""
    choices = [("", "Leave as it is")]
    choices += [(CONFIRMED, "Confirmed")] if one.state == "fixed" else []
    choices += [(REOPENED, "Reopened")] if one.state != "open" else []
    return choices if len(choices) > 1 else []


def without_overtaken(item: SliceState, written: Written) -> Mapping[int, Said]:
    """What is said of earlier findings, without choices that somebody else has made impossible."""
    possible = {one.id: {value for value, _ in _choices(one)} for one in item.findings}
    return {
        pk: said if said.choice in possible.get(pk, set()) else Said("", said.text)
        for pk, said in written.rechecks.items()
    }


def outlook(state: PhaseState, item: SliceState, written: Written) -> list[tuple[str, str]]:
    """(sentence, tone) of what is written so far, and whether it leaves anything open."""
    lines = []
    unclosed = [one for one in item.findings if one.is_unclosed]
    outcomes = Counter(written.outcomes.values())
    if unclosed or outcomes:
        left = len([one for one in unclosed if not written.outcomes.get(one.id)])
        counts = (CONFIRMED, outcomes[CONFIRMED]), (REOPENED, outcomes[REOPENED]), ("left as they are", left)
        lines.append((f"Earlier findings: {_counts(counts)}.", ""))
    new = Counter(row.severity for row in written.findings)
    if new:
        lines.append((f"New findings: {_counts((name, new[name]) for name in Severity)}.", ""))
    is_unticked = bool(default_scope(state, item)) and not written.scope
    if is_unticked:
        lines.append(("No slice is ticked as looked at, so no round can be recorded yet.", "warn"))
    known = item.round.reviewed if item.round else {}
    left_out = [code for code in due_scope(state, item) if code not in (*written.scope, *known)]
    if left_out and not is_unticked:
        codes = listed(left_out)
        lines.append((f"{codes} left out: {item.code} lands once a round has approved that too.", "warn"))
    left_over = left_open(item, written.outcomes)
    if not left_over and not new:
        return lines if is_unticked else [*lines, ("Approve is possible: nothing is left open.", "pass")]
    parts = [counted(sum(new.values()), "new finding")] if new else []
    if left_over:
        names = listed(str(one.id) for one in left_over)
        parts.append(f"finding{'s' if len(left_over) > 1 else ''} {names} of earlier rounds")
    return [*lines, (f"Approve is not possible: {' and '.join(parts)} would be left open.", "warn")]


def _counts(counts: object) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts if number)  # type: ignore[attr-defined]
