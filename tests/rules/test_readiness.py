"""The requirement tree of a phase, its verdict and the way to ready."""

import datetime as dt
from dataclasses import replace

import pytest

from phases.rules.readiness import CONCERNS, EXIT, Readiness, readiness
from phases.rules.state import ConcernState, LeafState, PhaseState

from .states import (
    NOON,
    a_blocker,
    a_finding,
    a_gate,
    a_phase,
    a_review,
    a_round,
    a_run,
    a_slice,
    an_artifact,
)


def of(*slices, **columns) -> Readiness:
    return readiness(a_phase(*slices, **columns))


def steps(found: Readiness) -> list[str]:
    return [f"{step.leaf.verb} {step.leaf.key}" for step in found.way]


def carried(state: str = "open") -> ConcernState:
    text = "Rename the port"
    return ConcernState(
        9, "carry_forward", text, state, "@ops", "", "", "lead", NOON, "Done", carried_from="C"
    )


def test_a_phase_in_which_all_is_done_is_ready():
    found = of(a_slice("D1", "landed", gates=(a_gate(run=a_run()),)))
    assert (found.verdict, found.way) == ("ready", [])
    assert found.counts == {"met": 2, "unmet": 0, "waived": 0, "not_applicable": 0}


def test_a_phase_without_slices_asks_for_nothing():
    assert of().is_ready


def test_one_unmet_leaf_makes_it_not_ready():
    found = of(a_slice("D1", "landed", gates=(a_gate(run=a_run("fail")),)))
    assert (found.verdict, [leaf.key for leaf in found.unmet]) == ("not_ready", ["gate:quick:make-check"])


def test_what_was_waived_lets_pass_and_is_counted():
    found = of(a_slice("D1", "landed", gates=(a_gate(),)), waived="gate:quick:make-check")
    assert (found.verdict, found.counts["waived"]) == ("ready", 1)


def test_groups_are_slices_then_the_exit_then_concerns():
    found = of(a_slice("D1"), exit_gates=(a_gate("phase_exit", "make all"),), concerns=(carried(),))
    assert [group.key for group in found.groups] == ["group:D1", EXIT, CONCERNS]


def test_a_group_is_as_bad_as_its_worst_leaf():
    gates = (a_gate(run=a_run()), a_gate("full", "make all"))
    group = of(a_slice("D1", "landed", gates=gates)).groups[0]
    assert (group.state, group.why) == (LeafState.UNMET, "1 of 3 is missing.")


@pytest.mark.parametrize("order", [1, -1])
def test_a_document_that_serves_two_slices_is_one_leaf_unmet_for_either(order: int):
    deferred = a_slice(
        "D1", "deferred", kind="conditional", decision="deferred", artifacts=(an_artifact(when="triggered"),)
    )
    needs_it = a_slice("D2", "landed", artifacts=(an_artifact(),))
    found = of(*(deferred, needs_it)[::order])
    assert found.counts["unmet"] == 1
    assert {group.leaves[-1].state for group in found.groups} == {LeafState.UNMET}


def test_what_can_be_done_now_comes_before_what_waits():
    found = of(a_slice("D1", gates=(a_gate(),)), a_slice("D2", "landed", gates=(a_gate(text="make two"),)))
    assert [step.is_now for step in found.way] == [True, True, False]
    assert found.way[-1].leaf.key == "gate:quick:make-check"


def test_what_waits_comes_in_the_order_of_the_work():
    late = a_slice("D2", needs="D1", gates=(a_gate("full", "make two"), a_gate("quick", "make one")))
    found = of(late, a_slice("D1"))
    assert steps(found) == [
        "start slice:D1",
        "start slice:D2",
        "run gate:quick:make-one",
        "run gate:full:make-two",
    ]


def test_a_round_comes_before_what_is_vouched_for_after_it():
    item = a_review(gates=(a_gate("closure", "review_published"),), status="planned")
    assert steps(of(a_slice("D1"), a_slice("D2"), item))[-3:] == [
        "start slice:D5",
        "review disposition:D5",
        "attest gate:closure:review_published",
    ]


def test_fixes_are_confirmed_together_by_one_step():
    item = a_review(a_finding("fixed", pk=1), a_finding("fixed", pk=2), round=a_round("not_ready"))
    done = (a_slice("D1", "landed"), a_slice("D2", "landed"))
    found = of(*done, item)
    assert steps(found)[0] == "confirm disposition:D5"
    assert found.way[0].task
    assert [one.id for one in found.way[0].task.findings] == [1, 2]
    assert not [key for key in steps(found) if "finding" in key]


def test_a_fixed_finding_is_no_step_while_another_is_open():
    item = a_review(a_finding("open", pk=1), a_finding("fixed", pk=2), round=a_round("not_ready"))
    found = steps(of(a_slice("D1", "landed"), a_slice("D2", "landed"), item))
    assert found[0] == "fix finding:1"
    assert "confirm finding:2" not in found


def test_every_unmet_leaf_that_is_no_fixed_finding_is_one_step():
    gates = (a_gate(), a_gate("acceptance", "all_seen"))
    blocker = a_blocker("D1")
    item = a_slice("D1", gates=gates, blockers=(blocker,))
    found = of(item, a_slice("D2", needs="D1"), concerns=(blocker,))
    assert sorted(step.leaf.key for step in found.way) == sorted(leaf.key for leaf in found.unmet)


def test_the_sentence_of_an_unmet_leaf_says_who_acts_next():
    found = of(a_slice("D1"), a_slice("D2", needs="D1"))
    said = [found.sentence(found.leaves[f"slice:{code}"]) for code in ("D1", "D2")]
    assert said == [
        "D1 is planned, not landed. Next: @d1-team starts it.",
        "D2 is planned, not landed. Then: @d2-team starts it.",
    ]


def test_the_sentence_of_a_met_leaf_names_nobody():
    found = of(a_slice("D1", "landed"))
    assert found.sentence(found.leaves["slice:D1"]) == "D1 is landed."


def test_what_an_earlier_phase_carried_on_has_to_be_answered():
    found = of(a_slice("D1", "landed"), concerns=(carried(),))
    assert steps(found) == ["answer concern:9"]
    assert found.sentence(found.unmet[0]).endswith("Rename the port. Next: @ops answers it.")


@pytest.mark.parametrize("state", ["resolved", "accepted", "carried"])
def test_any_answer_to_it_will_do(state: str):
    found = of(a_slice("D1", "landed"), concerns=(carried(state),))
    assert found.is_ready
    said = f"Carry-forward from phase C, “Rename the port”, is {state}: Done."
    assert found.leaves["concern:9"].why == said


def test_later_work_that_went_on_over_a_reopened_slice_is_named():
    found = of(a_slice("D1", "in_progress"), a_slice("D2", "landed", needs="D1"))
    assert found.disorder == ["D2 is landed, but D1, which it needs, is in progress again."]


def test_work_in_order_has_no_such_remark():
    state = a_phase(a_slice("D1", "landed"), a_slice("D2", "landed", needs="D1"), a_slice("D3", needs="D2"))
    assert readiness(state).disorder == []


def test_in_brief_the_same_leaves_count_the_same():
    gates = (a_gate(run=a_run()), a_gate("full", "make all", run=a_run("fail")))
    state: PhaseState = a_phase(a_slice("D1", "landed", gates=gates))
    whole, brief = readiness(state), readiness(state, brief=True)
    assert (brief.counts, brief.way) == (whole.counts, whole.way)
    assert [leaf.why for leaf in brief.unmet] == [leaf.why for leaf in whole.unmet]


def test_a_landing_that_was_waived_is_no_step():
    found = of(a_slice("D1"), a_slice("D2"), waived="slice:D1")
    assert steps(found) == ["start slice:D2"]
    assert of(a_slice("D1"), waived="slice:D1").way == []


def test_a_landing_that_was_waived_is_a_step_to_what_comes_after_it():
    found = of(a_slice("D1", gates=(a_gate(),)), waived="slice:D1")
    assert steps(found) == ["start slice:D1", "run gate:quick:make-check"]


def test_the_sentence_names_whoever_acts_for_the_owner():
    blocker = replace(a_blocker("D1"), owner="@d1-team")
    slas = {"slas": [{"handle": "@d1-team", "sla": {"blocker": "1 business hour"}}]}
    item = a_slice("D1", "in_progress", backup="@second", blockers=(blocker,))
    found = of(item, concerns=(blocker,), about=slas, moment=NOON + dt.timedelta(days=3))
    assert found.sentence(found.leaves["concern:4"]).endswith("Next: @second resolves it.")


def test_a_command_that_no_packet_asks_for_is_no_requirement():
    assert list(of(a_slice("D1", "landed", gates=(a_gate("extra", "make more"),))).leaves) == ["slice:D1"]
