"""The order of work: cycles, layers, which edges to draw, and which slices collide on files.

A graph is a mapping from a slice code to the codes it needs, in file order. All walks are
iterative, so 5,000 slices in one chain are as safe as nine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from .state import Decision, PhaseState, SliceState, Status

Needs = Mapping[str, Iterable[str]]


def natural(code: str) -> list[tuple[int, int, str]]:
    """To sort codes by: numbers within them by their value, so that `P2` comes before `P10`."""
    parts = re.findall(r"\d+|\D+", code)
    return [(0, int(part), "") if part[0].isdecimal() else (1, 0, part) for part in parts]


def find_cycles(needs: Needs) -> list[list[str]]:
    """One cycle for each strongly connected component, in walking order; empty if there is none."""
    return [
        _cycle_within(needs, part)
        for part in _Components(needs).find()
        if len(part) > 1 or _needs_itself(needs, part)
    ]


def _needs_itself(needs: Needs, part: Sequence[str]) -> bool:
    return part[0] in set(needs.get(part[0], ()))


class _Components:
    """Tarjan's algorithm with its own stack; needs of unknown codes are ignored."""

    def __init__(self, needs: Needs) -> None:
        self.needs = needs
        self.index: dict[str, int] = {}
        self.low: dict[str, int] = {}
        self.path: list[str] = []
        self.on_path: set[str] = set()
        self.parts: list[list[str]] = []
        self.work: list[tuple[str, Iterator[str]]] = []

    def find(self) -> list[list[str]]:
        for root in self.needs:
            if root not in self.index:
                self._enter(root)
            while self.work:
                self._step()
        return self.parts

    def _enter(self, code: str) -> None:
        self.index[code] = self.low[code] = len(self.index)
        self.path.append(code)
        self.on_path.add(code)
        self.work.append((code, (needed for needed in self.needs[code] if needed in self.needs)))

    def _step(self) -> None:
        """Go one need deeper, or leave a slice whose needs have all been walked."""
        code, rest = self.work[-1]
        for needed in rest:
            if needed not in self.index:
                return self._enter(needed)
            if needed in self.on_path:
                self.low[code] = min(self.low[code], self.index[needed])
        return self._leave(code)

    def _leave(self, code: str) -> None:
        self.work.pop()
        if self.work:
            above = self.work[-1][0]
            self.low[above] = min(self.low[above], self.low[code])
        if self.low[code] == self.index[code]:
            part = [self.path.pop()]
            while part[-1] != code:
                part.append(self.path.pop())
            self.on_path.difference_update(part)
            self.parts.append(part[::-1])


def _cycle_within(needs: Needs, part: Sequence[str]) -> list[str]:
    """Shortest way from the part's first code (in file order) back to itself."""
    members = set(part)
    start = next(code for code in needs if code in members)
    came_from: dict[str, str] = {}
    front = [start]
    while front:
        following = []
        for code in front:
            for needed in needs[code]:
                if needed == start:
                    path = [code]
                    while path[-1] != start:
                        path.append(came_from[path[-1]])
                    return path[::-1]
                if needed in members and needed not in came_from:
                    came_from[needed] = code
                    following.append(needed)
        front = following
    return [start]


def layers(needs: Needs) -> dict[str, int]:
    """Column of each slice: 0 for those that need nothing, else one after the last they need."""
    waiting = {code: {needed for needed in of if needed in needs} for code, of in needs.items()}
    needed_by: dict[str, list[str]] = {code: [] for code in needs}
    for code, of in waiting.items():
        for needed in of:
            needed_by[needed].append(code)
    column = {code: 0 for code, of in waiting.items() if not of}
    front = list(column)
    while front:
        following = []
        for code in front:
            for later in needed_by[code]:
                waiting[later].discard(code)
                column[later] = max(column.get(later, 0), column[code] + 1)
                if not waiting[later]:
                    following.append(later)
        front = following
    return column


def longest_chain(needs: Needs) -> list[str]:
    """The longest way through the graph, from what is needed to what needs it.

    Of ways of the same length the one whose last slice comes first in the file, and so on back to its start.
    """
    column = layers(needs)
    end = max(needs, key=lambda code: column.get(code, -1), default=None)
    chain: list[str] = []
    while end is not None:
        chain.append(end)
        step = column[end] - 1
        end = next((code for code in needs[end] if column.get(code) == step), None)
    return chain[::-1]


def critical_path(state: PhaseState) -> list[str]:
    """The slices that say how long the phase still takes at least: none of them can be done beside another.

    It is the longest chain, by number of slices, of those that have not landed and are not deferred; when
    one of them waits, the end of the phase waits. Nobody estimates durations here, so each slice counts as
    one. A conditional slice counts, and an "if triggered" need carries the chain, only once it is triggered.
    """
    open_items = {item.code: item for item in state.slices.values() if _is_ahead(item)}
    return longest_chain(
        {
            code: [need.code for need in item.needs if need.code in open_items]
            for code, item in open_items.items()
        }
    )


def _is_ahead(item: SliceState) -> bool:
    if item.status in (Status.LANDED, Status.DEFERRED):
        return False
    return not item.is_conditional or item.decision == Decision.TRIGGERED


def drawn_edges(needs: Needs) -> set[tuple[str, str]]:
    """Edges (needed, needing) of the transitive reduction: those that no longer way already says."""
    column = layers(needs)
    # One bit for each slice: sets of all ancestors would take memory by the square of their number.
    bit = {code: 1 << number for number, code in enumerate(column)}
    ancestors: dict[str, int] = {}
    kept: set[tuple[str, str]] = set()
    for code in sorted(column, key=lambda item: column[item]):
        direct = sorted((n for n in set(needs[code]) if n in column), key=lambda n: -column[n])
        reached = 0
        for needed in direct:
            if not reached & bit[needed]:
                kept.add((needed, code))
            reached |= ancestors[needed] | bit[needed]
        ancestors[code] = reached
    return kept


def covers(declared: str, path: str) -> bool:
    """Whether a path is the declared one, matches its glob, or lies below what it names.

    `*` and `?` stay within a folder, a part that is `**` stands for any folders. The work is bounded
    by the product of the lengths: a glob is people's text, and no text may keep a page waiting.
    """
    if not is_glob(declared):
        return path == declared or path.startswith(declared.rstrip("/") + "/")
    pattern = _parts(declared)
    states = _past_folders(pattern, {0})
    for part in path.split("/"):
        states.discard(len(pattern))
        following = {at for at in states if pattern[at] == "**"}
        following |= {at + 1 for at in states if pattern[at] != "**" and _part_matches(pattern[at], part)}
        states = _past_folders(pattern, following)
        if len(pattern) in states:
            return True
    return False


@lru_cache(maxsize=4096)
def _parts(declared: str) -> tuple[str, ...]:
    return tuple(declared.rstrip("/").split("/"))


def _past_folders(pattern: Sequence[str], states: set[int]) -> set[int]:
    """The places in the pattern that are reached when every `**` may also stand for nothing."""
    reached = set(states)
    for start in states:
        at = start
        while at < len(pattern) and pattern[at] == "**":
            at += 1
            reached.add(at)
    return reached


def _part_matches(pattern: str, text: str) -> bool:
    """One part of a path against one of a glob; going back only to the last `*` is enough."""
    at = here = resume = 0
    star = -1
    while here < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume, at = at, here, at + 1
        elif at < len(pattern) and pattern[at] in ("?", text[here]):
            at, here = at + 1, here + 1
        elif star >= 0:
            resume += 1
            at, here = star + 1, resume
        else:
            return False
    return not pattern[at:].strip("*")


def is_glob(path: str) -> bool:
    return "*" in path or "?" in path


def overlap(mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Paths of either side that the other side also declares, sorted.

    Two globs overlap where one matches the other's fixed beginning; that may name a pair that
    shares no file yet, which is the safe side for a warning.
    """
    return sorted({shared for one in mine for other in theirs if (shared := _shared(one, other))})


def _shared(one: str, other: str) -> str:
    if one == other:
        return one
    if not is_glob(other) and covers(one, other):
        return other
    if not is_glob(one) and covers(other, one):
        return one
    if is_glob(one) and is_glob(other):
        first, second = _fixed_folder(one), _fixed_folder(other)
        if first.startswith(second) or second.startswith(first):
            return max(one, other, key=len)
    return ""


def _fixed_folder(glob: str) -> str:
    """The folders before the first wildcard, with the closing slash."""
    fixed = re.split(r"[*?]", glob, maxsplit=1)[0]
    return fixed[: fixed.rfind("/") + 1]
