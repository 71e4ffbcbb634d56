"""Which rows a query finds, the best first: codes, then words, then words with a typo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from .index import TYPO, WORST, Index, Row
from .words import plain, words

KINDS = ("slice", "phase", "initiative", "owner", "document", "decision", "concern", "finding")
"""In the order in which equally good ones come."""

ENOUGH = 6
"""With fewer rows than these, words with typos are looked for too."""
MOST_LOOSE = 4
"""With more words than these, all are taken as they are typed."""
MOST_WORDS, LONGEST_WORD = 8, 60
_PLACES, _SUMS = 3, (WORST + 1) * MOST_WORDS
_STEP = _PLACES * _SUMS * len(KINDS)
"""Between ranks of rows whose worst words fit one step worse."""


class Near(NamedTuple):
    """Where somebody came from: an initiative, and perhaps one of its phases."""

    initiative: str = ""
    phase: str = ""


class Found(NamedTuple):
    """The first rows that fit, and how many of each kind there are."""

    rows: Sequence[Row]
    counts: Mapping[str, int]
    is_guess: bool
    """Whether each of them fits only with a typo."""


def find(
    indexes: Sequence[Index],
    query: str,
    near: Near = Near(),  # noqa: B008  (a tuple of two texts)
    *,
    kind: str = "",
    most: int = 12,
    most_of_kind: int = 5,
) -> Found:
    """At most `most` rows that hold every word of the query, or its words written together; of a query
    without letters and digits every sign.

    Exact codes come first, then beginnings of codes, words, beginnings and insides of words, and typos
    last; of equals those `near` come first. While other kinds are left, a kind has at most `most_of_kind`.
    """
    asked = [word[:LONGEST_WORD] for word in words(query)[:MOST_WORDS]]
    found = _ranked(indexes, asked, near, Index.strict) if asked else _written(indexes, query, near)
    if asked and len(found) < ENOUGH and len(asked) <= MOST_LOOSE:
        found = _ranked(indexes, asked, near, Index.loose)
    counts = Counter(indexes[which].rows[number].kind for _, which, number in found)
    rows = [indexes[which].rows[number] for _, which, number in sorted(found)]
    is_guess = bool(found) and min(found)[0] >= TYPO * _STEP
    shown = (
        [row for row in rows if row.kind == kind][:most] if kind else _mixed(rows, counts, most, most_of_kind)
    )
    return Found(shown, counts, is_guess)


def _written(indexes: Sequence[Index], query: str, near: Near) -> list[tuple[int, int, int]]:
    """The same for signs that are no words: rows with all of them in their code or title."""
    signs = plain(query).split()[:MOST_WORDS]
    return [
        (_distance(row, near) * _SUMS * len(KINDS) + KINDS.index(row.kind), which, number)
        for which, index in enumerate(indexes)
        for number, row in enumerate(index.rows)
        if signs and all(one in plain(f"{row.code} {row.title}") for one in signs)
    ]


Look = Callable[[Index, str], dict[int, int]]


def _ranked(
    indexes: Sequence[Index], asked: Sequence[str], near: Near, look: Look
) -> list[tuple[int, int, int]]:
    """(rank, number of the index, number of the row) of each row that fits, in no order."""
    found = []
    for which, index in enumerate(indexes):
        for number, (worst, total) in _fitting(index, asked, look).items():
            row = index.rows[number]
            rank = worst * _STEP + (_distance(row, near) * _SUMS + total) * len(KINDS)
            found.append((rank + KINDS.index(row.kind), which, number))
    return found


def _distance(row: Row, near: Near) -> int:
    if row.initiative != near.initiative:
        return 2
    return 0 if row.phase and row.phase == near.phase else 1


def _fitting(index: Index, asked: Sequence[str], look: Look) -> dict[int, tuple[int, int]]:
    """By row how badly its worst word fits, and the sum of all; only rows that every word fits."""
    fits: dict[int, tuple[int, int]] | None = None
    for one in _each(index, asked, look):
        if fits is None:
            fits = {number: (tier, tier) for number, tier in one.items()}
        else:
            fits = {
                number: (max(worst, one[number]), total + one[number])
                for number, (worst, total) in fits.items()
                if number in one
            }
    return fits or {}


def _each(index: Index, asked: Sequence[str], look: Look) -> list[dict[int, int]]:
    """For each word the rows that it fits, alone or together with a neighbour: `d 5a` is d5a."""
    found = [look(index, word) for word in asked]
    for place, (one, other) in enumerate(pairwise(asked)):
        for number, tier in index.strict(one + other).items():
            for both in (found[place], found[place + 1]):
                both[number] = min(tier, both.get(number, tier))
    return found


def _mixed(rows: Sequence[Row], counts: Mapping[str, int], most: int, most_of_kind: int) -> list[Row]:
    """The first ones, so that a kind with many leaves room for the others."""
    room = dict.fromkeys(counts, most_of_kind)
    spare = max(0, most - sum(min(number, most_of_kind) for number in counts.values()))
    taken = []
    for row in rows:
        if room[row.kind]:
            room[row.kind] -= 1
        elif spare:
            spare -= 1
        else:
            continue
        taken.append(row)
    return taken[:most]
