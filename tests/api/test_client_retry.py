"""client.py against trackers that are away, busy, elsewhere, or no trackers at all."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
import urllib.request
from typing import Any

import pytest

from phases.models import GateRun
from phases.views.client import SOURCE
from tests.factories import make_gate

RUN = ("run", "harbour", "C", "C0", "quick")
GATE = {"key": "gate:C0/quick/0", "suite": "quick", "text": "echo well", "kind": "command", "state": "unmet"}
Answer = tuple[int, dict[str, str], Any]
PHASE: Answer = (
    200,
    {},
    {"last_revision": None, "exit_gates": [], "slices": [{"code": "C0", "gates": [GATE]}]},
)
DONE: Answer = (201, {}, {"runs": [{"state": "met", "why": ""}], "skipped": []})
AWAY: Answer = (503, {}, {"error": {"code": "unavailable", "message": "Away.", "fields": {}}})
FOREVER = (503, {"Retry-After": "100000"}, AWAY[2])


@pytest.mark.parametrize("trouble", [AWAY, (429, {}, ""), (502, {}, "<h1>Bad gateway</h1>"), None])
def test_a_report_is_sent_again_as_the_same_report(stubbed, trouble):
    stub, machine = stubbed(GET=[PHASE], POST=[trouble, DONE])
    done = machine(*RUN)
    first, again = stub.posts()
    assert (done.returncode, first[3]) == (0, again[3])
    assert first[2]["Idempotency-Key"] == again[2]["Idempotency-Key"] != ""
    assert "Trying again in 0.5 s." in done.stderr


def test_each_report_has_a_key_of_its_own(stubbed):
    gates = [GATE, GATE | {"key": "gate:C0/quick/1"}]
    phase = PHASE[2] | {"slices": [{"code": "C0", "gates": gates}]}
    stub, machine = stubbed(GET=[(200, {}, phase)], POST=[DONE])
    machine(*RUN)
    assert len({each[2]["Idempotency-Key"] for each in stub.posts()}) == 2


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_it_waits_as_long_as_it_is_asked_to(stubbed, form):
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 3))
    busy = (429, {"Retry-After": "2" if form == "seconds" else date}, "")
    _, machine = stubbed(GET=[PHASE], POST=[busy, DONE])
    began = time.monotonic()
    assert machine(*RUN).returncode == 0
    assert time.monotonic() - began > 1.9


@pytest.mark.parametrize("trouble", [FOREVER, None, (500, {}, "oops"), (401, {}, "")])
def test_a_result_that_cannot_be_reported_is_printed(stubbed, trouble):
    _, machine = stubbed(GET=[PHASE], POST=[trouble])
    done = machine(*RUN, "--patience", "1")
    assert done.returncode == 3
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("{")]
    told = json.loads(line)
    assert (told["slice"], told["gate"], told["outcome"]) == ("C0", "echo well", "pass")


def test_after_one_lost_report_the_others_still_go_out(stubbed):
    gates = [GATE, GATE | {"key": "gate:C0/quick/1"}]
    phase = PHASE[2] | {"slices": [{"code": "C0", "gates": gates}]}
    stub, machine = stubbed(GET=[(200, {}, phase)], POST=[FOREVER, DONE])
    assert (machine(*RUN).returncode, len(stub.posts())) == (3, 2)


def test_a_lost_answer_leaves_one_run(live_server, phase, ci, stub):
    def forward(asked):
        _, path, headers, body = asked
        kept = {name: text for name, text in headers.items() if name != "Host"}
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(live_server.url + path, data, kept)) as answer:
            return answer.status, {}, json.load(answer)

    def lose(asked):
        assert forward(asked)[0] == 201

    make_gate(phase, "C0", text="echo well")
    machine = ci()
    machine.url = stub(GET=[forward], POST=[lose, forward]).url
    assert machine(*RUN).returncode == 0
    assert GateRun.objects.count() == 1


def test_the_token_follows_no_redirect(stub, stubbed):
    elsewhere = stub(GET=[PHASE])
    _, machine = stubbed(GET=[(302, {"Location": f"{elsewhere.url}/api/v1/"}, "")])
    done = machine("ready", "harbour")
    assert (done.returncode, elsewhere.asked) == (3, [])
    assert f"It redirects to {elsewhere.url}/api/v1/. Set TRACKER_URL" in done.stderr


def test_what_is_no_tracker_is_told(stubbed):
    _, machine = stubbed(GET=[(200, {}, "<html>")])
    done = machine("ready", "harbour")
    assert (done.returncode, "What answered is no tracker" in done.stderr) == (3, True)


def test_what_answers_nonsense_is_a_fault_and_no_verdict(stubbed):
    _, machine = stubbed(GET=[(200, {}, [])])
    done = machine("readiness", "harbour", "C")
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)


@pytest.mark.parametrize("said", [[], {}, {"runs": []}, {"runs": [{}]}])
def test_an_answer_that_is_none_is_no_record(stubbed, said):
    _, machine = stubbed(GET=[PHASE], POST=[(201, {}, said)])
    done = machine(*RUN)
    assert (done.returncode, "NOT REPORTED: What answered is no tracker" in done.stderr) == (3, True)


def test_a_closed_stdout_changes_no_verdict(stubbed):
    stub, machine = stubbed(GET=[PHASE], POST=[DONE])
    known = {"TRACKER_URL": machine.url, "TRACKER_TOKEN": machine.secret, "PATH": os.environ["PATH"]}
    command = shlex.join([sys.executable, str(SOURCE), *RUN])
    assert (
        subprocess.run(
            ["sh", "-c", f"{command} >&- 2>&-"], env=known, cwd=machine.folder, check=False
        ).returncode
        == 0
    )
    assert len(stub.posts()) == 1


def test_a_tracker_that_is_away_is_told_with_json_too(stubbed):
    _, machine = stubbed(GET=[PHASE])
    machine.url = "http://127.0.0.1:9"
    done = machine("ready", "harbour", "--json", "--patience", "0.1")
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (3, "fault")


@pytest.mark.parametrize("name", ["TRACKER_URL", "TRACKER_TOKEN"])
def test_a_missing_variable_is_named(stubbed, name):
    _, machine = stubbed(GET=[PHASE])
    done = machine("ready", "harbour", **{name: ""})
    assert (done.returncode, f"{name} is not set" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    "url", ["tracker.example.org", "ftp://example.org", "https://", "http://[::1", "https://me:secret@host"]
)
def test_a_wrong_address_is_refused_and_not_repeated(stubbed, url):
    _, machine = stubbed(GET=[PHASE])
    done = machine("ready", "harbour", TRACKER_URL=url)
    assert (done.returncode, "TRACKER_URL is not an address" in done.stderr) == (2, True)
    assert "secret" not in done.stderr


def test_a_broken_token_is_refused_and_not_repeated(stubbed):
    stub, machine = stubbed(GET=[PHASE])
    done = machine("ready", "harbour", TRACKER_TOKEN="half\nof-a-secret")
    assert (done.returncode, stub.asked) == (2, [])
    assert "of-a-secret" not in done.stderr


def test_plain_http_to_another_machine_is_warned_of(stubbed):
    _, machine = stubbed(GET=[PHASE])
    done = machine("ready", "harbour", "--patience", "0.1", TRACKER_URL="http://tracker.invalid")
    assert "WARNING: the token goes to tracker.invalid over plain http." in done.stderr
    assert "WARNING" not in machine("ready", "harbour").stderr
