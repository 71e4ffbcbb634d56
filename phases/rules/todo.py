"""Everything in a phase that somebody can do now, in the order in which it can be done first.

Whoever only ever does the first task is never refused, and goes on until every slice is done and the
phase exit is green. What has to wait for something else is not listed: that something is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from . import artifacts, dispositions
from .freshness import Badge, badge, gate_leaf, why_not_vouchable
from .graph import layers
from .leaves import let_pass
from .ready import kept_back
from .requirements import in_the_way_of_posture, of_exit, of_phase, status_leaf
from .reviews import downstream, upstream
from .state import Decision, FindingState, Leaf, LeafState, PhaseState, SliceState, Status, Verdict
from .tasks import Place, Task, answering, attaching, fixing, judging, moving, proving, replying, resolving
from .transitions import TABLE, no_open_blocker

_ROWS = {row.verb: row for row in TABLE}
CANDIDATE, LAND, DEFER = (_ROWS[verb] for verb in ("candidate", "land", "defer"))
EVIDENCE = ("run", "attest", "attach")
_GREEN = (Badge.PASSED, Badge.WAIVED, Badge.NOT_APPLICABLE)
_DONE = (Status.LANDED, Status.DEFERRED)


def todo(state: PhaseState) -> list[Task]:
    """The tasks of a phase: blockers and fixes, then slice by slice, the phase exit, and other concerns.

    A phase that was handed off asks for nothing.
    """
    if state.handed_off:
        return []
    walk = _Walk(state)
    found = {task.key: task for task in reversed([*walk.required(), *walk.concerns()])}
    return [_weighed(walk, task) for task in reversed(found.values())]


def _weighed(walk: _Walk, task: Task) -> Task:
    codes = (task.slice, *(task.gate.before if task.gate else ()))
    mask = 0
    for code in codes:
        mask |= walk.waiting.get(code, 0)
    if task.gate:
        for code in task.gate.before:
            mask |= walk.bits.get(code, 0)
    return replace(task, holds_up=mask.bit_count()) if mask else task


@dataclass(frozen=True)
class _Walk:
    """One walk through a phase."""

    state: PhaseState

    def required(self) -> list[Task]:
        """What the phase cannot be ready without."""
        slices = self.state.slices.values()
        found = [*self._blockers()]
        found += [task for item in slices for task in self._fixes(item)]
        found += [task for item in slices for task in self._slice(item)]
        found += self._carried()
        found += self._exit()
        # Rounds that a later slice would make unnecessary, once nothing else leads there.
        return found or [task for item in slices for task in self._round(item)]

    def concerns(self) -> Iterator[Task]:
        """Open ones that nothing waits for."""
        for concern in self.state.concerns:
            if concern.state != "open" or concern.waits_for_answer:
                continue
            if not (concern.kind == "blocker" and self._blocks(concern.slice)):
                yield answering(self.state, concern)

    def _blocks(self, code: str) -> bool:
        return not code or code in self.state.slices

    def _blockers(self) -> Iterator[Task]:
        by_key = {concern.key: concern for concern in self.state.concerns}
        leaves = [leaf for item in self.state.slices.values() for leaf in no_open_blocker(self.state, item)]
        for leaf in (*leaves, *of_phase(self.state)):
            if leaf.state == LeafState.UNMET and leaf.verb == "resolve":
                yield resolving(self.state, by_key[leaf.key], leaf)

    def _carried(self) -> Iterator[Task]:
        """What earlier phases handed on, and nobody has answered here."""
        by_key = {concern.key: concern for concern in self.state.concerns}
        for leaf in of_phase(self.state):
            if leaf.state == LeafState.UNMET and leaf.verb == "answer":
                yield replying(by_key[leaf.key], leaf)

    def _slice(self, item: SliceState) -> Iterator[Task]:
        if item.status == Status.PLANNED:
            yield from self._planned(item)
        elif item.status == Status.IN_PROGRESS:
            yield from self._in_progress(item)
        elif item.status == Status.CANDIDATE:
            yield from self._candidate(item)
        else:
            yield from self._done(item)

    def _planned(self, item: SliceState) -> Iterator[Task]:
        """Its start, or what alone keeps it from starting; what waits for other slices waits."""
        unmet = kept_back(self.state, item)
        if not unmet:
            yield self._move(item, f"Nothing keeps {item.code} from starting.")
        elif all(leaf.verb in (*EVIDENCE, "resolve") for leaf in unmet):
            yield from self._evidence(item, unmet)

    def _in_progress(self, item: SliceState) -> Iterator[Task]:
        yield from self._judgement(item)
        if item.is_conditional and self._is_unjudged(item):
            return
        yield from self._evidence(item, [leaf for leaf in self._gates(item) if self._is_next(item, leaf)])
        # Work that is being reviewed is no candidate before the review is through.
        waits = item.is_reviewing and self._is_unjudged(item)
        if not waits and not CANDIDATE.unmet(self.state, item):
            suite = "is green" if any(gate.suite == "quick" for gate in item.gates) else "is empty"
            yield self._move(item, f"{item.code} can become a candidate: its quick suite {suite}.")

    def _is_next(self, item: SliceState, leaf: Leaf) -> bool:
        """The quick suite is what the next step takes; whatever failed is told at once."""
        _, gate = self.places[leaf.key]
        return gate.suite == "quick" or badge(self.state, item, gate) == Badge.FAILED

    def _candidate(self, item: SliceState) -> Iterator[Task]:
        unmet = LAND.unmet(self.state, item)
        if not unmet:
            yield self._move(item, f"Everything that the landing of {item.code} needs is there.")
            return
        yield from self._judgement(item)
        yield from self._evidence(item, unmet)

    def _done(self, item: SliceState) -> Iterator[Task]:
        """Landed and deferred slices have to stay proven."""
        if item.is_reviewing and not self._will_be_covered(item):
            yield from self._round(item)
        elif item.status == Status.LANDED and not item.is_reviewing:
            yield from self._judgement(item)
        leaves = [artifacts.leaf(self.state, item, one) for one in item.artifacts]
        yield from self._evidence(item, [*self._gates(item), *leaves])

    def _exit(self) -> Iterator[Task]:
        """The gates of the phase exit come last: every landing makes them stale."""
        leaves = [let_pass(self.state, status_leaf(item)) for item in self.state.slices.values()]
        if all(leaf.state != LeafState.UNMET for leaf in leaves):
            yield from self._evidence(None, of_exit(self.state))

    def _move(self, item: SliceState, why: str) -> Task:
        return moving(self.state, item, status_leaf(item), why)

    # Evidence

    def _gates(self, item: SliceState) -> Iterator[Leaf]:
        """Those that are not green; nobody asks for the sentences of the others."""
        for gate in item.gates:
            if badge(self.state, item, gate) not in _GREEN:
                yield gate_leaf(self.state, item, gate)

    def _evidence(self, item: SliceState | None, leaves: Iterable[Leaf]) -> Iterator[Task]:
        for leaf in leaves:
            if leaf.state != LeafState.UNMET:
                continue
            if leaf.verb in ("run", "attest"):
                place = self.places[leaf.key]
                if leaf.verb == "run" or not why_not_vouchable(self.state, *place):
                    yield proving(self.state, place, leaf)
            elif leaf.verb == "attach" and item is not None:
                artifact = next(one for one in item.artifacts if one.key == leaf.key)
                yield attaching(item, artifact, leaf)

    @cached_property
    def places(self) -> dict[str, Place]:
        """Every gate by its key, with its slice."""
        found: dict[str, Place] = {
            gate.key: (item, gate) for item in self.state.slices.values() for gate in item.gates
        }
        return found | {gate.key: (None, gate) for gate in self.state.exit_gates}

    # Judgement

    def _judgement(self, item: SliceState) -> Iterator[Task]:
        """The round, decision or posture of a slice under work, or what it takes first."""
        if item.is_reviewing:
            yield from self._round(item)
        elif not self._is_unjudged(item):
            return
        elif item.is_conditional:
            first = DEFER.unmet(self.state, item) if item.status == DEFER.source else []
            yield from self._evidence(item, first) if first else self._disposition(item)
        elif item.kind == "readiness" and not in_the_way_of_posture(self.state, item):
            yield from self._disposition(item)

    def _is_unjudged(self, item: SliceState) -> bool:
        leaf = dispositions.leaf(self.state, item)
        return leaf is not None and leaf.state == LeafState.UNMET

    def _disposition(self, item: SliceState) -> Iterator[Task]:
        leaf = dispositions.leaf(self.state, item)
        if leaf is not None:
            yield judging(self.state, item, leaf)

    def _fixes(self, item: SliceState) -> Iterator[Task]:
        """Each open finding, where closing it is still asked for."""
        if self._asks_for_round(item):
            for one in item.findings:
                if one.state == "open":
                    yield fixing(one, dispositions.finding_leaf(self.state, item, one))

    def _round(self, item: SliceState) -> Iterator[Task]:
        """The next round, once no finding is open any more: one that confirms the fixes, or a new one."""
        if not self._asks_for_round(item) or any(one.state == "open" for one in item.findings):
            return
        leaf = dispositions.round_leaf(self.state, item)
        fixed = tuple(one for one in item.findings if one.state == "fixed")
        if fixed:
            leaf = replace(leaf, state=LeafState.UNMET, verb="confirm", why=_fixed(item, fixed))
        yield judging(self.state, item, leaf, fixed)

    def _asks_for_round(self, item: SliceState) -> bool:
        if not item.is_reviewing or item.status == Status.PLANNED:
            return False
        return self._is_unjudged(item) or any(
            leaf.state == LeafState.UNMET for leaf in dispositions.unclosed(self.state, item)
        )

    def _will_be_covered(self, item: SliceState) -> bool:
        """Whether all that a landed review misses is a newer round, and a structural one is still to come."""
        if item.unclosed or item.round is None or item.round.verdict == Verdict.NOT_READY:
            return False
        return any(
            self.state.slices[code].kind == "structural" and self.state.slices[code].status not in _DONE
            for code in downstream(self.state, item.code)
        )

    # Weight

    @cached_property
    def bits(self) -> dict[str, int]:
        """One bit for each slice that is not done; sets would take memory by the square of their number."""
        return {
            code: 0 if item.status in _DONE else 1 << number
            for number, (code, item) in enumerate(self.state.slices.items())
        }

    @cached_property
    def waiting(self) -> dict[str, int]:
        """For each slice the bits of those that wait for it."""
        column = layers({code: [n.code for n in one.needs] for code, one in self.state.slices.items()})
        found = dict.fromkeys(self.state.slices, 0)
        for code in sorted(column, key=lambda one: -column[one]):
            item = self.state.slices[code]
            for need in item.needs:
                if not (need.if_triggered and self.state.slices[need.code].decision == Decision.DEFERRED):
                    found[need.code] |= found[code] | self.bits[code]
        return found


def _fixed(item: SliceState, fixed: tuple[FindingState, ...]) -> str:
    names = ", ".join(f"{one.id} ({one.severity})" for one in fixed[:5])
    more = f" and {len(fixed) - 5} more" if len(fixed) > 5 else ""
    fixes, them = ("1 fix waits", "it") if len(fixed) == 1 else (f"{len(fixed)} fixes wait", "them")
    return f"{fixes} for a round of {item.code} that confirms {them}: {names}{more}."


def reopened(state: PhaseState) -> list[tuple[SliceState, SliceState]]:
    """Slices under work, each with a conditional slice upstream of it whose decision is open again."""
    again = {
        one.code: one
        for one in state.slices.values()
        if one.is_conditional and one.reset == "reopen" and one.status == Status.IN_PROGRESS
        if one.decision == Decision.UNDECIDED
    }
    if not again or state.handed_off:
        return []
    return [
        (item, again[code])
        for item in state.slices.values()
        if item.status in (Status.IN_PROGRESS, Status.CANDIDATE)
        for code in again
        if code in upstream(state, item.code)
    ]
