"""Handing phases off, reopening them, and reading the documents that a handoff wrote."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Status

from phases.actions.handoffs import hand_off, reopen_phase
from phases.errors import NotFound
from phases.lookups import get_phase
from phases.models import HandoffDocument, Phase

from .application import api
from .doors import actor_of
from .handoff_shapes import HandoffAnswer, Handoffs, NewHandoff, NewReopening, handoffs_json
from .reads import PHASE, visible_phase
from .requests import LARGEST_ID
from .routing import operation

_TEXT = {
    "responses": {
        200: {
            "description": "OK",
            "content": {"text/markdown": {"schema": {"type": "string"}}},
        }
    }
}


@operation(
    api, "POST", f"{PHASE}/handoff", summary="Hand off a phase", verb="hand_off", answers={201: HandoffAnswer}
)
def hand_off_one(request: HttpRequest, initiative: str, phase: str, asked: NewHandoff) -> Any:
    """Hand a phase off on its readiness; never by a token.

    It freezes the phase, writes its documents, and carries open carry-forwards and watchpoints to the next
    phase. 422 `refused` lists what is unmet; 409 `handed_off` says that it was handed off already.
    """
    actor = actor_of(request)
    found = get_phase(actor, initiative, phase)
    done = hand_off(actor=actor, phase=found, note=asked.note)
    return Status(201, _one(found, done.number))


@operation(
    api,
    "POST",
    f"{PHASE}/reopen",
    summary="Reopen a phase",
    verb="reopen_phase",
    answers={200: HandoffAnswer},
)
def reopen_one(request: HttpRequest, initiative: str, phase: str, asked: NewReopening) -> Any:
    """End the freeze of a phase that was handed off; for admins. Its handoff stays on record."""
    actor = actor_of(request)
    found = get_phase(actor, initiative, phase)
    return _one(found, reopen_phase(actor=actor, phase=found, reason=asked.reason).number)


@operation(
    api,
    "GET",
    f"{PHASE}/handoffs",
    summary="List the handoffs of a phase",
    verb="see",
    answers={200: Handoffs},
)
def list_handoffs(request: HttpRequest, initiative: str, phase: str) -> Any:
    """Handoffs of a phase, the newest first, with the documents and with what they carried on."""
    found = visible_phase(actor_of(request), initiative, phase)
    return {"items": handoffs_json(found), "next": None}


@operation(
    api,
    "GET",
    f"{PHASE}/handoffs/{{int:number}}/documents/{{name}}",
    summary="Get a document of a handoff",
    verb="see",
    answers={200: Any},
    openapi_extra=_TEXT,
)
def get_handoff_document(request: HttpRequest, initiative: str, phase: str, number: int, name: str) -> Any:
    """The text of a document as the handoff wrote it: Markdown, or JSON."""
    found = visible_phase(actor_of(request), initiative, phase)
    rows = HandoffDocument.objects.filter(handoff__phase=found, name=name)
    row = rows.filter(handoff__number=number).first() if number <= LARGEST_ID else None
    if row is None:
        raise NotFound(f"Handoff {number} of phase {phase} has no document {name}.")
    if row.redacted:
        raise NotFound(f"The text of {name} was taken away, as it held something secret; its digest stays.")
    kind = "application/json" if name.endswith(".json") else "text/markdown; charset=utf-8"
    return HttpResponse(row.content, content_type=kind)


def _one(phase: Phase, number: int) -> dict[str, Any]:
    return next(item for item in handoffs_json(phase) if item["number"] == number)
