"""Machines' tokens: made by an admin, shown once, found by their digest, revoked at once.

Who made and who revoked a token stands in its row, and in a line of the server's log. A token that belongs
to one initiative acts in that one's ledger, so both acts are recorded there too, and verified. A token for
all initiatives is not written into any ledger: it belongs to none of them, nor to those to come.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from phases.errors import Invalid, NotFound
from phases.lookups import get_initiative
from phases.models import Initiative, Token
from phases.models.ledger import ActorKind
from phases.models.people import TokenState
from phases.permissions import SCOPES, Actor
from tracker.hiding import TOKEN_MARK, has_token

from .ledger import Book, writing
from .slices import checked_note

DAYS = 90
"""How long a token lives, in days, where nobody decides otherwise."""

MOST_DAYS = 3650
MAX_NAME = 100
"""Characters of a name."""

USE_NOTED = dt.timedelta(minutes=1)
"""How long ago the last use was at least, for the next one to be written down."""

TOKEN_FIELDS = ("name", "scopes", "expires_at", "created_by", "revoked", "revoked_by", "revoke_reason")
"""What the ledger of its initiative alone may change of a token."""

log = structlog.get_logger(__name__)


def create_token(
    *, actor: Actor, name: str, scopes: Iterable[str], initiative: str = "", days: int | None = DAYS
) -> tuple[Token, str]:
    """A new token and its secret, which is shown this once; only its hash is stored.

    `days` None means until it is revoked. Raises Invalid with a sentence for each field.
    """
    actor.require_anywhere("administer")
    name, scopes = name.strip(), sorted(set(scopes))
    wrong = dict(_wrong(name, scopes, days))
    bound = None
    try:
        bound = get_initiative(actor, initiative) if initiative else None
    except NotFound as unknown:
        wrong["initiative"] = str(unknown)
    if wrong:
        raise Invalid(wrong)
    prefix = secrets.token_hex(4)
    secret = f"{TOKEN_MARK}{prefix}_{secrets.token_urlsafe(32)}"
    token = Token(name=name, prefix=prefix, digest=token_digest(secret), scopes=scopes, initiative=bound)
    token.created_by = actor.name
    token.expires_at = timezone.now() + dt.timedelta(days=days) if days is not None else None
    _insert(actor, token)
    log.info("token_created", token=name, prefix=prefix, scopes=scopes, initiative=initiative, by=actor.name)
    return token, secret


def _wrong(name: str, scopes: list[str], days: int | None) -> Iterator[tuple[str, str]]:
    if not name or len(name) > MAX_NAME:
        yield "name", f"A token needs a name of at most {MAX_NAME} characters that says who uses it."
    elif not name.isprintable():
        yield "name", "The name holds characters that cannot be seen. Type it, in one line."
    elif has_token(name):
        yield "name", "This is a token itself. A name says who uses it, and everybody may read it."
    elif Token.objects.filter(name=name).exists():
        yield "name", _taken(name)
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        yield "scopes", f"{unknown[0][:80]!r} is not a scope. Give one or several of {', '.join(SCOPES)}."
    elif not scopes:
        yield "scopes", "A token needs at least one scope, or it may do nothing."
    if days is not None and not 1 <= days <= MOST_DAYS:
        yield "days", f"A token lives from 1 to {MOST_DAYS} days."


def _taken(name: str) -> str:
    return (
        f"There is a token {name!r} already, so none was made: the ledger signs with this name. "
        "If its secret is lost, revoke it, and make one of another name."
    )


def _insert(actor: Actor, token: Token) -> None:
    try:
        with transaction.atomic():
            if token.initiative is None:
                token.save(force_insert=True)
                return
            with writing(actor=actor, initiative_id=token.initiative.pk) as book:
                token.save(force_insert=True)
                _record(book, "create_token", token, {}, _terms(token))
    except IntegrityError:
        if Token.objects.filter(name=token.name).exists():
            raise Invalid({"name": _taken(token.name)}) from None
        raise


def _terms(token: Token) -> dict[str, Any]:
    """What its initiative's ledger says of a token when it is made."""
    until = token.expires_at.astimezone(dt.UTC).isoformat() if token.expires_at else ""
    return {"name": token.name, "scopes": token.scopes, "expires_at": until, "revoked": False}


def _record(
    book: Book, verb: str, token: Token, before: dict[str, Any], after: dict[str, Any], note: str = ""
) -> None:
    book.record(verb=verb, target=f"token:{token.prefix}", before=before, after=after, note=note)


def token_digest(secret: str) -> str:
    """SHA-256: enough for a secret of 256 random bits, and quick enough for every request."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def find_token(secret: str) -> Token | None:
    """The usable token behind a secret, or None; notes that it was used, at most once a minute."""
    token = Token.objects.filter(digest=token_digest(secret)).first()
    if token is None or not token.is_usable:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= USE_NOTED:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED)
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token


def get_token(actor: Actor, pk: int) -> Token:
    """A token by its number, for those who manage them."""
    actor.require_anywhere("administer")
    token = Token.objects.select_related("initiative").filter(pk=pk).first()
    if token is None:
        raise NotFound(f"There is no token {pk}. The list shows those there are.")
    return token


def revoke_token(*, actor: Actor, token: Token, reason: str = "") -> bool:
    """End a token at once and for good; whether it was this call that ended it.

    People say why. The command line may leave it out: a leak is closed first and explained later.
    """
    actor.require_anywhere("administer")
    reason = checked_note(reason, "reason")
    if not reason and actor.kind != ActorKind.OPERATOR:
        raise Invalid({"reason": "Say why it is revoked; whoever runs the machine will ask."})
    if has_token(reason):
        raise Invalid({"reason": "This text holds a token itself. Leave it out; its prefix is enough."})
    if token.initiative_id is None:
        return _end(actor, token, reason)
    with writing(actor=actor, initiative_id=token.initiative_id) as book:
        if not _end(actor, token, reason):
            return False
        said = {"name": token.name, "revoked": True}
        _record(book, "revoke_token", token, {"revoked": False}, said, reason)
        return True


def _end(actor: Actor, token: Token, reason: str) -> bool:
    ended = {"revoked_at": timezone.now(), "revoked_by": actor.name, "revoke_reason": reason}
    done = Token.objects.filter(pk=token.pk, revoked_at=None).update(**ended)
    token.refresh_from_db(fields=list(ended))
    if done:
        log.info("token_revoked", token=token.name, prefix=token.prefix, by=actor.name)
    return bool(done)


def stored_tokens(initiative: Initiative) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """The tokens of an initiative as their rows say, for the comparison with its ledger."""
    for token in Token.objects.filter(initiative=initiative).iterator():
        is_revoked = token.state == TokenState.REVOKED
        ended = {"revoked": is_revoked, "revoked_by": token.revoked_by, "revoke_reason": token.revoke_reason}
        yield (
            ("", f"token:{token.prefix}"),
            _terms(token) | {"created_by": token.created_by} | ended,
        )
