"""The verdict of every phase on the overview: what it says, what it costs, and that it is never old."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phases.actions.handoffs import reopen_phase
from phases.actions.slices import link_slice, move_slice
from phases.lookups import current
from phases.models import Phase
from phases.outline import outline
from phases.permissions import OPERATOR
from phases.rules.readiness import readiness
from phases.snapshot import load_all
from phases.views.standings import standing
from tests import factories
from tests.actions.reviews import found, judge, reviewed_phase

from .handed import concern, handed_off, ready


@pytest.fixture
def seen(client, viewer):
    client.force_login(viewer)

    def text():
        return client.get("/").content.decode()

    return text


def verdict(look, word):
    return f'<a class="phase-verdict {look}" href="/initiatives/harbour/phases/C/readiness/">{word}</a>'


def test_phase_that_nobody_has_begun(seen, phase):
    assert verdict("not-begun", "Not begun") in seen()
    assert "3 missing" in seen()


def test_phase_that_is_under_way(seen):
    ready(status="candidate")
    assert verdict("not-ready", "Not ready") in seen()
    assert "1 missing" in seen()


def test_phase_that_is_ready(seen):
    ready()
    assert verdict("is-ready", "Ready") in seen()


def test_phase_that_was_handed_off_and_reopened(seen):
    handed_off()
    assert verdict("handed-off", "Handed off") in seen()
    assert "by command line on" in seen()
    reopen_phase(actor=OPERATOR, phase=current(Phase.objects.get()), reason="A crack.")
    assert verdict("is-ready", "Ready") in seen()


def test_every_change_is_seen_at_once(seen):
    phase = ready(status="candidate")
    link_slice(actor=OPERATOR, phase=phase, code="C0", branch="x")
    assert "1 missing" in seen()
    move_slice(actor=OPERATOR, phase=phase, code="C0", version=0, verb="land")
    assert verdict("is-ready", "Ready") in seen()


def queries(client):
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/").status_code == 200
    return len(captured)


@pytest.mark.parametrize("phases", [1, 12])
def test_known_phases_cost_no_query_and_one_that_changed_four(client, viewer, phases):
    for n in range(phases):
        phase = factories.make_phase(f"P{n}")
        link_slice(actor=OPERATOR, phase=phase, code="C0", branch="x")
    client.force_login(viewer)
    cache.clear()
    # Session, user, grants, phases; slices, needs and documents, gates, remarks.
    assert queries(client) == 8
    assert queries(client) == 4
    link_slice(actor=OPERATOR, phase=phase, code="C0", branch="y")
    assert queries(client) == 8


def test_initiative_costs_the_same_for_any_number_of_phases(client, viewer):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            client.get("/initiatives/harbour/")
        return len(captured)

    factories.make_phase("P0")
    client.force_login(viewer)
    before = cost()
    for n in range(1, 9):
        factories.make_phase(f"P{n}")
    assert cost() == before


def test_verdict_is_that_of_the_whole_snapshot(db):
    first = reviewed_phase("F1", "F2", "F3", "F4", "F6")
    judge(first, "not_ready", findings=[found(slice="F1"), found(slice="F2")])
    factories.make_gate(first, suite="phase_exit", text="make exit")
    factories.make_blocker(first, "F4")
    second = ready(status="candidate")
    concern(second)
    phases = [current(first), current(second)]
    whole, short = load_all(phases), outline(phases)
    for phase in phases:
        assert readiness(short[phase.pk]).counts == readiness(whole[phase.pk]).counts
        assert standing(short[phase.pk]) == standing(whole[phase.pk])


@pytest.mark.parametrize("path", ["/", "/initiatives/harbour/", "/initiatives/harbour/phases/C/"])
def test_a_phase_that_has_not_begun_says_so_on_every_page(client, lead, phase, path):
    client.force_login(lead)
    assert verdict("not-begun", "Not begun") in client.get(path).content.decode()
