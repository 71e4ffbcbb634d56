"""GET /readiness: the verdict with its reasons, now or as of a moment."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from phases.actions.handoffs import hand_off
from phases.actions.imports import import_packet
from phases.models import Initiative, Phase
from phases.packets import read_packet
from phases.permissions import OPERATOR
from tests.factories import make_artifact, make_blocker, make_gate, make_phase, make_run

from .conftest import PHASE
from .tower import PACKET, L

WHERE = f"{PHASE}/readiness"
KEYS = [
    *("initiative", "phase", "at", "verdict", "packet_revision", "seq", "head", "counts", "requirements"),
    *("way_to_ready", "disorder", "handed_off"),
]


@pytest.fixture
def reader(phase: Phase, machine: Any) -> Any:
    return machine("read")


@pytest.fixture
def said(reader: Any) -> Any:
    """What the API answers of phase C."""
    return lambda **query: reader.get(WHERE, query).json()


@pytest.fixture
def tower(db: None, machine: Any) -> Any:
    """What the API answers of phase L."""
    import_packet(actor=OPERATOR, reading=read_packet(PACKET), initiative="harbour")
    reader = machine("read")
    return lambda **query: reader.get(f"{L}/readiness", query).json()


def steps(answer: Any, verb: str) -> list[Any]:
    return [step for step in answer["way_to_ready"] if step["verb"] == verb]


def test_the_document_has_exactly_the_keys_of_the_contract(said):
    answer = said()
    assert list(answer) == KEYS
    assert (answer["initiative"], answer["phase"], answer["verdict"]) == ("harbour", "C", "not_ready")
    assert answer["counts"] == {"met": 0, "unmet": 3, "waived": 0, "not_applicable": 0}
    assert (answer["packet_revision"], answer["handed_off"], answer["disorder"]) == (1, None, [])


def test_requirements_are_groups_of_leaves(said):
    group = said()["requirements"][0]
    assert {name: group[name] for name in ("key", "state", "title", "why", "owner", "url")} == {
        "key": "group:C0",
        "state": "unmet",
        "title": "C0 Work of C0",
        "why": "1 of 1 is missing.",
        "owner": "@crew",
        "url": "/initiatives/harbour/phases/C/slices/C0/",
    }
    (leaf,) = group["children"]
    assert (leaf["key"], leaf["slice"], leaf["verb"], leaf["children"]) == ("slice:C0", "C0", "start", [])
    assert leaf["why"] == "C0 is planned, not landed. Next: @crew starts it."


def test_a_leaf_names_its_evidence_or_the_place_where_it_is_met(phase, said):
    gate, other = (make_gate(phase, "C0", text=text) for text in ("make check", "make lint"))
    run = make_run(phase, "C0", "make check")
    leaves = {leaf["key"]: leaf for leaf in said()["requirements"][0]["children"]}
    proven, missing = (leaves[f"gate:C0/quick/{one.digest[:8]}"] for one in (gate, other))
    assert (proven["evidence"], proven["url"]) == (run.key, f"/initiatives/harbour/phases/C/runs/{run.pk}/")
    place = f"/initiatives/harbour/phases/C/slices/C0/gates/quick/#gate-{other.digest[:8]}"
    assert (missing["evidence"], missing["url"]) == ("", place)


def test_the_way_begins_with_what_can_be_done_now(said):
    assert [(step["verb"], step["slice"], step["now"]) for step in said()["way_to_ready"]] == [
        ("start", "C0", True),
        ("start", "C1", False),
        ("start", "C2", False),
    ]


def test_a_gate_to_run_is_told_whole_with_its_suite(phase, said):
    text = "make check " + "x" * 500
    make_gate(phase, suite="phase_exit", text=text)
    make_gate(phase, "C0", suite="mandatory_before", text="seen_by_all")
    answer = said()
    (run,), (attest,) = steps(answer, "run"), steps(answer, "attest")
    assert (run["suite"], run["gate"], run["slice"]) == ("phase_exit", text, "")
    assert (attest["suite"], attest["gate"], attest["slice"]) == ("mandatory_before", "seen_by_all", "C0")


def test_what_other_verbs_need_is_told(phase, said):
    make_artifact(phase, "C0", "docs/PIER.md")
    blocker = make_blocker(phase, "C0")
    answer = said()
    assert [step["path"] for step in steps(answer, "attach")] == ["docs/PIER.md"]
    assert steps(answer, "resolve")[0]["concern"] == blocker.pk
    assert set(answer["way_to_ready"][0]) == {"key", "slice", "owner", "verb", "why", "now", "concern"}


def test_a_decision_tells_its_criteria(tower):
    (decide,) = [step for step in steps(tower(), "decide") if step["key"] == "disposition:L4"]
    assert decide["criteria"][1] == "the horn is heard in the town"
    assert len(decide["criteria"]) == 3


def test_the_ledger_stands_where_it_says(phase, said):
    make_gate(phase, "C0")
    run = make_run(phase, "C0")
    answer = said()
    assert (answer["seq"], answer["head"]) == (run.seq, Initiative.objects.get().head)


def test_an_answer_is_given_again_for_its_own_moment(tower, machine):
    before = tower()
    started = {"to": "in_progress", "version": 0}
    assert machine("slices").send(f"{L}/slices/L0/status", started).status_code == 200
    after = tower()
    assert after["seq"] == before["seq"] + 1
    assert (tower(at=before["at"]), tower(at=after["at"])) == (before, after)
    assert tower(at=before["at"].replace("Z", "+00:00"))["way_to_ready"] == before["way_to_ready"]


@pytest.mark.parametrize("at", ["last Tuesday", "2026-13-01", "-1", "9999-12-31T23:59-14:00"])
def test_what_is_no_moment_is_refused_with_what_would_be(reader, at):
    answered = reader.get(WHERE, {"at": at})
    assert (answered.status_code, answered.json()["error"]["code"]) == (422, "invalid")
    assert list(answered.json()["error"]["fields"]) == ["at"]


def test_a_moment_to_come_is_refused(reader):
    at = (timezone.now() + dt.timedelta(minutes=1)).isoformat()
    assert "still to come" in reader.get(WHERE, {"at": at}).json()["error"]["message"]


def test_before_the_first_import_there_is_nothing(tower):
    error = tower(at="2001-01-01")["error"]
    assert error["code"] == "not_found"
    assert "had no packet yet" in error["message"]


def test_assumptions_change_the_answer_and_nothing_else(said):
    assumed = [f"slice:C{number}" for number in range(3)]
    answer = said(assume=assumed)
    assert (answer["verdict"], answer["assumed"], answer["way_to_ready"]) == ("ready", assumed, [])
    assert said()["verdict"] == "not_ready"


def test_a_decision_is_assumed_by_its_word(tower):
    answer = tower(assume="disposition:L4=deferred")
    assert answer["assumed"] == ["disposition:L4=deferred"]
    assert "disposition:L4" not in {step["key"] for step in answer["way_to_ready"]}


@pytest.mark.parametrize("assumed", ["slice:X9", "slice:C0=triggered", "\0"])
def test_what_cannot_be_assumed_is_refused(reader, assumed):
    error = reader.get(WHERE, {"assume": assumed}).json()["error"]
    assert (error["code"], list(error["fields"])) == ("invalid", ["assume"])


def test_who_knows_the_answer_is_told_so(phase, reader):
    tag = reader.get(WHERE)["ETag"]
    assert reader.get(WHERE, headers={"If-None-Match": tag}).status_code == 304
    make_blocker(phase, "C0")
    assert reader.get(WHERE, headers={"If-None-Match": tag}).status_code == 200


def test_disorder_is_told(phase, said):
    phase.slices.filter(code="C1").update(status="landed")
    assert said()["disorder"] == ["C1 is landed, but C0, which it needs, is planned again."]


def test_a_handed_off_phase_says_by_whom(db, machine):
    handoff = hand_off(actor=OPERATOR, phase=make_phase(needs={"C0": ()}, status="landed"))
    program = machine("read")
    told = {"number": 1, "by": "command line", "at": f"{handoff.at:%Y-%m-%dT%H:%M:%S.%fZ}"}
    assert program.get(WHERE).json()["handed_off"] == told
    assert program.get(PHASE).json()["handed_off"] == told
