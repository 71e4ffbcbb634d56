"""Regions that ask again: answered with 304 while nothing has changed, after one small query."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone

from phases.lookups import Place, get_place
from phases.models import Phase
from phases.permissions import Actor

from .base import Request


def etag(place: Phase | Place, actor: Actor) -> str:
    """Changes with every ledger entry of the phase, with what the viewer may do, and at midnight."""
    grants = [actor.name, sorted(actor.roles), sorted(actor.handles), timezone.now().date()]
    digest = hashlib.sha256(repr(grants).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f'"{place.pk}-{place.seq}-{digest}"'


def unless_known(
    request: Request, slug: str, phase: str, respond: Callable[[], HttpResponse]
) -> HttpResponse:
    """304 where the region is known already, before anything of the phase is loaded.

    Whole pages are never answered so: they carry messages and a form key of the session.
    """
    place = get_place(request.actor, slug, phase) if request.htmx else None
    if place is None:
        return respond()
    tag = etag(place, request.actor)
    known = request.headers.get("If-None-Match") == tag
    response = HttpResponseNotModified() if known else respond()
    response["ETag"] = tag
    return response
