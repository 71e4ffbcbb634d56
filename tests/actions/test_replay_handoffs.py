"""A phase that was handed off and reopened, and the one that goes on from it, as of every moment."""

import pytest

from phases.actions.handoffs import hand_off, reopen_phase
from phases.models import Handoff
from phases.permissions import OPERATOR
from phases.replay import Replay

from .conftest import bring
from .films import film, phase_of, unlike
from .reviews import faults, move, start

__all__ = ["film"]

FIRST = """\
phase: G
entrypoint: docs/observatory/PHASE_G.md
slices:
  - {id: G1, title: Dome motor, owner: '@dome'}
deferred_non_blocking:
  - Oil the gears
"""
NEXT = FIRST.replace("G1", "H1").replace("phase: G", "phase: H").replace("Oil the gears", "Paint the dome")


@pytest.fixture
def played(film):
    """G is handed off, H goes on from it, and G is reopened."""
    film.play(bring, FIRST)
    film.play(start, phase_of("G"), "G1")
    for verb in ("candidate", "land"):
        film.play(move, phase_of("G"), "G1", verb)
    film.play(hand_off, actor=OPERATOR, phase=phase_of("G"))
    film.play(bring, NEXT)
    film.play(reopen_phase, actor=OPERATOR, phase=phase_of("G"), reason="A bolt is loose.")
    film.play(move, phase_of("G"), "G1", "reopen")
    return film


@pytest.mark.parametrize("code", ["G", "H"])
def test_every_moment_is_told_as_it_was(played, code):
    assert unlike(played, code) == []


def test_the_ledger_proves_it(played):
    assert faults() == []


def test_in_between_it_was_frozen(played):
    frozen = [bool(shot.handed_off) for shot in played.of("G")]
    assert frozen == [False] * 4 + [True] * 2 + [False] * 2


def test_what_was_carried_on_says_from_where(played):
    carried = [one for one in played.of("H")[0].concerns if one.carried_from]
    assert [(one.text, one.carried_from) for one in carried] == [("Oil the gears", "G")]


def test_just_before_the_handoff_it_was_not_frozen(played):
    seq = Handoff.objects.get().seq
    replay = Replay(phase_of("G"))
    before, after = (replay.at_seq(one).state for one in (seq - 1, seq))
    assert (before.handed_off, after.handed_off and after.handed_off.number) == (None, 1)
