"""Which leaves of a phase can be waived, and what each is about."""

from __future__ import annotations

from .dispositions import NEVER_WAIVED
from .requirements import of_exit, of_phase, of_slice
from .state import Leaf, LeafState, PhaseState

BY_LEADS = ("gate", "artifact")
"""Kinds of key that leads of the owner may waive; the rest is for admins."""


def waivable(state: PhaseState) -> dict[str, Leaf]:
    """Every leaf of the phase that is unmet and may be let pass, by key."""
    found = {key: leaf for code in ("", *state.slices) for key, leaf in unmet_leaves(state, code).items()}
    return {key: leaf for key, leaf in found.items() if key not in state.waivers}


def unmet_leaves(state: PhaseState, code: str) -> dict[str, Leaf]:
    """Unmet leaves of a slice, of the phase where `code` is empty; waived ones are among them.

    Findings that nobody may let pass are left out.
    """
    of_it = of_slice(state, state.slices[code]) if code in state.slices else None
    leaves = of_it or (*of_exit(state), *of_phase(state))
    never = never_waivable(state, code)
    return {
        leaf.key: leaf
        for leaf in leaves
        if leaf.key not in never
        and (leaf.state == LeafState.UNMET or (leaf.state == LeafState.WAIVED and leaf.key in state.waivers))
    }


def never_waivable(state: PhaseState, code: str) -> set[str]:
    """Keys of the open blocking and high findings of a slice."""
    item = state.slices.get(code)
    return {one.key for one in item.findings if one.severity in NEVER_WAIVED} if item else set()
