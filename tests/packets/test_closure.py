"""Whole closure documents, JSON ones, limits, and what holds for any text at all."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phases.packets.closure import Closure, read_closure
from phases.packets.closure_lines import MOST, MOST_LINES
from phases.packets.text import MAX_BYTES

FACTS = (
    "verdicts",
    "triggers",
    "findings",
    "gates",
    "blockers",
    "owners",
    "links",
    "decisions",
    "references",
)
PIECES = [
    "# K5 review disposition",
    "## Final Disposition",
    "## Findings",
    "### [HIGH]",
    "## Gates",
    "## Blockers",
    "## Owners",
    "## Watchpoints",
    "Posture",
    "-------",
    "---",
    "`approve`",
    "- disposition: `not_ready`",
    "1. `HIGH-01` (a): fixed in `ab12cd3`",
    "- `make a` -> pass",
    "All passed.",
    "None.",
    "| Slice | Owner |",
    "|---|---|",
    "- D-021: locked",
    "- K1: `a/b` -> PR #1",
    "```",
    "<!--",
    "-->",
    "    x",
    "",
    "\x00",
    "\ud800",
    "\u2028",
]
TEXTS = st.text(st.characters(), max_size=200) | st.lists(
    st.sampled_from(PIECES) | st.text("`*_~|#->:[]()@. \t\r\n1aA", max_size=30), max_size=25
).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(["", "K5_REVIEW_DISPOSITION.md", "K7_READINESS.md", "K4_TRIGGER_SCAN.json"]))
def test_any_text_is_read_and_every_line_is_true(text, path):
    closure = read_closure(text, path=path)
    last = text.count("\n") + text.count("\r") + 1
    for one in (each for name in FACTS for each in getattr(closure, name)):
        assert 1 <= one.line <= last
        assert len(one.quote) <= 300
        (one.quote + repr(one)).encode()
    assert closure == read_closure(text, path=path)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda each: (
            st.lists(each)
            | st.dictionaries(
                st.sampled_from(
                    ["triggered", "disposition", "findings", "severity", "title", "blockers", "command", "x"]
                ),
                each,
            )
        ),
    )
)
def test_any_json_is_read(data):
    assert isinstance(read_closure(json.dumps(data, indent=1), path="K4_SCAN.json"), Closure)


SOME = 256 * 1024
HOSTILE = [
    *(
        "`",
        "*",
        "[",
        "](",
        "|",
        "- ",
        "~~",
        "a: ",
        "@a",
        "<!--",
        ". ",
        "\u2014",
        "\u2705",
        "\n",
        "a\r",
        "a\n-\n",
    ),
    *(
        "disposition: approve or\n",
        "posture is ",
        "disposition: approve then ",
        "not triggered in phase K if \n",
    ),
    *(
        "## Final K4 " + "final " * 25 + "x\n",
        "PR" + " " * 1900 + "\n",
        "PR " * 500 + "\n",
        "## High" + " \t" * 900 + "x\n",
    ),
    *(
        "high" + "!" * 1900 + "a\n",
        "- High: " + ": fixed in " * 190 + "\n",
        "## Blockers\n- " + "no " * 600 + "\n",
    ),
    *(
        "`" + "a." * 240 + "x`\n",
        "disposition: approve " + "(" * 1900 + "\n",
        "## Gates\n- `make a`" + "\x0b" * 1900 + "x\n",
    ),
    *("A7: a (" * 250 + "\n", "| Severity | Finding |\n|--|--|\n| High | a |\n", "D-009, " * 200 + "\n"),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_takes_time_like_its_length(unit):
    text = (unit * (SOME // len(unit) + 1))[:SOME]
    start = time.process_time()
    read_closure(text)
    # Measured 0.03 to 0.3 s of one core; anything worse than linear takes far longer.
    assert time.process_time() - start < 5


def test_two_mebibytes_of_prose_are_read_to_the_end():
    text = (
        "The tide was low and the crew asked nobody; the posture of the harbour is calm, `K4` waits.\n"
        * 20_000
    )
    closure = read_closure(text + "## Verdict\napprove\n")
    assert (closure.verdict.line, closure.problem) == (20_002, "")


@pytest.mark.parametrize("unit", ["[", '{"a":', "1,", '{"triggered":true},', '"a.md",', "\\", '"'])
def test_hostile_json_ends_soon(unit):
    start = time.process_time()
    read_closure('{"a":[' + unit * (SOME // len(unit) - 10), path="x.json")
    read_closure('{"a":[' + unit * (SOME // len(unit) - 10) + "1]}", path="x.json")
    assert time.process_time() - start < 5


def test_a_text_past_the_limit_is_not_read():
    assert read_closure("disposition: approve\n" + "x" * MAX_BYTES).verdicts == ()
    assert "at most" in read_closure("x" * (MAX_BYTES + 1)).problem


def test_lines_past_the_limit_are_not_read_and_that_is_said():
    closure = read_closure("- x\n" * MOST_LINES + "## Verdict\napprove\n")
    assert closure.verdict is None
    assert f"{MOST_LINES:,}" in closure.problem


def test_facts_past_the_limit_are_left():
    closure = read_closure("## Findings\n" + "- High: leak\n" * (MOST + 9))
    assert len(closure.findings) == MOST


def test_nothing_in_what_is_read_hinders_a_database():
    closure = read_closure("## Blockers\n- dam \x00 \ud800 dry\n")
    assert closure.blockers[0].text == "dam \ufffd \ufffd dry"


SCAN = """{
  "slice": "K4",
  "triggered": false,
  "disposition": "deferred",
  "criteria": [
    {"id": "C1", "triggered": false},
    {"id": "C2", "triggered": "yes"}
  ],
  "findings": [{"severity": "high", "title": "leak", "file": "a.ts", "line": 3, "status": "fixed"}],
  "gates": [{"command": "make a", "exit_code": 0}, {"command": "make b", "outcome": "pass", "exit_code": 1}],
  "blockers": [],
  "evidence": "pass-01/K4_EVIDENCE.md"
}
"""


def test_a_scan_in_json():
    closure = read_closure(SCAN, path="K4_TRIGGER_SCAN_RESULT.json")
    assert closure.triggered == (False, 3, '"triggered": false,', "")
    assert [(one.triggered, one.about, one.line) for one in closure.triggers[1:]] == [
        (False, "C1", 6),
        (True, "C2", 7),
    ]
    assert (closure.verdict.word, closure.verdict.line) == ("deferred", 4)
    assert closure.findings[0][:5] == ("high", "leak", "a.ts:3", "fixed", "")
    assert [(one.command, one.outcome, one.line) for one in closure.gates] == [
        ("make a", "pass", 10),
        ("make b", "", 10),
    ]
    assert (closure.blockers, closure.says_no_blockers.line) == ((), 11)
    assert [(one.path, one.line) for one in closure.references] == [("pass-01/K4_EVIDENCE.md", 12)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"triggered": false,}', "Line 1 is not JSON"),
        ('{\n"triggered": no}', "Line 2 is not JSON"),
        ('{"triggered": false, "triggered": true}', "`triggered` stands twice"),
        ("[true]", "not an object"),
        ("[" * 100_000, "nested too deep"),
        ('{"a": 1' + "0" * 5000 + "}", "too long a number"),
        ("", "Line 1 is not JSON"),
    ],
)
def test_json_that_cannot_be_read_says_why(text, said):
    closure = read_closure(text, path="scan.JSON")
    assert said in closure.problem
    assert closure.triggers == ()


@pytest.mark.parametrize("value", ["1", "null", '"maybe"', '{"by": true}'])
def test_json_answers_only_yes_or_no(value):
    assert read_closure(f'{{"triggered": {value}}}', path="scan.json").triggered is None


def test_json_choices_are_no_verdict():
    assert read_closure('{"verdict": "approve | not_ready"}', path="x.json").verdict is None
    assert read_closure('{"rounds": [{"verdict": "approve"}]}', path="x.json").verdict is None
