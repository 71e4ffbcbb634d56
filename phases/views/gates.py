"""The page behind each cell of the gate matrix: the gates of one suite, of a slice or of the phase."""

from __future__ import annotations

from django.http import HttpResponse

from phases.lookups import get_phase
from phases.models import Phase
from phases.snapshot import load

from .answers import Answer
from .base import Request, page, render, unless_known
from .gates_page import prepare
from .phase_page import etag

TEMPLATE, REGION = "gates.html", "region"


@page("see")
def show(request: Request, slug: str, phase: str, suite: str, code: str = "") -> HttpResponse:
    """The suite; a poll that knows the present state is answered with 304 after one query."""
    found = get_phase(request.actor, slug, phase)
    return unless_known(request, etag(found, request.actor), lambda: respond(request, found, suite, code))


def respond(
    request: Request, phase: Phase, suite: str, code: str = "", answer: Answer | None = None
) -> HttpResponse:
    """The page, or its region, as it is now; an answer stands on top of it."""
    prepared = prepare(phase, load(phase), request.actor, suite, code)
    context = {"page": prepared, "answer": answer, "etag": etag(phase, request.actor)}
    return render(request, TEMPLATE, REGION, context, answer.status if answer else 200)
