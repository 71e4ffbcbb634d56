"""Moving slices from the pages: done, refused, overtaken; with htmx and without."""

import pytest
from django.test import Client

from tests import factories

PHASE = "/initiatives/harbour/phases/C/"
C0, C1 = f"{PHASE}slices/C0/", f"{PHASE}slices/C1/"
HTMX = {"hx-request": "true"}


@pytest.fixture
def lead_client(client, lead):
    client.force_login(lead)
    return client


def status(phase, code="C0"):
    return phase.slices.get(code=code).status


def test_plain_form_moves_and_leads_back_with_a_message(lead_client, phase):
    response = lead_client.post(f"{C0}start/", {"version": 0, "came_from": "phase"}, follow=True)
    assert response.redirect_chain == [(PHASE, 302)]
    assert "C0 is in progress now." in response.content.decode()
    assert status(phase) == "in_progress"


def test_form_of_the_slice_page_leads_back_there(lead_client):
    response = lead_client.post(f"{C0}start/", {"version": 0, "came_from": "slice"})
    assert response["Location"] == C0


def test_htmx_gets_the_fresh_region_of_the_page_it_came_from(lead_client):
    response = lead_client.post(f"{C0}start/", {"version": 0, "came_from": "phase"}, headers=HTMX)
    region = response.content.decode()
    assert "C0 is in progress now." in region
    assert 'id="candidate-C0"' in region
    assert "<html" not in region


def test_page_to_answer_on_is_no_word_of_the_request(lead_client):
    sent = {"version": 0, "came_from": "https://elsewhere.example/"}
    assert lead_client.post(f"{C0}start/", sent)["Location"] == C0


def test_whole_way_to_landed(lead_client, phase):
    for version, verb in enumerate(("start", "candidate", "send-back", "candidate", "land", "reopen")):
        lead_client.post(f"{C0}{verb}/", {"version": version, "note": "A reason."})
    assert phase.slices.get(code="C0").version == 6
    assert status(phase) == "in_progress"


def test_refusal_lists_each_unmet_leaf(lead_client, phase):
    factories.make_blocker(phase, "C1", "No crane.")
    response = lead_client.post(f"{C1}start/", {"version": 0})
    page = response.content.decode()
    assert response.status_code == 422
    assert page.index("This is not possible yet") < page.index("C0 is planned, not landed.")
    assert "C1 is blocked: No crane." in page
    assert status(phase, "C1") == "planned"


def test_move_from_another_status_is_refused_with_what_is_possible(lead_client):
    response = lead_client.post(f"{C0}land/", {"version": 0})
    assert response.status_code == 422
    assert "it can start (to in progress)" in response.content.decode()


def test_missing_reason_asks_for_it_and_says_why(lead_client, phase):
    phase.slices.filter(code="C0").update(status="landed")
    response = lead_client.post(f"{C0}reopen/", {"version": 0, "note": " "})
    assert response.status_code == 422
    assert "Reopen needs a reason" in response.content.decode()
    assert status(phase) == "landed"


def test_text_that_cannot_be_stored_comes_back(lead_client, phase):
    phase.slices.filter(code="C0").update(status="landed")
    note = "much too long " * 2000
    response = lead_client.post(f"{C0}reopen/", {"version": 0, "note": note})
    assert response.status_code == 422
    assert note in response.content.decode()


@pytest.mark.parametrize(("by_oneself", "who"), [(True, "You"), (False, "admin")])
def test_second_tab_is_told_that_it_was_done_already(lead_client, phase, lead, admin, by_oneself, who):
    first = Client()
    first.force_login(lead if by_oneself else admin)
    first.post(f"{C0}start/", {"version": 0})
    response = lead_client.post(f"{C0}start/", {"version": 0, "note": ""})
    answer = response.content.decode().partition('role="alert"')[2].partition("</section>")[0]
    assert response.status_code == 409
    assert f"{who} started C0 already" in answer
    assert "<form" not in answer
    assert phase.slices.get(code="C0").version == 1


def test_overtaken_without_a_text_says_what_the_slice_is_now(overtaken):
    response = overtaken(note="")
    answer = response.content.decode().partition('role="alert"')[2].partition("</section>")[0]
    assert response.status_code == 409
    assert "C0 is landed now" in answer
    assert "<b>admin</b> landed C0" in answer
    assert "<form" not in answer


def test_verb_that_is_still_possible_without_a_text_is_not_said_to_be_done(lead_client, phase):
    phase.slices.filter(code="C0").update(version=3)
    page = lead_client.post(f"{C0}start/", {"version": 2}).content.decode()
    assert "C0 changed meanwhile" in page
    assert "already" not in page.partition('role="alert"')[2].partition("</section>")[0]


@pytest.mark.parametrize("version", ["", "x", "-1", "1e3", None])
def test_broken_version_is_refused_without_a_fault(lead_client, phase, version):
    sent = {} if version is None else {"version": version}
    assert lead_client.post(f"{C0}start/", sent).status_code == 422
    assert status(phase) == "planned"


@pytest.fixture
def overtaken(lead_client, phase, admin):
    """The lead sends C0 back from a page on which it was still a candidate; the admin landed it."""
    phase.slices.filter(code="C0").update(status="candidate", version=7)
    other = Client()
    other.force_login(admin)
    other.post(f"{C0}land/", {"version": 7, "note": "All good at noon."})

    def answer(verb: str = "send-back", note: str = "The dock leaks.", **headers: str):
        sent = {"version": 7, "note": note, "came_from": "slice"}
        return lead_client.post(f"{C0}{verb}/", sent, headers=headers)

    return answer


def test_overtaken_lead_sees_what_the_other_did(overtaken):
    response = overtaken()
    page = response.content.decode()
    assert response.status_code == 409
    assert "Somebody was faster with C0" in page
    assert "<b>admin</b> landed C0" in page
    assert "All good at noon." in page


def test_overtaken_text_is_kept_and_can_be_applied_or_dropped(overtaken, phase):
    page = overtaken().content.decode()
    assert "The dock leaks.</textarea>" in page
    assert '<input type="hidden" name="version" value="8"' in page
    assert f'formaction="{C0}reopen/">Reopen with my text</button>' in page
    assert f'<a class="button" href="{C0}"' in page
    assert status(phase) == "landed"


def test_same_verb_is_offered_on_top_where_it_is_still_possible(lead_client, phase):
    phase.slices.filter(code="C0").update(version=3)
    response = lead_client.post(f"{C0}start/", {"version": 2, "note": "Going."})
    assert f'formaction="{C0}start/">Apply mine on top</button>' in response.content.decode()


def test_applying_on_top_moves_from_the_new_version(overtaken, lead_client, phase):
    overtaken()
    lead_client.post(f"{C0}reopen/", {"version": 8, "note": "The dock leaks."})
    assert status(phase) == "in_progress"


def test_overtaken_htmx_gets_the_region_with_409(overtaken):
    response = overtaken(**HTMX)
    assert response.status_code == 409
    assert response.content.decode().strip().startswith('<div id="region"')


def test_region_with_an_answer_goes_on_refreshing_itself(overtaken):
    assert 'hx-trigger="every' in overtaken(**HTMX).content.decode()


def test_only_what_changed_the_version_is_told(overtaken, phase, lead_client):
    lead_client.post(f"{C0}links/", {"branch": "dock"})
    lead_client.post(f"{C0}concerns/raise/", {"kind": "blocker", "text": "No crane."})
    panel = overtaken().content.decode().partition("Meanwhile")[2].partition("</section>")[0]
    assert panel.index("landed C0") < panel.index("raised a blocker on C0") < panel.index("No crane.")
    assert "links" not in panel


def test_refused_note_is_kept(lead_client):
    response = lead_client.post(f"{C1}start/", {"version": 0, "note": "We are six."})
    assert response.status_code == 422
    assert "We are six.</textarea>" in response.content.decode()


def test_archived_slice_cannot_move(lead_client, phase):
    phase.slices.filter(code="C2").update(archived=True)
    response = lead_client.post(f"{PHASE}slices/C2/start/", {"version": 0})
    assert response.status_code == 422
    assert "is no longer in packet revision 1" in response.content.decode()


def test_lead_of_another_owner_is_told_what_it_needs(client, phase):
    client.force_login(factories.make_user("other", "lead"))
    response = client.post(f"{C0}start/", {"version": 0})
    assert response.status_code == 403
    assert "This needs a member of @crew." in response.content.decode()


def test_get_of_a_verb_is_not_allowed(lead_client, phase):
    assert lead_client.get(f"{C0}start/").status_code == 405
    assert status(phase) == "planned"


def test_form_of_another_site_is_refused(lead, phase):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(lead)
    assert strict.post(f"{C0}start/", {"version": 0}).status_code == 403
    assert status(phase) == "planned"
