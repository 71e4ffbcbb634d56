"""Findings of closure documents: what is one, its severity, its place and its state."""

import pytest

from phases.packets.closure import read_closure


def findings(text):
    return [(one.severity, one.title, one.state) for one in read_closure(text).findings]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1. High: the pump leaks", ("high", "the pump leaks", "open")),
        ("1. `HIGH-01` (pump leaks): fixed in `ab12cd3`", ("high", "pump leaks", "fixed")),
        ("- MED-02: valve sticks \u2014 **resolved**", ("medium", "valve sticks", "fixed")),
        ("- [P0] dam is cracked (confirmed)", ("blocking", "dam is cracked", "confirmed")),
        ("* **Low:** rust - accepted by @harbour", ("low", "rust", "accepted")),
        ("- High: pump not fixed", ("high", "pump not fixed", "open")),
        ("- High: the fixed pump leaks", ("high", "the fixed pump leaks", "open")),
        ("- Medium: valve is unresolved", ("medium", "valve is unresolved", "open")),
        ("- blocking/high: dam and pump", ("blocking", "dam and pump", "open")),
        ("- Low: rust. Fixed in two steps, for it was deep.", ("low", "rust", "fixed")),
        ("- Low: rust. Accepted by `@harbour`; it is old.", ("low", "rust", "accepted")),
    ],
)
def test_a_line_is_a_finding(line, expected):
    assert findings(f"## Findings\n{line}\n") == [expected]


@pytest.mark.parametrize(
    "sentence",
    [
        "Fixed once the tide is low.",
        "Fixed in phase B later.",
        "Fixed in two steps, the second of them later.",
        "Fixed in two steps if the tide is low.",
        "Accepted by `@harbour` until spring.",
        "Not fixed in two steps.",
        "Closed valves are rusty too.",
        "Accepted letters in two steps are lost.",
    ],
)
def test_a_sentence_that_promises_or_means_something_else_leaves_it_open(sentence):
    ((_, _, state),) = findings(f"## Findings\n- High: the pump leaks. {sentence}\n")
    assert state == "open"


@pytest.mark.parametrize(
    "text",
    [
        "## Findings\n- blocking/high: none\n1. None (P0/P1/P2)\n- High: 0\n- Low: 2 open, 1 fixed\n",
        "## Findings\n### [BLOCKING]\n- None.\n### High\nNo high findings.\n",
        "## Actions\n1. High: oil the pump\n2. Paint it\n",
        "## Watchpoints\n- HIGH-01: pump leaks again\n",
        "## Findings\n1. Paint the pump\n",
        "## Findings\n```\n- High: pump leaks\n```\n",
    ],
)
def test_what_is_no_finding(text):
    assert findings(text) == []


def test_a_heading_gives_its_severity_to_its_list():
    text = (
        "## Findings\n### [BLOCKING]\n1. Dam cracked\n2. Dike cracked\n### Low\n- rust\n## Steps\n1. paint\n"
    )
    assert findings(text) == [
        ("blocking", "Dam cracked", "open"),
        ("blocking", "Dike cracked", "open"),
        ("low", "rust", "open"),
    ]


def test_a_heading_may_be_the_finding():
    text = "### [HIGH] Pump leaks at `pier/pump.ts:12`\nWater everywhere.\n\n**resolved**\n"
    (one,) = read_closure(text).findings
    assert (one.severity, one.anchor, one.state, one.line) == ("high", "pier/pump.ts:12", "fixed", 1)


def test_lines_below_a_finding_say_its_place_and_state():
    below = "  - file: `pier/pump.ts:12`\n  - status: fixed in `ab12cd3`\n"
    first, second = read_closure(f"## Findings\n- High: pump leaks\n{below}- Low: rust\n").findings
    assert (first.anchor, first.state, first.revision) == ("pier/pump.ts:12", "fixed", "ab12cd3")
    assert (second.anchor, second.state) == ("", "open")


@pytest.mark.parametrize(
    ("line", "title", "anchor"),
    [
        ("labels fade (`roof/labels.md`)", "labels fade", "roof/labels.md"),
        ("fence broken (roof/fence.md) - fixed", "fence broken", "roof/fence.md"),
        ("pump leaks at `pier/pump.ts:12`", "pump leaks", "pier/pump.ts:12"),
        ("pier/pump.ts:12: pump leaks", "pump leaks", "pier/pump.ts:12"),
        ("in pier/pump.ts:12 water enters", "in pier/pump.ts:12 water enters", "pier/pump.ts:12"),
        ("paint is old (v2.x)", "paint is old (v2.x)", ""),
    ],
)
def test_a_place_becomes_the_anchor_and_leaves_the_title(line, title, anchor):
    (one,) = read_closure(f"## Findings\n- High: {line}\n").findings
    assert (one.title, one.anchor) == (title, anchor)


def test_a_named_finding_comes_once_as_last_said():
    text = "## Round 1 findings\n- HIGH-01: pump leaks\n## Round 2 findings\n- HIGH-01: fixed in `ab12cd3`\n"
    (one,) = read_closure(text).findings
    assert (one.label, one.title, one.state, one.line) == ("HIGH-01", "pump leaks", "fixed", 4)


def test_findings_in_a_table():
    text = (
        "## Findings\n| ID | Severity | Finding | Status |\n|---|---|---|---|\n| F1 | High | leak | fixed |\n"
    )
    assert findings(text) == [("high", "leak", "fixed")]
