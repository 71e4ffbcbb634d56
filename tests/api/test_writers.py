"""64 writers at once on one phase: no acknowledged change is lost, and nothing answers with a 500."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from phases.actions import slices
from phases.actions.imports import import_packet
from phases.actions.ledger import Book
from phases.actions.tokens import create_token
from phases.actions.verify import verify_ledger
from phases.models import Event, Initiative
from phases.packets import read_packet
from phases.permissions import OPERATOR

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 64
CODES = [f"C{number}" for number in range(4)]
PACKET = "phase: C\nslices:\n" + "".join(
    f"  - {{id: {code}, title: Pier of {code}, owner: '@crew'}}\n" for code in CODES
)
NEXT = {"planned": "in_progress", "in_progress": "candidate", "candidate": "in_progress"}


@dataclass
class Writer:
    """Reads a slice and moves it on, again and again, until one move of its own was acknowledged."""

    address: str
    secret: str
    code: str
    start: threading.Barrier
    statuses: list[int] = field(default_factory=list)
    acknowledged: list[dict[str, Any]] = field(default_factory=list)

    def work(self) -> None:
        self.connection = http.client.HTTPConnection(self.address, timeout=60)
        self.start.wait()
        for _ in range(200):
            seen = self.ask("GET", "")
            move = {"to": NEXT[seen["status"]], "version": seen["version"], "note": "On it goes."}
            answer = self.ask("POST", "/status", move)
            if self.statuses[-1] == 200:
                self.acknowledged.append(answer)
                break
            if self.statuses[-1] not in (409, 422):
                break
        self.connection.close()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        url = f"/api/v1/initiatives/harbour/phases/C/slices/{self.code}{path}"
        self.connection.request(method, url, json.dumps(body) if body else None, headers)
        response = self.connection.getresponse()
        self.statuses.append(response.status)
        text = response.read()
        return json.loads(text) if response.status < 500 else {"status": "planned", "version": 0}


def run(address: str, writers: int) -> list[Writer]:
    reading = read_packet(PACKET)
    import_packet(actor=OPERATOR, reading=reading, initiative="harbour")
    _, secret = create_token(actor=OPERATOR, name="writers", scopes=("read", "slices"))
    start = threading.Barrier(writers)
    crew = [Writer(address, secret, CODES[number % len(CODES)], start) for number in range(writers)]
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(Writer.work, crew))
    return crew


def counted(said: dict[str, Any]) -> dict[str, Any]:
    """What of an entry every move changes."""
    return {name: said[name] for name in ("status", "version")}


def faults(crew: list[Writer]) -> Iterator[str]:
    """Everything that must not be after a run."""
    statuses = Counter(status for writer in crew for status in writer.statuses)
    yield from (f"{count} answers {status}" for status, count in statuses.items() if status >= 500)
    known: dict[str, Any] = {code: {"status": "planned", "version": 0} for code in CODES}
    recorded = {}
    for event in Event.objects.exclude(slice="").order_by("seq"):
        before, after = counted(event.before), counted(event.after)
        if before != known[event.slice]:
            yield f"entry {event.seq} starts from {before}, not from {known[event.slice]}"
        known[event.slice] = after
        recorded[event.seq] = {"code": event.slice, **after, "seq": event.seq}
    for answer in (answer for writer in crew for answer in writer.acknowledged):
        if recorded.pop(answer["seq"], None) != answer:
            yield f"acknowledged, but not in the ledger: {answer}"
    yield from (f"in the ledger, but never acknowledged: {entry}" for entry in recorded.values())
    yield from verify_ledger(initiative=Initiative.objects.get()).faults


def test_no_acknowledged_change_is_lost(live_server):
    crew = run(live_server.url.removeprefix("http://"), WRITERS)
    assert list(faults(crew)) == []
    assert all(len(writer.acknowledged) == 1 for writer in crew)


def test_without_the_lock_the_same_check_fails(live_server, monkeypatch):
    monkeypatch.setattr(slices, "writing", unlocked)
    crew = run(live_server.url.removeprefix("http://"), 8)
    assert list(faults(crew)) != []


@contextmanager
def unlocked(*, actor: Any, initiative_id: int) -> Iterator[Book]:
    """What `writing` would be without lock and transaction."""
    book = Book(Initiative.objects.get(pk=initiative_id), actor)
    yield book
    time.sleep(0.2)
    book.close()
