"""The overview, the page of an initiative and the page of an owner."""

import datetime as dt

import pytest
from django.utils import timezone

from phases.actions.handoffs import hand_off
from phases.lookups import current
from phases.models import PhaseOwner
from phases.permissions import OPERATOR
from tests import factories

from .test_polling import a_decision


@pytest.fixture
def seen(client, lead):
    """A function that answers a page's text as the lead sees it."""
    client.force_login(lead)

    def text(path: str) -> str:
        return str(client.get(path).content, "utf-8")

    return text


def test_phase_is_told_at_a_glance(seen, phase):
    phase.slices.filter(code="C0").update(status="landed")
    page = seen("/")
    assert "<b>1 of 3</b> landed" in page
    assert '<span class="st st-ready">C1</span> <span class="quiet"><b class="can">you</b>' in page
    assert "1 waits" in page


def test_blocked_and_moving_slices_are_named(seen, phase):
    phase.slices.filter(code="C0").update(status="in_progress")
    factories.make_blocker(phase, "C0")
    page = seen("/")
    assert "moving C0" in page
    assert "blocked C0" in page


def test_empty_install_teaches_an_admin(client, admin):
    client.force_login(admin)
    page = client.get("/").content.decode()
    assert "<b>packet</b>" in page
    assert 'href="/imports/new/"' in page
    assert "make demo" in page


def test_empty_install_sends_others_to_an_admin(client, viewer):
    client.force_login(viewer)
    page = client.get("/").content.decode()
    assert "Ask an admin" in page
    assert "/imports/new/" not in page


def test_initiative_shows_owners_with_their_load(seen, phase):
    phase.slices.filter(code="C0").update(status="candidate")
    page = seen("/initiatives/harbour/")
    row = page[page.index("@crew</a></th>") :].partition("</tr>")[0]
    assert '<td class="number">3</td>' in row
    assert "<b>1</b>" in row


def test_what_several_packets_say_alike_is_said_once(seen, phase):
    said = {
        "invariants": [{"key": "posture", "values": ["forward only"]}],
        "deferred_non_blocking": ["paint"],
    }
    phase.about = said
    phase.save()
    factories.make_phase("D", needs={"D0": ()}, about=said)
    page = seen("/initiatives/harbour/")
    assert page.count("forward only") == 1
    assert page.count("<dt>Phase C, D</dt>") == 2


def test_owner_page_shows_slices_members_and_the_role_as_written(seen, phase):
    owner = factories.make_owner(phase.initiative)
    PhaseOwner.objects.create(
        phase=phase,
        owner=owner,
        role="berth_owner",
        decision_sla={"standard": "1 business day"},
        scope=["timetables"],
    )
    page = seen("/initiatives/harbour/owners/@crew/")
    for said in ("owns 3 slices, 1 can start", "lead", "berth_owner", "1 business day", "timetables"):
        assert said in page


def test_owner_page_tells_backing_from_owning(seen, phase):
    factories.make_slice(phase, "C3", owner="@other", backup="@crew")
    page = seen("/initiatives/harbour/owners/@crew/")
    assert 'backs <a href="/initiatives/harbour/owners/@other/">@other</a>' in page


def test_owner_page_marks_what_is_blocked(seen, phase):
    factories.make_blocker(phase, "C0")
    assert '<span class="st st-blocked">planned, blocked</span>' in seen("/initiatives/harbour/owners/@crew/")


def test_owner_without_members_says_who_can_move(seen, phase):
    factories.make_owner(phase.initiative, "@nobody")
    assert "Nobody yet" in seen("/initiatives/harbour/owners/@nobody/")


def test_unknown_owner_is_404(client, lead):
    client.force_login(lead)
    assert client.get("/initiatives/harbour/owners/@who/").status_code == 404


def test_gates_before_a_start_hold_it_up_on_every_page(seen, phase):
    factories.make_gate(phase, "C1", suite="mandatory_before", before=["C0"])
    assert "nothing can start" in seen("/")
    assert "nothing can start" in seen("/initiatives/harbour/")
    assert "owns 3 slices ·" in seen("/initiatives/harbour/owners/@crew/")
    factories.make_run(phase, "C1")
    assert '<span class="st st-ready">C0</span>' in seen("/")
    assert "1 can start" in seen("/initiatives/harbour/owners/@crew/")


def test_what_needs_somebody_comes_first(seen, phase):
    other = factories.make_phase("D")
    factories.make_blocker(other, "C0")
    page = seen("/")
    assert page.index("<b>Phase D</b>") < page.index("<b>Phase C</b>")
    assert "1 phase needs attention" in page


def test_failed_and_overdue_slices_are_named(seen, phase):
    a_decision(phase, timezone.now() - dt.timedelta(days=7))
    factories.make_gate(phase, "C1")
    factories.make_run(phase, "C1", outcome="fail")
    page = seen("/")
    assert '<span class="urgent-failed">failed C1</span>' in page
    assert '<span class="urgent-overdue">overdue C0</span>' in page


def test_many_phases_are_folded(seen, phase):
    for number in range(11):
        factories.make_phase(f"D{number}")
    assert "4 more phases" in seen("/")
    assert "more phases" not in seen("/initiatives/harbour/")


def test_handed_off_phases_are_told_last_and_many_are_folded(seen, phase):
    for number in range(3):
        hand_off(actor=OPERATOR, phase=current(factories.make_phase(f"A{number}", needs={})))
    page = seen("/")
    assert page.index("<b>Phase C</b>") < page.index("<b>Phase A0</b>")
    assert '3 phases <span class="quiet small">A0, A1, A2</span>' in page


def test_first_lines_of_the_inbox_stand_beside_the_overview(seen, phase):
    assert 'hx-get="/inbox/first/"' in seen("/")
    first = seen("/inbox/first/")
    assert "1 thing" in first
    assert "/initiatives/harbour/phases/C/slices/C0/" in first


def test_who_has_no_inbox_gets_none(client, viewer, phase):
    client.force_login(viewer)
    assert "/inbox/first/" not in client.get("/").content.decode()
