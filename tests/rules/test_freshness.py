"""Whether evidence still counts, and the sentence that says why not."""

from dataclasses import replace

import pytest

from phases.rules import freshness
from phases.rules.freshness import Badge, badge, gate_leaf, is_due_again, why
from phases.rules.state import Closed, LeafState, Touch
from phases.rules.wording import label, quoted, short

from .states import a_gate, a_phase, a_run, a_slice

PASS, FAIL = a_run(place=1, seq=5), a_run("fail", place=1, seq=5)
COMMAND = a_gate(run=PASS)
ATTESTED = a_gate("acceptance", "dome_is_dry", run=PASS._replace(source="person"))


def judged(gate, *others, waived="", **columns):
    """Badge and sentence of a gate of D1, which declares `src`."""
    item = a_slice("D1", "in_progress", gates=(gate,), paths=columns.pop("paths", ("src",)), **columns)
    state = a_phase(item, *others, waived=waived)
    return badge(state, item, gate), why(state, item, gate)


def test_a_gate_that_never_ran_says_so():
    assert judged(a_gate()) == (Badge.NEVER, "D1 quick: make check has never run.")


def test_an_attestation_that_nobody_vouched_for_says_so():
    never = a_gate("acceptance", "dome_is_dry")
    assert judged(never) == (Badge.NEVER, "D1 acceptance: dome_is_dry has not been attested.")


def test_a_gate_that_stands_for_another_names_it():
    new = a_gate(text="make check-all", replaces="make check")
    assert judged(new) == (
        Badge.NEVER,
        "D1 quick: make check-all has never run; it replaces make check, whose runs no longer count.",
    )


def test_a_pass_names_revision_and_reporter():
    assert judged(COMMAND) == (Badge.PASSED, "D1 quick: make check passed at r1, reported by ci-main.")


def test_a_pass_without_a_revision_names_none():
    run = a_run(place=0)
    assert judged(a_gate(run=run))[1] == "D1 quick: make check passed, reported by ci-main."


def test_a_failure_brings_its_note():
    run = a_run("fail", note="two tests\nfell over.")
    assert judged(a_gate(run=run)) == (
        Badge.FAILED,
        "D1 quick: make check failed at r1, reported by ci-main: two tests fell over.",
    )


@pytest.mark.parametrize("gate", [COMMAND, ATTESTED])
@pytest.mark.parametrize(("verb", "said"), [("send_back", "sent back"), ("reopen", "reopened")])
def test_going_back_to_work_makes_every_pass_stale(gate, verb, said):
    found, sentence = judged(gate, reset=verb, reset_seq=6)
    assert found == Badge.STALE
    assert sentence.endswith(f"passed at r1, but D1 was {said} after that.")


def test_a_run_after_going_back_counts():
    assert judged(COMMAND, reset="reopen", reset_seq=4)[0] == Badge.PASSED


@pytest.mark.parametrize("gate", [COMMAND, ATTESTED])
def test_a_newer_fix_makes_every_pass_stale(gate):
    found, sentence = judged(gate, fixed=Touch(2, "r2", "finding:7"))
    assert found == Badge.STALE
    assert sentence.endswith("but r2 is the fix of finding:7 in D1, and newer.")


def test_a_run_for_the_fix_itself_counts():
    assert judged(COMMAND, fixed=Touch(1, "r1", "finding:7"))[0] == Badge.PASSED


def test_a_newer_revision_that_touches_makes_a_command_stale():
    found, sentence = judged(COMMAND, touched=Touch(2, "0123456789abcdef", "src/a.py", 9))
    assert found == Badge.STALE
    assert sentence == "D1 quick: make check passed at r1, but 0123456 has since touched src/a.py."


def test_attestations_do_not_go_stale_by_files():
    assert judged(ATTESTED, touched=Touch(2, "r2", "src/a.py"))[0] == Badge.PASSED


@pytest.mark.parametrize(
    ("paths", "said"),
    [(("src",), "without its changed files"), ((), "which declares no files")],
)
def test_unknown_files_say_so(paths, said):
    found, sentence = judged(COMMAND, touched=Touch(2, "r2", seq=9), paths=paths)
    assert found == Badge.STALE
    assert sentence.endswith(f"but r2 was reported for D1{',' if not paths else ''} {said}.")


def test_a_revision_that_touched_earlier_changes_nothing():
    assert judged(a_gate(run=a_run(place=3)), touched=Touch(2, "r2", "src/a.py"))[0] == Badge.PASSED


def test_a_pass_for_the_touching_revision_itself_counts():
    assert judged(COMMAND, touched=Touch(1, "r1", "src/a.py"))[0] == Badge.PASSED


def test_a_pass_without_a_revision_is_older_than_any():
    assert judged(a_gate(run=a_run(place=0)), touched=Touch(1, "r1", "src/a.py"))[0] == Badge.STALE


def test_a_late_pass_looks_different_from_a_stale_one():
    found, sentence = judged(a_gate(run=a_run(seq=9)), touched=Touch(2, "r2", "src/a.py", seq=5))
    assert found == Badge.LATE
    assert sentence.endswith("but it came late: r2, which is newer, touched src/a.py.")


def test_a_late_pass_counts_where_the_newer_revision_does_not_touch():
    assert judged(a_gate(run=a_run(seq=9)), touched=Touch(1, "r1", "src/a.py", seq=5))[0] == Badge.PASSED


def test_a_failure_stays_a_failure_whatever_came_after():
    gate = a_gate(run=FAIL)
    assert judged(gate, touched=Touch(2, "r2", "src/a.py"), reset="reopen", reset_seq=9)[0] == Badge.FAILED


@pytest.mark.parametrize("gate", [a_gate(), a_gate(run=FAIL)])
def test_a_waiver_lets_pass_and_says_who(gate):
    found, sentence = judged(gate, waived=gate.key)
    assert found == Badge.WAIVED
    assert sentence.endswith("Waived by admin: agreed")


def test_a_waived_gate_that_passes_shows_that_it_passed():
    assert judged(COMMAND, waived=COMMAND.key)[0] == Badge.PASSED


@pytest.mark.parametrize("gate", [a_gate(), a_gate(run=FAIL), a_gate("acceptance", "dome_is_dry")])
def test_a_declared_landing_counts_as_waived(gate):
    found, sentence = judged(gate, declared_in=3)
    assert found == Badge.WAIVED
    assert sentence.endswith("Packet revision 3 declared D1 landed, so it counts as waived.")


@pytest.mark.parametrize("run", [None, PASS, FAIL])
def test_an_extra_command_is_never_required(run):
    assert judged(a_gate("extra", run=run))[0] == Badge.NOT_APPLICABLE


@pytest.mark.parametrize("suite", ["quick", "full", "closure", "acceptance", "full_if_triggered"])
def test_a_deferred_slice_owes_nothing_of_most_suites(suite):
    item = a_slice("D4", "deferred", kind="conditional", decision="deferred", gates=(a_gate(suite),))
    assert badge(a_phase(item), item, item.gates[0]) == Badge.NOT_APPLICABLE


@pytest.mark.parametrize("suite", ["assess", "mandatory_before"])
def test_a_deferred_slice_still_owes_these(suite):
    item = a_slice("D4", "deferred", kind="conditional", decision="deferred", gates=(a_gate(suite),))
    assert badge(a_phase(item), item, item.gates[0]) == Badge.NEVER


TRIGGERED = a_gate("full_if_triggered")


@pytest.mark.parametrize(
    ("decision", "found", "said"),
    [
        ("", Badge.NOT_APPLICABLE, "nobody has decided"),
        ("triggered", Badge.NEVER, "has never run"),
        ("deferred", Badge.NOT_APPLICABLE, "D4 was not triggered"),
    ],
)
def test_full_if_triggered_follows_the_slice_itself(decision, found, said):
    item = a_slice("D4", "in_progress", kind="conditional", decision=decision, gates=(TRIGGERED,))
    assert badge(a_phase(item), item, TRIGGERED) == found
    assert said in why(a_phase(item), item, TRIGGERED)


@pytest.mark.parametrize(
    ("decision", "found"),
    [("", Badge.NOT_APPLICABLE), ("triggered", Badge.NEVER), ("deferred", Badge.NOT_APPLICABLE)],
)
def test_full_if_triggered_follows_the_slice_needed_if_triggered(decision, found):
    other = a_slice("D4", kind="conditional", decision=decision)
    assert judged(TRIGGERED, other, needs="D4?")[0] == found


def test_full_if_triggered_follows_no_slice_that_is_always_needed():
    other = a_slice("D4", kind="conditional")
    assert judged(TRIGGERED, other, needs="D4")[0] == Badge.NEVER


EXIT = a_gate("phase_exit", "make exit", run=a_run(place=2, seq=10))


def at_exit(gate=EXIT, closed=None, **columns):
    item = a_slice("D1", "landed", paths=("src",), **columns)
    state = a_phase(item, exit_gates=(gate,), closed=closed)
    return badge(state, None, gate), why(state, None, gate)


def test_the_exit_counts_while_nothing_changes():
    found = at_exit(closed=Closed(9, "D1", "land"), touched=Touch(2, "r2", "src/a.py"))
    assert found == (Badge.PASSED, "Phase exit: make exit passed at r2, reported by ci-main.")


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("land", "D1 landed"),
        ("declare_landed", "D1 landed"),
        ("defer", "D1 was deferred"),
        ("reopen", "D1 was reopened"),
    ],
)
def test_a_slice_that_closes_or_reopens_makes_the_exit_stale(verb, said):
    found, sentence = at_exit(closed=Closed(11, "D1", verb))
    assert found == Badge.STALE
    assert sentence == f"Phase exit: make exit passed at r2, but {said} after that."


def test_a_revision_that_touches_any_slice_makes_the_exit_stale():
    found, sentence = at_exit(touched=Touch(3, "r3", "src/a.py"))
    assert found == Badge.STALE
    assert sentence == "Phase exit: make exit passed at r2, but r3 has since touched src/a.py."


def test_a_slice_sent_back_leaves_the_exit_alone():
    assert at_exit(reset="send_back", reset_seq=11)[0] == Badge.PASSED


def test_the_exit_belongs_to_the_last_readiness_slice():
    slices = (a_slice("D7", kind="readiness", owner="@last"), a_slice("D8"))
    leaf = gate_leaf(a_phase(*slices, exit_gates=(EXIT,)), None, EXIT)
    assert (leaf.owner, leaf.slice, leaf.state) == ("@last", "", LeafState.MET)


@pytest.mark.parametrize(
    ("gate", "state", "verb"),
    [
        (a_gate(), LeafState.UNMET, "run"),
        (a_gate("acceptance", "dome_is_dry"), LeafState.UNMET, "attest"),
        (COMMAND, LeafState.MET, ""),
        (a_gate("extra"), LeafState.NOT_APPLICABLE, ""),
    ],
)
def test_a_gate_is_a_leaf_with_its_verb(gate, state, verb):
    item = a_slice("D1", gates=(gate,))
    leaf = gate_leaf(a_phase(item), item, gate)
    assert (leaf.state, leaf.verb, leaf.owner, leaf.slice) == (state, verb, "@d1-team", "D1")


def test_what_must_run_again_and_nothing_else():
    gates = {
        "never": a_gate(text="make never"),
        "new": a_gate(text="make new", replaces="make old"),
        "failed": a_gate(text="make failed", run=FAIL),
        "stale": a_gate(text="make stale", run=PASS),
        "green": a_gate(text="make green", run=a_run(place=2)),
        "extra": a_gate("extra", run=FAIL),
    }
    item = a_slice("D1", gates=tuple(gates.values()), touched=Touch(2, "r2", "src/a.py", 9))
    state = a_phase(item, exit_gates=(replace_run(EXIT, place=1),))
    found = [(gate.text, said) for _, gate, said in freshness.judged(state) if is_due_again(gate, said)]
    assert found == [
        ("make new", Badge.NEVER),
        ("make failed", Badge.FAILED),
        ("make stale", Badge.STALE),
        ("make exit", Badge.STALE),
    ]


def replace_run(gate, **columns):
    return gate._replace(run=gate.run._replace(**columns))


def test_a_long_text_is_one_short_line_in_a_sentence():
    gate = a_gate(text="make\n" + "x" * 10_000)
    assert len(label(None, gate)) < 100
    assert "\n" not in label(a_slice("D1"), gate)
    assert quoted("a  b\tc") == "a b c"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("0123456789ABCDEF", "0123456"), ("abcdef1", "abcdef1"), ("release-2026-03", "release-2026-03")],
)
def test_only_hashes_are_shortened(name, shown):
    assert short(name) == shown


def test_a_verdict_does_not_depend_on_other_slices():
    other = replace(a_slice("D2"), touched=Touch(9, "r9", "lib/b.py"), closed_seq=99)
    assert judged(COMMAND, other) == judged(COMMAND)
