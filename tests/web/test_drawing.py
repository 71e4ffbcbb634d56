"""The dependency graph: which edges are drawn, where slices stand, and how they are reached."""

import re
from xml.etree import ElementTree

from django.utils import timezone

from phases.rules.state import ConcernState, Need, PhaseState, SliceState, Status
from phases.views.drawing import Edge, arrange, draw, edges


def state(needs, conditional=(), if_triggered=(), **statuses):
    """A phase from a mapping of codes to the codes they need; `if_triggered` holds pairs."""
    items = {
        code: SliceState(
            id=n,
            code=code,
            position=n,
            title=f"Work of {code}",
            kind="conditional" if code in conditional else "build",
            owner="@crew",
            status=Status(statuses.get(code, "planned")),
            needs=tuple(Need(one, (code, one) in if_triggered) for one in of),
        )
        for n, (code, of) in enumerate(needs.items())
    }
    return PhaseState(1, "harbour", "C", "", 1, 0, items)


WITH_CONDITION = state(
    {"A": [], "B": ["A"], "X": ["A", "B"], "C": ["B", "X"]}, conditional=["X"], if_triggered=[("C", "X")]
)


def drawn(phase, ready=()):
    return str(draw(phase, ready, {code: f"/{code}/" for code in phase.slices}))


def test_implied_edges_are_left_out_and_conditional_ones_imply_nothing():
    assert set(edges(WITH_CONDITION)) == {
        Edge("A", "B", False),
        Edge("B", "X", False),
        Edge("B", "C", False),
        Edge("X", "C", True),
    }


def test_main_chain_runs_straight_and_the_condition_stands_aside():
    lane = arrange(WITH_CONDITION).lane
    assert lane["A"] == lane["B"] == lane["C"] != lane["X"]


def test_long_edge_passes_beside_the_slices_between():
    plan = arrange(WITH_CONDITION)
    assert plan.routes[Edge("B", "C", False)][1] != plan.lane["X"]


def test_no_two_slices_share_a_place():
    codes = [f"S{n}" for n in range(90)]
    needs = {code: [codes[n - 1 - n % 7]] if n > 6 else [] for n, code in enumerate(codes)}
    plan = arrange(state(needs))
    places = {(plan.column[code], plan.lane[code]) for code in codes}
    assert len(places) == 90
    assert min(plan.lane.values()) == 0


def test_condition_and_its_edge_are_dashed():
    svg = drawn(WITH_CONDITION)
    assert svg.count('class="edge if-triggered"') == 1
    assert 'class="node planned conditional" id="node-X"' in svg


def test_nodes_are_links_with_a_name_that_says_the_status():
    svg = drawn(state({"A": [], "B": ["A"]}, A="landed"), ready=["B"])
    assert 'href="/A/" aria-label="A, Work of A: landed"' in svg
    assert 'class="node ready" id="node-B" href="/B/" aria-label="B, Work of B: can start"' in svg


def test_open_blocker_shows_before_the_status():
    phase = state({"A": []}, A="in_progress")
    blocker = ConcernState(1, "blocker", "x", "open", "", "", "A", "ann", timezone.now())
    object.__setattr__(phase.slices["A"], "blockers", (blocker,))
    assert 'class="node blocked"' in drawn(phase)


def test_long_code_is_cut_in_the_node_and_whole_in_its_name():
    svg = drawn(state({"A_VERY_LONG_CODE": []}))
    assert "A_VERY_…</text>" in svg
    assert 'aria-label="A_VERY_LONG_CODE, ' in svg


def test_drawing_is_well_formed_and_nodes_come_in_order_of_work():
    svg = drawn(WITH_CONDITION)
    ElementTree.fromstring(svg)
    assert re.findall(r'id="node-(\w)"', svg) == ["A", "B", "X", "C"]


def test_phase_without_slices_is_drawn_empty():
    assert ElementTree.fromstring(drawn(state({}))) is not None
