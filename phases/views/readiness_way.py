"""The way to ready as lines: numbered, what can be done now first, the long rest behind a fold."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from phases.permissions import Actor
from phases.rules.readiness import Readiness, Step
from phases.rules.state import Leaf

from .clocks import ticking
from .paths import Paths
from .places import short_id
from .readiness_tree import Told
from .task_lines import MARKS, VERBS
from .words import counted

MOST_NOW, FEW, MOST = 12, 8, 300
"""Steps in the open: of those that can be done now, of all; and steps on the page."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """One unmet requirement on the way to ready."""

    number: int
    id: str
    """Of its row, the same whenever it is shown."""
    key: str
    verb: str
    word: str
    is_now: bool
    is_mine: bool
    """Whether the viewer is a member of the acting owner."""
    mark: str
    url: str
    code: str
    title: str
    is_code: bool
    why: str
    owner: str
    owner_url: str
    clock: str
    since: dt.datetime | None
    holds_up: int


@dataclass(frozen=True, slots=True)
class WayToReady:
    """The first steps, those behind the fold, and how many are on no list but in the tree."""

    shown: Sequence[StepLine]
    folded: Sequence[StepLine]
    unlisted: int
    total: int
    now: int
    shared: str
    """Why there are fewer steps than missing requirements; empty where each has its own."""

    @property
    def has_fixes(self) -> bool:
        return any(line.verb == "fix" for line in (*self.shown, *self.folded))

    @property
    def rest(self) -> str:
        """What the fold is called."""
        behind = len(self.folded) + self.unlisted
        return f"{'Now, and then' if self.now > len(self.shown) else 'Then'} {behind} more"


@dataclass(frozen=True, slots=True)
class Turn:
    """An owner who can do something now, and how much."""

    owner: str
    url: str
    number: int
    is_mine: bool


def way_of(found: Readiness, actor: Actor, initiative_id: int) -> WayToReady:
    """The steps in the order of the rules."""
    steps = found.way
    maker = _Maker(found, actor, initiative_id)
    first = len(steps) if len(steps) <= FEW else _in_the_open(steps)
    lines = [maker.line(number, step) for number, step in enumerate(steps[:MOST], start=1)]
    return WayToReady(
        shown=lines[:first],
        folded=lines[first:],
        unlisted=len(steps) - len(lines),
        total=len(steps),
        now=sum(step.is_now for step in steps),
        shared=_shared(found),
    )


def _shared(found: Readiness) -> str:
    """Fixed findings have no steps of their own: one round confirms all of them."""
    fixed = sum(leaf.verb == "confirm" for leaf in found.unmet)
    if not fixed:
        return ""
    are, their, them = (
        ("is a fixed finding", "its", "it") if fixed == 1 else ("are fixed findings", "their", "them")
    )
    missing = f"Of {counted(len(found.unmet), 'missing requirement')}, {fixed} {are}"
    return f"{missing} without a step of {their} own: the next round confirms {them}."


def _in_the_open(steps: Sequence[Step]) -> int:
    return max(3, min(MOST_NOW, sum(step.is_now for step in steps)))


def _beside(leaf: Leaf, kind: str) -> str:
    """The sentence without the command or path that stands above it."""
    before, named, after = leaf.why.partition(leaf.title)
    if kind not in ("gate", "exit", "artifact") or not named:
        return leaf.why
    what, said = before.removeprefix(leaf.slice).strip(" :"), after.strip()
    said = f"{what}: {said}" if what else said
    return f"{said[:1].upper()}{said[1:]}"


class _Maker:
    def __init__(self, found: Readiness, actor: Actor, initiative_id: int) -> None:
        self.state, self.actor, self.mine = found.state, actor, actor.handles_in(initiative_id)
        self.initiative_id = initiative_id
        self.paths = Paths(found.state.initiative)
        self.told = Told()

    def line(self, number: int, step: Step) -> StepLine:
        leaf, task = step.leaf, step.task
        kind = leaf.key.partition(":")[0]
        again = task is not None and task.gate is not None and task.gate.run is not None
        word = VERBS.get(leaf.verb, "See")
        return StepLine(
            number=number,
            id=f"step-{short_id(leaf.key)}",
            key=leaf.key,
            verb=leaf.verb,
            word=f"{word} again" if again else word,
            is_now=step.is_now,
            is_mine=step.is_now and self.actor.acts_for(self.initiative_id, [leaf.owner]),
            mark=MARKS.get(task.urgency, "") if task else "",
            url=self.paths.place(self.state.code, leaf),
            code=leaf.slice,
            title=leaf.title,
            is_code=kind in ("gate", "exit", "artifact"),
            why=self.told.once(_beside(leaf, kind)),
            owner=leaf.owner,
            owner_url=self.paths.owner(leaf.owner) if leaf.owner else "",
            clock=ticking(task.clock, self.mine) if task and task.clock else "",
            since=task.since if task else None,
            holds_up=task.holds_up if task else 0,
        )


def turns_of(found: Readiness, actor: Actor, initiative_id: int) -> list[Turn]:
    """Whose turn it is now, whoever has most to do first."""
    paths = Paths(found.state.initiative)
    return [
        Turn(owner, paths.owner(owner), number, actor.acts_for(initiative_id, [owner]))
        for owner, number in _acting(found.way).most_common()
    ]


def _acting(steps: Iterable[Step]) -> Counter[str]:
    return Counter(step.leaf.owner for step in steps if step.is_now and step.leaf.owner)
