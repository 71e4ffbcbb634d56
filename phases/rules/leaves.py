"""What every requirement shares: a waiver may let it pass, or the packet that declared a slice landed."""

from __future__ import annotations

from dataclasses import replace

from .state import Leaf, LeafState, PhaseState, SliceState


def let_pass(state: PhaseState, leaf: Leaf) -> Leaf:
    """The leaf, waived where it is unmet and somebody has waived it."""
    waiver = state.waivers.get(leaf.key)
    if waiver is None or leaf.state != LeafState.UNMET:
        return leaf
    return waived(leaf, f"{leaf.why} Waived by {waiver.by}: {waiver.reason}")


def waived(leaf: Leaf, why: str) -> Leaf:
    """The leaf as one that nobody has to do anything about."""
    return replace(leaf, state=LeafState.WAIVED, why=why, verb="")


def declared(item: SliceState, leaf: Leaf) -> Leaf:
    """What a slice landed by declaration leaves unmet counts as waived."""
    if not item.declared_in or leaf.state != LeafState.UNMET:
        return leaf
    said = f"Packet revision {item.declared_in} declared {item.code} landed, so it counts as waived."
    return waived(leaf, f"{leaf.why} {said}")
