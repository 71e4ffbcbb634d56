"""What a phase starts from: the verdict of the phase before it, and what that one handed on to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phases.models import Phase
from phases.rules.state import ConcernState, PhaseState
from phases.snapshot import load, load_all

from .neighbours import Neighbours, neighbours
from .paths import Paths
from .standings import keep, known, standing
from .verdict import Verdict, verdict


@dataclass(frozen=True, slots=True)
class CameIn:
    """A concern that an earlier phase handed on."""

    one: ConcernState
    url: str
    """Its place on the page of this phase, where it is answered."""
    origin_url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The state in which a phase is entered; `before` is empty for the first one."""

    before: str
    before_url: str
    verdict: Verdict | None
    concerns: Sequence[CameIn]
    others: Sequence[tuple[str, str]] = ()
    """(code, address) of phases still before that one which are not handed off."""

    @property
    def waiting(self) -> int:
        """How many of the concerns have no answer yet."""
        return sum(line.one.waits_for_answer for line in self.concerns)

    def __bool__(self) -> bool:
        return bool(self.before or self.concerns)


@dataclass(frozen=True, slots=True)
class Entered:
    """A phase as it is now, with all that its pages say of the phases around it."""

    state: PhaseState
    around: Neighbours
    entry: Entry


def entered(phase: Phase) -> Entered:
    """As many queries as `load` and one more: the phase before is loaded along where it is not known."""
    around = neighbours(phase)
    earlier = around.earlier
    if earlier is None or earlier.handed_off:
        state, missing = load(phase), 0
    elif (kept := known(earlier)) is not None:
        state, missing = load(phase), kept.missing
    else:
        states = load_all([phase, earlier])
        found = standing(states[earlier.pk])
        keep(earlier, found)
        state, missing = states[phase.pk], found.missing
    return Entered(state, around, _entry(state, around, missing))


def _entry(state: PhaseState, around: Neighbours, missing: int) -> Entry:
    paths = Paths(state.initiative)
    came = [one for one in state.concerns if one.carried_from]
    home, earlier = paths.phase(state.code), around.earlier
    return Entry(
        before=earlier.code if earlier else "",
        before_url=paths.phase(earlier.code) if earlier else "",
        verdict=verdict(earlier, missing) if earlier else None,
        concerns=[
            CameIn(one, f"{home}?concerns=all#concern-{one.id}", f"{paths.phase(one.carried_from)}#concerns")
            for one in sorted(came, key=lambda one: (not one.waits_for_answer, one.id))
        ],
        others=[(code, paths.phase(code)) for code in around.open_before if earlier and code != earlier.code],
    )
