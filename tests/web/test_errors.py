"""Refusals outside any view: each says what happened and what to do, in the look of the other pages."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation, TooManyFilesSent
from django.http import Http404
from django.template.loader import get_template
from django.test import Client

from phases.views import errors


def test_an_address_that_leads_nowhere_says_so(client, db):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "Start from the overview and go on from there." in answer.content.decode()


def test_an_error_page_knows_who_is_signed_in(client, admin):
    client.force_login(admin)
    page = client.get("/nowhere/").content.decode()
    assert '<span class="menu-name">admin</span>' in page
    assert "Sign in" not in page


def test_an_address_is_shown_as_text(client, db):
    assert "<script>" not in client.get("/<script>alert(1)</script>/").content.decode().partition("<main")[2]


def test_programs_get_the_shape_of_the_api(rf):
    answer = errors.page_not_found(rf.get("/api/v1/nowhere"), Http404())
    assert answer.status_code == 404
    assert b'"code": "not_found"' in answer.content


def test_a_form_without_its_token_is_told_what_to_do(viewer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(viewer)
    answer = client.post("/accounts/sign-out/")
    assert answer.status_code == 403
    assert "Go back, reload the page, and send it again." in answer.content.decode()


def test_an_unknown_host_is_told_what_the_operator_can_do(client, settings):
    settings.ALLOWED_HOSTS = ["tracker.example"]
    answer = client.get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "ALLOWED_HOSTS" in answer.content.decode()


@pytest.mark.parametrize(
    ("view", "error", "status", "said"),
    [
        (errors.bad_request, SuspiciousOperation("?"), 400, "could not be understood"),
        (errors.bad_request, TooManyFilesSent(), 413, "more than 50 files"),
        (errors.permission_denied, PermissionDenied(), 403, "may not do that"),
    ],
)
def test_each_refusal_has_its_status_and_sentence(rf, view, error, status, said):
    answer = view(rf.get("/"), error)
    assert (answer.status_code, said in answer.content.decode()) == (status, True)


def test_the_page_of_a_fault_needs_nothing_that_may_have_failed():
    # Without a database and without a request.
    page = get_template("500.html").render()
    assert "Go back and try once more." in page
    assert '<link rel="stylesheet" href="/static/app.css">' in page


def test_a_fault_is_answered_with_its_page(client, viewer, monkeypatch):
    client.raise_request_exception = False
    client.force_login(viewer)
    monkeypatch.delattr("phases.views.activity.get_initiative")
    answer = client.get("/initiatives/harbour/activity/")
    assert (answer.status_code, "Something failed" in answer.content.decode()) == (500, True)


@pytest.mark.parametrize("url", ["/imports/", "/initiatives/harbour/phases/C/activity/"])
def test_an_ended_session_sends_the_whole_page_to_the_sign_in(client, phase, url):
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{url}?slice=C1"}
    answer = client.get(url, headers=headers)
    assert answer["HX-Redirect"].startswith("/accounts/sign-in/?next=%2F")
    assert answer.content == b""


@pytest.mark.parametrize("checks", [False, True])
def test_an_ended_session_is_401_to_what_a_script_sent(phase, checks):
    """Its page may hold a text that is kept nowhere else, and stays then."""
    here = "http://testserver/initiatives/harbour/phases/C/"
    headers = {"HX-Request": "true", "HX-Current-URL": here}
    url = "/initiatives/harbour/phases/C/slices/C0/start/"
    answer = Client(enforce_csrf_checks=checks).post(url, {"version": 1}, headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith("/accounts/sign-in/?next=%2Finitiatives")


@pytest.mark.parametrize("person", ["lead", "reviewer", "viewer"])
def test_who_may_not_import_is_told_what_it_takes(client, request, person):
    client.force_login(request.getfixturevalue(person))
    answer = client.get("/imports/new/")
    assert answer.status_code == 403
    assert "You may not import packets. This needs the role admin." in answer.content.decode()


@pytest.mark.parametrize(
    "url", ["/imports/upload/", "/imports/1/apply/", "/imports/1/discard/", "/imports/1/initiative/"]
)
def test_verbs_take_no_get(client, admin, url):
    client.force_login(admin)
    assert client.get(url).status_code == 405


@pytest.mark.parametrize("url", ["/imports/", "/imports/new/", "/imports/1/", "/initiatives/x/activity/"])
def test_pages_take_no_post(client, admin, url):
    client.force_login(admin)
    assert client.post(url).status_code == 405


def test_opening_the_address_of_a_verb_says_what_it_is(client, admin, phase):
    client.force_login(admin)
    answered = client.get("/initiatives/harbour/phases/C/waive/")
    assert (answered.status_code, answered["Allow"]) == (405, "POST")
    assert "This is not a page" in answered.content.decode()


def test_a_form_sent_without_a_session_hears_that_nothing_was_saved(client, phase):
    page = "/initiatives/harbour/phases/C/slices/C0/"
    answered = client.post(f"{page}start/", headers={"referer": f"http://testserver{page}"}, follow=True)
    assert "nothing of what you sent was saved" in answered.content.decode()
    assert answered.redirect_chain[0][0].endswith("next=/initiatives/harbour/phases/C/slices/C0/")
