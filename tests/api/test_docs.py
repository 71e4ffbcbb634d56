"""The OpenAPI document and the page made from it."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from phases.api.examples import example
from phases.permissions import VERBS

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return Client().get("/api/v1/openapi.json").json()


def test_the_document_needs_no_sign_in(document):
    assert document["openapi"].startswith("3.1")


def test_every_operation_declares_its_refusals(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert {"401", "404", "422", "503"} <= set(operation["responses"]), f"{method} {path}"


def test_every_operation_says_what_it_does(document):
    assert all(each["description"] for methods in document["paths"].values() for each in methods.values())


def test_every_operation_has_a_name_of_its_own_as_a_plain_sentence(document):
    names = [each["summary"] for methods in document["paths"].values() for each in methods.values()]
    assert [name for name in names if not re.fullmatch(r"[A-Z][a-z]+( [a-z]+)*", name)] == []
    assert len(set(names)) == len(names)


def test_every_list_says_what_it_lists(document):
    gets = [methods["get"] for methods in document["paths"].values() if "get" in methods]
    for each in gets:
        begins = ("List the ",) if "_list_" in each["operationId"] else ("Get a ", "Get the ")
        assert each["summary"].startswith(begins), each


def test_the_page_lists_every_operation(document):
    page = Client().get("/api/v1/docs").content.decode()
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page


def test_the_page_shows_the_permission_table():
    page = Client().get("/api/v1/docs").content.decode()
    assert all(verb.does.replace("'", "&#x27;") in page for verb in VERBS.values())


def test_the_page_works_under_its_own_policy():
    answered = Client().get("/api/v1/docs")
    assert "script-src 'self'" in answered["Content-Security-Policy"]
    page = answered.content.decode()
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=|https?://", page)


def test_the_page_tells_the_types_of_lists():
    page = Client().get("/api/v1/docs").content.decode()
    assert "list of {gate, outcome, log?, duration_ms?}" in page
    assert "list of string | null" in page


def test_the_page_tells_of_the_idempotency_key():
    assert '<code>Idempotency-Key</code></td><td class="nowrap">header, optional' in (
        Client().get("/api/v1/docs").content.decode()
    )


def test_the_page_tells_what_a_report_may_be_answered():
    page = Client().get("/api/v1/docs").content.decode()
    assert "Answers 200 OK, 201 Created." in page


def test_a_step_says_that_its_criteria_are_answered_by_position(document):
    said = document["components"]["schemas"]["StepShape"]["properties"]
    assert said["criteria"]["description"].endswith("an answer sends the position of each, from 1")
    assert "some of the later steps may be possible too" in said["now"]["description"]


def test_every_operation_stands_under_its_subject_with_an_example(document):
    page = Client().get("/api/v1/docs").content.decode()
    count = sum(len(methods) for methods in document["paths"].values())
    assert (
        page.count('<section class="card" id="phases_api_')
        == page.count("curl -X") + page.count("curl \\")
        == count
    )


def test_an_example_sends_what_is_needed_and_nothing_unknown(document):
    for where, methods in document["paths"].items():
        for method, found in methods.items():
            said = example(document, method.upper(), where, found, by_token=True)
            body = json.loads(said.partition("-d '")[2].partition("'")[0] or "{}")
            media = found.get("requestBody", {}).get("content", {}).get("application/json", {})
            model = document["components"]["schemas"].get(media.get("schema", {}).get("$ref", "")[21:], {})
            assert set(model.get("required", [])) <= set(body) <= set(model.get("properties", {}))
            assert "{" not in said.rpartition("\n")[2], "of the address no name is left"
