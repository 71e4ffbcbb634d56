"""Importing a folder: packets, inventory and closure documents, whatever else lies in it."""

import json
import os
import socket

import pytest

from phases.actions.artifacts import attach_artifact, latest_version
from phases.actions.folders import import_folder, preview_folder
from phases.actions.imports import import_packet
from phases.actions.retracting import retract_evidence
from phases.errors import NotFound
from phases.folders import read_folder
from phases.models import ArtifactVersion, Event, Initiative, Inventory, Phase
from phases.packets import read_packet
from phases.permissions import OPERATOR

from .folders import FILES, PACKET, PASS, REVIEW, REVIEWED, bring, bring_packets, held, make_folder, of
from .test_commands_import import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path)


def command(folder, *options):
    """(exit code, the JSON document) of importing a folder."""
    code, out, _ = run("import_packet", folder, *options, "--json")
    return code, json.loads(out)


def phase(code="K"):
    return Phase.objects.get(code=code)


def test_a_folder_brings_packets_inventory_and_documents(folder):
    code, said = command(folder)
    assert (code, [one["outcome"] for one in said["packets"]]) == (0, ["created", "created"])
    assert (said["folder"]["outcome"], said["folder"]["decisions"]) == ("created", 3)
    assert Initiative.objects.get().slug == "lighthouse"
    assert Inventory.objects.get().by == OPERATOR.name


def test_documents_become_versions_at_the_packets_own_path(folder):
    report = bring(folder)
    assert of(report, "new") == [
        "docs/lighthouse/PHASE_K_NOTES.md",
        REVIEWED,
        f"docs/lighthouse/{PASS}/SCRATCHPAD.md",
    ]
    version = latest_version(phase(), REVIEWED)
    assert (version.content, version.folder) == (REVIEW, "lighthouse")


def test_what_a_slice_waits_for_is_there_then(folder):
    bring(folder)
    (review,) = phase().slices.get(code="K2").artifacts.filter(path=REVIEWED)
    assert review.latest.content == REVIEW


def test_again_adds_nothing(folder):
    command(folder)
    events = Event.objects.count()
    code, said = command(folder)
    assert (code, said["folder"]["outcome"], of(said["folder"], "new")) == (0, "unchanged", [])
    assert Event.objects.count() == events


def test_a_changed_document_is_the_next_version(folder):
    bring(folder)
    (folder / PASS / "K2_REVIEW_DISPOSITION.md").write_text("# K2\n`not_ready`\n")
    assert of(bring(folder), "new") == [REVIEWED]
    assert latest_version(phase(), REVIEWED).number == 2


def test_a_dry_run_says_the_same_and_writes_nothing(folder):
    _, would = command(folder, "--dry-run")
    assert not Initiative.objects.exists()
    _, did = command(folder)
    assert would["folder"] == did["folder"]


def test_documents_alone_go_to_the_initiative_of_the_folders_name(folder):
    bring(folder)
    for file in folder.glob("*.yaml"):
        file.unlink()
    (folder / "NEW.md").write_text("Fog.")
    code, said = command(folder)
    assert (code, said["packets"], said["folder"]["outcome"]) == (0, [], "updated")


def test_a_folder_without_any_packet_and_initiative_is_no_packet_folder(folder):
    for file in folder.glob("*.yaml"):
        file.unlink()
    code, _, err = run("import_packet", folder)
    assert (code, "has no packet" in err) == (2, True)


def test_the_packet_may_lie_further_below(folder):
    code, said = command(folder.parent)
    assert (code, said["folder"]["name"]) == (0, "lighthouse")
    assert said["packets"][0]["path"] == str(folder / "PHASE_K_WORKBREAKDOWN.yaml")
    assert latest_version(phase(), REVIEWED).folder == "lighthouse"


def test_work_breakdowns_below_the_top_are_documents(folder):
    (folder / "archive").mkdir()
    (folder / "archive" / "PHASE_J_WORKBREAKDOWN.yaml").write_text(PACKET.replace("phase: K", "phase: J"))
    _, said = command(folder)
    assert [one["phase"] for one in said["packets"]] == ["K", "L"]


def test_a_folder_of_no_initiative_is_refused_by_the_action(folder):
    with pytest.raises(NotFound):
        import_folder(actor=OPERATOR, folder=read_folder(folder), initiative="lighthouse")


def hand_off(code="K"):
    Phase.objects.filter(code=code).update(handed_off=[9, 1, "lena", "2026-06-01T10:00:00+00:00"])


def test_a_phase_that_was_handed_off_is_left_alone_and_said(folder):
    bring(folder)
    hand_off()
    (folder / PASS / "SCRATCHPAD.md").write_text("More.")
    code, said = command(folder)
    assert (code, of(said["folder"], "left")) == (0, [f"docs/lighthouse/{PASS}/SCRATCHPAD.md"])
    assert "was handed off by lena" in said["folder"]["problems"][0]["message"]
    assert ArtifactVersion.objects.count() == 3


def test_what_was_retracted_does_not_come_back(folder):
    bring(folder)
    retract_evidence(
        actor=OPERATOR, phase=phase(), evidence=latest_version(phase(), REVIEWED).key, reason="Draft."
    )
    report = bring(folder)
    assert of(report, "left") == [REVIEWED]
    assert "which was retracted" in report.problems[0]["message"]


def test_documents_of_a_phase_that_is_not_there_are_listed_only(folder):
    (folder / "PHASE_K_WORKBREAKDOWN.yaml").unlink()
    report = bring(folder)
    assert of(report, "new") == []
    assert "K has not been imported, so 2 documents of it are listed only" in report.problems[0]["message"]
    assert not ArtifactVersion.objects.exists()


def test_two_files_for_one_document_are_none(folder):
    text = PACKET.replace(f"docs/lighthouse/{PASS}/K2", "K2")
    for place in ("a", "b"):
        (folder / place).mkdir()
        (folder / place / "K2_REVIEW_DISPOSITION.md").write_text(REVIEW)
    (folder / PASS / "K2_REVIEW_DISPOSITION.md").unlink()
    (folder / "PHASE_K_WORKBREAKDOWN.yaml").write_text(text)
    assert "could be any of a/K2" in bring(folder).problems[0]["message"]


def test_a_bare_name_answers_only_in_the_packets_own_folder(folder):
    text = PACKET.replace("docs/lighthouse/PHASE_K_NOTES.md", "docs/harbour/README.md")
    (folder / "PHASE_K_WORKBREAKDOWN.yaml").write_text(text)
    bring(folder)
    assert not ArtifactVersion.objects.filter(path="docs/harbour/README.md").exists()


def test_a_killed_import_is_completed_by_the_next(folder):
    bring_packets(read_folder(folder))
    attach_artifact(actor=OPERATOR, phase=phase(), path=REVIEWED, content=REVIEW, folder="lighthouse")
    report = bring(folder)
    assert (of(report, "unchanged"), len(of(report, "new"))) == ([REVIEWED], 2)


def test_a_preview_writes_nothing(folder):
    read = read_folder(folder)
    bring_packets(read)
    preview = preview_folder(actor=OPERATOR, folder=read, initiative="lighthouse")
    assert len(of(preview, "new")) == 3
    assert not Inventory.objects.exists()


HOSTILE = {
    "LATIN.md": "caf\xe9".encode("latin-1"),
    f"{PASS}/LATIN.md": "caf\xe9".encode("latin-1"),
    f"{PASS}/HUGE.md": b"#" * (3 * 2**20),
    f"{PASS}/BINARY.md": b"\0\1\2",
    f"{PASS}/EMPTY.md": b"",
    f"{PASS}/BROKEN.json": b'{"triggered": ',
    f"{PASS}/<script>alert(1)<.md": b"<script>alert(1)</script>",
    "PHASE_M_WORKBREAKDOWN.yaml": b"phase: M\nslices: [",
    "PHASE_N_WORKBREAKDOWN.yaml": b"\xff\xfe",
    "picture.png": b"\x89PNG",
}


@pytest.fixture
def hostile(tmp_path):
    folder = make_folder(tmp_path, {**FILES, **HOSTILE})
    (folder / PASS / "LINK.md").symlink_to("/etc/passwd")
    (folder / "PHASE_O_WORKBREAKDOWN.yaml").symlink_to("/etc/passwd")
    os.mkfifo(folder / PASS / "PIPE.md")
    return folder


def test_a_hostile_folder_brings_what_is_good(hostile):
    code, said = command(hostile)
    outcomes = {one["phase"]: one["outcome"] for one in said["packets"]}
    assert (code, outcomes["K"], outcomes["L"]) == (1, "created", "created")
    assert [one["outcome"] for one in said["packets"]].count("rejected") == 3
    good = {"K2_REVIEW_DISPOSITION", "SCRATCHPAD", "PHASE_K_NOTES", "BROKEN", "<script>alert(1)<"}
    assert {
        version.path.rpartition("/")[2].split(".")[0] for version in ArtifactVersion.objects.all()
    } == good


def test_a_hostile_folder_lists_the_rest_with_reason_and_remedy(hostile):
    _, said = command(hostile)
    told = {one["path"].rpartition("/")[2]: one for one in said["folder"]["problems"]}
    assert {"LATIN.md", "HUGE.md", "BINARY.md", "EMPTY.md", "LINK.md", "PIPE.md"} <= set(told)
    assert told["HUGE.md"]["level"] == "error"
    assert "Split it" in told["HUGE.md"]["message"]
    assert "never followed" in told["LINK.md"]["message"]


def test_nothing_that_a_link_leads_to_is_read(hostile):
    _, said = command(hostile)
    assert "root:" not in str(said) + str(held())


def test_a_folder_of_thousands_of_files_is_imported(folder):
    many = folder / "many"
    many.mkdir()
    for number in range(5_000):
        (many / f"{number}.md").write_text("x")
    code, said = command(folder)
    assert (code, said["folder"]["documents"] > 5_000, len(of(said["folder"], "new"))) == (0, True, 3)


def test_a_folder_of_too_many_files_is_refused_before_anything_is_written(folder, monkeypatch):
    monkeypatch.setattr("phases.actions.folders.FILES", 5)
    code, _, err = run("import_packet", folder)
    assert (code, "More than 5 files" in err) == (2, True)
    assert not Initiative.objects.exists()


def test_a_readme_that_cannot_be_read_is_refused(folder):
    (folder / "README.md").write_bytes(b"\xe9")
    code, said = command(folder)
    assert (code, said["folder"]["problems"][0]["path"]) == (1, "README.md")
    assert Inventory.objects.exists()


def test_a_socket_in_the_folder_is_told(folder, monkeypatch):
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(folder)
        server.bind("s.md")
    assert "s.md" in {one["path"] for one in command(folder)[1]["folder"]["problems"]}


def test_a_second_packet_of_a_phase_keeps_its_documents(folder):
    bring(folder)
    text = PACKET.replace("Grind the lens", "Grind two lenses")
    import_packet(actor=OPERATOR, reading=read_packet(text), initiative="lighthouse")
    assert phase().slices.get(code="K2").artifacts.get(path=REVIEWED).latest is not None


def test_several_folders_are_told_one_by_one(folder, tmp_path):
    other = make_folder(tmp_path / "b")
    _, said = command(folder, str(other))
    assert [one["path"] for one in said["folders"]] == [str(folder), str(other)]
