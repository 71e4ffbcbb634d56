"""The documents of a phase: what is asked for, what is usual, what is there besides."""

from __future__ import annotations

from django.http import HttpResponse

from phases.lookups import get_phase
from phases.models import Phase
from phases.snapshot import load

from .answers import Answer, Asked, answered
from .base import Request, page, render
from .documents_page import prepare
from .frozen import before, frozen
from .paths import Paths
from .polling import etag, unless_known

TEMPLATE, REGION = "artifacts/documents.html", "region"
HERE = "documents"
"""What a form of this page says it came from."""


@page("see")
def show(request: Request, slug: str, phase: str) -> HttpResponse:
    """The documents; a poll that knows the present state is answered with 304 after one query."""
    found = get_phase(request.actor, slug, phase)
    return unless_known(request, found, lambda: respond(request, found))


def respond(request: Request, phase: Phase, answer: Answer | None = None) -> HttpResponse:
    """The page, or its region, as it is now; an answer stands on top of it."""
    prepared = prepare(phase, load(phase), before(phase, request.actor))
    notice = frozen(phase, request.actor)
    context = {"page": prepared, "answer": answer, "etag": etag(phase, request.actor), "frozen": notice}
    return render(request, TEMPLATE, REGION, context, answer.status if answer else 200)


def verb_on_documents(request: Request, slug: str, phase: Phase, asked: Asked) -> HttpResponse:
    """Run a verb and answer on this page."""

    def on_page(request: Request, answer: Answer | None) -> HttpResponse:
        return respond(request, get_phase(request.actor, slug, phase.code), answer)

    return answered(request, asked, on_page, Paths(slug).documents(phase.code))
