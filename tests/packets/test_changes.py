"""What a new revision adds, changes and archives, and the sentences about it."""

from phases.packets import compare, consequences
from tests.packets.examples import FULL, MINIMAL, ROLES, packet, slice_with, slices


def changed(old, new):
    return compare(packet(old), packet(new)).as_json()["slices"]["changed"]


def told(old: str, new: str, **live: str) -> list[str]:
    return consequences(compare(packet(old), packet(new)), live=live)


def test_the_first_packet_adds_everything():
    changes = compare(None, packet(FULL))
    assert changes.as_json(["x"]) == {
        "slices": {"added": ["D0", "D1", "D2", "D3", "D4"], "changed": {}, "archived": []},
        "gates": {"added": 10, "archived": 0},
        "consequences": ["x"],
    }


def test_lines_and_dialect_are_no_change():
    changes = compare(packet(ROLES), packet("# note\n" + ROLES.replace("after:", "depends_on:")))
    assert changes.is_empty
    assert consequences(changes, live={}) == ["Changes nothing."]


def test_a_changed_field_has_its_old_and_new_value():
    (change,) = compare(packet(MINIMAL), packet(MINIMAL.replace("Dig", "Drill"))).changed["A1"]
    assert (change.field, change.old, change.new) == ("title", "Dig the well", "Drill the well")


def test_every_field_of_a_slice_is_compared():
    lists = ["files", "touched_paths", "deliverables", "trigger_criteria", "failure_triggers", "acceptance"]
    added = {"backup": "me", "kind": "docs", "conditional": "true", "objective": "x", "notes": "x"}
    added |= {"gates": "{full: [a]}", **dict.fromkeys(lists, "[a]")}
    for key, value in added.items():
        expected = {"conditional": "kind", "notes": "as_written"}.get(key, key)
        assert expected in changed(MINIMAL, slice_with(f"{key}: {value}"))["A1"]


def test_packet_fields_are_compared():
    changes = compare(packet(FULL), packet(FULL.replace("solar panels", "wind").replace("the old", "a new")))
    assert [change.field for change in changes.packet] == ["deferred_non_blocking", "invariants"]


def test_a_changed_gate_is_archived_and_replaced():
    changes = compare(packet(FULL), packet(FULL.replace("make valve-full", "make valve-all")))
    assert [(each.slice, each.gate.text, each.replaces) for each in changes.gates_added] == [
        ("D1", "make valve-all", "make valve-full")
    ]
    assert [each.key for each in changes.gates_archived] == [("D1", "full", "make valve-full")]
    assert (changes.requirements_added, changes.requirements_removed) == (0, 0)


def test_an_added_gate_adds_one_requirement():
    changes = compare(packet(MINIMAL), packet(slice_with("gates: {full: [a]}")))
    assert (changes.requirements_added, changes.requirements_removed) == (1, 0)
    assert consequences(changes, live={}) == ["Adds 1 requirement."]


def test_a_review_that_is_removed_takes_its_requirements_along():
    changes = compare(
        packet(slices("id: A1, title: a, owner: o", "id: A2, title: Taste pass, owner: o")), packet(MINIMAL)
    )
    assert changes.archived == ("A2",)
    assert changes.requirements_removed == 2


A, B, C = (f"id: A{n}, title: t, owner: o" for n in range(3))


def test_only_the_slice_that_moved_has_moved():
    assert changed(slices(A, B, C), slices(C, A, B)) == {"A2": ["position"]}
    assert changed(slices(A, B, C), slices(A, C)) == {}


def test_sentences_name_what_happens_to_live_slices():
    new = FULL.replace("make valve-full", "make valve-all").replace("'@frost'", "'@ice'")
    assert told(FULL, new, D0="landed", D1="in_progress", D2="planned") == [
        "Keeps the status of 2 slices.",
        "D1 full must run again because its gate changed.",
        "D2 moves from @frost to @ice.",
    ]


def test_gates_that_never_ran_need_no_second_run():
    changes = compare(packet(FULL), packet(FULL.replace("make valve-full", "make valve-all")))
    assert consequences(changes, live={"D1": "in_progress"}, ran=[]) == ["Keeps the status of 1 slice."]
    ran = [("D1", "full", "make valve-full")]
    assert "D1 full must run again because its gate changed." in consequences(changes, live={}, ran=ran)


def test_an_archived_slice_is_told_with_its_status():
    assert (
        told(slices(A, B), slices(A), A1="in_progress")[-1] == "Archives A1 with its history (in progress)."
    )


def test_a_slice_that_comes_back_is_told():
    changes = compare(packet(slices(A)), packet(slices(A, B)))
    assert "Brings back A1 with its history." in consequences(changes, live={}, archived=["A1"])


def test_a_new_dependency_of_a_started_slice_is_told():
    new = slices(A, f"{B}, depends_on: [A0]")
    assert told(slices(A, B), new, A1="candidate")[1] == "A1 stays candidate though it now needs A0."
