"""Watchpoints of a deferral: fired by people and by runs, they open the decision again and say why."""

import pytest

from phases.actions.artifacts import attach_artifact
from phases.actions.asked import Report, Result
from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.runs import report_runs
from phases.actions.watchpoints import fire_watchpoint
from phases.errors import Forbidden, Invalid, Refused
from phases.models import Concern, Event
from phases.permissions import OPERATOR, Actor
from phases.rules.dispositions import undecided
from phases.rules.ready import turns

from .reviews import (
    REVIEWED,
    faults,
    judge,
    lead,
    move,
    person,
    reviewed_phase,
    reviewer,
    run,
    slice_of,
    state_of,
    take_back,
)


@pytest.fixture
def phase(db):
    """F3 can be deferred, and F4 waits for it alone."""
    phase = reviewed_phase("F3", packet=REVIEWED.replace("[F2, F3]", "[F3]"))
    run(phase, "assess", "make assess", code="F3")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="text")
    return phase


def defer(phase, *watchpoints):
    return judge(phase, "deferred", lead(), "F3", reason="It is warm.", watchpoints=watchpoints)


def fire(text="It snows", actor=None, reason="It did."):
    return fire_watchpoint(actor=actor or lead(), concern=Concern.objects.get(text=text), reason=reason)


def why_waits(phase, code="F4"):
    return next(turn for turn in turns(state_of(phase)) if turn.item.code == code).why


def test_a_fired_watchpoint_opens_the_decision_again(phase):
    row = defer(phase, "It snows")
    concern = fire(reason=" It did. ")
    row.refresh_from_db()
    item = slice_of(phase, "F3")
    assert (concern.state, concern.answer) == ("resolved", "Fired: It did.")
    assert (item.status, item.decision, item.round, bool(row.voided)) == ("in_progress", "", None, True)
    assert item.reset_note == "Its watchpoint “It snows” has fired. It did."


def test_it_is_told_by_the_ledger(phase):
    defer(phase, "It snows")
    fire()
    verbs = list(Event.objects.order_by("-seq").values_list("verb", flat=True)[:3])
    assert verbs == ["void", "reopen", "fire"]
    assert Event.objects.get(verb="fire").note == "It did."


def test_the_other_watchpoints_of_the_deferral_are_over(phase):
    defer(phase, "It snows", "It rains")
    fire()
    assert Concern.objects.get(text="It rains").answer == "F3 was reopened."


def test_who_waited_on_the_decision_is_told_why(phase):
    defer(phase, "It snows")
    assert why_waits(phase) == ""
    fire()
    state = state_of(phase)
    assert "It was reopened: Its watchpoint “It snows” has fired. It did." in (
        undecided(state, state.slices["F3"]).why
    )


def test_work_that_has_begun_stays_as_it_is(phase):
    defer(phase, "It snows")
    move(phase, "F4", "start")
    fire()
    assert slice_of(phase, "F4").status == "in_progress"
    assert faults() == []


@pytest.mark.parametrize("who", ["lead", "reviewer", "admin"])
def test_leads_and_reviewers_say_that_it_fired(phase, who):
    defer(phase, "It snows")
    people = {"lead": lead("lars", ""), "reviewer": reviewer(), "admin": person("ada", "admin")}
    assert fire(actor=people[who]).state == "resolved"


def test_a_machine_and_a_viewer_do_not(phase):
    defer(phase, "It snows")
    for actor in (Actor(kind="token", name="bot", scopes=frozenset({"slices", "gates"})), person("vera")):
        with pytest.raises(Forbidden):
            fire(actor=actor)


@pytest.mark.parametrize("reason", ["", " "])
def test_it_needs_a_reason(phase, reason):
    defer(phase, "It snows")
    with pytest.raises(Invalid, match="Say what happened"):
        fire(reason=reason)


def test_it_fires_once(phase):
    defer(phase, "It snows")
    fire()
    with pytest.raises(Refused, match="resolved already: Fired: It did"):
        fire()


def test_an_answered_one_does_not_fire(phase):
    defer(phase, "It snows")
    concern = Concern.objects.get(text="It snows")
    answer_concern(actor=OPERATOR, concern=concern, outcome="accepted", note="So be it.")
    with pytest.raises(Refused, match="accepted already: So be it"):
        fire()
    assert slice_of(phase, "F3").status == "deferred"


@pytest.mark.parametrize("kind", ["risk", "carry_forward", "blocker"])
def test_other_concerns_do_not_fire(phase, kind):
    raise_concern(actor=OPERATOR, phase=phase, kind=kind, text="Odd", slice="F3")
    with pytest.raises(Refused, match="Only a watchpoint can fire"):
        fire("Odd")


@pytest.mark.parametrize(("code", "where"), [("F3", "F3"), ("", "The phase")])
def test_without_a_deferral_there_is_nothing_to_reopen(phase, code, where):
    raise_concern(actor=OPERATOR, phase=phase, kind="watchpoint", text="Odd", slice=code)
    with pytest.raises(Refused, match=f"{where} is not deferred, so there is nothing to reopen"):
        fire("Odd")


def test_one_raised_by_hand_fires_as_well(phase):
    defer(phase)
    raise_concern(actor=OPERATOR, phase=phase, kind="watchpoint", text="It hails", slice="F3")
    fire("It hails")
    assert slice_of(phase, "F3").decision == ""


def frost(phase, outcome="fail", **said):
    return run(phase, "extra", "make frost", outcome, code="F3", **said)


def test_a_failing_check_that_it_speaks_of_fires_it(phase):
    defer(phase, "make frost fails")
    one = frost(phase, revision="r1")
    concern = Concern.objects.get(text="make frost fails")
    assert concern.answer == f"Fired: make frost failed at r1. ({one.key})"
    assert slice_of(phase, "F3").status == "in_progress"


def test_a_machine_may_report_it(phase):
    defer(phase, "make dome fails")
    report = Report("quick", "F1", results=(Result("make dome", "fail"),))
    report_runs(actor=Actor(kind="token", name="ci", scopes=frozenset({"gates"})), phase=phase, report=report)
    entry = Event.objects.get(verb="reopen")
    assert (entry.actor, entry.actor_kind, slice_of(phase, "F3").decision) == ("ci", "token", "")


def test_whoever_waits_is_told_of_the_run(phase):
    defer(phase, "make frost fails")
    one = frost(phase)
    assert f"has fired. make frost failed. ({one.key})" in slice_of(phase, "F3").reset_note


def test_a_passing_check_fires_nothing(phase):
    defer(phase, "make frost fails")
    frost(phase, "pass")
    assert slice_of(phase, "F3").status == "deferred"


def test_a_failure_from_before_the_deferral_fires_nothing(phase):
    frost(phase)
    defer(phase, "make frost fails")
    run(phase, "quick", "make dome", "fail", code="F1")
    assert slice_of(phase, "F3").status == "deferred"


def test_words_that_speak_of_no_check_are_for_people(phase):
    defer(phase, "It snows")
    frost(phase)
    assert slice_of(phase, "F3").status == "deferred"


def test_a_check_fires_nothing_that_was_answered(phase):
    defer(phase, "make frost fails")
    answer_concern(
        actor=OPERATOR, concern=Concern.objects.get(kind="watchpoint"), outcome="accepted", note="x"
    )
    frost(phase)
    assert slice_of(phase, "F3").status == "deferred"


def test_a_watchpoint_of_a_slice_under_work_stays_open(phase):
    raise_concern(actor=OPERATOR, phase=phase, kind="watchpoint", text="make frost fails", slice="F3")
    frost(phase)
    assert Concern.objects.get(kind="watchpoint").state == "open"


def test_the_first_that_fires_reopens_and_ends_the_others(phase):
    defer(phase, "make frost fails", "make dome fails")
    frost(phase)
    run(phase, "quick", "make dome", "fail", code="F1")
    answers = list(Concern.objects.filter(kind="watchpoint").values_list("answer", flat=True))
    assert answers[1] == "F3 was reopened."
    assert Event.objects.filter(verb="reopen").count() == 1


def test_a_second_deferral_watches_for_what_happens_after_it(phase):
    defer(phase, "make frost fails")
    frost(phase)
    run(phase, "assess", "make assess", code="F3")
    defer(phase, "make frost fails")
    run(phase, "quick", "make dome", "fail", code="F1")
    assert slice_of(phase, "F3").status == "deferred"
    frost(phase)
    assert slice_of(phase, "F3").status == "in_progress"


def test_a_retracted_failure_does_not_undo_the_firing(phase):
    defer(phase, "make frost fails")
    take_back(phase, frost(phase))
    assert slice_of(phase, "F3").status == "in_progress"
