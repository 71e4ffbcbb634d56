"""Tokens of machines: the list, making one (its secret is shown by that answer alone), revoking one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from phases.actions.tokens import DAYS, MAX_NAME, MOST_DAYS, create_token, get_token, revoke_token
from phases.errors import Invalid
from phases.lookups import visible_initiatives
from phases.models import Token

from .base import Request, action, page, render
from .tokens_page import FILTERS, OFFERED, Refusal, TokenForm, line, listing_of

LIST, NEW = "tokens-list", "token-new"
PLACE = ("state", "before")
"""What says which part of the list somebody looks at; the form of each row carries it along."""


@page("administer")
def tokens(request: Request) -> HttpResponse:
    """All of them, newest first; filtered by whether they still work, continued before an id."""
    return _list(request, request.GET)


@page("administer")
def token_new(request: Request) -> HttpResponse:
    """What a token is to be."""
    return _new(request, TokenForm(initial={"days": DAYS}))


@action("administer")
def token_create(request: Request) -> HttpResponse:
    """Make it, and show its secret: in this answer and never again."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _new(request, form, status=422)
    try:
        token, secret = create_token(actor=request.actor, **form.wanted)
    except Invalid as error:
        form.refuse(error.fields)
        return _new(request, form, status=422)
    return _new(request, form, token=token, secret=secret)


@action("administer")
def token_revoke(request: Request, pk: int) -> HttpResponse:
    """End it at once and for good."""
    token, reason = get_token(request.actor, pk), request.POST.get("reason", "")
    try:
        done = revoke_token(actor=request.actor, token=token, reason=reason)
    except Invalid as error:
        return _list(request, request.POST, refusal=Refusal(pk, str(error), reason), status=422)
    ended = f"{token.name} is revoked. From now on it is refused."
    notice = ended if done else f"{token.name} was revoked already, by {token.revoked_by}."
    if request.htmx:
        return _list(request, request.POST, notice=notice)
    messages.success(request, notice)
    place = {name: request.POST[name] for name in PLACE if request.POST.get(name)}
    return redirect(f"{reverse('tokens')}?{urlencode(place)}" if place else "tokens")


def _list(
    request: Request, sent: QueryDict, *, notice: str = "", refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    listing = listing_of(sent.get("state", ""), sent.get("before", ""), refusal)
    context: dict[str, Any] = {"listing": listing, "filters": FILTERS, "scopes": OFFERED, "notice": notice}
    context["base"] = _base(request)
    return render(request, "tokens/list.html", LIST, context, status)


def _new(
    request: Request, form: TokenForm, *, token: Token | None = None, secret: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "offered": OFFERED,
        "known": visible_initiatives(request.actor),
        "most_days": MOST_DAYS,
        "longest_name": MAX_NAME,
        "made": line(token, timezone.now()) if token else None,
        "secret": secret,
        "base": _base(request),
    }
    response = render(request, "tokens/new.html", NEW, context, status)
    # Neither the browser nor anything on the way may keep what it will not be shown again.
    patch_cache_control(response, no_store=True)
    return response


def _base(request: Request) -> str:
    """The address that machines are told to ask."""
    return request.build_absolute_uri("/").rstrip("/")
