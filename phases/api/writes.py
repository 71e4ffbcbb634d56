"""Moving slices, raising, answering and firing concerns, waiving."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Status

from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.slices import move_slice
from phases.actions.waivers import waive
from phases.actions.watchpoints import fire_watchpoint
from phases.lookups import get_concern, get_phase
from phases.models import Concern

from .application import api
from .doors import actor_of
from .reads import PHASE
from .requests import Answer, Move, NewConcern, NewWaiver
from .responses import ConcernShape, Moved, WaiverAnswer
from .review_requests import Firing
from .routing import operation


@operation(
    api, "POST", f"{PHASE}/slices/{{code}}/status", summary="Move a slice", verb="move", answers={200: Moved}
)
def move(request: HttpRequest, initiative: str, phase: str, code: str, asked: Move) -> Any:
    """Move a slice. A refused move answers 409 (`conflict`) or 422 (`refused`, with what is unmet)."""
    actor = actor_of(request)
    found = get_phase(actor, initiative, phase)
    moved = move_slice(
        actor=actor, phase=found, code=code, version=asked.version, to=asked.to, note=asked.note
    )
    return {"code": code, "status": asked.to, "version": moved.version, "seq": moved.event.seq}


@operation(
    api, "POST", f"{PHASE}/concerns", summary="Raise a concern", verb="raise", answers={201: ConcernShape}
)
def raise_one(request: HttpRequest, initiative: str, phase: str, asked: NewConcern) -> Any:
    """Raise a concern; a blocker on a slice blocks it."""
    actor = actor_of(request)
    found = get_phase(actor, initiative, phase)
    return Status(201, _concern(raise_concern(actor=actor, phase=found, **asked.model_dump())))


@operation(
    api,
    "POST",
    "/initiatives/{initiative}/concerns/{int:concern}/answer",
    summary="Answer a concern",
    verb="answer",
    answers={200: ConcernShape},
)
def answer_one(request: HttpRequest, initiative: str, concern: int, asked: Answer) -> Any:
    """Resolve a concern, accept it as it is, or carry it on; a blocker can only be resolved."""
    actor = actor_of(request)
    found = get_concern(actor, initiative, concern)
    return _concern(answer_concern(actor=actor, concern=found, outcome=asked.outcome, note=asked.note))


@operation(
    api,
    "POST",
    "/initiatives/{initiative}/concerns/{int:concern}/fire",
    summary="Say that a watchpoint has fired",
    verb="fire",
    answers={200: ConcernShape},
)
def fire_one(request: HttpRequest, initiative: str, concern: int, asked: Firing) -> Any:
    """Say that a watchpoint has fired: its deferred slice is in progress again, to be decided anew."""
    actor = actor_of(request)
    found = get_concern(actor, initiative, concern)
    return _concern(fire_watchpoint(actor=actor, concern=found, reason=asked.reason))


@operation(
    api, "POST", f"{PHASE}/waivers", summary="Waive a requirement", verb="waive", answers={201: WaiverAnswer}
)
def waive_one(request: HttpRequest, initiative: str, phase: str, asked: NewWaiver) -> Any:
    """Let one unmet leaf pass; the waiver shows for as long as it stands."""
    actor = actor_of(request)
    given = waive(actor=actor, phase=get_phase(actor, initiative, phase), key=asked.key, reason=asked.reason)
    fields = ("id", "key", "reason", "by", "at")
    return Status(201, {name: getattr(given, name) for name in fields})


def _concern(row: Concern) -> dict[str, Any]:
    return {
        "id": row.pk,
        "key": f"concern:{row.pk}",
        "kind": row.kind,
        "text": row.text,
        "state": row.state,
        "owner": row.owner.handle if row.owner else "",
        "priority": row.priority,
        "slice": row.slice.code if row.slice else "",
        "raised_by": row.raised_by,
        "raised_at": row.raised_at,
        "answer": row.answer,
        "carried_from": row.carried_from.phase.code if row.carried_from else "",
        "from_packet": row.from_packet,
        "disposition": f"verdict:{row.disposition_id}" if row.disposition_id else "",
    }
