"""Every dialect feature of a work breakdown, and what it becomes in the Packet."""

import datetime as dt

import pytest

from phases.packets import read_packet
from phases.packets.packet import Invariant, SliceKind
from tests.packets.examples import FULL, MINIMAL, ROLES, codes, packet, read, slice_with, slices


def test_after_and_depends_on_both_order_slices():
    text = slices("id: A1, title: a, owner: o", "id: A2, title: b, owner: o, after: [A1]")
    assert packet(text).slices[1].depends_on == ("A1",)


def test_after_and_depends_on_together_are_united_with_a_warning():
    text = slices("id: A1, title: a, owner: o", "id: A2, title: b, owner: o") + (
        "  - {id: A3, title: c, owner: o, depends_on: [A1], after: [A2]}\n"
    )
    assert packet(text).slices[2].depends_on == ("A1", "A2")
    assert codes(read(text), "warning") == ["two_orders"]


def test_a_dependency_named_twice_counts_once():
    text = slices("id: A1, title: a, owner: o", "id: A2, title: b, owner: o, depends_on: [A1, A1]")
    assert packet(text).slices[1].depends_on == ("A1",)
    assert codes(read(text), "warning") == ["repeated"]


def test_a_role_key_becomes_its_handle_and_backup():
    item = packet(ROLES).slices[1]
    assert (item.owner, item.role, item.backup, item.backup_written) == (
        "@water",
        "water_owner",
        "@soil",
        False,
    )


def test_owner_roles_keep_sla_scope_and_unknown_keys():
    role = packet(ROLES).owners[0]
    assert (role.handle, role.decision_sla, role.scope) == (
        "@water",
        {"standard": "2 business days"},
        ("pumps and pipes",),
    )
    assert role.as_written == {"region": "north"}


def test_a_backup_on_the_slice_wins_over_that_of_the_role():
    item = packet(ROLES.replace("owner: water_owner", "owner: water_owner\n    backup: soil_owner")).slices[1]
    assert (item.backup, item.backup_written) == ("@soil", True)


def test_a_handle_finds_its_backup_in_the_owners_map():
    assert packet(ROLES.replace("owner: water_owner", "owner: '@water'")).slices[1].backup == "@soil"


def test_a_word_that_is_no_role_is_a_handle_with_a_warning():
    reading = read(ROLES.replace("owner: water_owner", "owner: watr_owner"))
    assert "unknown_role" in codes(reading, "warning")


def test_a_role_without_handle_is_an_error():
    assert codes(read("owners:\n  boss: {scope: [all]}\n" + MINIMAL)) == ["missing_handle"]


def test_files_may_be_texts_or_maps_and_globs():
    item = packet(slice_with("files: [a.py, {path: src/**}]\ntouched_paths: [{path: /x}]")).slices[0]
    assert (item.files, item.touched_paths) == (("a.py", "src/**"), ("/x",))


def test_what_else_a_file_map_says_is_kept():
    reading = read(slice_with("files: [{path: a.py, why: new}]"))
    assert reading.packet.slices[0].as_written == {"files": {"a.py": {"why": "new"}}}
    assert codes(reading, "warning") == ["unknown_key"]


def test_a_file_map_without_path_is_an_error():
    assert codes(read(slice_with("files: [{name: a.py}]"))) == ["wrong_type"]


def test_a_text_with_an_unquoted_colon_is_read_with_a_warning():
    reading = read(slice_with("deliverables:\n  - zero reads: seven days"))
    assert reading.packet.slices[0].deliverables == ("zero reads: seven days",)
    assert codes(reading, "warning") == ["colon_in_text"]


def test_invariants_are_keys_with_texts():
    assert packet(FULL).invariants == (
        Invariant(key="water_source", values=("the old well",)),
        Invariant(key="zones", values=("north zone", "south zone")),
        Invariant(values=("no night work",)),
    )


def test_invariants_may_be_one_map():
    assert packet("invariants: {power: solar}\n" + MINIMAL).invariants == (
        Invariant(key="power", values=("solar",)),
    )


def test_dated_maps_become_milestones():
    first, last = packet(ROLES).milestones
    assert (first.group, first.key, first.date) == ("dig_dates", "first", dt.date(2031, 4, 1))
    assert last.date == dt.date(2031, 4, 30)


def test_an_impossible_date_is_an_error_at_its_place():
    (problem,) = read("dates:\n  start: 2031-02-30\n" + MINIMAL).errors
    assert (problem.code, problem.line, problem.column) == ("bad_date", 2, 10)


def test_a_map_of_dates_and_texts_is_kept_as_written():
    found = packet("notes: {seen: 2031-04-01, by: me}\n" + MINIMAL)
    assert found.milestones == ()
    assert found.as_written == {"notes": {"seen": "2031-04-01", "by": "me"}}


def test_a_timebox_gives_its_dates_and_keeps_the_rest():
    found = packet("bridge_timebox: {end: 2031-04-01, by: me}\n" + MINIMAL)
    assert found.milestones[0].key == "end"
    assert found.as_written == {"bridge_timebox": {"by": "me"}}


def test_unknown_keys_are_kept_at_each_level_with_a_warning_each():
    reading = read(ROLES)
    assert reading.packet.as_written == {"escalation": {"after_days": 3, "silent": False}}
    assert reading.packet.slices[1].as_written == {"weather": "dry"}
    unknown = [(each.field, each.slice) for each in reading.problems if each.code == "unknown_key"]
    assert unknown == [("region", ""), ("escalation", ""), ("weather", "A1")]


def test_as_written_types_only_what_can_be_written_back():
    found = packet(MINIMAL + "n: [1, 1.5, 1.50, true, NO, ~, '1', 1_0, 99999999999999999]\n").as_written["n"]
    assert found == [1, 1.5, "1.50", True, "NO", None, "1", "1_0", "99999999999999999"]


def test_the_phase_comes_from_the_text_else_from_the_file_name():
    nameless = MINIMAL.removeprefix("phase: A\n")
    assert read_packet(nameless, file_name="x/PHASE_D_WORKBREAKDOWN.yaml").phase == "D"
    assert codes(read_packet(nameless)) == ["phase_missing"]
    assert codes(read_packet(MINIMAL, file_name="PHASE_D_X.yaml"), "warning") == ["phase_disagrees"]


def test_the_initiative_comes_from_the_folder_of_the_entrypoint():
    assert packet(FULL).initiative == "orchard-network"
    assert packet(MINIMAL).initiative == ""


def test_slices_may_be_a_map_by_code():
    found = packet("phase: A\nslices:\n  A1: {title: a, owner: o}\n  A2: {title: b, owner: o, after: A1}\n")
    assert found.codes == ("A1", "A2")
    assert found.slices[1].depends_on == ("A1",)


def test_deferred_work_and_status_are_read():
    found = packet(FULL)
    assert (found.deferred_non_blocking, found.status) == (("solar panels",), "planned_for_spring")


def test_landed_codes_go_up_to_the_named_slice():
    found = packet(FULL.replace("status:", "as_landed_through: D1\nstatus:"))
    assert found.landed_codes == ("D0", "D1")


def test_the_dialect_says_what_was_normalised():
    assert read(ROLES).dialect == (
        "phase code taken from the file name",
        "owners named by role key",
        "`after` read as `depends_on`",
        "dated map `dig_dates` read as milestones",
    )


TITLES = {
    "Phase B planning packet and budget": "planning",
    "Planning closure of the season": "planning",
    "Independent review and fixes": "review",
    "Structural assessment": "structural",
    "Naming and taste pass": "structural",
    "Docs + cleanup": "docs",
    "Canonical docs and cleanup closure": "docs",
    "Phase C readiness": "readiness",
    "Post-land realignment": "readiness",
    "Harvest handoff": "readiness",
    "Conditional frost alarm": "conditional",
    "Decision closure (W-1)": "conditional",
    "Verification structural hardening": "build",
    "Structural evidence gates": "build",
    "Unconditional drainage": "build",
    "Review of pumps": "build",
    "Docs of the pump": "build",
    "Planning the ditch": "build",
}


@pytest.mark.parametrize(("title", "kind"), TITLES.items())
def test_the_kind_is_read_from_whole_phrases_of_the_title(title, kind):
    reading = read(slices(f"id: A1, title: {title}, owner: o"))
    item = reading.packet.slices[0]
    assert (item.kind, item.kind_inferred) == (kind, True)
    assert ("kind_inferred" in codes(reading, "warning")) == (kind != "build")


def test_a_written_kind_wins_and_needs_no_warning():
    reading = read(slices("id: A1, title: Phase B readiness, owner: o, kind: docs"))
    assert (reading.packet.slices[0].kind, reading.packet.slices[0].kind_inferred) == ("docs", False)
    assert reading.problems == ()


def test_an_unknown_kind_lists_the_accepted_words():
    assert "readiness, planning" in read(slice_with("kind: epic")).errors[0].message


def test_declared_conditional_decides_either_way():
    yes = packet(slice_with("conditional: true\ntrigger_criteria: [frost]")).slices[0]
    assert (yes.kind, yes.conditional, yes.kind_inferred) == (SliceKind.CONDITIONAL, True, False)
    no = packet(slices("id: A1, title: Conditional docs and cleanup, owner: o, conditional: false")).slices[0]
    assert (no.kind, no.conditional, no.kind_inferred) == (SliceKind.DOCS, False, False)


def test_wrong_types_are_errors_that_say_what_is_expected():
    text = slice_with("conditional: maybe\nobjective: [a]\ngates: quick\ndepends_on: {a: b, c: d}")
    found = {problem.field: problem.message for problem in read(text).errors}
    assert found["conditional"] == "`conditional` is `maybe`; expected true or false."
    assert found["objective"].startswith("`objective` is a list; expected one text")
    assert "expected a map of suites" in found["gates"]
    assert "expected a code" in found["depends_on"]


def test_a_title_on_several_lines_becomes_one():
    assert (
        packet(MINIMAL.replace("Dig the well", ">\n      Dig\n      the well")).slices[0].title
        == "Dig the well"
    )
