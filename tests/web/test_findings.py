"""Findings on the pages of the review and of the slice affected, and what is done about them there."""

import pytest

from phases.models import Finding, Phase
from tests.actions.reviews import accept, confirmed, fix, found, judge, reopened

from .reviewed import finding_url, lena, reviewed_phase, rita, slice_url, someone, text

F1, F4 = slice_url("F1"), slice_url("F4")


@pytest.fixture
def phase(db) -> Phase:
    return reviewed_phase("F1", "F2", "F4")


def find(phase: Phase, severity: str = "medium", **said: str) -> Finding:
    finding: Finding = judge(phase, "not_ready", findings=(found(severity, **said),)).findings.get()
    return finding


def test_finding_shows_all_that_was_said_of_it(phase):
    one = find(phase, "high", title="A <gap>", detail="Light gets in.", anchor="src/dome/a.py:7")
    page = text(rita(phase), F4)
    assert f'<tr id="finding-{one.pk}">' in page
    for said in ("is-high", "A &lt;gap&gt;", "Light gets in.", "src/dome/a.py:7", f'<a href="{F1}">F1</a>'):
        assert said in page


def test_worst_finding_comes_first(phase):
    judge(phase, "not_ready", findings=(found("low", "Small"), found("blocking", "Big")))
    page = text(rita(phase), F4)
    assert page.index("Big") < page.index("Small")


def test_fix_is_recorded_with_revision_and_files(phase):
    one = find(phase, slice="F1")
    sent = {"note": "Closed it.", "revision": "b" * 40, "changed_files": "src/dome/a.py\r\n"}
    client = lena(phase)
    assert client.post(finding_url(one.pk, "fix"), sent)["Location"] == F4
    page = text(client, F4)
    assert "<b>lena</b> fixed it at bbbbbbb" in page
    assert "Closed it." in page
    assert '<span class="badge is-fixed">fixed</span>' in page


def test_fix_from_the_slice_affected_returns_there(phase):
    one = find(phase, slice="F1")
    sent = {"note": "Closed it.", "came_from": "about"}
    assert lena(phase).post(finding_url(one.pk, "fix"), sent)["Location"] == F1


def test_fix_without_a_word_keeps_what_was_typed(phase):
    answer = lena(phase).post(finding_url(find(phase).pk, "fix"), {"note": "", "revision": "c0ffee1"})
    assert answer.status_code == 422
    assert 'value="c0ffee1"' in answer.content.decode()


def test_files_and_none_at_once_are_asked_about(phase):
    sent = {"note": "x", "revision": "c0ffee1", "changed_files": "a.py", "no_files": "on"}
    answer = lena(phase).post(finding_url(find(phase).pk, "fix"), sent)
    assert "leave one of the two" in answer.content.decode()


def test_medium_finding_is_accepted_with_owner_reason_and_target(phase):
    one, client = find(phase), lena(phase)
    sent = {"owner": "@dome", "rationale": "Nobody looks there.", "target": "Phase G"}
    client.post(finding_url(one.pk, "accept"), sent)
    page = text(client, F4)
    assert "accepted it: @dome answers for it, Phase G" in page
    assert "Nobody looks there." in page


def test_high_finding_is_offered_a_fix_and_no_acceptance(phase):
    one = find(phase, "high")
    page = text(lena(phase), F4)
    assert f'id="fix-{one.pk}"' in page
    assert f'id="accept-{one.pk}"' not in page


def test_high_finding_cannot_be_accepted_by_hand_either(phase):
    sent = {"owner": "@dome", "rationale": "x", "target": "y"}
    answer = lena(phase).post(finding_url(find(phase, "high").pk, "accept"), sent)
    assert answer.status_code == 422
    assert "Only medium and low ones are accepted." in answer.content.decode()


def test_stranger_among_the_leads_is_offered_nothing(phase):
    one = find(phase, slice="F1")
    client = someone(phase, "olaf", "lead", member_of=("@shape",))
    assert f'id="fix-{one.pk}"' not in text(client, F4)
    assert client.post(finding_url(one.pk, "fix"), {"note": "x"}).status_code == 403


def test_whoever_leads_a_slice_in_scope_may_fix_what_names_none(phase):
    one = find(phase)
    assert f'id="fix-{one.pk}"' in text(someone(phase, "mia", "lead", member_of=("@mirror",)), F4)


def test_closed_findings_are_folded_and_offer_nothing(phase):
    one = find(phase)
    accept(one)
    find(phase)
    page = text(lena(phase), F4)
    assert "1 open, 1 closed" in page
    assert '<details class="closed"><summary' in page
    assert f'id="fix-{one.pk}"' not in page


def test_few_closed_findings_of_a_closed_review_stand_open(phase):
    accept(find(phase))
    page = text(lena(phase), F4)
    assert "1 closed" in page
    # An open fold would keep the region from refreshing itself.
    assert "<details open" not in page
    assert 'class="closed"' not in page


def test_history_keeps_every_fix(phase):
    one = find(phase)
    fix(one, note="First try.")
    judge(phase, "not_ready", rechecked=(reopened(one, "Still there."),))
    fix(one, note="Second try.")
    judge(phase, "approve", rechecked=(confirmed(one),))
    page = text(rita(phase), F4)
    assert "<b>rita</b> confirmed the fix" in page
    assert "3 before that</summary>" in page
    assert page.index("Second try.") < page.index("Still there.") < page.index("First try.")


def test_slice_affected_shows_what_was_found_about_it(phase):
    one = find(phase, slice="F1")
    page = text(lena(phase), F1)
    assert "Findings about this slice" in page
    assert f'<a href="{F4}#finding-{one.pk}">F4</a>' in page
    assert f'id="fix-{one.pk}"' in page
    assert "Findings about this slice" not in text(rita(phase), slice_url("F2"))


@pytest.mark.parametrize("verb", ["fix", "accept"])
def test_unknown_finding_is_404(phase, verb):
    assert lena(phase).post(finding_url(999_999, verb), {"note": "x"}).status_code == 404
