"""client.py run: executes the command gates of a suite, and reports each."""

from __future__ import annotations

import json

import pytest

from phases.client import LOG_HEAD, LOG_TAIL, Log
from tests.factories import make_gate

from .clients import QUICK, runs


def test_each_gate_is_run_and_reported(gates, ci):
    gates("echo one is well", "echo two is well")
    done = ci()(*QUICK)
    assert done.returncode == 0
    told = runs("gate__text", "outcome", "source", "log__text")
    assert told[0] == ("echo one is well", "pass", "token", "one is well\n")
    assert told[1] == ("echo two is well", "pass", "token", "two is well\n")


def test_progress_and_output_are_shown(gates, ci):
    gates("echo out; echo err >&2", "sh -c 'exit 3'")
    lines = ci()(*QUICK).stdout.splitlines()
    assert lines[-7:-4] == ["[1/2] C0 quick: echo out; echo err >&2", "out", "err"]
    assert lines[-4].startswith("[1/2] passed in 0.")
    assert lines[-2].startswith("[2/2] failed in 0.")
    assert lines[-1] == "1 passed, 1 failed, 0 not run."


def test_a_failure_says_how_and_stops_nothing(gates, ci):
    gates("sh -c 'exit 3'", "echo well")
    assert ci()(*QUICK).returncode == 1
    assert runs("outcome", "note") == [("fail", "exit status 3"), ("pass", "")]


def test_fail_fast_stops_at_the_first(gates, ci):
    gates("sh -c 'exit 3'", "echo well")
    done = ci().report(*QUICK, "--fail-fast")
    assert done["not_run"] == ["echo well"]
    assert runs("outcome") == [("fail",)]


def test_a_long_log_keeps_both_ends(gates, ci):
    gates("echo first; yes | head -c 900000; echo last")
    ci()(*QUICK)
    ((log, size),) = runs("log__text", "log__size")
    assert log.startswith("first\n")
    assert log.endswith("y\nlast\n")
    assert "of 900011 were cut out here" in log
    assert size <= 256 * 1024


def test_of_a_longer_log_only_the_ends_are_in_memory():
    log = Log()
    for _ in range(2_000):
        log.add(b"0123456789abcdef" * 1024)
        assert len(log.head) + len(log.tail) <= LOG_HEAD + 2 * LOG_TAIL + 16 * 1024
    assert len(log.text()) < 256 * 1024
    assert f"{2_000 * 16 * 1024 - LOG_HEAD - LOG_TAIL} bytes of {2_000 * 16 * 1024}" in log.text()


def test_output_that_is_no_text_is_reported(gates, ci):
    gates(r"printf 'a\000b\377c\033[31m'")
    assert ci()(*QUICK).returncode == 0
    assert runs("log__text") == [("a\u2400b\ufffdc\033[31m",)]


def test_a_dry_run_runs_nothing(gates, ci, checkout):
    gates("touch made here")
    done = ci()(*QUICK, "--dry-run")
    assert (done.returncode, runs("pk")) == (0, [])
    assert "[1/1] C0 quick: touch made here" in done.stdout
    assert not (checkout.path / "made").exists()


def test_attestations_are_left_to_a_person(gates, ci):
    gates("echo well", "quays_walked")
    done = ci()(*QUICK)
    assert done.returncode == 0
    assert "Skipped, a person attests it: quays_walked" in done.stdout
    assert runs("gate__text") == [("echo well",)]


def test_one_gate_by_its_text_or_key(gates, ci):
    two = gates("echo one", "echo two")[1]
    machine = ci()
    machine(*QUICK, "--gate", "echo one")
    machine(*QUICK, "--gate", f"gate:C0/quick/{two.digest[:8]}")
    assert runs("gate__text") == [("echo one",), ("echo two",)]


def test_the_phase_exit_has_no_slice(live_server, phase, ci):
    make_gate(phase, suite="phase_exit", text="echo all is well")
    assert ci()("run", "harbour", "C", "phase_exit").returncode == 0
    assert runs("slice", "gate__text") == [(None, "echo all is well")]


def test_a_packets_name_of_a_suite_is_understood(live_server, phase, ci):
    make_gate(phase, "C0", suite="mandatory_before", text="echo before", before=["C1"])
    assert ci()("run", "harbour", "C", "C0", "mandatory_before_C1").returncode == 0
    assert runs("outcome") == [("pass",)]


@pytest.mark.parametrize(
    ("suite", "told"),
    [
        ("mandatory_before_C1", ["echo before C1"]),
        ("mandatory_before_next", ["echo before C1"]),
        ("mandatory_before_C2", ["echo before C2"]),
        ("mandatory_before", ["echo before C1", "echo before C2"]),
    ],
)
def test_only_what_stands_before_that_slice_is_run(live_server, phase, ci, suite, told):
    for code in ("C1", "C2"):
        make_gate(phase, "C0", suite="mandatory_before", text=f"echo before {code}", before=[code])
    assert ci()("run", "harbour", "C", "C0", suite).returncode == 0
    assert runs("gate__text") == [(text,) for text in told]


def test_what_stands_before_no_slice_is_refused(live_server, phase, ci):
    make_gate(phase, "C2", suite="mandatory_before", text="echo before", before=["C1"])
    machine = ci()
    for suite in ("mandatory_before_C2", "mandatory_before_next"):
        done = machine("run", "harbour", "C", "C2", suite)
        assert (done.returncode, "There is mandatory_before." in done.stderr) == (2, True)
    assert runs("pk") == []


def test_extra_runs_only_what_is_typed(live_server, phase, ci):
    make_gate(phase, "C0", suite="extra", text="touch planted here", kind="command")
    machine = ci()
    refused = machine("run", "harbour", "C", "C0", "extra")
    assert (refused.returncode, "Name the command with --gate" in refused.stderr) == (2, True)
    machine("run", "harbour", "C", "C0", "extra", "--gate", "echo soak")
    assert runs("gate__suite", "gate__text") == [("extra", "echo soak")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("C9", "quick"), "Name a slice of phase C: C0, C1, C2."),
        (("quick",), "Name a slice of phase C: C0, C1, C2."),
        (("C0", "full"), "C0 full: there is no such suite. There is quick."),
        (("C0", "quick", "--gate", "echo"), "It has `echo well`, `quays_walked`."),
        (("C0", "quick", "--gate", "quays_walked"), "a person attests `quays_walked`"),
        (("C0", "phase_exit"), "leave the slice out"),
        (("C9", "extra", "--gate", "echo soak"), "Name a slice of phase C"),
        (("C0", "quick", "--cwd", "nowhere"), "nowhere is no folder"),
        (("C0", "quick", "--timeout", "soon"), "soon is not a number of seconds"),
    ],
)
def test_what_is_unknown_is_answered_with_what_exists(gates, ci, words, told):
    gates("echo well", "quays_walked")
    done = ci()("run", "harbour", "C", *words)
    assert (done.returncode, runs("pk")) == (2, [])
    assert told in done.stderr


def test_an_unknown_phase_is_told(gates, ci):
    done = ci()("run", "harbour", "X", "C0", "quick")
    assert (done.returncode, "X" in done.stderr) == (2, True)


def test_json_alone_is_on_stdout(gates, ci):
    gates("echo loud", "quays_walked")
    done = ci()(*QUICK, "--json")
    told = json.loads(done.stdout)
    assert (told["skipped"], told["not_run"]) == (["quays_walked"], [])
    (result,) = told["results"]
    assert (result["gate"], result["outcome"], result["error"]) == ("echo loud", "pass", None)
    assert "loud\n" in done.stderr


def test_options_may_stand_anywhere(gates, ci, checkout):
    gates("pwd -P")
    done = ci()("run", "--cwd", "..", "harbour", "C", "--json", "C0", "--without-revision", "quick")
    assert (done.returncode, runs("log__text")) == (0, [(f"{checkout.path.parent}\n",)])


def test_gates_do_not_see_the_token(gates, ci):
    gates("env; echo end")
    ci()(*QUICK)
    ((log,),) = runs("log__text")
    assert "TRACKER_URL=" in log
    assert "TRACKER_TOKEN" not in log


def test_texts_of_others_cannot_drive_the_terminal(gates, ci):
    gates("echo \033[2J\u202ewell\r\nhere")
    (line,) = [line for line in ci()(*QUICK, "--dry-run").stdout.splitlines() if "quick" in line]
    assert line == r"[1/1] C0 quick: echo \x1b[2J\u202ewell\r\nhere"


def test_a_refused_report_is_shown_and_ends_the_run(gates, ci):
    gates("echo one", "echo two")
    done = ci("read")(*QUICK)
    assert (done.returncode, runs("pk")) == (1, [])
    assert "NOT REPORTED: ci may not report what commands of gates did" in done.stderr
    assert '"outcome": "pass"' in done.stderr
    assert done.stdout.splitlines()[-1] == "1 passed, 0 failed, 1 not run."


def test_a_pass_that_does_not_count_is_not_called_good(gates, ci, checkout):
    gates("echo well")
    machine, older = ci(), checkout.last
    machine("report", *QUICK[1:], "--outcome", "pass", "--revision", older)
    checkout.commit(pier="new")
    machine("report", *QUICK[1:], "--outcome", "fail", "--revision", checkout.last)
    checkout.git("checkout", "--quiet", older)
    assert f"It does not count: C0 quick: echo well failed at {checkout.last[:7]}" in machine(*QUICK).stderr


def test_the_link_of_the_job_goes_with_it(gates, ci):
    gates("echo well")
    ci()(*QUICK, "--url", "https://ci.example.org/7", "--branch", "basin")
    assert runs("url", "branch") == [("https://ci.example.org/7", "basin")]


def test_a_reader_who_leaves_stops_nothing(gates, ci):
    gates("echo one; yes | head -c 300000", "echo two")
    process = ci().start(*QUICK)
    process.stdout.readline()
    process.stdout.close()
    assert (process.wait(timeout=20), process.stderr.read()) == (0, "")
    process.stderr.close()
    process.stdin.close()
    assert runs("outcome") == [("pass",), ("pass",)]
