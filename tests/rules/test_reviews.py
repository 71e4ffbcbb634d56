"""Rounds of review: whether their approval stands, and who is independent of the work."""

from typing import Any

import pytest

from phases.rules.reviews import approval, default_scope, downstream, upstream, why_not_independent
from phases.rules.state import Touch

from .states import a_finding, a_phase, a_review, a_round, a_slice

D1, D2 = a_slice("D1", "landed"), a_slice("D2", "landed", "D1")


def judged(item, *others):
    state = a_phase(*(others or (D1, D2)), item)
    return approval(state, item)


def verdict(item, *others):
    found = judged(item, *others)
    return found.satisfied, found.verb


def test_a_slice_without_a_round_waits_for_one():
    assert judged(a_review()) == (False, "D5 has not been reviewed yet.", "review")


def test_an_approval_lets_land():
    assert judged(a_review(round=a_round(reviewed="D1 D2"))) == (True, "Round 1 by rita approves at r1.", "")


def test_an_approval_of_no_known_revision_names_none():
    assert judged(a_review(round=a_round(place=0, reviewed="D1 D2"))).why == "Round 1 by rita approves."


def test_changes_that_are_closed_let_land():
    item = a_review(
        a_finding("confirmed"),
        a_finding("accepted"),
        round=a_round("approve_with_changes", 2, reviewed="D1 D2"),
    )
    why = "Round 2 by rita approves with changes, all of which are closed at r1."
    assert judged(item) == (True, why, "")


@pytest.mark.parametrize(
    ("states", "verb"),
    [
        (["open"], "fix"),
        (["fixed"], "confirm"),
        (["fixed", "open"], "fix"),
        (["fixed", "confirmed"], "confirm"),
    ],
)
def test_changes_that_are_not_closed_hold_up(states, verb):
    item = a_review(*(a_finding(state) for state in states), round=a_round("approve_with_changes"))
    assert verdict(item) == (False, verb)


@pytest.mark.parametrize(("count", "says"), [(1, "1 finding is"), (2, "2 findings are")])
def test_it_says_how_many_are_left(count, says):
    item = a_review(*[a_finding()] * count, round=a_round("approve_with_changes"))
    assert judged(item).why == f"Round 1 by rita approves with changes, and {says} not closed."


@pytest.mark.parametrize(
    ("states", "verb"), [([], "review"), (["open"], "fix"), (["fixed"], "confirm"), (["confirmed"], "review")]
)
def test_not_ready_holds_up_whatever_is_closed(states, verb):
    item = a_review(*(a_finding(state) for state in states), round=a_round("not_ready"))
    assert judged(item) == (False, "Round 1 by rita says that D5 is not ready.", verb)


@pytest.mark.parametrize("word", ["triggered", "deferred", "ready"])
def test_what_was_decided_while_it_was_of_another_kind_approves_nothing(word):
    assert judged(a_review(round=a_round(word))).why == "D5 has not been reviewed yet."


def touched(code, place, *, name="touched", what="src/a.py"):
    columns: dict[str, Any] = {name: Touch(place, f"r{place}", what, place)}
    return a_slice(code, "landed", **columns)


@pytest.mark.parametrize(("place", "stands"), [(1, True), (2, True), (3, False)])
def test_a_later_revision_in_its_scope_makes_an_approval_stale(place, stands):
    item = a_review(round=a_round(place=2, reviewed="D1 D2"))
    assert judged(item, touched("D1", place), D2).satisfied == stands


def test_it_names_the_revision_and_the_path():
    found = judged(a_review(round=a_round(reviewed="D1 D2")), touched("D1", 3), D2)
    say = "but r3 has touched src/a.py since a round looked at D1: a new round has to cover it."
    assert found == (False, f"Round 1 by rita approves at r1, {say}", "review")


@pytest.mark.parametrize("what", ["", "finding:17"])
def test_it_names_the_slice_where_no_path_is_known(what):
    found = judged(a_review(round=a_round(reviewed="D1 D2")), touched("D1", 3, what=what), D2)
    assert "r3 has touched D1 since a round looked at D1" in found.why


def test_the_newest_of_several_is_named():
    item = a_review(round=a_round(reviewed="D1 D2"))
    assert (
        "r4 has touched src/a.py since a round looked at D2"
        in judged(item, touched("D1", 3), touched("D2", 4)).why
    )


def test_a_later_fix_in_its_scope_makes_an_approval_stale():
    item = a_review(round=a_round(reviewed="D1 D2"))
    assert not judged(item, touched("D1", 3, name="fixed"), D2).satisfied


def test_a_fix_for_the_reviewed_revision_does_not():
    item = a_review(round=a_round(reviewed="D1 D2"))
    assert judged(item, touched("D1", 1, name="fixed"), D2).satisfied


def test_a_revision_outside_of_its_scope_does_not():
    assert judged(a_review(round=a_round(reviewed="D1 D2")), D1, D2, touched("D9", 9)).satisfied


def test_a_slice_that_the_packet_dropped_does_not():
    assert judged(a_review(round=a_round(reviewed="D0 D1 D2"))).satisfied


def test_what_earlier_rounds_looked_at_counts_too():
    item = a_review(round=a_round(place=2, reviewed={"D1": 1, "D2": 2}))
    assert not judged(item, touched("D1", 2), D2).satisfied


def structural(*findings, **columns):
    columns = {"code": "D6", "kind": "structural", "needs": "D5"} | columns
    return a_review(*findings, **columns)


def test_a_structural_approval_does_not_go_stale():
    item = structural(round=a_round(reviewed="D1 D2"))
    assert judged(item, touched("D1", 9), D2, a_review()).satisfied


@pytest.mark.parametrize(("place", "covers"), [(2, False), (3, True), (4, True)])
def test_a_structural_approval_covers_what_it_looked_at(place, covers):
    item = a_review(round=a_round(reviewed="D1 D2"))
    other = structural(round=a_round(place=place, reviewed="D1 D2"))
    assert judged(item, touched("D1", 3), D2, other).satisfied == covers


@pytest.mark.parametrize(
    "other",
    [
        structural(),
        structural(round=a_round("not_ready", place=3, reviewed="D1 D2")),
        structural(a_finding(), round=a_round("approve_with_changes", place=3, reviewed="D1 D2")),
        structural(round=a_round(place=3, reviewed="D2")),
        a_review(code="D6", round=a_round(place=3, reviewed="D1 D2")),
    ],
    ids=["none", "not ready", "open finding", "another scope", "another review"],
)
def test_nothing_else_covers_it(other):
    item = a_review(round=a_round(reviewed="D1 D2"))
    assert not judged(item, touched("D1", 3), D2, other).satisfied


def test_what_a_structural_round_adds_is_no_part_of_the_review():
    item = a_review(round=a_round(reviewed="D1 D2"))
    other = structural(round=a_round(place=1, reviewed="D1 D2 D9"))
    assert judged(item, D1, D2, touched("D9", 9), other).satisfied


def test_an_older_structural_round_takes_nothing_away():
    item = a_review(round=a_round(place=3, reviewed="D1 D2"))
    other = structural(round=a_round(place=1, reviewed="D1 D2"))
    assert judged(item, touched("D1", 3), D2, other).satisfied


def test_it_is_computed_once_for_a_snapshot():
    item = a_review(round=a_round(reviewed="D1 D2"))
    state = a_phase(D1, D2, item)
    assert approval(state, item) is approval(state, item)


CHAIN = a_phase(
    a_slice("D0", kind="planning"),
    a_slice("D1", needs="D0"),
    a_slice("D2", needs="D1", kind="conditional"),
    a_slice("D3"),
    a_review(needs="D2?"),
    structural(),
)


def test_all_that_lies_upstream_and_downstream():
    assert upstream(CHAIN, "D5") == {"D0", "D1", "D2"}
    assert downstream(CHAIN, "D1") == {"D2", "D5", "D6"}


def test_the_scope_is_the_build_and_conditional_slices_upstream():
    assert default_scope(CHAIN, CHAIN.slices["D5"]) == ("D1", "D2")
    assert default_scope(CHAIN, CHAIN.slices["D6"]) == ("D1", "D2")


OWNED = a_phase(
    a_slice("D1", owner="@crew", backup="@yard"),
    a_slice("D2", owner="@crew"),
    a_slice("D3", owner="@yard"),
    a_slice("D4", owner="@else"),
)


@pytest.mark.parametrize(
    ("scope", "handles", "says"),
    [
        (["D1", "D2"], ["@crew"], "a member of @crew, which owns D1, D2, is not independent of that work"),
        (["D1"], ["@yard"], "a member of @yard, which backs D1, is not independent of that work"),
        (["D1", "D3"], ["@yard"], "a member of @yard, which owns D3 and backs D1, is not independent"),
        (["D1", "D3"], ["@else", "@yard"], "a member of @yard"),
        (["D2"], ["@yard", "@else"], ""),
        (["D1"], [], ""),
        ([], ["@crew"], ""),
    ],
)
def test_who_works_on_the_scope_is_not_independent(scope, handles, says):
    why = why_not_independent(OWNED, scope, handles)
    assert why.startswith(says)
    assert bool(why) == bool(says)


def test_a_slice_without_a_backup_binds_nobody_else():
    assert why_not_independent(OWNED, ["D2"], [""]) == ""


def test_a_wider_scope_of_an_earlier_round_is_left_behind_by_a_later_round():
    wide = a_round(place=1, number=1, reviewed={"D1": 1, "D9": 1})
    touched = Touch(3, "r3", "b.py")
    state = a_phase(
        a_slice("D1", "landed"),
        a_slice("D9", "landed", touched=touched, kind="docs"),
        a_slice("D5", "candidate", "D1", kind="review", round=wide._replace(scope=("D1",), number=2)),
    )
    assert approval(state, state.slices["D5"]).satisfied


def test_a_covered_approval_says_what_covers_it():
    touched = Touch(3, "r3", "b.py")
    structural = a_round(place=3, reviewed="D1 D2")
    state = a_phase(
        a_slice("D1", "landed", touched=touched),
        a_slice("D5", "landed", "D1", kind="review", round=a_round(place=1, reviewed="D1 D2")),
        a_slice("D5A", "landed", "D5", kind="structural", round=structural),
    )
    assert approval(state, state.slices["D5"]).why.endswith("and D5A covers what has changed since.")


def test_an_approval_of_less_than_lies_upstream_does_not_let_land():
    found = judged(a_review(round=a_round(reviewed="D1")))
    assert found == (
        False,
        "Round 1 by rita approves at r1, but no round has approved D2 yet: one has to look at it.",
        "review",
    )


def test_what_was_deferred_need_not_be_looked_at():
    deferred = a_slice("D2", "deferred", "D1", kind="conditional")
    assert judged(a_review(round=a_round(reviewed="D1")), D1, deferred).satisfied
