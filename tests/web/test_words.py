"""The words of the pages."""

import re
from pathlib import Path
from typing import Any

import pytest

from phases.models import Event
from phases.views.words import DEEPEST, counted, did, flat, leaf, listed

ACTIONS = Path(__file__).parents[2] / "phases" / "actions"


@pytest.mark.parametrize(
    ("verb", "after", "said"),
    [
        ("land", {}, "landed C1"),
        ("send_back", {}, "sent C1 back"),
        ("correct_kind", {"kind": "review"}, "corrected the kind of C1 to review"),
        ("raise", {"kind": "carry_forward"}, "raised a carry forward on C1"),
        ("waive", {"key": "gate:C1/full_if_triggered/0123abcd"}, "waived a full if triggered gate of C1"),
        ("attach", {"path": "docs/KEEL_REPORT.md", "number": 2}, "attached docs/KEEL_REPORT.md, version 2"),
        ("something_new", {}, "something new C1"),
    ],
)
def test_entry_is_read_after_its_actor(verb, after, said):
    assert did(Event(verb=verb, slice="C1", phase="C", after=after)) == said


@pytest.mark.parametrize(
    ("target", "said"), [("run:4", "a run"), ("verdict:4", "a round"), ("version:4", "a version")]
)
def test_what_was_retracted_is_named(target, said):
    assert did(Event(verb="retract", slice="C1", target=target)) == f"retracted {said} of C1"


def test_every_verb_that_an_action_records_has_its_sentence():
    from phases.rules.transitions import VERBS
    from phases.views.words import _DID

    text = "".join(path.read_text() for path in ACTIONS.glob("*.py"))
    recorded = set(re.findall(r'verb="(\w+)"', text)) | set(VERBS)
    assert recorded <= set(_DID)


def test_requirement_by_its_key():
    assert leaf("gate:C1/quick/0123abcd") == "a quick gate"
    assert leaf("artifact:docs/A.md") == "the artifact docs/A.md"
    assert leaf("slice:C1") == "the landing of C1"


def test_long_lists_are_cut():
    assert listed(["a", "b"]) == "a, b"
    assert listed("abcdef") == "a, b, c and 3 more"


def test_counts_agree_with_their_noun():
    assert (counted(1, "gate"), counted(2, "gate")) == ("1 gate", "2 gates")


def test_nested_values_become_lines_in_their_order():
    value: dict[str, Any] = {"a": {"b": ["x", 2]}, "c": None, "d": []}
    assert flat(value) == [
        (0, "a", ""),
        (1, "b", ""),
        (2, "", "x"),
        (2, "", "2"),
        (0, "c", ""),
        (0, "d", "empty"),
    ]


def test_nesting_of_any_depth_is_walked_and_shown_to_a_bound():
    value: object = "end"
    for _ in range(5000):
        value = {"k": value}
    assert flat(value)[-1] == (DEEPEST, "k", "end")
