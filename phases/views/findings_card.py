"""Findings as pages show them: what was found, what came of it, and what the viewer may do about it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from phases.actions.findings import ACCEPTABLE
from phases.models import Event, Phase
from phases.permissions import Actor
from phases.rules.state import FindingState, FindingStatus, PhaseState, Severity, SliceState
from phases.rules.wording import short

from .paths import Paths
from .words import COLUMNS, counted, did

_RANK = {severity.value: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a finding."""

    by: str
    did: str
    note: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding, what was said of it last, and everything before that."""

    one: FindingState
    url: str
    """The page of the slice that found it."""
    about_url: str
    detail: str
    last: Step | None
    """What brought it to its state; None while nothing has happened since it was found."""
    earlier: Sequence[Step]
    may_fix: bool = False
    may_accept: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """Those that are not closed, the worst first, and those that are."""

    unclosed: Sequence[FindingLine] = ()
    closed: Sequence[FindingLine] = ()

    def __bool__(self) -> bool:
        return bool(self.unclosed or self.closed)

    @property
    def tally(self) -> str:
        """`1 open, 2 fixed, 3 closed`."""
        states = [line.one.state for line in self.unclosed]
        counts = {word: states.count(word) for word in ("open", "fixed")} | {"closed": len(self.closed)}
        return ", ".join(f"{number} {word}" for word, number in counts.items() if number)


NONE = Findings()


def findings_of(
    state: PhaseState,
    found: Collection[FindingState],
    phase: Phase,
    actor: Actor,
    scopes: Mapping[int, Sequence[str]],
) -> Findings:
    """These findings with their history; one query, none where there are none.

    `scopes` holds by number of the round what it looked at, which says whose a finding is that names
    no slice.
    """
    steps = _steps(phase, found) if found else {}
    may = _May(state, actor, phase.initiative_id, scopes)
    paths = Paths(state.initiative)
    lines = [_line(one, steps.get(one.key, ()), state, paths, may) for one in sorted(found, key=_order)]
    return Findings(
        [line for line in lines if line.one.is_unclosed], [line for line in lines if not line.one.is_unclosed]
    )


def _order(one: FindingState) -> tuple[int, int]:
    return _RANK[one.severity], one.id


def _steps(phase: Phase, found: Iterable[FindingState]) -> dict[str, list[Event]]:
    """The ledger entries of each finding by its key, in their order: no fix of several rounds is lost."""
    keys, codes = zip(*((one.key, one.slice) for one in found), strict=True)
    entries = Event.objects.filter(
        initiative_id=phase.initiative_id, phase=phase.code, slice__in=set(codes), target__in=keys
    )
    result: dict[str, list[Event]] = defaultdict(list)
    for event in entries.only(*COLUMNS).order_by("seq"):
        result[event.target].append(event)
    return result


class _May:
    """What one viewer may do to findings."""

    def __init__(
        self, state: PhaseState, actor: Actor, initiative_id: int, scopes: Mapping[int, Sequence[str]]
    ) -> None:
        self.state, self.actor, self.initiative_id, self.scopes = state, actor, initiative_id, scopes

    def __call__(self, verb: str, one: FindingState) -> bool:
        codes = [one.about] if one.about else self.scopes.get(one.round, ())
        slices = [self.state.slices[code] for code in (one.slice, *codes) if code in self.state.slices]
        handles = [handle for item in slices for handle in (item.owner, item.backup) if handle]
        return one.is_unclosed and self.actor.may_on(verb, self.initiative_id, handles)


def _line(
    one: FindingState, entries: Sequence[Event], state: PhaseState, paths: Paths, may: _May
) -> FindingLine:
    said = [event for event in entries if event.verb != "find"]
    found = next((event for event in entries if event.verb == "find"), None)
    return FindingLine(
        one=one,
        url=paths.slice(state.code, one.slice),
        about_url=paths.slice(state.code, one.about) if one.about in state.slices else "",
        detail=str(found.after.get("detail", "")) if found else "",
        last=_step(said[-1]) if said else None,
        earlier=[_step(event) for event in said[-2::-1]],
        may_fix=may("fix", one),
        may_accept=one.severity in ACCEPTABLE and may("accept", one),
    )


def _step(event: Event) -> Step:
    after = event.after
    match event.verb:
        case "fix":
            revision = str(after.get("fix_revision") or "")
            what, note = f"fixed it{f' at {short(revision)}' if revision else ''}", event.note
        case "recheck":
            confirmed = after.get("state") == FindingStatus.CONFIRMED
            what, note = "confirmed the fix" if confirmed else "opened it again", event.note
        case "accept":
            what = f"accepted it: {after.get('owner', '')} answers for it, {after.get('target', '')}"
            note = str(after.get("rationale", ""))
        case "restore_finding":
            what, note = f"took a round back, so it is {after.get('state', '')} again", event.note
        case _:
            what, note = did(event), event.note
    return Step(event.actor, what, note, event.at)


def about_slice(state: PhaseState, item: SliceState) -> Sequence[FindingState]:
    """Findings of reviews about the slice, other than its own."""
    return [one for one in state.findings_about.get(item.code, ()) if one.slice != item.code]


def about_remark(found: Iterable[FindingState]) -> str:
    """`1 high finding open, 2 to confirm` of those that are not closed; empty if all are."""
    found = [one for one in found if one.is_unclosed]
    open_ones = sorted((one for one in found if one.state == FindingStatus.OPEN), key=_order)
    fixed = len(found) - len(open_ones)
    parts = []
    if open_ones:
        severities = [one.severity for one in open_ones]
        parts = [
            f"{counted(severities.count(word), f'{word} finding')} open" for word in dict.fromkeys(severities)
        ]
    return ", ".join([*parts, *([f"{counted(fixed, 'fix', 'fixes')} to confirm"] if fixed else [])])
