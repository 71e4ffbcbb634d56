"""Reviewers who post rounds at once: each is recorded, one after the other, and judged by the one before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User

from phases.actions import dispositions
from phases.actions.ledger import Book
from phases.models import Disposition, Event, Finding, Initiative, Phase
from tests.actions.reviews import faults, fix, judge, reviewed_phase
from tests.actions.reviews import found as new
from tests.actions.test_reports_at_once import at_once
from tests.factories import make_user

from .conftest import Program
from .reviews import disposed, found

pytestmark = pytest.mark.django_db(transaction=True)
REVIEWERS = 12


@pytest.fixture
def reviewed() -> Phase:
    """F4 is in progress and takes rounds."""
    return reviewed_phase("F4")


@pytest.fixture
def panel(reviewed: Phase) -> list[User]:
    """So many reviewers, each with one thing to say."""
    return [make_user(f"reviewer-{number}", "reviewer") for number in range(REVIEWERS)]


def posted(panel: list[User], number: int, verdict: str, **said: Any) -> Any:
    """The answer to one of them."""
    program = Program(raise_request_exception=False)
    program.force_login(panel[number])
    return disposed(program, verdict, **said)


def all_say(panel: list[User]) -> list[Any]:
    """Everybody says not ready, with a finding of their own."""
    return at_once(lambda n: posted(panel, n, "not_ready", findings=[found(title=f"Gap {n}")]), REVIEWERS)


def lost(answers: list[Any]) -> Iterator[str]:
    """Everything that must not be after that."""
    yield from (f"answered {one.status_code}" for one in answers if one.status_code != 201)
    said = {one.json()["number"]: one.json() for one in answers if one.status_code == 201}
    if sorted(said) != list(range(1, REVIEWERS + 1)):
        yield f"numbers {sorted(said)}"
    for number, one in said.items():
        row = Disposition.objects.filter(number=number).first()
        if row is None or (row.by, row.seq) != (one["by"], one["seq"]):
            yield f"round {number} was acknowledged to {one['by']} and is {row and row.by}'s"
    titles = set(Finding.objects.values_list("title", flat=True))
    yield from (f"Gap {n} is lost" for n in range(REVIEWERS) if f"Gap {n}" not in titles)
    yield from (fault for fault in faults() if not fault.startswith("membership"))


def test_nothing_that_is_said_at_once_is_lost(panel):
    assert list(lost(all_say(panel))) == []
    rounds = Event.objects.filter(verb="dispose").order_by("seq").values_list("after__number", flat=True)
    assert list(rounds) == list(range(1, REVIEWERS + 1))
    assert Disposition.objects.latest("number").slice.unclosed == REVIEWERS


def test_without_the_lock_the_same_check_fails(panel, monkeypatch):
    monkeypatch.setattr(dispositions, "writing", unlocked)
    assert list(lost(all_say(panel))) != []


def test_one_of_two_confirms_and_the_other_is_told(reviewed, panel):
    judge(reviewed, "not_ready", findings=(new(),))
    finding = fix(Finding.objects.get())
    rechecked = [{"finding": finding.pk, "outcome": "confirmed"}]
    answers: list[Any] = at_once(lambda n: posted(panel, n, "approve", rechecked=rechecked), 2)
    first, second = sorted(answers, key=lambda one: one.status_code)
    assert (first.status_code, second.status_code) == (201, 422)
    assert second.json()["error"]["message"].startswith(f"Finding {finding.pk} is confirmed")


def test_no_approval_overlooks_what_another_found_meanwhile(panel):
    words = [("approve_with_changes", [found()]), ("approve", [])]
    answers: list[Any] = at_once(lambda n: posted(panel, n, words[n][0], findings=words[n][1]), 2)
    changed, approved = (one.json() for one in answers)
    if answers[1].status_code == 201:
        assert (approved["number"], changed["number"]) == (1, 2)
    else:
        assert [leaf["key"] for leaf in approved["error"]["unmet"]] == [changed["findings"][0]["key"]]


@contextmanager
def unlocked(*, actor: Any, initiative_id: int) -> Iterator[Book]:
    """What `writing` would be without lock and transaction."""
    book = Book(Initiative.objects.get(pk=initiative_id), actor)
    yield book
    time.sleep(0.2)
    book.close()
