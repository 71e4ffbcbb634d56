"""What if: the same phase with some leaves taken as met, or a decision as taken. Nothing of it is saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from .readiness import Readiness, readiness
from .state import Decision, Leaf, LeafState, PhaseState, SliceState, Status, WaiverState

MOST = 50
"""Assumptions that are taken at once."""

DECISIONS = {decision.value: decision for decision in (Decision.TRIGGERED, Decision.DEFERRED)}
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class Unknown(ValueError):
    """An assumption that fits nothing in the phase; `str()` says what would."""


def parse(state: PhaseState, texts: Iterable[str]) -> dict[str, str]:
    """Assumptions as written, by key of the leaf: `gate:...` (it is met), `disposition:D4=triggered`.

    The value is the decision assumed, empty for "met". Raises Unknown.
    """
    found: dict[str, str] = {}
    known = readiness(state).leaves
    for text in dict.fromkeys(texts):
        key, _, word = text.rpartition("=") if text.rpartition("=")[2] in DECISIONS else (text, "", "")
        if key not in known:
            raise Unknown(f"{key[:200]!r} is no requirement of phase {state.code}.")
        if word and not _conditional(state, key):
            raise Unknown(
                f"{key[:200]} is no decision: only conditional slices are {' or '.join(DECISIONS)}."
            )
        found[key] = word
    if len(found) > MOST:
        raise Unknown(f"{len(found)} assumptions are too many; at most {MOST}.")
    return found


def assume(state: PhaseState, assumptions: Mapping[str, str]) -> Readiness:
    """The readiness of the phase if these held."""
    slices = dict(state.slices)
    met = {key for key, word in assumptions.items() if not word}
    for key, word in assumptions.items():
        if item := _conditional(state, key) if word else None:
            slices[item.code] = _decided(item, DECISIONS[word])
    waivers = {**state.waivers, **{key: WaiverState(0, key, "", "", _NEVER) for key in met}}
    found = readiness(replace(state, slices=slices, waivers=waivers))
    return replace(
        found,
        groups=tuple(
            replace(group, leaves=tuple(_assumed(leaf, met) for leaf in group.leaves))
            for group in found.groups
        ),
        leaves={key: _assumed(leaf, met) for key, leaf in found.leaves.items()},
    )


def _conditional(state: PhaseState, key: str) -> SliceState | None:
    item = state.slices.get(key.removeprefix("disposition:")) if key.startswith("disposition:") else None
    return item if item and item.is_conditional else None


def _decided(item: SliceState, decision: Decision) -> SliceState:
    if decision == Decision.DEFERRED:
        return replace(item, decision=decision, status=Status.DEFERRED)
    status = Status.IN_PROGRESS if item.status == Status.DEFERRED else item.status
    return replace(item, decision=decision, status=status)


def _assumed(leaf: Leaf, met: set[str]) -> Leaf:
    """What stands on an assumption says so; a real waiver of the same leaf is not an assumption."""
    if leaf.key not in met or leaf.state not in (LeafState.WAIVED, LeafState.UNMET):
        return leaf
    return replace(leaf, state=LeafState.MET, why="Assumed to be met.", verb="")
