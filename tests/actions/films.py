"""A film of a story: the clock goes step by step, and after each step every phase is seen as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from phases.actions.verify_replay import differences
from phases.lookups import current
from phases.models import Phase
from phases.replay import Replay, states_at
from phases.rules.state import PhaseState
from phases.snapshot import load

BEGINS = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
STEP = dt.timedelta(minutes=1)


class Film:
    """What was live at each step; the clock stands still within one."""

    def __init__(self) -> None:
        self.now = BEGINS
        self.shots: list[PhaseState] = []

    def play(self, step: Callable[..., Any], *args: Any, **said: Any) -> Any:
        """Take a step of the story, and see every phase after it."""
        self.now += STEP
        result = step(*args, **said)
        self.shots += [load(phase_of(code)) for code in codes()]
        return result

    def of(self, code: str) -> list[PhaseState]:
        return [shot for shot in self.shots if shot.code == code]


@pytest.fixture
def film(db: None, monkeypatch: pytest.MonkeyPatch) -> Film:
    """A film that begins now; its clock is everybody's."""
    made = Film()
    monkeypatch.setattr(timezone, "now", lambda: made.now)
    return made


def codes() -> list[str]:
    return list(Phase.objects.order_by("code").values_list("code", flat=True))


def phase_of(code: str) -> Phase:
    return current(Phase.objects.get(code=code))


def unlike(film: Film, code: str) -> list[str]:
    """Where the past of a phase, worked out now, is not what was live then; every moment is looked at."""
    live = film.of(code)
    past = states_at(phase_of(code), [shot.moment for shot in live if shot.moment])
    found = [
        f"{one.seq}: {text}" for one, two in zip(live, past, strict=True) for text in differences(one, two)
    ]
    assert found or live == past
    return found


def unlike_now(code: str) -> list[str]:
    """Where the phase as it is now is not what its ledger makes of it."""
    state = load(phase_of(code))
    assert state.moment
    return list(differences(state, Replay(phase_of(code)).at(state.moment).state))
