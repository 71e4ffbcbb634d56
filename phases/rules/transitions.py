"""The one table of slice transitions and their guards.

A guard answers with leaves: requirements with their state and whose turn it is. A transition is
refused while one of its leaves is unmet. A waived leaf lets pass and still shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from . import artifacts, dispositions
from .freshness import Badge, badge, gate_leaf
from .leaves import let_pass
from .state import Decision, GateState, Leaf, LeafState, PhaseState, SliceState, Status

Guard = Callable[[PhaseState, SliceState], Iterable[Leaf]]

WORDS = {
    Status.PLANNED: "planned",
    Status.IN_PROGRESS: "in progress",
    Status.CANDIDATE: "candidate",
    Status.LANDED: "landed",
    Status.DEFERRED: "deferred",
}

IS = WORDS | {Status.CANDIDATE: "a candidate"}
"""The same as it is said of a slice: `D1 is a candidate`."""

NEXT_VERB = {Status.PLANNED: "start", Status.IN_PROGRESS: "candidate", Status.CANDIDATE: "land"}
"""The verb that moves a slice on from each status, as the way to ready names it."""


def dependencies(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """Every needed slice has landed, or is out of the way because its condition did not trigger."""
    for need in item.needs:
        needed = state.slices[need.code]
        # Nobody decides about a slice that is not conditional, so there the need always counts.
        only_if = need.if_triggered and needed.is_conditional
        yield let_pass(state, _if_triggered(state, needed) if only_if else _always(state, needed))


def _always(state: PhaseState, needed: SliceState) -> Leaf:
    if needed.is_conditional and needed.status == Status.IN_PROGRESS and not needed.decision:
        return dispositions.undecided(state, needed)
    done = needed.status in (Status.LANDED, Status.DEFERRED)
    return _status_leaf(needed, done)


def _if_triggered(state: PhaseState, needed: SliceState) -> Leaf:
    if needed.declared_in:
        return _status_leaf(needed, done=True)
    if needed.decision == Decision.UNDECIDED:
        return dispositions.undecided(state, needed)
    if needed.decision == Decision.DEFERRED:
        why = f"{needed.code} was deferred, so nothing waits for it."
        return Leaf(needed.key, LeafState.NOT_APPLICABLE, needed.title, why, needed.owner, needed.code)
    return _status_leaf(needed, done=needed.status == Status.LANDED)


def _status_leaf(needed: SliceState, done: bool) -> Leaf:
    state = LeafState.MET if done else LeafState.UNMET
    why = (
        f"{needed.code} is {IS[needed.status]}."
        if done
        else f"{needed.code} is {IS[needed.status]}, not landed."
    )
    verb = "" if done else NEXT_VERB.get(needed.status, "")
    return Leaf(needed.key, state, needed.title, why, needed.owner, needed.code, verb)


def decision_is_triggered(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """A conditional slice goes on only once its criteria were decided to be triggered."""
    if item.is_conditional and item.decision != Decision.TRIGGERED:
        yield let_pass(state, dispositions.undecided(state, item))


def no_open_blocker(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    for blocker in item.blockers:
        owner = blocker.owner or item.owner
        why = f"{item.code} is blocked: {blocker.text}"
        yield let_pass(
            state, Leaf(blocker.key, LeafState.UNMET, "Open blocker", why, owner, item.code, "resolve")
        )


def required_artifacts_exist(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """Documents of others that the slice works from."""
    yield from artifacts.before_start(state, item)


def products_exist(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """Documents that the slice lists among its own files."""
    yield from artifacts.products(state, item)


def products_of_deferral_exist(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """The same before it is deferred: what is due only when triggered is not asked for."""
    yield from artifacts.products(state, item, decision=Decision.DEFERRED)


def closed_by_kind(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """The approval, decision or posture that the kind asks for, and every finding that is not closed."""
    leaf = dispositions.leaf(state, item)
    if leaf is not None:
        yield leaf
    yield from dispositions.unclosed(state, item)


def assess_gates_green(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """An absent suite is green."""
    for gate in item.gates:
        if gate.suite == "assess":
            yield from _not_green(state, item, gate)


def mandatory_gates_green(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """The gates that other slices declare as mandatory before this one."""
    for holder, gate in state.holding_up.get(item.code, ()):
        yield from _not_green(state, holder, gate)


def quick_gates_green(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """An absent suite is green."""
    for gate in item.gates:
        if gate.suite == "quick":
            yield from _not_green(state, item, gate)


def all_gates_green(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """Every suite that applies; which of them do, each gate says itself."""
    for gate in item.gates:
        yield from _not_green(state, item, gate)


def _not_green(state: PhaseState, item: SliceState, gate: GateState) -> Iterator[Leaf]:
    """A leaf for each gate that is unmet or waived: nobody reads the sentences of hundreds of green ones."""
    if badge(state, item, gate) not in (Badge.PASSED, Badge.NOT_APPLICABLE):
        yield gate_leaf(state, item, gate)


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. Its verb names the URL, the ledger entry and the button."""

    verb: str
    source: Status
    target: Status
    label: str
    guards: tuple[Guard, ...] = ()
    needs_reason: bool = False
    by_disposition: bool = False
    """Recording the disposition is this transition; nobody takes it by itself."""

    def leaves(self, state: PhaseState, item: SliceState) -> list[Leaf]:
        """What the guards say, each requirement once."""
        found = [leaf for guard in self.guards for leaf in guard(state, item)]
        return list({leaf.key: leaf for leaf in found}.values())

    def unmet(self, state: PhaseState, item: SliceState) -> list[Leaf]:
        return [leaf for leaf in self.leaves(state, item) if leaf.state == LeafState.UNMET]


_START: tuple[Guard, ...] = (
    dependencies,
    mandatory_gates_green,
    required_artifacts_exist,
    no_open_blocker,
)
_CANDIDATE: tuple[Guard, ...] = (decision_is_triggered, quick_gates_green)
_LAND: tuple[Guard, ...] = (*_START, *_CANDIDATE, all_gates_green, products_exist, closed_by_kind)
"""Every guard is checked again when landing."""

_DEFER: tuple[Guard, ...] = (assess_gates_green, products_of_deferral_exist)

TABLE = (
    Transition("start", Status.PLANNED, Status.IN_PROGRESS, "Start", _START),
    Transition("candidate", Status.IN_PROGRESS, Status.CANDIDATE, "Make candidate", _CANDIDATE),
    Transition("land", Status.CANDIDATE, Status.LANDED, "Land", _LAND),
    Transition("defer", Status.IN_PROGRESS, Status.DEFERRED, "Defer", _DEFER, by_disposition=True),
    Transition("send_back", Status.CANDIDATE, Status.IN_PROGRESS, "Send back", needs_reason=True),
    Transition("reopen", Status.LANDED, Status.IN_PROGRESS, "Reopen", needs_reason=True),
    Transition("reopen", Status.DEFERRED, Status.IN_PROGRESS, "Reopen", needs_reason=True),
)
VERBS = tuple(dict.fromkeys(row.verb for row in TABLE if not row.by_disposition))


def from_status(status: Status) -> tuple[Transition, ...]:
    """The ways on that somebody can take by themselves."""
    return tuple(row for row in TABLE if row.source == status and not row.by_disposition)


def between(source: Status, target: Status) -> Transition | None:
    return next((row for row in from_status(source) if row.target == target), None)


def by_verb(source: Status, verb: str) -> Transition | None:
    return next((row for row in TABLE if (row.source, row.verb) == (source, verb)), None)


def can_start(state: PhaseState, item: SliceState) -> bool:
    """The one definition of "can start now": planned, and nothing that the start needs is unmet."""
    row = by_verb(item.status, "start")
    return row is not None and not row.unmet(state, item)
