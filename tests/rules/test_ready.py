"""What can start, what collides, and why the rest waits."""

from phases.rules.ready import turns
from phases.rules.waivers import waivable

from .states import a_blocker, a_phase, a_slice


def test_only_planned_slices_have_a_turn():
    state = a_phase(a_slice("D1", "landed"), a_slice("D2", "in_progress"), a_slice("D3"))
    assert [turn.item.code for turn in turns(state)] == ["D3"]


def test_a_waiting_slice_says_everything_it_waits_for():
    state = a_phase(a_slice("D1"), a_slice("D2", needs="D1", blockers=(a_blocker("D2"),)))
    turn = turns(state)[1]
    assert [leaf.key for leaf in turn.unmet] == ["slice:D1", "concern:4"]
    assert turn.why == "D1 is planned, not landed. D2 is blocked: no licence yet"


def test_a_slice_that_can_start_names_what_it_collides_with():
    state = a_phase(a_slice("D1", "in_progress", paths=("src/**",)), a_slice("D2", paths=("src/a.py",)))
    (collision,) = turns(state)[0].collides_with
    assert (collision.code, collision.paths) == ("D1", ("src/a.py",))


def test_slices_not_under_work_collide_with_nothing():
    state = a_phase(a_slice("D1", "landed", paths=("src/**",)), a_slice("D2", paths=("src/a.py",)))
    assert turns(state)[0].collides_with == ()


def test_a_landed_slice_leaves_nothing_to_waive():
    assert waivable(a_phase(a_slice("D1", "landed"))) == {}


def test_status_decision_and_blocker_can_be_waived():
    item = a_slice("D4", "in_progress", kind="conditional", blockers=(a_blocker("D4"),))
    assert set(waivable(a_phase(item))) == {"slice:D4", "disposition:D4", "concern:4"}


def test_what_is_waived_cannot_be_waived_again():
    assert "slice:D1" not in waivable(a_phase(a_slice("D1"), waived="slice:D1"))
