"""What the phase page says of reviews, decisions and findings beside each slice."""

import pytest

from phases.models import Phase, Slice
from tests.actions.reviews import fix, found, judge, lead, move, reviewed_phase, start

from .reviewed import F, lena, someone, text


@pytest.fixture
def phase(db) -> Phase:
    return reviewed_phase("F1", "F2", "F4")


def remarks(phase: Phase, code: str, *mine: str) -> str:
    """The text under the title of one row, as a member of `mine` sees it."""
    page = text(someone(phase, "iris", "lead", member_of=mine), F)
    return page.partition(f'id="code-{code}"')[2].partition("</tr>")[0]


def test_round_with_what_is_left_of_it_and_whose_turn_it_is(phase):
    first = judge(phase, "approve_with_changes", findings=(found(slice="F1"), found(slice="F2")))
    fix(first.findings.earliest("pk"))
    row = remarks(phase, "F4")
    assert "round 1: approve with changes, 1 open, 1 to confirm" in row
    assert "waiting for a fix by @mirror" in row


def test_review_that_has_begun_waits_for_a_round(phase):
    assert "waiting for a round by @review" in remarks(phase, "F4")


def test_review_waits_for_you_if_you_are_one_of_them(phase):
    assert "waiting for a round by you" in remarks(phase, "F4", "@review")


def test_planned_review_waits_for_nobody(phase):
    assert "waiting for" not in remarks(phase, "F5")


def test_approved_review_waits_for_nobody(phase):
    judge(phase, "approve")
    row = remarks(phase, "F4")
    assert "round 1: approve" in row
    assert "waiting for" not in row


def test_approval_that_code_has_left_behind_says_so(phase):
    judge(phase, "approve")
    Slice.objects.filter(phase=phase, code="F1").update(touched=[9, "d" * 40, "src/dome/a.py", 99])
    assert "round 1: approve, no longer covers the code" in remarks(phase, "F4")


def test_undecided_condition_waits_for_its_owner(phase):
    start(phase, "F3")
    assert "waiting for a decision by @heat" in remarks(phase, "F3")


def test_triggered_condition_says_so(phase):
    start(phase, "F3")
    judge(phase, "triggered", lead(), "F3", reason="It is cold.")
    assert ">triggered<" in remarks(phase, "F3")


def test_reopened_slice_says_why(phase):
    Slice.objects.filter(phase=phase, code="F3").update(status="deferred", decision="deferred")
    move(phase, "F3", "reopen", "Frost in May")
    assert "reopened: Frost in May" in remarks(phase, "F3")


def test_posture_is_said(phase):
    start(phase, "F6")
    judge(phase, "not_ready", lead(), "F6")
    assert "says not ready" in remarks(phase, "F6")


def test_findings_about_a_slice_are_counted_by_severity(phase):
    judge(phase, "not_ready", findings=(found("high", slice="F1"), found("low", slice="F1")))
    assert "1 high finding open, 1 low finding open" in remarks(phase, "F1")


def test_missing_document_is_named_where_it_is_waited_for(db):
    packet = (
        "phase: F\nslices:\n  - {id: F1, title: A, owner: '@a', requires_artifacts: [{path: docs/KEEL.md}]}\n"
    )
    page = text(lena(reviewed_phase(packet=packet)), F)
    assert "waits for KEEL.md by @a" in page
    assert ">Waits for KEEL.md</" in page
