"""Everything that a phase asks for, as leaves: of one slice, or of the phase exit."""

from __future__ import annotations

from collections.abc import Iterator

from . import artifacts, dispositions
from .freshness import gate_leaf
from .leaves import let_pass
from .reviews import downstream
from .state import Leaf, LeafState, PhaseState, SliceState, Status
from .transitions import NEXT_VERB, WORDS, no_open_blocker


def of_slice(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """The slice's own status, its gates, its disposition with the findings, its artifacts, its blockers."""
    yield let_pass(state, status_leaf(item))
    for gate in item.gates:
        yield gate_leaf(state, item, gate)
    disposition = dispositions.leaf(state, item)
    if disposition is not None:
        yield disposition
    yield from dispositions.findings(state, item)
    for artifact in item.artifacts:
        yield artifacts.leaf(state, item, artifact)
    yield from no_open_blocker(state, item)


def of_exit(state: PhaseState) -> Iterator[Leaf]:
    """The gates of the phase exit."""
    for gate in state.exit_gates:
        yield gate_leaf(state, None, gate)


def of_phase(state: PhaseState) -> Iterator[Leaf]:
    """Open blockers of the phase as a whole."""
    for concern in state.concerns:
        if concern.kind == "blocker" and concern.state == "open" and not concern.slice:
            owner = concern.owner or (state.closer.owner if state.closer else "")
            why = f"Phase {state.code} is blocked: {concern.text}"
            yield let_pass(
                state, Leaf(concern.key, LeafState.UNMET, "Open blocker", why, owner, verb="resolve")
            )


def status_leaf(item: SliceState) -> Leaf:
    """Met once the slice has landed, or is out of the way because it was deferred."""
    done = item.status in (Status.LANDED, Status.DEFERRED)
    why = f"{item.code} is {WORDS[item.status]}{'' if done else ', not landed'}."
    verb = "" if done else NEXT_VERB[item.status]
    how = LeafState.MET if done else LeafState.UNMET
    return Leaf(item.key, how, item.title, why, item.owner, item.code, verb)


def in_the_way_of_posture(state: PhaseState, item: SliceState) -> list[Leaf]:
    """What is unmet elsewhere than in the readiness slice itself and in the slices that depend on it.

    The phase exit comes after the posture, so it is not asked for.
    """
    own = {item.code, *downstream(state, item.code)}
    slices = (other for other in state.slices.values() if other.code not in own)
    leaves = [*(leaf for other in slices for leaf in of_slice(state, other)), *of_phase(state)]
    # One that serves two slices is unmet as long as it is for either.
    return list({leaf.key: leaf for leaf in leaves if leaf.state == LeafState.UNMET}.values())
