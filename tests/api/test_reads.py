"""GET: initiatives, phases, slices, concerns, what is ready, and the ledger."""

from __future__ import annotations

from typing import Any

import pytest

from phases.actions.concerns import raise_concern
from phases.actions.slices import move_slice
from phases.actions.waivers import waive
from phases.permissions import OPERATOR
from tests.factories import make_artifact, make_gate, make_need, make_phase, make_slice

from .conftest import API, HARBOUR, PHASE


@pytest.fixture
def get(phase, machine):
    """GETs with a token that may read, and answers the JSON."""
    program = machine("read")
    return lambda path, **query: program.get(path, query).json()


def start(phase, code="C0"):
    return move_slice(actor=OPERATOR, phase=phase, code=code, version=0, to="in_progress")


def test_initiatives_are_listed(get):
    answered = get(f"{API}/initiatives")
    assert [item["slug"] for item in answered["items"]] == ["harbour"]
    assert answered["next"] is None


def test_phases_are_listed_by_code(get):
    make_phase("A", needs={})
    assert [item["code"] for item in get(f"{HARBOUR}/phases")["items"]] == ["A", "C"]


def test_a_phase_says_where_it_stands(phase, get):
    start(phase)
    answered = get(PHASE)
    assert (answered["packet_revision"], answered["last_revision"], answered["seq"]) == (1, None, 1)


def test_a_phase_lists_its_slices(phase, get):
    start(phase)
    first = get(PHASE)["slices"][0]
    expected = {"code": "C0", "kind": "build", "status": "in_progress", "version": 1, "owner": "@crew"}
    assert first.items() >= expected.items()


def test_a_gate_without_a_run_is_unmet(phase, get):
    gate = make_gate(phase, "C1", text="make check")
    found = get(PHASE)["slices"][1]["gates"][0]
    assert found["key"] == f"gate:C1/quick/{gate.digest[:8]}"
    assert (found["state"], found["kind"]) == ("unmet", "command")


def test_a_waived_gate_says_so(phase, get):
    gate = make_gate(phase, "C1")
    waive(actor=OPERATOR, phase=phase, key=f"gate:C1/quick/{gate.digest[:8]}", reason="No runner yet.")
    assert get(PHASE)["slices"][1]["gates"][0]["state"] == "waived"


def test_the_gates_of_a_declared_slice_count_as_waived(phase, get):
    make_slice(phase, "C9", status="landed", declared_in=1)
    make_gate(phase, "C9")
    assert get(PHASE)["slices"][3]["gates"][0]["state"] == "waived"


def test_a_slice_says_what_it_needs_and_who_needs_it(get):
    found = get(f"{PHASE}/slices/C1")
    assert found["needs"] == [{"slice": "C0", "if_triggered": False, "status": "planned"}]
    assert found["needed_by"] == ["C2"]


def test_a_slice_says_why_it_cannot_move(get):
    (way,) = get(f"{PHASE}/slices/C1")["transitions"]
    assert (way["verb"], way["to"], way["unmet"][0]["key"]) == ("start", "in_progress", "slice:C0")


def test_a_slice_lists_its_artifacts(phase, get):
    make_artifact(phase, "C0", "docs/REVIEW.md")
    assert get(f"{PHASE}/slices/C0")["artifacts"][0]["key"] == "artifact:docs/REVIEW.md"


def test_an_archived_slice_is_not_in_the_plan(phase, get):
    phase.slices.filter(code="C2").update(archived=True)
    phase.slices.get(code="C2").needs.all().delete()
    assert "not in packet revision 1" in get(f"{PHASE}/slices/C2")["error"]["message"]


def test_concerns_are_listed_and_filtered(phase, get):
    raise_concern(actor=OPERATOR, phase=phase, kind="risk", text="Ice in spring.")
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="No crane.", slice="C0")
    assert len(get(f"{PHASE}/concerns")["items"]) == 2
    assert [item["text"] for item in get(f"{PHASE}/concerns", slice="C0")["items"]] == ["No crane."]


def test_a_blocked_slice_says_by_what(phase, get):
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="No crane.", slice="C0")
    assert get(f"{PHASE}/slices/C0")["blockers"][0]["text"] == "No crane."


def test_ready_lists_what_can_start_and_why_the_rest_waits(get):
    answered = get(f"{HARBOUR}/ready")
    alone: dict[str, list[Any]] = {"collides_with": [], "collisions": []}
    assert answered["ready"] == [{"phase": "C", "slice": "C0", "owner": "@crew", **alone}]
    assert answered["waiting"][0]["for"] == ["slice:C0"]


def test_ready_speaks_of_every_phase_or_of_one(get):
    make_phase("A", needs={"A1": ()})
    assert [turn["slice"] for turn in get(f"{HARBOUR}/ready")["ready"]] == ["A1", "C0"]
    assert [turn["slice"] for turn in get(f"{HARBOUR}/ready", phase="A")["ready"]] == ["A1"]


def test_ready_names_slices_that_touch_the_same_files(phase, get):
    phase.slices.update(files=["src/quay.py"])
    make_slice(phase, "C9", files=["src/*.py"])
    start(phase)
    (turn,) = get(f"{HARBOUR}/ready")["ready"]
    assert turn["collides_with"] == ["C0"]
    assert turn["collisions"] == [{"slice": "C0", "paths": ["src/quay.py"]}]


def test_ready_speaks_of_blockers_and_decisions(phase, get):
    make_need(phase, "C2", make_slice(phase, "C9", kind="conditional").code, if_triggered=True)
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="No crane.", slice="C0")
    why = {turn["slice"]: turn["why"] for turn in get(f"{HARBOUR}/ready")["waiting"]}
    assert why["C0"] == "C0 is blocked: No crane."
    assert why["C2"].endswith("C9 is waiting for a decision by @crew: triggered or deferred.")


def test_ready_costs_no_more_for_more_phases(phase, machine, django_assert_num_queries):
    program = machine("read")
    program.get(f"{HARBOUR}/ready")
    for code in "ABD":
        # Token, initiative, phases, five of the snapshot.
        with django_assert_num_queries(8):
            program.get(f"{HARBOUR}/ready")
        make_phase(code)


def test_events_come_in_order_and_in_pages(phase, get):
    for number in range(3):
        raise_concern(actor=OPERATOR, phase=phase, kind="risk", text=f"Risk {number}")
    first = get(f"{HARBOUR}/events", limit=2)
    assert ([event["seq"] for event in first["items"]], first["next"]) == ([1, 2], 2)
    rest = get(f"{HARBOUR}/events", after=first["next"])
    assert ([event["seq"] for event in rest["items"]], rest["next"]) == ([3], None)


def test_an_event_carries_its_place_in_the_chain(phase, get):
    start(phase)
    phase.initiative.refresh_from_db()
    (event,) = get(f"{HARBOUR}/events")["items"]
    assert (event["previous"], event["hash"]) == ("", phase.initiative.head)
    assert (event["before"]["status"], event["after"]["status"]) == ("planned", "in_progress")


@pytest.mark.parametrize("path", [PHASE, f"{HARBOUR}/events", f"{HARBOUR}/ready", f"{PHASE}/slices/C0"])
def test_an_unchanged_answer_costs_no_body(phase, machine, path):
    program = machine("read")
    etag = program.get(path)["ETag"]
    again = program.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_changed_answer_has_another_etag(phase, machine):
    program = machine("read")
    etag = program.get(PHASE)["ETag"]
    start(phase)
    assert program.get(PHASE, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("path", [PHASE, f"{PHASE}/slices/C0", f"{HARBOUR}/phases"])
def test_queries_do_not_grow_with_the_phase(phase, machine, path, django_assert_max_num_queries):
    for number in range(30):
        make_gate(phase, make_slice(phase, f"X{number}").code)
    program = machine("read")
    program.get(path)
    with django_assert_max_num_queries(9):
        program.get(path)


@pytest.mark.parametrize(("name", "accepted"), [("kind", "watchpoint"), ("state", "resolved")])
def test_an_unknown_word_is_answered_with_the_known_ones(phase, machine, name, accepted):
    answered = machine("read").get(f"{PHASE}/concerns", {name: "zzz"})
    assert answered.status_code == 422
    assert accepted in answered.json()["error"]["fields"][name]


def test_a_reader_need_not_match(phase, machine):
    assert machine("read").get(PHASE, headers={"If-Match": '"another"'}).status_code == 200
