"""The way to ready beside the phase: what is urgent first, and how much more there is."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from phases.models import Phase
from phases.rules.readiness import readiness
from phases.snapshot import load
from tests import factories

from .readiness import page, plain

PHASE = "/initiatives/harbour/phases/C/"


@pytest.fixture
def busy(client, viewer) -> Phase:
    """Seven slices that can start, then a failed gate, a blocker and a decision whose time ran out."""
    client.force_login(viewer)
    phase = factories.make_phase(needs={f"C{n}": () for n in range(7)})
    sla = {"handle": "@crew", "sla": {"standard": "1 business day"}}
    Phase.objects.filter(pk=phase.pk).update(about={"slas": [sla]})
    since = timezone.now() - dt.timedelta(days=20)
    factories.make_slice(phase, "C7", status="in_progress")
    factories.make_gate(phase, "C7")
    factories.make_run(phase, "C7", outcome="fail")
    factories.make_slice(phase, "C8", status="in_progress")
    factories.make_blocker(phase, "C8", "No crane.")
    factories.make_slice(
        phase, "C9", kind="conditional", status="in_progress", since=since, opened=since, backup="@duty"
    )
    return phase


def way(client) -> list[str]:
    """The lines as text."""
    card = page(client, url=PHASE).partition('<ol class="turns">')[2].partition("</ol>")[0]
    return [plain(line) for line in re.findall(r"<li.*?</li>", card)]


def test_what_is_urgent_comes_first_with_its_mark(client, busy):
    first, second, third, fourth, *_ = way(client)
    assert first.startswith("C9 Decide Work of C9 overdue · @duty")
    assert second.startswith("C8 Resolve Work of C8 blocking")
    assert third.startswith("C7 Run again Work of C7 failed")
    assert fourth.startswith("C0 Start")


def test_the_order_of_the_rules_stays_as_it_was(client, busy):
    now = [task.slice for task in readiness(load(busy)).doable]
    assert now == ["C8", *(f"C{n}" for n in range(10))]


def test_how_much_more_there_is_stands_below_for_six_lines_and_for_four(client, busy):
    now = len(readiness(load(busy)).doable)
    lines = way(client)
    assert lines[6:] == [f"and {now - 6} more now", f"and {now - 4} more now"]
    html = page(client, url=PHASE)
    assert f'<li class="more on-phones"><span></span><a class="tiny" href="{PHASE}readiness/#way">' in html


def test_four_lines_hide_nothing_on_any_screen(client, viewer):
    factories.make_phase(needs={f"C{n}": () for n in range(4)})
    client.force_login(viewer)
    assert len(way(client)) == 4
