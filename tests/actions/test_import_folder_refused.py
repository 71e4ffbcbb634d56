"""A folder whose work breakdowns are all refused, imported and only looked at."""

import json

import pytest

from .folders import make_folder
from .test_commands_import import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(tmp_path):
    folder = make_folder(tmp_path)
    for name in ("PHASE_K_WORKBREAKDOWN.yaml", "PHASE_L_WORKBREAKDOWN.yaml"):
        (folder / name).write_text("slices: []\n")
    return folder


def command(folder, *options):
    code, out, _ = run("import_packet", folder, *options, "--json")
    return code, json.loads(out)


@pytest.mark.parametrize("more", [(), ("--initiative", "beacon")])
def test_a_dry_run_refuses_what_the_run_would_in_the_same_words(broken, more):
    (broken / "NOTES.md").write_bytes(b"caf\xe9")
    would, did = command(broken, "--dry-run", *more), command(broken, *more)
    assert would == did
    entry = did[1]["folder"]
    assert (did[0], entry["outcome"], entry["problems"][0]["code"]) == (1, "rejected", "not_found")
    assert "NOTES.md" in [one["path"] for one in entry["problems"]]


def test_a_folder_of_no_initiative_is_told_without_empty_brackets(broken):
    _, out, _ = run("import_packet", broken)
    assert "()" not in out
    assert "Nothing tells which initiative the folder is of" in out
