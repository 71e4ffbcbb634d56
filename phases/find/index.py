"""What can be found, laid out for looking it up: made once for each state of an initiative."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from .words import letters, squashed, typos, typos_allowed, words

_LAST = "\U0010ffff"
_SHORTEST_INSIDE = 3
"""Letters from which on something is also looked for inside words; any number where words are not spaced."""


CODE, TYPO = 0, 8
"""How well an exact code fits, and what typos add to."""
WORST = TYPO + 4
"""How well the worst fits: two typos in the beginning of a word."""


class Row(NamedTuple):
    """One thing that can be found: what is shown of it, and the texts that it is found by."""

    kind: str
    code: str
    title: str
    url: str
    initiative: str
    phase: str = ""
    """Code of the phase that it belongs to, empty for what belongs to the whole initiative."""
    status: str = ""
    look: str = ""
    """How the status looks; empty where it calls for nothing."""
    where: str = ""
    also: str = ""
    """Further texts that it is found by: owner, members, folder."""


class Words:
    """The words of many texts, given as lists of words, each with the numbers of the texts that hold it."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        found: dict[str, list[int]] = {}
        for number, text in enumerate(texts):
            for word in dict.fromkeys(text):
                found.setdefault(word, []).append(number)
        self.all = sorted(found)
        self._ends = array("I")
        self._numbers = array("I")
        for word in self.all:
            self._numbers.extend(found[word])
            self._ends.append(len(self._numbers))
        self._letters = [letters(word) for word in self.all]

    def exact(self, word: str) -> Iterable[int]:
        place = bisect_left(self.all, word)
        is_there = place < len(self.all) and self.all[place] == word
        return self._of(place, place + 1) if is_there else ()

    def beginning(self, word: str) -> Iterable[int]:
        """Texts with a word that begins so, the same text perhaps several times."""
        return self._of(bisect_left(self.all, word), bisect_right(self.all, word + _LAST))

    def almost(self, word: str) -> Iterator[tuple[int, bool, Iterable[int]]]:
        """How many typos away, whether only the beginning of a longer word, and the texts with it."""
        most, wanted = typos_allowed(word), letters(word)
        shortest = len(word) - most
        for place, other in enumerate(self._letters):
            if not most or (wanted & ~other).bit_count() > most or len(self.all[place]) < shortest:
                continue
            whole, start = typos(word, self.all[place][: len(word) + most + 1], most)
            if min(whole, start) <= most:
                yield min(whole, start), whole > most, self._of(place, place + 1)

    def _of(self, first: int, last: int) -> Sequence[int]:
        """The numbers of the words from `first` up to before `last`."""
        return self._numbers[self._ends[first - 1] if first else 0 : self._ends[last - 1] if last else 0]


class Inside:
    """Many texts without their spaces and hyphens, for what stands anywhere in them."""

    def __init__(self, texts: Iterable[str]) -> None:
        each = list(texts)
        self._text = "\n".join(each)
        self._starts = array("I", accumulate((len(text) + 1 for text in each), initial=0))

    def holding(self, letters: str) -> Iterator[int]:
        """The numbers of the texts that hold these letters, each once."""
        place = self._text.find(letters)
        while place >= 0:
            number = bisect_right(self._starts, place) - 1
            yield number
            place = self._text.find(letters, self._starts[number + 1])


class Index:
    """Rows that can be found, in the order in which equals are shown."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        codes = [squashed(row.code) for row in rows]
        names = [words(f"{row.code} {row.title}") for row in rows]
        others = [words(row.also) for row in rows]
        self._by_code = Words([code] if code else [] for code in codes)
        self._names, self._others = Words(names), Words(others)
        self._inside_codes = Inside(codes)
        self._inside = Inside("".join([*name, *other]) for name, other in zip(names, others, strict=True))

    def strict(self, word: str) -> dict[int, int]:
        """The rows that a word fits without a typo, each with how well: 0 is best."""
        found: dict[int, int] = {}
        for tier, numbers in enumerate(self._tiers(word)):
            for number in numbers:
                found.setdefault(number, tier)
        return found

    def _tiers(self, word: str) -> Iterator[Iterable[int]]:
        yield self._by_code.exact(word)
        yield self._by_code.beginning(word)
        yield self._names.exact(word)
        yield self._names.beginning(word)
        yield self._others.exact(word)
        yield self._others.beginning(word)
        if len(word) > 1:
            yield self._inside_codes.holding(word)
        if len(word) >= _SHORTEST_INSIDE or not word.isascii():
            yield self._inside.holding(word)

    def loose(self, word: str) -> dict[int, int]:
        """The same with the rows that it fits with a typo or two, after all others."""
        found = self.strict(word)
        for vocabulary in (self._names, self._others):
            for distance, is_beginning, numbers in vocabulary.almost(word):
                tier = TYPO + distance + 2 * is_beginning
                for number in numbers:
                    found[number] = min(tier, found.get(number, tier))
        return found
