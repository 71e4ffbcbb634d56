"""Handing a phase off in the browser: the card, the act, and what it refuses."""

import pytest

from phases.actions.handoffs import reopen_phase
from phases.lookups import current
from phases.models import Concern, Event, Handoff, Phase
from phases.permissions import OPERATOR
from tests import factories

from .handed import READY, C, concern, handed_off, ready


@pytest.fixture
def crew(db):
    """A lead who is a member of @crew."""
    owner = factories.make_owner(factories.make_initiative())
    return factories.make_user("lead", "lead", member_of=[owner])


def text(client, user, path=READY):
    client.force_login(user)
    return client.get(path).content.decode()


def test_what_is_missing_stands_where_the_form_would(client, crew):
    ready(status="candidate")
    page = text(client, crew)
    assert "Phase C cannot be handed off yet: 1 requirement is missing." in page
    assert f'action="{C}handoff/"' not in page


def test_form_says_what_will_happen(client, crew):
    factories.make_phase("D", needs={"D0": ()})
    ready()
    page = text(client, crew)
    assert f'<form class="form" method="post" action="{C}handoff/"' in page
    assert "Ten documents are written" in page
    assert "1 open concern goes on to phase D, which has to answer it." in page
    assert "Paint the cranes." in page[page.index("This will happen") :].partition("</form>")[0]


def test_concerns_wait_with_the_initiative_where_no_phase_follows(client, crew):
    ready()
    assert "goes on to the next phase, once it is imported, which has to" in text(client, crew)


def test_others_read_who_may(client, viewer):
    ready()
    page = text(client, viewer)
    assert "Leads who are members of @crew, and admins, can hand it off." in page
    assert f'action="{C}handoff/"' not in page


def test_handing_off_freezes_and_writes_ten_documents(client, crew):
    ready()
    client.force_login(crew)
    response = client.post(f"{C}handoff/", {"note": "Counted twice."}, follow=True)
    assert response.redirect_chain == [(READY, 302)]
    assert "Phase C is handed off: 10 documents are written" in response.content.decode()
    handoff = Handoff.objects.get()
    assert (handoff.by, handoff.note, handoff.documents.count()) == ("lead", "Counted twice.", 10)


def test_script_gets_the_region_with_the_answer(client, crew):
    ready()
    client.force_login(crew)
    page = client.post(f"{C}handoff/", {"note": ""}, headers={"hx-request": "true"}).content.decode()
    assert page.lstrip().startswith('<div id="region"')
    assert "nothing in it changes any more" in page


def test_phase_that_is_not_ready_is_refused_with_what_is_missing(client, crew):
    ready(status="candidate")
    client.force_login(crew)
    response = client.post(f"{C}handoff/", {"note": "Now, please."})
    page = response.content.decode()
    assert response.status_code == 422
    assert "C0 is a candidate, not landed." in page
    assert "Now, please." in page
    assert not Handoff.objects.exists()


def test_second_handoff_is_refused_with_409_and_the_note_is_kept(client, crew):
    handed_off()
    client.force_login(crew)
    response = client.post(f"{C}handoff/", {"note": "Me too."})
    assert response.status_code == 409
    assert "Phase C was handed off by command line on" in response.content.decode()
    assert "Me too." in response.content.decode()


def test_reopening_takes_a_reason(client, admin):
    handed_off()
    client.force_login(admin)
    response = client.post(f"{C}handoff/reopen/", {"reason": ""})
    assert response.status_code == 422
    assert "Say why the phase has to change again" in response.content.decode()
    assert Phase.objects.get().handed_off


def test_reopened_phase_keeps_its_handoff_on_record(client, admin):
    handed_off()
    client.force_login(admin)
    page = client.post(f"{C}handoff/reopen/", {"reason": "A crack."}, follow=True).content.decode()
    assert Phase.objects.get().handed_off is None
    assert "1 earlier handoff" in page
    assert "<b>admin</b> reopened it on <time" in page
    assert "A crack." in page
    assert f"{C}handoff/1/documents/PHASE_C_EXECUTION_REPORT.md/" in page


def test_reopening_what_is_open_is_refused(client, admin):
    ready()
    client.force_login(admin)
    response = client.post(f"{C}handoff/reopen/", {"reason": "Just so."})
    assert response.status_code == 422
    assert "is not handed off, so there is nothing to reopen" in response.content.decode()


def test_card_tells_by_whom_with_documents_and_digests(client, viewer):
    handoff = handed_off(note="<b>All</b> of it.")
    page = text(client, viewer)
    document = handoff.documents.get(name="PHASE_C_EXECUTION_REPORT.md")
    assert "<b>command line</b> handed phase C off" in page
    assert "&lt;b&gt;All&lt;/b&gt; of it." in page
    assert f"{document.sha256[:8]}</code>" in page
    assert "An admin can reopen it, with a reason." in page


def test_activity_says_what_was_done(client, admin):
    handed_off()
    page = text(client, admin, f"{C}activity/")
    assert "handed off phase C" in page


def test_page_of_the_phase_offers_the_way_to_the_handoff(client, crew):
    ready()
    page = text(client, crew, C)
    assert (
        '<a class="phase-verdict is-ready" href="/initiatives/harbour/phases/C/readiness/">Ready</a>' in page
    )
    assert f'href="{READY}#handoff">See who can hand it off' in page


@pytest.mark.parametrize("kind", ["carry_forward", "watchpoint", "risk"])
def test_concern_can_be_left_to_the_next_phase(client, crew, kind):
    phase = ready(status="candidate")
    one = concern(phase, kind, "The tide.")
    page = text(client, crew, C)
    block = page[page.index(f'id="concern-{one.pk}"') :].partition("</li>")[0]
    assert 'name="outcome" value="carried">Carry on</button>' in block
    client.post(f"/initiatives/harbour/concerns/{one.pk}/answer/", {"outcome": "carried", "note": "D knows."})
    assert Concern.objects.get(pk=one.pk).state == "carried"
    assert "The handoff takes it along." in text(client, crew, C)


def test_blocker_is_never_carried(client, crew):
    phase = ready(status="candidate")
    one = factories.make_blocker(phase, "C0")
    page = text(client, crew, C)
    block = page[page.index(f'id="concern-{one.pk}"') :].partition("</li>")[0]
    assert 'value="resolved"' in block
    assert 'value="carried"' not in block


def test_two_at_once_hand_off_once(client, crew):
    ready()
    client.force_login(crew)
    for _ in range(2):
        client.post(f"{C}handoff/", {"note": ""})
    assert Event.objects.filter(verb="handoff").count() == Handoff.objects.count() == 1


def test_next_phase_is_named_by_code_and_not_by_age(client, crew):
    ready()
    for code in ("E", "D"):
        factories.make_phase(code, needs={f"{code}0": ()})
    assert "goes on to phase D" in text(client, crew)


def form(page):
    """The words of the form that hands off."""
    return page[page.index('id="hand-off"') :].partition("</form>")[0]


def test_form_tells_apart_what_an_earlier_handoff_carried(client, crew):
    factories.make_phase("D", needs={"D0": ()})
    handed_off()
    reopen_phase(actor=OPERATOR, phase=current(Phase.objects.get(code="C")), reason="A crack.")
    assert "1 concern is already in phase D since handoff 1" in (page := form(text(client, crew)))
    assert "open concern" not in page
    concern(Phase.objects.get(code="C"), text="Oil the cranes.")
    page = form(text(client, crew))
    goes, _, went = page.partition("already in phase D")
    assert "1 open concern goes on to phase D" in goes
    assert "Oil the cranes." in goes
    assert "Paint the cranes." in went


def test_what_waits_for_a_phase_still_goes_on_after_a_reopening(client, crew):
    handed_off()
    reopen_phase(actor=OPERATOR, phase=current(Phase.objects.get()), reason="A crack.")
    assert "1 open concern goes on to the next phase, once it is imported" in form(text(client, crew))


def test_form_names_an_open_risk_that_stays(client, crew):
    concern(ready(), "risk", "The tide.")
    page = form(text(client, crew)).partition("1 open risk is not carried: it stays in phase C.")[2]
    assert "raise it again in the next phase" in page
    assert "The tide." in page


def test_form_warns_of_phases_before_it_that_are_open(client, crew):
    ready()
    assert "before it" not in form(text(client, crew))
    for code in ("A", "B"):
        factories.make_phase(code, needs={f"{code}0": ()})
    assert "Phases A, B before it are not handed off." in form(text(client, crew))
