"""A packet of about 2 MiB: 2,000 slices with 10 gates each, in the layout people write by hand."""

from __future__ import annotations


def big_packet(slices: int = 2_000, gates_each: int = 10, *, filler: int = 11) -> str:
    """YAML text of one valid packet; `filler` words lengthen each objective."""
    lines = ["phase: Z", "entrypoint: docs/projects/big-harvest/PHASE_Z_EXECUTION_PACKET.md", "", "slices:"]
    for number in range(slices):
        lines += _slice(number, gates_each, filler)
    return "\n".join(lines) + "\n"


def _slice(number: int, gates_each: int, filler: int) -> list[str]:
    code = f"Z{number}"
    suites = {"quick": range(gates_each // 2), "full": range(gates_each // 2, gates_each)}
    said = "and again " * filler
    lines = [
        f"  - id: {code}",
        f"    title: Wire barn sensor {number} to the harvest board",
        f"    owner: '@barn-{number % 17}'",
        f"    backup: '@field-{number % 13}'",
        f"    depends_on: [{f'Z{number - 1}' if number else ''}]",
        f"    objective: Make the readings of barn {number} arrive in order {said}on the board.",
        "    files:",
        *(f"      - path: apps/barn/src/sensors/zone-{number}/part-{part}.ts" for part in range(3)),
        "    gates:",
    ]
    for suite, numbers in suites.items():
        lines.append(f"      {suite}:")
        lines += [f"        - make check SENSOR={number} STEP={each} SUITE={suite}" for each in numbers]
    return lines
