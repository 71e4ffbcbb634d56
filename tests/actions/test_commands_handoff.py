"""`manage.py handoff_documents INITIATIVE PHASE --out DIR [--check]`."""

import os

import pytest

from phases.handoff import drafts_of
from phases.lookups import current
from phases.models import Event, HandoffDocument

from .handed import handed_off, later, ready_phase
from .reviews import hide, state_of
from .test_commands_import import run

F = ("handoff_documents", "observatory", "F")
REPORT = "PHASE_F_EXECUTION_REPORT.md"


@pytest.fixture
def phase(db):
    return ready_phase()


def written(folder, *more):
    """(exit code, stdout, stderr) of writing or checking."""
    return run(*F, "--out", str(folder), *more)


def files(folder):
    return {path.name: path.read_bytes().decode() for path in folder.iterdir()}


def test_before_the_handoff_drafts_are_written(phase, tmp_path):
    code, out, _ = written(tmp_path / "new" / "folder")
    assert (code, out.startswith("Drafts, as the phase is not handed off: 10 written")) == (0, True)
    assert files(tmp_path / "new" / "folder") == drafts_of(current(phase), state_of(phase))


def test_after_it_the_stored_ones(phase, tmp_path):
    handed_off(phase)
    code, out, _ = written(tmp_path)
    assert (code, "10 written" in out, "Draft" in out) == (0, True, False)
    assert files(tmp_path) == dict(HandoffDocument.objects.values_list("name", "content"))


def test_again_writes_nothing_and_says_so(phase, tmp_path):
    written(tmp_path)
    before = (tmp_path / REPORT).stat().st_mtime_ns
    assert "0 written" in written(tmp_path)[1]
    assert (tmp_path / REPORT).stat().st_mtime_ns == before


def test_other_files_are_left_alone(phase, tmp_path):
    (tmp_path / "README.md").write_text("Mine.")
    (tmp_path / REPORT).write_text("Old.")
    written(tmp_path)
    assert len(files(tmp_path)) == 11
    assert (tmp_path / "README.md").read_text() == "Mine."
    assert (tmp_path / REPORT).read_text() != "Old."


def test_check_finds_nothing_in_what_was_written(phase, tmp_path):
    written(tmp_path)
    code, out, _ = written(tmp_path, "--check")
    assert (code, out) == (0, "10 documents are as they would be written.\n")


def test_check_names_what_is_missing_and_what_differs(phase, tmp_path):
    written(tmp_path)
    text = (tmp_path / REPORT).read_text().replace("\n\n", "\n\n\n", 2)
    (tmp_path / REPORT).write_text(text)
    (tmp_path / "FINAL_PHASE_F_HANDOFF.json").unlink()
    code, out, _ = written(tmp_path, "--check")
    assert code == 1
    assert out == f"{REPORT}: differs from line 3 on\nFINAL_PHASE_F_HANDOFF.json: missing\n"
    assert (tmp_path / REPORT).read_text() == text


def test_check_makes_no_folder(phase, tmp_path):
    assert written(tmp_path / "new", "--check")[0] == 1
    assert not (tmp_path / "new").exists()


def test_a_draft_differs_once_the_phase_is_handed_off(phase, tmp_path):
    written(tmp_path)
    handed_off(phase)
    code, out, _ = written(tmp_path, "--check")
    assert (code, out.count("differs from line")) == (1, 10)


@pytest.mark.parametrize("check", [(), ("--check",)])
def test_a_file_is_no_folder(phase, tmp_path, check):
    (tmp_path / "file").write_text("Mine.")
    code, _, err = written(tmp_path / "file", *check)
    assert (code, "is a file" in err) == (1, True)
    assert (tmp_path / "file").read_text() == "Mine."


def test_a_folder_below_a_file_is_refused(phase, tmp_path):
    (tmp_path / "file").write_text("Mine.")
    code, _, err = written(tmp_path / "file" / "below")
    assert (code, "cannot be used" in err) == (1, True)


def test_where_writing_fails_no_half_of_a_file_is_left(phase, tmp_path, monkeypatch):
    def fails(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    code, _, err = written(tmp_path)
    assert (code, "No space left" in err) == (1, True)
    assert files(tmp_path) == {}


def test_a_folder_in_the_place_of_a_document_is_refused(phase, tmp_path):
    (tmp_path / REPORT).mkdir()
    assert written(tmp_path)[0] == 1
    assert [path.name for path in tmp_path.iterdir()] == [REPORT]


@pytest.fixture
def redacted(phase):
    """Handed off, and what it carried on was taken away in the phase that came after it."""
    after = later("G")
    handed_off(phase)
    entry = Event.objects.get(verb="raise", phase="G", after__text="It snows in May")
    hide(current(after), f"event:{entry.seq}")


def test_what_was_redacted_is_not_written(redacted, tmp_path):
    code, out, err = written(tmp_path)
    assert (code, out, list(tmp_path.iterdir())) == (1, "", [])
    assert "taken away after the handoff, so they are not written:" in err
    assert REPORT in err


def test_an_old_copy_of_it_is_named(redacted, tmp_path):
    (tmp_path / REPORT).write_text("Old.")
    code, out, _ = written(tmp_path, "--check")
    assert (code, out.startswith(f"{REPORT}: its text was taken away")) == (1, True)
    assert f"an older copy is in {tmp_path}: delete it" in written(tmp_path)[2]
    assert (tmp_path / REPORT).read_text() == "Old."


def test_nothing_is_left_to_check_without_a_copy(redacted, tmp_path):
    assert written(tmp_path, "--check")[:2] == (0, "Nothing is to be written.\n")


@pytest.mark.parametrize("place", [("nowhere", "F"), ("observatory", "Z")])
def test_something_unknown_is_wrong_usage(phase, tmp_path, place):
    assert run("handoff_documents", *place, "--out", str(tmp_path))[0] == 2
