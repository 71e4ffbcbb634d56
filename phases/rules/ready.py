"""What can start now, what collides with it, and why the other planned slices cannot."""

from __future__ import annotations

from dataclasses import dataclass

from .graph import overlap
from .state import Leaf, PhaseState, SliceState, Status
from .transitions import TABLE

START = next(row for row in TABLE if row.verb == "start")
UNDER_WORK = (Status.IN_PROGRESS, Status.CANDIDATE)


@dataclass(frozen=True, slots=True)
class Collision:
    """Another slice under work that declares some of the same files."""

    code: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A planned slice: it can start when `unmet` is empty."""

    item: SliceState
    unmet: tuple[Leaf, ...]
    collides_with: tuple[Collision, ...] = ()

    @property
    def why(self) -> str:
        return " ".join(leaf.why for leaf in self.unmet)


def turns(state: PhaseState) -> list[Turn]:
    """Every planned slice in file order, with what keeps it from starting; none once it is handed off."""
    result: list[Turn] = []
    if state.handed_off:
        return result
    for item in state.slices.values():
        if item.status == START.source:
            unmet = kept_back(state, item)
            result.append(Turn(item, unmet, () if unmet else tuple(collisions(state, item))))
    return result


def kept_back(state: PhaseState, item: SliceState) -> tuple[Leaf, ...]:
    """What keeps a planned slice from starting."""
    found = state.kept_back.get(item.code)
    if found is None:
        found = state.kept_back[item.code] = tuple(START.unmet(state, item))
    return found


def collisions(state: PhaseState, item: SliceState) -> list[Collision]:
    """Slices under work whose declared files overlap with this one's."""
    others = (o for o in state.slices.values() if o.status in UNDER_WORK and o.code != item.code)
    return [Collision(o.code, tuple(paths)) for o in others if (paths := overlap(item.paths, o.paths))]
