"""Closure artifacts: declared ones, and those evident from files of a runtime pass folder."""

import pytest

from phases.packets.artifacts import is_pass_document
from tests.packets.examples import FULL, codes, packet, read, slice_with, slices

FOLDER = "docs/_phase-d-runtime-execution-pass-01-2031-04-01"


def artifacts(text: str) -> list[tuple[str, str, bool]]:
    found = packet(text).slices[0].artifacts
    return [(each.path.rsplit("/", 1)[-1], each.when.value, each.inferred) for each in found]


def test_declared_artifacts_carry_their_when():
    text = slice_with("requires_artifacts: [a.md, {path: b.md, when: triggered}, {path: c.md, when: always}]")
    assert artifacts(text) == [
        ("a.md", "always", False),
        ("b.md", "triggered", False),
        ("c.md", "always", False),
    ]


def test_an_unknown_when_is_an_error_with_the_accepted_words():
    (problem,) = read(slice_with("requires_artifacts: [{path: b.md, when: later}]")).errors
    assert problem.message == "`when` is `later`; expected always or triggered."


def test_documents_of_a_pass_folder_are_inferred():
    text = slice_with(f"files: [{FOLDER}/A1_NOTES.md, {FOLDER}/scan.json, {FOLDER}/x.txt, docs/README.md]")
    assert artifacts(text) == [("A1_NOTES.md", "always", True), ("scan.json", "always", True)]


def test_inferred_trigger_evidence_is_due_when_triggered():
    assert artifacts(slice_with(f"files: [{FOLDER}/A1_TRIGGER_EVIDENCE.md]")) == [
        ("A1_TRIGGER_EVIDENCE.md", "triggered", True)
    ]


def test_a_declared_when_beats_inference():
    path = f"{FOLDER}/A1_TRIGGER_EVIDENCE.md"
    assert artifacts(slice_with(f"files: [{path}]\nrequires_artifacts: [{path}]")) == [
        ("A1_TRIGGER_EVIDENCE.md", "always", False)
    ]


def test_triggered_in_one_slice_beats_inference_in_another():
    text = slices(
        f"id: A1, title: a, owner: o, files: [{FOLDER}/SCAN.md]",
        f"id: A2, title: b, owner: o, requires_artifacts: [{{path: {FOLDER}/SCAN.md, when: triggered}}]",
    )
    assert artifacts(text) == [("SCAN.md", "triggered", True)]


def test_an_artifact_named_twice_counts_once():
    reading = read(slice_with("requires_artifacts: [a.md, a.md]"))
    assert (len(reading.packet.slices[0].artifacts), codes(reading, "warning")) == (1, ["repeated"])


def test_the_example_has_declared_and_inferred_ones():
    found = {
        item.code: [(each.when, each.inferred) for each in item.artifacts] for item in packet(FULL).slices
    }
    assert found["D1"] == [("always", True)]
    assert found["D2"] == [("always", False), ("triggered", True)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{FOLDER}/deep/REPORT.md", True),
        ("_runtime-pass-2/X.json", True),
        (f"{FOLDER}/*.md", False),
        ("Phase-D_RUNTIME_Pass/x.md", True),
        ("runtime-runtime-x_pass/x.md", True),
        ("docs/pass-runtime-2/x.md", False),
        ("docs/runtime-passes/x.md", False),
        ("docs/runtime/pass.md", False),
        ("docs/runtime-bypass/x.md", False),
    ],
)
def test_only_documents_in_a_pass_folder_count(path, expected):
    assert is_pass_document(path) is expected
