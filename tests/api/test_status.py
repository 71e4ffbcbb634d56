"""POST .../slices/{s}/status."""

from __future__ import annotations

import pytest

from phases.actions.concerns import raise_concern
from phases.models import Event
from phases.permissions import OPERATOR

from .conftest import PHASE

START = {"to": "in_progress", "version": 0}


@pytest.fixture
def move(phase, machine):
    """Moves a slice with a token."""
    program = machine("slices")
    return lambda code, body: program.send(f"{PHASE}/slices/{code}/status", body)


def test_a_move_answers_the_new_version(move):
    assert move("C0", START).json() == {"code": "C0", "status": "in_progress", "version": 1, "seq": 1}


def test_a_move_is_signed_by_the_token(move):
    move("C0", START | {"note": "From the pipeline."})
    event = Event.objects.get()
    assert (event.actor_kind, event.actor[:7], event.note) == ("token", "machine", "From the pipeline.")


def test_a_refused_move_lists_what_is_unmet(move):
    answered = move("C1", START)
    error = answered.json()["error"]
    assert (answered.status_code, error["code"]) == (422, "refused")
    (leaf,) = error["unmet"]
    assert leaf["url"] == "/initiatives/harbour/phases/C/slices/C0/"
    assert (leaf["key"], leaf["state"], leaf["slice"], leaf["verb"]) == ("slice:C0", "unmet", "C0", "start")
    assert (leaf["owner"], leaf["children"]) == ("@crew", [])


def test_who_was_slower_is_told_the_version(move):
    move("C0", START)
    answered = move("C0", START)
    error = answered.json()["error"]
    assert (answered.status_code, error["code"], error["version"]) == (409, "conflict", 1)


def test_a_blocker_makes_the_version_old(phase, move):
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="No crane.", slice="C0")
    assert move("C0", START).json()["error"]["code"] == "conflict"


def test_going_back_needs_a_reason(move):
    move("C0", START)
    move("C0", {"to": "candidate", "version": 1})
    answered = move("C0", {"to": "in_progress", "version": 2})
    assert (answered.status_code, list(answered.json()["error"]["fields"])) == (422, ["note"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"to": "deferred"}, "to"),
        ({"to": "done"}, "to"),
        ({"version": "0"}, "version"),
        ({"version": -1}, "version"),
        ({"version": 10**30}, "version"),
        ({"note": "a\0b"}, "note"),
        ({"note": "x" * 20_001}, "note"),
        ({"verison": 0}, "verison"),
    ],
)
def test_a_wrong_field_is_named(move, change, field):
    answered = move("C0", START | change)
    assert (answered.status_code, list(answered.json()["error"]["fields"])) == (422, [field])


def test_a_lead_moves_what_is_theirs(phase, session, lead):
    assert session(lead).send(f"{PHASE}/slices/C0/status", START).status_code == 200


def test_a_lead_of_others_does_not(phase, session, lead):
    lead.memberships.all().delete()
    answered = session(lead).send(f"{PHASE}/slices/C0/status", START)
    assert (answered.status_code, answered.json()["error"]["code"]) == (403, "forbidden")


def test_an_unknown_slice_is_not_found(move):
    assert move("C7", START).status_code == 404
