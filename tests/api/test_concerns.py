"""POST .../concerns and .../concerns/{id}/answer."""

from __future__ import annotations

import pytest

from .conftest import HARBOUR, PHASE

BLOCKER = {"kind": "blocker", "text": "The crane is out of order.", "slice": "C0"}


@pytest.fixture
def person(phase, session, lead):
    """The lead of @crew."""
    return session(lead)


def test_a_blocker_blocks_its_slice(person):
    answered = person.send(f"{PHASE}/concerns", BLOCKER)
    assert answered.status_code == 201
    assert answered.json().items() >= {"kind": "blocker", "owner": "@crew", "raised_by": "lead"}.items()
    assert person.get(f"{PHASE}/slices/C0").json()["blocked"] is True


def test_a_token_raises_and_never_answers(person, machine):
    program = machine("slices")
    concern = program.send(f"{PHASE}/concerns", BLOCKER).json()["id"]
    answered = program.send(f"{HARBOUR}/concerns/{concern}/answer", {"outcome": "resolved", "note": "Done."})
    assert answered.status_code == 403


def test_an_answer_opens_the_way_again(person):
    concern = person.send(f"{PHASE}/concerns", BLOCKER).json()["id"]
    body = {"outcome": "resolved", "note": "Repaired."}
    assert person.send(f"{HARBOUR}/concerns/{concern}/answer", body).json()["state"] == "resolved"
    assert person.get(f"{PHASE}/slices/C0").json()["blocked"] is False


def test_a_blocker_is_not_accepted(person):
    concern = person.send(f"{PHASE}/concerns", BLOCKER).json()["id"]
    answered = person.send(
        f"{HARBOUR}/concerns/{concern}/answer", {"outcome": "accepted", "note": "So be it."}
    )
    assert (answered.status_code, list(answered.json()["error"]["fields"])) == (422, ["outcome"])


@pytest.mark.parametrize("number", ["0", "999999999999999999999999", "9" * 5000, "x"])
def test_an_unknown_concern_is_not_found(person, number):
    answered = person.send(f"{HARBOUR}/concerns/{number}/answer", {"outcome": "resolved", "note": "Done."})
    assert (answered.status_code, answered.json()["error"]["code"]) == (404, "not_found")


def test_an_unknown_owner_is_named(person):
    answered = person.send(f"{PHASE}/concerns", BLOCKER | {"owner": "@nobody"})
    assert list(answered.json()["error"]["fields"]) == ["owner"]


def test_an_unknown_slice_is_named(person):
    answered = person.send(f"{PHASE}/concerns", BLOCKER | {"slice": "C7"})
    assert list(answered.json()["error"]["fields"]) == ["slice"]
