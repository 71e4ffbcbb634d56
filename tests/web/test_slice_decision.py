"""The cards of decisions and postures, and what a reopened decision tells those who built on it."""

import pytest

from phases.actions.artifacts import attach_artifact
from phases.actions.recording import Answered
from phases.models import Concern, Slice
from phases.permissions import OPERATOR
from tests.actions.reviews import judge, lead, move, reviewed_phase, run

from .reviewed import concern_url, lena, rita, slice_url, text

F3, F4, F6 = slice_url("F3"), slice_url("F4"), slice_url("F6")
COLD = Answered(2, triggered=False, evidence="https://example.org/thermometer")


@pytest.fixture
def deferred(db):
    """F3 deferred with a watchpoint, F4 under way."""
    phase = reviewed_phase("F3", "F4")
    run(phase, "assess", "make assess", code="F3")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="Warm.")
    run(phase, "extra", "make frost", code="F3")
    judge(
        phase,
        "deferred",
        lead(),
        "F3",
        summary="Warm enough.",
        criteria=(COLD,),
        watchpoints=("The crew is cold",),
    )
    return phase


def test_undecided_slice_says_who_is_waited_for_and_links_the_form(db):
    page = text(lena(reviewed_phase("F3")), F3)
    assert "F3 is waiting for a decision by @heat: triggered or deferred." in page
    assert f'href="{F3}disposition/">Decide</a>' in page


def test_reviewer_is_not_offered_the_decision(db):
    assert ">Decide</a>" not in text(rita(reviewed_phase("F3")), F3)


def test_planned_slice_says_when_it_is_decided(db):
    assert "It is recorded once F3 is in progress." in text(lena(reviewed_phase()), F3)


def test_standing_decision_shows_each_criterion_with_its_evidence_and_source(deferred):
    page = text(lena(deferred), F3)
    assert "Warm enough." in page
    assert '<a href="https://example.org/thermometer" rel="noopener noreferrer">' in page
    assert "answered by a person" in page
    assert "answered by runs · <a href=" in page
    assert page.count("make frost fails</p>") == 1, "not once more as a criterion that is still open"


def test_runs_that_say_otherwise_since_are_named(deferred):
    Slice.objects.filter(phase=deferred, code="F3").update(status="candidate")
    run(deferred, "extra", "make frost", "fail", code="F3")
    assert "Runs say otherwise now: make frost failed." in text(lena(deferred), F3)


def test_watchpoints_stand_with_the_decision_and_as_concerns(deferred):
    watchpoint = Concern.objects.get(kind="watchpoint")
    page = text(lena(deferred), F3)
    assert f'<a href="#concern-{watchpoint.pk}">The crew is cold</a>' in page
    assert "Your reason is shown on F4, which built on it." in page


def test_fired_watchpoint_reopens_and_tells_both_pages_why(deferred):
    client = lena(deferred)
    watchpoint = Concern.objects.get(kind="watchpoint")
    client.post(concern_url(watchpoint.pk, "fire"), {"reason": "Frost in May"})
    told = "Its watchpoint “The crew is cold” has fired. Frost in May"
    assert f"It was reopened: {told}" in text(client, F3)
    assert f"F3 was reopened, and F4 builds on it: {told}" in text(client, F4)


def test_planned_dependent_just_waits(deferred):
    Slice.objects.filter(phase=deferred, code="F4").update(status="planned")
    move(deferred, "F3", "reopen", "Frost in May")
    assert "builds on it" not in text(lena(deferred), F4)


def test_decision_by_declaration_waits_for_nobody(db):
    phase = reviewed_phase()
    Slice.objects.filter(phase=phase, code="F3").update(status="landed", declared_in=1)
    page = text(lena(phase), F3)
    assert '<span class="badge is-waived">waived</span>' in page
    assert "It has been" not in page


def test_posture_is_waited_for_then_shown(db):
    phase = reviewed_phase("F6")
    client = lena(phase)
    page = text(client, F6)
    assert "Nobody has said yet whether F6 is ready." in page
    assert f'href="{F6}disposition/">Say whether it is ready</a>' in page
    judge(phase, "not_ready", lead(), "F6", summary="The heating is missing.")
    page = text(client, F6)
    assert '<span class="badge is-failed">not ready</span>' in page
    assert "The heating is missing." in page
