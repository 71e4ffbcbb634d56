"""Waivers as pages show them: those that stand, and the leaves that the viewer could waive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phases.actions.waivers import require_waiver
from phases.errors import Forbidden
from phases.models import Phase
from phases.permissions import Actor
from phases.rules.state import Leaf, PhaseState, WaiverState
from phases.rules.waivers import unmet_leaves


@dataclass(frozen=True, slots=True)
class Standing:
    """A waiver that stands, what it is about, and whether the viewer may withdraw it."""

    waiver: WaiverState
    title: str
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Waivers:
    """Of one slice, or of the phase exit."""

    standing: Sequence[Standing] = ()
    waivable: Sequence[Leaf] = ()


NONE = Waivers()


def waivers_of(state: PhaseState, phase: Phase, actor: Actor, code: str = "") -> Waivers:
    """Those of the slice `code`; without one, those of the phase exit."""
    leaves = unmet_leaves(state, code)
    standing = [
        Standing(waiver, _title(leaves, waiver.key), _may(actor, phase, state, waiver.key))
        for waiver in state.waivers.values()
        if waiver.slice == code
    ]
    mine = [leaf for key, leaf in leaves.items() if key not in state.waivers]
    return Waivers(standing, [leaf for leaf in mine if _may(actor, phase, state, leaf.key)])


def _title(leaves: dict[str, Leaf], key: str) -> str:
    return leaves[key].title if key in leaves else ""


def _may(actor: Actor, phase: Phase, state: PhaseState, key: str) -> bool:
    try:
        require_waiver(actor, phase, state, key)
    except Forbidden:
        return False
    return True
