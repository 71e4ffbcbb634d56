"""Regions that ask again: answered with 304 while nothing has changed, after one small query.

A tag ends with the moment at which something changes by itself, a decision going to its backup: from
then on it is unknown, though nothing was recorded.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.text import Truncator
from django_htmx.http import trigger_client_event

from phases.models import Event, Phase
from phases.permissions import Actor

from .base import Request
from .words import COLUMNS, ECHOES, entry

MOST_NEWS, MOST_LETTERS = 4, 100
"""Lines that say what others did, and letters of each."""

FORM_KEY = "Form-Key"
"""The header with which a region tells the `form_key` that its forms were made with."""

_MOMENT = re.compile("[0-9]{1,12}")
_TOLD = re.compile('(?:W/)?"(?P<pk>[0-9]{1,18})-(?P<seq>[0-9]{1,18})-')


def etag(phase: Phase, actor: Actor, until: dt.datetime | None = None, *, around: bool = False) -> str:
    """Changes with every ledger entry of the phase, with what the viewer may do, at midnight, and `until`.

    `until` is the next deadline of the phase, as `acting.next_deadline` says it. A page that also shows
    what stands `around` the phase changes with every entry of the initiative.
    """
    return tag_of(_fingerprint(phase, actor, around), until)


def _fingerprint(phase: Phase, actor: Actor, around: bool) -> str:
    return f"{phase.pk}-{phase.initiative.seq if around else phase.seq}-{digest_of(actor)}"


def digest_of(actor: Actor, *beside: object) -> str:
    """Changes with what the actor may do, at midnight, and with what else is shown `beside` the ledger."""
    said = [actor.name, sorted(actor.roles), sorted(actor.handles), timezone.now().date(), *beside]
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def tag_of(fingerprint: str, until: dt.datetime | None) -> str:
    """The tag of a fingerprint that stays true until then; in whole seconds, rounded down."""
    return f'"{fingerprint}-{math.floor(until.timestamp()) if until else 0}"'


def form_key(request: HttpRequest) -> str:
    """Changes when somebody signs in anew, after which forms of earlier pages would be refused."""
    return hashlib.sha256(request.META.get("CSRF_COOKIE", "").encode()).hexdigest()[:8]


def is_known(request: HttpRequest, fingerprint: str) -> bool:
    """Whether the request knows what stands under this fingerprint, in time and with forms that serve."""
    key = request.headers.get(FORM_KEY)
    if key is not None and key != form_key(request):
        return False
    known = request.headers.get("If-None-Match", "").removeprefix("W/")
    told, _, until = known.strip('"').rpartition("-")
    if told != fingerprint or not _MOMENT.fullmatch(until):
        return False
    return int(until) == 0 or timezone.now().timestamp() < int(until)


def unless_known(
    request: Request, phase: Phase, respond: Callable[[], HttpResponse], *, around: bool = False
) -> HttpResponse:
    """304 where the region is known already, before anything but the phase itself is loaded.

    Whole pages are never answered so: they carry messages and a form key of the session.
    """
    if not request.htmx or "If-None-Match" not in request.headers:
        return respond()
    if is_known(request, _fingerprint(phase, request.actor, around)):
        return not_modified(request)
    return with_news(respond(), news(request, phase))


def not_modified(request: HttpRequest) -> HttpResponse:
    """To a request that knows the present state."""
    return HttpResponseNotModified(headers={"ETag": request.headers["If-None-Match"]})


def with_news(response: HttpResponse, lines: Sequence[str]) -> HttpResponse:
    """The response, which also tells these lines; only the first few of many, and of each its beginning.

    They travel in a header, in which a letter of another alphabet takes six bytes and proxies allow 4 KiB.
    """
    if len(lines) > MOST_NEWS:
        lines = [*lines[: MOST_NEWS - 1], "and more, see the activity"]
    told = [Truncator(line).chars(MOST_LETTERS) for line in lines]
    return trigger_client_event(response, "news", {"lines": told}) if told else response


def news(request: Request, phase: Phase) -> list[str]:
    """What others did in the phase since the state that the request knows, newest first."""
    told = _TOLD.match(request.headers.get("If-None-Match", ""))
    if told is None or int(told["pk"]) != phase.pk or int(told["seq"]) >= phase.seq:
        return []
    others = (
        Event.objects.filter(initiative=phase.initiative_id, phase=phase.code, seq__gt=int(told["seq"]))
        .exclude(verb__in=ECHOES)
        .exclude(actor=request.actor.name)
        .order_by("-seq")
        .only(*COLUMNS)[: MOST_NEWS + 1]
    )
    return [f"{one.actor} {one.did}" for one in map(entry, others)]
