"""Trigger criteria answered by runs."""

import pytest

from phases.rules.criteria import Answer, History, Pair, PastRun, asked, is_named, judge
from phases.rules.state import GateState, RunState, Touch

from .states import NOON, a_phase, a_slice

BETWEEN = "fails twice with one remediation between"
TWICE = "lens:gate:focus fails twice with one remediation attempt (commit touching D1-owned paths) between"
ONCE = "lens:gate:focus fails"


def gate(text="npm run lens:gate:focus", suite="extra", run=None, kind="command"):
    return GateState(7, "gate:D4/extra/00000000", suite, text, kind, run=run)


def past(outcome, place, seq=0):
    return PastRun(place, 7, outcome, place, seq or place, f"rev{place}" if place else "")


def history(*runs, pair=None):
    """Of these runs, oldest first; a pair has its remediation at the second failure."""
    failed = sum(run.outcome == "fail" for run in runs)
    return History(runs, len(runs) - failed, failed, pair)


def a_state(*gates, slices=(), **columns):
    return a_phase(a_slice("D1"), a_slice("D4", gates=gates or (gate(),), **columns), *slices)


def answer(text, *runs, pair=None, state=None):
    return judge(state or a_state(), [text], {1: history(*runs, pair=pair)} if runs else {})[0]


@pytest.mark.parametrize(
    ("text", "name", "twice", "code"),
    [
        ("lens:gate:scan detects a hot pixel", "lens:gate:scan", False, ""),
        ("tools/scan.sh fails.", "tools/scan.sh", False, ""),
        (f"`npm run lens:gate:focus` {BETWEEN}", "npm run lens:gate:focus", True, ""),
        (f"lens:gate:focus {BETWEEN} the failures.", "lens:gate:focus", True, ""),
        (TWICE, "lens:gate:focus", True, "D1"),
        (TWICE.replace(" paths)", " paths plus one rerun of that gate)"), "lens:gate:focus", True, "D1"),
    ],
)
def test_a_named_check_can_be_computed(text, name, twice, code):
    check = asked(a_state(), text)
    assert (check.name, check.twice, check.code) == (name, twice, code)


@pytest.mark.parametrize(
    "text",
    [
        "The observers lose a night",
        "Somebody fails to answer",
        "An end-to-end test fails in production",
        "make scan fails",
        "Note: detects",
        "lens:gate:focus fails three times in a row",
        "lens:gate:focus fails twice",
        "lens:gate:focus fails twice within 24 hours",
        f"lens:gate:focus {BETWEEN} on main",
        "lens:gate:focus fails twice with one remediation (within a day) between",
        "lens:gate:focus fails twice with one remediation",
        "lens:gate:focus never fails",
        "lens:gate:focus no longer fails",
        "lens:gate:focus does not fail",
        "lens:gate:focus detects no drift",
        "If lens:gate:focus fails",
        TWICE.replace("D1", "D9"),
    ],
)
def test_anything_else_is_for_a_person(text):
    assert answer(text, past("fail", 1)).answer == Answer.PERSON


def test_a_negation_is_no_name_even_where_a_gate_has_that_word():
    assert asked(a_state(gate("say never")), "never fails") is None


def test_a_check_is_named_by_its_whole_text_its_ending_or_one_word_of_it():
    assert is_named("npm run lens:gate:focus", "lens:gate:focus")
    assert is_named("nice make dome-test", "make dome-test")
    assert is_named("make dome-test now", "dome-test")
    assert not is_named("npm run lens:gate:focus-all", "lens:gate:focus")
    assert not is_named("make dome-test", "make")


def test_a_gate_without_any_mark_in_its_name_is_a_check_too():
    state = a_state(gate("make all"))
    assert answer("make all fails", past("fail", 1), state=state).answer == Answer.TRIGGERED
    assert answer("all fails", past("fail", 1), state=state).answer == Answer.TRIGGERED


def test_a_plain_word_of_several_different_gates_names_none():
    assert asked(a_state(gate("make all"), gate("tox all")), "all fails") is None


def test_no_run_is_unknown():
    for text in (ONCE, TWICE):
        found = answer(text)
        assert (found.answer, found.why) == (Answer.UNKNOWN, "No run of lens:gate:focus counts so far.")


def test_the_latest_run_decides_and_is_the_proof():
    found = answer("lens:gate:focus detects drift", past("pass", 1), past("fail", 2))
    assert (found.answer, found.runs) == (Answer.TRIGGERED, (past("fail", 2),))
    assert answer(ONCE, past("fail", 1), past("pass", 2)).answer == Answer.NOT_TRIGGERED


@pytest.mark.parametrize("text", [ONCE, TWICE])
@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"reset": "reopen", "reset_seq": 5}, "D4 was reopened after that"),
        ({"reset": "send_back", "reset_seq": 5}, "D4 was sent back after that"),
        ({"touched": Touch(2, "rev2", "a", 2)}, "rev2 is newer and touches D4"),
        ({"fixed": Touch(2, "rev2", "finding:3", 2)}, "rev2 is newer and fixes a finding in D4"),
    ],
)
def test_a_pass_that_went_stale_is_unknown(text, columns, why):
    found = answer(text, past("pass", 1), state=a_state(**columns))
    assert (found.answer, found.runs) == (Answer.UNKNOWN, (past("pass", 1),))
    assert found.why == f"lens:gate:focus passed at rev1, but {why}: run it again."


def test_a_pass_without_a_revision_does_not_say_that_another_is_newer():
    found = answer(ONCE, past("pass", 0, 9), state=a_state(touched=Touch(2, "rev2", "a", 2)))
    assert found.answer == Answer.UNKNOWN
    assert "rev2 may be newer: no revision was named, and it touches D4" in found.why


def test_a_pass_for_the_revision_that_touches_counts():
    state = a_state(touched=Touch(2, "rev2", "a", 2))
    assert answer(ONCE, past("pass", 2), state=state).answer == Answer.NOT_TRIGGERED


def test_the_slice_that_the_text_names_makes_a_pass_stale_too():
    state = a_phase(a_slice("D1", touched=Touch(2, "rev2", "a", 2)), a_slice("D4", gates=(gate(),)))
    assert answer(TWICE, past("pass", 1), state=state).answer == Answer.UNKNOWN
    assert answer(ONCE, past("pass", 1), state=state).answer == Answer.NOT_TRIGGERED


def test_a_scan_of_the_whole_phase_goes_stale_with_any_slice():
    state = a_phase(a_slice("D1", touched=Touch(2, "rev2", "a", 2)), extra_gates=(gate(),))
    assert answer(ONCE, past("pass", 1), state=state).answer == Answer.UNKNOWN
    assert answer(ONCE, past("pass", 2), state=state).answer == Answer.NOT_TRIGGERED


def test_an_exit_gate_goes_stale_as_it_does_elsewhere():
    run = RunState(1, "pass", 1, 1, "rev1", "ci", "token", NOON)
    attested = gate("lens:gate:focus", "phase_exit", run, "attestation")
    touched = a_slice("D1", touched=Touch(2, "rev2", "a", 2))
    state = a_phase(touched, exit_gates=(attested,))
    assert answer(ONCE, past("pass", 1), state=state).answer == Answer.UNKNOWN


def test_an_attestation_outlives_a_change_of_the_files():
    state = a_state(gate("lens:gate:focus", kind="attestation"), touched=Touch(2, "rev2", "a", 2))
    assert answer(ONCE, past("pass", 1), state=state).answer == Answer.NOT_TRIGGERED


def test_two_failures_with_a_remediation_between_trigger_whatever_came_after():
    pair = Pair(past("fail", 1), past("fail", 2), "rev2")
    found = answer(TWICE, past("fail", 1), past("fail", 2), past("pass", 3), pair=pair)
    assert (found.answer, found.runs) == (Answer.TRIGGERED, (past("fail", 1), past("fail", 2)))
    assert found.why == "lens:gate:focus failed at rev1 and again at rev2, with rev2 between."


def test_failures_without_a_remediation_are_not_twice():
    found = answer(TWICE, past("pass", 1), past("fail", 2), past("fail", 3))
    assert (found.answer, found.runs) == (Answer.NOT_TRIGGERED, (past("fail", 2), past("fail", 3)))
    assert "failed in 2 of 3 runs, not twice in a row" in found.why


def test_one_failure_is_not_twice():
    found = answer(TWICE, past("fail", 1))
    assert (found.answer, found.runs) == (Answer.NOT_TRIGGERED, (past("fail", 1),))


def test_a_failure_with_a_remediation_but_no_run_since_is_unknown():
    found = answer(TWICE, past("fail", 1), state=a_state(touched=Touch(2, "rev2", "a", 2)))
    assert found.answer == Answer.UNKNOWN
    assert found.why == "lens:gate:focus failed at rev1, but rev2 is newer and touches D4: run it again."


def test_a_check_that_passed_only_is_not_triggered():
    assert answer(TWICE, past("pass", 1)).why == "lens:gate:focus has not failed in 1 run."


def test_criteria_are_numbered_from_one():
    assert [one.number for one in judge(a_state(), ["a", "b"], {})] == [1, 2]
