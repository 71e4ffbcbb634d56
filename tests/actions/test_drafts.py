"""Drafts of dispositions: kept for their author alone, until they are recorded or dropped."""

import pytest

from phases.actions.drafts import MAX_DRAFT, draft_of, drop_draft, save_draft
from phases.errors import Forbidden, Invalid
from phases.models import Draft, Event, Slice
from phases.permissions import OPERATOR, Actor, actor_for_user
from tests.factories import make_user

from .reviews import judge, reviewed_phase

WRITTEN = {"summary": ["Half a"], "scope": ["F1", "F2"]}


@pytest.fixture
def row(db):
    phase = reviewed_phase("F4")
    return Slice.objects.select_related("phase__initiative").get(phase=phase, code="F4")


@pytest.fixture
def rita(db):
    return actor_for_user(make_user("rita", "reviewer"))


def test_a_draft_is_there_again(row, rita):
    save_draft(actor=rita, row=row, data=WRITTEN)
    assert draft_of(rita, row).data == WRITTEN


def test_it_is_written_over(row, rita):
    for data in (WRITTEN, {"summary": ["All of it"]}):
        save_draft(actor=rita, row=row, data=data)
    assert (draft_of(rita, row).data, Draft.objects.count()) == ({"summary": ["All of it"]}, 1)


def test_nobody_else_sees_it(row, rita):
    save_draft(actor=rita, row=row, data=WRITTEN)
    other = actor_for_user(make_user("rolf", "reviewer"))
    assert (draft_of(other, row), drop_draft(actor=other, row=row)) == (None, False)
    assert draft_of(rita, row)


def test_another_slice_has_another(row, rita):
    save_draft(actor=rita, row=row, data=WRITTEN)
    assert draft_of(rita, Slice.objects.get(code="F5")) is None


def test_it_is_no_entry_of_the_ledger(row, rita):
    count = Event.objects.count()
    save_draft(actor=rita, row=row, data=WRITTEN)
    drop_draft(actor=rita, row=row)
    assert Event.objects.count() == count


def test_it_can_be_dropped(row, rita):
    save_draft(actor=rita, row=row, data=WRITTEN)
    assert drop_draft(actor=rita, row=row)
    assert (draft_of(rita, row), drop_draft(actor=rita, row=row)) == (None, False)


@pytest.mark.parametrize("role", ["lead", "reviewer", "admin"])
def test_whoever_records_dispositions_keeps_drafts(row, role):
    actor = actor_for_user(make_user("who", role))
    assert save_draft(actor=actor, row=row, data=WRITTEN).user_id == actor.user_id


def test_others_keep_none(row):
    machine = Actor(kind="token", name="bot", scopes=frozenset({"slices", "gates"}))
    for actor in (actor_for_user(make_user("vera")), machine, OPERATOR):
        with pytest.raises(Forbidden):
            save_draft(actor=actor, row=row, data=WRITTEN)
        assert (draft_of(actor, row), drop_draft(actor=actor, row=row)) == (None, False)


def test_what_no_database_holds_is_left_out(row, rita):
    assert save_draft(actor=rita, row=row, data={"summary": ["a\0b"]}).data == {"summary": ["ab"]}


def test_half_a_character_is_kept_as_a_mark(row, rita):
    save_draft(actor=rita, row=row, data={"summary": ["a\ud800b"]})
    assert draft_of(rita, row).data == {"summary": ["a?b"]}


def test_there_is_a_limit(row, rita):
    with pytest.raises(Invalid, match=f"more than {MAX_DRAFT} characters"):
        save_draft(actor=rita, row=row, data={"summary": ["x" * MAX_DRAFT]})
    assert draft_of(rita, row) is None


def test_recording_leaves_the_draft_to_the_page(row, rita):
    save_draft(actor=rita, row=row, data=WRITTEN)
    judge(row.phase, "approve", rita)
    assert draft_of(rita, row)
