"""Giving people roles and memberships, and machines their tokens."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from phases.errors import Invalid, NotFound
from phases.models import Initiative, Membership, Owner, Token
from phases.permissions import ROLES, SCOPES, Actor

from .ledger import writing

TOKEN_MARK = "pet_"  # noqa: S105
"""Beginning of every token, so that secret scanners can find one that leaked."""


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


def create_token(
    *, actor: Actor, name: str, scopes: Iterable[str], initiative: str = "", days: int | None = None
) -> tuple[Token, str]:
    """A new token and its secret, which is shown this once; only its hash is stored."""
    actor.require_anywhere("administer")
    scopes = sorted(set(scopes))
    fields = {}
    if not name.strip() or len(name) > 100:
        fields["name"] = "A token needs a name of at most 100 characters that says who uses it."
    elif Token.objects.filter(name=name).exists():
        fields["name"] = f"There is a token {name!r} already; revoke it or choose another name."
    if not scopes or set(scopes) - set(SCOPES):
        fields["scopes"] = f"Give one or several of {', '.join(SCOPES)}."
    if days is not None and not 1 <= days <= 3650:
        fields["days"] = "A token lives from 1 to 3650 days."
    bound = Initiative.objects.filter(slug=initiative).first() if initiative else None
    if initiative and bound is None:
        fields["initiative"] = f"There is no initiative {initiative}."
    if fields:
        raise Invalid(fields)
    prefix = secrets.token_hex(4)
    secret = f"{TOKEN_MARK}{prefix}_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        name=name,
        prefix=prefix,
        digest=token_digest(secret),
        scopes=scopes,
        initiative=bound,
        expires_at=timezone.now() + dt.timedelta(days=days) if days else None,
    )
    return token, secret


def token_digest(secret: str) -> str:
    """SHA-256: enough for a secret of 256 random bits, and quick enough for every request."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def find_token(secret: str) -> Token | None:
    """The usable token behind a secret, or None; notes that it was used, at most once a minute."""
    token = Token.objects.filter(digest=token_digest(secret)).first()
    if token is None or not token.is_usable:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > dt.timedelta(minutes=1):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def revoke_token(*, actor: Actor, token: Token) -> None:
    """End a token at once and for good."""
    actor.require_anywhere("administer")
    Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
