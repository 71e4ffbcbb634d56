"""Reports and moves at once on one phase: nothing is lost, and places have no gap."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection

from phases.actions import runs
from phases.actions.asked import Report
from phases.actions.ledger import Book
from phases.actions.runs import report_runs
from phases.actions.slices import move_slice
from phases.actions.verify import verify_ledger
from phases.errors import Conflict, Refused
from phases.models import Event, GateRun, IdempotencyKey, Initiative, Phase, Revision, Slice
from phases.permissions import OPERATOR, Actor

from .conftest import PACKET, bring

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, REVISIONS = 64, 10
ADMIN = Actor(kind="person", name="ada", roles=frozenset({"viewer", "admin"}))


def at_once(work: Callable[[int], object], writers: int = WRITERS) -> list[object]:
    """What each of the writers answers; all start together."""
    start = threading.Barrier(writers)

    def one(number: int) -> object:
        try:
            start.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(writers) as pool:
        return list(pool.map(one, range(writers)))


def report(number: int, key: str = "") -> list[int]:
    """Keys of the runs; three writers of four name one of a few revisions, in every order."""
    revision = f"r{number % REVISIONS}" if number % 4 else ""
    files = (f"src/dome/{number}.py",) if revision and number % 3 else None
    code = "D2" if number % 2 else "D1"
    asked = Report(
        "quick", code, outcome="pass" if number % 5 else "fail", revision=revision, changed_files=files
    )
    done = report_runs(actor=OPERATOR, phase=Phase.objects.get(), report=asked, key=key)
    return [run.pk for run in done.runs]


def move(number: int) -> str:
    """Start D1 and send it on, as far as the others let it."""
    row = Slice.objects.get(code="D1")
    verb = {"planned": "start", "in_progress": "candidate", "candidate": "send_back"}[row.status]
    try:
        move_slice(
            actor=ADMIN,
            phase=Phase.objects.get(),
            code="D1",
            verb=verb,
            version=row.version,
            note="on it goes",
        )
    except (Conflict, Refused) as refusal:
        return refusal.code
    return "moved"


def faults() -> list[str]:
    """Everything that must not be after a run."""
    found = verify_ledger(initiative=Initiative.objects.get()).faults
    places = sorted(Revision.objects.values_list("place", flat=True))
    if places != list(range(1, len(places) + 1)) or Phase.objects.get().places != len(places):
        found.append(f"places {places}")
    seqs = sorted(Event.objects.values_list("seq", flat=True))
    return found if seqs == list(range(1, len(seqs) + 1)) else [*found, "positions have a gap"]


def test_no_report_and_no_move_is_lost():
    bring(PACKET)
    answers = at_once(lambda number: move(number) if number % 4 == 1 else report(number))
    reported = [pk for answer in answers if isinstance(answer, list) for pk in answer]
    assert faults() == []
    assert sorted(reported) == sorted(GateRun.objects.values_list("pk", flat=True))
    assert len(reported) == WRITERS * 3 // 4
    assert Slice.objects.get(code="D1").version == Counter(map(str, answers))["moved"] > 0


def test_the_same_report_fifty_times_at_once_leaves_one_run():
    bring(PACKET)
    answers = at_once(lambda number: report(1, key="build-7"), 50)
    assert GateRun.objects.count() == IdempotencyKey.objects.count() == 1
    assert answers == [[GateRun.objects.get().pk]] * 50
    assert faults() == []


def test_without_the_lock_the_same_check_fails(monkeypatch):
    bring(PACKET)
    monkeypatch.setattr(runs, "writing", unlocked)

    def work(number: int) -> object:
        try:
            return report(number * 4 + 1)
        except Exception as error:
            return error

    answers = at_once(work, 8)
    assert faults() != [] or any(isinstance(answer, Exception) for answer in answers)


@contextmanager
def unlocked(*, actor: Actor, initiative_id: int) -> Iterator[Book]:
    """What `writing` would be without lock and transaction."""
    book = Book(Initiative.objects.get(pk=initiative_id), actor)
    time.sleep(0.2)
    yield book
    book.close()
