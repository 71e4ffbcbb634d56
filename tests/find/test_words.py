"""Words and typos: what a typo is, and how many a word may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phases.find.words import letters, squashed, typos, typos_allowed, words


@pytest.mark.parametrize(
    ("wanted", "found", "count"),
    [
        ("crane", "crane", 0),
        ("crnae", "crane", 1),
        ("cranes", "crane", 1),
        ("crne", "crane", 1),
        ("crame", "crane", 1),
        ("rcnae", "crane", 2),
        ("berht", "berth", 1),
        ("abcdef", "fedcba", 3),
        ("", "ab", 2),
        ("d013", "d012", 3),
    ],
)
def test_typos_are_counted_and_swaps_count_once(wanted, found, count):
    assert typos(wanted, found, 2)[0] == count


@pytest.mark.parametrize(
    ("found", "count"), [("schedule", 0), ("scehdule", 1), ("shcedule", 1), ("crane", 3)]
)
def test_the_beginning_of_a_word_counts_apart(found, count):
    assert typos("sched", found, 2) == (3, count)


@pytest.mark.parametrize(("word", "allowed"), [("d5a", 0), ("gate", 1), ("closure", 1), ("schedule", 2)])
def test_longer_words_may_have_more_typos(word, allowed):
    assert typos_allowed(word) == allowed


def test_words_know_no_case_accents_or_hyphens():
    assert words("D-5A: Re-réview, Straße") == ["d", "5a", "re", "review", "strasse"]
    assert squashed("D-5A ") == "d5a"


WORD = st.text(alphabet="abc", max_size=7)


def plainly(wanted, found):
    """The same by the definition, without any shortcut."""
    if not wanted or not found:
        return len(wanted) + len(found)
    ways = [
        plainly(wanted[1:], found) + 1,
        plainly(wanted, found[1:]) + 1,
        plainly(wanted[1:], found[1:]) + (wanted[0] != found[0]),
    ]
    if wanted[:2] == found[1::-1] and len(wanted) > 1 < len(found):
        ways.append(plainly(wanted[2:], found[2:]) + 1)
    return min(ways)


@given(st.text(alphabet="abc", max_size=5), st.text(alphabet="abc", max_size=5))
def test_the_quick_count_is_the_plain_one(wanted, found):
    assert typos(wanted, found, 2)[0] == min(3, plainly(wanted, found))


@given(WORD, WORD)
def test_words_few_typos_apart_share_their_letters(wanted, found):
    whole, start = typos(wanted, found, 2)
    assert min(whole, start) == 3 or (letters(wanted) & ~letters(found)).bit_count() <= min(whole, start)
