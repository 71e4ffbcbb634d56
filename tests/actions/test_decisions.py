"""Deciding conditional slices: answers to criteria, reasons, and what either word brings about."""

import pytest

from phases.actions.artifacts import attach_artifact
from phases.actions.recording import Answered
from phases.errors import Forbidden, Invalid, Refused
from phases.models import Concern, Disposition, Event, Initiative, Slice
from phases.permissions import OPERATOR, Actor
from phases.rules.ready import turns
from phases.rules.state import Status

from .reviews import (
    REVIEWED,
    confirmed,
    faults,
    found,
    judge,
    lead,
    move,
    person,
    reviewed_phase,
    reviewer,
    run,
    slice_of,
    start,
    state_of,
)

FROST, COLD = 1, 2
NO = (Answered(FROST, False, "Looked."), Answered(COLD, False, "Asked."))
FROZEN = (Answered(FROST, True, "Looked."), NO[1])


@pytest.fixture
def phase(db):
    """F3 with a green assessment and its product."""
    phase = reviewed_phase("F3")
    run(phase, "assess", "make assess", code="F3")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="text")
    return phase


def decide(phase, verdict, criteria=(), actor=None, **said):
    return judge(phase, verdict, actor or lead(), "F3", criteria=criteria, **said)


def test_without_a_triggered_criterion_it_is_deferred(phase):
    row = decide(phase, "deferred", NO)
    item = slice_of(phase, "F3")
    assert (row.kind, row.verdict, item.decision, item.status) == (
        "conditional",
        "deferred",
        "deferred",
        "deferred",
    )
    assert (item.version, item.round.id, faults()) == (2, row.pk, [])


def test_deferring_is_the_transition_and_closes_the_slice(phase):
    row = decide(phase, "deferred", NO)
    entry = Event.objects.get(verb="defer")
    assert (entry.target, entry.actor, entry.seq) == ("slice:F3", "lena", row.seq + 1)
    before = {"status": "in_progress", "version": 1, "decision": "", "closed_seq": 0}
    assert (entry.before, entry.after["closed_seq"]) == (before, entry.seq)
    item = slice_of(phase, "F3")
    assert (item.closed_seq, item.since) == (entry.seq, entry.at)
    phase.refresh_from_db()
    assert phase.closed == [entry.seq, "F3", "defer"]


def test_with_a_triggered_criterion_it_goes_on(phase):
    decide(phase, "triggered", FROZEN)
    item = slice_of(phase, "F3")
    assert (item.decision, item.status, item.version) == ("triggered", "in_progress", 1)
    assert Event.objects.latest("seq").verb == "decide"
    move(phase, "F3", "candidate")
    assert faults() == []


def test_the_answers_are_kept_with_the_words_of_the_packet(phase):
    assert decide(phase, "deferred", NO).criteria[1] == {
        "criterion": 2,
        "text": "The crew is cold",
        "triggered": False,
        "source": "person",
        "evidence": "Asked.",
        "runs": [],
    }


def scan(phase, outcome):
    return run(phase, "extra", "make frost", outcome, code="F3")


def test_what_runs_answer_need_nobody(phase):
    one = scan(phase, "pass")
    row = decide(phase, "deferred", NO[1:]).criteria[0]
    assert (row["triggered"], row["source"], row["runs"]) == (False, "runs", [one.key])
    assert row["evidence"].startswith("make frost passed")


def test_what_runs_answer_counts(phase):
    scan(phase, "fail")
    with pytest.raises(Invalid, match=r"A criterion is triggered\. Give the reason to decide deferred"):
        decide(phase, "deferred", NO[1:])
    assert decide(phase, "triggered", NO[1:]).criteria[0]["triggered"]


def test_a_person_may_answer_otherwise_with_a_reason(phase):
    scan(phase, "fail")
    with pytest.raises(Invalid, match="Runs answer criterion 1 otherwise: make frost failed"):
        decide(phase, "deferred", NO)
    row = decide(phase, "deferred", NO, reason="The scan was broken.")
    assert (row.criteria[0]["source"], row.criteria[0]["triggered"], row.reason) == (
        "person",
        False,
        "The scan was broken.",
    )


@pytest.mark.parametrize(
    ("verdict", "criteria", "says"),
    [
        ("deferred", FROZEN, "A criterion is triggered."),
        ("triggered", NO, "No criterion is triggered."),
        ("deferred", NO[:1], "Not every criterion is answered: 2."),
        ("deferred", (), "Not every criterion is answered: 1, 2."),
        ("triggered", FROZEN[:1], "Not every criterion is answered: 2."),
    ],
)
def test_deciding_otherwise_or_early_needs_a_reason(phase, verdict, criteria, says):
    with pytest.raises(Invalid, match=says) as refusal:
        decide(phase, verdict, criteria)
    assert list(refusal.value.fields) == ["reason"]
    assert decide(phase, verdict, criteria, reason="I know.").reason == "I know."


@pytest.mark.parametrize(
    ("criteria", "says"),
    [
        ([Answered(3, True, "x")], "There is no criterion 3: the packet lists criteria 1 to 2"),
        ([Answered(0, True, "x")], "There is no criterion 0"),
        ([NO[0], NO[0]], "Criterion 1 is answered twice"),
        ([Answered(1, True, " ")], "Criterion 1 needs evidence"),
    ],
)
def test_answers_are_to_criteria_and_with_evidence(phase, criteria, says):
    with pytest.raises(Invalid, match=says) as refusal:
        decide(phase, "triggered", criteria)
    assert list(refusal.value.fields) == ["criteria"]


PLAIN = REVIEWED.replace("     trigger_criteria: [make frost fails, The crew is cold],\n", "")


def test_a_slice_without_criteria_is_decided_by_a_text(db):
    phase = reviewed_phase("F3", packet=PLAIN)
    row = judge(phase, "triggered", lead(), "F3", summary="The dome was frozen on Monday.")
    assert (row.criteria, slice_of(phase, "F3").decision) == ([], "triggered")
    with pytest.raises(Invalid, match="There is no criterion 1: the packet lists no criteria"):
        judge(phase, "triggered", lead(), "F3", criteria=NO[:1])


@pytest.mark.parametrize("verdict", ["approve", "ready", "not_ready", "maybe"])
def test_other_words_decide_nothing(phase, verdict):
    with pytest.raises(Invalid, match="is no verdict for F3; it is triggered or deferred"):
        decide(phase, verdict, NO)


@pytest.mark.parametrize(
    ("said", "field"),
    [({"findings": [found()]}, "findings"), ({"scope": ("F1",)}, "scope")],
)
def test_a_decision_takes_no_findings_and_no_scope(phase, said, field):
    with pytest.raises(Invalid, match="Only review and structural slices take") as refusal:
        decide(phase, "deferred", NO, **said)
    assert list(refusal.value.fields) == [field]


def test_a_decision_rechecks_nothing(phase):
    start(phase, "F4")
    finding = judge(phase, "not_ready", findings=[found()]).findings.get()
    with pytest.raises(Invalid, match="take rechecked"):
        decide(phase, "deferred", NO, rechecked=[confirmed(finding)])


def test_watchpoints_belong_to_a_deferral(phase):
    with pytest.raises(Invalid, match="Watchpoints belong to a deferral"):
        decide(phase, "triggered", FROZEN, watchpoints=("It freezes",))


def test_a_deferral_waits_for_assessment_and_products(db):
    phase = reviewed_phase("F3")
    with pytest.raises(Refused, match="F3 cannot be deferred") as refusal:
        decide(phase, "deferred", NO)
    assert [leaf.verb for leaf in refusal.value.unmet] == ["run", "attach"]
    assert not Disposition.objects.exists()


def test_a_trigger_waits_for_neither(db):
    assert decide(reviewed_phase("F3"), "triggered", FROZEN).number == 1


@pytest.mark.parametrize(
    ("status", "decision"), [("planned", ""), ("landed", "triggered"), ("deferred", "deferred")]
)
def test_it_is_decided_while_it_is_open(phase, status, decision):
    Slice.objects.filter(code="F3").update(status=status, decision=decision)
    with pytest.raises(Refused, match="it is decided while it is in progress or a candidate"):
        decide(phase, "triggered", FROZEN)


def test_a_landed_slice_takes_the_decision_that_it_lacks(phase):
    Slice.objects.filter(code="F3").update(status="landed")
    assert decide(phase, "triggered", FROZEN).number == 1


def test_a_landed_slice_goes_back_to_work_before_it_is_deferred(phase):
    Slice.objects.filter(code="F3").update(status="landed")
    with pytest.raises(Refused, match="send it back to work before it is deferred"):
        decide(phase, "deferred", FROZEN, reason="Enough.")


def test_a_candidate_goes_back_to_work_before_it_is_deferred(phase):
    decide(phase, "triggered", FROZEN)
    move(phase, "F3", "candidate")
    with pytest.raises(Refused, match="F3 is a candidate: send it back to work before it is deferred"):
        decide(phase, "deferred", NO)
    move(phase, "F3", "send_back")
    run(phase, "assess", "make assess", code="F3")
    assert decide(phase, "deferred", NO).number == 2
    assert faults() == []


def test_a_candidate_can_be_triggered_again(phase):
    decide(phase, "triggered", FROZEN)
    move(phase, "F3", "candidate")
    assert decide(phase, "triggered", FROZEN).number == 2


@pytest.mark.parametrize("handle", ["@heat", "@dome"])
def test_leads_of_owner_and_backup_decide(phase, handle):
    assert decide(phase, "deferred", NO, lead("lars", handle)).by == "lars"


def test_an_admin_decides(phase):
    assert decide(phase, "deferred", NO, person("ada", "admin")).by == "ada"


def test_nobody_else_decides(phase):
    machine = Actor(kind="token", name="bot", scopes=frozenset({"slices", "gates"}))
    for actor in (lead("lars", "@mirror"), reviewer(), reviewer("rolf", "@heat"), machine, OPERATOR):
        with pytest.raises(Forbidden):
            decide(phase, "deferred", NO, actor)


def why_waits(phase, code):
    turn = next(turn for turn in turns(state_of(phase)) if turn.item.code == code)
    return turn.why


def test_who_waits_for_it_is_told_whose_turn_it_is(phase):
    Slice.objects.filter(code="F2").update(status=Status.LANDED)
    waits = "F3 is waiting for a decision by @heat: triggered or deferred."
    assert why_waits(phase, "F4") == waits
    decide(phase, "deferred", NO)
    assert why_waits(phase, "F4") == ""


def test_each_watchpoint_is_a_concern_of_the_slice(phase):
    row = decide(phase, "deferred", NO, watchpoints=(" It freezes ", "It snows", "It freezes", ""))
    assert row.watchpoints == ["It freezes", "It snows"]
    found = [
        (one.kind, one.text, one.slice.code, one.owner.handle, one.state, one.raised_by)
        for one in Concern.objects.filter(disposition=row)
    ]
    same = ("F3", "@heat", "open", "lena")
    assert found == [("watchpoint", "It freezes", *same), ("watchpoint", "It snows", *same)]
    assert faults() == []


def test_watchpoints_are_optional(phase):
    decide(phase, "deferred", NO)
    assert not Concern.objects.filter(kind="watchpoint").exists()


def test_a_refused_decision_leaves_nothing_behind(phase):
    head = Initiative.objects.get().head
    with pytest.raises(Invalid):
        decide(phase, "deferred", NO[:1], revision="r9")
    assert (Initiative.objects.get().head, slice_of(phase, "F3").round) == (head, None)
