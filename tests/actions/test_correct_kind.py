"""Correcting an inferred kind: not under what was closed or found by it."""

import pytest

from phases.actions.slices import correct_kind
from phases.errors import Refused
from phases.models import Slice

from .reviews import found, judge, person, reviewed_phase

WORK = """\
phase: F
entrypoint: docs/observatory/PHASE_F.md
slices:
  - {id: F1, title: Dome motor, owner: '@dome'}
  - {id: F4, title: Independent review, owner: '@review', depends_on: [F1]}
"""


@pytest.fixture
def phase(db):
    return reviewed_phase("F4", packet=WORK)


def correct(phase, code, kind):
    return correct_kind(actor=person("ada", "admin"), phase=phase, code=code, kind=kind, note="A wrong guess")


def test_a_slice_under_work_takes_another_kind(phase):
    assert correct(phase, "F4", "build").after == {"kind": "build"}


@pytest.mark.parametrize("status", ["landed", "deferred"])
def test_one_that_is_closed_is_reopened_first(phase, status):
    Slice.objects.filter(code="F1").update(status=status)
    with pytest.raises(Refused, match=f"F1 is {status}: reopen it before it becomes a conditional slice"):
        correct(phase, "F1", "conditional")


def test_what_was_found_is_closed_first(phase):
    judge(phase, "not_ready", findings=[found()])
    with pytest.raises(Refused, match="1 finding of it is not closed"):
        correct(phase, "F4", "build")
