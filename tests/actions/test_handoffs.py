"""Handing a phase off: only when it is ready, only by those who close it; reopening, and doing it again."""

import pytest

from phases.actions.concerns import raise_concern
from phases.actions.handoffs import hand_off, reopen_phase
from phases.errors import Forbidden, HandedOff, Invalid, Refused
from phases.lookups import current
from phases.models import Event, Handoff, HandoffDocument, Initiative, Phase
from phases.permissions import OPERATOR, Actor
from phases.rules.readiness import readiness

from .handed import handed_off, ready_phase
from .reviews import faults, lead, move, person, reviewed_phase, reviewer, run, state_of


@pytest.fixture
def phase(db):
    return ready_phase()


def reopened(phase, actor=OPERATOR, reason="One more thing."):
    return reopen_phase(actor=actor, phase=phase, reason=reason)


def unmet(phase):
    return [leaf.key for leaf in readiness(state_of(phase)).unmet]


def refused(phase):
    """The keys of the leaves in the way."""
    with pytest.raises(Refused) as caught:
        hand_off(actor=OPERATOR, phase=phase)
    return [leaf.key for leaf in caught.value.unmet]


def test_it_freezes_the_phase_and_says_who_and_when(phase):
    row = handed_off(phase, note=" Thanks. ")
    entry = Event.objects.get(verb="handoff")
    assert current(phase).handed_off == [entry.seq, 1, "lena", entry.at.isoformat()]
    assert (row.number, row.by, row.at, row.seq, row.note) == (1, "lena", entry.at, entry.seq, "Thanks.")
    assert (entry.target, entry.note, entry.after["counts"]["unmet"]) == ("phase:F", "Thanks.", 0)
    assert faults() == []


def test_its_entry_holds_the_digest_of_every_document(phase):
    handed_off(phase)
    stored = dict(HandoffDocument.objects.values_list("name", "sha256"))
    assert Event.objects.get(verb="handoff").after["documents"] == stored
    assert len(stored) == 10


def test_what_is_missing_is_named_and_nothing_else(db):
    phase = reviewed_phase()
    keys = unmet(phase)
    assert "slice:F1" in keys
    assert refused(phase) == keys
    assert not Handoff.objects.exists()


UNDONE = {
    "fail": (
        lambda phase: run(phase, "quick", "make mirror", "fail", code="F2"),
        ["gate:F2/quick", "gate:F4/closure"],
    ),
    "blocker": (
        lambda phase: raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text="Stop"),
        ["concern"],
    ),
    "reopened": (lambda phase: move(phase, "F6", "reopen"), ["slice", "disposition"]),
}


@pytest.mark.parametrize("what", UNDONE)
def test_one_thing_undone_is_in_the_way(phase, what):
    undo, keys = UNDONE[what]
    undo(phase)
    found = refused(phase)
    assert found == unmet(phase)
    assert [key.rpartition("/")[0] or key.partition(":")[0] for key in found] == keys


def test_a_lead_of_the_closing_owner_may(phase):
    assert handed_off(phase, lead("dora", "@dome")).by == "dora"


def test_an_admin_may(phase):
    assert handed_off(phase, person("ada", "admin")).by == "ada"


def machine():
    scopes = frozenset({"gates", "slices", "artifacts", "import", "read"})
    return Actor(kind="token", name="ci", scopes=scopes)


@pytest.mark.parametrize(
    "who",
    [
        lambda: lead("mira", "@mirror @review"),
        lambda: reviewer("rita", "@dome"),
        lambda: person("vera", member_of="@dome"),
        machine,
    ],
)
def test_others_may_not(phase, who):
    before = Initiative.objects.get().head
    with pytest.raises(Forbidden, match="may not hand a phase off"):
        handed_off(phase, who())
    assert (Initiative.objects.get().head, current(phase).handed_off) == (before, None)


def test_twice_is_refused(phase):
    handed_off(phase)
    with pytest.raises(HandedOff):
        handed_off(phase)
    assert Handoff.objects.count() == 1


def test_an_admin_reopens_it_with_a_reason(phase):
    row = handed_off(phase)
    reopened(phase, person("ada", "admin"))
    row.refresh_from_db()
    entry = Event.objects.get(verb="reopen_phase")
    assert (row.reopened, entry.note, entry.actor) == (entry.seq, "One more thing.", "ada")
    assert current(phase).handed_off is None
    assert run(phase, "quick", "make dome", code="F1").outcome == "pass"
    assert faults() == []


@pytest.mark.parametrize("who", [lead, reviewer, machine])
def test_nobody_else_reopens_it(phase, who):
    handed_off(phase)
    with pytest.raises(Forbidden, match="may not reopen a phase"):
        reopened(phase, who())
    assert current(phase).handed_off


def test_without_a_reason_it_stays_closed(phase):
    handed_off(phase)
    with pytest.raises(Invalid, match="Say why"):
        reopened(phase, reason=" ")
    assert current(phase).handed_off


def test_what_is_not_handed_off_cannot_be_reopened(phase):
    with pytest.raises(Refused, match="not handed off"):
        reopened(phase)


def test_handing_off_again_counts_on_and_keeps_the_first(phase):
    first = handed_off(phase)
    reopened(phase)
    second = handed_off(phase)
    assert (second.number, second.reopened) == (2, 0)
    assert (first.documents.count(), second.documents.count()) == (10, 10)
    assert (current(phase).handed_off or [])[:2] == [second.seq, 2]
    assert faults() == []


def test_a_stale_copy_of_the_phase_does_not_slip_through(phase):
    stale = Phase.objects.get(pk=phase.pk)
    handed_off(phase)
    with pytest.raises(HandedOff):
        raise_concern(actor=OPERATOR, phase=stale, kind="risk", text="x")
