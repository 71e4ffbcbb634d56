"""What a right request to each route sends, by the name of the route."""

from __future__ import annotations

from typing import Any

from phases.models import Gate, GateRun, ImportFile

PACKET = """\
phase: %s
entrypoint: docs/harbour/README.md
slices:
  - {id: %s1, title: Dredge the basin, owner: '@crew'}
"""


def page_bodies(gate: str, waiting: ImportFile) -> dict[str, Any]:
    return {
        "slice-links": {"branch": "basin", "pull_request": ""},
        "slice-kind": {"kind": "docs", "note": "It writes the harbour's rules."},
        "phase-waive": {"key": gate, "reason": "No runner yet.", "code": "C0"},
        "waiver-withdraw": {"reason": "The runner is there."},
        "concern-answer": {"outcome": "resolved", "note": "Repaired."},
        "import-upload": {"text": PACKET % ("T", "T"), "initiative": "harbour"},
        "import-apply": {"file": waiting.pk, f"seen-{waiting.pk}": waiting.base},
        "import-name": {"initiative": "harbour"},
        "token-create": {"name": "crane", "scopes": ["gates", "read"], "days": "90"},
        "token-revoke": {"reason": "Rotation."},
    }


def record_bodies(run: str) -> dict[str, Any]:
    concern = {"kind": "blocker", "text": "The crane is out of order.", "priority": "high"}
    return {
        "concern-raise": concern,
        "phase-concern-raise": concern,
        "concern-fire": {"reason": "Ice in spring."},
        "handoff": {"note": "All of it."},
        "handoff-reopen": {"reason": "A crack was found."},
        "finding-fix": {"note": "Closed."},
        "disposition-record": {"verdict": "not_ready", "summary": "It leaks."},
        "disposition-draft": {"summary": "It leaks"},
        "finding-accept": {"owner": "@crew", "rationale": "It is small.", "target": "Spring"},
        "artifact-attach": {"path": "docs/ICE.md", "content": "A little."},
        "evidence-retract": {"evidence": run, "reason": "Wrong machine."},
    }


def gate_bodies(gate: str, run: GateRun, vouched: list[Gate]) -> dict[str, Any]:
    attested, left = (one.digest[:8] for one in vouched)
    return {
        "gates-report": {"gates": [gate], "outcome": "pass"},
        "phase-gates-report": {"gates": [f"exit:{run.gate.digest[:8]}"], "outcome": "fail"},
        "gates-attest": {"gates": [f"gate:C1/acceptance/{attested}"]},
        "phase-gates-attest": {"gates": [f"exit:{left}"]},
        "run-retract": {"reason": "Wrong machine."},
        "run-redact": {"reason": "A password.", "sure": "on"},
    }


def api_bodies(gate: str, run: str) -> dict[str, Any]:
    return {
        "api:report": {"slice": "C0", "suite": "extra", "gate": "make soak", "outcome": "pass"},
        "api:retract_one": {"evidence": run, "reason": "Wrong machine."},
        "api:redact_one": {"evidence": run, "reason": "A password."},
        "api:move": {"to": "in_progress", "version": 0},
        "api:list_concerns": {"kind": "risk", "text": "Ice in spring."},
        "api:fire_one": {"reason": "Ice in spring."},
        "api:record_disposition": {"verdict": "not_ready", "summary": "Not yet."},
        "api:fix_one": {"note": "Closed."},
        "api:accept_one": {"owner": "@crew", "rationale": "It is small.", "target": "Spring"},
        "api:attach": {"path": "docs/ICE.md", "url": "https://example.org/ice"},
        "api:answer_one": {"outcome": "resolved", "note": "Repaired."},
        "api:waive_one": {"key": gate, "reason": "No runner yet."},
        "api:hand_off_one": {"note": "All of it."},
        "api:reopen_one": {"reason": "The crane fell over."},
        "api:import_one": PACKET % ("S", "S"),
    }
