"""Raising concerns and answering them."""

import pytest

from phases.actions.concerns import answer_concern, raise_concern
from phases.errors import Forbidden, Invalid, Refused
from phases.models import Concern, Event, Slice
from phases.permissions import Actor


def test_a_blocker_counts_the_version_of_its_slice(lead, phase):
    raise_concern(actor=lead, phase=phase, kind="blocker", text="no crane", slice="D1")
    assert Slice.objects.get(code="D1").version == 1


def test_the_owner_is_that_of_the_slice_by_default(lead, phase):
    concern = raise_concern(actor=lead, phase=phase, kind="blocker", text="no crane", slice="D1")
    assert concern.owner.handle == "@dome"


def test_a_risk_leaves_the_version_alone(lead, phase):
    raise_concern(actor=lead, phase=phase, kind="risk", text="wind", slice="D1")
    assert Slice.objects.get(code="D1").version == 0


def test_a_concern_may_belong_to_no_slice(lead, phase):
    concern = raise_concern(actor=lead, phase=phase, kind="risk", text="wind", owner="@review")
    assert (concern.slice, concern.owner.handle) == (None, "@review")


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "worry"), ("text", "   "), ("priority", "urgent"), ("owner", "@nobody")],
)
def test_a_wrong_field_is_named(lead, phase, field, value):
    fields = {"kind": "risk", "text": "wind", field: value}
    with pytest.raises(Invalid) as refusal:
        raise_concern(actor=lead, phase=phase, **fields)
    assert list(refusal.value.fields) == [field]


def test_a_viewer_may_not_raise(phase):
    with pytest.raises(Forbidden):
        raise_concern(
            actor=Actor("person", "vic", frozenset({"viewer"})), phase=phase, kind="risk", text="wind"
        )


@pytest.fixture
def blocker(lead, phase) -> Concern:
    return raise_concern(actor=lead, phase=phase, kind="blocker", text="no crane", slice="D1")


def test_resolving_a_blocker_counts_the_version_again(lead, blocker):
    answer_concern(actor=lead, concern=blocker, outcome="resolved", note="crane came")
    assert (blocker.state, Slice.objects.get(code="D1").version) == ("resolved", 2)


def test_the_ledger_tells_block_and_unblock(lead, blocker):
    answer_concern(actor=lead, concern=blocker, outcome="resolved", note="crane came")
    verbs = list(Event.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs == ["import", "raise", "block", "answer", "unblock"]


def test_a_second_blocker_keeps_the_slice_blocked(lead, phase, blocker):
    raise_concern(actor=lead, phase=phase, kind="blocker", text="no power", slice="D1")
    answer_concern(actor=lead, concern=blocker, outcome="resolved", note="crane came")
    assert Event.objects.latest("seq").verb == "block"


def test_an_answer_needs_a_note(lead, blocker):
    with pytest.raises(Invalid) as refusal:
        answer_concern(actor=lead, concern=blocker, outcome="resolved", note="")
    assert list(refusal.value.fields) == ["note"]


@pytest.mark.parametrize("outcome", ["accepted", "carried", "gone"])
def test_a_blocker_can_only_be_resolved(lead, blocker, outcome):
    with pytest.raises(Invalid) as refusal:
        answer_concern(actor=lead, concern=blocker, outcome=outcome, note="so be it")
    assert list(refusal.value.fields) == ["outcome"]


def test_an_answered_concern_cannot_be_answered_again(lead, blocker):
    answer_concern(actor=lead, concern=blocker, outcome="resolved", note="crane came")
    with pytest.raises(Refused, match="resolved already: crane came"):
        answer_concern(actor=lead, concern=blocker, outcome="resolved", note="again")


def test_a_stranger_may_not_answer(phase, blocker):
    stranger = Actor(
        "person", "sam", frozenset({"lead"}), handles=frozenset({(phase.initiative_id, "@review")})
    )
    with pytest.raises(Forbidden):
        answer_concern(actor=stranger, concern=blocker, outcome="resolved", note="crane came")


def test_those_who_hand_off_answer_a_concern_of_nobody(phase, admin):
    concern = raise_concern(actor=admin, phase=phase, kind="risk", text="It may rain.")
    assert concern.owner is None
    closer = list(Slice.objects.order_by("position"))[-1].owner.handle
    handles = frozenset({(phase.initiative_id, closer)})
    cleo = Actor(kind="person", name="cleo", roles=frozenset({"viewer", "lead"}), handles=handles)
    answered = answer_concern(actor=cleo, concern=concern, outcome="accepted", note="Then we wait.")
    assert answered.state == "accepted"
