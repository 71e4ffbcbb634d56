"""Long texts: the part that is read first in the open, the rest in a fold, every word kept."""

import pytest

from phases.views.long_texts import CHARACTERS, fold_log, halves, long_element


@pytest.mark.parametrize(
    "text", ["short", "one\ntwo\nthree", "word " * (CHARACTERS // 5), "\n".join("abcdefghij")]
)
def test_texts_of_usual_length_are_shown_whole(text):
    assert halves(text) == (text, "")
    assert "<details" not in long_element(text)


@pytest.mark.parametrize("text", ["\n".join(map(str, range(30))), "word " * 500, "x" * 3000])
def test_long_texts_lose_nothing(text):
    shown, folded = halves(text)
    assert folded
    assert (shown + folded).replace(" ", "").replace("\n", "") == text.replace(" ", "").replace("\n", "")


def test_fold_says_how_long_the_whole_is():
    assert "Show all 30 lines" in long_element("\n".join(map(str, range(30))))
    assert "Show all of it" in long_element("word " * 500)


def test_what_people_wrote_is_escaped():
    assert "<b>" not in long_element("<b>" * 1000) + long_element("<b>", "small")


@pytest.mark.parametrize(("from_end", "seen"), [(False, "a0"), (True, "c99")])
def test_log_with_a_cut_keeps_its_mark_in_the_fold(from_end, seen):
    log = [("\n".join(f"{part}{n}" for n in range(100)), False) for part in "ac"]
    parts = [log[0], ("cut", True), log[1]]
    shown, folded, number = fold_log(parts, from_end=from_end)
    assert seen in shown[0][0]
    assert ("cut", True) in folded
    assert number == 201 - 40
