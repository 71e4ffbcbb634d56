"""Gates and findings of a closure document held against the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from phases.packets.closure_facts import FindingRead, GateRead

from .freshness import Badge, evidence, why, why_not_applicable
from .state import FindingState, FindingStatus, GateState, Outcome, PhaseState, SliceState
from .wording import quoted

Said = tuple[int, str, str]
"""Line, what the document says, what the ledger says."""

_WORD = re.compile(r"[^\W_]+")
_FEWEST = 3
"""Words that two titles must share to be taken for the same finding."""


class _Placed(NamedTuple):
    item: SliceState | None
    gate: GateState


def commands(state: PhaseState, item: SliceState | None, read: Iterable[GateRead]) -> Iterator[Said]:
    """Commands that passed or failed in the document and not in the ledger.

    Of a command that is a gate in several places, those of the document's own slice are meant, else any.
    """
    last = {_plain(one.command): one for one in read if one.outcome}
    known = _gates(state) if last else {}
    for text, one in last.items():
        placed = [each for each in known.get(text, ()) if not why_not_applicable(state, each.item, each.gate)]
        own = [each for each in placed if item is not None and each.item is item]
        left = own or placed
        if left and not any(_agrees(state, each, one.outcome) for each in left):
            word = "passed" if one.outcome == Outcome.PASS else "failed"
            ledger = " ".join(why(state, each.item, each.gate) for each in left[:3])
            yield one.line, f"The document says that {quoted(one.command)} {word}.", ledger


def _gates(state: PhaseState) -> dict[str, list[_Placed]]:
    """By text; those of slices that were declared landed are left out, as nothing is known of them."""
    found: dict[str, list[_Placed]] = {}
    for item in state.slices.values():
        for gate in item.gates if not item.declared_in else ():
            found.setdefault(_plain(gate.text), []).append(_Placed(item, gate))
    for gate in state.exit_gates:
        found.setdefault(_plain(gate.text), []).append(_Placed(None, gate))
    return found


def _agrees(state: PhaseState, one: _Placed, outcome: str) -> bool:
    now = evidence(state, one.item, one.gate)
    return now == Badge.PASSED if outcome == Outcome.PASS else now == Badge.FAILED


def _plain(text: str) -> str:
    return " ".join(text.split())


def found_by_reviews(
    state: PhaseState, item: SliceState | None, read: Iterable[FindingRead]
) -> Iterator[Said]:
    """Findings that are closed on one side only, and open ones that no round of a reviewed slice has."""
    known = findings_of(state, item)
    for one, same in matched(read, known):
        name = f"{one.severity} finding “{quoted(one.title or one.label)}”"
        if same is None:
            if item is not None and item.is_reviewing and item.round and one.state == FindingStatus.OPEN:
                ledger = f"No round of {item.code} that counts has such a finding."
                yield one.line, f"The document has the {name} as open.", ledger
        elif _differs(one.state, same.state):
            document = f"The document has the {name} as {one.state}."
            yield one.line, document, f"Finding {same.id} of {same.slice} is {same.state}."


def findings_of(state: PhaseState, item: SliceState | None) -> Sequence[FindingState]:
    """Of a reviewing slice its own; of another those about it; of the phase all."""
    if item is None:
        return [one for each in state.slices.values() for one in each.findings]
    return item.findings if item.is_reviewing else state.findings_about.get(item.code, ())


def _differs(document: str, ledger: str) -> bool:
    """Fixed there may be confirmed here: the document is older. Any other difference is one."""
    if document == FindingStatus.FIXED:
        return ledger not in (FindingStatus.FIXED, FindingStatus.CONFIRMED)
    return document != ledger


def matched(
    read: Iterable[FindingRead], known: Iterable[FindingState]
) -> Iterator[tuple[FindingRead, FindingState | None]]:
    """Each finding of a document with the one of the ledger that is the same, each taken once."""
    left = list(known)
    for one in read:
        same = next((each for each in left if _is_same(one, each)), None)
        if same is not None:
            left.remove(same)
        yield one, same


def _is_same(read: FindingRead, known: FindingState) -> bool:
    """The same words, or the same place with the same severity, or many of the same words."""
    mine, theirs = _words(read.title), _words(known.title)
    if mine and mine == theirs:
        return True
    if read.severity != known.severity:
        return False
    if read.anchor and read.anchor == known.anchor:
        return True
    shared = len(mine & theirs)
    return shared >= _FEWEST and shared * 4 >= 3 * max(len(mine), len(theirs))


@lru_cache(maxsize=2048)
def _words(title: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(title))
