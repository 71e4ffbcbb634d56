"""The page of one run: everything that was reported with it, its log, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from phases.actions.evidence import redact, retract
from phases.errors import NotFound
from phases.forms import RedactForm, RetractForm, VerbForm
from phases.lookups import get_phase
from phases.models import Phase
from phases.snapshot import load

from .answers import Answer, Asked, answered
from .base import Request, action, page, render
from .frozen import before, frozen
from .paths import Paths
from .polling import etag, unless_known
from .run_page import find, prepare

TEMPLATE, REGION = "run.html", "region"
FILES_STAY = "So do the files that its revision changed: they decide what is stale."
"""What a redaction cannot do."""


@page("see")
def show(request: Request, slug: str, phase: str, pk: int) -> HttpResponse:
    """The run with its log; a poll that knows the present state is answered with 304 after one query."""
    found = get_phase(request.actor, slug, phase)
    return unless_known(request, found, lambda: respond(request, found, pk))


def respond(request: Request, phase: Phase, pk: int, answer: Answer | None = None) -> HttpResponse:
    """The page, or its region without the log, as it is now; an answer stands on top of it."""
    run = find(phase, pk, with_log=not request.htmx)
    prepared = prepare(
        before(phase, request.actor), phase, load(phase), run, from_line=request.GET.get("line", "")
    )
    notice, tag = frozen(phase, request.actor), etag(phase, request.actor)
    context = {"page": prepared, "answer": answer, "etag": tag, "frozen": notice}
    return render(request, TEMPLATE, REGION, context, answer.status if answer else 200)


@page("see")
def log(request: Request, slug: str, phase: str, pk: int) -> HttpResponse:
    """What the run printed, as it was kept, to be saved as a file."""
    run = find(get_phase(request.actor, slug, phase), pk, with_log=True)
    if run.log is None or run.log.redacted:
        gone = "was redacted, and nobody has it any more" if run.log else "is not there: none was reported"
        raise NotFound(f"The log of run {pk} {gone}.")
    headers = {
        "Content-Disposition": content_disposition_header(True, f"run-{pk}.log") or "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    response = HttpResponse(run.log.text, content_type="text/plain; charset=utf-8", headers=headers)
    # A log may be redacted at any time: what was read once is asked for again.
    patch_cache_control(response, private=True, no_cache=True)
    return response


@action("retract")
def retract_run(request: Request, slug: str, phase: str, pk: int) -> HttpResponse:
    """Take the run out of what counts."""
    found = get_phase(request.actor, slug, phase)

    def run(sent: Mapping[str, Any]) -> str:
        retract(actor=request.actor, phase=found, evidence=f"run:{pk}", reason=sent["reason"])
        return f"Run {pk} is retracted: it stays visible and counts no more."

    return _verb(request, found, pk, RetractForm(request.POST), run, "Retract")


@action("redact")
def redact_run(request: Request, slug: str, phase: str, pk: int) -> HttpResponse:
    """Take the texts of the run away for ever."""
    found = get_phase(request.actor, slug, phase)

    def run(sent: Mapping[str, Any]) -> str:
        redact(actor=request.actor, phase=found, evidence=f"run:{pk}", reason=sent["reason"])
        return f"The texts of run {pk} are gone. That it was reported, and their digests, stay. {FILES_STAY}"

    return _verb(request, found, pk, RedactForm(request.POST), run, "Redact for ever")


def _verb(
    request: Request,
    phase: Phase,
    pk: int,
    form: VerbForm,
    run: Callable[[Mapping[str, Any]], str],
    label: str,
) -> HttpResponse:
    """Run a verb and answer on the page of the run."""
    slug = phase.initiative.slug

    def on_run(request: Request, answer: Answer | None) -> HttpResponse:
        return respond(request, get_phase(request.actor, slug, phase.code), pk, answer)

    return answered(
        request, Asked(phase, form, run, label, about=f"Run {pk}"), on_run, Paths(slug).run(phase.code, pk)
    )
