"""Everything that a phase asks for, as leaves: of one slice, or of the phase exit."""

from __future__ import annotations

from collections.abc import Iterator

from . import artifacts, dispositions
from .freshness import Badge, badge, gate_leaf
from .leaves import let_pass
from .reviews import downstream, upstream
from .state import ConcernState, GateState, Leaf, LeafState, PhaseState, SliceState, Status
from .transitions import IS, NEXT_VERB, no_open_blocker
from .wording import MOST_NOTE, ended, quoted


def of_slice(state: PhaseState, item: SliceState, *, brief: bool = False) -> Iterator[Leaf]:
    """The slice's own status, its gates, its disposition with the findings, its artifacts, its blockers.

    `brief` leaves out the sentences of green gates: a page that only counts them reads none.
    """
    yield let_pass(state, status_leaf(item))
    # What was reported besides is evidence for trigger criteria, and no requirement.
    for gate in item.gates:
        if gate.suite != "extra":
            yield _gate(state, item, gate, brief)
    disposition = dispositions.leaf(state, item)
    if disposition is not None:
        yield disposition
    yield from dispositions.findings(state, item)
    for artifact in item.artifacts:
        yield artifacts.leaf(state, item, artifact)
    yield from no_open_blocker(state, item)


def of_exit(state: PhaseState, *, brief: bool = False) -> Iterator[Leaf]:
    """The gates of the phase exit."""
    for gate in state.exit_gates:
        yield _gate(state, None, gate, brief)


_GREEN = {Badge.PASSED: LeafState.MET, Badge.NOT_APPLICABLE: LeafState.NOT_APPLICABLE}


def _gate(state: PhaseState, item: SliceState | None, gate: GateState, brief: bool) -> Leaf:
    green = _GREEN.get(badge(state, item, gate)) if brief else None
    if green is None:
        return gate_leaf(state, item, gate)
    return Leaf(gate.key, green, gate.text, "", slice=item.code if item else "")


def of_phase(state: PhaseState) -> Iterator[Leaf]:
    """Open blockers of the phase as a whole, and what earlier phases handed on to it."""
    for concern in state.concerns:
        if concern.carried_from:
            yield let_pass(state, carried_leaf(state, concern))
        elif concern.kind == "blocker" and concern.state == "open" and not concern.slice:
            owner = concern.owner or (state.closer.owner if state.closer else "")
            why = f"Phase {state.code} is blocked: {concern.text}"
            yield let_pass(
                state, Leaf(concern.key, LeafState.UNMET, "Open blocker", why, owner, verb="resolve")
            )


def carried_leaf(state: PhaseState, concern: ConcernState) -> Leaf:
    """What an earlier phase handed on: it has to be answered here, one way or another."""
    owner = concern.owner or (state.closer.owner if state.closer else "")
    name = concern.kind.replace("_", "-").capitalize()
    said = f"{name} from phase {concern.carried_from}"
    title = quoted(concern.text)
    if concern.waits_for_answer:
        why = f"{said} has no answer yet: {quoted(concern.text, MOST_NOTE)}"
        return Leaf(concern.key, LeafState.UNMET, title, ended(why), owner, verb="answer")
    why = f"{said}, “{title}”, is {concern.state}: {quoted(concern.answer, MOST_NOTE)}"
    return Leaf(concern.key, LeafState.MET, title, ended(why), owner)


def status_leaf(item: SliceState) -> Leaf:
    """Met once the slice has landed, or is out of the way because it was deferred."""
    done = item.status in (Status.LANDED, Status.DEFERRED)
    why = f"{item.code} is {IS[item.status]}{'' if done else ', not landed'}."
    verb = "" if done else NEXT_VERB[item.status]
    how = LeafState.MET if done else LeafState.UNMET
    return Leaf(item.key, how, item.title, why, item.owner, item.code, verb)


def in_the_way_of_posture(state: PhaseState, item: SliceState) -> list[Leaf]:
    """What is unmet elsewhere than in the readiness slice itself and in the slices that depend on it.

    The phase exit comes after the posture, so it is not asked for; nor are status and posture of a
    readiness slice beside this one, which would wait for this posture in turn.
    """
    own = {item.code, *downstream(state, item.code)}
    above = upstream(state, item.code)
    slices = [other for other in state.slices.values() if other.code not in own]
    beside = {
        key
        for other in slices
        if other.kind == "readiness" and other.code not in above
        for key in (other.key, f"disposition:{other.code}")
    }
    leaves = [*(leaf for other in slices for leaf in of_slice(state, other)), *of_phase(state)]
    leaves = [leaf for leaf in leaves if leaf.key not in beside]
    # One that serves two slices is unmet as long as it is for either.
    return list({leaf.key: leaf for leaf in leaves if leaf.state == LeafState.UNMET}.values())
