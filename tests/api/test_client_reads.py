"""client.py report, ready, readiness and events: the same words and exit codes as the commands."""

from __future__ import annotations

import json
import re
import signal
from typing import Any

import pytest

from phases.actions.concerns import raise_concern
from phases.models import GateRun
from phases.permissions import OPERATOR
from phases.views.client import SOURCE
from tests.factories import make_gate, make_need, make_slice

REPORT = ("report", "harbour", "C", "C0", "quick", "--outcome")
VERDICT: dict[str, Any] = {
    "initiative": "harbour",
    "phase": "C",
    "verdict": "not_ready",
    "counts": {"met": 3, "unmet": 1, "waived": 0, "not_applicable": 2},
    "disorder": ["C2 went on without C1."],
    "handed_off": None,
    "way_to_ready": [
        {
            "verb": "run",
            "slice": "",
            "owner": "@crew",
            "why": "It is\033[2J red.",
            "key": "exit:1",
            "now": True,
        },
        {"verb": "land", "slice": "C1", "owner": "@crew", "why": "Not yet.", "key": "slice:C1", "now": False},
    ],
}
PHASE: dict[str, Any] = {"slices": [], "exit_gates": [], "last_revision": None}


@pytest.fixture
def quick(live_server, phase):
    """C0 has a command and an attestation in its quick suite."""
    return make_gate(phase, "C0", text="make check"), make_gate(phase, "C0", text="quays_walked")


@pytest.fixture
def verdict(stub, stubbed):
    """A machine whose tracker answers this verdict."""
    return lambda said: stubbed(GET=[(200, {}, VERDICT | said)])[1]


def test_a_whole_suite_is_reported(quick, ci):
    done = ci()(*REPORT, "fail")
    assert (done.returncode, GateRun.objects.get().outcome) == (0, "fail")
    assert "C0 quick fail: make check" in done.stdout
    assert "Skipped, a person attests it: quays_walked" in done.stdout


def test_everything_that_was_said_arrives(quick, ci, checkout):
    (checkout.path / "out.log").write_text("12 checks\n")
    more = ("--gate", "make check", "--revision", "ab12cd3", "--changed-file", "a", "b", "--log", "out.log")
    ci()(*REPORT, "pass", *more, "--branch", "basin", "--url", "https://ci.example.org/7", "--note", "Well.")
    run = GateRun.objects.get()
    assert (run.revision, run.files, run.log.text) == ("ab12cd3", ["a", "b"], "12 checks\n")
    assert (run.branch, run.url, run.note) == ("basin", "https://ci.example.org/7", "Well.")


def test_a_log_comes_from_standard_input(quick, ci):
    ci()(*REPORT, "pass", "--log", "-", stdin="piped\n")
    assert GateRun.objects.get().log.text == "piped\n"


def test_the_same_key_records_nothing_twice(quick, ci):
    machine = ci()
    first, again = (machine.report(*REPORT, "pass", "--key", "job 7") for _ in range(2))
    assert [each["id"] for each in first["runs"]] == [each["id"] for each in again["runs"]]
    other = machine(*REPORT, "fail", "--key", "job 7")
    assert (other.returncode, "used for another report" in other.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("pass", "--gate", "make all"), 2, "It has `make check`"),
        (("pass", "--gate", "quays_walked"), 1, "may not vouch for attestations"),
        (("pass", "--log", "nowhere.log"), 2, "nowhere.log cannot be read"),
        (("maybe",), 2, "invalid choice: 'maybe'"),
    ],
)
def test_what_is_not_taken_is_told(quick, ci, words, code, told):
    done = ci()(*REPORT, *words)
    assert (done.returncode, GateRun.objects.count()) == (code, 0)
    assert told in done.stderr


def test_a_refusal_is_json_where_it_was_asked_for(quick, ci):
    told = ci().report(*REPORT, "pass", "--gate", "make all")
    assert list(told["error"]["fields"]) == ["gate"]


def test_ready_tells_both_lists(live_server, phase, ci):
    lines = ci()("ready", "harbour").stdout.splitlines()
    assert lines[:3] == ["Can start now:", "  C C0 @crew", "Waiting:"]
    assert lines[3].startswith("  C C1 @crew: C0 ")


def test_ready_names_a_file_that_is_under_work(live_server, phase, ci):
    phase.slices.filter(code__in=("C0", "C1")).update(files=["src/quay.py", "src/pier.py"])
    phase.slices.filter(code="C1").update(status="in_progress")
    told = ci()("ready", "harbour").stdout
    assert "  C C0 @crew; collides with C1 on src/pier.py and 1 more path\n" in told


def test_ready_names_blockers_and_decisions(live_server, phase, ci):
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="No crane.", slice="C0")
    make_need(phase, "C2", make_slice(phase, "C9", kind="conditional").code, if_triggered=True)
    told = ci()("ready", "harbour").stdout
    assert "  C C0 @crew: C0 is blocked: No crane.\n" in told
    assert "C9 is waiting for a decision by @crew: triggered or deferred.\n" in told


def test_ready_of_one_phase_as_json(live_server, phase, ci):
    machine = ci()
    assert [each["slice"] for each in machine.report("ready", "harbour", "C")["ready"]] == ["C0"]
    assert machine("ready", "harbour", "X").returncode == 2
    assert machine("ready", "nowhere").returncode == 2


def test_not_ready_is_1_with_the_way(verdict):
    done = verdict({})("readiness", "harbour", "C")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "Phase C of harbour is not ready: 3 met, 1 unmet, 0 waived, 2 not applicable.",
        "C2 went on without C1.",
        "Now:",
        r"  run @crew: It is\x1b[2J red. (exit:1)",
        "Then:",
        "  land C1 @crew: Not yet. (slice:C1)",
    ]


def test_ready_is_0(verdict):
    frozen = {"number": 1, "by": "lead", "at": "2026-03-01T09:00:00.000000Z"}
    done = verdict({"verdict": "ready", "way_to_ready": [], "handed_off": frozen})(
        "readiness", "harbour", "C"
    )
    assert (done.returncode, done.stdout[:28]) == (0, "Phase C of harbour is ready:")
    assert "It was handed off by lead at 2026-03-01T09:00:00.000000Z.\n" in done.stdout


def test_the_tracker_itself_is_asked(live_server, phase, ci):
    machine = ci()
    done = machine("readiness", "harbour", "C")
    assert (done.returncode, done.stdout[:32]) == (1, "Phase C of harbour is not ready:")
    assert "Now:\n  start C0 @crew: Nothing keeps C0 from starting. Next: @crew starts it." in done.stdout
    met = [word for code in ("C0", "C1", "C2") for word in ("--assume", f"slice:{code}")]
    assert machine("readiness", "harbour", "C", *met).stdout[:30] == "Phase C of harbour would be re"


def test_a_past_verdict_names_its_moment(verdict):
    said = {"at": "2026-03-01T08:00:00.000000Z"}
    lines = verdict(said)("readiness", "harbour", "C", "--at", "2026-03-01T08:00Z").stdout.splitlines()
    assert lines[0].startswith("Phase C of harbour was not ready at 2026-03-01T08:00:00.000000Z: 3 met")
    assert lines[2] == "Possible then:"


def test_readiness_json_is_the_trackers_own(verdict):
    machine = verdict({})
    assert machine.report("readiness", "harbour", "C") == VERDICT
    assert machine("readiness", "harbour", "C", "--json").returncode == 1


def test_a_past_moment_is_asked_for(stubbed):
    stub, machine = stubbed(GET=[(200, {}, VERDICT)])
    machine("readiness", "harbour", "C", "--at", "2026-03-01T09:00:00+01:00")
    assert stub.asked[0][1].endswith("/phases/C/readiness?at=2026-03-01T09%3A00%3A00%2B01%3A00")


@pytest.mark.parametrize(
    ("answers", "code", "told"),
    [
        ([(404, {}, {"error": {"code": "not_found", "message": "No C."}})], 2, "No C."),
        ([(500, {}, "")], 3, "The tracker answered 500"),
        ([(422, {}, {"error": {"code": "invalid", "message": "No moment."}})], 2, "No moment."),
        ([(403, {}, {"error": {"code": "forbidden", "message": "No."}})], 3, "No."),
        ([(401, {}, {"error": {"code": "unauthenticated", "message": "Who?"}})], 3, "Who?"),
        ([(200, {}, VERDICT | {"verdict": "maybe"})], 3, "no verdict but 'maybe'"),
        ([(200, {}, PHASE)], 3, "This should not have happened"),
    ],
)
def test_no_verdict_is_never_a_verdict(stubbed, answers, code, told):
    done = stubbed(GET=answers)[1]("readiness", "harbour", "C")
    assert (done.returncode, told in done.stderr) == (code, True)


def raise_some(phase, count):
    """So many entries in the ledger."""
    for number in range(count):
        raise_concern(actor=OPERATOR, phase=phase, kind="risk", text=f"Ice\033[2J {number}")


def test_events_are_lines_over_all_pages(live_server, phase, ci):
    raise_some(phase, 101)
    lines = ci("read")("events", "harbour").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [str(number) for number in range(1, 102)]
    assert " command line raise C concern:" in lines[0]
    assert "\033" not in lines[0]


def test_events_after_one_as_json_lines(live_server, phase, ci):
    raise_some(phase, 3)
    lines = ci("read")("events", "harbour", "--after", "2", "--json").stdout.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [3]


def test_followed_events_come_as_they_happen(live_server, phase, ci):
    raise_some(phase, 1)
    process = ci("read").start("events", "harbour", "--follow", "--json")
    assert json.loads(process.stdout.readline())["seq"] == 1
    raise_some(phase, 1)
    assert json.loads(process.stdout.readline())["seq"] == 2
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=10) == ("", "")
    assert process.returncode == 130


def test_a_reader_who_has_enough_ends_the_events(live_server, phase, ci):
    raise_some(phase, 1)
    process = ci("read").start("events", "harbour", "--follow")
    process.stdout.close()
    raise_some(phase, 3)
    assert (process.wait(timeout=20), process.stderr.read()) == (0, "")
    process.stderr.close()
    process.stdin.close()


def test_help_says_what_it_executes_and_what_the_codes_mean(stubbed):
    _, machine = stubbed(GET=[])
    assert "THIS EXECUTES ON THIS MACHINE" in machine("run", "--help").stdout
    shown = machine("--help").stdout
    assert "Exit codes: 0 all passed" in shown
    listed = re.findall(r"^ {4}(\w+)", shown, re.MULTILINE)
    assert listed == ["run", "report", "ready", "readiness", "events"]


def test_without_a_command_it_is_2(stubbed):
    _, machine = stubbed(GET=[])
    assert (machine().returncode, machine("explode").returncode) == (2, 2)


def test_no_option_takes_the_token():
    assert "--token" not in SOURCE.read_text()
