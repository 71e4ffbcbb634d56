"""Regions that show many phases and ask again: known by where the ledgers that they show stand together.

As for one phase in `polling`, an unchanged region is answered with 304 after one small query.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import F, Func, IntegerField, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.http import HttpResponse

from phases.lookups import visible_initiatives
from phases.models import Event, Initiative
from phases.permissions import Actor

from .base import Request
from .polling import digest_of, is_known, not_modified, tag_of, with_news
from .words import COLUMNS, ECHOES, entry

LOOKED_AT = 60
"""The newest entries in which news is looked for."""

_TOLD = re.compile('(?:W/)?"(?P<name>all|only(?P<pk>[0-9]{1,18}))-(?P<at>[0-9]{1,18})-')

Initiatives = QuerySet[Initiative]


def unless_all_known(
    request: Request, respond: Callable[[], HttpResponse], beside: Sequence[Combinable] = ()
) -> HttpResponse:
    """304 where a region that shows every initiative is known already, before anything of it is loaded.

    `beside` asks for what else it shows, as `position` was given it.
    """
    told = _told(request)
    if told is None or told["pk"]:
        return respond()
    return _unless_known(request, told, visible_initiatives(request.actor), respond, beside)


def unless_initiative_known(request: Request, slug: str, respond: Callable[[], HttpResponse]) -> HttpResponse:
    """The same for a region that shows one initiative."""
    told = _told(request)
    if told is None or not told["pk"]:
        return respond()
    one = visible_initiatives(request.actor).filter(slug=slug, pk=int(told["pk"]))
    return _unless_known(request, told, one, respond)


def _told(request: Request) -> re.Match[str] | None:
    """What a request that asks again says that it knows."""
    return _TOLD.match(request.headers.get("If-None-Match", "")) if request.htmx else None


def _unless_known(
    request: Request,
    told: re.Match[str],
    initiatives: Initiatives,
    respond: Callable[[], HttpResponse],
    beside: Sequence[Combinable] = (),
) -> HttpResponse:
    now = position(initiatives, beside)
    if is_known(request, _fingerprint(told["name"], now, request)):
        return not_modified(request)
    return with_news(respond(), list(_news(request.actor, initiatives, now.at - int(told["at"]))))


class Position(NamedTuple):
    """Where ledgers stand together, and what was found beside them."""

    at: int
    """How many entries they have, and one more for each ledger; it only grows."""
    beside: Sequence[object] = ()


def position(initiatives: Initiatives, beside: Sequence[Combinable] = ()) -> Position:
    """In one query; `beside` are queries of one value each, for what is shown and stands in no ledger."""
    at, *found = _summed(initiatives, beside).get()
    return Position(at or 0, found)


def positions(initiatives: Initiatives) -> Subquery:
    """The number alone, to be asked for within another query; None without any initiative."""
    return Subquery(_summed(initiatives).values("at"))


def _summed(initiatives: Initiatives, beside: Sequence[Combinable] = ()) -> QuerySet[Any, Any]:
    """One row, also where there is no initiative."""
    total = Func(F("seq") + 1, function="SUM", output_field=IntegerField())
    names = {f"beside_{number}": one for number, one in enumerate(beside)}
    return initiatives.order_by().annotate(at=total, **names).values_list("at", *names)


def tag_of_all(request: Request, now: Position, until: dt.datetime | None) -> str:
    """Changes with every entry of every ledger; `now` is read before what is shown."""
    return tag_of(_fingerprint("all", now, request), until)


def tag_of_initiative(request: Request, initiative: Initiative, until: dt.datetime | None) -> str:
    """Changes with every entry of the initiative's ledger."""
    return tag_of(_fingerprint(f"only{initiative.pk}", Position(initiative.seq + 1), request), until)


def _fingerprint(name: str, now: Position, request: Request) -> str:
    """With the filter of the address: htmx sends the tag of a region also with the links inside it."""
    return f"{name}-{now.at}-{digest_of(request.actor, request.GET.urlencode(), *now.beside)}"


def _news(actor: Actor, initiatives: Initiatives, number: int) -> Iterator[str]:
    """What others did in the newest `number` entries, newest first, each with the phase that it is about."""
    events = Event.objects.filter(initiative__in=initiatives).order_by("-pk").only(*COLUMNS)
    for event in events[: max(0, min(number, LOOKED_AT))]:
        if event.verb in ECHOES or event.actor == actor.name:
            continue
        if event.slice:
            # Read beside other phases, the code of a slice needs its phase.
            event.slice = f"{event.slice} of phase {event.phase}"
        yield f"{event.actor} {entry(event).did}"
