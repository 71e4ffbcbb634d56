"""client.py run: gates that end in other ways than by themselves, and what they leave behind."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from .clients import QUICK, runs


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("kill -9 $$", "killed by SIGKILL"),
        ("sh -c 'kill -9 $$'; exit $?", "exit status 137, as after SIGKILL"),
        ("no-such-command at-all", "exit status 127"),
    ],
)
def test_an_unusual_end_is_named(gates, ci, text, note):
    gates(text)
    assert ci()(*QUICK).returncode == 1
    assert runs("outcome", "note") == [("fail", note)]


def is_alive(pid):
    """Whether the process still does anything."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
    except FileNotFoundError:
        return False


LASTING = "echo $$; sleep 300 & echo $!; wait"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_is_recorded_as_what_it_is(gates, ci, number):
    gates(LASTING, "echo well")
    process = ci().start(*QUICK)
    while not (line := process.stdout.readline()).startswith("[1/2]"):
        assert line
    pids = [process.stdout.readline().strip() for _ in range(2)]
    assert process.poll() is None
    process.send_signal(number)
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, out.splitlines()[-1]) == (130, "0 passed, 1 failed, 1 not run.")
    ((outcome, note, log),) = runs("outcome", "note", "log__text")
    assert (outcome, note[:18], log.split()) == ("fail", "interrupted after ", pids)
    assert not any(is_alive(pid) for pid in pids)


def test_a_timeout_ends_all_that_the_gate_started(gates, ci):
    gates(LASTING, "echo well")
    assert ci()(*QUICK, "--timeout", "0.5").returncode == 1
    (first, second) = runs("outcome", "note", "log__text")
    assert (first[:2], second[0]) == (("fail", "timed out after 0.5 s"), "pass")
    assert not any(is_alive(pid) for pid in first[2].split())


def test_what_ignores_being_asked_is_killed(gates, ci):
    gates("trap '' TERM; echo $$; while true; do sleep 1; done")
    began = time.monotonic()
    ci()(*QUICK, "--timeout", "0.2")
    assert time.monotonic() - began < 15
    ((note, pid),) = runs("note", "log__text")
    assert (note, is_alive(pid.strip())) == ("timed out after 0.2 s", False)


def test_what_stays_in_the_background_holds_nothing_up(gates, ci):
    gates("sleep 300 & echo $!")
    began = time.monotonic()
    assert ci()(*QUICK).returncode == 0
    ((outcome, pid),) = runs("outcome", "log__text")
    assert (outcome, is_alive(pid.strip()), time.monotonic() - began < 20) == ("pass", False, True)


def test_another_ctrl_c_ends_the_grace_and_not_the_report(gates, ci, checkout):
    gates("trap 'sleep 3; touch tidied; exit' TERM; echo ready; while true; do sleep 0.1; done")
    process = ci().start(*QUICK)
    while process.stdout.readline() != "ready\n":
        pass
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert (process.returncode, runs("outcome")) == (130, [("fail",)])
    assert not (checkout.path / "tidied").exists()


def test_a_gate_may_tidy_up_before_it_ends(gates, ci, checkout):
    gates("trap 'touch tidied; exit' TERM; while true; do sleep 0.1; done")
    assert ci()(*QUICK, "--timeout", "0.5").returncode == 1
    assert (checkout.path / "tidied").exists()
