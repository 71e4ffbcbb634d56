"""What closing a slice requires by its kind: an approval, a decision, a posture, and closed findings."""

from typing import Any

import pytest

from phases.rules.dispositions import finding_leaf, findings, leaf, unclosed
from phases.rules.state import LeafState
from phases.rules.transitions import by_verb
from phases.rules.waivers import waivable

from .states import NOON, a_finding, a_phase, a_review, a_round, a_slice, moment

D1 = a_slice("D1", "landed")
MET, UNMET, WAIVED = LeafState.MET, LeafState.UNMET, LeafState.WAIVED
LATE: dict[str, Any] = {
    "about": {"slas": [{"handle": "@crew", "sla": {"standard": "1 day"}}]},
    "moment": moment("Fri 12:00"),
}


def leaf_of(item, **columns):
    return leaf(a_phase(D1, a_slice("D2", "landed"), item, **columns), item)


@pytest.mark.parametrize("kind", ["build", "docs", "planning"])
def test_other_kinds_need_none(kind):
    assert leaf_of(a_slice("D3", kind=kind)) is None


@pytest.mark.parametrize("kind", ["review", "structural", "conditional", "readiness"])
def test_a_slice_landed_by_declaration_needs_none_any_more(kind):
    found = leaf_of(a_slice("D3", "landed", kind=kind, declared_in=2))
    assert found.state == WAIVED
    assert found.why.endswith("Packet revision 2 declared D3 landed, so it counts as waived.")


@pytest.mark.parametrize("kind", ["review", "structural", "conditional", "readiness"])
def test_it_can_be_waived(kind):
    found = leaf_of(a_slice("D3", kind=kind), waived="disposition:D3")
    assert (found.state, found.why.endswith("Waived by admin: agreed")) == (WAIVED, True)


@pytest.mark.parametrize(
    ("item", "state", "verb", "why"),
    [
        (a_review(round=a_round(reviewed="D1 D2")), MET, "", "Round 1 by rita approves at r1."),
        (a_review(), UNMET, "review", "D5 has not been reviewed yet."),
        (a_review(a_finding(), round=a_round("not_ready")), UNMET, "review", "Round 1 by rita says"),
        (a_slice("D4", kind="conditional"), UNMET, "decide", "D4 is waiting for a decision by @d4-team:"),
        (a_slice("D4", kind="conditional", decision="triggered"), MET, "", "D4 was decided to be triggered."),
        (
            a_slice("D4", kind="conditional", decision="deferred", round=a_round("deferred")),
            MET,
            "",
            "D4 was decided to be deferred by rita.",
        ),
        (a_slice("D7", kind="readiness"), UNMET, "posture", "Nobody has said yet whether D7 is ready."),
        (
            a_slice("D7", kind="readiness", round=a_round("not_ready")),
            UNMET,
            "posture",
            "rita says that D7 is not ready.",
        ),
        (a_slice("D7", kind="readiness", round=a_round("ready")), MET, "", "rita says that D7 is ready."),
        (
            a_slice("D7", kind="readiness", round=a_round("approve")),
            UNMET,
            "posture",
            "Nobody has said yet whether D7 is ready.",
        ),
    ],
)
def test_what_is_missing_by_kind(item, state, verb, why):
    found = leaf_of(item)
    assert (found.key, found.state, found.verb) == (f"disposition:{item.code}", state, verb)
    assert found.why.startswith(why)
    assert found.owner == item.owner


def waiting(**columns):
    return a_slice(
        "D4", "in_progress", kind="conditional", owner="@crew", backup="@yard", since=NOON, **columns
    )


def test_a_decision_that_waits_too_long_is_the_backups():
    found = leaf_of(waiting(), **LATE)
    assert found.owner == "@yard"
    assert "by @yard: triggered or deferred. @crew has let its time for it pass." in found.why


def test_what_has_been_decided_stays_the_owners():
    assert leaf_of(waiting(decision="triggered"), **LATE).owner == "@crew"


def test_a_reopened_decision_says_why_it_is_waited_for_again():
    found = leaf_of(waiting(reset="reopen", reset_note="The scan fails."))
    assert found.why.endswith("deferred. It was reopened: The scan fails.")


@pytest.mark.parametrize(("reset", "note"), [("send_back", "Too slow."), ("reopen", "")])
def test_nothing_else_is_said_of_it(reset, note):
    assert leaf_of(waiting(reset=reset, reset_note=note)).why.endswith("triggered or deferred.")


def finding(state="open", severity="medium", **columns):
    one = a_finding(state, severity, **columns)
    item = a_review(one, owner="@review", round=a_round("not_ready"))
    return finding_leaf(a_phase(D1, a_slice("D2"), item), item, one)


def test_an_open_finding_is_for_the_owner_of_what_it_affects():
    found = finding(about="D1")
    assert (found.key, found.state, found.verb, found.slice) == ("finding:17", UNMET, "fix", "D5")
    assert (found.owner, found.why) == ("@d1-team", "Medium finding 17 of D5 is open: A gap.")


@pytest.mark.parametrize("about", ["", "D99"])
def test_one_that_affects_no_slice_is_for_the_owner_of_the_review(about):
    assert finding(about=about).owner == "@review"


def test_a_fixed_finding_waits_for_a_round():
    found = finding("fixed", "high", about="D1", fix_revision="r7")
    assert (found.state, found.verb, found.owner) == (UNMET, "confirm", "@review")
    assert found.why == "High finding 17 of D5 is fixed at r7 and waits for a round that confirms it: A gap."


def test_a_fix_without_a_revision_names_none():
    assert "is fixed and waits" in finding("fixed").why


def test_the_backup_confirms_once_the_owner_is_late():
    one = a_finding("fixed")
    item = a_review(one, round=a_round("not_ready"), owner="@crew", backup="@yard")
    assert finding_leaf(a_phase(D1, a_slice("D2"), item, **LATE), item, one).owner == "@yard"


def test_a_closed_finding_is_met():
    assert finding("confirmed").why == "Medium finding 17 of D5 is confirmed: A gap."
    accepted = finding("accepted", owner="@d1-team", target="phase E")
    assert (accepted.state, accepted.verb) == (MET, "")
    assert accepted.why == "Medium finding 17 of D5 is accepted by @d1-team, phase E: A gap."


FOUND = (a_finding("open", pk=1), a_finding("fixed", pk=2), a_finding("confirmed", pk=3), a_finding(pk=4))


def test_each_finding_is_a_leaf_and_the_open_ones_stand_in_the_way():
    item = a_review(*FOUND, round=a_round("not_ready"))
    state = a_phase(D1, a_slice("D2"), item, waived="finding:4")
    assert [one.state for one in findings(state, item)] == [UNMET, UNMET, MET, WAIVED]
    assert [one.key for one in unclosed(state, item)] == ["finding:1", "finding:2", "finding:4"]


def test_a_review_lands_neither_without_a_round_nor_with_open_findings():
    item = a_review(*FOUND, round=a_round("approve_with_changes"), status="candidate")
    state = a_phase(D1, a_slice("D2", "landed"), item)
    keys = [one.key for one in by_verb(item.status, "land").unmet(state, item)]
    assert keys == ["disposition:D5", "finding:1", "finding:2", "finding:4"]


@pytest.mark.parametrize(
    ("severity", "can"), [("blocking", False), ("high", False), ("medium", True), ("low", True)]
)
def test_no_one_may_let_a_blocking_or_high_finding_pass(severity, can):
    item = a_review(a_finding("open", severity), round=a_round("not_ready"))
    found = waivable(a_phase(D1, a_slice("D2"), item))
    assert ("finding:17" in found, "disposition:D5" in found) == (can, True)
