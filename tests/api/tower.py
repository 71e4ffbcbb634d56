"""A phase in the shape of the real ones, and the programs of everybody who takes part in its reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from phases.actions.imports import import_packet
from phases.models import Owner
from phases.packets import read_packet
from phases.permissions import OPERATOR
from tests.factories import make_user

from .conftest import HARBOUR, Program
from .reviews import refusal

L = f"{HARBOUR}/phases/L"
PACKET = """\
phase: L
entrypoint: docs/harbour/PHASE_L.md
slices:
  - {id: L0, title: Phase L planning closure, owner: '@charts', files: [docs/harbour/PHASE_L.md],
     gates: {quick: [charts_agreed]}}
  - {id: L1, title: Lamp, owner: '@crew', backup: '@watch', depends_on: [L0],
     files: [src/lamp.py, src/lens/**], gates: {quick: [make l1 quick], full: [make l1 full]}}
  - {id: L2, title: Horn, owner: '@crew', backup: '@watch', depends_on: [L1],
     files: [src/horn.py], gates: {quick: [make l2 quick], full: [make l2 full]}}
  - {id: L3, title: Structural gates of the tower, owner: '@watch', backup: '@crew', depends_on: [L2],
     files: [scripts/tower.py], gates: {quick: [make l3 quick], full: [make l3 full]}}
  - id: L4
    title: Conditional tightening of the beam
    owner: '@charts'
    backup: '@crew'
    depends_on: [L1, L2, L3]
    conditional: true
    files: [docs/harbour/L4_DECISION.md, docs/harbour/L4_EVIDENCE.md]
    trigger_criteria:
      - make beam-scan finds a beam that dazzles
      - the horn is heard in the town
      - make l3 full fails twice with one remediation between
    requires_artifacts:
      - path: docs/harbour/L4_DECISION.md
      - {path: docs/harbour/L4_EVIDENCE.md, when: triggered}
    gates:
      assess: [make l4 assess]
      mandatory_before_next: [make l4 decision-check]
      full_if_triggered: [make l4 full]
  - id: L5
    title: Independent review and fix closure
    owner: '@review'
    backup: '@watch'
    depends_on: [L3]
    depends_on_if_triggered: [L4]
    files: [docs/harbour/L5_REVIEW.md, src/**]
    requires_artifacts:
      - path: docs/harbour/L4_DECISION.md
      - {path: docs/harbour/L4_EVIDENCE.md, when: triggered}
      - path: docs/harbour/L5_REVIEW.md
    gates:
      closure: [blocking_high_findings_closed, re_review_green, impacted_quick_and_full_gates_green]
  - {id: L5A, title: Structural assessment and taste pass, owner: '@shape', depends_on: [L5],
     gates: {closure: [impacted_full_gates_green]}}
  - {id: L6, title: Canonical docs and cleanup closure, owner: '@charts', depends_on: [L5A],
     gates: {closure: [docs_aligned]}}
  - {id: L7, title: Post-land realignment and readiness, owner: '@charts', depends_on: [L6]}
"""
SCANNED: list[dict[str, Any]] = [
    {"criterion": number, "triggered": False, "evidence": "See the log of the scan."} for number in (1, 2, 3)
]


@dataclass
class Crew:
    """The programs of everybody in it."""

    lead: Program
    rita: Program
    machine: Program
    mole: Program
    """A reviewer who is a member of @crew."""

    def slice(self, code: str) -> Any:
        return self.machine.get(f"{L}/slices/{code}").json()

    def move(self, code: str, to: str) -> Any:
        body = {"to": to, "version": self.slice(code)["version"]}
        return self.machine.send(f"{L}/slices/{code}/status", body)

    def moved(self, code: str, *steps: str) -> None:
        for to in steps:
            answered = self.move(code, to)
            assert answered.status_code == 200, answered.json()

    def stuck(self, code: str, to: str) -> list[str]:
        """Keys of everything in the way."""
        return [leaf["key"].split("/")[-1] for leaf in refusal(self.move(code, to))["unmet"]]

    def green(self, code: str, *suites: str, **more: Any) -> None:
        for suite in suites:
            body = {"slice": code, "suite": suite, "outcome": "pass"} | more
            assert self.machine.send(f"{L}/gate-runs", body).status_code == 201

    def attest(self, code: str, gate: str) -> Any:
        body = {"slice": code, "suite": "closure", "gate": gate, "outcome": "pass"}
        return self.lead.send(f"{L}/gate-runs", body)

    def attach(self, name: str) -> Any:
        body = {"path": f"docs/harbour/{name}.md", "content": f"{name}, as agreed."}
        return self.machine.put(f"{L}/artifacts", body, content_type="application/json")

    def says(self, who: Program, code: str, verdict: str, **said: Any) -> Any:
        body = {"verdict": verdict, "summary": f"Read all of it: {verdict}."} | said
        return who.send(f"{L}/slices/{code}/dispositions", body)

    def fix(self, finding: int, revision: str, *files: str) -> Any:
        body = {"note": "Repaired.", "revision": revision, "changed_files": list(files)}
        return self.machine.send(f"{HARBOUR}/findings/{finding}/fix", body)

    def badges(self, code: str) -> list[str]:
        return [gate["badge"] for gate in self.slice(code)["gates"]]


def bring_tower(machine: Any, session: Any) -> dict[str, Program]:
    """Import the phase; the programs by the names of `Crew`."""
    reading = read_packet(PACKET)
    assert reading.packet, reading.problems
    import_packet(actor=OPERATOR, reading=reading, initiative="harbour")
    lead = make_user("lead", "lead", member_of=Owner.objects.all())
    mole = make_user("mole", "reviewer", member_of=[Owner.objects.get(handle="@crew")])
    return {
        "lead": session(lead),
        "rita": session(make_user("rita", "reviewer")),
        "machine": machine("gates", "slices", "artifacts", "read"),
        "mole": session(mole),
    }
