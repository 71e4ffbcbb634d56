"""How much is too much: requests in a minute, wrong tokens from one address, bytes of a body."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.utils import timezone

from phases.models import Token

from .conftest import API, PHASE, Program

WHERE = f"{API}/initiatives"


@pytest.fixture(autouse=True)
def fresh(db, monkeypatch):
    """Nothing has been counted, and the minute does not end during a test."""
    caches["throttling"].clear()
    monkeypatch.setattr("phases.api.throttling.time.time", lambda: 1_000_010.0)


def statuses(program, count, path=WHERE):
    return [program.get(path).status_code for _ in range(count)]


def guess(secret="pet_0_wrong", **more):
    return Program(headers={"Authorization": f"Bearer {secret}"}, **more)


def test_too_many_requests_are_told_when_to_go_on(settings, machine):
    settings.API_REQUESTS_PER_MINUTE = 2
    program = machine("read")
    assert statuses(program, 3) == [200, 200, 429]
    answered = program.get(WHERE)
    assert answered.json()["error"]["code"] == "throttled"
    assert answered["Retry-After"] == "10"
    assert "10 seconds" in answered.json()["error"]["message"]


def test_the_next_minute_counts_anew(settings, machine, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 1
    program = machine("read")
    assert statuses(program, 2) == [200, 429]
    monkeypatch.setattr("phases.api.throttling.time.time", lambda: 1_000_020.0)
    assert statuses(program, 1) == [200]


def test_each_token_and_each_person_counts_alone(settings, machine, session, viewer):
    settings.API_REQUESTS_PER_MINUTE = 1
    for program in (machine("read"), machine("slices", "read"), session(viewer)):
        assert statuses(program, 2) == [200, 429]


def test_who_is_not_signed_in_counts_by_address(settings):
    settings.API_REQUESTS_PER_MINUTE, settings.ANONYMOUS_READ = 1, True
    assert statuses(Program(), 2) == [200, 429]
    assert statuses(Program(REMOTE_ADDR="192.0.2.7"), 1) == [200]


def test_refused_requests_count_too(settings, phase, machine):
    settings.API_REQUESTS_PER_MINUTE = 1
    program = machine("gates")
    assert statuses(program, 2) == [403, 429]


def test_nought_turns_it_off(settings, machine):
    settings.API_REQUESTS_PER_MINUTE = 0
    assert statuses(machine("read"), 5) == [200] * 5


def test_wrong_tokens_are_soon_too_many(settings):
    settings.API_WRONG_TOKENS_PER_MINUTE = 3
    assert [guess(f"pet_0_{number}").get(WHERE).status_code for number in range(5)] == [401] * 3 + [429] * 2


def test_after_too_many_guesses_a_right_one_is_not_told(settings, machine):
    settings.API_WRONG_TOKENS_PER_MINUTE = 2
    statuses(guess(), 2)
    answered = machine("read").get(WHERE)
    assert (answered.status_code, "Retry-After" in answered) == (429, True)


def test_a_token_that_was_at_work_goes_on_beside_a_guesser(settings, machine):
    settings.API_WRONG_TOKENS_PER_MINUTE = 2
    neighbour = machine("read")
    statuses(neighbour, 1)
    assert statuses(guess(), 3) == [401, 401, 429]
    assert statuses(neighbour, 1) == [200]


def test_another_address_is_not_held_up(settings, machine):
    settings.API_WRONG_TOKENS_PER_MINUTE = 1
    statuses(guess(), 2)
    assert statuses(guess(REMOTE_ADDR="192.0.2.7"), 1) == [401]


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_a_dead_token_counts_as_a_wrong_one(settings, machine, column):
    settings.API_WRONG_TOKENS_PER_MINUTE = 2
    program = machine("read")
    statuses(program, 1)
    Token.objects.update(**{column: timezone.now()})
    assert statuses(program, 3) == [401, 401, 429]


def test_a_body_that_is_too_large_is_told_how_to_be_smaller(phase, machine, settings):
    settings.API_BODY_MAX_BYTES = 2**20
    body = {"slice": "C0", "suite": "quick", "outcome": "pass", "log": "x" * 2**20}
    answered = machine("gates").send(f"{PHASE}/gate-runs", body)
    assert (answered.status_code, answered.json()["error"]["code"]) == (413, "too_large")
    assert "256 KiB" in answered.json()["error"]["message"]
