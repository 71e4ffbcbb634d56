"""READMEs of packet folders: what they list, with role and line, and which need leads where."""

import pytest

from phases.packets.inventory import Role, classify, phase_codes, phase_of, read_inventory
from phases.packets.inventory_reader import MAX_GLOBS, MAX_LISTED

ROUTES = "# Orchard\n\n## If you need X, read Y\n"


def listed(text: str) -> list[tuple[str, str]]:
    return [(each.path, each.description) for each in read_inventory(text).documents]


def routes(text: str) -> list[tuple[str, str, str]]:
    return [(each.need, each.path, each.note) for each in read_inventory(ROUTES + text).routes]


def role(line: str, section: str = "Files") -> Role:
    (document,) = read_inventory(f"## {section}\n- {line}\n").documents
    return document.role


def test_title_section_and_line_are_told():
    found = read_inventory("# Orchard packet\n\n## What is here\n\n1. `README.md` \u2014 start here.\n")
    (document,) = found.documents
    assert (found.title, document.section, document.line) == ("Orchard packet", "What is here", 5)


@pytest.mark.parametrize(
    ("item", "path", "description"),
    [
        ("1. `PLAN.md` \u2014 the plan.", "PLAN.md", "the plan."),
        ("2) `PLAN.md` \u2013 the plan", "PLAN.md", "the plan"),
        ("- `PLAN.md` - the plan", "PLAN.md", "the plan"),
        ("* **`PLAN.md`**: the plan", "PLAN.md", "the plan"),
        ("+ [the plan](./PLAN.md) (read it)", "PLAN.md", "read it"),
        ("- [`PLAN.md`](<docs/MY%20PLAN.md#top> 'title') -> all of it", "docs/MY PLAN.md", "all of it"),
        ("- PLAN.md: the plan", "PLAN.md", "the plan"),
        ("- *.md: all of them", "*.md", "all of them"),
        ("- **/*_NOTES.md: all notes", "**/*_NOTES.md", "all notes"),
        ("- **PLAN.md**: the plan", "PLAN.md", "the plan"),
        ("- axes/*.md \u2014 leaves", "axes/*.md", "leaves"),
        ("- `_runs/*` = results", "_runs/*", "results"),
        ("- `_runs/`", "_runs/", ""),
        ("- [ ] `PLAN.md` open", "PLAN.md", "open"),
        ("- `docs\\PLAN.md` windows", "docs/PLAN.md", "windows"),
        ("- `../other/MAP.md` \u2014 elsewhere", "../other/MAP.md", "elsewhere"),
    ],
)
def test_forms_of_an_entry(item, path, description):
    assert listed(f"## Files\n{item}\n") == [(path, description)]


def test_a_description_goes_on_in_the_next_line():
    assert listed("- `PLAN.md` \u2014 the plan\n  of everything\n\n- `MAP.md`\n") == [
        ("PLAN.md", "the plan of everything"),
        ("MAP.md", ""),
    ]


def test_several_paths_share_a_description():
    assert listed("- `A.md`, `B.md` and [C](C.md): siblings") == [
        ("A.md", "siblings"),
        ("B.md", "siblings"),
        ("C.md", "siblings"),
    ]


def test_names_below_a_folder_lie_in_it():
    text = "- `axes/` \u2014 leaves\n  - `01-soil.md`\n  - `sub/02.md`\n- `PLAN.md`\n"
    assert [path for path, _ in listed(text)] == ["axes/", "axes/01-soil.md", "sub/02.md", "PLAN.md"]


def test_a_table_of_documents_is_read():
    text = "| Document | Purpose | By |\n|---|:-:|---|\n| `PLAN.md` | the plan | us |\n| all of it | | |\n"
    assert listed(text) == [("PLAN.md", "the plan \u2014 us")]


@pytest.mark.parametrize(
    "item",
    [
        "- `make test` runs the tests",
        "- `@lead`: answers",
        "- `npm run x:y` first",
        "- [our site](https://example.org/a.md)",
        "- [above](#files)",
        "- Keep it short",
        "- `D-009`: a decision",
        "- **Bold** words are no path",
    ],
)
def test_what_is_no_document_is_no_problem_either(item):
    found = read_inventory(item)
    assert (found.documents, found.problems) == ((), ())


def test_code_blocks_comments_and_front_matter_list_nothing():
    text = "---\n- `A.md`\n---\n```\n- `B.md`\n```\n<!--\n- `C.md`\n-->\n- `D.md`\n"
    assert listed(text) == [("D.md", "")]


@pytest.mark.parametrize(
    "item", ["`PHASE_<X>.md` \u2014 of each", "`/etc/plan.md` here", "`PLAN.md open mark"]
)
def test_what_looks_like_an_entry_is_named_with_its_line(item):
    (problem,) = read_inventory(f"# A\n\n- {item}\n").problems
    assert (problem.code, problem.line) == ("not_understood", 3)
    assert "Write the path first" in problem.message


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("`ONE.md` \u2014 entry point of the packet", Role.ENTRYPOINT),
        ("`ONE.md` \u2014 normative policy", Role.ARCHITECTURE),
        ("`ONE.md` \u2014 our decision register", Role.DECISIONS),
        ("`ONE.md` \u2014 leaf policy of soil", Role.AXIS),
        ("`ONE.md` \u2014 a walkthrough", Role.EXAMPLE),
        ("`ONE.md` \u2014 execution entrypoint of phase A", Role.EXECUTION_PACKET),
        ("`PHASE_A_IMPLEMENTATION_SPEC.md` \u2014 architecture context", Role.IMPLEMENTATION_SPEC),
        ("`PHASE_A_ACCEPTANCE_GATES.md`", Role.ACCEPTANCE_GATES),
        ("`PHASE_A_WORKBREAKDOWN.yaml`", Role.WORK_BREAKDOWN),
        ("`ONE.md` \u2014 planning review disposition", Role.REVIEW_DISPOSITION),
        ("`ONE.md` \u2014 planning-to-runtime handoff", Role.PLANNING_HANDOFF),
        ("`ONE.md` \u2014 a runbook", Role.RUNBOOK),
        ("`_phase-a-runtime-pass-1/*` \u2014 notes", Role.CLOSURE),
        ("`ONE.md` \u2014 historical note", Role.NOTE),
        ("`ONE.md` \u2014 something", Role.OTHER),
    ],
)
def test_roles(line, expected):
    assert role(line) is expected


def test_the_section_gives_a_role_where_the_name_gives_none():
    assert role("`01-soil.md`", "Axis index") is Role.AXIS
    assert role("`01-soil.md`", "Reference walkthroughs") is Role.EXAMPLE


@pytest.mark.parametrize(
    ("item", "route"),
    [
        ("- Gates of phase A: `GATES.md`", ("Gates of phase A", "GATES.md", "")),
        ("- Closure (`A1..A7`): `_a/`", ("Closure (`A1..A7`)", "_a/", "")),
        ("- If you need the gates, read [them](GATES.md).", ("the gates", "GATES.md", "")),
        ("- **Gates** \u2192 `GATES.md` (see `MAP.md`, too)", ("Gates", "GATES.md", "see `MAP.md`, too")),
        ("- Gates: `GATES.md` \u2014 the short form", ("Gates", "GATES.md", "the short form")),
    ],
)
def test_forms_of_a_route(item, route):
    assert routes(item) == [route]


def test_several_paths_are_several_routes_each_with_its_remark():
    assert routes('- What landed: `A.md` ("Snapshot (late)"), `B.md`') == [
        ("What landed", "A.md", '"Snapshot (late)"'),
        ("What landed", "B.md", ""),
    ]


def test_routes_stand_in_tables_too_and_end_with_their_section():
    found = read_inventory(
        f"{ROUTES}| Need | Read |\n|--|--|\n| Gates | `GATES.md` |\n\n## Files\n- `A.md`\n"
    )
    assert [route.need for route in found.routes] == ["Gates"]
    assert [document.path for document in found.documents] == ["A.md"]


@pytest.mark.parametrize(
    ("item", "missing"), [("- Gates: nowhere", "path to read"), ("- `GATES.md`", "need")]
)
def test_a_route_without_one_of_its_halves_is_a_problem(item, missing):
    (problem,) = read_inventory(ROUTES + item).problems
    assert (problem.line, f"names no {missing}" in problem.message) == (4, True)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("PHASE_D_GATES.md", "D"),
        ("_phase-d-runtime-pass-1/D7_PHASE_E_READINESS.md", "D"),
        ("D7_PHASE_E_READINESS.md", "D"),
        ("phases/e/notes.md", "E"),
        ("PHASE_EXECUTION_WORKFLOW.md", ""),
        ("PHASE_Z_GATES.md", ""),
        ("examples/e2e-01-soil.md", ""),
        ("README.md", ""),
    ],
)
def test_the_phase_of_a_path(path, code):
    assert phase_of(path, ["D", "E"]) == code


def test_names_of_files_tell_the_codes_of_phases():
    paths = [
        "PHASE_b_GATES.md",
        "_phase-12-runtime/x.md",
        "PHASE_EXECUTION_FLOW.md",
        "PHASE_PILOT_WORKBREAKDOWN.yml",
    ]
    assert phase_codes(paths) == ("12", "B", "PILOT")


def test_limits_are_problems():
    many = read_inventory("".join(f"- `d{at}.md`\n" for at in range(MAX_LISTED + 2)))
    assert (len(many.documents), [each.line for each in many.problems]) == (MAX_LISTED, [MAX_LISTED + 1])
    globs = read_inventory("".join(f"- `d{at}/*.md`\n" for at in range(MAX_GLOBS + 2)))
    assert (len(globs.documents), len(globs.problems)) == (MAX_GLOBS, 2)


@pytest.mark.parametrize(
    "row", ["- `../../etc/passwd` \u2014 x", "- ../../etc/passwd \u2014 x", "| ../../etc/passwd | x |"]
)
def test_a_path_out_of_the_folder_is_listed_as_outside(row):
    inventory = read_inventory(f"| a | b |\n|---|---|\n{row}\n")
    (entry,) = classify([], inventory)
    assert (entry.path, entry.outside, entry.present) == ("../../etc/passwd", True, False)


@pytest.mark.parametrize(
    "entry",
    [
        "| a | b |\n|---|---|\n| the soil | notes/soil.md |",
        "- the soil: read notes/soil.md.",
        "- the soil -> **notes/soil.md**",
    ],
)
def test_routes_take_bare_paths_as_the_inventory_does(entry):
    inventory = read_inventory(f"## If you need it\n\n{entry}\n")
    assert [(one.need, one.path) for one in inventory.routes] == [("the soil", "notes/soil.md")]


def test_a_route_with_marks_takes_no_bare_word_beside_them():
    (route,) = read_inventory("## Routes\n\n- what runs node.js: `docs/run.md`\n").routes
    assert (route.need, route.path) == ("what runs node.js", "docs/run.md")
