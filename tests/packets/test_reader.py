"""What the reader accepts, and that places and texts survive it."""

import gc

from phases.packets import quoted_line, read_packet
from tests.packets.examples import FULL, MINIMAL, codes, packet, read, slice_with, slices


def test_slices_carry_the_line_of_their_entry():
    assert [item.line for item in packet(FULL).slices] == [13, 21, 34, 52, 63]


def test_gates_and_milestones_carry_their_lines():
    assert packet(FULL).slices[0].gates[0].line == 20
    assert packet("dates:\n  start: 2031-04-01\n" + MINIMAL).milestones[0].line == 2


def test_byte_order_mark_and_crlf_are_fine():
    data = b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode()
    reading = read_packet(data)
    assert reading.packet == packet(FULL)
    assert reading.text.startswith("phase")


def test_lines_are_counted_alike_with_crlf():
    assert read((MINIMAL + "    owner: x\n").replace("\n", "\r\n")).errors[0].line == 6


def test_the_quoted_line_is_the_one_of_the_problem():
    assert quoted_line(MINIMAL, 4) == "    title: Dig the well"
    assert quoted_line(MINIMAL, 0) == quoted_line(MINIMAL, 99) == ""


def test_sha256_is_that_of_the_bytes():
    assert read_packet(MINIMAL).sha256 == read_packet(MINIMAL.encode()).sha256
    assert read_packet(MINIMAL).sha256 != read_packet(b"\xef\xbb\xbf" + MINIMAL.encode()).sha256


def test_anchors_and_merge_keys_are_expanded():
    text = """\
        phase: A
        slices:
          - &base
            id: A1
            title: Dig
            owner: me
          - <<: *base
            id: A2
        """
    assert [(item.code, item.title, item.owner) for item in packet(text).slices] == [
        ("A1", "Dig", "me"),
        ("A2", "Dig", "me"),
    ]


def test_a_merged_list_of_maps_prefers_the_first():
    text = (
        "phase: A\nx: &x {title: one}\ny: &y {title: two, owner: me}\nslices:\n  - <<: [*x, *y]\n    id: A1\n"
    )
    assert (packet(text).slices[0].title, packet(text).slices[0].owner) == ("one", "me")


def test_an_alias_counts_with_all_its_values():
    within = "a: &a [" + "x, " * 98 + "x]\nb: [" + "*a, " * 99 + "*a]\n" + MINIMAL
    assert read(within).packet is not None
    assert codes(read(within.replace("b: [", "b: [*a, ")))[0] == "alias"


def test_one_hundred_levels_are_read():
    inner = 100 - 3
    assert read(slice_with(f"notes: {'[' * inner}{']' * inner}")).packet is not None
    assert codes(read(slice_with(f"notes: {'[' * (inner + 1)}{']' * (inner + 1)}"))) == ["too_deep"]


def test_yaml_own_tags_are_read():
    assert packet(slice_with("objective: !!str 2031")).slices[0].objective == "2031"


def test_texts_that_yaml_would_change_stay_as_written_with_one_warning():
    words = ["NO", "on", "007", "3.10", "1_000", "12:30", "2031-02-20", "0x1F"]
    reading = read(slice_with("deliverables: [" + ", ".join(words) + "]"))
    assert list(reading.packet.slices[0].deliverables) == words
    assert codes(reading, "warning") == ["kept_as_text"]
    assert "8 times" in reading.problems[0].message


def test_quoted_texts_need_no_warning():
    assert read(slice_with("deliverables: ['NO', \"007\"]")).problems == ()


def test_codes_that_yaml_would_change_are_one_error_with_the_remedy():
    text = slices("id: 1, title: a, owner: o", "id: on, title: b, owner: o", "id: 1.10, title: c, owner: o")
    (problem,) = read(text).errors
    assert (problem.code, problem.line, problem.column, problem.field) == ("unquoted_code", 3, 10, "id")
    assert "Quote it: '1'" in problem.message
    assert "3 times" in problem.message


def test_a_quoted_code_may_look_like_a_number():
    assert packet(slices("id: '1', title: a, owner: o")).codes == ("1",)


def test_references_that_yaml_would_change_are_errors_too():
    assert codes(read(slices("id: A1, title: a, owner: o, depends_on: [NO]")))[0] == "unquoted_code"
    assert codes(read("phase: 7\nslices:\n  - {id: A1, title: a, owner: o}\n")) == ["unquoted_code"]


def test_the_garbage_collector_is_on_again_after_a_reading():
    read(MINIMAL)
    read("a: [")
    assert gc.isenabled()
