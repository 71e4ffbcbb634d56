"""Decision registers in the shapes met in the wild."""

import pytest

from phases.packets.register import MAX_DECISIONS, codes_mentioned, read_register


def read(text: str) -> list[tuple[str, str, str]]:
    return [(each.code, each.status, each.title) for each in read_register(text).decisions]


def problems(text: str) -> list[tuple[str, int]]:
    return [(each.code, each.line) for each in read_register(text).problems]


@pytest.mark.parametrize(
    "text",
    [
        "## D-009 \u2014 One well\nStatus: locked\n",
        "### D-009: One well\n\n- **Status:** locked\n",
        "## `D-009` One well\n* Status: `locked` (since spring)\n",
        "## [D-009] One well (locked)\n",
        "## 3. Decision D-009 - One well\n\n### Status\n\nLocked\n",
        "D-009 \u2014 One well\n---\n**Status**: LOCKED | **Owner:** @lead\n",
        "| ID | Decision | Status |\n|---|---|---|\n| D-009 | One well | locked |\n",
        "Status | Title | Code\n--- | --- | ---\n**Locked** | One well | [D-009](#d-009)\n",
        "- D-009: locked \u2014 One well\n",
        "- **D-009** \u2014 One well (locked)\n",
        "1. `D-009` (locked): One well\n",
        "## Locked decisions\n- D-009: One well\n",
        "# Locked\n\n## By area\n\n### Water\n* D-009 - One well\n",
    ],
)
def test_every_shape_gives_the_same_entry(text):
    assert read(text) == [("D-009", "locked", "One well")]
    assert problems(text) == []


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("open", "open"),
        ("Proposed", "open"),
        ("not decided", "open"),
        ("deferred to spring", "open"),
        ("decided", "locked"),
        ("\u2705 Accepted", "locked"),
        ("**approved** 2031-04-01", "locked"),
        ("Resolved.", "closed"),
        ("superseded by D-012", "closed"),
        ("rejected", "closed"),
    ],
)
def test_words_of_status(word, status):
    assert read(f"## D-001 A\nStatus: {word}\n") == [("D-001", status, "A")]


def test_an_unknown_word_stays_empty_and_is_a_problem_with_its_line():
    text = "## D-001 A\n\nStatus: simmering\n"
    assert (read(text), problems(text)) == ([("D-001", "", "A")], [("status_word", 3)])


def test_a_decision_without_any_status_is_a_problem():
    assert problems("## D-001 A\n\nWe talked.\n") == [("no_status", 1)]


def test_a_section_gives_its_status_only_where_nothing_else_does():
    text = "## Open decisions\n- D-1: a\n- D-2: locked: b\n## Closed\n- D-3: c\n## D-4 d\nStatus: open"
    assert [status for _, status, _ in read(text)] == ["open", "locked", "closed", "open"]


def test_a_section_ends_where_the_next_heading_of_its_level_begins():
    assert read("## Closed\n- D-1: a\n## D-2 b\nNothing said.\n") == [
        ("D-1", "closed", "a"),
        ("D-2", "", "b"),
    ]


@pytest.mark.parametrize("title", ["Decisions of Open Shelves", "Open Shelves decisions", "Final Frontier"])
def test_a_name_that_holds_the_word_is_no_status(title: str):
    assert read_register(f"# {title}\n\n## D-001 Keep the port\n").decisions[0].status == ""


def test_a_section_that_names_two_statuses_gives_none():
    assert read("## Open vs closed decisions\n- D-001: a\n") == [("D-001", "", "a")]


def test_facts_of_a_heading_are_read():
    text = (
        "## D-001 A\n- Status: open\n- **Owner**: @lead\n- Date: 2031-04-01 (May)\n\nOne *well* only.\n\nOh."
    )
    (entry,) = read_register(text).decisions
    assert (entry.owner, entry.date, entry.summary, entry.line) == (
        "@lead",
        "2031-04-01",
        "One well only.",
        1,
    )


def test_facts_of_a_bullet_stand_below_it():
    (first, second) = read_register(
        "- D-001: open \u2014 A\n  - Owner: @lead\n- D-002: open \u2014 B\n"
    ).decisions
    assert (first.owner, second.owner) == ("@lead", "")


def test_columns_of_a_table_are_read_by_their_names():
    head = "| Code | Title | Decision | State | Owners | Decided on |\n|-|-|-|-|-|-|\n"
    text = f"{head}| D-1 | A | one \\| two | done | @x | 2031-04-01 |"
    (entry,) = read_register(text).decisions
    assert (entry.title, entry.summary, entry.status) == ("A", "one | two", "closed")
    assert (entry.owner, entry.date) == ("@x", "2031-04-01")


def test_a_day_in_the_status_is_its_date():
    (entry,) = read_register("## D-001 A\nStatus: locked (2031-04-01)\n").decisions
    assert entry.date == "2031-04-01"


def test_codes_in_the_body_of_a_decision_are_no_entries():
    assert read("## D-001 A\nStatus: open\n\n- D-002 depends on it\n") == [("D-001", "open", "A")]


def test_one_heading_may_name_several():
    assert [code for code, _, _ in read("## D-001/D-002 and D-003 \u2014 A\nStatus: open\n")] == [
        "D-001",
        "D-002",
        "D-003",
    ]


def test_a_range_is_told():
    assert problems("- D-001..D-004: locked \u2014 A\n") == [("range", 1)]


def test_the_first_of_two_stands_and_the_second_is_named():
    text = "## D-001 A\nStatus: open\n## D-001 B\nStatus: locked\n"
    assert read(text) == [("D-001", "open", "A")]
    (problem,) = read_register(text).problems
    assert (problem.line, "line 1" in problem.message) == (3, True)


def test_an_index_and_its_section_are_one_decision():
    text = "| ID | Status |\n|-|-|\n| D-001 | open |\n\n## D-001 A\nOwner: @lead\n"
    (entry,) = read_register(text).decisions
    assert (entry.status, entry.title, entry.owner, problems(text)) == ("open", "A", "@lead", [])


def test_an_index_that_says_otherwise_is_a_problem():
    text = "| ID | Status |\n|-|-|\n| D-001 | open |\n\n## D-001 A\nStatus: locked\n"
    assert (read(text), problems(text)) == ([("D-001", "open", "")], [("duplicate", 5)])


@pytest.mark.parametrize("line", ["## D12 \u2014 A", "- d-7: A", "| ID | Status |\n|-|-|\n| D9 | open |"])
def test_what_is_nearly_a_code_is_named(line):
    found = read_register(line)
    assert (found.decisions, [each.code for each in found.problems]) == ((), ["decision_code"])


def test_other_tables_and_code_blocks_are_left_alone():
    text = "| Status | Meaning |\n|-|-|\n| locked | it holds |\n\n```\n## D-001 A\n```\n"
    assert (read(text), problems(text)) == ([], [])


def test_limits_are_problems():
    text = "".join(f"- D-{at}: open \u2014 A\n" for at in range(MAX_DECISIONS + 1))
    assert (len(read(text)), problems(text)) == (MAX_DECISIONS, [("too_many", MAX_DECISIONS + 1)])


def test_codes_mentioned_in_any_text():
    text = "By D-013/D-014 (`ADR-0001`), again D-013; not UTF-8, X-D-2, CVE-2024-1234, d-9 or ABCDEF-1."
    assert codes_mentioned(text) == ("D-013", "D-014", "ADR-0001")


APART = """\
## D-1 — Soil
Status: locked
Owner: @roof. Because of G2.

## D-2 — Water
- D-3 — Bees: **rejected**
  - Owner: @hive
- D-1 — Soil, again
- Status: open
- D-4 — Frost
"""


def test_a_bullet_below_a_heading_that_has_a_status_is_a_decision():
    assert read(APART) == [("D-1", "locked", "Soil"), ("D-2", "open", "Water"), ("D-3", "closed", "Bees")]
    assert read_register(APART).decisions[2].owner == "@hive"


def test_a_bullet_below_a_heading_without_a_status_is_told():
    assert problems(APART) == [("note", 8), ("note", 10)]
    messages = [each.message for each in read_register(APART).problems]
    assert "D-1 has no status and is read as a note of D-2; the entry on line 1 counts" in messages[0]
    assert "D-4 has no status and is read as a note of D-2; it is no decision here" in messages[1]


def test_a_bullet_that_contradicts_its_heading_is_told():
    text = "## D-1 A\nStatus: locked\n\n## D-2 B\nStatus: open\n\n- D-1 — A: **rejected**\n"
    assert problems(text) == [("duplicate", 7)]


def test_a_mention_below_a_heading_stays_silent():
    assert problems("## D-1 A\nStatus: locked\n\n- D-9 was our first idea.\n- D-1: as said.\n") == []


@pytest.mark.parametrize(
    ("written", "owner"),
    [
        ("@roof. Because of G2.", "@roof"),
        ("@roof.team, @soil and @mill; since spring", "@roof.team, @soil and @mill"),
        ("@roof.", "@roof"),
        ("The roof crew. All of it.", "The roof crew. All of it."),
    ],
)
def test_an_owner_is_the_handle_alone(written, owner):
    assert read_register(f"## D-1 A\nStatus: open\nOwner: {written}\n").decisions[0].owner == owner
