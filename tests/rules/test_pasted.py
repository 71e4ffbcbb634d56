"""Lists of findings as teams write them, read into rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phases.rules.pasted import MOST, PastedFinding, read


def rows(text: str) -> list[tuple[str, str, str]]:
    """(severity, title, anchor) of each finding; fails where a line was not understood."""
    found = read(text)
    assert not found.left
    return [(one.severity, one.title, one.anchor) for one in found.findings]


def one(text: str) -> PastedFinding:
    found = read(text)
    assert [len(found.findings), found.left] == [1, ()]
    return found.findings[0]


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("blocking", "blocking"),
        ("Blocker", "blocking"),
        ("CRITICAL", "blocking"),
        ("P0", "blocking"),
        ("High", "high"),
        ("p1", "high"),
        ("Medium", "medium"),
        ("P2", "medium"),
        ("low", "low"),
        ("P3", "low"),
        ("nit", "low"),
    ],
)
def test_words_of_teams_are_our_severities(word, severity):
    written = (f"1. {word}: the quay leaks", f"- [{word}] the quay leaks", f"### ({word}) the quay leaks")
    for text in (*written, f"**{word}** the quay leaks", f"* `{word}` - the quay leaks"):
        assert rows(text) == [(severity, "the quay leaks", "")], text


@pytest.mark.parametrize(
    "text",
    [
        "1. High: the quay leaks",
        "2) HIGH - the quay leaks",
        "- [ ] High: the quay leaks",
        "- HIGH the quay leaks",
        "High severity: the quay leaks",
        "- the quay leaks (high)",
        "- **[High]**: the quay leaks",
        "#### 3. High: the quay leaks",
    ],
)
def test_one_finding_in_many_dresses(text):
    assert rows(text) == [("high", "the quay leaks", "")]


def test_list_by_numbers():
    text = "1. High: the quay leaks\n2. Medium: the crane squeaks\n"
    assert rows(text) == [("high", "the quay leaks", ""), ("medium", "the crane squeaks", "")]


def test_file_at_the_beginning_is_the_anchor():
    assert rows("- [medium] apps/x.ts:12 no guard") == [("medium", "no guard", "apps/x.ts:12")]
    assert rows("- P1 `apps/x.ts:12`: no guard") == [("high", "no guard", "apps/x.ts:12")]


def test_file_further_on_is_the_anchor_and_stays_in_the_title():
    assert rows("Low: no guard (apps/x.ts#L3)") == [("low", "no guard (apps/x.ts#L3)", "apps/x.ts:3")]


def test_label_is_kept_with_what_came_of_it():
    found = one("1. `HIGH-01` (no guard at the gate): fixed in `abc1234`")
    assert (found.severity, found.title) == ("high", "no guard at the gate")
    assert found.detail == "HIGH-01: fixed in `abc1234`"


def test_heading_takes_the_lines_after_it_as_detail():
    found = read(
        "### [BLOCKING] no guard\n\nAnybody gets in.\n- by day\n\n```\n- High: code\n```\n### [LOW] b"
    )
    assert [each.title for each in found.findings] == ["no guard", "b"]
    assert found.findings[0].detail == "Anybody gets in.\n- by day\n\n```\n- High: code\n```"


def test_severity_on_a_line_of_its_own_belongs_to_the_heading():
    found = one("### 1. No guard\n**Severity:** High\n**File:** `apps/x.ts:12`\n\nAnybody gets in.")
    assert found == PastedFinding("high", "No guard", "Anybody gets in.", "apps/x.ts:12", "", 1)


def test_headings_rule_the_lists_below_them():
    text = "## High\n- a\n  - of a\n- b\n\n**Low findings (1):**\n1. c\n"
    assert rows(text) == [("high", "a", ""), ("high", "b", ""), ("low", "c", "")]
    assert read(text).findings[0].detail == "- of a"


def test_headings_below_a_severity_are_findings():
    assert rows("## High\n### No guard\nBy day.\n### No gate") == [
        ("high", "No guard", ""),
        ("high", "No gate", ""),
    ]


def test_sentence_goes_on_in_the_next_line():
    assert rows("1. High: the quay leaks\n   where it is old") == [
        ("high", "the quay leaks where it is old", "")
    ]


def test_table_with_headings():
    text = "| # | Severity | Finding | File | Slice | Status |\n|---|---|---|---|---|---|\n"
    found = one(f"{text}| 1 | P2 | No \\| guard | `apps/x.ts:12` | D3 | new |")
    assert found == PastedFinding("medium", "No | guard", "Status: new", "apps/x.ts:12", "D3", 3)


def test_table_without_headings():
    assert rows("| high | apps/x.ts:1 | no guard |") == [("high", "no guard", "apps/x.ts:1")]


@pytest.mark.parametrize(
    "text",
    [
        "None",
        "None.",
        "1. None (P0/P1/P2)",
        "- blocking/high: none",
        "Open blocking issues: none",
        "No high findings remain.",
        "## Blocking\nNone.\n\n## High\n- none found\n",
        "| Severity | Finding |\n|---|---|\n| High | None |",
        "## Findings\n---\n",
        "",
    ],
)
def test_nothing_found_is_nothing(text):
    assert rows(text) == []


def test_of_two_severities_the_worse_counts():
    assert rows("- blocking/high: no guard") == [("blocking", "no guard", "")]


@pytest.mark.parametrize(
    "text", ["**High availability** it lacks", "The high road", "1. Do it", "- low-level code", "| a | b |"]
)
def test_what_is_no_finding_is_told_with_its_line(text):
    found = read(f"\n{text}")
    assert (found.findings, [tuple(left) for left in found.left]) == ((), [(2, text)])


def test_lists_under_other_headings_are_no_findings():
    found = read("## High\n- a\n## Next steps\n1. do it\nsoon")
    assert [each.title for each in found.findings] == ["a"]
    assert [left.line for left in found.left] == [3, 4, 5]


def test_text_after_a_list_is_left():
    found = read("- High: a\n\nThe rest is fine.")
    assert [left.text for left in found.left] == ["The rest is fine."]


def test_a_long_line_is_cut_in_the_title_and_whole_in_the_detail():
    text = "word " * 200
    found = one(f"High: {text}")
    assert len(found.title) <= 300
    assert found.title.endswith("word …")
    assert found.detail == text.strip()


def test_too_many_findings_are_left():
    found = read("- High: a\n" * (MOST + 2))
    assert [len(found.findings), len(found.left)] == [MOST, 2]


def test_windows_and_old_line_ends():
    assert len(rows("High: a\r\nLow: b\rnit: c")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "medium two is bad",
        "Medium - two is bad",
        "MEDIUM\u2014two is bad",
        "- medium two is bad",
        "p2 two is bad",
    ],
)
def test_line_that_begins_with_a_severity_begins_a_finding(text):
    expected = [("high", "one", ""), ("medium", "two is bad", ""), ("low", "three", "")]
    mark = "- " if text.startswith("-") else ""
    assert rows(f"{mark}High: one\n{text}\n{mark}Low - three") == expected


def test_bracket_after_a_severity_stays_in_the_title():
    assert rows("High: one\nlow (api) two\nNit[db] three")[1:] == [
        ("low", "(api) two", ""),
        ("low", "[db] three", ""),
    ]


def test_remark_after_a_finding_is_left_with_its_line():
    found = read(
        "High: dedupe marker can be skipped apps/server/src/orpc.ts:41\n"
        "medium Retry budget in packages/x.ts:88 is unbounded\n"
        "just a remark without severity"
    )
    assert [one[:4] for one in found.findings] == [
        ("high", "dedupe marker can be skipped", "", "apps/server/src/orpc.ts:41"),
        ("medium", "Retry budget in packages/x.ts:88 is unbounded", "", "packages/x.ts:88"),
    ]
    assert [tuple(left) for left in found.left] == [(3, "just a remark without severity")]


def test_severity_in_the_text_of_a_finding_begins_none():
    for text in ("### [HIGH] a\n\nLow memory helps.", "- High: a\n\n  Low memory helps."):
        assert one(text).detail == "Low memory helps."
    assert one("## High\n- Low memory hurts").title == "Low memory hurts"


def test_place_on_a_line_of_its_own_is_the_anchor():
    assert rows("High: a\nfile: x.ts:12") == [("high", "a", "x.ts:12")]


def test_comments_announced_by_their_severity_are_findings_of_it():
    assert rows("Minor review comments:\n- a\n- b") == [("low", "a", ""), ("low", "b", "")]


def test_code_after_an_empty_line_is_detail_to_its_end():
    assert one("High: a\n\n```\nx\n```").detail == "```\nx\n```"


def test_file_that_a_sentence_ends_with_stays_in_it():
    assert rows("High: no guard in api/x.ts:12") == [("high", "no guard in api/x.ts:12", "api/x.ts:12")]
    assert rows("High: api/x.ts:12") == [("high", "api/x.ts:12", "api/x.ts:12")]


def test_file_of_a_title_stays_where_its_row_names_another():
    found = one("| Severity | Finding | File |\n|---|---|---|\n| High | no guard api/x.ts:12 | b.ts:1 |")
    assert (found.title, found.anchor) == ("no guard api/x.ts:12", "b.ts:1")


LINES = st.sampled_from(
    [
        "- High: alpha",
        "## Low",
        "beta",
        "  gamma",
        "| High | delta |",
        "```",
        "",
        "1. epsilon",
        "### [P1] zeta",
        "medium theta",
        "file: iota.ts:7",
        "Nit kappa lambda.ts:12",
    ]
)


@given(st.lists(LINES, max_size=12))
def test_no_word_is_ever_lost(lines):
    found = read("\n".join(lines))
    kept = " ".join(
        [f"{each.title} {each.detail} {each.anchor}" for each in found.findings]
        + [each.text for each in found.left]
    )
    for word in ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "theta", "iota", "kappa", "lambda"):
        assert sum(word in line for line in lines) == kept.count(word)


@given(st.text(max_size=400))
def test_any_text_is_read(text):
    for found in read(text).findings:
        assert "\n" not in found.title


@pytest.mark.parametrize(
    "end",
    [
        " api/x.ts:12",
        " api/x.ts:12.",
        " - api/x.ts:12",
        " — `api/x.ts:12`",
        " (api/x.ts:12)",
        " [api/x.ts:12].",
    ],
)
def test_file_at_the_end_is_the_anchor_alone(end):
    assert rows(f"High: no marker{end}") == [("high", "no marker", "api/x.ts:12")]
