"""Small packets for tests, each in another dialect, about a made-up orchard network."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from phases.packets import Packet, Reading, read_packet

MINIMAL = "phase: A\nslices:\n  - id: A1\n    title: Dig the well\n    owner: '@water'\n"

ROLES = """\
owners:
  water_owner:
    primary_handle: "@water"
    backup_approver: "@soil"
    decision_sla:
      standard: "2 business days"
    scope:
      - pumps and pipes
    region: north
  soil_owner:
    primary_handle: "@soil"

escalation:
  after_days: 3
  silent: false

slices:
  - id: A0
    title: Measure the ground
    owner: soil_owner
    after: []
    deliverables:
      - map of wet spots
    touched_paths:
      - /srv/orchard/maps
    acceptance:
      - map is published
  - id: A1
    title: Lay the pipes
    owner: water_owner
    after: [A0]
    weather: dry

dig_dates:
  first: 2031-04-01
  last: 2031-04-30
"""

FULL = """\
phase: D
status: planned_for_spring
entrypoint: docs/projects/orchard-network/PHASE_D_EXECUTION_PACKET.md

invariants:
  - water_source: the old well
  - zones:
      - north zone
      - south zone
  - no night work

slices:
  - id: D0
    title: Phase D planning packet
    owner: '@plan'
    backup: '@water'
    depends_on: []
    gates:
      quick:
        - plan_read_by_all
  - id: D1
    title: Valve firmware
    owner: '@water'
    depends_on: [D0]
    objective: Valves close when the power fails.
    files:
      - path: firmware/valve.c
      - path: docs/_phase-d-runtime-execution-pass-01-2031/D1_NOTES.md
    gates:
      quick:
        - make valve-quick
      full:
        - make valve-full
  - id: D2
    title: Conditional frost alarm
    owner: '@frost'
    depends_on: [D1]
    conditional: true
    trigger_criteria:
      - two frost nights in a row
    files:
      - path: docs/_phase-d-runtime-execution-pass-01-2031/D2_TRIGGER_EVIDENCE.md
    requires_artifacts:
      - path: docs/_phase-d-runtime-execution-pass-01-2031/D2_DISPOSITION.md
    gates:
      assess:
        - make frost-assess
      mandatory_before_next:
        - make frost-disposition
      full_if_triggered:
        - rerun_all_valves
  - id: D3
    title: Independent review of the valves
    owner: '@review'
    depends_on: [D1]
    depends_on_if_triggered: [D2]
    gates:
      closure:
        - findings_closed
        - second_look_green
    failure_triggers:
      - a finding is left open
  - id: D4
    title: Phase E readiness
    owner: '@plan'
    depends_on: [D3]

gates:
  D1:
    quick:
      - make valve-quick
    full:
      - make valve-full
  D2:
    mandatory_before_D3:
      - make frost-disposition
  D3:
    closure:
      - findings_closed
      - third_look_green
  phase_exit:
    full:
      - make exit

deferred_non_blocking:
  - solar panels
"""

EXAMPLES = (MINIMAL, ROLES, FULL)


def read(text: str, **options: Any) -> Reading:
    """Read dedented text under the name of phase A's file, so that `phase:` may be left out."""
    return read_packet(dedent(text), **{"file_name": "PHASE_A_WORKBREAKDOWN.yaml", **options})


def packet(text: str) -> Packet:
    """The packet that must come out of `text`."""
    reading = read(text)
    assert reading.packet is not None, reading.problems
    return reading.packet


def slices(*entries: str) -> str:
    """A packet of one-line slices, e.g. slices("id: A1, title: Dig, owner: me")."""
    return "phase: A\nslices:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)


def slice_with(lines: str) -> str:
    """The minimal packet, its slice continued by `lines`."""
    indented = "".join(f"    {line}\n" for line in dedent(lines).strip("\n").splitlines())
    return MINIMAL + indented


def codes(reading: Reading, level: str = "error") -> list[str]:
    return [problem.code for problem in reading.problems if problem.level == level]


def bare(value: Any) -> Any:
    """A packet as plain values without lines and dialect, for comparing."""
    if isinstance(value, Packet):
        return bare(value.model_dump(exclude={"dialect"}))
    if isinstance(value, dict):
        return {key: bare(inner) for key, inner in value.items() if key != "line"}
    if isinstance(value, list | tuple):
        return [bare(inner) for inner in value]
    return value
