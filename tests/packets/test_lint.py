"""What is wrong or missing in a packet, each problem at its place and all at once."""

import pytest

from phases.packets.collect import Collector
from phases.packets.lint import lint
from tests.packets.examples import FULL, MINIMAL, codes, packet, read, slice_with, slices

CASES = {
    "no id": ("title: a, owner: o", "missing_id"),
    "no title": ("id: A1, owner: o", "missing_title"),
    "no owner": ("id: A1, title: a", "missing_owner"),
    "bad id": ("id: A 1, title: a, owner: o", "bad_code"),
    "reserved": ("id: phase_exit, title: a, owner: o", "reserved_code"),
    "itself": ("id: A1, title: a, owner: o, depends_on: [A1]", "self_dependency"),
    "unknown": ("id: A1, title: a, owner: o, depends_on: [B1]", "unknown_slice"),
    "unknown if triggered": ("id: A1, title: a, owner: o, depends_on_if_triggered: [B1]", "unknown_slice"),
    "long title": (f"id: A1, title: {'x' * 501}, owner: o", "too_long"),
    "long handle": (f"id: A1, title: a, owner: {'x' * 151}", "too_long"),
    "dots as owner": ("id: A1, title: a, owner: ..", "bad_handle"),
    "dot as backup": ("id: A1, title: a, owner: o, backup: .", "bad_handle"),
    "tab in an owner": ('id: A1, title: a, owner: "a\\tb"', "bad_handle"),
    "long path": (f"id: A1, title: a, owner: o, files: [{'x' * 501}]", "too_long"),
    "long gate": (f"id: A1, title: a, owner: o, gates: {{quick: [{'x' * 10_001}]}}", "too_long"),
}


@pytest.mark.parametrize(("entry", "code"), CASES.values(), ids=CASES.keys())
def test_a_slice_that_is_wrong_is_refused(entry, code):
    reading = read(slices(entry))
    assert codes(reading) == [code]
    assert reading.errors[0].line == 3


@pytest.mark.parametrize("code", ["_", "...", "-a"])
def test_a_code_that_begins_with_a_sign_is_told_how_codes_begin(code):
    (error,) = read(slices(f"id: '{code}', title: a, owner: o")).errors
    assert error.code == "bad_code"
    assert error.message.startswith(f"`{code}` is not a code. A code begins with a letter or a digit")


def test_all_problems_come_at_once():
    text = slices("id: A1, title: a", "id: A1, owner: o", "id: A3, title: c, owner: o, depends_on: [A9]")
    found = [(each.code, each.line, each.slice, each.field) for each in read(text).errors]
    assert found == [
        ("missing_owner", 3, "A1", "owner"),
        ("missing_title", 4, "A1", "title"),
        ("duplicate_code", 4, "A1", "id"),
        ("unknown_slice", 5, "A3", "depends_on"),
    ]


def test_a_duplicate_code_names_the_first_place():
    text = slices("id: A1, title: a, owner: o", "id: A1, title: b, owner: o")
    assert "line 3" in read(text).errors[0].message


@pytest.mark.parametrize("nothing", ["null", "~", ""])
def test_an_optional_code_that_is_null_counts_as_absent(nothing):
    found = packet(slices("id: A1, title: a, owner: o") + f"as_landed_through: {nothing}\nnotes: x\n")
    text = MINIMAL.replace("phase: A", f"phase: {nothing}")
    assert (found.as_landed_through, packet(text).phase) == ("", "A")


@pytest.mark.parametrize("phase", ["x" * 33, "a b", "1" * 40])
def test_a_phase_that_is_no_code_is_not_handed_on(phase):
    reading = read(MINIMAL.replace("phase: A", f"phase: {phase}"))
    assert (reading.packet, reading.phase) == (None, "")


def test_a_cycle_is_named():
    text = slices(
        "id: A1, title: a, owner: o, depends_on: [A3]",
        "id: A2, title: b, owner: o, after: [A1]",
        "id: A3, title: c, owner: o, depends_on_if_triggered: [A2]",
    )
    (problem,) = read(text).errors
    assert (problem.code, problem.line, problem.slice) == ("cycle", 3, "A1")
    assert "A1 -> A3 -> A2 -> A1" in problem.message


def test_a_cycle_through_the_second_of_two_like_codes_is_no_exception():
    text = slices(
        "id: F1, title: a, owner: o",
        "id: F2, title: b, owner: o, depends_on: [F1]",
        "id: F1, title: c, owner: o, depends_on: [F2]",
    )
    assert codes(read(text)) == ["duplicate_code"]


def test_two_cycles_are_two_problems():
    text = slices(*(f"id: A{n}, title: a, owner: o, depends_on: [A{n ^ 1}]" for n in range(4)))
    assert codes(read(text)) == ["cycle", "cycle"]


def test_an_unknown_dependency_is_guessed_or_the_codes_listed():
    near = slices("id: pump_one, title: a, owner: o", "id: A2, title: b, owner: o, after: [pump_on]")
    assert "Did you mean pump_one?" in read(near).errors[0].message
    far = slices("id: pump_one, title: a, owner: o", "id: A2, title: b, owner: o, after: [Z]")
    (problem,) = read(far).errors
    assert problem.message == "A2 depends on Z, which is no slice. Slices are pump_one, A2."
    assert (problem.line, problem.column, problem.field) == (4, 42, "after")


def test_landed_through_an_unknown_slice_is_an_error():
    (problem,) = read("as_landed_through: A7\n" + MINIMAL).errors
    assert (problem.code, problem.line, problem.field) == ("unknown_slice", 1, "as_landed_through")


def test_if_triggered_needs_a_conditional_slice():
    text = slices("id: A1, title: a, owner: o", "id: A2, title: b, owner: o, depends_on_if_triggered: [A1]")
    assert codes(read(text), "warning") == ["not_conditional"]


def test_a_conditional_slice_without_criteria_is_a_warning():
    assert codes(read(slice_with("conditional: true")), "warning") == ["no_criteria"]


def test_a_sound_packet_has_nothing_to_lint():
    problems = Collector()
    lint(packet(FULL), problems)
    assert problems.result() == ()


def test_lint_knows_a_line_even_without_places():
    problems = Collector()
    broken = packet(FULL).model_copy(update={"slices": packet(FULL).slices[3:]})
    lint(broken, problems)
    assert [(each.code, each.line, each.slice) for each in problems.result()] == [
        ("unknown_slice", 52, "D3"),
        ("unknown_slice", 52, "D3"),
    ]


BEFORE = (
    "{{id: A2, title: b, owner: o, kind: {kind}, depends_on: [A1], gates: {{mandatory_before_A1: [{gate}]}}}}"
)


@pytest.mark.parametrize(
    ("kind", "gate", "told"),
    [("review", "all_seen", True), ("review", "make all", False), ("build", "all_seen", False)],
)
def test_what_a_review_vouches_for_too_late_is_told(kind, gate, told):
    first = "{id: A1, title: a, owner: o, kind: build}"
    text = f"slices:\n  - {first}\n  - {BEFORE.format(kind=kind, gate=gate)}\n"
    assert ("never_in_time" in [each.code for each in read(text).problems]) == told
