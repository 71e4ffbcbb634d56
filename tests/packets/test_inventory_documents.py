"""The inventory against the files there are: present, missing, unlisted; by phase, with their needs."""

from phases.packets.inventory import DocumentEntry, classify, read_inventory

README = """# Orchard

## Files
1. `README.md` \u2014 entrypoint
2. `axes/*.md` \u2014 leaf policy
3. `PHASE_B_GATES.md` \u2014 gates of B
4. `_phase-a-runtime-pass-1/*` \u2014 closure artifacts
5. `PHASE_A_GATES.md` \u2014 gates of A
6. `../old/MAP.md` \u2014 lineage

## Axis index
1. `axes/02-water.md` \u2014 all on water

## If you need X, read Y
- Gates of A: `PHASE_A_GATES.md`
- What A left: `_phase-a-runtime-pass-1/`
- Its report: `_phase-a-runtime-pass-1/REPORT.md`
- The map: `MAP.md`
"""


def entries(*present: str, text: str = README) -> dict[str, DocumentEntry]:
    return {entry.path: entry for entry in classify(present, read_inventory(text))}


def test_globs_and_folders_become_the_files_there_are():
    found = entries("axes/01-soil.md", "axes/deep/x.md", "_phase-a-runtime-pass-1/sub/A1_NOTES.md")
    assert (found["axes/01-soil.md"].listed, found["axes/01-soil.md"].description) == (True, "leaf policy")
    assert found["_phase-a-runtime-pass-1/sub/A1_NOTES.md"].phase == "A"
    assert not found["axes/deep/x.md"].listed
    assert not {"axes/*.md", "_phase-a-runtime-pass-1/*"} & set(found)


def test_a_glob_that_matches_nothing_is_missing():
    found = entries("README.md", text="- `axes/*.md` \u2014 leaves\n- `_x/`")
    assert [(each.path, each.present) for each in found.values() if each.listed] == [
        ("axes/*.md", False),
        ("_x/", False),
    ]


def test_an_own_entry_wins_over_a_glob():
    assert entries("axes/02-water.md")["axes/02-water.md"].description == "all on water"


def test_a_listed_file_that_is_not_there_is_missing():
    found = entries("README.md")
    assert (found["PHASE_B_GATES.md"].listed, found["PHASE_B_GATES.md"].present) == (True, False)


def test_what_lies_outside_is_neither_present_nor_unknown():
    entry = entries("README.md")["../old/MAP.md"]
    assert (entry.present, entry.outside) == (False, True)


def test_a_present_file_that_nobody_lists_is_shown():
    entry = entries("PHASE_A_STRAY.md", "README.md")["PHASE_A_STRAY.md"]
    assert (entry.listed, entry.present, entry.phase) == (False, True, "A")


def test_what_only_a_route_names_is_listed():
    found = entries("README.md")
    report = found["_phase-a-runtime-pass-1/REPORT.md"]
    assert (report.listed, report.present, report.description) == (True, False, "closure artifacts")
    assert found["MAP.md"].routes == ("The map",)


def test_needs_of_a_folder_lead_to_all_in_it():
    path = "_phase-a-runtime-pass-1/REPORT.md"
    assert entries(path)[path].routes == ("What A left", "Its report")


def test_the_initiative_comes_first_then_phases_then_the_order_of_listing():
    found = entries("PHASE_A_STRAY.md", "PHASE_A_GATES.md", "PHASE_B_GATES.md", "README.md", "zz.md")
    order = [path for path, entry in found.items() if entry.present]
    assert order == ["README.md", "zz.md", "PHASE_A_GATES.md", "PHASE_A_STRAY.md", "PHASE_B_GATES.md"]


def test_a_document_listed_twice_stands_once_with_its_first_words():
    found = entries("A.md", text="- `A.md` \u2014 first\n- `A.md` \u2014 second\n- `_x/` one\n- `_x/*` two\n")
    assert [(each.path, each.description) for each in found.values()] == [("A.md", "first"), ("_x/", "one")]


def test_codes_known_from_elsewhere_count():
    (entry,) = classify(["PHASE_PILOT_GATES.md"], read_inventory(""), codes=["PILOT"])
    assert entry.phase == "PILOT"
