"""A program that knows nothing but the API's contract walks the first slices of a phase to landed.

The machine reports and moves with its token, a person vouches for what machines cannot; whenever a
step is skipped, the refusal lists what is missing, and that is what the slice itself says too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from phases.actions.imports import import_packet
from phases.actions.verify import verify_ledger
from phases.models import Initiative
from phases.packets import read_packet
from phases.permissions import OPERATOR

from .conftest import PHASE, Program

PACKET = """\
phase: C
entrypoint: docs/harbour/PHASE_C.md
slices:
  - id: Q0
    title: Phase C planning closure
    owner: '@charts'
    depends_on: []
    files: [docs/harbour/PHASE_C.md]
    gates:
      quick: [charts_agreed]
      full: [harbour_master_approves]
  - id: Q1
    title: Dredge the basin
    owner: '@crew'
    depends_on: [Q0]
    files: [src/basin.py, tests/test_basin.py]
    gates:
      quick: [make q1 quick]
      full: [make q1 full]
  - id: Q2
    title: Drive the piles
    owner: '@crew'
    depends_on: [Q1]
    files: [src/piles.py]
    gates:
      quick: [make q2 quick]
      full: [make q2 full, make q2 load]
  - id: Q3
    title: Conditional ice breaker
    owner: '@charts'
    depends_on: [Q1, Q2]
    conditional: true
    trigger_criteria: [the basin freezes]
    gates:
      mandatory_before_Q4: [make q3 recheck]
      full_if_triggered: [make q3 full]
  - id: Q4
    title: Independent review and fix closure
    owner: '@charts'
    depends_on: [Q2]
    depends_on_if_triggered: [Q3]
"""


@dataclass
class Walker:
    """What a script would hold: a program of its own, and a person to vouch."""

    machine: Program
    person: Program

    def slice(self, code: str) -> Any:
        return self.machine.get(f"{PHASE}/slices/{code}").json()

    def move(self, code: str, to: str) -> Any:
        body = {"to": to, "version": self.slice(code)["version"]}
        return self.machine.send(f"{PHASE}/slices/{code}/status", body)

    def refused(self, code: str, to: str) -> list[str]:
        """Titles of what is in the way; the slice said the same before."""
        said = next(way["unmet"] for way in self.slice(code)["transitions"] if way["to"] == to)
        answered = self.move(code, to)
        assert (answered.status_code, answered.json()["error"]["code"]) == (422, "refused")
        assert answered.json()["error"]["unmet"] == said
        return [leaf["title"] for leaf in said]

    def report(self, code: str, suite: str, by: Program | None = None, **more: Any) -> Any:
        body = {"slice": code, "suite": suite, "outcome": "pass"} | more
        return (by or self.machine).send(f"{PHASE}/gate-runs", body)

    def moved(self, code: str, *steps: str) -> None:
        for to in steps:
            answered = self.move(code, to)
            assert answered.status_code == 200, answered.json()

    def plan(self) -> None:
        """The planning slice, which has attestations only."""
        self.moved("Q0", "in_progress")
        for suite, gate, to in (
            ("quick", "charts_agreed", "candidate"),
            ("full", "harbour_master_approves", "landed"),
        ):
            assert self.refused("Q0", to) == [gate]
            assert self.report("Q0", suite).json() == {"runs": [], "skipped": [gate]}
            assert self.report("Q0", suite, gate=gate).status_code == 403
            assert self.report("Q0", suite, self.person, gate=gate).status_code == 201
            self.moved("Q0", to)

    def build(self, code: str, revision: str, files: Iterable[str], *, full: list[str]) -> None:
        """A slice with commands only."""
        at: dict[str, Any] = {"revision": revision, "changed_files": list(files)}
        self.moved(code, "in_progress")
        assert len(self.refused(code, "candidate")) == 1
        assert self.report(code, "quick", **at).status_code == 201
        self.moved(code, "candidate")
        assert self.refused(code, "landed") == full
        results = [{"gate": gate, "outcome": "pass"} for gate in full]
        assert self.report(code, "full", outcome="", results=results, **at).status_code == 201
        self.moved(code, "landed")


@pytest.fixture
def walker(db, machine, session, admin):
    reading = read_packet(PACKET)
    assert reading.packet, reading.problems
    import_packet(actor=OPERATOR, reading=reading, initiative="harbour")
    return Walker(machine("gates", "slices", "read"), session(admin))


def status(walker):
    return {item["code"]: item["status"] for item in walker.machine.get(PHASE).json()["slices"]}


def test_the_first_slices_land_step_by_step(walker):
    assert walker.refused("Q1", "in_progress") == ["Phase C planning closure"]
    walker.plan()
    walker.build("Q1", "1" * 40, ["src/basin.py"], full=["make q1 full"])
    walker.build("Q2", "2" * 40, ["src/piles.py"], full=["make q2 full", "make q2 load"])
    landed = {"Q0": "landed", "Q1": "landed", "Q2": "landed", "Q3": "planned", "Q4": "planned"}
    assert status(walker) == landed
    assert verify_ledger(initiative=Initiative.objects.get()).holds


def test_a_conditional_slice_waits_for_its_decision_and_holds_up_the_next(walker):
    walker.plan()
    walker.build("Q1", "1" * 40, ["src/basin.py"], full=["make q1 full"])
    walker.build("Q2", "2" * 40, ["src/piles.py"], full=["make q2 full", "make q2 load"])
    walker.moved("Q3", "in_progress")
    assert walker.refused("Q3", "candidate") == ["Conditional ice breaker"]
    assert walker.refused("Q4", "in_progress") == ["Conditional ice breaker", "make q3 recheck"]
    walker.report("Q3", "mandatory_before")
    assert walker.refused("Q4", "in_progress") == ["Conditional ice breaker"]


def test_a_revision_that_touches_a_file_sends_its_slice_back_to_the_gates(walker):
    walker.plan()
    walker.build("Q1", "1" * 40, ["src/basin.py"], full=["make q1 full"])
    walker.moved("Q2", "in_progress")
    walker.report("Q2", "quick", revision="2" * 40, changed_files=["src/piles.py"])
    touching: dict[str, Any] = {"gate": "make soak", "revision": "3" * 40, "changed_files": ["src/piles.py"]}
    walker.report("", "extra", **touching)
    (leaf,) = walker.move("Q2", "candidate").json()["error"]["unmet"]
    assert (
        leaf["why"]
        == "Q2 quick: make q2 quick passed at 2222222, but 3333333 has since touched src/piles.py."
    )
    assert [gate["badge"] for gate in walker.slice("Q1")["gates"]] == ["passed", "passed"]


def test_who_was_slower_is_told_so(walker):
    body = {"to": "in_progress", "version": 0}
    path = f"{PHASE}/slices/Q0/status"
    assert walker.machine.send(path, body).status_code == 200
    answered = walker.machine.send(path, body)
    assert (answered.status_code, answered.json()["error"]["code"]) == (409, "conflict")


def test_no_step_is_skipped(walker):
    answered = walker.move("Q0", "landed")
    assert (answered.status_code, status(walker)["Q0"]) == (422, "planned")
