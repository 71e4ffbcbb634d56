"""Proving watchpoints, waivers and the entries of every verb: whatever was edited by hand is found."""

import pytest
from django.utils import timezone

from phases.actions.watchpoints import fire_watchpoint
from phases.models import (
    Concern,
    Event,
    Finding,
    Waiver,
)

from .conftest import bring
from .reviews import (
    REVIEWED,
    a_story,
    faults,
    faults_of,
    found,
    judge,
    lead,
    reopened,
    take_back,
)


@pytest.fixture
def phase(db):
    return a_story()


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
    assert faults_of(name)


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
    assert faults_of(name)


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
