"""The past on the readiness page: which moments there are, what was so then, and what changed between two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from phases.models import Event, Phase
from phases.moments import read_moment
from phases.replay import Replay
from phases.replay.past import PICKED
from phases.rules.readiness import Readiness, readiness
from phases.rules.state import Leaf, LeafState, PhaseState

from .readiness_asked import Asked, written
from .times import moment as said
from .words import COLUMNS, ECHOES, Entry, entry

LISTED = 200
"""Moments that the list offers; the field beside it takes any other."""

ENTRIES = 30
"""Ledger entries between two moments that are shown."""

Happened = tuple[dt.datetime, str, str]
"""When, the verb, and the code of the slice."""

_HAPPENED = {
    "import": "packet imported",
    "start": "{} started",
    "land": "{} landed",
    "defer": "{} deferred",
    "reopen": "{} reopened",
    "dispose": "{} judged",
    "fire": "watchpoint of {} fired",
    "handoff": "handed off",
    "reopen_phase": "phase reopened",
    "waive": "waiver on {}",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A moment of the list."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Moments:
    """The list, and the steps from the moment shown; addresses are empty where there is no further step."""

    choices: Sequence[Choice]
    previous: str
    following: str
    earlier: Sequence[Choice]
    """The same to compare with."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two moments of a phase, the earlier one first; every leaf is as it is at the later one."""

    since: dt.datetime
    at: dt.datetime
    settled: Sequence[Leaf]
    """Missing before, and no longer."""
    unsettled: Sequence[Leaf]
    """Missing now, and not before."""
    came: Sequence[Leaf]
    went: Sequence[Leaf]
    before: Readiness
    entries: Sequence[Entry] = ()
    unlisted: bool = False
    """Whether there are more entries than those."""

    @property
    def is_empty(self) -> bool:
        return not (self.settled or self.unsettled or self.came or self.went)


@dataclass(frozen=True, slots=True)
class Looked:
    """The phase as it was at the moment asked for, with what it is compared to."""

    state: PhaseState
    at: dt.datetime
    moments: Sequence[Happened]
    """The newest first."""
    before: PhaseState | None = None
    since: dt.datetime | None = None


def look_back(phase: Phase, asked: Asked, now: dt.datetime) -> Looked:
    """The phase as the address asks for it. Raises Invalid or NotFound with the remedy."""
    moments = [read_moment(asked.at, now=now) if asked.at else now]
    if asked.since:
        moments.append(read_moment(asked.since, field="since", now=now))
    moments.sort(reverse=True)
    states = Replay(phase, moments)
    found = [states.at(moment).state for moment in moments]
    happened = [(one.at, one.verb, one.slice) for one in states.moments]
    if not asked.since:
        return Looked(found[0], moments[0], happened)
    return Looked(found[0], moments[0], happened, found[1], moments[1])


def moments_of(phase: Phase, asked: Asked, looked: Looked | None) -> Moments:
    """The newest moments with the steps from the one that is shown; one query where it is now."""
    found: dict[str, tuple[dt.datetime, str]] = {}
    for when, verb, code in looked.moments if looked else _newest(phase):
        # Of entries of one moment the last one stands for all.
        found.setdefault(written(when), (when, _HAPPENED[verb].format(code or "the phase")))
    at = looked.at if looked and asked.at else None
    before = next((value for value, (then, _) in found.items() if at is None or then < at), "")
    after = next((value for value, (then, _) in reversed(found.items()) if at and then > at), "")
    return Moments(
        _choices(found, at),
        asked.when(before, asked.since).url if before else "",
        asked.when(after, asked.since).url if after else "",
        _choices(found, looked.since if looked else None),
    )


def _newest(phase: Phase) -> Iterable[Happened]:
    events = Event.objects.filter(initiative_id=phase.initiative_id, phase=phase.code, verb__in=PICKED)
    return events.values_list("at", "verb", "slice").order_by("-seq")[:LISTED]


def _choices(found: Mapping[str, tuple[dt.datetime, str]], chosen: dt.datetime | None) -> list[Choice]:
    """The newest ones; the chosen one is among them, wherever it comes from."""
    every = [Choice(value, f"{said(when)} · {what}", when == chosen) for value, (when, what) in found.items()]
    if chosen is None or any(one.is_chosen for one in every[:LISTED]):
        return every[:LISTED]
    other = Choice(written(chosen), said(chosen), is_chosen=True)
    return [next((one for one in every if one.is_chosen), other), *every[:LISTED]]


def difference(phase: Phase, looked: Looked, found: Readiness) -> Difference | None:
    """What changed between the two moments; None where there is nothing to compare with."""
    if looked.before is None or looked.since is None:
        return None
    earlier = readiness(looked.before)
    entries = _between(phase, looked.before.seq, looked.state.seq)
    missing = LeafState.UNMET
    both = [(earlier.leaves[key], leaf) for key, leaf in found.leaves.items() if key in earlier.leaves]
    return Difference(
        looked.since,
        looked.at,
        settled=[now for then, now in both if then.state == missing != now.state],
        unsettled=[now for then, now in both if now.state == missing != then.state],
        came=[leaf for key, leaf in found.leaves.items() if key not in earlier.leaves],
        went=[leaf for key, leaf in earlier.leaves.items() if key not in found.leaves],
        before=earlier,
        entries=entries[:ENTRIES],
        unlisted=len(entries) > ENTRIES,
    )


def _between(phase: Phase, after: int, until: int) -> list[Entry]:
    events = Event.objects.filter(initiative_id=phase.initiative_id, phase=phase.code)
    events = events.filter(seq__gt=after, seq__lte=until).exclude(verb__in=ECHOES)
    return [entry(event) for event in events.only(*COLUMNS).order_by("-seq")[: ENTRIES + 1]]
