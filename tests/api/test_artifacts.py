"""PUT and GET .../artifacts, and their versions."""

from __future__ import annotations

import hashlib

import pytest

from phases.actions.artifacts import attach_artifact
from phases.models import ArtifactVersion, Slice
from phases.permissions import OPERATOR
from tests.actions.reviews import take_back

from .reviews import F, refusal

PATH = "docs/HEAT.md"


def put(program, **body):
    return program.put(f"{F}/artifacts", {"path": PATH} | body, content_type="application/json")


def attached(phase, path=PATH, content="One"):
    return attach_artifact(actor=OPERATOR, phase=phase, path=path, content=content).version


def test_a_text_becomes_a_version(leading):
    answered = put(leading, content="Warm")
    said = answered.json()
    assert (answered.status_code, said["key"], said["number"]) == (201, f"version:{said['id']}", 1)
    assert (said["sha256"], said["size"]) == (hashlib.sha256(b"Warm").hexdigest(), 4)
    assert said["artifact"].items() >= {"path": PATH, "slices": ["F3"], "state": "met"}.items()


def test_the_same_again_is_no_new_version(leading):
    first = put(leading, content="Warm").json()
    again = put(leading, content="Warm")
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert put(leading, content="Hot").json()["number"] == 2


def test_a_link_becomes_a_version(machine, under_review):
    said = put(machine("artifacts"), url="https://example.org/heat").json()
    assert (said["url"], said["sha256"], said["source"]) == ("https://example.org/heat", "", "token")


@pytest.mark.parametrize("scopes", [("gates",), ("slices",), ("read",)])
def test_other_tokens_attach_nothing(machine, under_review, scopes):
    refusal(put(machine(*scopes), content="Warm"), 403)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "content"),
        ({"content": "a", "url": "https://example.org"}, "content"),
        ({"content": " "}, "content"),
        ({"content": "a\0"}, "content"),
        ({"content": "ä" * (2**20 + 1)}, "content"),
        ({"content": "a" * (2 * 2**20 + 1)}, "content"),
        ({"url": "heat.md"}, "url"),
        ({"path": "../up.md", "content": "a"}, "path"),
        ({"path": "", "content": "a"}, "path"),
        ({"mode": "x", "content": "a"}, "mode"),
    ],
)
def test_a_wrong_field_is_named(leading, body, field):
    assert list(refusal(put(leading, **body))["fields"]) == [field]
    assert not ArtifactVersion.objects.exists()


def test_a_document_that_is_missing_says_who_has_to_bring_it(viewing):
    (said,) = viewing("artifacts")["items"]
    assert (said["key"], said["state"], said["verb"], said["owner"]) == (
        f"artifact:{PATH}",
        "unmet",
        "attach",
        "@heat",
    )
    assert (said["version"], said["versions"], said["when"]) == (None, [], "always")


def test_versions_come_the_newest_first(under_review, viewing):
    for number in range(22):
        attached(under_review, content=f"Text {number}")
    (said,) = viewing("artifacts")["items"]
    assert [one["number"] for one in said["versions"]] == list(range(22, 2, -1))
    assert (said["version"]["number"], said["earlier"]) == (22, 3)
    (rest,) = viewing("artifacts", path=PATH, before=3)["items"]
    assert ([one["number"] for one in rest["versions"]], rest["earlier"]) == ([2, 1], None)


def test_a_retracted_version_is_listed_and_does_not_count(under_review, viewing):
    attached(under_review)
    take_back(under_review, attached(under_review, content="Two"))
    (said,) = viewing("slices/F3/artifacts")["items"]
    assert (said["version"]["number"], [one["number"] for one in said["versions"]]) == (1, [2, 1])


def test_a_document_that_nobody_expects_is_shown(under_review, viewing):
    attached(under_review, "docs/EXTRA.md")
    extra, heat = viewing("artifacts")["items"]
    assert (extra["path"], extra["slices"], extra["state"]) == ("docs/EXTRA.md", [], "not_applicable")
    assert heat["path"] == PATH
    assert len(viewing("slices/F3/artifacts")["items"]) == 1


def test_documents_are_filtered_and_come_in_pages(under_review, viewing):
    for name in "CAB":
        attached(under_review, f"docs/{name}.md")
    first = viewing("artifacts", limit=2)
    rest = viewing("artifacts", after=first["next"])
    assert [one["path"][5:-3] for one in first["items"] + rest["items"]] == ["A", "B", "C", "HEAT"]
    assert [one["path"] for one in viewing("artifacts", state="unmet")["items"]] == [PATH]
    assert [one["path"] for one in viewing("artifacts", slice="F3")["items"]] == [PATH]
    assert viewing("artifacts", slice="F1")["items"] == []


def test_an_unknown_state_names_the_known_ones(viewing):
    assert "one of" in viewing("artifacts", state="zzz")["error"]["fields"]["state"]


def test_a_dropped_slice_keeps_its_documents(under_review, viewing):
    attached(under_review)
    Slice.objects.filter(code="F3").update(archived=True)
    Slice.objects.get(code="F3").needed_by.all().delete()
    (said,) = viewing("slices/F3/artifacts")["items"]
    assert (said["state"], len(said["versions"])) == ("not_applicable", 1)


def test_a_version_is_read_whole(under_review, viewing):
    row = attached(under_review)
    said = viewing(f"artifacts/{row.pk}")
    assert (said["content"], said["retraction"], said["artifact"]["path"]) == ("One", None, PATH)


def test_a_retracted_version_tells_why(under_review, viewing):
    row = attached(under_review)
    take_back(under_review, row, reason="Of the wrong year")
    assert viewing(f"artifacts/{row.pk}")["retraction"]["reason"] == "Of the wrong year"


@pytest.mark.parametrize("number", ["0", "999999999999999999999999", "x"])
def test_an_unknown_version_is_not_found(viewing, number):
    assert viewing(f"artifacts/{number}")["error"]["code"] == "not_found"


def test_queries_do_not_grow_with_the_documents(under_review, machine, django_assert_num_queries):
    program = machine("read")
    program.get(f"{F}/artifacts")
    for names in ("AB", "CDEFGH"):
        for name in names:
            attached(under_review, f"docs/{name}.md")
        # Token, phase, five of the snapshot, paths, versions that count, versions.
        with django_assert_num_queries(10):
            program.get(f"{F}/artifacts")
