"""The phase F with a slice of every kind, and the people who judge it, as programs see them."""

from __future__ import annotations

from typing import Any

import pytest

from phases.models import Initiative, Owner, Phase
from tests.actions.reviews import reviewed_phase
from tests.factories import make_user

__all__ = ["leading", "reviewing", "under_review", "viewing"]

OBSERVATORY = "/api/v1/initiatives/observatory"
F = f"{OBSERVATORY}/phases/F"
OWN = ("@dome", "@mirror", "@heat", "@review", "@shape")


@pytest.fixture
def under_review(db: None) -> Phase:
    """F1 and F2 are built, F3 is to be decided, F4 reviews them; all in progress."""
    return reviewed_phase("F1", "F2", "F3", "F4")


@pytest.fixture
def reviewing(under_review: Phase, session: Any) -> Any:
    """The program of rita, a reviewer."""
    return session(make_user("rita", "reviewer"))


@pytest.fixture
def leading(under_review: Phase, session: Any) -> Any:
    """The program of lena, who leads every slice."""
    owners = Owner.objects.filter(initiative=Initiative.objects.get(), handle__in=OWN)
    return session(make_user("lena", "lead", member_of=owners))


@pytest.fixture
def viewing(under_review: Phase, machine: Any) -> Any:
    """GETs below the phase with a token that may read, and answers the JSON."""
    program = machine("read")
    return lambda below, /, **query: program.get(f"{F}/{below}", query).json()


def disposed(program: Any, verdict: str, code: str = "F4", **said: Any) -> Any:
    """The answer to a disposition."""
    body = {"verdict": verdict, "summary": f"It is {verdict}."} | said
    return program.send(f"{F}/slices/{code}/dispositions", body)


def found(severity: str = "medium", title: str = "A gap", **said: str) -> dict[str, str]:
    return {"severity": severity, "title": title} | said


def refusal(answered: Any, status: int = 422) -> Any:
    """The error of an answer with this status."""
    assert answered.status_code == status, answered.content
    return answered.json()["error"]
