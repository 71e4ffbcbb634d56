"""Gates, blockers, owners, links, decisions and references of closure documents."""

import pytest

from phases.packets.closure import code_in, read_closure, role_of


def gates(text):
    return [(one.command, one.outcome) for one in read_closure(text).gates]


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("- `make pump` -> pass", "pass"),
        ("- `make pump` (pass)", "pass"),
        ("- `make pump` \u2014 PASS", "pass"),
        ("- `make pump` \u2192 **FAIL**", "fail"),
        ("1. Quick: `make pump`: passed", "pass"),
        ("- `make pump` (12 passed, 0 failed)", "pass"),
        ("- `make pump` (3 passed, 1 failed)", "fail"),
        ("- `make pump` (exit 0)", "pass"),
        ("- `make pump`\n  - Exit code: `0`\n  - Outcome: pass", "pass"),
        ("- `make pump`\n- Exit code: `2`", "fail"),
        ("- `make pump`\n- Exit code: `2`\n- Outcome: pass", ""),
        ("- `make pump`", ""),
        ("- `make pump` - must pass before noon", ""),
        ("- `make pump` -> pass | fail", ""),
        ("- `make pump`\n\nAll passed.", "pass"),
        ("- `make pump`\n\nAll passed except the tide.", ""),
        ("All gates passed:\n- `make pump`", "pass"),
        ("| Command | Result |\n|---|---|\n| `make pump` | pass |", "pass"),
    ],
)
def test_a_gate_and_what_came_of_it(line, outcome):
    assert gates(f"## Gates\n{line}\n") == [("make pump", outcome)]


@pytest.mark.parametrize(
    "text",
    [
        "## Notes\n- `make pump`\n",
        "## Watchpoints\n- `make pump` -> fail\n",
        "## Gates\n- `pump.ts`\n",
        "## Gates\n```sh\nmake pump\n```\n",
    ],
)
def test_what_is_no_gate(text):
    assert gates(text) == []


def test_all_passed_speaks_for_its_own_list_only():
    text = "## Gates\n- `make a`\n## Checks\n- `make b` -> fail\n- `make c`\n\nAll passed.\n"
    assert gates(text) == [("make a", ""), ("make b", "fail"), ("make c", "pass")]


@pytest.mark.parametrize(
    "text",
    [
        "## Blockers\nNone.\n",
        "## Blocking Items\n- none at this time\n",
        "## Kickoff Blockers\n- No kickoff blockers.\n",
        "- Open blocking issues: none\n",
        "The posture is `ready` with no blocking items.\n",
    ],
)
def test_a_text_says_that_nothing_blocks(text):
    closure = read_closure(text)
    assert closure.says_no_blockers is not None
    assert closure.blockers == ()


@pytest.mark.parametrize(
    "text",
    [
        "No blockers may be left by noon.\n",
        "If there are no blockers, ring the bell.\n",
        "## Watchpoints\nno blockers\n",
        "The dock has no pumps.\n",
    ],
)
def test_what_does_not_say_that_nothing_blocks(text):
    assert read_closure(text).says_no_blockers is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "## Blockers\n1. Dam is dry\n   - since May\n2. ~~Lock~~\n3. Dike (resolved)\n- [x] Weir\n",
            ["Dam is dry"],
        ),
        ("## Open blockers\nThe dam is dry.\n", ["The dam is dry."]),
        ("## Blockers\nNone, except the dam.\n", ["None, except the dam."]),
        ("- Blockers: the dam is dry\n", ["the dam is dry"]),
        ("## Blockers\n| Blocker | Owner |\n|---|---|\n| Dam | @sea |\n", ["Dam"]),
    ],
)
def test_blockers(text, expected):
    assert [one.text for one in read_closure(text).blockers] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. `@sea`: pumps", ("@sea", "", "", "pumps", "", "")),
        ("1. `@sea` \u2014 pumps", ("@sea", "", "", "pumps", "", "")),
        ("- K3: `@sea` (backup `@land`)", ("@sea", "@land", "K3", "", "", "")),
        ("- Harbour master: rings the bell", ("", "", "", "rings the bell", "", "Harbour master")),
        ("- Dock lead (`@dock-lead`): cranes", ("@dock-lead", "", "", "cranes", "", "Dock lead")),
        ("- owner: `@sea`", ("@sea", "", "", "", "", "")),
        (
            "| Slice | Owner | Backup | Accountability |\n|---|---|---|---|\n| K1 | @sea | @land | pumps |",
            ("@sea", "@land", "K1", "pumps", "", ""),
        ),
        (
            "| Concern | Owner | Priority | Notes |\n|---|---|---|---|\n| Tide | `@sea` | P1 | soon |",
            ("@sea", "", "", "Tide", "P1", ""),
        ),
    ],
)
def test_owners(text, expected):
    (one,) = read_closure(f"## Owners\n{text}\n").owners
    assert (one.handle, one.backup, one.slice, one.duty, one.priority, one.role) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- K1: `crew/k1-pumps` -> PR #134", ("K1", "crew/k1-pumps", "#134")),
        ("- #99 `crew/k1-pumps`", ("", "crew/k1-pumps", "#99")),
        ("1. K1 (`crew/k1-pumps`, PR #134)", ("K1", "crew/k1-pumps", "#134")),
        ("- K1: `crew/k1-pumps` (this branch), PR pending", ("K1", "crew/k1-pumps", "")),
        ("- K1: https://forge.example/o/r/pull/12", ("K1", "", "https://forge.example/o/r/pull/12")),
        ("| Slice | Branch | PR |\n|---|---|---|\n| K1 | `crew/k1` | #7 |", ("K1", "crew/k1", "#7")),
    ],
)
def test_links(line, expected):
    (one,) = read_closure(f"## Branches and PRs\n{line}\n").links
    assert (one.slice, one.branch, one.pull_request) == expected


@pytest.mark.parametrize(
    "line", ["- K1 (this branch)", "- K1: PRs #1 and #2", "- see #12", "- K1: `pier/pump.ts`"]
)
def test_what_is_no_link(line):
    assert read_closure(f"## Branches\n{line}\n").links == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- D-021: locked (triggered)", [("D-021", "locked")]),
        ("- `D-021` and `D-022` remain open", [("D-021", "open"), ("D-022", "open")]),
        ("- **D-021** \u2014 closed", [("D-021", "closed")]),
        ("- D-021: locked/open", []),
        ("- D-021: lockedness", []),
        ("| Decision | Status |\n|---|---|\n| D-021 | locked |", [("D-021", "locked")]),
    ],
)
def test_decisions(line, expected):
    assert [(one.code, one.status) for one in read_closure(f"{line}\n").decisions] == expected


def test_references_once_each_without_places_in_them():
    text = "`docs/A.md`, [b](./B.md#top 'B'), `p/`, `f.yaml:12`, `docs/A.md`\n\n[c]: c%20d.md\n[e]: e.yml\n"
    paths = {one.path: one.line for one in read_closure(text).references}
    assert paths == {"docs/A.md": 1, "p/": 1, "f.yaml": 1, "B.md": 1, "e.yml": 4}


@pytest.mark.parametrize(
    "text", ["`https://a.example/b.md`", "`cat a.md`", "`a/*.md`", "`<x>.md`", "`a.ts`", "a.md", "`/`"]
)
def test_what_is_no_reference(text):
    assert read_closure(text).references == ()


@pytest.mark.parametrize(
    ("path", "role", "code"),
    [
        ("D5_REVIEW_DISPOSITION.md", "review disposition", "D5"),
        ("docs/pass/D5A_STRUCTURAL_DISPOSITION.md", "structural disposition", "D5A"),
        ("D4_DISPOSITION.md", "conditional disposition", "D4"),
        ("d6-cleanup-manifest.md", "cleanup manifest", "D6"),
        ("PHASE_D_EXECUTION_REPORT.md", "execution report", ""),
        ("D7_PHASE_E_READINESS.md", "readiness", "D7"),
        ("F7_NEXT_PHASE_READINESS.md", "readiness", "F7"),
        ("FINAL_PHASE_D_HANDOFF.md", "final handoff", ""),
        ("F4_TRIGGER_SCAN_RESULT.json", "trigger evidence", "F4"),
        ("C:\\docs\\D4_TRIGGER_EVIDENCE.md", "trigger evidence", "D4"),
        ("PHASE_D_PLANNING_HANDOFF.md", "", ""),
        ("AGENT_6_READINESS_NOTES.md", "", ""),
        ("D5_NOTES.md", "", "D5"),
        ("E2E_REPORT.md", "", ""),
        ("readme.md", "", ""),
        ("", "", ""),
    ],
)
def test_names_tell_role_and_slice(path, role, code):
    assert (role_of(path), code_in(path)) == (role, code)
