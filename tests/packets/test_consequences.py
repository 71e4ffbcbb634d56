"""What a new revision means for verdicts and carry-forwards, in sentences."""

import pytest

from tests.packets.examples import MINIMAL, slice_with
from tests.packets.test_changes import told


def kinds(old, new, status="in_progress"):
    texts = [slice_with(f"kind: {kind}" if kind else "") for kind in (old, new)]
    said = told(*texts, A1=status)
    return [sentence for sentence in said if "becomes" in sentence]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("conditional", "review", "A1 becomes a review slice: the verdicts on it so far no longer count."),
        ("review", "docs", "A1 becomes a docs slice: the verdicts on it so far no longer count."),
        ("build", "readiness", "A1 becomes a readiness slice and now needs a verdict."),
    ],
)
def test_another_kind_says_what_becomes_of_verdicts(old, new, says):
    assert kinds(old, new) == [says]


@pytest.mark.parametrize(
    ("old", "new"), [("review", "structural"), ("structural", "review"), ("build", "docs"), ("", "build")]
)
def test_where_nothing_changes_for_them_nothing_is_said(old, new):
    assert kinds(old, new) == []


def test_nothing_is_said_of_planned_slices():
    assert kinds("conditional", "review", "planned") == []


def deferring(*texts):
    return MINIMAL + "".join(
        ["deferred_non_blocking:\n", *(f"  - {text}\n" for text in texts)] if texts else ""
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ([], ["a", "b"], ["Adds 2 carry-forwards."]),
        (["a", "b"], ["a"], ["Archives 1 carry-forward, with what was answered."]),
        (["a"], ["b"], ["Adds 1 carry-forward.", "Archives 1 carry-forward, with what was answered."]),
        (["a", "b"], ["b", "a"], []),
    ],
)
def test_carry_forwards_are_counted(old, new, says):
    assert told(deferring(*old), deferring(*new)) == says
