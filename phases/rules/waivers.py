"""Which leaves of a phase can be waived, and what each is about."""

from __future__ import annotations

from collections.abc import Iterator

from .state import Leaf, LeafState, PhaseState, SliceState, Status
from .transitions import NEXT_VERB, WORDS, undecided

BY_LEADS = ("gate", "artifact")
"""Kinds of key that leads of the owner may waive; the rest is for admins."""


def waivable(state: PhaseState) -> dict[str, Leaf]:
    """Every leaf of the phase that is unmet and may be let pass, by key."""
    found = {key: leaf for code in ("", *state.slices) for key, leaf in unmet_leaves(state, code).items()}
    return {key: leaf for key, leaf in found.items() if key not in state.waivers}


def unmet_leaves(state: PhaseState, code: str) -> dict[str, Leaf]:
    """Unmet leaves of a slice, of the phase exit where `code` is empty; waived ones are among them."""
    leaves = _slice_leaves(state.slices[code]) if code else _exit_leaves(state)
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
    for gate in item.gates:
        why = f"No result of this {gate.suite.replace('_', ' ')} gate has been recorded."
        yield Leaf(gate.key, LeafState.UNMET, gate.text, why, item.owner, item.code)
    for artifact in item.artifacts:
        why = f"{artifact.path} is expected and has not been attached."
        yield Leaf(artifact.key, LeafState.UNMET, artifact.path, why, item.owner, item.code)


def _exit_leaves(state: PhaseState) -> Iterator[Leaf]:
    why = "No result of this phase exit gate has been recorded."
    for gate in state.exit_gates:
        yield Leaf(gate.key, LeafState.UNMET, gate.text, why)
