"""Whatever a program sends, the API answers as its OpenAPI document says, and never with a 500."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance

from phases.actions.tokens import create_token
from phases.models import Concern
from phases.permissions import OPERATOR, SCOPES
from tests.factories import make_blocker, make_gate, make_phase

WHERE = "/api/v1/openapi.json"
any_schema = schemathesis.openapi.from_wsgi(WHERE, get_wsgi_application())
right_schema = schemathesis.openapi.from_wsgi(WHERE, get_wsgi_application())
right_schema.config.generation.update(modes=[GenerationMode.POSITIVE])
PLACES = {"initiative": "harbour", "phase": "C", "code": "C0"}
bounded = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


def answers_as_declared(case, headers):
    # The rules refuse with 422 what is well-formed, so acceptance says nothing here.
    case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])


@pytest.fixture
def connected():
    """Requests leave the test's own connection open, as Django's test client sees to."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(db, connected):
    """A token of every scope, and a phase with one of everything to find."""
    phase = make_phase()
    make_gate(phase, "C0")
    make_blocker(phase, "C1")
    _, secret = create_token(actor=OPERATOR, name="prober", scopes=SCOPES)
    return {"Authorization": f"Bearer {secret}"}


@any_schema.parametrize()
@bounded
def test_any_request(case, headers):
    answers_as_declared(case, headers)


@right_schema.include(path_regex="initiatives/").parametrize()
@bounded
def test_any_request_about_what_exists(case, headers):
    known = PLACES | {"concern": Concern.objects.latest("pk").pk}
    case.path_parameters.update({name: known[name] for name in case.path_parameters})
    answers_as_declared(case, headers)
