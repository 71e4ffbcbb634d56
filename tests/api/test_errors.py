"""One shape for every error, and never a 500."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from phases.models import Initiative

from .conftest import API, HARBOUR, PHASE, Program

STATUS = f"{PHASE}/slices/C0/status"


def shape(answered):
    assert answered["Content-Type"].startswith("application/json")
    error = answered.json()["error"]
    assert error["message"]
    assert error["fields"] == {} or all(error["fields"].values())
    return answered.status_code, error["code"]


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/initiatives/", "/initiatives/harbour", "/session/x"])
def test_an_unknown_path(path, db):
    assert shape(Program().get(f"{API}{path}" if path else f"{API}/")) == (404, "not_found")


def test_a_wrong_method(phase, machine):
    answered = machine("read").delete(PHASE)
    assert shape(answered) == (405, "method_not_allowed")
    assert answered["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("body", ["", "{", "[1", "é".encode("utf-16"), '{"to": NaN', "[" * 100_000])
def test_a_body_that_is_not_json(phase, machine, body):
    assert shape(machine("slices").send(STATUS, body))[0] in (400, 422)


@pytest.mark.parametrize("body", ["[]", "3", "null", '"text"', '{"to": "in_progress", "version": NaN}'])
def test_a_body_that_is_not_an_object(phase, machine, body):
    assert shape(machine("slices").send(STATUS, body)) == (422, "invalid")


def test_half_a_character(phase, machine):
    body = '{"to": "in_progress", "version": 0, "note": "\\ud800"}'
    assert shape(machine("slices").send(STATUS, body)) == (422, "invalid")


def test_a_body_that_is_too_large(phase, machine):
    assert shape(machine("slices").send(STATUS, "x" * (9 * 2**20))) == (413, "too_large")


@pytest.mark.parametrize("path", [f"{HARBOUR}%00/phases", f"{HARBOUR}/phases/%00", f"{PHASE}/slices/%00"])
def test_nul_in_a_path(phase, machine, path):
    assert shape(machine("read").get(path)) == (404, "not_found")


@pytest.mark.parametrize("query", ["after=-1", "after=x", f"after={10**30}", "limit=0", "limit=5000"])
def test_a_wrong_query(phase, machine, query):
    assert shape(machine("read").get(f"{HARBOUR}/events?{query}")) == (422, "invalid")


@pytest.mark.parametrize("path", [f"{PHASE}/readiness", f"{HARBOUR}/events", f"{HARBOUR}/ready", PHASE])
def test_an_unknown_name_in_a_query(phase, machine, path):
    answered = machine("read").get(f"{path}?assum=slice:C0")
    assert shape(answered) == (422, "invalid")
    assert answered.json()["error"]["fields"]["assum"].startswith(
        "This parameter is not known here; it takes"
    )


def test_nobody_is_told_which_names_a_query_takes(phase):
    assert Program().get(f"{PHASE}/readiness?assum=1").status_code == 401


def test_our_own_sentences_stand_alone(phase, machine):
    body = {"to": "in_progress", "version": 0, "note": "\0"}
    message = machine("slices").send(STATUS, body).json()["error"]["message"]
    assert message == "note: A text cannot hold the character NUL."


@pytest.mark.parametrize("query", ["slice=%00", "kind=risk", "slice=%ff", "slice=" + "x" * 5000])
def test_a_filter_that_nothing_fits(phase, machine, query):
    assert machine("read").get(f"{PHASE}/concerns?{query}").json()["items"] == []


def test_a_database_that_is_away(phase, machine, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("the connection is lost")

    program = machine("read")
    monkeypatch.setattr(Initiative.objects, "all", away)
    answered = program.get(f"{API}/initiatives")
    assert shape(answered) == (503, "unavailable")
    assert int(answered["Retry-After"]) > 0


def test_head_answers_as_get_without_a_body(phase, machine):
    answered = machine("read").head(PHASE)
    assert (answered.status_code, answered.content) == (200, b"")


def test_answers_are_for_one_reader_only(phase, machine):
    answered = machine("read").get(PHASE)
    assert "private" in answered["Cache-Control"]
    assert "Authorization" in answered["Vary"]
