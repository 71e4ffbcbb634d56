"""Whoever only ever does the first step of the way to ready gets there, and is never refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phases.actions.imports import import_packet
from phases.handoff import drafts_of
from phases.lookups import get_phase
from phases.models import GateRun, Initiative, Owner
from phases.packets import read_packet
from phases.permissions import OPERATOR
from phases.snapshot import load
from tests.actions.test_commands_import import run as command
from tests.actions.test_todo import PACKET as OBSERVATORY
from tests.factories import make_user
from tests.packets.examples import FULL, MINIMAL, ROLES

from .conftest import Maker, Program
from .robot import Robot
from .tower import PACKET as TOWER

DEMO = Path(__file__).resolve().parents[2] / "phases" / "demo" / "open-shelves"
LIBRARY = {code: (DEMO / f"PHASE_{code}_WORKBREAKDOWN.yaml").read_text() for code in "ABC"}
PACKETS = {
    "minimal": MINIMAL,
    "roles": ROLES,
    "full": FULL,
    "tower": TOWER,
    "observatory": OBSERVATORY,
    **LIBRARY,
}
Json = Any


@pytest.fixture
def robot(machine: Maker, session: Maker) -> Callable[..., Robot]:
    """Makes robots for the phases of an initiative."""
    reviewer: list[Program] = []
    leads: dict[str, Program] = {}

    def lead_of(handle: str) -> Program:
        if handle not in leads:
            owner = Owner.objects.get(handle=handle)
            leads[handle] = session(make_user(f"lead-{len(leads)}", "lead", member_of=[owner]))
        return leads[handle]

    token = machine("gates", "slices", "artifacts", "read")

    def make(code: str, **how: Any) -> Robot:
        if not reviewer:
            reviewer.append(session(make_user("rita", "reviewer")))
        return Robot(Initiative.objects.get().slug, code, token, reviewer[0], lead_of, **how)

    return make


@pytest.fixture
def brought(robot: Callable[..., Robot]) -> Callable[..., Robot]:
    """Imports a packet and makes its robot."""

    def bring(text: str, **how: Any) -> Robot:
        code = re.search(r"^phase: (\w)", text, re.MULTILINE)
        name = f"PHASE_{code[1] if code else 'A'}_WORKBREAKDOWN.yaml"
        reading = read_packet(text, file_name=name)
        assert reading.packet, reading.problems
        import_packet(actor=OPERATOR, reading=reading, initiative="harbour", file_name=name, declared=False)
        return robot(reading.phase, **how)

    return bring


@pytest.mark.parametrize("decides", ["deferred", "triggered"])
@pytest.mark.parametrize("name", PACKETS)
def test_every_packet_becomes_ready_and_is_handed_off(brought, name, decides):
    robot = brought(PACKETS[name], decides=decides).play()
    handoff = robot.hand_off()
    assert (handoff["number"], robot.ask()["handed_off"]["number"]) == (1, 1)
    assert robot.ask()["verdict"] == "ready"


@pytest.mark.parametrize("name", ["tower", "observatory", "B"])
def test_work_that_touches_the_files_of_its_slices_is_no_hindrance(brought, name):
    robot = brought(PACKETS[name], commits=True).play()
    assert robot.ask()["counts"]["unmet"] == 0


# Detours: what happens once, before a step.


def fail_twice(robot: Robot) -> None:
    robot.fails = {"make l1 quick", "make l3 full", "make l4 assess"}


HIGH = {"severity": "high", "title": "It dazzles", "anchor": "src/lamp.py:3", "slice": "L1"}
MEDIUM = {"severity": "medium", "title": "It squeaks", "anchor": "src/horn.py:9", "slice": "L2"}


def find(*findings: Json) -> Callable[[Robot], None]:
    return lambda robot: robot.finds.extend(findings)


def trigger(robot: Robot) -> None:
    robot.decides = "triggered"


def block(robot: Robot) -> None:
    for about in ({"slice": "L2"}, {}):
        body = {"kind": "blocker", "text": "No crane.", **about}
        robot.sent(robot.machine, f"{robot.phase}/concerns", body)


def retract(robot: Robot) -> None:
    mine = GateRun.objects.filter(slice__code="L1", source="token").latest("seq")
    body = {"evidence": mine.key, "reason": "The wrong machine."}
    robot.sent(robot.machine, f"{robot.phase}/retractions", body)


def retract_round(robot: Robot) -> None:
    (last, *_) = robot.machine.get(f"{robot.phase}/slices/L5/dispositions").json()["items"]
    body = {"evidence": last["key"], "reason": "The wrong commit."}
    robot.sent(robot.reviewer, f"{robot.phase}/retractions", body)


def reopen(code: str) -> Callable[[Robot], None]:
    def act(robot: Robot) -> None:
        where = f"{robot.phase}/slices/{code}"
        version = robot.machine.get(where).json()["version"]
        body = {"to": "in_progress", "version": version, "note": "It rains in."}
        robot.sent(robot.machine, f"{where}/status", body)

    return act


def touch(robot: Robot) -> None:
    robot.head, files = "9" * 40, ["src/lamp.py"]
    body = {"suite": "extra", "gate": "make soak", "outcome": "pass", "revision": robot.head}
    robot.sent(robot.machine, f"{robot.phase}/gate-runs", body | {"changed_files": files})


def refuse(robot: Robot) -> None:
    robot.says(robot.reviewer, {"slice": "L5"}, "not_ready")


def fire(robot: Robot) -> None:
    (watched,) = robot.machine.get(f"{robot.phase}/concerns", {"kind": "watchpoint"}).json()["items"]
    robot.decides = "triggered"
    where = f"{robot.initiative}/concerns/{watched['id']}/fire"
    robot.sent(robot.lead_of("@charts"), where, {"reason": "It is seen again."})


def accept(robot: Robot) -> None:
    (finding,) = robot.machine.get(f"{robot.phase}/findings", {"state": "open"}).json()["items"]
    body = {"owner": "@crew", "rationale": "It is small.", "target": "Spring"}
    robot.sent(robot.lead_of("@crew"), f"{robot.initiative}/findings/{finding['id']}/accept", body)


def waive(robot: Robot) -> None:
    (step, *_) = robot.ask()["way_to_ready"]
    body = {"key": step["key"], "reason": "No runner yet."}
    robot.sent(robot.lead_of(step["owner"]), f"{robot.phase}/waivers", body)


def doubt(robot: Robot) -> None:
    robot.says(robot.lead_of("@charts"), {"slice": "L7"}, "not_ready")


DETOURS = [
    ("start L0", fail_twice),
    ("review L5", find(HIGH, MEDIUM)),
    ("review L5A", find(HIGH)),
    ("decide L4", trigger),
    ("land L2", block),
    ("start L3", retract),
    ("land L5", retract_round),
    ("start L6", retract_round),
    ("start L4", reopen("L1")),
    ("review L5", reopen("L0")),
    ("start L6", reopen("L2")),
    ("posture L7", reopen("L5A")),
    ("posture L7", reopen("L4")),
    ("review L5A", touch),
    ("land L7", touch),
    ("review L5", refuse),
    ("start L6", fire),
    ("posture L7", fire),
    ("run L2", waive),
    ("posture L7", doubt),
]


@pytest.mark.parametrize(("before", "happens"), DETOURS)
def test_detours_end_where_the_straight_way_does(brought, before, happens):
    robot = brought(TOWER)
    robot.before[before] = lambda: happens(robot)
    robot.play()
    assert not robot.before
    assert robot.hand_off()["number"] == 1


def test_a_medium_finding_may_be_accepted_on_the_way(brought):
    robot = brought(TOWER, finds=[MEDIUM])
    robot.before["fix L5"] = lambda: accept(robot)
    robot.play()
    assert not [name for name in robot.done if name.startswith(("fix", "confirm"))]


def test_everything_at_once(brought):
    robot = brought(TOWER, commits=True, finds=[HIGH, MEDIUM])
    for before, happens in (
        ("land L1", block),
        ("start L3", retract),
        ("review L5A", touch),
        ("start L6", fire),
        ("posture L7", reopen("L2")),
    ):
        robot.before[before] = lambda happens=happens: happens(robot)
    robot.play().hand_off()
    assert not robot.before


def test_what_a_phase_carries_on_is_answered_in_the_next(brought):
    first = brought(FULL).play()
    carried = first.hand_off()["carried"]
    assert [(one["kind"], one["to_phase"]) for one in carried] == [
        ("carry_forward", None),
        ("watchpoint", None),
    ]
    robot = brought(TOWER).play()
    assert sum(name.startswith("answer concern:") for name in robot.done) == 2
    (told,) = robot.machine.get(f"{first.phase}/handoffs").json()["items"]
    assert {one["to_phase"] for one in told["carried"]} == {"L"}


def test_every_answer_is_given_again_for_its_moment(brought):
    robot = brought(TOWER, commits=True, finds=[HIGH])
    robot.before["start L6"] = lambda: fire(robot)
    robot.play()
    asked = robot.told[:: len(robot.told) // 12]
    assert [robot.ask(at=said["at"]) for said in asked] == asked
    code, out, _ = command("readiness", "harbour", "L", "--json", "--at", asked[3]["at"])
    assert (code, json.loads(out)) == (1, asked[3])


def unmet(said: Json) -> list[str]:
    leaves = [leaf for group in said["requirements"] for leaf in group["children"]]
    return sorted({leaf["key"] for leaf in leaves if leaf["state"] == "unmet"})


def shown(robot: Robot) -> Json:
    page = robot.reviewer.get(f"/initiatives/harbour/phases/{robot.code}/readiness/")
    return sorted(leaf.key for leaf in page.context["page"].found.unmet)


def written(robot: Robot) -> Json:
    phase = get_phase(OPERATOR, "harbour", robot.code)
    return json.loads(drafts_of(phase, load(phase))[f"FINAL_PHASE_{robot.code}_HANDOFF.json"])


def test_page_api_command_and_document_name_the_same(brought):
    robot = brought(TOWER, finds=[HIGH])

    def compare(said: Json) -> None:
        keys = unmet(said)
        assert shown(robot) == keys
        code, out, _ = command("readiness", "harbour", robot.code, "--json")
        assert (code, unmet(json.loads(out))) == (int(bool(keys)), keys)
        document = written(robot)
        assert sorted(leaf["key"] for leaf in document["missing"]) == sorted(
            step["key"] for step in said["way_to_ready"]
        )
        assert (document["counts"], document["verdict"]) == (said["counts"], said["verdict"])

    robot.looks = compare
    assert len(robot.play().told) > 40
