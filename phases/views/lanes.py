"""Where slices stand in the drawing: columns by the order of work, lanes with few crossings, straight chains.

Long edges get a bend in every column that they pass, so that they run beside slices and never across.
A lane is the room of one slice; all lanes here are counted from the topmost one and may be fractions.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress, pairwise

from phases.rules.graph import drawn_edges, layers, longest_chain
from phases.rules.state import Need

Structure = Sequence[tuple[str, bool, tuple[Need, ...]]]
"""Of each slice its code, whether it is conditional, and what it needs, in file order."""

ROUNDS, FEW = 12, 1_500
"""How often columns are sorted anew; beyond so many slices and bends once has to do."""
BESIDE_BEND, BETWEEN_BENDS = 0.6, 0.25
"""Lanes between a slice and an edge that passes, and between two such edges."""
MOST_LANES = 14
"""More slices of one step than that stand in several columns."""
STRAIGHT, BEND, ASIDE = 1_000, 100, 0.1
"""How much it matters that the longest chain, long edges and what is only sometimes needed run straight."""


@dataclass(frozen=True, slots=True)
class Edge:
    """From the needed slice to the one that needs it."""

    source: str
    target: str
    if_triggered: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Step, column and lane of each slice, and for each edge the lanes it passes, first to last column."""

    step: Mapping[str, int]
    column: Mapping[str, int]
    lane: Mapping[str, float]
    routes: Mapping[Edge, tuple[float, ...]]
    columns: int


def edges(structure: Structure) -> list[Edge]:
    """The reduction of what is always needed; "if triggered" edges are never implied by others."""
    always = {code: [need.code for need in needs if not need.if_triggered] for code, _, needs in structure}
    kept = drawn_edges(always)
    return [
        Edge(need.code, code, need.if_triggered)
        for code, _, needs in structure
        for need in needs
        if need.if_triggered or (need.code, code) in kept
    ]


def arrange(structure: Structure) -> Layout:
    """A place for every slice and a way for every edge."""
    grid = _Grid(structure)
    grid.sort()
    grid.place()
    return grid.layout()


def _columns(codes: Sequence[str], step: Mapping[str, int]) -> dict[str, int]:
    """One for each step, or some where too many slices belong to it."""
    sizes = Counter(step.values())
    wanted = {number: -(-size // MOST_LANES) for number, size in sizes.items()}
    first = [0, *accumulate(wanted[number] for number in range(len(sizes)))]
    met: Counter[int] = Counter()
    columns = {}
    for code in codes:
        number = step[code]
        columns[code] = first[number] + met[number] * wanted[number] // sizes[number]
        met[number] += 1
    return columns


class _Grid:
    """Items are numbers: first the slices in file order, then the bends. Each knows its neighbours."""

    def __init__(self, structure: Structure) -> None:
        self.codes = [code for code, _, _ in structure]
        self.step = layers({code: [need.code for need in needs] for code, _, needs in structure})
        self.column = _columns(self.codes, self.step)
        self.at = [self.column[code] for code in self.codes]
        self.before: list[list[tuple[int, float]]] = [[] for _ in self.codes]
        self.after: list[list[tuple[int, float]]] = [[] for _ in self.codes]
        self.ways: dict[Edge, list[int]] = {}
        self.weight: list[float] = [ASIDE if conditional else 1 for _, conditional, _ in structure]
        self._connect(structure)
        self.columns: list[list[int]] = [[] for _ in range(max(self.at, default=-1) + 1)]
        # Above the others stands what may never be done.
        for item in sorted(range(len(self.at)), key=lambda one: self.weight[one] != ASIDE):
            self.columns[self.at[item]].append(item)
        self.lane = [0.0] * len(self.at)

    def _connect(self, structure: Structure) -> None:
        number = {code: n for n, code in enumerate(self.codes)}
        # The backbone: conditional slices stand aside of it.
        always = {
            code: [need.code for need in needs if not need.if_triggered]
            for code, conditional, needs in structure
            if not conditional
        }
        backbone = longest_chain(always)
        for code in backbone:
            self.weight[number[code]] = STRAIGHT
        straight = set(pairwise(backbone))
        for edge, trunk in self._trunks(edges(structure)):
            weight = STRAIGHT if (edge.source, edge.target) in straight else ASIDE if edge.if_triggered else 1
            way = [number[edge.source]]
            for column in range(self.column[edge.source] + 1, self.column[edge.target]):
                way.append(trunk[column] if column in trunk else trunk.setdefault(column, self._bend(column)))
                self.weight[way[-1]] = max(self.weight[way[-1]], weight)
            way.append(number[edge.target])
            self.ways[edge] = way
            for left, right in pairwise(way):
                self.after[left].append((right, weight))
                self.before[right].append((left, weight))

    def _trunks(self, found: Sequence[Edge]) -> Iterator[tuple[Edge, dict[int, int]]]:
        """Each edge with the bends, by column, that it shares: long ones run together from where many leave
        or to where many arrive.
        """
        leaving = [(edge.source, edge.if_triggered, "leaves") for edge in found]
        arriving = [(edge.target, edge.if_triggered, "arrives") for edge in found]
        is_long = [self.column[edge.target] - self.column[edge.source] > 1 for edge in found]
        many = Counter(compress(leaving, is_long)) + Counter(compress(arriving, is_long))
        trunks: dict[tuple[str, bool, str], dict[int, int]] = {}
        for edge, leaves, arrives in zip(found, leaving, arriving, strict=True):
            yield edge, trunks.setdefault(leaves if many[leaves] >= many[arrives] else arrives, {})

    def _bend(self, column: int) -> int:
        self.at.append(column)
        self.weight.append(BEND)
        self.before.append([])
        self.after.append([])
        return len(self.at) - 1

    def sort(self) -> None:
        """Barycenters to and fro; the best order that was met stays."""
        best, fewest = self.columns, self._crossings(self.columns)
        now = [list(column) for column in self.columns]
        for turn in range(ROUNDS if len(self.at) <= FEW else 1):
            if not fewest:
                break
            forth = turn % 2 == 0
            for number in range(1, len(now)) if forth else range(len(now) - 2, -1, -1):
                self._by_middle(now, number, number - 1 if forth else number + 1)
            crossings = self._crossings(now)
            if crossings < fewest:
                best, fewest = [list(column) for column in now], crossings
        self.columns = best

    def _by_middle(self, columns: list[list[int]], number: int, beside: int) -> None:
        near = self.before if beside < number else self.after
        place = {item: n for n, item in enumerate(columns[beside])}
        middle = {}
        for n, item in enumerate(columns[number]):
            found = [place[other] for other, _ in near[item]]
            middle[item] = sum(found) / len(found) if found else n
        columns[number].sort(key=middle.__getitem__)

    def _crossings(self, columns: Sequence[Sequence[int]]) -> int:
        place = {item: n for column in columns for n, item in enumerate(column)}
        total = 0
        for column in columns[:-1]:
            seen: list[int] = []
            for item in column:
                ends = sorted(place[other] for other, _ in self.after[item])
                total += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
                for end in ends:
                    insort(seen, end)
        return total

    def place(self) -> None:
        """Lanes: to the right, back, and to the right again with an eye on both sides."""
        both = [[*before, *after] for before, after in zip(self.before, self.after, strict=True)]
        for near, forth in ((self.before, True), (self.after, False), (both, True)):
            for column in self.columns if forth else self.columns[::-1]:
                self._spread(column, near)

    def _spread(self, column: Sequence[int], near: Sequence[Sequence[tuple[int, float]]]) -> None:
        """Who matters most goes first, then from the middle outwards: the others make room."""
        room = [0.0, *(self._room(*pair) for pair in pairwise(column))]
        offset = list(accumulate(room))
        placed: list[int] = []
        lanes: list[float] = []
        middle = (len(column) - 1) / 2
        for n in sorted(range(len(column)), key=lambda one: (-self.weight[column[one]], abs(one - middle))):
            at = bisect_left(placed, n)
            wish = self._wish(column[n], near[column[n]]) - offset[n]
            if at:
                wish = max(wish, lanes[at - 1])
            if at < len(placed):
                wish = min(wish, lanes[at])
            placed.insert(at, n)
            lanes.insert(at, wish)
            self.lane[column[n]] = wish + offset[n]

    def _room(self, above: int, below: int) -> float:
        slices = (above < len(self.codes)) + (below < len(self.codes))
        return (BETWEEN_BENDS, BESIDE_BEND, 1.0)[slices]

    def _wish(self, item: int, near: Sequence[tuple[int, float]]) -> float:
        """The middle of its neighbours by weight, in halves; its own place where it has none."""
        total = sum(weight for _, weight in near)
        if not total:
            return self.lane[item]
        return round(2 * sum(self.lane[other] * weight for other, weight in near) / total) / 2

    def layout(self) -> Layout:
        top = min(self.lane, default=0)
        return Layout(
            self.step,
            self.column,
            {code: self.lane[n] - top for n, code in enumerate(self.codes)},
            {edge: tuple(self.lane[item] - top for item in way) for edge, way in self.ways.items()},
            len(self.columns),
        )
