"""Reporting what gates did."""

from dataclasses import replace

import pytest

from phases.actions.asked import Report, Result
from phases.actions.evidence import retract
from phases.actions.runs import report_runs
from phases.errors import Invalid, Mismatch
from phases.models import Event, Gate, GateRun, Log
from phases.permissions import OPERATOR, Actor

from .conftest import PACKET, bring

CI = Actor(kind="token", name="ci-main", scopes=frozenset({"gates"}))
SUITES = """
  - id: D4
    title: Closing of the dome
    owner: '@dome'
    depends_on: [D1]
    gates:
      closure: [make seal, make lock, dome_is_dry]
      mandatory_before_next: [make before-next]
      mandatory_before_D6: [make before-d6]
  - {id: D5, title: Lights, owner: '@dome', depends_on: [D4]}
  - {id: D6, title: Heat, owner: '@dome', depends_on: [D4]}
gates:
  phase_exit:
    full: [make exit]
"""
QUICK = Report(suite="quick", slice="D1", outcome="pass")


def report(phase, actor=CI, key="", **fields):
    return report_runs(actor=actor, phase=phase, report=Report(**fields), key=key)


def quick(phase, **fields):
    return report_runs(actor=CI, phase=phase, report=replace(QUICK, **fields)).runs[0]


@pytest.fixture
def suites(phase):
    """The phase with more suites."""
    bring(PACKET + SUITES)
    return phase


def texts(reported):
    return [run.gate.text for run in reported.runs]


def test_a_run_keeps_what_was_reported(phase):
    said = {"branch": "dome", "url": "https://ci.example.org/7", "note": "retried once"}
    run = quick(phase, revision="r1", changed_files=("src/dome/a.py",), **said)
    run.refresh_from_db()
    assert (run.by, run.source, run.outcome, run.revision, run.place) == ("ci-main", "token", "pass", "r1", 1)
    assert {name: getattr(run, name) for name in said} == said
    assert run.files == ["src/dome/a.py"]


def test_a_run_is_one_entry_of_the_ledger(phase):
    run = quick(phase, note="green")
    event = Event.objects.get(seq=run.seq)
    assert (event.verb, event.target, event.slice, event.note) == ("report", run.key, "D1", "green")
    assert (event.after["outcome"], event.after["suite"]) == ("pass", "quick")


def test_the_latest_run_is_the_last_one(phase):
    quick(phase)
    run = quick(phase, outcome="fail")
    assert Gate.objects.get(suite="quick", slice__code="D1").latest_run == run


def test_a_late_pass_does_not_become_the_latest_run(phase):
    quick(phase, revision="r1")
    failed = quick(phase, revision="r2", outcome="fail")
    assert quick(phase, revision="r1").late
    assert Gate.objects.get(suite="quick", slice__code="D1").latest_run == failed


def test_a_run_without_a_revision_is_for_the_newest(phase):
    quick(phase, revision="r1")
    quick(phase, revision="r2")
    run = quick(phase)
    assert (run.revision, run.place, run.late) == ("r2", 2, False)


def test_an_outcome_speaks_for_every_command_of_the_suite(suites):
    done = report(suites, suite="closure", slice="D4", outcome="pass")
    assert texts(done) == ["make seal", "make lock"]
    assert done.skipped == ["dome_is_dry"]


def test_a_list_speaks_for_each_gate_it_names(suites):
    key = Gate.objects.get(text="make lock").digest[:8]
    results = (Result("make seal", "fail"), Result(f"gate:D4/closure/{key}", "pass"))
    done = report(suites, suite="closure", slice="D4", results=results)
    assert [(run.gate.text, run.outcome) for run in done.runs] == [
        ("make seal", "fail"),
        ("make lock", "pass"),
    ]


def test_the_phase_exit_belongs_to_the_phase(suites):
    run = report(suites, suite="phase_exit", outcome="pass").runs[0]
    assert (run.slice, run.gate.text) == (None, "make exit")
    with pytest.raises(Invalid, match="leave the slice out"):
        report(suites, suite="phase_exit", slice="D1", outcome="pass")


@pytest.mark.parametrize(
    ("suite", "ran"),
    [
        ("mandatory_before", ["make before-next", "make before-d6"]),
        ("mandatory_before_D6", ["make before-d6"]),
        ("mandatory_before_D5", ["make before-next"]),
        ("mandatory_before_next", ["make before-next"]),
    ],
)
def test_a_suite_before_one_slice_speaks_only_for_that(suites, suite, ran):
    assert texts(report(suites, suite=suite, slice="D4", outcome="pass")) == ran


def test_a_suite_before_a_slice_that_it_does_not_hold_up_is_unknown(suites):
    with pytest.raises(Invalid, match="D4 has no mandatory_before_D1 suite"):
        report(suites, suite="mandatory_before_D1", slice="D4", outcome="pass")


def test_a_result_may_bring_its_own_log(suites):
    results = (Result("make seal", "pass", log="own", duration_ms=1500), Result("make lock", "pass"))
    done = report(suites, suite="closure", slice="D4", results=results, log="shared")
    assert [(run.log.text, run.duration_ms) for run in done.runs] == [("own", 1500), ("shared", None)]


def test_runs_that_printed_the_same_share_a_log(suites):
    report(suites, suite="closure", slice="D4", outcome="pass", log="green")
    report(suites, suite="closure", slice="D4", outcome="pass", log="green")
    assert Log.objects.count() == 1


def extra(phase, *names, slice=""):
    results = tuple(Result(name, "fail") for name in names)
    return report(phase, suite="extra", slice=slice, results=results).runs


def test_an_extra_command_is_kept_once(phase):
    first, again = extra(phase, "make scan")[0], extra(phase, "make scan")[0]
    assert first.gate == again.gate
    named = extra(phase, f"gate:/extra/{first.gate.digest[:8]}")[0]
    assert named.gate == first.gate
    assert extra(phase, "make scan", slice="D1")[0].gate != first.gate


def test_the_same_key_answers_the_same_run(phase):
    first = report_runs(actor=CI, phase=phase, report=QUICK, key="build-7")
    again = report_runs(actor=CI, phase=phase, report=QUICK, key="build-7")
    assert (first.is_new, again.is_new) == (True, False)
    assert [run.key for run in again.runs] == [run.key for run in first.runs]
    assert GateRun.objects.count() == 1


def test_a_key_answers_also_what_was_skipped(suites):
    for _ in range(2):
        done = report(suites, suite="closure", slice="D4", outcome="pass", key="build-7")
    assert done.skipped == ["dome_is_dry"]


def test_the_same_key_with_another_report_is_refused(phase):
    report_runs(actor=CI, phase=phase, report=QUICK, key="build-7")
    with pytest.raises(Mismatch):
        report_runs(actor=CI, phase=phase, report=replace(QUICK, outcome="fail"), key="build-7")


def test_keys_belong_to_who_sent_them(phase):
    for actor in (CI, OPERATOR):
        assert report_runs(actor=actor, phase=phase, report=QUICK, key="build-7").is_new


def test_a_key_still_answers_a_run_that_was_retracted(phase):
    run = report_runs(actor=CI, phase=phase, report=QUICK, key="build-7").runs[0]
    retract(actor=CI, phase=phase, evidence=run.key, reason="wrong branch")
    (again,) = report_runs(actor=CI, phase=phase, report=QUICK, key="build-7").runs
    assert again.retracted


def attest(phase, actor):
    return report(phase, actor, suite="closure", slice="D4", results=(Result("dome_is_dry", "pass"),))


def test_a_lead_attests_for_their_owner(suites, lead):
    run = attest(suites, lead).runs[0]
    assert (run.source, run.by) == ("person", "dora")
    assert Event.objects.get(seq=run.seq).verb == "attest"
