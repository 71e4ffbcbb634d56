"""The page of a decision on a conditional slice, and the one of a posture."""

import pytest

from phases.actions.artifacts import attach_artifact
from phases.actions.slices import move_slice
from phases.models import Concern, Disposition, Slice
from phases.permissions import OPERATOR
from tests.actions.reviews import judge, lead
from tests.factories import make_gate, make_run, make_user

from .reviews import CREW, observatory, page, signed_in, someone, text, ticked, value


@pytest.fixture
def phase(db):
    made = observatory("F1", "F3", "F4", "F6")
    make_gate(made, "F1", text="make frost", suite="extra")
    return made


@pytest.fixture
def lena(phase):
    """A lead of every slice but the others' ones."""
    return signed_in(someone("lena", "lead", member_of=CREW))


def decision(**fields):
    answers = {f"criterion-{n}": "not_triggered" for n in (1, 2)} | {f"evidence-{n}": "Seen." for n in (1, 2)}
    return {"verdict": "deferred", "summary": "All warm."} | answers | fields


def ready_to_defer(phase):
    make_run(phase, "F3", "make assess")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="Warm.")


def test_each_criterion_shows_what_runs_say_and_asks_for_an_answer(phase, lena):
    shown = lena.get(page("F3"))
    assert "1. make frost fails unknown No run of make frost counts so far." in text(shown)
    assert "2. The crew is cold a person answers" in text(shown)
    assert ticked(shown, "criterion-2") == [""]
    said = text(shown)
    assert "None of the criteria is answered yet, so nothing follows from them." in said
    assert "They say" not in said


def test_the_only_criterion_that_nobody_has_answered_says_nothing(phase, lena):
    phase.slices.filter(code="F3").update(trigger_criteria=["The crew is cold"])
    said = text(lena.get(page("F3")))
    assert "The criterion is not answered yet, so nothing follows from it." in said


def test_what_deferring_needs_and_does_not_have_is_listed(lena):
    shown = text(lena.get(page("F3")))
    assert "Deferred Not possible yet: F3 assess: make assess has never run." in shown
    assert "docs/HEAT.md has not been attached" in shown
    assert "Triggered No evidence document: what you write below is the evidence." in shown
    assert "The full suite if triggered: make heat." in shown


def test_criteria_that_runs_answer_are_offered_as_watchpoints(lena):
    assert value(lena.get(page("F3")), "watchpoints") == "make frost fails"


def test_deferral_is_recorded_with_evidence_and_watchpoints(phase, lena):
    ready_to_defer(phase)
    answered = lena.post(page("F3", "record"), decision(watchpoints="make frost fails\r\nSnow"), follow=True)
    assert "F3 is decided: deferred." in text(answered)
    assert [one["evidence"] for one in Disposition.objects.get().criteria] == ["Seen.", "Seen."]
    watched = Concern.objects.filter(kind="watchpoint").values_list("text", flat=True)
    assert sorted(watched) == ["Snow", "make frost fails"]


def test_refused_deferral_lists_what_is_unmet_and_keeps_the_form(lena):
    answered = lena.post(page("F3", "record"), decision())
    assert answered.status_code == 422
    assert "F3 cannot be deferred" in text(answered)
    assert value(answered, "evidence-2") == "Seen."
    assert ticked(answered, "criterion-2") == ["not_triggered"]


def test_triggered_takes_no_watchpoints_but_those_that_the_page_offered(lena):
    sent = decision(verdict="triggered", **{"criterion-2": "triggered"})
    assert "Watchpoints belong to a deferral" in text(
        lena.post(page("F3", "record"), sent | {"watchpoints": "Snow"})
    )
    assert lena.post(page("F3", "record"), sent | {"watchpoints": "make frost fails"}).status_code == 302
    assert Slice.objects.get(code="F3").decision == "triggered"


def test_deciding_otherwise_needs_a_reason_which_is_said_before(lena):
    said = text(lena.post(page("F3", "draft"), decision(), follow=True))
    assert "2 of 2 criteria answered. They say: deferred." in said
    assert "To decide triggered a reason is needed. No criterion is triggered." in said
    answered = lena.post(page("F3", "record"), decision(verdict="triggered"))
    assert 'id="reason-error"' in answered.content.decode()
    assert lena.post(page("F3", "record"), decision(verdict="triggered", reason="Winter.")).status_code == 302


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"evidence-1": ""}, "Criterion 1 needs evidence"),
        ({"criterion-1": ""}, "Criterion 1 has evidence and no answer"),
        ({"criterion-2": "", "evidence-2": ""}, "Not every criterion is answered: 2."),
    ],
)
def test_answers_need_evidence_and_evidence_an_answer(lena, fields, sentence):
    assert sentence in text(lena.post(page("F3", "record"), decision(**fields)))


def test_runs_answer_for_the_person(phase, lena):
    make_run(phase, "F1", "make frost", "fail")
    shown = text(lena.get(page("F3")))
    assert "triggered make frost failed. the run that failed" in shown
    assert "As runs say" in shown
    assert "1 of 2 criteria answered. They say: triggered." in shown


def test_candidate_is_not_deferred(phase, lena):
    phase.slices.filter(code="F3").update(status="candidate")
    assert "It is not in progress: send it back to work before it is deferred." in text(lena.get(page("F3")))


def test_slice_without_criteria_is_decided_by_a_text(phase, lena):
    phase.slices.filter(code="F3").update(trigger_criteria=[])
    assert "The packet lists no criteria" in text(lena.get(page("F3")))
    sent = {"verdict": "triggered", "summary": "The policy is written down."}
    assert lena.post(page("F3", "record"), sent).status_code == 302


def test_settled_decision_says_so(phase, lena):
    ready_to_defer(phase)
    lena.post(page("F3", "record"), decision())
    shown = text(lena.get(page("F3")))
    assert "F3 is deferred, so this is settled." in shown
    assert "F3 was decided to be deferred by lena. All warm." in shown


def test_reopened_decision_says_why(phase, lena):
    judge(phase, "triggered", lead(), "F3", reason="Winter.")
    phase.slices.filter(code="F3").update(status="landed")
    version = Slice.objects.get(code="F3").version
    move_slice(actor=OPERATOR, phase=phase, code="F3", version=version, verb="reopen", note="Spring came.")
    assert "It was reopened: Spring came." in text(lena.get(page("F3")))


def test_decisions_belong_to_leads_of_the_slice(phase):
    shown = text(signed_in(make_user("rob", "reviewer")).get(page("F3")))
    assert "rob may not take decisions on conditional slices" in shown
    others = signed_in(make_user("lee", "lead"))
    assert "This needs a member of @heat or @dome." in text(others.get(page("F3")))
    refused = others.post(page("F3", "record"), decision())
    assert (refused.status_code, value(refused, "summary")) == (403, "All warm.")


def test_posture_lists_what_is_in_the_way(lena):
    shown = text(lena.get(page("F6")))
    assert "Ready is not possible" in shown
    assert "F2 is planned, not landed." in shown
    answered = lena.post(page("F6", "record"), {"verdict": "ready", "summary": "All done."})
    assert answered.status_code == 422
    assert "F6 cannot say that the phase is ready" in text(answered)


def test_posture_not_ready_is_recorded(lena):
    sent = {"verdict": "not_ready", "summary": "The dome is open."}
    assert "The posture of F6 is recorded: not ready." in text(
        lena.post(page("F6", "record"), sent, follow=True)
    )
    assert "lena says that F6 is not ready. The dome is open." in text(lena.get(page("F6")))
