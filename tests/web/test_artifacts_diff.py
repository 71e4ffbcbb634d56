"""What changed between two texts: line by line where that can be had, in words where it cannot."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phases.views.artifacts_diff import CONTEXT, MOST_LINES, MOST_SHOWN, compare


def signed(diff):
    """The changed lines as `-old` and `+new`."""
    return [f"{line.sign}{line.text}" for part in diff.parts for line in part.lines if line.sign]


def text(*lines):
    return "".join(f"{line}\n" for line in lines)


def test_changed_line_stands_removed_and_added_with_both_numbers():
    diff = compare(text("a", "b", "c"), text("a", "B", "c"))
    assert signed(diff) == ["-b", "+B"]
    gone, came = (line for part in diff.parts for line in part.lines if line.sign)
    assert (gone.old, gone.new, came.old, came.new) == (2, 0, 0, 2)
    assert (diff.added, diff.removed) == (1, 1)


def test_what_is_the_same_far_from_a_change_is_folded():
    lines = [str(number) for number in range(40)]
    diff = compare(text(*lines), text(*lines[:20], "new", *lines[20:]))
    assert [(part.is_folded, len(part.lines)) for part in diff.parts] == [
        (True, 20 - CONTEXT),
        (False, CONTEXT),
        (False, 1),
        (False, CONTEXT),
        (True, 20 - CONTEXT),
    ]


@pytest.mark.parametrize(
    ("new", "said"), [("a\nb\n", "The texts are the same."), ("a\r\nb", "Only the ends")]
)
def test_same_lines_are_told_in_a_sentence(new, said):
    diff = compare("a\nb\n", new)
    assert not diff.parts
    assert diff.note.startswith(said)


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcde")))
def test_old_lines_with_the_changes_made_are_the_new_ones(old, new):
    diff = compare(text(*old), text(*new))
    if diff.parts:
        shown = [line for part in diff.parts for line in part.lines]
        assert [line.text for line in shown if line.sign != "-"] == (new or [""])
        assert [line.text for line in shown if line.sign != "+"] == (old or [""])


MIB = 2**20
HOSTILE = {
    "empty lines": ("\n" * MIB, "\n" * (MIB - 5) + "a"),
    "short lines": ("a\nb\n" * MIB, "b\na\n" * MIB),
    "every other": (
        "".join(f"a{number}\nsame\n" for number in range(45_000)),
        "".join(f"b{number}\nsame\n" for number in range(45_000)),
    ),
    "turned round": (text(*range(90_000)), text(*range(90_000, 0, -1))),
    "many gaps": (
        "".join(f"u{number}\n{'x|y|' * 45}\n".replace("|", "\n") for number in range(900)),
        "".join(f"u{number}\n{'y|x|' * 45}\n".replace("|", "\n") for number in range(900)),
    ),
    "one line": ("x" * 2 * MIB, "y" * 2 * MIB),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_compared_in_seconds(name):
    began = time.process_time()
    diff = compare(*HOSTILE[name])
    assert time.process_time() - began < 8
    assert diff.parts or diff.note
    assert sum(len(part.lines) for part in diff.parts) <= MOST_SHOWN


def test_very_many_lines_are_compared_as_sets():
    old = text(*range(MOST_LINES + 1))
    diff = compare(old, old.replace("\n7\n", "\nseven\neight\n"))
    assert "2 lines stand only in the new text, 1 only in the old one" in diff.note


def test_more_than_a_page_bears_is_cut_and_says_so():
    diff = compare(text(*range(MOST_SHOWN)), text(*(f"n{number}" for number in range(MOST_SHOWN))))
    assert (diff.added, diff.removed) == (MOST_SHOWN, MOST_SHOWN)
    assert "Only the first 3,000 lines are shown" in diff.note


def test_characters_that_cannot_be_seen_are_made_visible():
    assert signed(compare("a\n", "a\u202eb\n"))[1] == "+a[U+202E]b"
