"""The order of work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phases.rules.graph import covers, drawn_edges, find_cycles, layers, longest_chain, overlap

DIAMOND = {"A": [], "B": ["A"], "C": ["A"], "D": ["B", "C", "A"]}


def test_a_graph_without_cycle_has_none():
    assert find_cycles(DIAMOND) == []


def test_each_cycle_is_named_once():
    needs = {"A": ["C"], "B": ["A"], "C": ["B"], "D": ["E"], "E": ["D"], "F": ["A"]}
    assert sorted(sorted(cycle) for cycle in find_cycles(needs)) == [["A", "B", "C"], ["D", "E"]]


def test_a_named_cycle_really_closes():
    needs = {"A": ["B"], "B": ["C", "D"], "C": ["A"], "D": ["B"]}
    (cycle,) = find_cycles(needs)
    hops = zip(cycle, [*cycle[1:], cycle[0]], strict=True)
    assert all(there in needs[here] for here, there in hops)


def test_a_slice_that_needs_itself_is_a_cycle():
    assert find_cycles({"A": ["A"], "B": ["A"]}) == [["A"]]


def test_a_chain_of_five_thousand_needs_no_recursion():
    chain = {f"S{n}": [f"S{n - 1}"] if n else [] for n in range(5000)}
    assert find_cycles(chain) == []
    assert layers(chain)["S4999"] == 4999
    assert len(drawn_edges(chain)) == 4999


def test_layers_come_after_everything_needed():
    assert layers(DIAMOND) == {"A": 0, "B": 1, "C": 1, "D": 2}


def test_an_edge_that_a_longer_way_says_is_not_drawn():
    assert drawn_edges(DIAMOND) == {("A", "B"), ("A", "C"), ("B", "D"), ("C", "D")}


def test_longest_chain_keeps_to_the_first_of_equals():
    assert longest_chain({"A": [], "B": ["A"], "C": ["A"], "D": ["C", "B"], "E": ["B"]}) == ["A", "C", "D"]
    assert longest_chain({}) == []


def test_longest_chain_of_five_thousand_needs_no_recursion():
    chain = {f"S{n}": [f"S{n - 1}"] if n else [] for n in range(5000)}
    assert longest_chain(chain) == list(chain)


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=30))
def test_the_drawn_edges_keep_every_order(pairs):
    needs = {str(n): [str(a) for a, b in pairs if b == n and a < b] for n in range(9)}
    drawn = {code: [a for a, b in drawn_edges(needs) if b == code] for code in needs}
    assert _reach(drawn) == _reach(needs)


def _reach(needs):
    reached: dict[str, set[str]] = {}
    for code in sorted(needs):
        reached[code] = set(needs[code]).union(*(reached[needed] for needed in needs[code]))
    return reached


@pytest.mark.parametrize(
    ("declared", "path", "matches"),
    [
        ("apps/server/src", "apps/server/src/orpc.ts", True),
        ("apps/server/src", "apps/server/srcs/orpc.ts", False),
        ("apps/server/src/**", "apps/server/src/a/b.ts", True),
        ("packages/*/src", "packages/core/src/x.ts", True),
        ("packages/*/src", "packages/core/deep/src/x.ts", False),
        ("packages/**/src/**", "packages/src/x.ts", True),
        ("packages/core*/src/**", "packages/core-lib/src/x.ts", True),
        ("package.json", "apps/package.json", False),
        ("a?.ts", "ab.ts", True),
        ("a.ts", "axts", False),
        ("**/x.ts", "a/b/x.ts", True),
        ("**/x.ts", "x.ts", True),
        ("src/**", "src/a.ts", True),
        ("src/", "src/a.ts", True),
        ("**", "src/a.ts", True),
        ("**/**", "a.ts", True),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "aXbY", False),
        ("*a*a*a*a*a*a*ab", "a" * 250, False),
    ],
)
def test_what_a_declared_path_covers(declared, path, matches):
    assert covers(declared, path) is matches


@pytest.mark.parametrize(
    ("mine", "theirs", "shared"),
    [
        (["src/a.py"], ["src/a.py", "src/b.py"], ["src/a.py"]),
        (["src/**"], ["src/b.py"], ["src/b.py"]),
        (["src/b.py"], ["src"], ["src/b.py"]),
        (["src/a.py"], ["src/b.py"], []),
        (["packages/**/src/**"], ["packages/core/src/**"], ["packages/core/src/**"]),
        (["docs/*.md"], ["src/*.md"], []),
    ],
)
def test_which_paths_collide(mine, theirs, shared):
    assert overlap(mine, theirs) == shared
