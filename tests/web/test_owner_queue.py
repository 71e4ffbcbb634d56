"""The page of an owner: its load, what its members can do now, and the clocks that run."""

import datetime as dt

import pytest
from django.utils import timezone

from phases.models import Phase
from tests import factories

from .test_budgets import queries

CREW, OTHERS = "/initiatives/harbour/owners/@crew/", "/initiatives/harbour/owners/@others/"


@pytest.fixture
def seen(client, viewer, phase):
    """A function that answers a page's text as a viewer sees it."""
    client.force_login(viewer)

    def text(path: str = CREW) -> str:
        return str(client.get(path).content, "utf-8")

    return text


def test_load_is_counted_by_status(seen, phase):
    phase.slices.filter(code="C0").update(status="landed")
    page = seen()
    assert "1 landed" in page
    assert "1 can start" in page
    assert "1 planned" in page


def test_queue_holds_what_the_owner_can_do_now(seen, phase):
    page = seen()
    assert "1 to do now" in page
    assert "Nothing keeps C0 from starting." in page
    factories.make_owner(phase.initiative, "@others")
    assert "Nothing waits for @others now." in seen(OTHERS)


def decision(phase: Phase, days: int) -> None:
    """C0 is a decision of @crew that waits for so many days; @others backs it."""
    sla = {"handle": "@crew", "sla": {"standard": "10 business days"}}
    Phase.objects.filter(pk=phase.pk).update(about={"slas": [sla]})
    since = timezone.now() - dt.timedelta(days=days)
    backup = factories.make_owner(phase.initiative, "@others")
    phase.slices.filter(code="C0").update(
        kind="conditional", status="in_progress", since=since, opened=since, backup=backup
    )


def test_running_clock_says_when_it_goes_to_the_backup(seen, phase):
    decision(phase, days=1)
    page = seen()
    assert "1 clock running" in page
    assert "it goes to @others" in page


def test_decision_that_went_to_the_backup_shows_on_both_pages(seen, phase):
    decision(phase, days=30)
    assert "Went to a backup" in seen()
    assert "@others acts for @crew, " in seen(OTHERS)
    assert "Went to a backup" not in seen(OTHERS)


def test_queries_stay_the_same_however_much_there_is(client, viewer, phase):
    client.force_login(viewer)
    factories.make_gate(phase, "C0")
    before = queries(client, CREW)
    for n in range(10):
        factories.make_phase(f"P{n}", needs={f"P{k}": () for k in range(20)})
    # Session, user, grants; the owner; phases; five of a snapshot; members and roles.
    assert queries(client, CREW) == before <= 12
