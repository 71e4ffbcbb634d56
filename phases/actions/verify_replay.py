"""Proving the state: today's projection of every phase equals what a replay of its ledger makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from phases.errors import NotFound
from phases.models import Initiative, Phase
from phases.replay import Replay
from phases.rules.state import PhaseState
from phases.snapshot import load


def replay_faults(initiative: Initiative) -> Iterator[str]:
    """One sentence for each field of a phase or a slice that the ledger says otherwise."""
    phases = Phase.objects.filter(initiative=initiative).exclude(revision=None)
    for phase in phases.select_related("initiative", "revision").order_by("code"):
        try:
            state = load(phase)
            replayed = Replay(phase).at_seq(initiative.seq, state.moment).state
        except NotFound:
            yield f"The ledger speaks of no import of phase {phase.code}."
        except (LookupError, TypeError, ValueError) as error:
            yield f"Phase {phase.code} cannot be worked out from its ledger: {type(error).__name__}, {error}."
        else:
            yield from differences(state, replayed)


def differences(state: PhaseState, replayed: PhaseState) -> Iterator[str]:
    """One sentence for each field of the phase or of one of its slices that is not the same in both."""
    named = f"Phase {state.code}"
    yield from _fields(named, replace(state, slices={}), replace(replayed, slices={}))
    if list(state.slices) != list(replayed.slices):
        yield f"{named} has other slices, or in another order, than a replay of its ledger."
    for code, item in state.slices.items():
        if code in replayed.slices:
            yield from _fields(f"{state.code} {code}", item, replayed.slices[code])


def _fields(named: str, stored: Any, replayed: Any) -> Iterator[str]:
    for field in fields(stored):
        if getattr(stored, field.name) != getattr(replayed, field.name):
            yield f"{named} differs in {field.name} from a replay of its ledger."
