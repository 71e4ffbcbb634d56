"""Words as they are compared: without case, accents, hyphens and spaces; how many typos lie between two."""

from __future__ import annotations

import re
import unicodedata

_RUN = re.compile(r"[^\W_]+")
_NO_DIGIT = re.compile(r"\D+")
ONE_TYPO, TWO_TYPOS = 4, 8
"""Letters from which on a word may be one typo off, and two."""


def plain(text: str) -> str:
    """In small letters and without accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).casefold()


def words(text: str) -> list[str]:
    """`D-5A: Re-review` is d, 5a, re, review."""
    return _RUN.findall(plain(text))


def squashed(text: str) -> str:
    """`D-5A` is d5a."""
    return "".join(words(text))


def typos_allowed(word: str) -> int:
    if len(word) < ONE_TYPO:
        return 0
    return 1 if len(word) < TWO_TYPOS else 2


def letters(word: str) -> int:
    """Which letters a word has, and how often up to three times, as a set of bits.

    A typo takes at most one bit away, so words that miss more than a few are far apart.
    """
    bits = 0
    for letter in word:
        bit = 1 << (ord(letter) & 31)
        while bits & bit and bit < _THIRD:
            bit <<= 32
        bits |= bit
    return bits


_THIRD = 1 << 64


def typos(wanted: str, found: str, most: int) -> tuple[int, int]:
    """How many typos make `found` of `wanted`, and how many its beginning; more than `most` is `most` + 1.

    A typo is a letter too many, too few or another one, or two neighbours swapped. Numbers are taken
    as they are: D-013 is no typo of D-012.
    """
    far, size = most + 1, len(found)
    if not _digits(found).startswith(_digits(wanted)):
        return far, far
    before: list[int] = []
    last = [min(place, far) for place in range(size + 1)]
    for i, letter in enumerate(wanted):
        row = [far] * (size + 1)
        row[0] = i + 1
        for j in range(max(0, i - most), min(size, i + most + 1)):
            other = found[j]
            cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (letter != other))
            if i and j and letter == found[j - 1] and other == wanted[i - 1]:
                cost = min(cost, before[j - 1] + 1)
            row[j + 1] = cost
        if min(row) > most:
            return far, far
        before, last = last, row
    return min(last[-1], far), min(last)


def _digits(word: str) -> str:
    return _NO_DIGIT.sub("", word)
