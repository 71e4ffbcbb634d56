"""The same report posted 50 times at once leaves one run, and every answer names it."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from phases.actions import runs
from phases.actions.imports import import_packet
from phases.actions.tokens import create_token
from phases.actions.verify import verify_ledger
from phases.models import Event, GateRun, IdempotencyKey, Initiative, Revision
from phases.packets import read_packet
from phases.permissions import OPERATOR
from phases.snapshot import load

from .conftest import PHASE
from .test_writers import unlocked

pytestmark = pytest.mark.django_db(transaction=True)
SENDERS = 50
PACKET = """\
phase: C
slices:
  - {id: C0, title: Rebuild the quay, owner: '@crew', files: [src/quay.py], gates: {quick: [make check]}}
"""
BODY = {
    "slice": "C0",
    "suite": "quick",
    "gate": "make check",
    "outcome": "pass",
    "revision": "a" * 40,
    "changed_files": ["src/quay.py"],
    "log": "all well\n",
}


def bring() -> None:
    import_packet(actor=OPERATOR, reading=read_packet(PACKET), initiative="harbour")


def send_at_once(url: str, key: str, senders: int = SENDERS) -> list[tuple[int, Any]]:
    """(status, body) of each of so many equal reports."""
    _, secret = create_token(actor=OPERATOR, name="ci", scopes=("gates",))
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    start = threading.Barrier(senders)
    # One after the other: the test server keeps only ten callers waiting.
    lines = [http.client.HTTPConnection(url.removeprefix("http://"), timeout=60) for _ in range(senders)]
    for line in lines:
        line.connect()

    def send(number: int) -> tuple[int, Any]:
        connection = lines[number]
        start.wait()
        more = {"Idempotency-Key": key or f"job-{number}"}
        connection.request("POST", f"{PHASE}/gate-runs", json.dumps(BODY), headers | more)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        return response.status, json.loads(text) if response.status < 500 else text

    with ThreadPoolExecutor(senders) as pool:
        return list(pool.map(send, range(senders)))


def test_the_same_report_50_times_at_once_leaves_one_run(live_server):
    bring()
    answers = send_at_once(live_server.url, "job-7")
    assert Counter(status for status, _ in answers) == {201: 1, 200: SENDERS - 1}
    assert {body["runs"][0]["key"] for _, body in answers} == {GateRun.objects.get().key}
    assert (IdempotencyKey.objects.count(), Revision.objects.count()) == (1, 1)
    assert Event.objects.filter(target__startswith="run:").count() == 1
    assert verify_ledger(initiative=Initiative.objects.get()).holds


def test_50_different_reports_at_once_are_all_kept(live_server):
    bring()
    answers = send_at_once(live_server.url, "")
    assert Counter(status for status, _ in answers) == {201: SENDERS}
    assert {body["runs"][0]["key"] for _, body in answers} == {run.key for run in GateRun.objects.all()}
    assert verify_ledger(initiative=Initiative.objects.get()).holds


def test_without_the_lock_more_than_one_gets_through_or_fails(live_server, monkeypatch):
    def slow(phase: Any) -> Any:
        time.sleep(1)
        return load(phase)

    monkeypatch.setattr(runs, "writing", unlocked)
    monkeypatch.setattr(runs, "load", slow)
    bring()
    answers = send_at_once(live_server.url, "job-7", senders=8)
    assert Counter(status for status, _ in answers) != {201: 1, 200: 7}
