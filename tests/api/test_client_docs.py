"""docs/ci.md: both of its examples, run as they stand there, against the demo's packet."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from phases.actions.imports import import_packet
from phases.models import GateRun
from phases.packets import read_packet
from phases.permissions import OPERATOR

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text()
MAKEFILE = "loans-quick:\n\techo 128 loans checked\n"


def example(language: str) -> str:
    """The one block of this language on the page."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
def job(live_server, ci, checkout):
    """Runs a command in a checkout with what a CI job has in its environment."""
    packet = (ROOT / "phases" / "demo" / "open-shelves" / "PHASE_B_WORKBREAKDOWN.yaml").read_bytes()
    import_packet(actor=OPERATOR, reading=read_packet(packet), initiative="open-shelves")
    machine, sha = ci("gates", "read"), checkout.commit(Makefile=MAKEFILE)
    known = {"TRACKER_URL": machine.url, "TRACKER_TOKEN": machine.secret, "CI_COMMIT_SHA": sha}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def run(*command: str) -> Any:
        environment = {"PATH": path, "CI_JOB_ID": "7", **known}
        done = subprocess.run(
            command, cwd=checkout.path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
def test_the_job_runs_and_reports(job, checkout):
    written = yaml.safe_load(example("yaml"))["gates"]
    said = job("bash", "-ec", "\n".join(written["script"]))
    assert "1 passed, 0 failed, 0 not run." in said
    run = GateRun.objects.get()
    assert (run.gate.text, run.outcome, run.revision) == ("make loans-quick", "pass", checkout.last)
    assert (run.log.text, run.note) == ("echo 128 loans checked\n128 loans checked\n", "")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
def test_the_job_waits_for_readiness(job):
    said = job("bash", "-c", f"set -e\n( {example('bash')} ) || test $? -eq 1")
    assert said.startswith("Phase B of open-shelves is not ready: ")
    assert "\nNow:\n  start B0 " in said


def test_the_request_reports_once(job, checkout):
    for _ in range(2):
        assert "passed" in job(sys.executable, "-c", example("python"))
    run = GateRun.objects.get()
    assert (run.gate.text, run.outcome, run.revision) == ("make loans-quick", "pass", checkout.last)


def test_the_request_needs_nothing_but_python():
    imported = set(re.findall(r"^(?:import|from) (\w+)", example("python"), re.MULTILINE))
    assert imported <= sys.stdlib_module_names


def test_sizes_and_times_on_the_page_are_those_of_the_client():
    from phases import client

    assert f"last {client.LOG_TAIL // 1024} KiB and the first {client.LOG_HEAD // 1024} KiB" in PAGE
    assert "for two minutes" in PAGE
    assert client.parse(["ready", "harbour"]).patience == 120
