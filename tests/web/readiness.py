"""The readiness page read back: its leaves, its steps, and what it says."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from phases.actions.waivers import waive
from phases.lookups import current
from phases.models import Phase
from phases.permissions import OPERATOR
from phases.rules.readiness import Readiness, readiness
from phases.snapshot import load

_LEAF = re.compile(
    r'<li class="leaf" id="[^"]*" data-key="([^"]*)" data-state="([^"]*)">(.*?)</li>', re.DOTALL
)
_STEP = re.compile(r'data-step="([^"]*)"')
_TAG = re.compile(r"<[^>]+>")


def readiness_url(code: str = "F", slug: str = "observatory") -> str:
    return f"/initiatives/{slug}/phases/{code}/readiness/"


def page(client: Client, query: str = "", url: str = "", status: int = 200) -> str:
    """The page with its text as it was written, on one line."""
    answer: Any = client.get(f"{url or readiness_url()}{query}")
    assert answer.status_code == status, answer.status_code
    return " ".join(answer.content.decode().split())


def plain(html: str) -> str:
    """The text of a page."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def leaves(html: str) -> dict[str, str]:
    """State by key of each leaf of the tree."""
    return {unescape(key): state for key, state, _ in _LEAF.findall(html)}


def line(html: str, key: str) -> str:
    """The text of a leaf's line."""
    return plain(next(text for found, _, text in _LEAF.findall(html) if unescape(found) == key))


def steps(html: str) -> list[str]:
    """Keys of the way to ready, in order."""
    return [unescape(key) for key in _STEP.findall(html)]


def truth(phase: Phase) -> Readiness:
    return readiness(load(current(phase)))


def states(found: Readiness) -> dict[str, str]:
    return {key: leaf.state.value for key, leaf in found.leaves.items()}


def let_pass(phase: Phase, key: str, reason: str = "No runner yet.") -> None:
    waive(actor=OPERATOR, phase=phase, key=key, reason=reason)
