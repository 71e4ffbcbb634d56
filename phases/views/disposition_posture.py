"""What a lead has before them while saying whether a phase is ready: what is still in the way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from phases.rules.requirements import in_the_way_of_posture
from phases.rules.state import PhaseState, SliceState, Verdict

from .paths import Paths
from .places import Unmet, placed
from .words import counted

VERDICTS = (
    (Verdict.READY, "Ready", "Everything else is met or waived."),
    (Verdict.NOT_READY, "Not ready", "Says why, and stands until somebody says otherwise."),
)


@dataclass(frozen=True, slots=True)
class Posture:
    template = "disposition/_posture.html"

    groups: Sequence[tuple[str, Sequence[Unmet]]]
    """What is in the way, by code of the slice."""
    total: int
    verdicts: Sequence[tuple[str, str, str]] = VERDICTS


def prepare(state: PhaseState, item: SliceState, mine: Collection[str]) -> Posture:
    """No query."""
    found = placed(in_the_way_of_posture(state, item), Paths(state.initiative), state.code, mine)
    groups: dict[str, list[Unmet]] = {}
    for one in found:
        groups.setdefault(one.leaf.slice, []).append(one)
    return Posture(list(groups.items()), len(found))


def outlook(state: PhaseState, item: SliceState) -> list[tuple[str, str]]:
    """(sentence, tone): whether ready is possible."""
    unmet = len(in_the_way_of_posture(state, item))
    if unmet:
        return [(f"Ready is not possible: {counted(unmet, 'requirement')} in the way.", "warn")]
    return [("Ready is possible: nothing else is in the way.", "pass")]
