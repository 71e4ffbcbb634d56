"""Which leaves of a phase can be waived, and what each is about."""

from __future__ import annotations

from .state import Leaf, LeafState, PhaseState, Status
from .transitions import NEXT_VERB, WORDS, undecided

BY_LEADS = ("gate", "artifact")
"""Kinds of key that leads of the owner may waive; the rest is for admins."""


def waivable(state: PhaseState) -> dict[str, Leaf]:
    """Every leaf of the phase that is unmet and may be let pass, by key."""
    leaves = [*_slice_leaves(state), *_exit_leaves(state)]
    return {leaf.key: leaf for leaf in leaves if leaf.key not in state.waivers}


def _slice_leaves(state: PhaseState) -> list[Leaf]:
    found = []
    for item in state.slices.values():
        if item.status not in (Status.LANDED, Status.DEFERRED):
            why = f"{item.code} is {WORDS[item.status]}, not landed."
            verb = NEXT_VERB.get(item.status, "")
            found.append(Leaf(item.key, LeafState.UNMET, item.title, why, item.owner, item.code, verb))
            if item.is_conditional and not item.decision:
                found.append(undecided(item))
        if item.declared_in:
            continue
        for gate in item.gates:
            why = f"No result of this {gate.suite.replace('_', ' ')} gate has been recorded."
            found.append(Leaf(gate.key, LeafState.UNMET, gate.text, why, item.owner, item.code))
        for artifact in item.artifacts:
            why = f"{artifact.path} is expected and has not been attached."
            found.append(Leaf(artifact.key, LeafState.UNMET, artifact.path, why, item.owner, item.code))
        for blocker in item.blockers:
            why = f"{item.code} is blocked: {blocker.text}"
            found.append(Leaf(blocker.key, LeafState.UNMET, "Open blocker", why, blocker.owner, item.code))
    return found


def _exit_leaves(state: PhaseState) -> list[Leaf]:
    why = "No result of this phase exit gate has been recorded."
    return [Leaf(gate.key, LeafState.UNMET, gate.text, why) for gate in state.exit_gates]
