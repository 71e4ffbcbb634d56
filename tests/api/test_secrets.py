"""Tokens, cookies and passwords in no log, page or error, wherever a program puts them."""

from __future__ import annotations

import logging
import re

import pytest
from django.conf import settings as configured

from phases.actions.tokens import create_token
from phases.models import Event, Token
from phases.permissions import OPERATOR
from tests.factories import make_gate

from .conftest import API, HARBOUR, PHASE, Program


@pytest.fixture
def secret(phase):
    make_gate(phase, "C0")
    return create_token(actor=OPERATOR, name="leaky", scopes=("gates", "read"))[1]


@pytest.fixture
def lines(monkeypatch):
    """Everything that the process would log, as the real handler writes it."""
    written = []
    handler = logging.getLogger().handlers
    formatter = next(
        each.formatter for each in handler if isinstance(each, logging.StreamHandler) and each.formatter
    )
    keeper = logging.Handler(logging.DEBUG)
    monkeypatch.setattr(keeper, "emit", lambda record: written.append(formatter.format(record)))
    monkeypatch.setattr(logging.getLogger(), "handlers", [keeper])
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    return written


def places(secret):
    """Requests that carry the token somewhere: (name, function of a program)."""
    report = {"slice": "C0", "suite": "quick", "gate": "make check", "outcome": "pass"}
    runs = f"{PHASE}/gate-runs"
    yield lambda program: program.get(PHASE, headers={"Authorization": f"Bearer {secret}"})
    yield lambda program: program.get(f"{API}/nothing", headers={"Authorization": f"Bearer {secret}"})
    yield lambda program: program.get(PHASE, headers={"Authorization": f"Bearer {secret}x"})
    yield lambda program: program.get(PHASE, headers={"Authorization": secret})
    yield lambda program: program.get(PHASE, {"token": secret})
    yield lambda program: program.get(f"{API}/{secret}")
    yield lambda program: program.get(f"/{secret}/")
    yield lambda program: program.post(
        f"{API}/session", {"username": secret, "password": secret}, "application/json"
    )
    good = {"Authorization": f"Bearer {secret}"}
    yield lambda program: program.get(f"{HARBOUR}/phases/{secret}", headers=good)
    yield lambda program: program.get(f"{API}/initiatives/{secret}/phases", headers=good)
    yield lambda program: program.get(f"{PHASE}/gate-runs", {"suite": secret}, headers=good)
    yield lambda program: program.get(f"{HARBOUR}/events", {"after": secret}, headers=good)
    for field in ("slice", "suite", "gate", "outcome", "url", "revision", "branch", secret):
        yield lambda program, field=field: program.send(runs, report | {field: secret}, headers=good)


def test_no_answer_and_no_log_line_carries_a_token(secret, lines):
    for number, ask in enumerate(places(secret)):
        answered = ask(Program(raise_request_exception=False))
        told = answered.content.decode() + str(dict(answered.headers))
        if answered.status_code >= 400:
            assert secret not in told, f"request {number} was answered {told}"
    assert lines
    assert not [line for line in lines if secret in line]


def test_a_fault_of_the_program_logs_no_token(secret, lines, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError(f"this went wrong with {secret}")

    monkeypatch.setattr("phases.api.reads.phase_shape", broken)
    program = Program(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
    answered = program.get(PHASE)
    assert (answered.status_code, secret in answered.content.decode()) == (500, False)
    assert any("this went wrong" in line for line in lines)
    assert not [line for line in lines if secret in line]


def test_the_page_of_a_fault_under_debug_hides_the_token(secret, settings, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError(f"this went wrong with {secret}")

    settings.DEBUG = True
    monkeypatch.setattr("phases.api.reads.phase_shape", broken)
    program = Program(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
    page = program.get(PHASE).content.decode()
    assert "this went wrong" in page
    assert secret not in page


def test_the_development_server_writes_into_the_same_log(secret, lines):
    logging.getLogger("django.server").info('"GET /api/v1/initiatives?token=%s HTTP/1.1" 401', secret)
    assert ["token=pet_" in line and secret not in line for line in lines] == [True]


def test_only_the_digest_of_a_token_is_stored(secret):
    stored = str(list(Token.objects.values())) + str(list(Event.objects.values()))
    assert secret not in stored
    assert re.search("[0-9a-f]{64}", stored)


def test_the_documents_hold_no_secret(secret):
    for path in ("openapi.json", "docs"):
        shown = Program().get(f"{API}/{path}").content.decode()
        assert configured.SECRET_KEY not in shown
        assert secret not in shown
