"""POST and DELETE /session: signing in and out as on the page."""

from __future__ import annotations

import pytest

from .conftest import API, PHASE, Program

SESSION = f"{API}/session"
RIGHT = {"username": "lead", "password": "lead-password"}


@pytest.fixture
def strict():
    """A program that the CSRF check applies to, as to every program that is not a test."""
    return Program(enforce_csrf_checks=True)


def test_signing_in_tells_who_you_are(lead, strict):
    answered = strict.send(SESSION, RIGHT).json()
    assert (answered["username"], answered["roles"]) == ("lead", ["viewer", "lead"])


def test_the_session_reads(lead, strict):
    strict.send(SESSION, RIGHT)
    assert strict.get(PHASE).status_code == 200


def test_the_session_writes_with_its_csrf_token(lead, strict):
    token = strict.send(SESSION, RIGHT).json()["csrf_token"]
    body = {"to": "in_progress", "version": 0}
    answered = strict.send(f"{PHASE}/slices/C0/status", body, headers={"X-CSRFToken": token})
    assert answered.status_code == 200


def test_the_session_does_not_write_without_a_csrf_token(lead, strict):
    strict.send(SESSION, RIGHT)
    answered = strict.send(f"{PHASE}/slices/C0/status", {"to": "in_progress", "version": 0})
    assert (answered.status_code, answered.json()["error"]["code"]) == (403, "csrf")


def test_a_wrong_password_is_refused(lead, strict):
    answered = strict.send(SESSION, RIGHT | {"password": "guess"})
    assert (answered.status_code, answered.json()["error"]["code"]) == (401, "unauthenticated")


def test_guessing_is_throttled(lead, strict):
    guesses = [strict.send(SESSION, RIGHT | {"password": f"guess {n}"}) for n in range(6)]
    assert (guesses[0].status_code, guesses[-1].status_code) == (401, 429)


def test_while_throttled_the_right_password_waits_too(lead, strict):
    for n in range(6):
        strict.send(SESSION, RIGHT | {"password": f"guess {n}"})
    answered = strict.send(SESSION, RIGHT)
    assert answered.json()["error"]["code"] == "throttled"
    assert int(answered["Retry-After"]) > 0


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://["])
def test_another_site_cannot_sign_a_visitor_in(lead, strict, origin):
    answered = strict.send(SESSION, RIGHT, headers={"Origin": origin})
    assert answered.status_code == 403
    assert "sessionid" not in answered.cookies


def test_the_own_site_can(lead, strict):
    answered = strict.send(SESSION, RIGHT, headers={"Origin": "http://testserver"})
    assert answered.status_code == 200


def test_a_password_is_never_shown_back(strict, db):
    answered = strict.send(SESSION, {"username": 1, "password": "hush-hush"})
    assert "hush-hush" not in answered.content.decode()


def test_signing_out_ends_the_session(lead, strict):
    token = strict.send(SESSION, RIGHT).json()["csrf_token"]
    assert strict.delete(SESSION, headers={"X-CSRFToken": token}).status_code == 204
    assert strict.get(PHASE).status_code == 401


def test_signing_out_needs_the_csrf_token(lead, strict):
    strict.send(SESSION, RIGHT)
    assert strict.delete(SESSION).status_code == 403
