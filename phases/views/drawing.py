"""The dependency graph as SVG: one column for each step, slices as links, only the edges that matter.

Everything that people wrote goes through `escape`. Coordinates are CSS pixels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from django.utils.safestring import SafeString, mark_safe

from phases.rules.graph import drawn_edges, layers
from phases.rules.state import PhaseState, SliceState
from phases.rules.transitions import WORDS

WIDTH, HEIGHT = 90, 42
GAP_X, GAP_Y = 22, 14
STEP_X, STEP_Y = WIDTH + GAP_X, HEIGHT + GAP_Y
MARGIN = 3
LONGEST_CODE = 8
REM = 16
"""Pixels of a rem where nobody changed the size of text; the drawing grows with it."""

_SIGNS = {
    "planned": '<circle class="sign" cx="13" cy="15" r="4.5"/>',
    "in_progress": '<circle class="sign" cx="13" cy="15" r="4.5"/>'
    '<path class="part" d="M13 15v-4.5a4.5 4.5 0 0 1 4.5 4.5z"/>',
    "candidate": '<circle class="sign" cx="13" cy="15" r="4.5"/>'
    '<path class="part" d="M13 15v-4.5a4.5 4.5 0 1 1-4.5 4.5z"/>',
    "landed": '<circle class="sign" cx="13" cy="15" r="4.5"/>',
    "deferred": '<circle class="sign" cx="13" cy="15" r="4.5" stroke-dasharray="2.2 2.2"/>',
    "blocked": '<rect class="sign" x="8.5" y="10.5" width="9" height="9" rx="1"/>',
    "ready": '<path class="sign" d="M9.5 10l8 5-8 5z"/>',
}


@dataclass(frozen=True, slots=True)
class Edge:
    """From the needed slice to the one that needs it."""

    source: str
    target: str
    if_triggered: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Column and lane of each slice, and for each edge the lanes it passes, first to last column."""

    column: Mapping[str, int]
    lane: Mapping[str, int]
    routes: Mapping[Edge, tuple[int, ...]]
    columns: int
    lanes: int


Mark = tuple[str, str, str]
"""A small sign in the corner of a slice: class, sign and words."""


def draw(
    state: PhaseState,
    ready: Collection[str],
    urls: Mapping[str, str],
    marks: Mapping[str, Mark] = MappingProxyType({}),
) -> SafeString:
    """The graph of a phase; `ready` holds the codes that can start, `urls` the page of each slice."""
    plan = arrange(state)
    width = plan.columns * STEP_X - GAP_X + 2 * MARGIN
    height = plan.lanes * STEP_Y - GAP_Y + 2 * MARGIN
    name = f"Order of work: {len(state.slices)} slices in {plan.columns} steps"
    parts = [
        f'<svg width="{width / REM}rem" height="{height / REM}rem" viewBox="0 0 {width} {height}"'
        f' role="group" aria-label="{name}">',
        '<g aria-hidden="true">',
        *(_edge(edge, plan) for edge in plan.routes),
        "</g>",
    ]
    for code in sorted(plan.column, key=lambda one: plan.column[one]):
        item = state.slices[code]
        parts.append(_node(item, look(item, code in ready), urls[code], plan, marks.get(code)))
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308  (every text in it went through escape)


def look(item: SliceState, ready: bool) -> str:
    """The one word for how a slice stands: its status, or blocked, or ready to start."""
    if item.blockers and item.status not in ("landed", "deferred"):
        return "blocked"
    return "ready" if ready else item.status.value


def arrange(state: PhaseState) -> Layout:
    """Columns by order of work, lanes so that chains run straight and long edges pass between slices."""
    needs = {item.code: [need.code for need in item.needs] for item in state.slices.values()}
    return _Lanes(state, layers(needs)).layout()


def edges(state: PhaseState) -> list[Edge]:
    """The reduction of what is always needed; "if triggered" edges are never implied by others."""
    always = {
        item.code: [need.code for need in item.needs if not need.if_triggered]
        for item in state.slices.values()
    }
    kept = drawn_edges(always)
    return [
        Edge(need.code, item.code, need.if_triggered)
        for item in state.slices.values()
        for need in item.needs
        if need.if_triggered or (need.code, item.code) in kept
    ]


class _Lanes:
    """Goes through the columns once, from left to right, and gives out lanes; lane 0 is the first root's."""

    def __init__(self, state: PhaseState, column: Mapping[str, int]) -> None:
        self.slices = state.slices
        self.column = column
        self.lane: dict[str, int] = {}
        self.routes: dict[Edge, list[int]] = {}
        self.under_way: list[Edge] = []
        self.leaving: dict[str, list[Edge]] = defaultdict(list)
        for edge in edges(state):
            self.leaving[edge.source].append(edge)

    def layout(self) -> Layout:
        columns: dict[int, list[str]] = defaultdict(list)
        for code, number in self.column.items():
            columns[number].append(code)
        for number in range(len(columns)):
            self._fill(number, columns[number])
        every = [0, *self.lane.values(), *(lane for route in self.routes.values() for lane in route)]
        top = min(every)
        return Layout(
            self.column,
            {code: lane - top for code, lane in self.lane.items()},
            {edge: tuple(lane - top for lane in route) for edge, route in self.routes.items()},
            len(columns),
            max(every) - top + 1,
        )

    def _fill(self, number: int, codes: Iterable[str]) -> None:
        """Edges that go on keep their lane, then slices take the free lanes nearest to what they need."""
        taken: dict[int, str] = {}
        arriving = [edge for edge in self.under_way if self.column[edge.target] == number]
        self.under_way = [edge for edge in self.under_way if self.column[edge.target] != number]
        for edge in self.under_way:
            came = self.routes[edge][-1]
            # Edges that leave the same slice may run together.
            lane = came if taken.get(came, edge.source) == edge.source else _free(taken, came)
            taken[lane] = edge.source
            self.routes[edge].append(lane)
        wishes = self._wishes(arriving)
        for code in sorted(codes, key=lambda one: (self.slices[one].is_conditional, wishes.get(one, 0))):
            self.lane[code] = _free(
                taken, round(wishes.get(code, 0)), upwards=self.slices[code].is_conditional
            )
            taken[self.lane[code]] = code
            for edge in self.leaving[code]:
                self.routes[edge] = [self.lane[code]]
                self.under_way.append(edge)
        for edge in arriving:
            self.routes[edge].append(self.lane[edge.target])

    def _wishes(self, arriving: Iterable[Edge]) -> dict[str, float]:
        """The middle of the lanes that a slice's needs come in on; "if triggered" needs have no say."""
        lanes: dict[str, list[int]] = defaultdict(list)
        for edge in arriving:
            if not edge.if_triggered:
                lanes[edge.target].append(self.routes[edge][-1])
        return {code: sum(found) / len(found) for code, found in lanes.items()}


def _free(taken: Collection[int], wanted: int, *, upwards: bool = False) -> int:
    """The nearest lane to the wanted one; of two at the same distance the lower one on the page."""
    sign = -1 if upwards else 1
    for distance in range(len(taken) + 1):
        for number in (wanted + sign * distance, wanted - sign * distance):
            if number not in taken:
                return number
    raise AssertionError("Among n + 1 lanes, n taken ones leave one free.")


def _edge(edge: Edge, plan: Layout) -> str:
    first = plan.column[edge.source]
    route = plan.routes[edge]
    x, y = _right(first), _middle(route[0])
    line = [f"M{x} {y}"]
    for step, number in enumerate(route[1:], start=1):
        x, y, before = MARGIN + (first + step) * STEP_X, _middle(number), y
        bend = x - GAP_X / 2
        end = x - 5 if step == len(route) - 1 else x
        line.append(f"L{end} {y}" if y == before else f"C{bend} {before} {bend} {y} {end} {y}")
        if step < len(route) - 1:
            line.append(f"H{x + WIDTH}")
    style = "edge if-triggered" if edge.if_triggered else "edge"
    tip = f'<path class="tip" d="M{x - 6} {y - 3.5}l6 3.5-6 3.5z"/>'
    return f'<path class="{style}" d="{"".join(line)}"/>{tip}'


def _node(item: SliceState, how: str, url: str, plan: Layout, mark: Mark | None) -> str:
    x, y = MARGIN + plan.column[item.code] * STEP_X, MARGIN + plan.lane[item.code] * STEP_Y
    word = {"blocked": "blocked", "ready": "can start"}.get(how) or WORDS[item.status]
    code = item.code if len(item.code) <= LONGEST_CODE else f"{item.code[: LONGEST_CODE - 1]}…"
    conditional = " conditional" if item.is_conditional else ""
    words = [word, "conditional" if conditional else "", mark[2] if mark else ""]
    name = escape(f"{item.code}, {item.title}: {', '.join(filter(None, words))}")
    corner = f'<text class="mark {mark[0]}" x="{WIDTH - 8}" y="18">{mark[1]}</text>' if mark else ""
    return (
        f'<a class="node {how}{conditional}" id="node-{escape(item.code)}" href="{escape(url)}"'
        f' aria-label="{name}" transform="translate({x} {y})"><title>{name}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="7"/>{_SIGNS[how]}'
        f'<text x="23" y="19.5">{escape(code)}</text><text class="word" x="23" y="33">{word}</text>'
        f"{corner}</a>"
    )


def _right(column: int) -> int:
    return MARGIN + column * STEP_X + WIDTH


def _middle(lane: int) -> float:
    return MARGIN + lane * STEP_Y + HEIGHT / 2
