"""What if, on the readiness page: what is assumed, and what it would change. Nothing of it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from phases.rules.readiness import Readiness
from phases.rules.state import Decision, Leaf, LeafState
from phases.rules.what_if import Unknown, assume, parse

from .readiness_asked import Asked
from .words import leaf as named

MOST = 12
"""Requirements listed that an assumption changes besides its own."""


@dataclass(frozen=True, slots=True)
class Chip:
    """An assumption, and the address of the page without it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Change:
    """A requirement that another assumption changes."""

    leaf: Leaf
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is assumed and what differs from the truth; `unknown` says why nothing could be assumed."""

    chips: Sequence[Chip]
    drop_url: str
    unknown: str = ""
    truth: Readiness | None = None
    changes: Sequence[Change] = ()
    unlisted: int = 0


def suppose(truth: Readiness, asked: Asked) -> tuple[Readiness, WhatIf | None]:
    """The readiness under the assumptions of the address; the truth where there are none."""
    if not asked.assume:
        return truth, None
    chips = [Chip(_words(truth, text), asked.without(text).url) for text in asked.assume]
    drop = asked.plain().url
    try:
        assumed = parse(truth.state, asked.assume)
    except Unknown as error:
        return truth, WhatIf(chips, drop, unknown=f"Nothing is assumed: {error}")
    found = assume(truth.state, assumed)
    changes = _changes(truth, found, {*assumed, *_deferred(assumed)})
    return found, WhatIf(
        chips, drop, truth=truth, changes=changes[:MOST], unlisted=max(0, len(changes) - MOST)
    )


def _words(truth: Readiness, text: str) -> str:
    """An assumption as people read it; as it was written where it fits nothing."""
    key, _, word = text.rpartition("=")
    if word in ("triggered", "deferred"):
        return f"{key.partition(':')[2]} is {word}"
    leaf = truth.leaves.get(text)
    if leaf is None:
        return text
    what = named(text) if text.partition(":")[0] in ("slice", "disposition") else leaf.title
    return f"{f'{leaf.slice}: ' if leaf.slice and leaf.slice not in what else ''}{what} is met"


def _deferred(assumed: Mapping[str, str]) -> Iterable[str]:
    """Slices that are assumed to be deferred: that they are settled is the assumption itself."""
    for key, word in assumed.items():
        if word == Decision.DEFERRED:
            yield f"slice:{key.partition(':')[2]}"


def _changes(truth: Readiness, found: Readiness, assumed: set[str]) -> list[Change]:
    """Requirements in another state than in truth, those that were assumed left out."""
    changes = []
    for key, leaf in found.leaves.items():
        was = truth.leaves.get(key)
        if key not in assumed and (was is None or was.state != leaf.state):
            changes.append(Change(leaf, _word(was.state) if was else "not there", _word(leaf.state)))
    return changes


def _word(state: LeafState) -> str:
    return {"unmet": "missing"}.get(state.value, state.value.replace("_", " "))
