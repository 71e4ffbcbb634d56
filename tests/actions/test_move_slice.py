"""Moving a slice."""

import pytest

from phases.actions.concerns import raise_concern
from phases.actions.slices import MAX_NOTE, move_slice
from phases.actions.waivers import waive
from phases.errors import Conflict, Forbidden, Invalid, Refused
from phases.models import Event, Slice, Waiver
from phases.permissions import Actor
from tests.factories import make_run

from .conftest import PACKET, bring


def move(actor, phase, code, *verbs, note="because"):
    for verb in verbs:
        version = Slice.objects.get(code=code).version
        move_slice(actor=actor, phase=phase, code=code, verb=verb, version=version, note=note)


@pytest.fixture
def green(phase):
    """The gates of D1 have passed."""
    make_run(phase, "D1", "make dome-quick")
    make_run(phase, "D1", "make dome-full")


def test_a_lead_starts_a_slice(lead, phase):
    move_slice(actor=lead, phase=phase, code="D1", verb="start", version=0)
    row = Slice.objects.get(code="D1")
    assert (row.status, row.version) == ("in_progress", 1)


def test_a_move_is_one_entry_of_the_ledger(lead, phase):
    event = move_slice(actor=lead, phase=phase, code="D1", to="in_progress", version=0, note="go").event
    assert Event.objects.latest("seq") == event
    assert (event.actor, event.verb, event.target, event.note) == ("dora", "start", "slice:D1", "go")
    assert event.before == {"status": "planned", "version": 0}
    assert event.after == {"status": "in_progress", "version": 1}


def test_the_phase_stands_at_its_last_entry(lead, phase):
    event = move_slice(actor=lead, phase=phase, code="D1", verb="start", version=0).event
    phase.refresh_from_db()
    assert phase.seq == event.seq


def test_a_backup_may_move_too(phase):
    backup = Actor(
        "person", "mina", frozenset({"lead"}), handles=frozenset({(phase.initiative_id, "@mirror")})
    )
    assert move_slice(actor=backup, phase=phase, code="D1", verb="start", version=0).version == 1


def test_a_token_with_scope_slices_may_move(machine, phase):
    assert move_slice(actor=machine, phase=phase, code="D1", verb="start", version=0).version == 1


def test_a_lead_of_another_owner_may_not(lead, phase):
    with pytest.raises(Forbidden) as refusal:
        move_slice(actor=lead, phase=phase, code="D2", verb="start", version=0)
    assert "a member of @mirror" in str(refusal.value)


def test_a_viewer_may_not(phase):
    with pytest.raises(Forbidden, match="the role lead or admin"):
        move_slice(
            actor=Actor("person", "vic", frozenset({"viewer"})),
            phase=phase,
            code="D1",
            verb="start",
            version=0,
        )


def test_an_unlanded_need_refuses_with_its_leaf(admin, phase):
    with pytest.raises(Refused) as refusal:
        move_slice(actor=admin, phase=phase, code="D2", verb="start", version=0)
    assert [leaf.key for leaf in refusal.value.unmet] == ["slice:D1"]
    assert Slice.objects.get(code="D2").status == "planned"


def test_a_refusal_leaves_no_entry(admin, phase):
    before = Event.objects.count()
    with pytest.raises(Refused):
        move_slice(actor=admin, phase=phase, code="D2", verb="start", version=0)
    assert Event.objects.count() == before


def test_an_impossible_move_says_what_is_possible(admin, phase):
    with pytest.raises(Refused, match=r"D1 is planned, .* it can start"):
        move_slice(actor=admin, phase=phase, code="D1", to="landed", version=0)


def test_an_unknown_status_is_named(admin, phase):
    with pytest.raises(Invalid) as refusal:
        move_slice(actor=admin, phase=phase, code="D1", to="done", version=0)
    assert "'done' is not a status" in refusal.value.fields["to"]


def test_an_older_version_is_a_conflict(admin, lead, phase):
    move(lead, phase, "D1", "start")
    with pytest.raises(Conflict) as conflict:
        move_slice(actor=admin, phase=phase, code="D1", verb="start", version=0)
    assert conflict.value.version == 1


def test_sending_back_needs_a_reason(lead, phase, green):
    move(lead, phase, "D1", "start", "candidate")
    with pytest.raises(Invalid) as refusal:
        move_slice(actor=lead, phase=phase, code="D1", verb="send_back", version=2, note="  ")
    assert "reason" in refusal.value.fields["note"]


def test_a_landed_slice_can_be_reopened(lead, phase, green):
    move(lead, phase, "D1", "start", "candidate", "land", "reopen")
    assert Slice.objects.get(code="D1").status == "in_progress"


def test_reopening_leaves_later_slices_as_they_are(admin, phase, green):
    move(admin, phase, "D1", "start", "candidate", "land")
    move(admin, phase, "D2", "start")
    move(admin, phase, "D1", "reopen")
    assert Slice.objects.get(code="D2").status == "in_progress"


def test_reopening_takes_back_a_declared_landing(admin, phase):
    bring(PACKET + "as_landed_through: D1\n")
    assert Slice.objects.get(code="D1").declared_in == 2
    move(admin, phase, "D1", "reopen")
    assert Slice.objects.get(code="D1").declared_in == 0


def test_reopening_ends_the_waivers_of_the_slice(admin, phase, green):
    make_run(phase, "D1", "make dome-full", "fail")
    gate = Slice.objects.get(code="D1").gates.get(suite="full")
    waive(actor=admin, phase=phase, key=f"gate:D1/full/{gate.digest[:8]}", reason="hardware is away")
    move(admin, phase, "D1", "start", "candidate", "land", "reopen")
    assert not Waiver.objects.get().active
    assert Event.objects.latest("seq").verb == "end_waiver"


def test_an_open_blocker_refuses_the_start(lead, phase):
    raise_concern(actor=lead, phase=phase, kind="blocker", text="no crane", slice="D1")
    with pytest.raises(Refused, match="D1 is blocked: no crane"):
        move_slice(actor=lead, phase=phase, code="D1", verb="start", version=1)


@pytest.mark.parametrize("note", ["x" * (MAX_NOTE + 1), "a\0b", "half \ud800"])
def test_a_note_that_cannot_be_kept_is_refused(lead, phase, note):
    with pytest.raises(Invalid):
        move_slice(actor=lead, phase=phase, code="D1", verb="start", version=0, note=note)


def test_an_archived_slice_cannot_move(admin, phase):
    bring(PACKET[: PACKET.index("  - id: D3")])
    with pytest.raises(Refused, match="no longer in packet revision 2"):
        move_slice(actor=admin, phase=phase, code="D3", verb="start", version=0)
