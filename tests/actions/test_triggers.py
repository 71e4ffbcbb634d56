"""Trigger criteria over what was really reported."""

import pytest

from phases.actions.asked import Report, Result
from phases.actions.evidence import retract
from phases.actions.runs import report_runs
from phases.lookups import current
from phases.models import Revision
from phases.permissions import OPERATOR
from phases.rules.criteria import Answer
from phases.snapshot import load
from phases.triggers import answered

SCAN = "dome:gate:scan detects a shutter that stays open"
TWICE = "dome:gate:balance fails twice with one remediation attempt (commit touching D1-owned paths) between"


def copies(run, number):
    """More runs like this one, as many as no page would list."""
    for each in range(1, number + 1):
        run.pk, run.seq = None, run.seq + each
        run._state.adding = True
        run.save()


def report(phase, gate, outcome, revision="", files=None, code="D2"):
    asked = Report(
        suite="extra",
        slice=code,
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


def test_the_remediation_may_be_a_revision_that_the_check_never_ran_for(phase):
    report(phase, "dome:gate:balance", "fail", "aaaa111", ())
    report(phase, "dome:gate:scan", "pass", "bbbb222", ("src/dome/arm.py",))
    report(phase, "dome:gate:balance", "fail", "cccc333", ())
    assert "with bbbb222 between" in answers(phase, TWICE)[0].why


@pytest.mark.parametrize("order", [("bbbb222", "aaaa111", "cccc333"), ("aaaa111", "cccc333", "bbbb222")])
def test_a_remediation_before_or_after_both_failures_is_none(phase, order):
    """bbbb222 is the one that touches; the other two fail."""
    for revision in order:
        fix = revision == "bbbb222"
        gate, files = ("dome:gate:scan", ("src/dome/arm.py",)) if fix else ("dome:gate:balance", ())
        report(phase, gate, "pass" if fix else "fail", revision, files)
    assert answers(phase, TWICE)[0].answer != Answer.TRIGGERED


def test_two_failures_of_one_revision_have_no_remediation_between(phase):
    for _ in range(2):
        report(phase, "dome:gate:balance", "fail", "aaaa111", ("src/dome/arm.py",))
    assert answers(phase, TWICE)[0].answer == Answer.NOT_TRIGGERED


def test_a_pass_between_means_that_the_remediation_worked(phase):
    for revision, outcome in (("aaaa111", "fail"), ("bbbb222", "pass"), ("cccc333", "fail")):
        report(phase, "dome:gate:balance", outcome, revision, ("src/dome/arm.py",))
    assert answers(phase, TWICE)[0].answer == Answer.NOT_TRIGGERED


def test_a_recorded_fix_is_a_remediation(phase):
    report(phase, "dome:gate:balance", "fail", "aaaa111", ())
    report(phase, "dome:gate:balance", "fail", "bbbb222", ())
    Revision.objects.filter(sha="bbbb222").update(fixes={"D1": "finding:3"})
    assert answers(phase, TWICE)[0].answer == Answer.TRIGGERED


def test_a_code_that_another_begins_with_is_not_meant(phase):
    report(phase, "dome:gate:balance", "fail", "aaaa111", ())
    report(phase, "dome:gate:balance", "fail", "bbbb222", ())
    Revision.objects.filter(sha="bbbb222").update(touches=["D10", "d1"])
    assert answers(phase, TWICE)[0].answer == Answer.NOT_TRIGGERED


def test_where_no_slice_is_concerned_any_newer_revision_is_a_remediation(phase):
    for revision in ("aaaa111", "bbbb222"):
        report(phase, "dome:gate:balance", "fail", revision, ("docs/x.md",), code="")
    plain = "dome:gate:balance fails twice with one remediation between"
    assert answers(phase, plain)[0].answer == Answer.TRIGGERED


def test_a_failure_without_a_revision_is_remedied_only_by_what_was_known_later(phase):
    report(phase, "dome:gate:scan", "pass", "aaaa111", ("src/dome/arm.py",))
    report(phase, "dome:gate:balance", "fail")
    report(phase, "dome:gate:balance", "fail", "aaaa111")
    assert answers(phase, TWICE)[0].answer == Answer.NOT_TRIGGERED
    report(phase, "dome:gate:balance", "fail", "bbbb222", ("src/dome/arm.py",))
    assert answers(phase, TWICE)[0].answer == Answer.TRIGGERED


def test_a_late_failure_stands_where_its_revision_does(phase):
    for revision in ("aaaa111", "bbbb222"):
        report(phase, "dome:gate:scan", "pass", revision, ())
    report(phase, "dome:gate:scan", "fail", "aaaa111")
    assert answers(phase, SCAN)[0].answer == Answer.NOT_TRIGGERED


def test_what_only_a_person_can_answer_costs_no_query(phase, django_assert_num_queries):
    state = load(current(phase))
    with django_assert_num_queries(0):
        assert answered(phase, state, ["The night was lost."])[0].answer == Answer.PERSON


@pytest.mark.parametrize("gate", ["dome:gate:scan", "dome:gate:balance"])
def test_no_number_of_passes_hides_what_failed_before(phase, gate):
    for revision in ("aaaa111", "bbbb222"):
        report(phase, "dome:gate:balance", "fail", revision, ("src/dome/arm.py",))
    copies(report(phase, gate, "pass", "bbbb222"), 600)
    assert answers(phase, TWICE)[0].answer == Answer.TRIGGERED


def test_no_number_of_later_failures_hides_a_pair(phase):
    for revision in ("aaaa111", "bbbb222"):
        run = report(phase, "dome:gate:balance", "fail", revision, ("src/dome/arm.py",))
    copies(run, 600)
    found = answers(phase, TWICE)[0]
    assert (found.answer, [proof.revision for proof in found.runs]) == (
        Answer.TRIGGERED,
        ["aaaa111", "bbbb222"],
    )


def test_failures_are_counted_however_many_there_are(phase):
    copies(report(phase, "dome:gate:balance", "fail", "aaaa111", ()), 600)
    assert "failed in 601 of 601 runs" in answers(phase, TWICE)[0].why


@pytest.mark.parametrize("number", [2, 40])
def test_two_queries_are_enough(phase, number, django_assert_num_queries):
    for each in range(number):
        report(phase, "dome:gate:balance", "fail", f"aaaa{each:03}", ("src/dome/arm.py",))
        report(phase, "dome:gate:scan", "pass", f"aaaa{each:03}")
    state = load(current(phase))
    with django_assert_num_queries(2):
        found = answered(phase, state, [TWICE, SCAN, TWICE])
    assert [one.answer.value for one in found] == ["triggered", "not_triggered", "triggered"]


def test_each_criterion_is_held_against_the_slice_that_it_names(phase):
    for revision in ("aaaa111", "bbbb222"):
        report(phase, "dome:gate:balance", "fail", revision, ("src/dome/arm.py",))
    found = answers(phase, TWICE.replace("D1", "D2"), TWICE, "dome:gate:balance fails")
    assert [one.answer.value for one in found] == ["not_triggered", "triggered", "triggered"]
