"""Inventories: what a folder holds, recorded once, in the ledger, and proved."""

import pytest

from phases.actions.inventories import record_inventory
from phases.actions.verify import verify_ledger
from phases.errors import Conflict, Forbidden
from phases.models import ArtifactVersion, Event, Initiative, Inventory
from phases.permissions import OPERATOR, Actor

from .folders import PASS, bring, held, make_folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path)


@pytest.fixture
def lighthouse(folder):
    """The initiative after its folder was imported."""
    bring(folder)
    return Initiative.objects.get()


def record(initiative, data, **options):
    return record_inventory(actor=OPERATOR, initiative=initiative, folder="f", data=data, **options)


def test_an_inventory_is_an_entry_of_the_ledger(lighthouse):
    row, entry = Inventory.objects.get(), Event.objects.get(verb="inventory")
    assert (entry.target, entry.phase, entry.seq) == ("inventory:lighthouse", "", row.seq)
    assert entry.after == {"number": 1, "folder": "lighthouse", "sha256": row.sha256}


def test_the_same_data_adds_nothing(lighthouse):
    seq = lighthouse.seq
    again = record(lighthouse, held())
    lighthouse.refresh_from_db()
    assert (again.is_new, again.inventory.number, lighthouse.seq) == (False, 1, seq)


def test_other_data_is_the_next_inventory(lighthouse):
    assert record(lighthouse, {"documents": []}).inventory.number == 2
    assert Event.objects.filter(verb="inventory").latest("seq").before["number"] == 1


def test_an_inventory_that_came_between_is_a_conflict(lighthouse):
    with pytest.raises(Conflict):
        record(lighthouse, {"documents": []}, base=0)
    assert Inventory.objects.count() == 1


def test_only_importers_record_one(lighthouse):
    dora = Actor(kind="person", name="dora", roles=frozenset({"viewer", "lead"}))
    with pytest.raises(Forbidden):
        record_inventory(actor=dora, initiative=lighthouse, folder="f", data={})


def test_documents_are_held_against_the_files(lighthouse):
    found = {one["path"]: one for one in held()["documents"]}
    assert found["PHASE_K_NOTES.md"] | {"listed": False, "present": True} == found["PHASE_K_NOTES.md"]
    assert found["PHASE_L_EXECUTION_PACKET.md"]["present"] is False
    assert (found["axes/01-light.md"]["role"], found["axes/01-light.md"]["size"]) == ("axis", 19)


def test_documents_know_phase_role_and_what_they_are_read_for(lighthouse):
    review = next(one for one in held()["documents"] if one["path"].endswith("K2_REVIEW_DISPOSITION.md"))
    assert (review["phase"], review["role"], review["closure"]) == ("K", "closure", "review disposition")
    assert review["routes"] == ["What the review found"]
    assert len(review["sha256"]) == 64


def test_decisions_know_the_closure_documents_that_name_them(lighthouse):
    found = {one["code"]: (one["status"], one["documents"]) for one in held()["decisions"]}
    assert found["D-001"] == ("closed", [])
    assert found["D-003"] == ("open", [f"{PASS}/K2_REVIEW_DISPOSITION.md"])


def test_problems_name_file_and_line(folder):
    (folder / "DECISIONS.md").write_text("## D-004 Bells\nStatus: maybe\n")
    bring(folder)
    (problem,) = held()["problems"]
    assert (problem["path"], problem["line"], problem["level"]) == ("DECISIONS.md", 2, "warning")


def test_the_ledger_holds(lighthouse):
    assert verify_ledger(initiative=lighthouse).faults == []


@pytest.mark.parametrize("changed", [{"data": "{}"}, {"folder": "x"}, {"by": "eve"}, {"number": 7}])
def test_an_inventory_that_was_changed_is_found(lighthouse, changed):
    Inventory.objects.update(**changed)
    assert "nventory" in verify_ledger(initiative=lighthouse).faults[0]


def test_an_inventory_that_is_gone_is_found(lighthouse):
    Inventory.objects.all().delete()
    faults = verify_ledger(initiative=lighthouse).faults
    assert faults == ["The ledger speaks of inventory 1, which is not stored."]


def test_another_folder_of_a_version_is_found(lighthouse):
    ArtifactVersion.objects.filter(path__endswith="NOTES.md").update(folder="elsewhere")
    (fault,) = verify_ledger(initiative=lighthouse).faults
    assert "'elsewhere', but the ledger says 'lighthouse'" in fault
