"""Signing in and out, being locked out, and changing one's password."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from phases.management.commands.demo import PASSWORD, PEOPLE
from phases.views.accounts import DEMO_NAMES, DEMO_PASSWORD

SIGN_IN = "/accounts/sign-in/"
RIGHT = {"username": "viewer", "password": "viewer-password"}
WRONG = {"username": "viewer", "password": "guessed"}


def test_signing_in_leads_to_where_one_was_going(client, viewer):
    assert client.get("/initiatives/harbour/")["Location"] == f"{SIGN_IN}?next=/initiatives/harbour/"
    page = client.get(f"{SIGN_IN}?next=/initiatives/harbour/").content.decode()
    assert '<input type="hidden" name="next" value="/initiatives/harbour/">' in page
    assert (
        client.post(SIGN_IN, RIGHT | {"next": "/initiatives/harbour/"})["Location"] == "/initiatives/harbour/"
    )


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/\\elsewhere"]
)
def test_signing_in_never_leads_to_another_site(client, viewer, elsewhere):
    assert client.post(SIGN_IN, RIGHT | {"next": elsewhere})["Location"] == "/"


def test_a_wrong_password_comes_back_with_the_name_kept(client, viewer):
    answer = client.post(SIGN_IN, WRONG)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="viewer"' in page
    assert "guessed" not in page
    assert "Name and password do not fit." in page


def test_a_name_is_shown_as_text(client, db):
    page = client.post(SIGN_IN, {"username": '"><script>', "password": "x"}).content.decode()
    assert '"><script>' not in page


def test_who_is_signed_in_goes_on_at_once(client, viewer):
    client.force_login(viewer)
    assert client.get(SIGN_IN)["Location"] == "/"


def test_too_many_tries_say_when_to_come_back(client, viewer):
    answers = [client.post(SIGN_IN, WRONG) for _ in range(5)]
    locked = client.post(SIGN_IN, RIGHT)
    assert [each.status_code for each in answers[:4]] == [422] * 4
    assert locked.status_code == 429
    assert locked["Retry-After"] == "900"
    page = locked.content.decode()
    assert re.search(
        r"Try again at <time datetime=\"[^\"]+\">\d\d:\d\d UTC</time></strong>, in 15 minutes", page
    )


def test_a_try_while_locked_out_starts_the_wait_again_as_the_page_says(client, viewer):
    from axes.models import AccessAttempt

    for _ in range(5):
        client.post(SIGN_IN, WRONG)
    before = AccessAttempt.objects.get().attempt_time
    client.post(SIGN_IN, WRONG)
    assert AccessAttempt.objects.get().attempt_time > before


def test_signing_out_ends_the_session_and_says_so(client, viewer):
    client.force_login(viewer)
    page = client.post("/accounts/sign-out/", follow=True).content.decode()
    assert "You are signed out." in page
    assert "_auth_user_id" not in client.session


def test_a_link_cannot_sign_anybody_out(client, viewer):
    client.force_login(viewer)
    assert client.get("/accounts/sign-out/").status_code == 405
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_signing_in_takes_no_other_method(client, db, method):
    assert getattr(client, method)(SIGN_IN).status_code == 405


def test_the_password_is_changed_for_who_knows_the_old_one(client, viewer):
    client.force_login(viewer)
    new = {"new_password1": "a-long-and-new-one", "new_password2": "a-long-and-new-one"}
    assert client.post("/accounts/password/", {"old_password": "guessed"} | new).status_code == 422
    assert client.post("/accounts/password/", {"old_password": "viewer-password"} | new)["Location"] == "/"
    assert User.objects.get().check_password("a-long-and-new-one")
    assert "_auth_user_id" in client.session


def test_changing_the_password_signs_other_browsers_out(client, viewer):
    other = Client()
    other.force_login(viewer)
    client.force_login(viewer)
    new = {"new_password1": "a-long-and-new-one", "new_password2": "a-long-and-new-one"}
    client.post("/accounts/password/", {"old_password": "viewer-password"} | new)
    assert other.get("/accounts/password/").status_code == 302


def test_a_weak_password_is_refused_with_the_reason(client, viewer):
    client.force_login(viewer)
    sent = {"old_password": "viewer-password", "new_password1": "12345", "new_password2": "12345"}
    page = client.post("/accounts/password/", sent).content.decode()
    assert "This password is too short" in page


def test_the_password_page_is_for_people_who_are_signed_in(client, db):
    assert client.get("/accounts/password/")["Location"].startswith(SIGN_IN)


def test_the_demo_offers_its_people_and_other_installations_do_not(client, viewer, settings):
    assert "demo-sign-ins" not in client.get(SIGN_IN).content.decode()
    settings.DEMO = True
    page = client.get(SIGN_IN).content.decode()
    assert '<button class="button" name="username" value="viewer">' in page
    assert 'value="admin"' not in page


def test_the_demo_names_are_those_that_the_command_adds():
    assert (set(DEMO_NAMES), DEMO_PASSWORD) == (set(PEOPLE), PASSWORD)


@pytest.mark.parametrize("url", ["/", SIGN_IN, "/nowhere/"])
def test_the_demo_banner_stands_on_every_page_of_the_demo_only(client, viewer, settings, url):
    assert "demo-banner" not in client.get(url, follow=True).content.decode()
    settings.DEMO = True
    assert "demo-banner" in client.get(url, follow=True).content.decode()


def test_the_address_of_signing_out_is_told_to_be_no_page(client, viewer):
    client.force_login(viewer)
    answer = client.get("/accounts/sign-out/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "it is no page to open" in answer.content.decode()


@pytest.mark.parametrize("poll", [{}, {"HX-Request": "true"}, {"HX-Request": "true", "If-None-Match": '"1"'}])
def test_what_only_reads_takes_no_cookie_away(client, viewer, poll):
    """Its answer may come after that of a sign-in, whose cookie would go."""
    client.cookies[settings.SESSION_COOKIE_NAME] = "of-an-ended-session-0123456789ab"
    answer = client.get("/inbox/", headers=poll)
    assert settings.SESSION_COOKIE_NAME not in answer.cookies


def test_signing_out_takes_the_cookie_away(client, viewer):
    client.force_login(viewer)
    answer = client.post("/accounts/sign-out/")
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0
