"""People, memberships and tokens."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from phases.actions.people import add_person, create_token, find_token, revoke_token
from phases.errors import Forbidden, Invalid, NotFound
from phases.models import Token
from phases.permissions import OPERATOR, actor_for_token, actor_for_user

PASSWORD = "a dome at night"


def test_a_person_gets_roles_and_memberships(phase):
    user = add_person(actor=OPERATOR, username="dora", roles=["lead"], memberships=[("observatory", "@dome")])
    actor = actor_for_user(user)
    assert actor.roles == {"viewer", "lead"}
    assert actor.handles == {(phase.initiative_id, "@dome")}


def test_adding_again_adds_and_takes_nothing(phase):
    add_person(actor=OPERATOR, username="dora", roles=["lead"], password=PASSWORD)
    add_person(actor=OPERATOR, username="dora", roles=["reviewer"])
    user = User.objects.get()
    assert user.check_password(PASSWORD)
    assert {group.name for group in user.groups.all()} == {"lead", "reviewer"}


def test_without_a_password_nobody_signs_in(db):
    assert not add_person(actor=OPERATOR, username="dora").has_usable_password()


def test_the_whole_person_fails_if_an_owner_is_unknown(phase):
    with pytest.raises(NotFound, match="no owner @moon"):
        add_person(actor=OPERATOR, username="dora", memberships=[("observatory", "@moon")])
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"username": ""}, {"username": "a b"}, {"roles": ["king"]}, {"password": "12"}]
)
def test_a_wrong_field_is_refused(db, wrong):
    with pytest.raises(Invalid):
        add_person(actor=OPERATOR, **({"username": "dora"} | wrong))


def test_only_admins_add_people(lead):
    with pytest.raises(Forbidden):
        add_person(actor=lead, username="dora")


def test_a_token_is_found_by_its_secret_alone(db):
    token, secret = create_token(actor=OPERATOR, name="ci", scopes=["slices"])
    assert find_token(secret) == token
    assert find_token(secret[:-1]) is None
    assert secret not in str(Token.objects.values().get())


def test_a_token_acts_within_its_scopes(phase):
    token, _ = create_token(actor=OPERATOR, name="ci", scopes=["import"], initiative="observatory")
    actor = actor_for_token(token)
    assert actor.may("import")
    assert not actor.may("move")
    assert not actor.sees(phase.initiative_id + 1)


def test_a_revoked_token_is_not_found(db):
    token, secret = create_token(actor=OPERATOR, name="ci", scopes=["read"])
    revoke_token(actor=OPERATOR, token=token)
    assert find_token(secret) is None


def test_an_expired_token_is_not_found(db):
    _token, secret = create_token(actor=OPERATOR, name="ci", scopes=["read"], days=1)
    Token.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert find_token(secret) is None


def test_use_is_noted(db):
    _, secret = create_token(actor=OPERATOR, name="ci", scopes=["read"])
    find_token(secret)
    assert Token.objects.get().last_used_at is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("scopes", ["everything"]), ("scopes", []), ("days", 0), ("initiative", "moon")],
)
def test_a_wrong_token_is_refused(db, field, value):
    with pytest.raises(Invalid) as refusal:
        create_token(actor=OPERATOR, **({"name": "ci", "scopes": ["read"], field: value}))
    assert list(refusal.value.fields) == [field]


def test_token_names_are_unique(db):
    create_token(actor=OPERATOR, name="ci", scopes=["read"])
    with pytest.raises(Invalid, match="already"):
        create_token(actor=OPERATOR, name="ci", scopes=["read"])
