"""The gates of one suite prepared: what each shows now, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phases.errors import NotFound
from phases.models import Phase
from phases.permissions import Actor
from phases.rules.freshness import WORDS, badge, why
from phases.rules.state import GateState, PhaseState, SliceState

from .paths import Paths
from .words import SUITES


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate: its badge, the badge's word, and the sentence behind both."""

    gate: GateState
    badge: str
    word: str
    why: str


@dataclass(frozen=True, slots=True)
class SuitePage:
    phase: Phase
    item: SliceState | None
    """None for a suite of the phase."""
    suite: str
    name: str
    url: str
    phase_url: str
    slice_url: str
    lines: Sequence[GateLine]


def prepare(phase: Phase, state: PhaseState, actor: Actor, suite: str, code: str = "") -> SuitePage:
    """`code` is empty for a suite of the phase. Raises NotFound where there are no such gates."""
    item = state.slices.get(code)
    if code and item is None:
        raise NotFound(f"Phase {phase.code} has no slice {code}.")
    gates = [gate for gate in _gates(state, item) if gate.suite == suite]
    if not gates:
        raise NotFound(_nothing(item, suite))
    paths = Paths(state.initiative)
    return SuitePage(
        phase=phase,
        item=item,
        suite=suite,
        name=SUITES[suite],
        url=paths.suite(state.code, code, suite),
        phase_url=paths.phase(state.code),
        slice_url=paths.slice(state.code, code) if item else "",
        lines=[line(state, item, gate) for gate in gates],
    )


def _gates(state: PhaseState, item: SliceState | None) -> Sequence[GateState]:
    return item.gates if item else (*state.exit_gates, *state.extra_gates)


def _nothing(item: SliceState | None, suite: str) -> str:
    where = item.code if item else "The phase as a whole"
    if suite not in SUITES:
        return f"{suite[:40]} is not a suite. Suites are {', '.join(SUITES)}."
    return f"{where} has no gate in the suite {suite}."


def line(state: PhaseState, item: SliceState | None, gate: GateState) -> GateLine:
    now = badge(state, item, gate)
    return GateLine(gate, now.value, WORDS[now], why(state, item, gate))
