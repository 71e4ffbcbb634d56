"""Queries compiled once answer like the ORM, on every database and for every value."""

import pytest

from phases.lookups import current
from phases.models import Event, Slice
from phases.prepared import Prepared
from phases.rules.transitions import TABLE
from phases.snapshot import QUERIES, load
from tests.factories import make_gate

TITLES = Prepared(
    lambda pk, code: Slice.objects.filter(phase_id=pk, code=code).values_list("title"), int, str
)


@pytest.mark.parametrize(("code", "title"), [("D1", "Dome controller"), ("D2", "Mirror cooling")])
def test_each_call_binds_its_own_values(phase, code, title):
    assert TITLES(phase.pk, code) == [(title,)]


def test_a_value_is_never_read_as_sql(phase):
    assert TITLES(phase.pk, "D1' or '1'='1") == []


def test_values_come_back_as_the_orm_converts_them(phase):
    columns = ("at", "after", "seq")
    events = Prepared(lambda pk: Event.objects.filter(initiative_id=pk).values_list(*columns), int)
    assert events(phase.initiative_id) == list(Event.objects.values_list(*columns))


def test_a_snapshot_makes_five_queries(phase, django_assert_num_queries):
    found = current(phase)
    with django_assert_num_queries(QUERIES):
        load(found)


@pytest.mark.parametrize("code", ["D1", "D2", "D3"])
def test_a_snapshot_around_a_slice_answers_its_guards_alike(phase, code):
    make_gate(phase, "D1", suite="mandatory_before", text="make dome-proof", before=["D3"])
    whole, around = load(current(phase)), load(current(phase), around=code)
    assert around.slices[code] == whole.slices[code]
    for row in TABLE:
        assert row.leaves(around, around.slices[code]) == row.leaves(whole, whole.slices[code])


def test_a_snapshot_around_a_slice_leaves_the_gates_of_others_out(phase):
    assert not load(current(phase), around="D1").slices["D2"].gates
