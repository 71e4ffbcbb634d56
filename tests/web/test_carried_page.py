"""What a phase starts from: the one before it with its verdict, and the concerns that it handed on."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phases.actions.concerns import answer_concern
from phases.actions.slices import link_slice
from phases.models import Concern
from phases.permissions import OPERATOR
from tests import factories

from .handed import C, D, concern, handed_off, ready


@pytest.fixture
def seen(client, viewer):
    """A function that answers the text of a page."""
    client.force_login(viewer)
    return lambda path=D: client.get(path).content.decode()


def entry(page):
    return page[page.index('id="entry"') :].partition("</section>")[0]


@pytest.fixture
def after(db):
    """Phase D, after C handed on a carry-forward."""
    phase = factories.make_phase("D", needs={"D0": ()})
    handed_off()
    return phase


@pytest.mark.parametrize("page", [D, f"{D}readiness/"])
def test_entry_state_tells_the_handoff_and_what_came_in(seen, after, page):
    said = entry(seen(page))
    assert "was handed off by command line on" in said
    assert f'href="{C}readiness/#handoff">Its documents</a>' in said
    assert "no answer yet</span>" in said
    assert "Paint the cranes." in said
    assert f'from <a href="{C}#concerns">phase C</a>' in said
    assert "1 of 1 without an answer" in said


def test_answer_is_told(seen, after):
    row = Concern.objects.get(phase=after)
    answer_concern(actor=OPERATOR, concern=row, outcome="resolved", note="Painted.")
    said = entry(seen())
    assert "everything is answered" in said
    assert "Painted." in said


def test_concern_leads_back_to_its_origin_and_on_to_where_it_went(seen, after):
    here, there = Concern.objects.get(phase=after), Concern.objects.get(phase__code="C")
    assert f'href="{C}?concerns=all#concern-{there.pk}">phase C</a>, which carried it on' in seen()
    assert f'It stands in <a href="{D}?concerns=all#concern-{here.pk}">phase D</a>.' in seen(C)


def test_phase_before_that_is_not_ready_says_how_much_is_missing(seen):
    ready(status="candidate")
    factories.make_phase("D", needs={"D0": ()})
    said = entry(seen())
    assert (
        f'is not handed off yet: <a href="{C}readiness/">1 missing</a>. That holds nothing up here.' in said
    )


def test_phase_before_that_is_ready_says_so(seen):
    ready()
    factories.make_phase("D", needs={"D0": ()})
    assert "is not handed off yet: it is ready" in entry(seen())


def test_verdict_of_the_phase_before_is_never_an_old_one(seen):
    before = ready(status="candidate")
    factories.make_phase("D", needs={"D0": ()})
    link_slice(actor=OPERATOR, phase=before, code="C0", branch="x")
    assert "1 missing" in entry(seen())
    factories.make_gate(before, "C0")
    link_slice(actor=OPERATOR, phase=before, code="C0", branch="y")
    assert "2 missing" in entry(seen())


def test_first_phase_has_no_entry_state(seen):
    ready()
    assert 'id="entry"' not in seen(C)


@pytest.mark.parametrize("page", [D, f"{D}readiness/"])
def test_entry_state_costs_few_queries_known_or_not(client, viewer, after, page):
    phase = factories.make_phase("C1", needs={"X0": ()})
    link_slice(actor=OPERATOR, phase=phase, code="X0", branch="x")
    for number in range(9):
        factories.make_phase(f"B{number}", needs={"X0": ()})
    client.force_login(viewer)
    for clear in (True, False):
        if clear:
            cache.clear()
        with CaptureQueriesContext(connection) as captured:
            client.get(page)
        assert len(captured) <= 12


def test_readiness_page_of_a_handed_off_phase_costs_few_queries(client, viewer, after):
    client.force_login(viewer)
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{C}readiness/")
    assert len(captured) <= 12


def test_initiative_shows_what_waits_for_a_phase_to_come(seen):
    phase = ready()
    concern(phase, "watchpoint", "The <tide>.")
    handed_off(phase)
    page = seen("/initiatives/harbour/")
    card = page[page.index('id="waiting"') :].partition("</section>")[0]
    assert "Paint the cranes." in card
    assert "The &lt;tide&gt;." in card
    assert "It waits with the initiative for the next phase." in seen(C)
    factories.make_phase("D", needs={"D0": ()})


def test_initiative_shows_nothing_that_a_phase_has_taken(seen, after):
    assert 'id="waiting"' not in seen("/initiatives/harbour/")


def test_other_phases_before_it_that_are_open_are_named_too(seen):
    for code in ("A", "B", "C", "D"):
        factories.make_phase(code, needs={f"{code}0": ()})
    said = entry(seen())
    assert f'<a href="{C}">Phase C</a> is not handed off yet' in said
    assert 'B/">Phase B</a> before it are not handed off either.' in said
    assert 'A/">Phase A</a>, <a' in said


def test_open_phase_before_one_that_was_handed_off_is_named(seen, after):
    factories.make_phase("A", needs={"A0": ()})
    assert 'A/">Phase A</a> before it is not handed off yet. That holds nothing up here.' in entry(seen())
