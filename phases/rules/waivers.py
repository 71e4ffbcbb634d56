"""Which leaves of a phase can be waived, and what each is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .freshness import gate_leaf
from .state import GateState, Leaf, LeafState, PhaseState, SliceState, Status
from .transitions import NEXT_VERB, WORDS, undecided

BY_LEADS = ("gate", "artifact")
"""Kinds of key that leads of the owner may waive; the rest is for admins."""


def waivable(state: PhaseState) -> dict[str, Leaf]:
    """Every leaf of the phase that is unmet and may be let pass, by key."""
    found = {key: leaf for code in ("", *state.slices) for key, leaf in unmet_leaves(state, code).items()}
    return {key: leaf for key, leaf in found.items() if key not in state.waivers}


def unmet_leaves(state: PhaseState, code: str) -> dict[str, Leaf]:
    """Unmet leaves of a slice, of the phase exit where `code` is empty; waived ones are among them."""
    item = state.slices.get(code)
    leaves = [*_slice_leaves(item)] if item else []
    leaves += _gate_leaves(state, item, item.gates if item else state.exit_gates)
    return {leaf.key: leaf for leaf in leaves}


def _slice_leaves(item: SliceState) -> Iterator[Leaf]:
    if item.status not in (Status.LANDED, Status.DEFERRED):
        why = f"{item.code} is {WORDS[item.status]}, not landed."
        verb = NEXT_VERB.get(item.status, "")
        yield Leaf(item.key, LeafState.UNMET, item.title, why, item.owner, item.code, verb)
        if item.is_conditional and not item.decision:
            yield undecided(item)
    for blocker in item.blockers:
        why = f"{item.code} is blocked: {blocker.text}"
        yield Leaf(blocker.key, LeafState.UNMET, "Open blocker", why, blocker.owner, item.code)
    if not item.declared_in:
        yield from _evidence_leaves(item)


def _evidence_leaves(item: SliceState) -> Iterator[Leaf]:
    """What is expected to be shown; of a slice landed by declaration it counts as waived already."""
    for artifact in item.artifacts:
        why = f"{artifact.path} is expected and has not been attached."
        yield Leaf(artifact.key, LeafState.UNMET, artifact.path, why, item.owner, item.code)


def _gate_leaves(state: PhaseState, item: SliceState | None, gates: Iterable[GateState]) -> Iterator[Leaf]:
    for gate in gates:
        leaf = gate_leaf(state, item, gate)
        if leaf.state == LeafState.UNMET or (leaf.state == LeafState.WAIVED and gate.key in state.waivers):
            yield leaf
