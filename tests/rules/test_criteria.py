"""Trigger criteria answered by runs."""

import pytest

from phases.rules.criteria import Answer, PastRun, asked, is_named, judge
from phases.rules.state import GateState, RunState
from phases.rules.touching import Mention

from .states import NOON, a_phase, a_slice

TWICE = "lens:gate:focus fails twice with one remediation attempt (commit touching D1-owned paths) between"


def gate(text="npm run lens:gate:focus", suite="extra", run=None):
    return GateState(7, "gate:D4/extra/00000000", suite, text, "command", run=run)


def past(outcome, place, seq=0):
    return PastRun(place, 7, outcome, place, seq or place, f"rev{place}")


def answer(text, *runs, gates=None, mentions=()):
    slices = [a_slice("D1", paths=("src/lens.py",)), a_slice("D4", gates=gates or (gate(),))]
    return judge(a_phase(*slices), [text], {7: runs}, mentions)[0]


@pytest.mark.parametrize(
    ("text", "name", "twice"),
    [
        ("lens:gate:scan detects a hot pixel", "lens:gate:scan", False),
        ("make dome-test fails", "make dome-test", False),
        ("`make dome-test` fails twice with one remediation between", "make dome-test", True),
    ],
)
def test_a_named_check_can_be_computed(text, name, twice):
    check = asked(a_phase(), text)
    assert (check.name, check.twice) == (name, twice)


@pytest.mark.parametrize(
    "text", ["The observers lose a night", "Somebody fails to answer", "make scan counts more than five"]
)
def test_anything_else_is_for_a_person(text):
    assert answer(text, past("fail", 1)).answer == Answer.PERSON


def test_a_check_is_named_by_its_whole_text_or_by_one_word_of_it():
    assert is_named("npm run lens:gate:focus", "lens:gate:focus")
    assert is_named("nice make dome-test", "make dome-test")
    assert not is_named("npm run lens:gate:focus-all", "lens:gate:focus")


def test_no_run_is_unknown():
    found = answer("lens:gate:focus fails")
    assert found.answer == Answer.UNKNOWN
    assert "No run of lens:gate:focus" in found.why


def test_the_latest_run_decides_and_is_the_proof():
    found = answer("lens:gate:focus detects drift", past("pass", 1), past("fail", 2))
    assert (found.answer, found.runs) == (Answer.TRIGGERED, (past("fail", 2),))
    assert answer("lens:gate:focus fails", past("fail", 1), past("pass", 2)).answer == Answer.NOT_TRIGGERED


def test_a_late_pass_for_an_older_revision_does_not_decide():
    assert answer("lens:gate:focus fails", past("fail", 2, 5), past("pass", 1, 9)).answer == Answer.TRIGGERED


def test_a_pass_that_went_stale_is_unknown():
    run = RunState(1, "pass", 1, 1, "rev1", "ci", "token", NOON)
    slices = [a_slice("D4", gates=(gate(run=run),), reset="reopen", reset_seq=5)]
    assert (
        judge(a_phase(*slices), ["lens:gate:focus fails"], {7: [past("pass", 1)]}, [])[0].answer == "unknown"
    )


def test_two_failures_with_a_remediation_between_trigger():
    fix = Mention("rev2", 2, ("src/lens.py",))
    found = answer(TWICE, past("fail", 1), past("fail", 2), mentions=[fix])
    assert (found.answer, found.runs) == (Answer.TRIGGERED, (past("fail", 1), past("fail", 2)))
    assert "rev2" in found.why


@pytest.mark.parametrize(
    "mention",
    [
        Mention("rev2", 2, ("docs/other.md",)),
        Mention("rev1", 1, ("src/lens.py",)),
        Mention("rev9", 9, ("src/lens.py",)),
    ],
    ids=["other files", "not after the first", "after the second"],
)
def test_without_a_remediation_between_they_do_not(mention):
    assert answer(TWICE, past("fail", 1), past("fail", 2), mentions=[mention]).answer == Answer.NOT_TRIGGERED


def test_a_recorded_fix_is_a_remediation():
    fix = Mention("rev2", 2, fixes={"D1": "finding:3"})
    assert answer(TWICE, past("fail", 1), past("fail", 2), mentions=[fix]).answer == Answer.TRIGGERED


def test_a_pass_between_means_that_the_remediation_worked():
    fix = Mention("rev2", 2, ("src/lens.py",))
    runs = (past("fail", 1), past("pass", 2), past("fail", 3))
    assert answer(TWICE, *runs, mentions=[fix]).answer == Answer.NOT_TRIGGERED


def test_one_failure_is_not_twice():
    found = answer(TWICE, past("fail", 1))
    assert (found.answer, found.runs) == (Answer.NOT_TRIGGERED, (past("fail", 1),))


def test_criteria_are_numbered_from_one():
    state = a_phase(a_slice("D4"))
    assert [one.number for one in judge(state, ["a", "b"], {}, [])] == [1, 2]


def test_a_gate_without_any_mark_in_its_name_is_a_check_too():
    gates = (gate("make all"),)
    assert answer("make all fails", past("fail", 1), gates=gates).answer == Answer.TRIGGERED
    assert answer("make some fails", past("fail", 1), gates=gates).answer == Answer.PERSON
