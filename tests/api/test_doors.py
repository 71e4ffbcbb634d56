"""Who gets in: tokens, sessions, nobody."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from phases.models import Token
from tests.factories import make_phase

from .conftest import API, HARBOUR, PHASE, Program


def test_a_token_reads(phase, machine):
    assert machine("read").get(PHASE).status_code == 200


def test_nobody_is_asked_to_sign_in(phase):
    answered = Program().get(PHASE)
    assert (answered.status_code, answered["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("secret", ["", "pet_0_wrong", "pet_0_wröng", "a b"])
def test_an_unknown_token_is_refused(phase, secret):
    assert Program().get(PHASE, headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_a_revoked_token_is_refused(phase, machine):
    program = machine("read")
    Token.objects.update(revoked_at=timezone.now())
    assert program.get(PHASE).status_code == 401


def test_an_expired_token_is_refused(phase, machine):
    program = machine("read", days=1)
    Token.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert program.get(PHASE).status_code == 401


def test_a_bad_token_is_refused_beside_a_good_session(phase, session, viewer):
    answered = session(viewer).get(PHASE, headers={"Authorization": "Bearer pet_0_wrong"})
    assert answered.status_code == 401


def test_the_token_wins_over_the_session(phase, machine, session, admin):
    program = machine("read")
    program.force_login(admin)
    answered = program.send(f"{PHASE}/slices/C0/status", {"to": "in_progress", "version": 0})
    assert answered.status_code == 403


def test_a_token_needs_no_csrf_token(phase, machine):
    header = machine("slices").defaults["HTTP_AUTHORIZATION"]
    strict = Program(enforce_csrf_checks=True, headers={"Authorization": header})
    body = {"to": "in_progress", "version": 0}
    assert strict.send(f"{PHASE}/slices/C0/status", body).status_code == 200


def test_another_scheme_leaves_it_to_the_session(phase, session, viewer):
    answered = session(viewer).get(PHASE, headers={"Authorization": "Basic cHJveHk6cHJveHk="})
    assert answered.status_code == 200


def test_a_token_of_another_scope_may_not_read(phase, machine):
    answered = machine("gates").get(PHASE)
    assert (answered.status_code, answered.json()["error"]["code"]) == (403, "forbidden")


def test_a_token_of_one_initiative_sees_no_other(phase, machine):
    make_phase(slug="other")
    bound = machine("read", initiative="harbour")
    for slug in ("other", "nowhere"):
        answered = bound.get(f"{API}/initiatives/{slug}/phases")
        said = f"There is no initiative {slug} that this token may see."
        assert (answered.status_code, answered.json()["error"]["message"]) == (404, said)
    assert [item["slug"] for item in bound.get(f"{API}/initiatives").json()["items"]] == ["harbour"]


def test_anonymous_reading_is_a_setting(phase, settings):
    settings.ANONYMOUS_READ = True
    assert Program().get(PHASE).status_code == 200


def test_anonymous_writing_never_is(phase, settings):
    settings.ANONYMOUS_READ = True
    answered = Program().send(f"{PHASE}/slices/C0/status", {"to": "in_progress", "version": 0})
    assert answered.status_code == 401


def test_who_may_not_is_told_before_the_body_is_judged(phase, session, viewer):
    assert session(viewer).send(f"{PHASE}/waivers", "not json").status_code == 403


def test_what_you_may_not_see_does_not_exist(phase, machine):
    answered = machine("read").get(f"{HARBOUR}/phases/Z")
    assert (answered.status_code, answered.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", [f"{PHASE}/concerns", f"{API}/packets"])
@pytest.mark.parametrize("token", ["good", "wrong", "in the form"])
def test_a_form_is_no_body_and_its_field_no_csrf_token(phase, session, admin, path, token):
    admin.set_password("a long phrase about piers")
    admin.save()
    program = Program(enforce_csrf_checks=True)
    who = {"username": admin.get_username(), "password": "a long phrase about piers"}
    secret = program.send(f"{API}/session", who).json()["csrf_token"]
    headers = {"X-CSRFToken": {"good": secret, "wrong": "x" * 32}.get(token, "")}
    answered = program.post(path, {"csrfmiddlewaretoken": secret, "kind": "risk"}, headers=headers)
    expected = (400, "malformed") if token == "good" else (403, "csrf")
    assert (answered.status_code, answered.json()["error"]["code"]) == expected


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/yaml"])
def test_json_that_is_sent_as_something_else_is_malformed(phase, machine, kind):
    answered = machine("slices").post(
        f"{PHASE}/concerns", '{"kind": "risk", "text": "Ice"}', content_type=kind
    )
    assert (answered.status_code, answered.json()["error"]["code"]) == (400, "malformed")
