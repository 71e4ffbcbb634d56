"""A phase as of any moment: `Replay` reads it once and answers for as many moments as are asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from phases.errors import NotFound
from phases.models import Phase
from phases.packets.packet import Packet
from phases.rules.state import PhaseState, RunState

from . import reading
from .building import Parts, build
from .plans import Plans

QUERIES = reading.ROWS + 3
"""How many queries `states_at` makes, and a `Replay` that is given its moments at once."""

AT_ONCE = 100
"""Moments that are read together; more of them take more queries."""

PICKED = frozenset(
    {"import", "start", "land", "defer", "reopen", "dispose", "fire", "handoff", "reopen_phase", "waive"}
)
"""Verbs of the entries that people would look back to."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the ledger stood: the proof that goes with an answer about a moment."""

    at: dt.datetime
    """The moment that was asked for."""
    seq: int
    """Position of the phase's last entry by then."""
    head: str
    """Hash of the initiative's last entry by then."""
    last: int
    """Position of that entry."""


@dataclass(frozen=True, slots=True)
class Past:
    """A phase as it was, and where the ledger stood."""

    state: PhaseState
    standing: Standing


class Moment(NamedTuple):
    """An entry that one would look back to."""

    at: dt.datetime
    seq: int
    verb: str
    target: str
    slice: str
    actor: str


class Replay:
    """The history of one phase, read once.

    Clocks do not decide: a moment stands for the greatest position among the entries of the
    initiative that were written until then, and everything up to that position has happened.
    """

    def __init__(self, phase: Phase, moments: Iterable[dt.datetime] = ()) -> None:
        """`phase` must have been selected with `initiative`; `moments` are read ahead, all at once."""
        self._phase = phase
        self._places: list[reading.Place] = []
        self._asked: set[dt.datetime] = set()
        self._packets: dict[int, Packet] = {}
        self._runs: dict[int, dict[int, RunState]] = {}
        self._read(phase.seq)
        ahead = sorted(set(moments))
        for start in range(0, len(ahead), AT_ONCE):
            self._prepare(ahead[start : start + AT_ONCE])

    @property
    def moments(self) -> list[Moment]:
        """The entries that one would look back to, the newest first."""
        return [
            Moment(entry.at, entry.seq, entry.verb, entry.target, entry.slice, entry.actor)
            for entry in reversed(self._entries)
            if entry.verb in PICKED
        ]

    def at(self, moment: dt.datetime) -> Past:
        """The phase as of a moment. Raises NotFound where nothing of it had been imported by then."""
        self._prepare([moment])
        place = next((place for place in self._places if place.at <= moment), None)
        return self._past(place, moment)

    def at_seq(self, seq: int, moment: dt.datetime | None = None) -> Past:
        """The phase after the entry at this position; its clocks say `moment`, by default that of the entry.

        Raises NotFound where nothing of it had been imported by then.
        """
        self._prepare(seqs=[seq])
        place = next((place for place in self._places if place.last <= seq), None)
        return self._past(place, moment or (place.at if place else None))

    def _read(self, seq: int) -> None:
        """Entries and rows; all that happened until `seq` is among them."""
        self._entries = reading.entries(self._phase)
        self._plans = Plans(self._entries)
        self._slice_ids = reading.slice_ids(self._phase)
        self._gates = reading.gates(self._phase)
        self._carried = reading.carried(self._phase)
        self._known = max(seq, self._entries[-1].seq if self._entries else 0)

    def _prepare(self, moments: Sequence[dt.datetime] = (), seqs: Sequence[int] = ()) -> None:
        """Read what states of then need and what has not been read yet."""
        moments = [moment for moment in moments if moment not in self._asked]
        if not moments and not seqs:
            return
        found = reading.places(self._phase, moments, seqs)
        self._asked.update(moments)
        self._places = sorted({*self._places, *found}, reverse=True)
        if any(place.own > self._known for place in found):
            self._read(max(place.own for place in found))
        lasts = [place.last for place in found if place.last not in self._runs]
        numbers = {number for last in lasts for number in self._plans.numbers(last)} - self._packets.keys()
        if numbers:
            self._packets |= reading.packets(self._phase, numbers)
        if lasts:
            runs = reading.runs(self._phase, lasts)
            self._runs |= {last: runs.get(last, {}) for last in lasts}

    def _past(self, place: reading.Place | None, moment: dt.datetime | None) -> Past:
        number = self._plans.number(place.last) if place else 0
        if place is None or moment is None or not number:
            raise NotFound(self._too_early(moment))
        parts = Parts(
            phase=self._phase,
            number=number,
            packet=self._packets[number],
            kinds=self._plans.kinds(place.last, self._packets),
            entries=[entry for entry in self._entries if entry.seq <= place.last],
            runs=self._runs[place.last],
            slice_ids=self._slice_ids,
            gates=self._gates,
            carried=self._carried,
        )
        state = build(parts, seq=place.own, last=place.last, moment=moment)
        return Past(state, Standing(at=moment, seq=place.own, head=place.head, last=place.last))

    def _too_early(self, moment: dt.datetime | None) -> str:
        first = next((entry.at for entry in self._entries if entry.verb == "import"), None)
        since = f"; its first one was imported on {_shown(first)}" if first else ""
        when = f" on {_shown(moment)}" if moment else ""
        return f"Phase {self._phase.code} had no packet yet{when}{since}."


def _shown(moment: dt.datetime) -> str:
    here = moment.astimezone(dt.UTC)
    return f"{here.date().isoformat()} at {here:%H:%M} UTC"


def states_at(phase: Phase, moments: Sequence[dt.datetime]) -> list[PhaseState]:
    """The phase as of each of these moments, as `snapshot.load` would have answered then.

    `phase` must have been selected with `initiative`. Raises NotFound where nothing of it had been
    imported by one of them.
    """
    replay = Replay(phase, moments)
    return [replay.at(moment).state for moment in moments]
