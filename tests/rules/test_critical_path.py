"""The critical path: the longest chain of what is left."""

from phases.rules.graph import critical_path
from phases.rules.state import Decision, Need, PhaseState, SliceState, Status


def phase(needs, conditional="", decision=Decision.UNDECIDED, **statuses):
    """A phase from a mapping of codes to the codes they need, `if X` where only a triggered one counts."""
    items = {
        code: SliceState(
            id=n,
            code=code,
            position=n,
            title=code,
            kind="conditional" if code == conditional else "build",
            owner="@crew",
            status=Status(statuses.get(code, "planned")),
            decision=decision if code == conditional else Decision.UNDECIDED,
            needs=tuple(Need(one.removeprefix("if "), one.startswith("if ")) for one in of),
        )
        for n, (code, of) in enumerate(needs.items())
    }
    return PhaseState(1, "harbour", "C", "", 1, 0, items)


DIAMOND = {"A": [], "B": ["A"], "C": ["A"], "D": ["C"], "E": ["B", "D"]}
ASIDE = {"A": [], "X": ["A"], "B": ["A", "if X"]}


def test_it_is_the_longest_way_to_the_end():
    assert critical_path(phase(DIAMOND)) == ["A", "C", "D", "E"]


def test_what_has_landed_or_is_deferred_is_no_part_of_it():
    assert critical_path(phase(DIAMOND, A="landed", C="landed", D="landed")) == ["B", "E"]
    assert critical_path(phase(ASIDE, "X", X="deferred")) == ["A", "B"]


def test_nothing_is_left_of_a_finished_phase():
    assert critical_path(phase({"A": []}, A="landed")) == []


def test_condition_counts_once_it_is_triggered():
    assert critical_path(phase(ASIDE, "X")) == ["A", "B"]
    assert critical_path(phase(ASIDE, "X", Decision.TRIGGERED)) == ["A", "X", "B"]


def test_reopened_slice_does_not_hold_up_what_landed_after_it():
    assert critical_path(phase({"A": [], "B": ["A"], "C": ["B"], "D": ["C"]}, B="landed")) == ["C", "D"]


def test_five_thousand_in_a_chain_are_as_safe_as_nine():
    needs = {f"S{n}": [f"S{n - 1}"] if n else [] for n in range(5000)}
    assert critical_path(phase(needs)) == list(needs)
