"""Whatever a program sends, the API answers as its OpenAPI document says, and never with a 500.

`CONTRACT_EXAMPLES` raises how many requests are made up for each operation; the seed is always the same.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance

from phases.actions.asked import Report
from phases.actions.runs import report_runs
from phases.actions.tokens import create_token
from phases.models import ArtifactVersion, Concern, Finding, GateRun
from phases.permissions import OPERATOR, SCOPES
from tests.factories import make_blocker, make_gate, make_phase, make_user
from tests.web.urls import make_handoff, make_review

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "5"))
WHERE = "/api/v1/openapi.json"
any_schema = schemathesis.openapi.from_wsgi(WHERE, get_wsgi_application())
right_schema = schemathesis.openapi.from_wsgi(WHERE, get_wsgi_application())
right_schema.config.generation.update(modes=[GenerationMode.POSITIVE])
PLACES = {"initiative": "harbour", "phase": "C", "code": "C0"}
WORDS = {"slice": "C0", "suite": "quick", "gate": "make check", "key": "gate:C0/quick/", "owner": "@crew"}
ROWS: dict[str, Any] = {"concern": Concern, "run": GateRun, "finding": Finding, "version": ArtifactVersion}
ELSEWHERE: dict[str, dict[str, Any]] = {
    "dispositions": {"code": "C9"},
    "handoff": {"phase": "H"},
    "reopen": {"phase": "G"},
    "{name}": {"phase": "G", "number": 1, "name": "FINAL_PHASE_G_HANDOFF.json"},
}
"""By the last part of a path: where something can be recorded, or is found."""
bounded = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def connected():
    """Requests leave the test's own connection open, as Django's test client sees to."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def phase(db, connected):
    """A phase with one of everything to find."""
    phase = make_phase()
    for text in ("make check", "make lint", "notes_published"):
        make_gate(phase, "C0", text=text)
    make_gate(phase, suite="phase_exit", text="make all")
    make_review(phase)
    make_handoff()
    make_blocker(phase, "C1")
    report_runs(actor=OPERATOR, phase=phase, report=Report("quick", "C0", outcome="fail", log="line 3"))
    return phase


def machine(*scopes: str) -> dict[str, str]:
    """Headers of a token."""
    _, secret = create_token(actor=OPERATOR, name="prober", scopes=scopes)
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def every_scope(phase):
    return machine(*SCOPES)


@pytest.fixture
def reader(phase):
    return machine("read")


@pytest.fixture
def signed_in(db):
    """Headers of an admin's session."""
    client = Client()
    make_user("prober", "admin")
    body = {"username": "prober", "password": "prober-password"}
    answered = client.post("/api/v1/session", body, content_type="application/json")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    return {"Cookie": cookies, "X-CSRFToken": answered.json()["csrf_token"]}


@pytest.fixture
def person(signed_in, phase):
    # In this order: the test client connects again what `connected` disconnects.
    return signed_in


def answers_as_declared(case: Any, headers: dict[str, str]) -> None:
    # The rules refuse with 422 what is well-formed, so acceptance says nothing here.
    case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])


def about_what_exists(case: Any) -> None:
    """Put names that exist into the path, the query and the body."""
    known = {name: model.objects.latest("pk").pk for name, model in ROWS.items()}
    known |= PLACES | ELSEWHERE.get(case.operation.path.rpartition("/")[2], {})
    case.path_parameters.update({name: known[name] for name in case.path_parameters})
    for asked in (case.query, case.body):
        if isinstance(asked, dict):
            asked.update({name: word for name, word in WORDS.items() if name in asked})
            for one in asked.get("rechecked") or ():
                one["finding"] = known["finding"]
            if "evidence" in asked:
                asked["evidence"] = GateRun.objects.latest("pk").key


@any_schema.parametrize()
@bounded
def test_any_request_of_a_token_of_every_scope(case, every_scope):
    answers_as_declared(case, every_scope)


@any_schema.parametrize()
@bounded
def test_any_request_of_a_token_that_only_reads(case, reader):
    answers_as_declared(case, reader)


@right_schema.include(path_regex="initiatives/").parametrize()
@bounded
def test_any_request_of_a_token_about_what_exists(case, every_scope):
    about_what_exists(case)
    answers_as_declared(case, every_scope)


@right_schema.include(path_regex="initiatives/").parametrize()
@bounded
def test_any_request_of_a_person_about_what_exists(case, person):
    about_what_exists(case)
    answers_as_declared(case, person)
