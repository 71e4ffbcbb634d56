"""The page of one run: everything that was reported, with its log."""

from __future__ import annotations

from django.http import HttpResponse

from phases.actions.evidence import get_run
from phases.lookups import get_phase

from .base import Request, page, render

TEMPLATE, REGION = "run.html", "region"


@page("see")
def show(request: Request, slug: str, phase: str, pk: int) -> HttpResponse:
    """The run with its log."""
    found = get_phase(request.actor, slug, phase)
    return render(request, TEMPLATE, REGION, {"phase": found, "run": get_run(found, f"run:{pk}")})
