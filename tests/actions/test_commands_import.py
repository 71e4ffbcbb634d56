"""`manage.py import_packet` and `export_packet`."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from phases.actions.intake import take_packet
from phases.management.commands import import_packet
from phases.models import Import, Initiative, Phase, Slice

pytestmark = pytest.mark.django_db

PACKET = """\
phase: K
title: Lay the keel
as_landed_through: K1
slices:
  - id: K1
    title: Draw the lines
    owner: '@lofting'
  - id: K2
    title: Bend the frames
    owner: '@yard'
    depends_on: [K1]
    gates:
      quick: [make frames]
"""


@pytest.fixture
def packet(tmp_path):
    """A packet in a folder of its own, `keelwork`."""
    folder = tmp_path / "keelwork"
    folder.mkdir()
    file = folder / "PHASE_K_WORKBREAKDOWN.yaml"
    file.write_text(PACKET)
    return file


def run(*arguments, **options):
    """(exit code, stdout, stderr) of a command."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*map(str, arguments), stdout=out, stderr=err, **options)
    except SystemExit as error:
        return error.code, out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), err.getvalue()


def imported(*arguments):
    """(exit code, the packets of the JSON document)."""
    code, out, _ = run("import_packet", *arguments, "--json")
    return code, json.loads(out)["packets"]


def test_a_file_is_imported(packet):
    code, (entry,) = imported(packet)
    assert (code, entry["outcome"], entry["path"]) == (0, "created", str(packet))
    assert entry["changes"]["slices"]["added"] == ["K1", "K2"]


def test_its_folder_names_the_initiative(packet):
    imported(packet)
    assert Initiative.objects.get().slug == "keelwork"


def test_a_given_initiative_wins(packet):
    imported(packet, "--initiative", "harbour")
    assert Initiative.objects.get().slug == "harbour"


def test_what_its_siblings_say_comes_before_the_folder(packet):
    sibling = packet.with_name("PHASE_L_WORKBREAKDOWN.yaml")
    sibling.write_text(PACKET.replace("phase: K", "phase: L\nentrypoint: docs/shipyard/L.md"))
    imported(packet)
    assert Initiative.objects.get().slug == "shipyard"


def test_again_is_unchanged(packet):
    imported(packet)
    code, (entry,) = imported(packet)
    assert (code, entry["outcome"]) == (0, "unchanged")
    assert Import.objects.count() == 1


def test_slices_are_landed_by_declaration(packet):
    imported(packet)
    assert Slice.objects.get(code="K1").declared_in == 1


def test_unless_told_not_to(packet):
    imported(packet, "--no-declared")
    assert Slice.objects.get(code="K1").status == "planned"


def test_a_dry_run_writes_nothing(packet):
    code, (entry,) = imported(packet, "--dry-run")
    assert (code, entry["outcome"]) == (0, "created")
    assert not Initiative.objects.exists()


def test_a_folder_is_imported_in_order(packet):
    for phase in ("M", "L"):
        text = PACKET.replace("phase: K", f"phase: {phase}")
        packet.with_name(f"PHASE_{phase}_WORKBREAKDOWN.yml").write_text(text)
    packet.with_name("README.md").write_text("Not a packet.")
    _, entries = imported(packet.parent)
    assert [entry["phase"] for entry in entries] == ["K", "L", "M"]


def test_a_file_that_was_named_twice_is_imported_once(packet):
    _, entries = imported(packet, packet.parent)
    assert len(entries) == 1


def test_a_refused_packet_does_not_hold_up_the_others(packet):
    broken = packet.with_name("PHASE_A_WORKBREAKDOWN.yaml")
    broken.write_text(PACKET.replace("phase: K", "phase: A").replace("[K1]", "[K7]"))
    code, entries = imported(packet.parent)
    assert (code, [entry["outcome"] for entry in entries]) == (1, ["rejected", "created"])
    assert [phase.code for phase in Phase.objects.all()] == ["K"]


def test_a_missing_path_stops_everything(packet):
    code, out, err = run("import_packet", packet, packet.with_name("nothing.yaml"))
    assert (code, out) == (2, "")
    assert "nothing.yaml" in err
    assert not Initiative.objects.exists()


def test_a_missing_path_is_told_in_json_too(tmp_path):
    code, out, _ = run("import_packet", tmp_path / "nothing", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (2, "usage")


def test_a_folder_without_packets_says_what_was_looked_for(tmp_path):
    code, _, err = run("import_packet", tmp_path)
    assert (code, "*WORKBREAKDOWN.y*ml" in err) == (2, True)


def test_problems_are_shown_with_their_line(packet):
    packet.write_text(PACKET.replace("[K1]", "[K7]"))
    code, out, _ = run("import_packet", packet)
    assert code == 1
    assert "error at line 11" in out
    assert "| " in out
    assert "depends_on: [K7]" in out


def test_changes_are_shown_as_sentences(packet):
    run("import_packet", packet)
    packet.write_text(PACKET.replace("make frames", "make ribs"))
    _, out, _ = run("import_packet", packet)
    assert "updated (keelwork K)" in out
    assert "changed: K2 (gates)" in out


def test_a_terminal_is_not_told_what_to_do(packet):
    packet.write_text(PACKET.replace("title: Bend the frames", 'title: "\\e[2J"\n    surprise: "\\e]0;x\\a"'))
    _, out, err = run("import_packet", packet)
    assert "\x1b" not in out + err


def test_no_more_is_read_than_needed(packet, settings):
    settings.PACKET_MAX_BYTES = 1024
    with packet.open("a") as file:
        file.truncate(50 * 2**20)
    code, (entry,) = imported(packet)
    assert (code, entry["outcome"], len(entry["problems"])) == (1, "rejected", 1)


def test_json_is_all_there_is_on_stdout(packet):
    _, out, err = run("import_packet", packet, "--json")
    json.loads(out)
    assert "created" in err


def test_an_export_changes_nothing_when_imported(packet):
    run("import_packet", packet)
    _, text, _ = run("export_packet", "keelwork", "K")
    packet.write_text(text)
    assert imported(packet)[1][0]["outcome"] == "unchanged"


@pytest.mark.parametrize("place", [("keelwork", "Z"), ("nowhere", "K")])
def test_an_unknown_phase_is_not_exported(packet, place):
    run("import_packet", packet)
    code, out, err = run("export_packet", *place)
    assert (code, out) == (2, "")
    assert "no" in err


def test_a_reader_that_leaves_does_not_stop_the_work(packet):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        call_command("import_packet", str(packet), stdout=closed)
    assert Phase.objects.count() == 1


@pytest.fixture
def second(packet):
    """Another packet of the folder, of phase L, which comes after the first."""
    file = packet.with_name("PHASE_L_WORKBREAKDOWN.yaml")
    file.write_text(PACKET.replace("phase: K", "phase: L"))
    return file


def test_a_fault_in_one_packet_leaves_the_answer_about_the_others(packet, second, monkeypatch):
    def breaks(*, reading, **options):
        return take_packet(reading=reading, **options) if reading.phase == "L" else 1 / 0

    monkeypatch.setattr(import_packet, "take_packet", breaks)
    code, entries = imported(packet.parent)
    assert (code, [entry["outcome"] for entry in entries]) == (3, ["rejected", "created"])
    assert "ZeroDivisionError" in entries[0]["problems"][-1]["message"]


def test_a_packet_without_an_initiative_is_refused_alone(packet, second):
    nameless = second.parent.parent / "---"
    nameless.mkdir()
    code, entries = imported(packet.rename(nameless / packet.name), second)
    assert (code, [entry["outcome"] for entry in entries]) == (1, ["rejected", "created"])
    assert "Name the initiative" in entries[0]["problems"][-1]["message"]


def unreadable(file, monkeypatch):
    """Let opening this file fail; whoever runs the tests may be allowed to read everything."""
    opening = Path.open

    def guarded(path, *arguments):
        if path == file:
            raise PermissionError(13, "Permission denied")
        return opening(path, *arguments)

    monkeypatch.setattr(Path, "open", guarded)


def test_a_file_that_cannot_be_read_is_refused_alone(packet, second, monkeypatch):
    unreadable(packet, monkeypatch)
    code, entries = imported(packet, second)
    assert (code, [entry["outcome"] for entry in entries]) == (1, ["rejected", "created"])
    assert "Permission denied" in entries[0]["problems"][0]["message"]


def test_a_sibling_that_cannot_be_read_says_nothing(packet, second, monkeypatch):
    unreadable(second, monkeypatch)
    code, (entry,) = imported(packet)
    assert (code, entry["initiative"]) == (0, "keelwork")


def test_a_file_name_need_not_be_utf_8(packet):
    odd = packet.rename(os.fsdecode(os.fsencode(packet.parent) + b"/\xff_WORKBREAKDOWN.yaml"))
    code, (entry,) = imported(odd)
    assert (code, entry["outcome"], entry["path"][-20:]) == (0, "created", "\ufffd_WORKBREAKDOWN.yaml")


def test_of_two_packets_for_one_phase_the_second_is_refused(packet, second):
    second.write_text(PACKET.replace("make frames", "make ribs"))
    code, entries = imported(packet, second)
    assert (code, [entry["outcome"] for entry in entries]) == (1, ["created", "rejected"])
    assert str(packet) in entries[1]["problems"][-1]["message"]
    assert Phase.objects.get().revision.number == 1


def test_an_answer_that_cannot_be_written_is_a_fault(packet):
    with Path("/dev/full").open("w") as full, pytest.raises(CommandError) as ended:
        call_command("import_packet", str(packet), "--json", stdout=full, stderr=io.StringIO())
    assert (ended.value.returncode, "cannot be written" in str(ended.value)) == (3, True)


def test_an_export_leads_back_to_its_initiative(packet, tmp_path):
    run("import_packet", packet, "--initiative", "harbour")
    exported = tmp_path / "elsewhere.yaml"
    exported.write_text(run("export_packet", "harbour", "K")[1])
    _, (entry,) = imported(exported)
    assert (entry["initiative"], entry["outcome"]) == ("harbour", "unchanged")
