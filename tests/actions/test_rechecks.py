"""Later rounds: what becomes of earlier findings, and which verdict fits them."""

import pytest

from phases.actions.recording import Recheck
from phases.errors import Invalid, Refused
from phases.models import Event, Finding, Initiative

from .reviews import (
    accept,
    confirmed,
    faults,
    fix,
    found,
    judge,
    reopened,
    reviewed_phase,
    slice_of,
)

WORDS = ("approve", "approve_with_changes", "not_ready")


@pytest.fixture
def phase(db):
    return reviewed_phase("F4", "F5")


@pytest.fixture
def two(phase):
    """A round with two medium findings, the first of them fixed."""
    first, second = judge(phase, "not_ready", findings=[found(), found()]).findings.all()
    return fix(first), second


def states():
    return list(Finding.objects.order_by("pk").values_list("state", flat=True))


def test_a_later_round_confirms_and_reopens_by_identity(phase, two):
    first = two[0]
    judge(phase, "not_ready", rechecked=[confirmed(first)])
    assert (states(), slice_of(phase).unclosed) == (["confirmed", "open"], 1)
    row = judge(phase, "not_ready", rechecked=[reopened(first, "Again.")])
    assert (states(), slice_of(phase).unclosed) == (["open", "open"], 2)
    assert row.rechecked == [
        {"finding": first.pk, "was": "confirmed", "outcome": "reopened", "note": "Again."}
    ]
    assert faults() == []


def test_a_recheck_is_an_entry_of_the_finding(phase, two):
    judge(phase, "not_ready", rechecked=[confirmed(two[0], "Seen.")])
    entry = Event.objects.latest("seq")
    assert (entry.verb, entry.target, entry.note) == ("recheck", two[0].key, "Seen.")
    assert (entry.before, entry.after) == ({"state": "fixed"}, {"state": "confirmed"})
    two[0].refresh_from_db()
    assert two[0].changed_at == entry.at


def test_what_is_not_named_stays_as_it_is(phase, two):
    judge(phase, "not_ready")
    assert states() == ["fixed", "open"]


def test_an_accepted_finding_can_be_reopened(phase, two):
    accept(two[1])
    judge(phase, "not_ready", rechecked=[reopened(two[1])])
    assert states() == ["fixed", "open"]


def test_only_a_fix_can_be_confirmed(phase, two):
    with pytest.raises(Refused, match="is open, so there is no fix to confirm"):
        judge(phase, "not_ready", rechecked=[confirmed(two[1])])


def test_an_open_finding_is_not_reopened(phase, two):
    with pytest.raises(Refused, match="is open already"):
        judge(phase, "not_ready", rechecked=[reopened(two[1])])


def test_a_finding_is_rechecked_once_in_a_round(phase, two):
    with pytest.raises(Invalid, match="named twice"):
        judge(phase, "not_ready", rechecked=[confirmed(two[0]), reopened(two[0])])


def test_other_outcomes_are_refused(phase, two):
    with pytest.raises(Invalid, match="'open' is no outcome; it is confirmed or reopened"):
        judge(phase, "not_ready", rechecked=[Recheck(two[0].pk, "open")])


def test_findings_of_another_review_are_not_rechecked(phase, two):
    with pytest.raises(Invalid, match=f"F5 has no finding {two[0].pk}"):
        judge(phase, "not_ready", code="F5", rechecked=[confirmed(two[0])])


def test_an_approval_has_no_new_findings(phase):
    with pytest.raises(Refused, match="cannot be approved with new findings"):
        judge(phase, "approve", findings=[found("low")])


def test_an_approval_is_refused_while_a_finding_is_not_closed(phase, two):
    with pytest.raises(Refused, match="while findings are not closed") as refusal:
        judge(phase, "approve")
    assert [leaf.key for leaf in refusal.value.unmet] == [one.key for one in two]


def test_its_own_rechecks_come_before_the_verdict(phase, two):
    fix(two[1])
    judge(phase, "approve", rechecked=[confirmed(one) for one in two])
    assert (states(), slice_of(phase).unclosed) == (["confirmed", "confirmed"], 0)


def test_an_approval_that_reopens_is_refused(phase, two):
    accept(two[1])
    with pytest.raises(Refused, match=rf"not closed: {two[1].pk} \(medium, accepted\)"):
        judge(phase, "approve", rechecked=[confirmed(two[0]), reopened(two[1])])


def test_accepted_and_confirmed_findings_let_approve(phase, two):
    accept(two[1])
    assert judge(phase, "approve", rechecked=[confirmed(two[0])]).verdict == "approve"


def test_open_findings_of_another_review_do_not_stand_in_the_way(phase, two):
    assert judge(phase, "approve", code="F5").verdict == "approve"


def test_a_refused_round_leaves_nothing_behind(phase, two):
    head = Initiative.objects.get().head
    with pytest.raises(Refused):
        judge(phase, "approve", revision="r9", rechecked=[confirmed(two[0])])
    assert (Initiative.objects.get().head, states()) == (head, ["fixed", "open"])
