"""`manage.py report_gate INITIATIVE PHASE [SLICE] SUITE --outcome pass|fail`."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from django.core.management import ManagementUtility

from phases.models import GateRun
from tests.factories import make_gate

from .test_commands_import import run

D1 = ("report_gate", "observatory", "D", "D1", "quick")
PASSED, FAILED = ("--outcome", "pass"), ("--outcome", "fail")


def answered(*arguments):
    """(exit code, JSON document)."""
    code, out, _ = run(*arguments, "--json")
    return code, json.loads(out)


def test_the_outcome_speaks_for_the_suite(phase):
    code, answer = answered(*D1, *PASSED)
    assert (code, answer["skipped"]) == (0, [])
    (told,) = answer["runs"]
    assert told.items() >= {"gate": "make dome-quick", "outcome": "pass", "by": "command line"}.items()
    assert (told["source"], told["badge"]) == ("operator", "passed")


def test_a_fail_is_recorded_and_that_is_no_failure(phase):
    code, out, _ = run(*D1, *FAILED, "--note", "Two faults.")
    assert (code, GateRun.objects.get().outcome) == (0, "fail")
    assert "Two faults." in out


def test_one_gate_of_several(phase):
    make_gate(phase, "D1", text="make lint")
    answer = answered(*D1, *PASSED, "--gate", "make lint")[1]
    assert [told["gate"] for told in answer["runs"]] == ["make lint"]


def test_revision_files_and_link(phase):
    more = ("--revision", "a" * 40, "--changed-file", "src/a.py", "src/b.py", "--changed-file", "c.md")
    answered(*D1, *PASSED, *more, "--url", "https://ci.example.org/7", "--branch", "dome")
    made = GateRun.objects.get()
    assert (made.revision, made.files) == ("a" * 40, ["src/a.py", "src/b.py", "c.md"])
    assert (made.url, made.branch) == ("https://ci.example.org/7", "dome")


@pytest.mark.parametrize(("more", "files"), [((), None), (("--changed-file",), [])])
def test_unknown_files_are_not_no_files(phase, more, files):
    run(*D1, *PASSED, "--revision", "a" * 40, *more)
    assert GateRun.objects.get().files == files


def test_a_log_is_read_from_a_file(phase, tmp_path):
    (tmp_path / "log").write_bytes(b"line\nnot \xff UTF-8\n")
    assert run(*D1, *PASSED, "--log", str(tmp_path / "log"))[0] == 0
    assert GateRun.objects.get().log.text == "line\nnot \N{REPLACEMENT CHARACTER} UTF-8\n"


def test_a_log_is_read_from_stdin(phase, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"from a pipe")))
    run(*D1, *PASSED, "--log", "-")
    assert GateRun.objects.get().log.text == "from a pipe"


def test_a_log_that_is_not_there(phase, tmp_path):
    code, answer = answered(*D1, *PASSED, "--log", str(tmp_path / "none"))
    assert (code, answer["error"]["code"], GateRun.objects.count()) == (2, "usage", 0)


def test_the_phase_exit_takes_no_slice(phase):
    make_gate(phase, suite="phase_exit", text="make all")
    code, answer = answered("report_gate", "observatory", "D", "phase_exit", *PASSED)
    assert (code, answer["runs"][0]["slice"]) == (0, "")


def test_extra_with_and_without_a_slice(phase):
    extra = ("extra", *FAILED, "--gate", "make soak")
    assert run("report_gate", "observatory", "D", *extra)[0] == 0
    assert run("report_gate", "observatory", "D", "D1", *extra)[0] == 0
    assert sorted(GateRun.objects.values_list("slice__code", flat=True), key=str) == ["D1", None]


def test_attestations_are_left_out_and_named(phase):
    make_gate(phase, "D1", text="notes_published")
    code, out, _ = run(*D1, *PASSED)
    assert (code, GateRun.objects.count()) == (0, 1)
    assert "notes_published" in out


def test_the_same_key_records_nothing_twice(phase):
    for _ in range(2):
        code, out, _ = run(*D1, *PASSED, "--key", "job-7")
    assert (code, GateRun.objects.count()) == (0, 1)
    assert "nothing was added" in out


def test_the_same_key_for_another_report_is_refused(phase):
    run(*D1, *PASSED, "--key", "job-7")
    code, answer = answered(*D1, *FAILED, "--key", "job-7")
    assert (code, answer["error"]["code"]) == (1, "idempotency_mismatch")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nowhere", "D", "D1", "quick"), "not_found", "nowhere"),
        (("observatory", "Z", "D1", "quick"), "not_found", "Z"),
        (("observatory", "D", "D9", "quick"), "invalid", "D1, D2, D3"),
        (("observatory", "D", "D2", "full"), "invalid", "quick"),
        (("observatory", "D", "D1", "slow"), "invalid", "phase_exit"),
        (("observatory", "D", "quick"), "invalid", "D1, D2, D3"),
        (("observatory", "D", "D1", "quick", "--gate", "make tea"), "invalid", "make dome-quick"),
        (("observatory", "D", "D1", "quick", "--url", "ci"), "invalid", "https://"),
    ],
)
def test_what_is_unknown_exits_with_2_and_says_what_exists(phase, arguments, code, words):
    ended, answer = answered("report_gate", *arguments, *PASSED)
    assert (ended, answer["error"]["code"]) == (2, code)
    assert words in answer["error"]["message"]


@pytest.mark.parametrize("arguments", [D1, (*D1, "--outcome", "maybe"), D1[:3]])
def test_wrong_usage_exits_with_2(arguments):
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", *arguments]).execute()
    assert ended.value.code == 2


def test_the_help_shows_where_the_slice_goes():
    done = subprocess.run(
        [sys.executable, "manage.py", "report_gate", "--help"], capture_output=True, text=True, check=True
    )
    assert "INITIATIVE PHASE [SLICE] SUITE" in " ".join(done.stdout.split())


def test_a_suite_of_attestations_alone_records_nothing_and_is_no_success(phase):
    make_gate(phase, "D1", suite="acceptance", text="dome_is_dry")
    code, out, _ = run("report_gate", "observatory", "D", "D1", "acceptance", *PASSED)
    assert (code, GateRun.objects.count()) == (1, 0)
    assert "only attestations" in out
