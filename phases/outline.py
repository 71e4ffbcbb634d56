"""Loads many phases at once, as far as their verdict goes, in a fixed number of queries.

What it leaves out (paths, texts, extra columns of findings) no rule about starting or readiness reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from phases import rows
from phases.models import Phase
from phases.rules.state import FindingState, PhaseState, SliceState
from phases.snapshot import (
    Place,
    concerns_and_waivers,
    gates_by_place,
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
    gates = gates_by_place(rows.gates(ids))
    remarks = rows.remarks(ids)
    findings = _findings(remarks)
    concerns, waivers = concerns_and_waivers([row for row in remarks if row[2] != rows.FINDING])
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
            gates=tuple(gates.get(place, ())),
            findings=tuple(findings[place]),
        )
    return {
        phase.pk: phase_state(
            phase,
            slices=slices[phase.pk],
            exit_gates=tuple(gates.get((phase.pk, ""), ())),
            concerns=tuple(concerns[phase.pk]),
            waivers=waivers[phase.pk],
        )
        for phase in phases
    }


def _findings(remarks: rows.Rows) -> dict[Place, list[FindingState]]:
    """By the reviewing slice."""
    found: dict[Place, list[FindingState]] = defaultdict(list)
    for phase_id, pk, kind, _, state, _, severity, code, by, at, _, _, number, about in remarks:
        if kind == rows.FINDING:
            found[phase_id, code].append(
                FindingState(pk, severity, "", state, code, "", about or "", number, by, at)
            )
    return found
