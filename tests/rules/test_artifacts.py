"""Closure artifacts as requirements: due before the start or before the end, always or only if triggered."""

import pytest

from phases.rules.artifacts import before_start, by_handoff, leaf, products
from phases.rules.state import Decision, LeafState
from phases.rules.transitions import by_verb

from .states import a_gate, a_phase, a_run, a_slice, an_artifact

MET, UNMET, WAIVED, OUT = LeafState.MET, LeafState.UNMET, LeafState.WAIVED, LeafState.NOT_APPLICABLE


def leaf_of(item, artifact, *others, **columns):
    return leaf(a_phase(*others, item, **columns), item, artifact)


def judged(artifact, item=None, *others):
    found = leaf_of(item or a_slice("D5"), artifact, *others)
    return found.state, found.verb


def test_what_is_attached_is_met():
    found = leaf_of(a_slice("D5"), an_artifact(attached=True))
    assert (found.key, found.state, found.why) == ("artifact:docs/X.md", MET, "docs/X.md: version 2 by lena.")


def test_what_is_missing_is_attached_by_the_owner():
    found = leaf_of(a_slice("D5"), an_artifact())
    assert (found.state, found.verb, found.owner, found.slice) == (UNMET, "attach", "@d5-team", "D5")
    assert found.why == "docs/X.md has not been attached: D5 needs it before it starts."


def test_a_product_is_due_before_the_end():
    assert leaf_of(a_slice("D5"), an_artifact(produced=True)).why.endswith("D5 needs it before it lands.")


def test_a_product_of_a_conditional_slice_is_due_before_either_end():
    item = a_slice("D4", kind="conditional")
    assert leaf_of(item, an_artifact(produced=True)).why.endswith("before it lands or is deferred.")
    assert leaf_of(item, an_artifact()).why.endswith("before it starts.")


def test_what_another_slice_produces_is_for_its_owner():
    other = a_slice("D1", artifacts=(an_artifact(produced=True),))
    another = a_slice("D2", artifacts=(an_artifact("docs/Y.md", produced=True),))
    requiring = a_slice("D3", artifacts=(an_artifact(),))
    found = leaf_of(a_slice("D5"), an_artifact(), another, requiring, other)
    assert (found.owner, found.slice) == ("@d1-team", "D5")


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("docs/D_EXECUTION_REPORT.md", True),
        ("docs/execution-report.md", True),
        ("FINAL_PHASE_D_HANDOFF.md", True),
        ("docs/ExecutionReport.md", True),
        ("docs/FINAL_NOTES.md", False),
        ("docs/HANDOFF.md", False),
        ("FINAL_HANDOFF/notes.md", False),
        ("EXECUTION_REPORT/notes.md", False),
        ("PRE_EXECUTION_REPORT_AUDIT.md", False),
        ("FINAL_SECURITY_REVIEW_BEFORE_HANDOFF.md", False),
        ("FINAL_PHASE_Z_HANDOFF.md", False),
        ("PHASE_C_EXECUTION_REPORT.md", False),
    ],
)
def test_what_the_handoff_writes_is_no_condition_of_it(path, written):
    assert by_handoff(path, "D") == written
    assert judged(an_artifact(path)) == ((OUT, "") if written else (UNMET, "attach"))


def test_what_the_handoff_would_write_can_be_there_already():
    assert judged(an_artifact("EXECUTION_REPORT.md", attached=True)) == (MET, "")


def condition(decision="", **columns):
    return a_slice("D4", kind="conditional", decision=decision, **columns)


IF_TRIGGERED = an_artifact(when="triggered")


@pytest.mark.parametrize(
    ("decision", "state", "verb"),
    [("", UNMET, "decide"), ("deferred", OUT, ""), ("triggered", UNMET, "attach")],
)
def test_it_follows_the_decision_of_its_own_slice(decision, state, verb):
    assert judged(IF_TRIGGERED, condition(decision)) == (state, verb)


@pytest.mark.parametrize(
    ("decision", "state", "verb"),
    [("", UNMET, "decide"), ("deferred", OUT, ""), ("triggered", UNMET, "attach")],
)
def test_it_follows_the_decision_that_its_slice_waits_for(decision, state, verb):
    assert judged(IF_TRIGGERED, a_slice("D5", needs="D4?"), condition(decision)) == (state, verb)


def test_an_undecided_one_is_for_whoever_decides():
    found = leaf_of(a_slice("D5", needs="D4?"), IF_TRIGGERED, condition())
    say = "docs/X.md is due only if D4 is triggered, which nobody has decided yet."
    assert (found.owner, found.why) == ("@d4-team", say)


def test_a_decision_that_a_packet_declared_is_no_open_one():
    item = condition(status="landed", declared_in=2)
    assert judged(IF_TRIGGERED, a_slice("D5", needs="D4?"), item) == (UNMET, "attach")


@pytest.mark.parametrize("needs", ["D4", "D1?", ""])
def test_without_such_a_decision_it_is_due(needs):
    slices = a_slice("D1"), condition("deferred")
    assert judged(IF_TRIGGERED, a_slice("D5", needs=needs), *slices) == (UNMET, "attach")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("deferred", "triggered", (UNMET, "attach")),
        ("deferred", "", (UNMET, "decide")),
        ("triggered", "", (UNMET, "attach")),
        ("deferred", "deferred", (OUT, "")),
    ],
)
def test_of_several_decisions_one_is_enough(first, second, expected):
    other = a_slice("D3", kind="conditional", decision=second)
    assert judged(IF_TRIGGERED, a_slice("D5", needs="D4? D3?"), condition(first), other) == expected


def test_a_slice_landed_by_declaration_owes_nothing():
    assert judged(an_artifact(), a_slice("D5", "landed", declared_in=2))[0] == WAIVED


def test_what_a_declared_slice_should_have_produced_is_not_asked_of_others():
    other = a_slice("D1", "landed", declared_in=2, artifacts=(an_artifact(produced=True),))
    assert judged(an_artifact(), None, other)[0] == WAIVED


def test_it_can_be_waived():
    found = leaf_of(a_slice("D5"), an_artifact(), waived="artifact:docs/X.md")
    assert (found.state, found.why.endswith("Waived by admin: agreed")) == (WAIVED, True)


ALL = (
    an_artifact("a"),
    an_artifact("b", produced=True),
    an_artifact("c", "triggered"),
    an_artifact("d", "triggered", produced=True),
)


def titles(leaves):
    return [leaf.title for leaf in leaves]


def test_what_is_due_when():
    item = a_slice("D5", artifacts=ALL)
    state = a_phase(item)
    assert titles(before_start(state, item)) == ["a", "c"]
    assert titles(products(state, item)) == ["b", "d"]


def test_the_evidence_of_a_trigger_is_due_after_the_decision():
    item = condition(artifacts=ALL)
    state = a_phase(item)
    assert titles(before_start(state, item)) == ["a"]
    assert titles(products(state, item)) == ["b", "c", "d"]
    assert titles(products(state, item, decision=Decision.DEFERRED)) == ["b"]
    assert leaf(state, condition("triggered"), ALL[2]).why.endswith("D4 needs it before it lands.")


def unmet(verb, item, *others):
    return [one.key for one in by_verb(item.status, verb).unmet(a_phase(*others, item), item)]


def test_a_slice_starts_with_what_it_requires():
    assert unmet("start", a_slice("D5", artifacts=ALL)) == ["artifact:a", "artifact:c"]
    assert unmet("start", condition(artifacts=(ALL[2],))) == []


def test_a_slice_lands_with_its_products():
    item = condition("triggered", status="candidate", artifacts=ALL[1:])
    assert unmet("land", item) == ["artifact:b", "artifact:c", "artifact:d"]


def test_a_slice_is_deferred_with_its_products_and_a_green_assessment():
    gates = (a_gate("assess", "make scan", run=a_run("fail")), a_gate("full", "make all"))
    item = condition(status="in_progress", artifacts=ALL[1:], gates=gates)
    assert unmet("defer", item) == ["gate:assess:make-scan", "artifact:b"]


def test_a_document_whose_trigger_is_undecided_waits_where_it_is_decided():
    deciding = a_slice("D4", "in_progress", kind="conditional", owner="@four")
    item = a_slice("D5", needs="D4?", artifacts=(an_artifact(when="triggered"),))
    found = leaf(a_phase(deciding, item), item, item.artifacts[0])
    assert (found.verb, found.slice, found.owner) == ("decide", "D4", "@four")
