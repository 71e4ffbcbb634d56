"""Proving verdicts, findings, versions and watchpoints: whatever was edited by hand is found."""

import pytest
from django.utils import timezone

from phases.actions.texts import REDACTED
from phases.models import (
    Artifact,
    ArtifactVersion,
    Concern,
    Disposition,
    Finding,
    Slice,
)

from .conftest import bring
from .reviews import (
    REVIEWED,
    a_story,
    faults,
    faults_of,
    found,
    hide,
    judge,
    move,
    reopened,
    take_back,
)


@pytest.fixture
def phase(db):
    return a_story()


def test_an_honest_story_holds(phase):
    assert faults() == []


def test_it_holds_on_after_every_way_back(phase):
    finding = Finding.objects.get(severity="high")
    third = judge(phase, "not_ready", rechecked=[reopened(finding)], findings=[found()])
    take_back(phase, third)
    take_back(phase, ArtifactVersion.objects.filter(path="docs/HEAT.md").first())
    move(phase, "F3", "reopen")
    bring(REVIEWED.replace("  - Oil the gears\n", ""))
    bring(REVIEWED)
    for row in (*Disposition.objects.all(), *Finding.objects.all(), *ArtifactVersion.objects.all()):
        hide(phase, row)
    assert faults() == []


@pytest.mark.parametrize(
    "values",
    [
        {"phase": None},
        {"slice": None},
        {"kind": "structural"},
        {"number": 9},
        {"verdict": "approve"},
        {"summary": "Fine."},
        {"reason": "Fine."},
        {"revision": "r9"},
        {"place": 9},
        {"scope": ["F2"]},
        {"reviewed": {"F1": 9}},
        {"links": ["https://e.org/2"]},
        {"criteria": [{"criterion": 1}]},
        {"watchpoints": ["x"]},
        {"rechecked": []},
        {"by": "rolf"},
        {"at": timezone.now()},
        {"seq": 1},
        {"retracted": 3},
        {"voided": 3},
        {"redacted": True},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_round_that_was_edited_is_found(phase, values):
    (name,) = values
    others = {"phase": another_phase, "slice": lambda: Slice.objects.get(code="F1")}
    if name in others:
        values = {name: others[name]()}
    Disposition.objects.filter(slice__code="F4", number=2).update(**values)
    assert faults_of(name)


def another_phase():
    bring(REVIEWED.replace("phase: F", "phase: G"))
    return Slice.objects.filter(phase__code="G").select_related("phase")[0].phase


@pytest.mark.parametrize(
    "values",
    [
        {"severity": "low"},
        {"title": "Dust"},
        {"detail": ""},
        {"anchor": ""},
        {"by": "rolf"},
        {"at": timezone.now()},
        {"seq": 1},
        {"state": "open"},
        {"changed_at": timezone.now()},
        {"fix_revision": ""},
        {"fix_note": "Not done."},
        {"fixed_by": "rolf"},
        {"owner": "@heat"},
        {"rationale": "Fine."},
        {"target": "Never"},
        {"accepted_by": "rolf"},
        {"redacted": True},
        {"about": None},
        {"phase": None},
        {"slice": None},
        {"disposition": None},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_finding_that_was_edited_is_found(phase, values):
    (name,) = values
    others = {
        "phase": another_phase,
        "slice": lambda: Slice.objects.get(code="F5"),
        "disposition": lambda: Disposition.objects.get(slice__code="F4", number=2),
    }
    if name in others:
        values = {name: others[name]()}
    Finding.objects.filter(severity="high").update(**values)
    assert faults_of({"disposition": "round"}.get(name, name))


@pytest.mark.parametrize(
    "values",
    [
        {"path": "docs/OTHER.md"},
        {"number": 9},
        {"sha256": "0" * 64},
        {"size": 9},
        {"url": "https://e.org/y"},
        {"by": "rolf"},
        {"source": "person"},
        {"at": timezone.now()},
        {"seq": 1},
        {"retracted": 3},
        {"redacted": True},
        {"phase": None},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_version_that_was_edited_is_found(phase, values):
    (name,) = values
    values = {"phase": another_phase()} if name == "phase" else values
    ArtifactVersion.objects.filter(path="docs/HEAT.md", number=2).update(**values)
    assert faults_of(name)


@pytest.mark.parametrize("path", ["docs/HEAT.md", "docs/LINK.md"])
@pytest.mark.parametrize("content", ["another", REDACTED])
def test_a_content_that_was_edited_is_found(phase, path, content):
    ArtifactVersion.objects.filter(path=path).update(content=content)
    assert any(f"of {path} is not the one that was attached" in fault for fault in faults())


def test_a_redacted_content_that_came_back_is_found(phase):
    version = ArtifactVersion.objects.get(path="docs/HEAT.md", number=2)
    hide(phase, version)
    ArtifactVersion.objects.filter(pk=version.pk).update(content="new")
    assert faults() == ["Phase F: version 2 of docs/HEAT.md is not the one that was attached."]


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("F3", {"decision": "triggered"}),
        ("F3", {"since": None}),
        ("F3", {"opened": None}),
        ("F3", {"closed_seq": 1}),
        ("F4", {"reset_note": "x"}),
        ("F4", {"unclosed": 1}),
        ("F5", {"unclosed": 1}),
        ("F4", {"disposition": None}),
        ("F1", {"fixed": None}),
    ],
)
def test_what_a_slice_projects_cannot_be_edited(phase, code, values):
    Slice.objects.filter(code=code).update(**values)
    assert any(code in fault for fault in faults())


def test_a_slice_that_counts_by_an_older_round_is_found(phase):
    older = Disposition.objects.get(slice__code="F4", number=1)
    Slice.objects.filter(code="F4").update(disposition=older)
    pointer, replayed = faults()
    assert pointer.startswith(f"F F4 counts by {older.key}, but its latest is")
    assert replayed == "F F4 differs in round from a replay of its ledger."


def test_an_artifact_that_counts_by_an_older_version_is_found(phase):
    Artifact.objects.update(latest=ArtifactVersion.objects.get(path="docs/HEAT.md", number=1))
    pointer, replayed = faults()
    assert "docs/HEAT.md counts by version:" in pointer
    assert replayed == "F F3 differs in artifacts from a replay of its ledger."


@pytest.mark.parametrize("values", [{"latest": None}, {"produced": False}])
def test_what_an_artifact_projects_cannot_be_edited(phase, values):
    Artifact.objects.update(**values)
    assert faults()


@pytest.mark.parametrize("table", [Disposition, Finding, ArtifactVersion, Concern])
def test_a_row_that_nobody_recorded_is_found(phase, table):
    row = table.objects.order_by("pk").last()
    row.pk = None
    if hasattr(row, "number"):
        row.number += 1
    row.save()
    assert faults()


def test_a_deleted_finding_is_found(phase):
    row = Finding.objects.get(severity="low")
    key = row.key
    row.delete()
    assert f"The ledger speaks of {key}, which is not stored." in faults()


def test_a_deleted_version_is_found(phase):
    row = ArtifactVersion.objects.get(path="docs/LINK.md")
    key = row.key
    row.delete()
    assert f"The ledger speaks of {key}, which is not stored." in faults()
