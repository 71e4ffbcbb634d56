"""The card of a review: what it says, whose turn it is, its rounds and who may record the next one."""

import datetime as dt

import pytest
from django.utils import timezone

from phases.models import Phase, Slice
from tests.actions.reviews import accept, confirmed, fix, found, judge, start, take_back

from .reviewed import F, lena, reviewed_phase, rita, slice_url, someone, text

F4 = slice_url("F4")


@pytest.fixture
def phase(db) -> Phase:
    return reviewed_phase("F1", "F2", "F4")


def test_review_without_a_round_says_so_and_offers_the_first(phase):
    page = text(rita(phase), F4)
    assert "F4 has not been reviewed yet." in page
    assert f'href="{F4}disposition/">Record round 1</a>' in page
    assert "It has been the turn of @review" in page


def test_planned_review_says_when_rounds_begin(db):
    page = text(rita(reviewed_phase()), F4)
    assert "Rounds are recorded once it is in progress." in page
    assert "Record round 1" not in page


def test_reviewer_who_is_not_independent_reads_why_before_writing(phase):
    page = text(someone(phase, "dora", "reviewer", member_of=("@mirror",)), F4)
    assert "You cannot review it: a member of @mirror, which " in page
    assert "Record round" not in page


def test_lead_is_offered_no_round(phase):
    assert "Record round" not in text(lena(phase), F4)


def test_rounds_stand_newest_first_with_what_came_of_them(phase):
    first = judge(
        phase, "approve_with_changes", findings=(found(), found("low", "A scratch")), revision="a" * 40
    )
    fix(first.findings.earliest("pk"))
    judge(phase, "approve_with_changes", rechecked=(confirmed(first.findings.earliest("pk")),))
    page = text(rita(phase), F4)
    assert page.index("<b>Round 2</b>") < page.index("<b>Round 1</b>")
    assert "2 findings</span>" in page
    assert "1 fix confirmed</span>" in page
    assert 'at <code title="' + "a" * 40 + '">aaaaaaa</code>' in page
    assert f'Looked at <a href="{F}slices/F1/">F1</a>' in page


def test_earlier_rounds_are_folded(phase):
    for _ in range(4):
        judge(phase, "not_ready")
    assert "2 earlier rounds</summary>" in text(rita(phase), F4)


def test_open_findings_say_whose_turn_it_is(phase):
    judge(phase, "not_ready", findings=(found(slice="F1"), found(slice="F2")))
    assert "2 findings to fix: it is the turn of @dome, @mirror." in text(rita(phase), F4)


def test_approval_stands_on_top(phase):
    judge(phase, "approve")
    page = text(rita(phase), F4)
    assert '<span class="badge is-passed">approved</span>' in page
    assert '<p class="said">Round 1 by rita approves.</p>' in page


def test_retracted_round_stays_struck_through_with_its_reason(phase):
    take_back(phase, judge(phase, "approve"), reason="The wrong branch")
    page = text(rita(phase), F4)
    assert 'class="round retracted"' in page
    assert "Retracted by command line: The wrong branch" in page
    assert "Record round 2</a>" in page


def test_author_retracts_the_latest_round_on_the_page(phase):
    client = rita(phase)
    judge(phase, "not_ready")
    last = judge(phase, "approve")
    page = text(client, F4)
    assert f'value="{last.key}"' in page
    assert page.count('name="evidence"') == 1
    sent = {"evidence": last.key, "code": "F4", "reason": "The wrong branch"}
    assert client.post(f"{F}retract/", sent)["Location"] == F4
    assert "Round 1 by rita says that F4 is not ready." in text(client, F4)


def test_nobody_else_is_offered_to_retract_a_round(phase):
    judge(phase, "approve")
    assert 'name="evidence"' not in text(someone(phase, "rolf", "reviewer"), F4)


def test_retracting_without_a_reason_keeps_the_form(phase):
    last = judge(phase, "approve")
    answer = rita(phase).post(f"{F}retract/", {"evidence": last.key, "code": "F4", "reason": ""})
    assert answer.status_code == 422
    assert last.key in answer.content.decode()


SLAS = [{"handle": "@review", "sla": {"standard": "1 business day"}}]


def waiting_for(phase: Phase, days: int) -> str:
    Phase.objects.filter(pk=phase.pk).update(about={"slas": SLAS})
    Slice.objects.filter(phase=phase, code="F4").update(opened=timezone.now() - dt.timedelta(days=days))
    return text(rita(phase), F4)


def test_clock_says_when_the_backup_takes_over(phase):
    page = waiting_for(phase, 0)
    assert "It has 1 business day: <time datetime=" in page
    assert "it goes to @second." in page


def test_hand_over_is_shown_with_its_time(phase):
    page = waiting_for(phase, 9)
    assert "@second acts for @review, " in page
    assert ">overdue since " in page


def test_unmet_leaves_lead_to_where_they_can_be_met(phase):
    finding = judge(phase, "not_ready", findings=(found(),)).findings.get()
    Slice.objects.filter(phase=phase, code="F4").update(status="candidate")
    page = text(lena(phase), F4)
    assert f'<a href="{F4}disposition/">review</a>' in page
    assert f'<a href="{F4}#finding-{finding.pk}">fix</a>' in page
    assert f'<a href="{F4}gates/closure/#gate-' in page
    assert f'<a href="{F}slices/F2/">make candidate</a>' in page


def test_refused_move_links_the_same_places(phase):
    Slice.objects.filter(phase=phase, code="F4").update(status="candidate")
    answer = lena(phase).post(f"{F4}land/", {"version": 1})
    assert answer.status_code == 422
    assert f'<a href="{F4}disposition/">review</a>' in answer.content.decode()


def test_structural_slice_has_the_same_card(phase):
    start(phase, "F5")
    finding = judge(phase, "approve_with_changes", code="F5", findings=(found("low"),)).findings.get()
    accept(finding)
    assert "approves with changes, all of which are closed" in text(rita(phase), slice_url("F5"))
