"""The page that answers whether a phase can be handed off, now, at a past moment, or if something held."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from phases.errors import Invalid, NotFound
from phases.lookups import get_phase
from phases.models import Phase
from phases.rules.acting import next_deadline
from phases.rules.readiness import readiness

from .answers import Answer
from .base import Request, page, render
from .entry import Entered, entered
from .handoff_card import prepare as prepare_handoff
from .paths import Paths
from .polling import etag, unless_known
from .readiness_asked import Asked
from .readiness_badge import embedding
from .readiness_moments import look_back
from .readiness_page import prepare

TEMPLATE, REGION = "readiness/page.html", "region"
NO_MOMENT = "readiness/no_moment.html"


@page("see")
def show(request: Request, slug: str, phase: str) -> HttpResponse:
    """The requirement tree with its verdict; a poll that knows the present state is answered with 304."""
    found = get_phase(request.actor, slug, phase)
    return unless_known(request, found, lambda: respond(request, found), around=True)


def respond(request: Request, phase: Phase, answer: Answer | None = None) -> HttpResponse:
    """The page or its region, an answer on top; a moment that cannot be shown is a page with the ways on."""
    home = f"{Paths(phase.initiative.slug).phase(phase.code)}readiness/"
    asked, now = Asked.of(home, request.GET), timezone.now()
    try:
        looked = look_back(phase, asked, now) if asked.is_past else None
    except (Invalid, NotFound) as error:
        context = {"phase": phase, "asked": asked, "message": str(error)}
        return render(request, NO_MOMENT, "", context, error.status)
    here = looked or entered(phase)
    truth = readiness(here.state)
    prepared = prepare(phase, truth, asked, looked, request.actor, now)
    tag = etag(phase, request.actor, next_deadline(truth.state), around=True)
    context = {"page": prepared, "answer": answer, "etag": tag, "badge": embedding(request, phase, home)}
    if isinstance(here, Entered):
        context |= {"entry": here.entry, "handoff": prepare_handoff(phase, here, truth, request.actor)}
    status = 422 if prepared.what_if and prepared.what_if.unknown else 200
    return render(request, TEMPLATE, REGION, context, answer.status if answer else status)
