"""The phase F of the actions' tests in the browser: people with sign-ins, and its pages as they see them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from phases.models import Phase
from tests import factories
from tests.actions.reviews import reviewed_phase

F = "/initiatives/observatory/phases/F/"
HANDLES = ("@dome", "@mirror", "@heat", "@review", "@shape")


def slice_url(code: str) -> str:
    return f"{F}slices/{code}/"


def finding_url(pk: int, verb: str) -> str:
    return f"/initiatives/observatory/findings/{pk}/{verb}/"


def concern_url(pk: int, verb: str) -> str:
    return f"/initiatives/observatory/concerns/{pk}/{verb}/"


def someone(phase: Phase, name: str, *roles: str, member_of: tuple[str, ...] = ()) -> Client:
    """A browser in which this person is signed in."""
    owners = [factories.make_owner(phase.initiative, handle) for handle in member_of]
    client = Client()
    client.force_login(factories.make_user(name, *roles, member_of=owners))
    return client


def lena(phase: Phase) -> Client:
    """The lead of every slice."""
    return someone(phase, "lena", "lead", member_of=HANDLES)


def rita(phase: Phase) -> Client:
    """An independent reviewer."""
    return someone(phase, "rita", "reviewer")


def text(client: Client, path: str) -> str:
    """The page on one line, so that no sentence is broken by its markup's lines."""
    answer: Any = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return " ".join(answer.content.decode().split())


__all__ = [
    "HANDLES",
    "F",
    "concern_url",
    "finding_url",
    "lena",
    "reviewed_phase",
    "rita",
    "slice_url",
    "text",
]
