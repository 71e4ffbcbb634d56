"""The verdict of a phase in words, the same ones on every page."""

from __future__ import annotations

from dataclasses import dataclass

from phases.models import Phase
from phases.snapshot import handed_off

from .paths import Paths

LONG = {"handed-off": "Handed off", "is-ready": "Ready", "not-ready": "Not ready", "not-begun": "Not begun"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands beside a phase."""

    look: str
    """`handed-off`, `is-ready`, `not-ready` or `not-begun`: its class."""
    word: str
    more: str
    """By whom and when, or how much is missing; empty where the word says it all."""
    url: str
    """The readiness page."""


def verdict(phase: Phase, missing: int, *, has_begun: bool = True) -> Verdict:
    """`missing` is the number of unmet requirements."""
    url = f"{Paths(phase.initiative.slug).phase(phase.code)}readiness/"
    if (said := handed_off(phase.handed_off)) is not None:
        return Verdict("handed-off", LONG["handed-off"], f"by {said.by} on {said.at:%-d %b %Y}", url)
    if not missing:
        return Verdict("is-ready", LONG["is-ready"], "nothing is missing", url)
    look = "not-ready" if has_begun else "not-begun"
    return Verdict(look, LONG[look], f"{missing} missing", url)
