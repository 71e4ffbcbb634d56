"""No import makes a phase ready by dropping what is open: findings and blockers have to be closed first."""

import pytest

from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.slices import correct_kind
from phases.errors import Refused
from phases.models import Concern, Finding, PacketRevision
from phases.permissions import OPERATOR

from .conftest import bring
from .reviews import REVIEWED, accept, faults, found, judge, reviewed_phase, slice_of

WITHOUT_F2 = REVIEWED.replace("depends_on: [F2, F3]", "depends_on: [F3]").replace(
    "  - {id: F2, title: Mirror bath, owner: '@mirror', depends_on: [F1], files: [src/mirror.py],\n"
    "     gates: {quick: [make mirror]}}\n",
    "",
)
DOCS = REVIEWED.replace("kind: review", "kind: docs")


@pytest.fixture
def phase(db):
    return reviewed_phase("F4")


def revisions() -> int:
    return PacketRevision.objects.count()


def test_a_kind_that_takes_no_rounds_would_hide_what_they_found(phase):
    judge(phase, "not_ready", findings=[found("blocking")])
    with pytest.raises(Refused, match="makes F4 a docs slice, on which 1 finding is not closed"):
        bring(DOCS)
    assert (revisions(), slice_of(phase).kind) == (1, "review")


def test_once_they_are_closed_the_kind_may_change(phase):
    judge(phase, "not_ready", findings=[found("low")])
    accept(Finding.objects.get())
    bring(DOCS)
    assert slice_of(phase).kind == "docs"


def test_a_corrected_kind_stays_whatever_is_inferred(phase):
    bring(REVIEWED.replace("kind: review, ", ""))
    correct_kind(actor=OPERATOR, phase=phase, code="F4", kind="structural", note="It is one.")
    judge(phase, "not_ready", findings=[found("blocking")])
    bring(REVIEWED.replace("kind: review, ", "").replace("Dome motor", "Dome motors"))
    assert slice_of(phase).kind == "structural"


def test_a_slice_with_an_open_blocker_is_not_dropped(phase):
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="On fire", slice="F2")
    with pytest.raises(Refused, match="no longer names F2, on which a blocker is open"):
        bring(WITHOUT_F2)
    assert revisions() == 1


def test_once_the_blocker_is_resolved_it_is(phase):
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="On fire", slice="F2")
    answer_concern(
        actor=OPERATOR, concern=Concern.objects.get(kind="blocker"), outcome="resolved", note="Put out."
    )
    bring(WITHOUT_F2)
    assert (revisions(), faults()) == (2, [])


def test_the_same_packet_stays_unchanged_over_what_is_open(phase):
    judge(phase, "not_ready", findings=[found("blocking")])
    bring(REVIEWED)
    assert revisions() == 1
