"""Handing a phase off, and reopening it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse

from phases.actions.handoffs import hand_off, reopen_phase
from phases.forms import HandOffForm, ReopenForm, VerbForm
from phases.lookups import get_phase
from phases.models import Phase

from . import readiness
from .answers import Answer, Asked, answered
from .base import Request, action
from .paths import Paths
from .words import counted


@action("hand_off")
def hand_over(request: Request, slug: str, phase: str) -> HttpResponse:
    """Close the phase on its readiness."""
    found = get_phase(request.actor, slug, phase)

    def run(sent: Mapping[str, Any]) -> str:
        handoff = hand_off(actor=request.actor, phase=found, note=sent["note"])
        documents = counted(handoff.documents.count(), "document")
        return f"Phase {phase} is handed off: {documents} are written, and nothing in it changes any more."

    return _verb(request, found, HandOffForm(request.POST), run, f"Hand off phase {phase}")


@action("reopen_phase")
def reopen(request: Request, slug: str, phase: str) -> HttpResponse:
    """End the freeze of a phase that was handed off."""
    found = get_phase(request.actor, slug, phase)

    def run(sent: Mapping[str, Any]) -> str:
        handoff = reopen_phase(actor=request.actor, phase=found, reason=sent["reason"])
        return (
            f"Phase {phase} is open again. Handoff {handoff.number} stays on record, and what it carried "
            "on stays where it is."
        )

    return _verb(request, found, ReopenForm(request.POST), run, f"Reopen phase {phase}")


def _verb(
    request: Request, phase: Phase, form: VerbForm, run: Callable[[Mapping[str, Any]], str], label: str
) -> HttpResponse:
    """Run a verb and answer on the readiness page."""
    slug = phase.initiative.slug

    def on_page(request: Request, answer: Answer | None) -> HttpResponse:
        return readiness.respond(request, get_phase(request.actor, slug, phase.code), answer)

    home = f"{Paths(slug).phase(phase.code)}readiness/"
    return answered(request, Asked(phase, form, run, label), on_page, home)
