"""What pages show of a phase that was handed off: everything, and no form for what would be refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields

from phases.models import Phase
from phases.permissions import Actor
from phases.snapshot import handed_off

from .paths import Paths


@dataclass(frozen=True)
class Onlooker(Actor):
    """An actor before a phase that is frozen: sees it all, and may do only what no freeze refuses.

    Pages are prepared for one; the actions are called for the actor proper, and refuse by themselves.
    """

    def may_on(self, verb: str, initiative_id: int, handles: Iterable[str] = ()) -> bool:
        return verb == "reopen_phase" and super().may_on(verb, initiative_id, handles)


def before(phase: Phase, actor: Actor) -> Actor:
    """The actor as far as they may do something in the phase as it is now."""
    if not phase.handed_off:
        return actor
    return Onlooker(**{one.name: getattr(actor, one.name) for one in fields(actor)})


@dataclass(frozen=True, slots=True)
class Frozen:
    """The notice on every page of a phase that was handed off."""

    code: str
    by: str
    at: dt.datetime
    number: int
    url: str
    """Where the handoff stands with its documents, and where an admin can end it."""
    may_reopen: bool


def frozen(phase: Phase, actor: Actor) -> Frozen | None:
    """None while the phase can change; no query."""
    said = handed_off(phase.handed_off)
    if said is None:
        return None
    may_reopen = actor.may_on("reopen_phase", phase.initiative_id)
    url = f"{Paths(phase.initiative.slug).phase(phase.code)}readiness/#handoff"
    return Frozen(phase.code, said.by, said.at, said.number, url, may_reopen)
