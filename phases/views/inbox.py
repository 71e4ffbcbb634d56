"""The inbox of a person, and the counts beside its link on every page."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Count, Func, Max, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render as render_template
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from phases.lookups import visible_initiatives
from phases.models import Draft
from phases.permissions import Actor, actor_for_user
from phases.rules.acting import next_deadline

from .base import Request, page, public, render
from .inbox_page import count, pending, prepare
from .ledgers import position, tag_of_all, unless_all_known
from .polling import is_known, tag_of
from .sections import section
from .task_lines import everything

TEMPLATE, REGION, COUNTS, FIRST = "inbox.html", "region", "_counts.html", "_first.html"
KEPT_S = 3600
"""How long counts are kept that nothing has changed since."""


@page("see")
def show(request: Request) -> HttpResponse:
    """What waits for whoever asks, over every initiative they may see; a poll as in `ledgers`."""
    return _unless_known(
        request, lambda: render(request, TEMPLATE, REGION, _context(request, request.GET.dict()))
    )


@page("see")
def first(request: Request) -> HttpResponse:
    """The first lines of the inbox, as they stand beside the overview."""
    return _unless_known(request, lambda: _first(request))


def _first(request: Request) -> HttpResponse:
    context = _context(request, {})
    response = _private(render_template(request, FIRST, context))
    response["ETag"] = context["etag"]
    return response


def _unless_known(request: Request, respond: Callable[[], HttpResponse]) -> HttpResponse:
    return unless_all_known(request, respond, _beside(request.actor))


def _context(request: Request, sent: Mapping[str, str]) -> dict[str, Any]:
    """The inbox with its tag; what the tag says is read first, so that it is never newer than the page."""
    actor = request.actor
    now = position(visible_initiatives(actor), _beside(actor))
    phases, states = everything(actor)
    until = min(filter(None, map(next_deadline, states.values())), default=None)
    return {"page": prepare(actor, phases, states, sent), "etag": tag_of_all(request, now, until)}


def _beside(actor: Actor) -> list[Subquery]:
    """Numbers that change with what waits in no ledger: the actor's drafts, and uploads."""
    drafts = Draft.objects.filter(user_id=actor.user_id or 0).order_by()
    waiting = pending().order_by()
    found: list[tuple[QuerySet[Any], str, str]] = [(drafts, "COUNT", "pk"), (drafts, "MAX", "saved_at")]
    if actor.may("import"):
        found += [(waiting, "COUNT", "pk"), (waiting, "MAX", "pk")]
    return [
        Subquery(rows.annotate(said=Func(name, function=how)).values("said")) for rows, how, name in found
    ]


class Counts(NamedTuple):
    """What stands beside the links, and until when it stays so if nothing is recorded."""

    inbox: int
    reviews: int
    until: dt.datetime | None


@public
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The links with their counts; 304 where they are known, after one or two small queries.

    Whoever is not signed in any more gets nothing: a request that no person made must not take a
    page away on which somebody may be writing.
    """
    actor = actor_for_user(request.user)
    if not actor.name:
        return HttpResponse(status=204)
    known = _fingerprint(actor)
    # The links say in which section they stand: what a browser keeps of one page is not for another.
    shown = f"{known}-{section(request)}"
    if is_known(request, shown):
        return _private(HttpResponseNotModified(headers={"ETag": request.headers["If-None-Match"]}))
    found = _counts(actor, known)
    tag = tag_of(shown, found.until)
    context = {"counts": found, "etag": tag, "may_review": actor.may("review")}
    response = _private(render_template(request, COUNTS, context))
    response["ETag"] = tag
    return response


def _fingerprint(actor: Actor) -> str:
    """Changes with every ledger entry, with what the actor may do, and with uploads that they may apply."""
    initiatives = visible_initiatives(actor).aggregate(number=Count("id"), entries=Sum("seq"))
    waiting = pending().aggregate(number=Count("id"), last=Max("id")) if actor.may("import") else {}
    said = [actor.name, sorted(actor.roles), sorted(actor.handles), initiatives, waiting]
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _counts(actor: Actor, known: str) -> Counts:
    """From the cache, or computed anew."""
    kept: Counts | None = cache.get(f"counts-{known}")
    if kept is not None and (kept.until is None or kept.until > timezone.now()):
        return kept
    phases, states = everything(actor)
    inbox, reviews = count(actor, phases, states)
    waiting = pending().count() if actor.may("import") else 0
    until = min(filter(None, map(next_deadline, states.values())), default=None)
    found = Counts(inbox + waiting, reviews, until)
    cache.set(f"counts-{known}", found, KEPT_S)
    return found


def _private(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Cookie"])
    patch_cache_control(response, private=True, no_cache=True)
    return response
