"""What a query finds first, and what it does not find."""

import pytest

from phases.find import Index, Near, Row, find


def row(kind, code, title, phase="", also="", initiative="harbour"):
    return Row(kind, code, title, f"/{title}", initiative, phase, also=also)


ROWS = [
    row("slice", "D5", "Berth schedule service", "D", "@berth-team"),
    row("slice", "D5A", "Conditional tide transport", "D", "@tide-crew"),
    row("slice", "D50", "Night watch", "D", "@berth-team"),
    row("slice", "E1", "Independent re-review and fix closure", "E", "@reviewers"),
    row("slice", "D-009B", "Crane handover", "D", "@crane"),
    row("phase", "D", "Phase D: Docks", "D"),
    row("phase", "E", "Phase E: Ebb", "E"),
    row("owner", "", "@berth-team", also="ada grace"),
    row("document", "", "D5A_TRIGGER_EVIDENCE.md", "D", "docs/phase-d D5A"),
    row("document", "", "README.md", "", "handover notes for the crane"),
    row("decision", "ADR-0012", "Who moors at night", "", "@tide-crew"),
    row("concern", "", "The crâne bends under Straße loads", "D"),
]
INDEX = Index(ROWS)


def first(query, near=Near()):  # noqa: B008  (a tuple of two texts)
    found = find([INDEX], query, near).rows
    return (found[0].code or found[0].title) if found else ""


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("d5", "D5"),
        ("d5a", "D5A"),
        ("D-5A", "D5A"),
        ("d 5a", "D5A"),
        ("d-5-a", "D5A"),
        ("009b", "D-009B"),
        ("d009b", "D-009B"),
        ("adr 12", "ADR-0012"),
        ("adr 0012", "ADR-0012"),
        ("adr0", "ADR-0012"),
        ("phase e", "E"),
        ("docks", "D"),
        ("berth schedule", "D5"),
        ("service berth", "D5"),
        ("sched", "D5"),
        ("chedul", "D5"),
        ("d5 berth team", "D5"),
        ("tide d5a", "D5A"),
        ("grace", "@berth-team"),
        ("@tide", "D5A"),
        ("rereview", "E1"),
        ("re review", "E1"),
        ("hand over", "D-009B"),
        ("trigger evidence", "D5A_TRIGGER_EVIDENCE.md"),
        ("phase-d/d5a_trig", "D5A_TRIGGER_EVIDENCE.md"),
        ("strasse", "The crâne bends under Straße loads"),
        ("STRAßE", "The crâne bends under Straße loads"),
        ("shcedule", "D5"),
        ("tarnsport", "D5A"),
        ("trnasprot", "D5A"),
        ("indepndnet revew", "E1"),
        ("schedlu", "D5"),
        ("nihgt moors", "ADR-0012"),
        ("d5 transport", "D5A"),
        ("zebra", ""),
        ("moor berth", ""),
        ("d6", ""),
        ("tdie", "D5A"),
        ("ngt", ""),
        ("adr-0013", ""),
    ],
)
def test_what_comes_first(query, best):
    assert first(query) == best


def test_codes_come_before_words_and_words_before_typos():
    rows = [
        row("slice", "A1", "Craen of the old kind"),
        row("slice", "A2", "The crane"),
        row("slice", "CRANE", "Something"),
        row("slice", "CRANE2", "Something"),
        row("slice", "A3", "Undercrane work"),
    ]
    found = find([Index(rows)], "crane")
    assert [one.code for one in found.rows] == ["CRANE", "CRANE2", "A2", "A3", "A1"]
    assert not found.is_guess


def test_of_equals_those_come_first_that_are_near():
    rows = [row("slice", "X1", "Work", phase, initiative=slug) for slug in "ab" for phase in "CD"]
    found = find([Index(rows[:2]), Index(rows[2:])], "x1", Near("b", "D")).rows
    assert [(one.initiative, one.phase) for one in found] == [("b", "D"), ("b", "C"), ("a", "C"), ("a", "D")]


def test_a_far_exact_code_comes_before_a_near_beginning():
    rows = [row("slice", "X10", "Work", "C"), row("slice", "X1", "Work", "D", initiative="b")]
    assert find([Index(rows)], "x1", Near("harbour", "C")).rows[0].code == "X1"


def test_only_typos_are_a_guess():
    assert find([INDEX], "shcedule").is_guess
    assert not find([INDEX], "schedule").is_guess
    assert not find([INDEX], "zebra").is_guess


def test_a_kind_with_many_leaves_room_for_others():
    rows = [row("slice", f"A{n}", "Review") for n in range(40)]
    rows += [row("document", "", f"REVIEW_{n}.md") for n in range(3)]
    found = find([Index(rows)], "review", most=12, most_of_kind=5)
    kinds = [one.kind for one in found.rows]
    assert (kinds.count("slice"), kinds.count("document")) == (9, 3)
    assert found.counts == {"slice": 40, "document": 3}


def test_one_kind_alone():
    found = find([INDEX], "d5a", kind="document", most=60)
    assert [one.title for one in found.rows] == ["D5A_TRIGGER_EVIDENCE.md"]
    assert found.counts["slice"] == 1


@pytest.mark.parametrize("query", ["", "   ", "---", "\0", "\ud800", "()[]*+?", "\u200b", "⚓"])
def test_what_holds_no_letter_and_stands_nowhere_finds_nothing(query):
    assert find([INDEX], query).rows == []


@pytest.mark.parametrize("query", ["⚓", "⚓ !?", "!?", "🏽"])
def test_signs_are_found_where_they_stand_in_a_title(query):
    rows = [row("slice", "K1", "Drop the ⚓"), row("slice", "K2", "The ⚓ 👍🏽 now!?")]
    found = find([Index(rows)], query).rows
    assert found[-1].code == "K2"
    assert len(found) == (2 if query == "⚓" else 1)


@pytest.mark.parametrize(
    "query", ["x" * 5000, "a b c d e f g h i j k l", "الميناء", "港口", "👩‍🚀", "d5a\0tide"]
)
def test_odd_queries_are_answered(query):
    assert len(find([INDEX], query).rows) <= 12


def test_words_without_spaces_are_found_by_any_part():
    index = Index([row("slice", "K1", "港口工作计划")])
    assert find([index], "工作").rows
