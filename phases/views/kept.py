"""What somebody wrote and sent after their session had ended: kept until the same person signs in again.

It waits in the session of the browser that sent it, which signing in goes on with. The form names its
writer under our signature, so that it goes to nobody else, and nobody can fill sessions with it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from phases.actions.drafts import MAX_DRAFT, draft_of, save_draft
from phases.actions.ledger import canonical
from phases.errors import ActionError
from phases.lookups import get_slice
from phases.permissions import Actor, actor_for_user

from .disposition_form import sent

KEPT = (
    "You were signed out, and nothing was recorded yet. What you wrote is kept: "
    "sign in again as the same person and go on with it."
)
_KEY, _SIGNER = "kept", Signer(salt="phases.writer")


def writer_field(name: str) -> str:
    """The name of who writes, for a hidden field of the form."""
    return _SIGNER.sign(name)


def writer_of(request: HttpRequest) -> str:
    """Whose page a form was sent from; empty where it does not say so, or not truly."""
    try:
        return _SIGNER.unsign(request.POST.get("writer", ""))
    except BadSignature:
        return ""


def keep(request: HttpRequest) -> str:
    """Keep what was sent, where it belongs to a page with drafts; answers the address of that page."""
    match = request.resolver_match
    if match is None or set(match.kwargs) != {"slug", "phase", "code"}:
        return ""
    writer = writer_of(request)
    if not writer:
        return ""
    place = {name: str(value) for name, value in match.kwargs.items()}
    entry = {"writer": writer, **place, "at": timezone.now().isoformat(), "fields": sent(request.POST)}
    others = [one for one in _entries(request) if not _is_same(one, entry)]
    while others and len(canonical([*others, entry])) > MAX_DRAFT:
        others.pop(0)
    if len(canonical([entry])) > MAX_DRAFT:
        return ""
    request.session[_KEY] = [*others, entry]
    return reverse("disposition", kwargs=place)


def give_back(request: HttpRequest) -> None:
    """Make drafts of what the person who is signed in now wrote."""
    entries, actor = _entries(request), actor_for_user(request.user)
    left = [one for one in entries if one["writer"] != actor.name or not _given(actor, one)]
    if len(left) < len(entries):
        request.session[_KEY] = left


def _given(actor: Actor, one: dict[str, Any]) -> bool:
    """Whether it has found its place; a newer draft, written elsewhere meanwhile, is left alone."""
    try:
        row = get_slice(actor, one["slug"], one["phase"], one["code"])
        draft = draft_of(actor, row)
        if draft is None or draft.saved_at < dt.datetime.fromisoformat(one["at"]):
            save_draft(actor=actor, row=row, data=one["fields"])
    except ActionError:
        return False
    return True


def _entries(request: HttpRequest) -> list[dict[str, Any]]:
    return list(request.session.get(_KEY, ()))


def _is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[name] == other[name] for name in ("writer", "slug", "phase", "code"))
