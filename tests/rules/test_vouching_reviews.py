"""What can be vouched for on review and structural slices, and from when it counts."""

import pytest

from phases.rules.freshness import Badge, badge, why, why_not_vouchable

from .states import a_finding, a_gate, a_phase, a_review, a_round, a_run, a_slice

GREEN, IMPACTED = "re_review_green", "impacted_suites_green"
ROUND = a_round("approve", 2, reviewed="D1 D2")
"""Its ledger entry is 20."""


def gate(text=GREEN, seq=None, suite="closure", **columns):
    return a_gate(suite, text, run=a_run(seq=seq, source="person") if seq else None, **columns)


def phase(one, *findings, slices=(), **columns):
    columns = {"round": ROUND} | columns
    others = slices or (a_slice("D1", "landed"), a_slice("D2", "landed"))
    return a_phase(*others, a_review(*findings, gates=(one,), **columns))


def judged(one, *findings, **columns):
    state = phase(one, *findings, **columns)
    item = state.slices["D5"]
    return badge(state, item, one), why(state, item, one), why_not_vouchable(state, item, one)


def test_after_an_approval_it_can_be_vouched_for():
    found, sentence, why_not = judged(gate())
    assert (found, why_not) == (Badge.NEVER, "")
    assert sentence == "D5 closure: re_review_green has not been attested."


@pytest.mark.parametrize(("seq", "found"), [(19, Badge.STALE), (21, Badge.PASSED)])
def test_it_counts_from_the_latest_round_on(seq, found):
    assert judged(gate(seq=seq))[0] == found


def test_it_says_that_it_came_too_early():
    assert judged(gate(seq=5))[1] == (
        "D5 closure: re_review_green passed at r1, but it was vouched for before round 2 of D5."
    )


BEFORE = [
    ({"round": None}, (), "D5 has not been reviewed yet."),
    ({"round": a_round("not_ready", 2)}, (), "Round 2 by rita says that D5 is not ready."),
    ({"round": a_round("approve_with_changes", 2)}, (a_finding("fixed"),), "1 finding is not closed."),
]


@pytest.mark.parametrize(("columns", "findings", "says"), BEFORE)
def test_until_the_latest_round_approves_nobody_can(columns, findings, says):
    found, sentence, why_not = judged(gate(), *findings, **columns)
    assert found == Badge.NEVER
    assert why_not.endswith(says)
    assert (
        sentence
        == f"D5 closure: re_review_green has not been attested. It can be once this is settled: {why_not}"
    )


@pytest.mark.parametrize(("columns", "findings", "says"), BEFORE)
def test_what_was_vouched_for_does_not_count_meanwhile(columns, findings, says):
    found, sentence, _ = judged(gate(seq=30), *findings, **columns)
    assert found == Badge.STALE
    assert "that does not count now: " in sentence
    assert sentence.endswith(says)


def test_a_structural_slice_is_no_different():
    assert judged(gate(seq=19), kind="structural")[0] == Badge.STALE
    assert judged(gate(), kind="structural", round=None)[2] == "D5 has not been reviewed yet."


@pytest.mark.parametrize("kind", ["build", "docs", "conditional", "readiness"])
def test_other_kinds_are_vouched_for_at_any_time(kind):
    assert judged(gate(seq=5), kind=kind, round=None)[0] == Badge.PASSED
    assert judged(gate(), kind=kind, round=None)[2] == ""


def test_a_command_of_a_review_runs_at_any_time():
    found, _, why_not = judged(gate("make review", seq=5), round=None)
    assert (found, why_not) == (Badge.PASSED, "")


def test_the_phase_exit_is_vouched_for_at_any_time():
    one = gate(suite="phase_exit", seq=5)
    state = a_phase(a_review(), exit_gates=(one,))
    assert (why_not_vouchable(state, None, one), badge(state, None, one)) == ("", Badge.PASSED)


def test_a_failed_attestation_is_failed_whenever_it_came():
    one = a_gate("closure", GREEN, run=a_run("fail", seq=5))
    assert judged(one)[0] == Badge.FAILED


def scoped(*gates, code="D1", **columns):
    return a_slice(code, "landed", gates=gates, **columns), a_slice("D2", "landed")


RED = a_run("fail")


@pytest.mark.parametrize(
    ("gates", "says"),
    [
        ((a_gate("quick", run=a_run()),), ""),
        ((a_gate("quick", run=RED),), "D1 quick: make check is failed."),
        ((a_gate("full"),), "D1 full: make check is never run."),
        ((a_gate("closure", run=RED), a_gate("assess", run=RED), a_gate("acceptance", "is_dry")), ""),
        ((a_gate("quick", "is_green"),), "D1 quick: is_green is never run."),
    ],
)
def test_impacted_suites_are_the_quick_and_full_ones_of_what_was_reviewed(gates, says):
    assert judged(gate(IMPACTED), slices=scoped(*gates))[2] == says


def test_what_was_not_reviewed_is_not_impacted():
    slices = (*scoped(), a_slice("D3", gates=(a_gate("quick", run=RED),)))
    assert judged(gate(IMPACTED), slices=slices)[2] == ""


def test_a_slice_that_the_packet_dropped_is_not_impacted():
    assert judged(gate(IMPACTED), round=a_round("approve", 2, reviewed="D0 D1 D2"))[2] == ""


def test_only_those_that_speak_of_impact_wait_for_it():
    slices = scoped(a_gate("quick", run=RED))
    assert judged(gate(), slices=slices)[2] == ""
    assert judged(gate(IMPACTED, seq=30), slices=slices)[0] == Badge.STALE


def test_a_waived_gate_of_what_was_reviewed_is_good_enough():
    red = a_gate("quick", run=RED)
    one = gate(IMPACTED)
    item = a_review(gates=(one,), round=ROUND)
    state = a_phase(*scoped(red), item, waived=red.key)
    assert why_not_vouchable(state, item, one) == ""


def test_a_review_in_the_scope_of_another_does_not_wait_for_it_in_turn():
    other = a_review(code="D1", gates=(a_gate("quick", "is_green"),), needs="")
    assert judged(gate(IMPACTED), slices=(other, a_slice("D2")))[2] == ""


def test_it_is_asked_once_for_a_snapshot():
    one = gate(IMPACTED)
    state = phase(one)
    for _ in range(2):
        why_not_vouchable(state, state.slices["D5"], one)
    assert state.impacted == {"D5": ""}
