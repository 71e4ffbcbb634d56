"""Broken and hostile sources: each refused at the right place, quickly, with what to do."""

import subprocess
import sys
import time

import pytest

from phases.packets import Problem, read_packet, write_packet
from tests.packets.examples import FULL, MINIMAL, bare, codes, packet, read, slice_with

ALIASES = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(8)
)

REFUSED = {
    "syntax": (MINIMAL + "    objective: this: that\n", "syntax", 6, 20),
    "open list": (MINIMAL + "    depends_on: [A1\n", "syntax", 6, 17),
    "open quote": (MINIMAL + "    objective: 'abc\n", "syntax", 6, 16),
    "bare handle": ("phase: A\nslices:\n  - id: A1\n    owner: @me\n", "syntax", 4, 12),
    "tab": ("phase: A\nslices:\n\t- id: A1\n", "tab", 3, 1),
    "duplicate key": (MINIMAL + "    owner: me\n", "duplicate_key", 6, 5),
    "python tag": (MINIMAL + "    objective: !!python/name:os.system x\n", "tag", 6, 16),
    "own tag": (MINIMAL + "    files: !list [a]\n", "tag", 6, 12),
    "tag directive": ("%TAG !x! tag:x,2031:\n---\n" + MINIMAL, "tag", 1, 1),
    "NUL": (MINIMAL + "    objective: a\0b\n", "control_character", 6, 17),
    "escaped NUL": (MINIMAL + '    objective: "a\\0b"\n', "control_character", 6, 16),
    "line separator": (MINIMAL + "    objective: a\u2028b\n", "control_character", 6, 17),
    "deep": (MINIMAL + "    notes: " + "[" * 10_000 + "\n", "too_deep", 6, 109),
    "aliases": (ALIASES, "alias", 4, 36),
    "scalar aliases": (f"a: &a {'x' * 3000}\nb: [{'*a, ' * 800}]\n", "alias", 2, 2665),
    "unknown alias": (MINIMAL + "    notes: *nowhere\n", "alias", 6, 12),
    "endless alias": (MINIMAL + "    notes: &n [*n]\n", "alias", 6, 16),
    "merge twice": (MINIMAL + "    <<: {}\n    <<: {}\n", "duplicate_key", 7, 5),
    "merge of a text": (MINIMAL + "    <<: text\n", "merge_key", 6, 9),
    "two documents": (MINIMAL + "---\n" + MINIMAL, "documents", 6, 1),
    "list as key": (MINIMAL + "    ? [a]\n    : b\n", "key", 6, 7),
    "conflict": ("<<<<<<< mine\n" + MINIMAL + "=======\n>>>>>>> theirs\n", "conflict_marker", 1, 1),
    "UTF-16": (MINIMAL.encode("utf-16"), "encoding", 1, 1),
    "UTF-16 without mark": (MINIMAL.encode("utf-16-le"), "encoding", 1, 1),
    "UTF-32": (MINIMAL.encode("utf-32"), "encoding", 1, 1),
    "Latin-1": (MINIMAL.encode() + "    objective: früh\n".encode("latin-1"), "encoding", 6, 18),
    "empty": (b"", "empty", 0, 0),
    "only comments": ("# nothing\n", "empty", 0, 0),
    "list at top": ("- id: A1\n", "not_a_packet", 1, 1),
    "text at top": ("hello\n", "not_a_packet", 1, 1),
    "no slices": ("phase: A\ntitle: x\n", "no_slices", 1, 1),
    "empty slices": ("phase: A\nslices: []\n", "no_slices", 2, 1),
    "cut after a question mark": (MINIMAL + "    ?", "cut_off", 6, 6),
    "cut after a key": (MINIMAL + "    gates:\n      quick:\n", "cut_off", 7, 13),
}


@pytest.mark.parametrize(("source", "code", "line", "column"), REFUSED.values(), ids=REFUSED.keys())
def test_a_broken_source_is_refused_at_its_place(source, code, line, column):
    reading = read_packet(source, max_bytes=2_000_000)
    first = reading.errors[0]
    assert reading.packet is None
    assert (first.code, first.line, first.column) == (code, line, column)


def test_conflict_markers_are_listed_with_their_lines():
    message = read("<<<<<<< a\nphase: A\n=======\nphase: B\n>>>>>>> b\n").errors[0].message
    assert "lines 1, 3, 5" in message


def test_every_duplicate_key_is_reported_with_both_lines():
    messages = [each.message for each in read(MINIMAL + "    owner: x\n    title: y\n").errors]
    assert ["5 and 6" in messages[0], "4 and 7" in messages[1]] == [True, True]


def test_a_bare_handle_is_told_to_be_quoted():
    assert '"@me"' in read("slices:\n  - id: A1\n    owner: @me\n").errors[0].message


def test_tabs_are_counted():
    assert "2 lines begin" in read_packet("slices:\n\t- a\n\t- b\n").errors[0].message


def test_a_bad_byte_after_a_byte_order_mark_is_named_at_its_place():
    (problem,) = read_packet(b"\xef\xbb\xbfphase: A\ntitle: x\xe4y\n").errors
    assert (problem.line, problem.column, "0xe4" in problem.message) == (2, 9, True)


@pytest.mark.parametrize(
    "where", ["owner: '@fro", "depends_on: [D1", "    title: Conditional fr", "    gates:\n      assess:"]
)
def test_a_file_cut_in_mid_slice_is_refused(where):
    assert read_packet(FULL[: FULL.index(where) + len(where)]).packet is None


def test_a_text_without_a_last_line_end_in_a_slice_may_be_cut_off():
    (problem,) = read(MINIMAL.rstrip("'\n") + "'").problems
    assert (problem.code, problem.level, problem.slice, problem.line) == ("cut_off", "error", "A1", 5)
    assert problem.message.endswith("Check that it is whole and end it with a line end.")


@pytest.mark.parametrize("end", ["notes: x", "..."])
def test_a_missing_last_line_end_elsewhere_is_no_error(end):
    assert codes(read(MINIMAL + end)) == []


def test_a_bracket_around_all_slices_ends_them():
    reading = read('{"phase": "A", "slices": [{"id": "A1", "title": "t", "owner": "o"}]}')
    assert codes(reading, "warning") == ["no_line_end"]
    assert reading.packet is not None


def test_a_missing_last_line_end_after_the_slices_is_a_warning():
    reading = read(MINIMAL + "notes: x")
    assert (reading.packet is not None, "no_line_end" in codes(reading, "warning")) == (True, True)


LACKING = (
    "phase: A\nslices:\n"
    + "".join(f"  - id: A{n}\n    title: t\n    owner: o\n    objective: x\n" for n in range(2))
    + "  - id: A2\n    title: t\n    owner: o\n"
)


def test_a_last_slice_that_lacks_what_all_others_have_is_a_warning():
    reading = read(LACKING)
    (problem,) = [one for one in reading.warnings if one.code == "cut_off"]
    assert reading.packet is not None
    assert (problem.code, problem.slice, "`objective`" in problem.message) == ("cut_off", "A2", True)


def test_a_last_slice_of_its_own_shape_was_not_cut_off():
    assert "cut_off" not in codes(read(LACKING + "    deliverables: [a map]\n"), "warning")


@pytest.mark.parametrize("end", ["...\n", "notes: x\n"])
def test_a_file_that_goes_on_or_says_its_end_was_not_cut_off(end):
    assert "cut_off" not in codes(read(LACKING + end), "warning")
    found = packet(LACKING + end)
    assert bare(packet(write_packet(found))) == bare(found)


def test_size_is_checked_before_anything_else():
    reading = read_packet(b"a" * 20_000_000)
    assert (reading.errors[0].code, reading.text, len(reading.sha256)) == ("too_large", "", 64)


def test_the_size_limit_can_be_set():
    assert read_packet(MINIMAL, max_bytes=20).errors[0].code == "too_large"
    assert read_packet(MINIMAL, max_bytes=len(MINIMAL)).packet is not None


def test_more_than_5000_slices_are_refused():
    entries = "".join(f"  - {{id: A{n}, title: t, owner: o}}\n" for n in range(5001))
    assert [(each.code, each.line) for each in read("phase: A\nslices:\n" + entries).errors] == [
        ("too_many_slices", 5003)
    ]


def test_more_than_25000_gates_are_refused_wherever_they_stand():
    half = ", ".join(f"g{n}" for n in range(12_501))
    text = slice_with(f"gates: {{quick: [{half}]}}")
    assert codes(read(text)) == []
    assert codes(read(text + f"gates: {{A1: {{full: [{half}]}}}}\n")) == ["too_many_gates"]


def test_a_stored_text_holds_no_nul():
    assert read_packet(b"phase: A\0").text == "phase: A\ufffd"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("title: x\ntracks:\n  - id: 1\n    name: build\n", 2),
        ("epics:\n  - key: E-1\n", 1),
        ("work_packages:\n  one: {}\n", 1),
        ("version: 2\ntasks:\n  - id: 4\n", 2),
    ],
)
def test_another_kind_of_work_breakdown_gets_one_helpful_message(text, line):
    (problem,) = read_packet(text).problems
    assert (problem.code, problem.line) == ("not_a_packet", line)
    assert "`slices:`" in problem.message


def test_number_ids_of_another_kind_are_named_with_their_line():
    assert "`id: 4`, line 3" in read_packet("version: 2\ntasks:\n  - id: 4\n").problems[0].message


HOSTILE = {
    "20 MB": "b'a: b\\n' * 4_000_000",
    "brackets": "b'[' * 2_000_000",
    "commas": "b'[' + b'1,' * 1_000_000",
    "dashes": "b'- \\n' * 690_000",
    "tag directives": "b''.join(b'%%TAG !a%d! tag:x\\n' % n for n in range(90_000)) + b'---\\na: 1\\n'",
    "duplicates": "b'a: 1\\n' * 250_000",
    "empty slices": "b'phase: A\\nslices:\\n' + b'  - {}\\n' * 200_000",
    "control characters": "b'\\1' * 2_000_000",
    "tiny gates": "b'phase: A\\nslices: [{id: A, title: t, owner: o, gates: {full: ['"
    " + b','.join(b'%x' % n for n in range(140_000)) + b']}}]\\n'",
    "tabs": "b'a:\\n' + b'\\t- b\\n' * 400_000",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_sources_are_refused_in_little_time_and_memory(source):
    # Of this process alone: a child inherits the ru_maxrss of the process that started it.
    program = (
        "import re, time\nfrom phases.packets import read_packet\n"
        f"data = {source}; start = time.process_time(); reading = read_packet(data)\n"
        "used = re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]\n"
        "print(reading.packet, time.process_time() - start, used)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    packet, seconds, kibibytes = run.stdout.split()
    assert packet == "None"
    assert float(seconds) < 2 * slowness()
    assert int(kibibytes) < 200 * 1024


def slowness() -> float:
    """How much slower than expected this machine is right now, at least 1."""
    start = time.process_time()
    sum(number * number for number in range(1_000_000))
    return max(1.0, (time.process_time() - start) / 0.1)


def test_problems_beyond_a_bound_are_counted_not_listed():
    text = "phase: A\nslices:\n" + "  - {id: A1, title: t, owner: o}\n" * 900
    found = read(text).errors
    assert len(found) == 61
    assert "839 more" in found[-1].message


def test_many_of_one_cause_are_one_problem_with_a_count():
    text = "phase: A\nslices:\n" + "".join(f"  - {{id: A{n}, title: t}}\n" for n in range(30))
    (problem,) = read(text).errors
    assert (problem.code, problem.line) == ("missing_owner", 3)
    assert "30 times" in problem.message


def test_problems_have_the_shape_that_callers_show():
    problem = read(slice_with("kind: epic")).errors[0]
    assert isinstance(problem, Problem)
    assert problem.as_json() == {
        "level": "error", "code": "bad_kind", "line": 6, "column": 11, "slice": "A1", "field": "kind",
        "message": "`kind` is `epic`; expected one of build, conditional, review, structural, docs,"
        " readiness, planning.",
    }  # fmt: skip


NAMES = ", ".join(f"g{n}" for n in range(12_000))


@pytest.mark.parametrize(
    "text",
    [
        MINIMAL.replace("title: ", "title: " + "docs clean " * 100_000, 1),
        "phase: F\nowners:\n"
        + "".join(f"  o{n}: {{primary_handle: x, backup_approver: y{n}}}\n" for n in range(10_000))
        + "slices:\n"
        + "".join(f"  - {{id: F{n}, title: t, owner: x}}\n" for n in range(3_000)),
        slice_with(f"files: [{'runtime-' * 200_000}x.md]"),
        slice_with(f"gates: {{nightly: [{NAMES}]}}") + f"gates: {{A1: {{nightly: [{NAMES}]}}}}\n",
    ],
    ids=["a title of a megabyte", "many roles of one handle", "a long path", "many unknown gates"],
)
def test_no_text_makes_the_reader_work_for_ever(text):
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 2 * slowness()
