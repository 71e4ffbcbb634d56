"""People, their roles and memberships."""

import pytest
from django.contrib.auth.models import User

from phases.actions.people import add_person
from phases.errors import Forbidden, Invalid, NotFound
from phases.permissions import OPERATOR, actor_for_user

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
