"""Proving verdicts, findings, versions and watchpoints: whatever was edited by hand is found."""

import pytest
from django.utils import timezone

from phases.actions.artifacts import attach_artifact
from phases.actions.recording import Answered
from phases.actions.texts import REDACTED
from phases.actions.waivers import waive
from phases.actions.watchpoints import fire_watchpoint
from phases.models import (
    Artifact,
    ArtifactVersion,
    Concern,
    Disposition,
    Event,
    Finding,
    Slice,
    Waiver,
)
from phases.permissions import OPERATOR

from .conftest import bring
from .reviews import (
    REVIEWED,
    accept,
    confirmed,
    faults,
    fix,
    found,
    hide,
    judge,
    lead,
    move,
    reopened,
    reviewed_phase,
    run,
    take_back,
)


@pytest.fixture
def phase(db):
    """A story with a round of each outcome, a fix, an acceptance, a deferral and two versions."""
    phase = reviewed_phase("F1", "F3", "F4", "F5", "F6")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="old")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="new")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/LINK.md", url="https://e.org/x")
    run(phase, "assess", "make assess", code="F3", revision="r1")
    answers = (Answered(1, False, "Looked."), Answered(2, False, "Asked."))
    judge(phase, "deferred", lead(), "F3", criteria=answers, watchpoints=("It snows",))
    finds = [found("high", "Rust", detail="Below.", anchor="src/dome/a.py:1", slice="F1"), found("low")]
    first = judge(phase, "not_ready", findings=finds, links=["https://e.org/1"], revision="r2")
    high, low = first.findings.all()
    judge(phase, "not_ready", rechecked=[confirmed(fix(high, revision="r3"), "Seen.")], reason="Slow.")
    accept(low)
    waive(actor=OPERATOR, phase=phase, key="disposition:F5", reason="Trust me.")
    judge(phase, "not_ready", lead(), "F6")
    return phase


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


def says(name):
    return [fault for fault in faults() if f"has {name} " in fault]


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
    assert says(name)


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
    assert says({"disposition": "round"}.get(name, name))


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
    assert says(name)


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
    "values",
    [
        {"kind": "risk"},
        {"text": "It rains"},
        {"priority": "high"},
        {"state": "resolved"},
        {"answer": "Fine."},
        {"from_packet": True},
        {"archived": True},
        {"disposition": None},
        {"raised_by": "rolf"},
        {"raised_at": timezone.now()},
        {"slice": None},
        {"owner": None},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_watchpoint_that_was_edited_is_found(phase, values):
    Concern.objects.filter(kind="watchpoint").update(**values)
    (name,) = values
    assert says(name)


@pytest.mark.parametrize(
    "values",
    [
        {"key": "disposition:F4"},
        {"by": "rolf"},
        {"reason": "Fine."},
        {"active": False},
        {"at": timezone.now()},
        {"slice": None},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_waiver_that_was_edited_is_found(phase, values):
    Waiver.objects.update(**values)
    (name,) = values
    assert says(name)


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("F3", {"decision": "triggered"}),
        ("F3", {"since": None}),
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
    (fault,) = faults()
    assert fault.startswith(f"F F4 counts by {older.key}, but its latest is")


def test_an_artifact_that_counts_by_an_older_version_is_found(phase):
    Artifact.objects.update(latest=ArtifactVersion.objects.get(path="docs/HEAT.md", number=1))
    (fault,) = faults()
    assert "docs/HEAT.md counts by version:" in fault


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


VERBS = (
    *("dispose", "find", "recheck", "fix", "accept", "attach", "retract", "withdraw_finding"),
    *("restore_finding", "decide", "defer", "void", "fire", "archive_concern", "restore_concern"),
)


@pytest.fixture
def all_verbs(phase):
    """The story with every verb of this issue in it."""
    finding = Finding.objects.get(severity="high")
    take_back(phase, judge(phase, "not_ready", rechecked=[reopened(finding)], findings=[found()]))
    fire_watchpoint(actor=lead(), concern=Concern.objects.get(kind="watchpoint"), reason="It did.")
    judge(phase, "triggered", lead(), "F3", reason="It snows.")
    bring(REVIEWED.replace("  - Oil the gears\n", ""))
    bring(REVIEWED)


EDITS = {"after": {"state": "x"}, "at": timezone.now(), "actor": "rolf", "target": "finding:9", "note": "x"}


@pytest.mark.parametrize("field", EDITS)
def test_no_entry_of_any_verb_can_be_edited(all_verbs, field):
    for verb in VERBS:
        entry = Event.objects.filter(verb=verb).latest("seq")
        edited = Event.objects.filter(pk=entry.pk)
        edited.update(**{field: EDITS[field]})
        assert any(f"ntry {entry.seq} " in fault for fault in faults()), verb
        edited.update(**{field: getattr(entry, field)})


def test_the_story_of_every_verb_holds(all_verbs):
    assert set(VERBS) <= set(Event.objects.values_list("verb", flat=True))
    assert faults() == []
