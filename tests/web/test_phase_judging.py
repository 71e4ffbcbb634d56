"""Rows of the phase page: decisions, rounds and postures are offered to whoever can record them now."""

import pytest

from phases.actions.artifacts import attach_artifact
from phases.actions.handoffs import hand_off
from phases.lookups import current
from phases.models import Phase
from phases.permissions import OPERATOR
from tests.actions.handed import ready_phase
from tests.actions.reviews import fix, found, judge, lead, run

from .reviewed import F, lena, reviewed_phase, rita, slice_url, someone, text

ONLY_READY = """\
phase: F
slices:
  - {id: F6, title: Ready, owner: '@dome', kind: readiness}
"""


def offer(word: str, code: str) -> str:
    """The link in the row of a slice."""
    address = f"{slice_url(code)}disposition/"
    inner = f'id="record-{code}" href="{address}" aria-label="{word} {code}"'
    return f'<td class="verbs"><a class="button mini primary" {inner}>{word}</a>'


def ready_to_decide() -> Phase:
    """F3 has what its decision takes."""
    phase = reviewed_phase("F3")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="warm")
    run(phase, "assess", "make assess", code="F3", revision="a" * 40)
    return phase


def test_a_decision_is_offered_first_to_the_crew_of_its_slice(db):
    phase = ready_to_decide()
    assert offer("Decide", "F3") in text(lena(phase), F)


def test_a_decision_is_offered_to_nobody_else(db):
    phase = ready_to_decide()
    others = [rita(phase), someone(phase, "lou", "lead", member_of=("@mirror",))]
    assert all("record-F3" not in text(client, F) for client in others)


def test_a_decision_that_waits_for_evidence_is_not_offered_yet(db):
    assert "record-F3" not in text(lena(reviewed_phase("F3")), F)


def test_a_round_is_offered_to_reviewers(db):
    phase = reviewed_phase("F4")
    assert offer("Review", "F4") in text(rita(phase), F)
    assert "record-F4" not in text(lena(phase), F)


def test_a_round_is_offered_to_no_reviewer_who_built_what_it_looks_at(db):
    phase = reviewed_phase("F4")
    assert "record-F4" not in text(someone(phase, "rob", "reviewer", member_of=("@dome",)), F)


def test_fixes_are_confirmed_once_none_is_open(db):
    phase = reviewed_phase("F4")
    findings = judge(phase, "not_ready", findings=[found(), found("low")]).findings.all()
    client = rita(phase)
    fix(findings[0])
    assert "record-F4" not in text(client, F)
    fix(findings[1])
    assert offer("Confirm fixes", "F4") in text(client, F)


def test_a_posture_is_offered_in_its_own_words(db):
    phase = reviewed_phase("F6", packet=ONLY_READY)
    assert offer("Say if ready", "F6") in text(lena(phase), F)


@pytest.mark.parametrize("person", [lena, rita])
def test_nothing_is_offered_where_nothing_can_change(db, person):
    phase = ready_phase()
    hand_off(actor=lead(), phase=current(phase))
    assert 'id="record-' not in text(person(phase), F)
