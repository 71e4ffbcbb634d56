"""Giving people roles and memberships."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from phases.errors import Invalid, NotFound
from phases.models import Initiative, Membership, Owner
from phases.permissions import ROLES, Actor

from .ledger import writing


def add_person(
    *,
    actor: Actor,
    username: str,
    roles: Iterable[str] = (),
    memberships: Iterable[tuple[str, str]] = (),
    password: str = "",
) -> User:
    """Create a person or add to one: roles, and memberships as (initiative slug, owner handle).

    Without a password a new person cannot sign in until one is set; an existing one keeps theirs.
    """
    actor.require_anywhere("administer")
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise Invalid({"role": f"{unknown[0]!r} is not a role. Choose among {', '.join(ROLES)}."})
    with transaction.atomic():
        user, _ = User.objects.get_or_create(username=_checked_username(username))
        if password:
            _check_password(password, user)
            user.set_password(password)
        elif not user.password:
            user.set_unusable_password()
        user.save()
        for role in roles:
            user.groups.add(Group.objects.get_or_create(name=role)[0])
        for slug, handle in memberships:
            _join(actor, user, slug, handle)
    return user


def _checked_username(username: str) -> str:
    try:
        User._meta.get_field("username").run_validators(username)
    except ValidationError as error:
        raise Invalid({"username": " ".join(error.messages)}) from None
    if not username:
        raise Invalid({"username": "A person needs a name to sign in with."})
    return username


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({"password": " ".join(error.messages)}) from None


def _join(actor: Actor, user: User, slug: str, handle: str) -> None:
    initiative = Initiative.objects.filter(slug=slug).first()
    if initiative is None:
        raise NotFound(f"There is no initiative {slug}; import one of its packets first.")
    owner = Owner.objects.filter(initiative=initiative, handle=handle).first()
    if owner is None:
        raise NotFound(f"Initiative {slug} has no owner {handle}.")
    with writing(actor=actor, initiative_id=initiative.pk) as book:
        _, created = Membership.objects.get_or_create(user=user, owner=owner)
        if created:
            after = {"member": True, "person": user.get_username(), "owner": handle}
            book.record(verb="join", target=membership_key(user.pk, handle), after=after)


def leave_owner(*, actor: Actor, username: str, owner: Owner) -> None:
    """End a membership; what the person did stays signed with their name."""
    actor.require("administer", owner.initiative_id)
    with writing(actor=actor, initiative_id=owner.initiative_id) as book:
        membership = Membership.objects.filter(user__username=username, owner=owner).first()
        if membership is None:
            raise NotFound(f"{username} is not a member of {owner.handle}.")
        about = {"person": username, "owner": owner.handle}
        book.record(
            verb="leave",
            target=membership_key(membership.user_id, owner.handle),
            before={"member": True, **about},
            after={"member": False, **about},
        )
        membership.delete()


def membership_key(user_id: int, handle: str) -> str:
    """The ledger's name of a membership; by number, so that a person can be renamed."""
    return f"membership:{user_id} {handle}"
