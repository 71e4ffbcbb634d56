"""What can start and what waits, beside the phase: for what and for whom, in a few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from phases.rules.ready import Turn
from phases.rules.state import Leaf, SliceState

from .words import counted, listed

LINES = 6
"""Planned slices beside the phase; all of them are in the table."""

OF_GATES = ("run", "attest")
"""Verbs of leaves that are gates."""


@dataclass(frozen=True, slots=True)
class TurnLine:
    """A planned slice beside the phase, what for and for whom it waits."""

    item: SliceState
    url: str
    whose: str
    """`you` where it is the viewer's, else its owner."""
    why: str


def lines(waiting: Sequence[Turn], urls: Mapping[str, str], mine: Collection[str]) -> list[TurnLine]:
    """In file order, as far as there is room; handles in `mine` are the viewer's own."""
    return [_line(turn, urls[turn.item.code], mine) for turn in waiting[:LINES]]


def _line(turn: Turn, url: str, mine: Collection[str]) -> TurnLine:
    return TurnLine(turn.item, url, _named(turn.item.owner, mine), why(turn.unmet, mine))


def waits(unmet: Sequence[Leaf]) -> str:
    """`Waits for D3 and 4 more`, or `Waits for 2 gates of D2` where nothing but gates is in the way."""
    leaves = [leaf for leaf in unmet if not leaf.key.startswith("concern:")]
    if leaves and all(leaf.verb in OF_GATES for leaf in leaves):
        return f"Waits for {listed(_gates(leaves), 2)}"
    things = dict.fromkeys(_document(leaf) or leaf.slice for leaf in leaves)
    return f"Waits for {listed(things, 2)}" if things else ""


def why(unmet: Sequence[Leaf], mine: Collection[str]) -> str:
    """For what and for whom a slice waits. Gates of a slice that is waited for anyway go without saying."""
    slices = {leaf.slice for leaf in unmet if leaf.key.startswith("slice:")}
    gates = [leaf for leaf in unmet if leaf.verb in OF_GATES and leaf.slice not in slices]
    parts = [_thing(leaf, mine) for leaf in unmet if leaf.verb not in OF_GATES]
    owners = {leaf.slice: _named(leaf.owner, mine) for leaf in gates}
    parts += [f"{thing} by {owner}" for thing, owner in zip(_gates(gates), owners.values(), strict=True)]
    return f"waits for {', '.join(parts)}" if parts else ""


def _document(leaf: Leaf) -> str:
    """The name of a document that is waited for; empty for other requirements."""
    return leaf.key.rpartition("/")[2].removeprefix("artifact:") if leaf.verb == "attach" else ""


def _thing(leaf: Leaf, mine: Collection[str]) -> str:
    owner = _named(leaf.owner, mine)
    if document := _document(leaf):
        return f"{document} by {owner}"
    if leaf.verb not in ("decide", "resolve") and leaf.owner in mine:
        return f"your {leaf.slice}"
    things = {"decide": f"a decision on {leaf.slice} by", "resolve": "its blocker, with"}
    thing = things.get(leaf.verb, f"{leaf.slice} of")
    return f"{thing} {owner}" if owner else thing.rpartition(" ")[0]


def _named(owner: str, mine: Collection[str]) -> str:
    return "you" if owner in mine else owner


def _gates(leaves: Iterable[Leaf]) -> list[str]:
    """`2 gates of D2` for each slice that declares some of them."""
    return [
        f"{counted(number, 'gate')} of {code}"
        for code, number in Counter(leaf.slice for leaf in leaves).items()
    ]
