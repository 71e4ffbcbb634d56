"""Tokens of machines stand in no log and in no error page, whatever goes wrong."""

import logging
import re

import pytest
import structlog
from django.test import Client
from django.urls import reverse

from phases.actions.tokens import create_token
from phases.api import doors
from phases.permissions import OPERATOR
from phases.views import tokens
from tests.cast import *  # noqa: F403
from tracker import logs
from tracker.hiding import has_token

READ = "/api/v1/initiatives"
WANTED = {"name": "ci", "scopes": ["read"], "days": "90"}


@pytest.fixture
def secret(db) -> str:
    return create_token(actor=OPERATOR, name="runner", scopes=["read"])[1]


@pytest.fixture
def keeper(admin):
    client = Client(raise_request_exception=False)
    client.force_login(admin)
    return client


def asks(header: str):
    return Client(headers={"Authorization": header}, raise_request_exception=False).get(READ)


def breaks(*args, **kwargs):
    raise RuntimeError(f"It broke with {args} {kwargs}.")


def test_making_and_using_a_token_writes_no_secret_to_the_log(keeper, caplog, settings):
    settings.DEBUG = True
    with caplog.at_level(logging.DEBUG):
        page = keeper.post(reverse("token-create"), WANTED).content.decode()
        secret = re.findall(r"pet_[\w-]{20,}", page)[0]
        for scheme in ("Bearer", "Token", "Basic"):
            asks(f"{scheme} {secret}")
        asks(f"Bearer {secret}x")
    assert "token_created" in caplog.text
    assert secret not in caplog.text


def line_of(message: str, error: Exception | None = None, **options) -> str:
    """A record as the settings' own formatter writes it."""
    options = logs.configure(level="DEBUG", **({"as_json": False} | options))["formatters"]["line"]
    options.pop("()")
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("tracker", logging.ERROR, "", 1, message, None, exc_info)
    return structlog.stdlib.ProcessorFormatter(**options).format(record)


@pytest.mark.parametrize("as_json", [True, False])
def test_the_log_masks_a_secret_in_any_message_and_traceback(secret, as_json):
    line = line_of(f"Not found: /?key={secret}", RuntimeError(secret), as_json=as_json)
    assert secret not in line
    assert line.count("_[hidden]") == 2


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_fault_shows_no_secret_that_was_sent(secret, monkeypatch, settings, debug, accept):
    settings.DEBUG = debug
    monkeypatch.setattr(doors, "find_token", breaks)
    headers = {"Authorization": f"Bearer {secret}", "Accept": accept}
    answer = Client(headers=headers, raise_request_exception=False).get(f"{READ}?key={secret}")
    assert (answer.status_code, "RuntimeError" in answer.content.decode()) == (500, debug)
    assert secret not in answer.content.decode()


@pytest.mark.parametrize("debug", [True, False])
def test_a_fault_while_it_is_shown_shows_nothing_of_it(keeper, monkeypatch, settings, debug):
    settings.DEBUG = debug
    monkeypatch.setattr(tokens, "render", breaks)
    page = keeper.post(reverse("token-create"), WANTED)
    assert page.status_code == 500
    assert not has_token(page.content.decode())


def test_the_header_of_a_machine_is_hidden_whole(monkeypatch, settings, db):
    settings.DEBUG = True
    monkeypatch.setattr(doors, "find_token", breaks)
    page = asks("Bearer another-kind-of-secret").content.decode()
    assert re.search(r"HTTP_AUTHORIZATION</td>\s*<td class=\"code\"><pre>&#x27;\*+&#x27;", page)


def test_a_wrong_password_is_hidden_under_debug_too(monkeypatch, settings, db):
    settings.DEBUG = True
    monkeypatch.setattr("django.contrib.auth.views.AuthenticationForm.clean", breaks)
    body = {"username": "ann", "password": "correct horse"}
    page = Client(raise_request_exception=False).post("/accounts/sign-in/", body)
    assert page.status_code == 500
    assert "correct horse" not in page.content.decode()


def test_a_log_that_a_machine_sends_keeps_no_token(phase, secret):
    from tests.factories import make_gate, make_run

    make_gate(phase, "C0")
    run = make_run(phase, "C0", log=f"+ env\nTRACKER_TOKEN={secret}\n")
    assert run.log.text == f"+ env\nTRACKER_TOKEN={secret[:12]}_[hidden]\n"
