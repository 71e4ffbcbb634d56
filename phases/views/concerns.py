"""Concerns: raising one on a slice or a phase, answering it, and saying that a watchpoint has fired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.watchpoints import fire_watchpoint
from phases.forms import AnswerForm, FireForm, RaiseForm
from phases.lookups import get_concern, get_phase, get_slice
from phases.models import Concern
from phases.models.ledger import ConcernKind

from .answers import Asked
from .base import Request, action
from .slice import Run, verb_on


@action("raise")
def raise_one(request: Request, slug: str, phase: str, code: str = "") -> HttpResponse:
    """Raise a concern on a slice; without one, on the phase."""
    found = get_phase(request.actor, slug, phase)
    if code:
        get_slice(request.actor, slug, phase, code)

    def run(sent: Mapping[str, Any]) -> str:
        fields = {name: sent[name] for name in ("kind", "text", "owner", "priority")}
        concern = raise_concern(actor=request.actor, phase=found, slice=code, **fields)
        if concern.kind == ConcernKind.BLOCKER:
            return f"{code or f'Phase {phase}'} is blocked until this is resolved."
        return f"The {concern.get_kind_display()} is recorded."

    asked = Asked(found, RaiseForm(request.POST), run, "Raise it")
    return verb_on(request, slug, found, code, asked)


@action("answer")
def answer(request: Request, slug: str, pk: int) -> HttpResponse:
    """Resolve, accept or carry on a concern."""
    concern = get_concern(request.actor, slug, pk)

    def run(sent: Mapping[str, Any]) -> str:
        answer_concern(actor=request.actor, concern=concern, outcome=sent["outcome"], note=sent["note"])
        return f"The {concern.get_kind_display()} is {concern.state}."

    return _on(request, slug, concern, AnswerForm(request.POST), run, "Send the answer")


@action("fire")
def fire(request: Request, slug: str, pk: int) -> HttpResponse:
    """Say that what a deferral watches for has happened."""
    concern = get_concern(request.actor, slug, pk)

    def run(sent: Mapping[str, Any]) -> str:
        fire_watchpoint(actor=request.actor, concern=concern, reason=sent["reason"])
        code = concern.slice.code if concern.slice else ""
        return f"The watchpoint has fired: {code} is in progress again and has to be decided again."

    return _on(request, slug, concern, FireForm(request.POST), run, "It has happened")


def _on(
    request: Request, slug: str, concern: Concern, form: AnswerForm | FireForm, run: Run, label: str
) -> HttpResponse:
    """Run a verb and answer on the page that the concern stood on."""
    code = concern.slice.code if concern.slice else ""
    about = f"{concern.get_kind_display().capitalize()}: {concern.text}"
    return verb_on(request, slug, concern.phase, code, Asked(concern.phase, form, run, label, about=about))
