"""Whether a phase can be handed off: the requirement tree, the verdict, and the way to ready.

The one definition of ready: pages, API, commands, documents and the handoff itself all read this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from . import requirements
from .graph import layers
from .state import Leaf, LeafState, PhaseState, SliceState, Status
from .tasks import Task
from .todo import todo
from .transitions import IS

READY, NOT_READY = "ready", "not_ready"
EXIT, CONCERNS = "group:/exit", "group:/concerns"
"""Keys of the groups that belong to no slice: the phase exit, and the concerns of the phase."""

DOES = {
    "start": "starts it",
    "candidate": "makes it a candidate",
    "land": "lands it",
    "run": "runs it",
    "attest": "attests it",
    "attach": "attaches it",
    "decide": "decides",
    "review": "has it reviewed",
    "fix": "fixes it",
    "confirm": "has the fix confirmed in a round",
    "resolve": "resolves it",
    "answer": "answers it",
    "posture": "says whether it is ready",
}
"""What whoever is next does, by the verb of the leaf."""

_WORST = (LeafState.UNMET, LeafState.WAIVED, LeafState.MET, LeafState.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Group:
    """The requirements of one slice, of the phase exit, or of the phase as a whole."""

    key: str
    title: str
    leaves: tuple[Leaf, ...]
    owner: str = ""
    slice: str = ""

    @property
    def state(self) -> LeafState:
        """The worst of its leaves."""
        states = {leaf.state for leaf in self.leaves}
        return next((state for state in _WORST if state in states), LeafState.NOT_APPLICABLE)

    @property
    def why(self) -> str:
        """How many of its requirements are still open."""
        unmet = sum(leaf.state == LeafState.UNMET for leaf in self.leaves)
        asked = sum(leaf.state != LeafState.NOT_APPLICABLE for leaf in self.leaves)
        if not asked:
            return "Nothing is asked here."
        if unmet:
            return f"{unmet} of {asked} {'is' if unmet == 1 else 'are'} missing."
        waived = sum(leaf.state == LeafState.WAIVED for leaf in self.leaves)
        let_pass = f", {waived} of {'it' if asked == 1 else 'them'} waived" if waived else ""
        return f"{'The one' if asked == 1 else f'All {asked}'} settled{let_pass}."


@dataclass(frozen=True, slots=True)
class Step:
    """One unmet requirement on the way to ready."""

    leaf: Leaf
    task: Task | None = None
    """What can be done about it now; None while it waits for something before it."""

    @property
    def is_now(self) -> bool:
        return self.task is not None


@dataclass(frozen=True)
class Readiness:
    """The answer for one phase at one moment."""

    state: PhaseState
    groups: tuple[Group, ...]
    leaves: Mapping[str, Leaf]
    """Every leaf once, by key; one that serves two groups is unmet as long as it is for either."""
    tasks: Sequence[Task]
    """What can be done now, required things first."""

    @property
    def verdict(self) -> str:
        return NOT_READY if self.unmet else READY

    @property
    def is_ready(self) -> bool:
        return not self.unmet

    @cached_property
    def unmet(self) -> list[Leaf]:
        return [leaf for leaf in self.leaves.values() if leaf.state == LeafState.UNMET]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many distinct leaves there are in each state."""
        found = {"met": 0, "unmet": 0, "waived": 0, "not_applicable": 0}
        for leaf in self.leaves.values():
            found[leaf.state.value] += 1
        return found

    @cached_property
    def way(self) -> list[Step]:
        """What is unmet, in the order in which it can be done; the first is never refused."""
        now = [Step(task.leaf, task) for task in self.doable]
        known = {step.leaf.key for step in now}
        known.update(one.key for step in now if step.task for one in step.task.findings)
        # A fixed finding waits for the round that confirms all of them, which is one step of its own.
        later = [leaf for leaf in self.unmet if leaf.key not in known and leaf.verb != "confirm"]
        return now + [Step(leaf) for leaf in self._in_order(later)]

    @cached_property
    def disorder(self) -> list[str]:
        """Slices that went on although one that they need was opened again behind them."""
        return list(_disorder(self.state))

    def sentence(self, leaf: Leaf) -> str:
        """Why a leaf is as it is, and who acts next while it is unmet."""
        owner = self.acting(leaf)
        if leaf.state != LeafState.UNMET or leaf.verb not in DOES or not owner:
            return leaf.why
        when = "Next" if leaf.key in self._acting else "Then"
        return f"{leaf.why} {when}: {owner} {DOES[leaf.verb]}."

    def acting(self, leaf: Leaf) -> str:
        """Whose turn a leaf is: its owner's, or the backup's once the owner's time has run out."""
        return self._acting.get(leaf.key, leaf.owner)

    @cached_property
    def doable(self) -> list[Task]:
        """What is required now; of what was waived only what something unmet comes after."""
        if self.is_ready:
            return []
        keys = {leaf.key for leaf in self.unmet}
        slices = {leaf.slice for leaf in self.unmet} - {""}
        required = [task for task in self.tasks if task.is_required]
        return [task for task in required if task.key in keys or task.slice in slices] or required

    @cached_property
    def _acting(self) -> dict[str, str]:
        """Who acts next, by key of what can be done now: the backup once an owner's time has run out."""
        own = {task.key: task.owner for task in self.doable}
        return own | {one.key: task.owner for task in self.doable for one in task.findings}

    def _in_order(self, leaves: Iterable[Leaf]) -> list[Leaf]:
        slices = self.state.slices
        column = layers({code: [need.code for need in one.needs] for code, one in slices.items()})
        suites = {gate.key: gate.suite for one in slices.values() for gate in one.gates}

        def place(leaf: Leaf) -> tuple[int, int, int]:
            item = slices.get(leaf.slice)
            if item is None:
                return len(slices), 0, 0
            return column[item.code], item.position, _rank(item, leaf, suites.get(leaf.key, ""))

        return sorted(leaves, key=place)


def _rank(item: SliceState, leaf: Leaf, suite: str) -> int:
    """Where in the course of its slice a requirement comes."""
    order = ["resolve", "fix", "attach", "start", "assess", "decide", "review", "quick", "candidate"]
    order += ["run", "attest", "posture", "land"]
    word = suite if suite in ("assess", "quick") else leaf.verb
    if word == "attach" and any(one.produced and one.key == leaf.key for one in item.artifacts):
        word = "attest"
    return order.index(word) if word in order else len(order)


def readiness(state: PhaseState, *, brief: bool = False) -> Readiness:
    """The tree of a phase with its verdict; `brief` leaves the sentences of green gates out."""
    groups = [*_groups(state, brief)]
    merged: dict[str, Leaf] = {}
    for group in groups:
        for leaf in group.leaves:
            known = merged.get(leaf.key)
            if known is None or _WORST.index(leaf.state) < _WORST.index(known.state):
                merged[leaf.key] = leaf
    if len(merged) < sum(len(group.leaves) for group in groups):
        groups = [_with_same(group, merged) for group in groups]
    return Readiness(state, tuple(groups), merged, todo(state))


def _with_same(group: Group, merged: Mapping[str, Leaf]) -> Group:
    """The group with each leaf once, and one that serves other groups too as it is for all of them."""
    keys = dict.fromkeys(leaf.key for leaf in group.leaves)
    return replace(group, leaves=tuple(merged[key] for key in keys))


def _groups(state: PhaseState, brief: bool) -> Iterator[Group]:
    for item in state.slices.values():
        leaves = tuple(requirements.of_slice(state, item, brief=brief))
        yield Group(f"group:{item.code}", f"{item.code} {item.title}", leaves, item.owner, item.code)
    holder = state.closer.owner if state.closer else ""
    if state.exit_gates:
        yield Group(EXIT, "Phase exit", tuple(requirements.of_exit(state, brief=brief)), holder)
    concerns = tuple(requirements.of_phase(state))
    if concerns:
        yield Group(CONCERNS, "Concerns of the phase", concerns, holder)


def _disorder(state: PhaseState) -> Iterator[str]:
    done = (Status.LANDED, Status.DEFERRED)
    for item in state.slices.values():
        if item.status == Status.PLANNED:
            continue
        for need in item.needs:
            needed = state.slices[need.code]
            if needed.status in done or needed.key in state.waivers:
                continue
            if need.if_triggered and needed.is_conditional and not needed.decision:
                continue
            now = IS[needed.status]
            yield f"{item.code} is {IS[item.status]}, but {needed.code}, which it needs, is {now} again."
