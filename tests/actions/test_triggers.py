"""Trigger criteria over what was really reported."""

import pytest

from phases.actions.asked import Report, Result
from phases.actions.evidence import retract
from phases.actions.runs import report_runs
from phases.lookups import current
from phases.permissions import OPERATOR
from phases.rules.criteria import Answer
from phases.snapshot import load
from phases.triggers import answered

SCAN = "dome:gate:scan detects a shutter that stays open"
TWICE = "dome:gate:balance fails twice with one remediation attempt (commit touching D1-owned paths) between"


def report(phase, gate, outcome, revision="", files=None):
    asked = Report(
        suite="extra",
        slice="D2",
        results=(Result(f"npm run {gate}", outcome),),
        revision=revision,
        changed_files=files,
    )
    return report_runs(actor=OPERATOR, phase=phase, report=asked).runs[0]


def answers(phase, *texts):
    return answered(phase, load(current(phase)), texts)


def test_runs_of_a_command_that_no_packet_asks_for_answer_a_criterion(phase):
    run = report(phase, "dome:gate:scan", "fail")
    found = answers(phase, SCAN)[0]
    assert (found.answer, [proof.id for proof in found.runs]) == (Answer.TRIGGERED, [run.pk])


def test_a_retracted_run_proves_nothing(phase):
    run = report(phase, "dome:gate:scan", "fail")
    retract(actor=OPERATOR, phase=phase, evidence=run.key, reason="wrong machine")
    assert answers(phase, SCAN)[0].answer == Answer.UNKNOWN


@pytest.mark.parametrize(
    ("files", "answer"), [(("src/dome/arm.py",), Answer.TRIGGERED), (("docs/x.md",), Answer.NOT_TRIGGERED)]
)
def test_only_a_revision_of_the_slice_concerned_is_a_remediation(phase, files, answer):
    report(phase, "dome:gate:balance", "fail", "aaaa111", ())
    report(phase, "dome:gate:balance", "fail", "bbbb222", files)
    assert answers(phase, TWICE)[0].answer == answer


def test_a_late_failure_stands_where_its_revision_does(phase):
    for revision in ("aaaa111", "bbbb222"):
        report(phase, "dome:gate:scan", "pass", revision, ())
    report(phase, "dome:gate:scan", "fail", "aaaa111")
    assert answers(phase, SCAN)[0].answer == Answer.NOT_TRIGGERED


def test_what_only_a_person_can_answer_costs_no_query(phase, django_assert_num_queries):
    state = load(current(phase))
    with django_assert_num_queries(0):
        assert answered(phase, state, ["The night was lost."])[0].answer == Answer.PERSON


def test_two_queries_are_enough(phase, django_assert_num_queries):
    for number in range(20):
        report(phase, "dome:gate:balance", "fail", f"aaaa{number:03}", ("src/dome/arm.py",))
    state = load(current(phase))
    with django_assert_num_queries(2):
        assert answered(phase, state, [TWICE, SCAN])[0].answer == Answer.TRIGGERED
