"""Loads many phases at once, as far as order and progress go, in a fixed number of queries.

What it leaves out (gates that hold nothing up, paths, texts, findings) no rule about starting reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from phases import rows
from phases.models import Phase
from phases.rules.state import GateState, PhaseState, SliceState
from phases.snapshot import (
    Place,
    concerns_and_waivers,
    gate_state,
    needs_and_artifacts,
    open_blockers,
    phase_state,
    slice_state,
)

QUERIES = 4
"""How many queries `outline` makes, whatever the number of phases."""


def outline(phases: Sequence[Phase]) -> dict[int, PhaseState]:
    """The phases as they are now, by id; each must have been selected with `initiative` and `revision`."""
    ids = [phase.pk for phase in phases]
    needs, artifacts = needs_and_artifacts(ids)
    gates = _mandatory_gates(ids)
    concerns, waivers = concerns_and_waivers(rows.blockers_and_waivers(ids))
    blockers = open_blockers(concerns)
    slices: dict[int, dict[str, SliceState]] = defaultdict(dict)
    width = len(rows.OUTLINE_COLUMNS)
    for phase_id, *values in rows.outlined_slices(ids):
        named = dict(zip(rows.OUTLINE_COLUMNS, values[:width], strict=True))
        place = (phase_id, named["code"])
        slices[phase_id][named["code"]] = slice_state(
            named,
            values[width:],
            needs=tuple(needs[place]),
            artifacts=tuple(artifacts[place]),
            blockers=tuple(blockers[place]),
            gates=tuple(gates[place]),
        )
    return {
        phase.pk: phase_state(phase, slices=slices[phase.pk], waivers=waivers[phase.pk]) for phase in phases
    }


def _mandatory_gates(ids: Sequence[int]) -> dict[Place, list[GateState]]:
    """Those that hold up a start, by the slice that declares them."""
    gates: dict[Place, list[GateState]] = defaultdict(list)
    for phase_id, *row in rows.mandatory_gates(ids):
        gates[phase_id, row[1] or ""].append(gate_state(row))
    return gates
