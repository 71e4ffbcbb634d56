"""The dependency graph: which edges are drawn, where slices stand, and how they are reached."""

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from phases.rules.graph import critical_path
from phases.rules.state import ConcernState, Need, PhaseState, SliceState, Status
from phases.views.drawing import draw, structure
from phases.views.geometry import AVAILABLE, geometry
from phases.views.lanes import Edge, arrange, edges


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
    urls = {code: f"/{code}/" for code in phase.slices}
    return str(draw(phase, ready, urls, path=critical_path(phase)))


def test_implied_edges_are_left_out_and_conditional_ones_imply_nothing():
    assert set(edges(structure(WITH_CONDITION))) == {
        Edge("A", "B", False),
        Edge("B", "X", False),
        Edge("B", "C", False),
        Edge("X", "C", True),
    }


def test_main_chain_runs_straight_and_the_condition_stands_aside():
    lane = arrange(structure(WITH_CONDITION)).lane
    assert lane["A"] == lane["B"] == lane["C"] != lane["X"]


def test_long_edge_passes_beside_the_slices_between():
    plan = arrange(structure(WITH_CONDITION))
    assert plan.routes[Edge("B", "C", False)][1] != plan.lane["X"]


CODES = [f"S{n:02d}" for n in range(90)]
SHAPES = {
    "chain": {code: CODES[max(0, n - 1) : n] for n, code in enumerate(CODES)},
    "fan": {code: [] if not n else CODES[:1] if n < 89 else CODES[1:89] for n, code in enumerate(CODES)},
    "lanes": {code: CODES[n - 3 : n - 2] if n > 2 else [] for n, code in enumerate(CODES)},
    "mixed": {code: {CODES[n - 1 - n % 7], CODES[n // 2]} if n > 6 else [] for n, code in enumerate(CODES)},
    "apart": {code: [] for code in CODES},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_ninety_slices_stand_apart_within_the_card(shape):
    plan = geometry(structure(state(SHAPES[shape])))
    assert plan.width <= AVAILABLE
    for (x, y), (other_x, other_y) in combinations(plan.places.values(), 2):
        assert abs(x - other_x) >= plan.slice_width or abs(y - other_y) >= plan.slice_height
    assert all(0 <= y <= plan.height - plan.slice_height for _, y in plan.places.values())


def test_fan_stands_in_several_columns_of_one_step():
    plan = arrange(structure(state(SHAPES["fan"])))
    assert len({plan.column[code] for code in CODES[1:89]}) == 7
    assert {plan.step[code] for code in CODES[1:89]} == {1}


def test_lines_do_not_cross_where_they_need_not():
    needs = {"A": [], "B": [], "C": [], "X": ["C"], "Y": ["B"], "Z": ["A"]}
    lane = arrange(structure(state(needs))).lane
    order = sorted("ABC", key=lane.__getitem__)
    assert sorted("ZYX", key=lane.__getitem__) == [{"A": "Z", "B": "Y", "C": "X"}[code] for code in order]


def test_small_phase_uses_the_width_and_shows_titles():
    svg = drawn(state({"A": [], "B": ["A"], "C": ["B"]}))
    assert "Work of A</text>" in svg
    assert geometry(structure(state({"A": [], "B": ["A"], "C": ["B"]}))).width > 0.8 * AVAILABLE


def test_critical_path_is_a_heavier_line_and_a_word():
    svg = drawn(state({"A": [], "B": ["A"], "C": ["B"], "D": ["A"]}, A="landed"))
    assert re.findall(r'class="node planned critical" id="node-(.)"', svg) == ["B", "C"]
    assert "B, Work of B: planned, on the critical path" in svg
    assert svg.count('<g class="edge critical"') == 1


def test_drawing_says_itself_in_words():
    words = ElementTree.fromstring(drawn(state({"A": [], "B": ["A"]}, A="landed"), ready=["B"])).findtext(
        "desc"
    )
    assert words.startswith("1 can start, 1 landed. Critical path, 1 slice to go: B.")


def test_condition_and_its_edge_are_dashed():
    svg = drawn(WITH_CONDITION)
    assert svg.count('<g class="edge if-triggered"') == 1
    assert 'class="node planned conditional" id="node-X"' in svg


def test_nodes_are_links_with_a_name_that_says_the_status():
    svg = drawn(state({"A": [], "B": ["A"]}, A="landed"), ready=["B"])
    assert 'href="/A/" aria-label="A, Work of A: landed"' in svg
    assert 'class="node ready critical" id="node-B" data-number="1" href="/B/"' in svg
    assert 'aria-label="B, Work of B: can start, on the critical path"' in svg


def test_open_blocker_shows_before_the_status():
    phase = state({"A": []}, A="in_progress")
    blocker = ConcernState(1, "blocker", "x", "open", "", "", "A", "ann", timezone.now())
    object.__setattr__(phase.slices["A"], "blockers", (blocker,))
    assert 'class="node blocked critical"' in drawn(phase)


def test_long_code_has_its_room_and_a_longer_one_is_cut():
    svg = drawn(state({"RETRIEVAL-QUALITY-01": [], "A_CODE_THAT_NOBODY_CAN_READ_AT_A_GLANCE": []}))
    assert "RETRIEVAL-QUALITY-01</text>" in svg
    assert "A_CODE_THAT_NOBODY_CA…</text>" in svg
    assert 'aria-label="A_CODE_THAT_NOBODY_CAN_READ_AT_A_GLANCE, ' in svg


def lanes_of(letters):
    """Ten lanes of eight slices, low ones."""
    codes = [f"{letters}{n}" for n in range(80)]
    return state({code: [codes[n - 1]] if n % 8 else [] for n, code in enumerate(codes)})


def test_wide_letters_take_more_room_and_leave_less_for_the_word():
    words = {letter: drawn(lanes_of(letter)).count(">planned</text>") for letter in "Mi"}
    assert words["M"] < words["i"] == 80
    wide, narrow = (geometry(structure(lanes_of(letters))) for letters in ("MMMMM", "iiiii"))
    assert wide.slice_width > narrow.slice_width


def test_drawing_is_well_formed_and_nodes_come_in_order_of_work():
    svg = drawn(WITH_CONDITION)
    ElementTree.fromstring(svg)
    assert re.findall(r'id="node-(\w)"', svg) == ["A", "B", "X", "C"]


def test_phase_without_slices_is_drawn_empty():
    assert ElementTree.fromstring(drawn(state({}))) is not None
