"""Gates: where they are written, how they merge, what they hold up, and what kind they are."""

from phases.packets.packet import GateKind, Suite
from tests.packets.examples import FULL, MINIMAL, codes, packet, read, slice_with, slices

TWO = slices("id: A1, title: a, owner: o", "id: A2, title: b, owner: o")


def gates(text: str, code: str = "A1") -> list[tuple[str, str]]:
    (item,) = [each for each in packet(text).slices if each.code == code]
    return [(gate.suite.value, gate.text) for gate in item.gates]


def test_phase_exit_outside_gates_is_said_not_to_be_required():
    reading = read(MINIMAL + "phase_exit: [make exit]\n")
    assert "misplaced_exit" in codes(reading, "warning")
    assert reading.packet.phase_exit == ()


def test_the_same_gate_in_both_places_counts_once():
    assert gates(FULL, "D1") == [("quick", "make valve-quick"), ("full", "make valve-full")]


def test_the_phase_level_map_alone_is_enough():
    assert gates(TWO + "gates: {A1: {quick: [make a]}}\n") == [("quick", "make a")]


def test_disagreeing_places_are_united_and_both_lines_named():
    (problem,) = [each for each in read(FULL).problems if each.code == "gates_disagree"]
    assert (problem.slice, problem.line) == ("D3", 58)
    assert "line 58" in problem.message
    assert "line 78" in problem.message
    assert gates(FULL, "D3")[1:] == [("closure", "second_look_green"), ("closure", "third_look_green")]


def test_mandatory_before_next_and_before_a_code_are_one_suite():
    (gate,) = packet(FULL).slices[2].gates_of(Suite.MANDATORY_BEFORE)
    assert (gate.text, gate.before) == ("make frost-disposition", ("D3",))


def test_mandatory_before_different_slices_holds_up_both():
    text = TWO.replace("o}", "o, gates: {mandatory_before_A2: [x], mandatory_before_A1: [x]}}", 1)
    assert packet(text).slices[0].gates[0].before == ("A1", "A2")


def test_mandatory_before_next_in_the_last_slice_is_a_warning():
    reading = read(slice_with("gates: {mandatory_before_next: [x]}"))
    assert (codes(reading, "warning"), reading.packet.slices[0].gates[0].before) == (["nothing_next"], ())


def test_mandatory_before_an_unknown_slice_is_an_error():
    (problem,) = read(TWO.replace("o}", "o, gates: {mandatory_before_a2: [x]}}", 1)).errors
    assert (problem.code, problem.slice, problem.field) == ("unknown_slice", "A1", "gates")
    assert "Did you mean A2?" in problem.message


def test_a_space_makes_a_command_and_maps_decide_explicitly():
    found = packet(slice_with("gates: {full: [make all, all_green, {command: deploy}, {attest: I saw it}]}"))
    assert [(gate.kind, gate.explicit_kind) for gate in found.slices[0].gates] == [
        (GateKind.COMMAND, False),
        (GateKind.ATTESTATION, False),
        (GateKind.COMMAND, True),
        (GateKind.ATTESTATION, True),
    ]


def test_an_explicit_kind_in_either_place_decides():
    text = (
        TWO.replace("o}", "o, gates: {quick: [deploy]}}", 1) + "gates: {A1: {quick: [{command: deploy}]}}\n"
    )
    (gate,) = packet(text).slices[0].gates
    assert (gate.kind, gate.explicit_kind) == (GateKind.COMMAND, True)


def test_acceptance_is_always_attested():
    found = packet(slice_with("acceptance: [water comes out, {command: make water}]")).slices[0]
    assert [(gate.suite, gate.kind) for gate in found.gates] == [(Suite.ACCEPTANCE, GateKind.ATTESTATION)] * 2


def test_phase_exit_belongs_to_the_phase_and_keeps_its_suite():
    (gate,) = packet(FULL).phase_exit
    assert (gate.suite, gate.exit_suite, gate.text) == (Suite.PHASE_EXIT, "full", "make exit")


def test_phase_exit_may_be_one_list():
    (gate,) = packet(TWO + "gates: {phase_exit: [make exit]}\n").phase_exit
    assert (gate.exit_suite, gate.text) == ("", "make exit")


def test_an_unknown_suite_is_kept_but_not_required():
    reading = read(slice_with("gates: {nightly: [make soak]}"))
    assert reading.packet.slices[0].gates == ()
    assert reading.packet.slices[0].as_written == {"gates": {"nightly": ["make soak"]}}
    (problem,) = reading.problems
    assert problem.code == "unknown_suite"
    assert "NOT required" in problem.message
    assert "full_if_triggered" in problem.message


def test_suite_words_may_be_written_with_dashes():
    assert gates(slice_with("gates: {Full-if-triggered: [x]}")) == [("full_if_triggered", "x")]


def test_what_else_a_gate_map_says_is_kept():
    found = packet(slice_with("gates: {quick: [{command: make, minutes: 5}]}")).slices[0]
    assert found.as_written == {"gates": {"quick": {"make": {"minutes": 5}}}}


def test_gates_for_an_unknown_slice_are_an_error_at_their_place():
    (problem,) = read(TWO + "gates:\n  A9: {quick: [x]}\n").errors
    assert (problem.code, problem.line, problem.column) == ("unknown_slice", 6, 3)


def test_a_gate_without_text_or_with_two_is_an_error():
    assert codes(read(slice_with("gates: {quick: ['']}"))) == ["empty_gate"]
    assert codes(read(slice_with("gates: {quick: [{command: a, attest: b}]}"))) == ["two_gates"]


def test_gates_without_a_suite_are_an_error():
    assert codes(read(slice_with("gates: [make a]"))) == ["wrong_type"]
