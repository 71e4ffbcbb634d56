"""The ledger for reading: what each entry says, filters and pages."""

import pytest
from django.urls import reverse

from phases.actions.concerns import raise_concern
from phases.actions.people import add_person
from phases.actions.slices import link_slice, move_slice
from phases.models import Event, Initiative
from phases.permissions import OPERATOR, actor_for_user
from tests.factories import make_gate, make_phase, make_run

from .packets import apply, upload

URL = "/initiatives/harbour/phases/C/activity/"
WHOLE = "/initiatives/harbour/activity/"


@pytest.fixture
def moved(phase, lead, client):
    """C0 was started by the lead; a viewer's client looks on."""
    move_slice(actor=actor_for_user(lead), phase=phase, code="C0", version=0, verb="start", note="At last.")
    client.force_login(lead)
    return phase


def shown(client, url=URL):
    return client.get(url).content.decode()


def test_an_empty_ledger_says_what_will_be_there(client, phase, viewer):
    client.force_login(viewer)
    assert "Nothing recorded yet" in shown(client)


def test_an_entry_says_who_what_from_to_and_why(client, moved):
    page = shown(client)
    assert '<b>lead</b> <a href="/initiatives/harbour/phases/C/slices/C0/">started C0</a>' in page
    assert "<del>planned</del>" in page
    assert "<ins>in progress</ins>" in page
    assert "At last." in page


def test_an_entry_carries_its_exact_time_number_and_hash(client, moved):
    event = Event.objects.get()
    page = shown(client)
    assert f'title="{event.at:%-d %b %Y, %H:%M:%S} UTC"' in page
    assert f'<code class="hash" title="Hash of this entry: {event.hash}">{event.hash[:8]}</code>' in page
    assert 'id="e1"' in page


def test_the_head_of_the_chain_is_shown_with_its_use(client, moved):
    head = Initiative.objects.get().head
    page = shown(client)
    assert f"<code>{head}</code>, entry 1 of harbour" in page
    assert f"verify_ledger harbour --anchor {head[:12]}" in page


def test_newest_entries_come_first(client, moved):
    link_slice(actor=OPERATOR, phase=moved, code="C1", branch="quay")
    page = shown(client)
    assert page.index('id="e2"') < page.index('id="e1"')


@pytest.mark.parametrize(
    ("query", "found"), [("slice=C1", 2), ("actor=lead", 1), ("verb=link", 2), ("slice=C1&verb=link", 2)]
)
def test_the_ledger_is_filtered(client, moved, query, found):
    link_slice(actor=OPERATOR, phase=moved, code="C1", branch="quay")
    page = shown(client, f"{URL}?{query}")
    assert page.count('<li id="e') == 1
    assert f'id="e{found}"' in page


def test_the_chosen_filter_stays_chosen_and_htmx_gets_the_list(client, moved):
    assert '<option value="C0" selected>C0</option>' in shown(client, f"{URL}?slice=C0")
    page = client.get(f"{URL}?slice=C0", headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith('<div class="stack" id="activity-list">')


@pytest.mark.parametrize("query", ["slice=nope", "actor=%00", "verb=%3Cb%3E", "before=1"])
def test_a_filter_that_finds_nothing_says_so(client, moved, query):
    assert "No entry fits." in shown(client, f"{URL}?{query}")


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 30])
def test_a_made_up_place_shows_the_newest(client, moved, before):
    assert 'id="e1"' in shown(client, f"{URL}?before={before}")


def test_a_long_ledger_goes_on_by_number_and_keeps_the_filter(client, moved):
    for number in range(60):
        link_slice(actor=OPERATOR, phase=moved, code="C1", branch=f"quay-{number}")
    first = shown(client, f"{URL}?verb=link")
    assert 'href="?verb=link&amp;before=12"' in first
    second = shown(client, f"{URL}?verb=link&before=12")
    assert (second.count('<li id="e'), 'id="e11"' in second) == (10, True)
    assert 'href="?verb=link"' in second


def test_a_phase_shows_its_own_entries_and_the_initiative_all(client, moved):
    other = make_phase("D", needs={"D0": ()})
    move_slice(actor=OPERATOR, phase=other, code="D0", version=0, verb="start")
    assert shown(client).count('<li id="e') == 1
    assert shown(client, WHOLE).count('<li id="e') == 2
    assert shown(client, f"{WHOLE}?phase=D").count('<li id="e') == 1


def test_an_import_is_told_with_what_it_changed(client, admin):
    client.force_login(admin)
    apply(client, upload(client))
    page = shown(client, reverse("activity", args=["harbour", "D"]))
    assert "imported packet revision 1 of phase D" in page
    assert "2 slices added, 1 gate added" in page


def test_who_is_no_person_is_marked(client, moved):
    link_slice(actor=OPERATOR, phase=moved, code="C1", branch="quay")
    assert '<b>command line</b> <span class="tag">Operator</span>' in shown(client)


def test_a_membership_is_told_by_names(client, moved, viewer):
    add_person(actor=OPERATOR, username="viewer", memberships=[("harbour", "@crew")])
    assert "added a member: viewer for @crew" in shown(client, WHOLE)


def test_many_files_are_counted_and_the_first_shown(client, moved):
    make_gate(moved, "C0")
    files = tuple(f"dock/{number:04}.py" for number in range(5000))
    make_run(moved, "C0", revision="r1", changed_files=files)
    page = shown(client)
    assert "dock/0000.py, dock/0001.py" in page
    assert "and 4,995 more" in page
    assert "dock/0005.py" not in page
    assert len(page) < 20_000


def test_script_is_shown_as_text(client, moved):
    raise_concern(actor=OPERATOR, phase=moved, kind="risk", text="<script>alert(1)</script>")
    link_slice(actor=OPERATOR, phase=moved, code="C1", branch="<img onerror=alert(2)>")
    page = shown(client)
    assert ("<script>alert" in page, "<img onerror" in page) == (False, False)
    assert "&lt;script&gt;alert(1)" in page


def test_an_unknown_phase_is_not_found(client, moved):
    assert client.get("/initiatives/harbour/phases/Z/activity/").status_code == 404


def test_queries_do_not_grow_with_the_ledger(client, moved, django_assert_max_num_queries):
    for number in range(60):
        link_slice(actor=OPERATOR, phase=moved, code="C1", branch=f"quay-{number}")
    # Session, person, roles; phase; the filters; the entries.
    with django_assert_max_num_queries(6):
        shown(client)


def test_entries_stand_under_their_day(client, moved):
    day = Event.objects.get().at
    page = shown(client)
    assert f'id="day-{day:%Y-%m-%d}"' in page
    assert page.index(">Today ") < page.index('id="e1"')


def test_a_long_note_is_folded_and_whole(client, moved):
    note = "The crane is old. " * 40
    raise_concern(actor=OPERATOR, phase=moved, kind="risk", text=note)
    page = shown(client)
    assert '<details class="long-note">' in page
    assert note.strip() in page
