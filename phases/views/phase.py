"""The page of one phase: its order of work, its slices and their verbs."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from phases.lookups import get_phase
from phases.models import Phase
from phases.rules.acting import next_deadline

from . import wall
from .answers import Answer
from .base import Request, page, render
from .entry import entered
from .frozen import before, frozen
from .history import history
from .phase_page import prepare
from .polling import etag, unless_known
from .timeline import timeline

TEMPLATE, REGION = "phase.html", "region"


@page("see")
def show(request: Request, slug: str, phase: str) -> HttpResponse:
    """The phase, or its page for the wall; a poll that knows the present state costs one query."""
    answer = wall.respond if "wall" in request.GET else respond
    found = get_phase(request.actor, slug, phase)
    return unless_known(request, found, lambda: answer(request, found), around=True)


def respond(request: Request, phase: Phase, answer: Answer | None = None) -> HttpResponse:
    """The page, or its region, as it is now; an answer stands on top of it."""
    every = [name for name in ("concerns",) if request.GET.get(name) == "all"]
    found, past = entered(phase), history(phase)
    prepared = prepare(phase, found, before(phase, request.actor), past.recent, every=every)
    tag = etag(phase, request.actor, next_deadline(prepared.state), around=True)
    notice = frozen(phase, request.actor)
    context = {
        "page": prepared,
        "answer": answer,
        "etag": tag,
        "frozen": notice,
        "timeline": timeline(past.happenings, phase.about, timezone.now()),
    }
    return render(request, TEMPLATE, REGION, context, answer.status if answer else 200)
