"""Reading the plan, its state and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Query

from phases.errors import Invalid
from phases.lookups import get_initiative, get_phase, get_slice, visible_initiatives
from phases.models import Event, Phase
from phases.models.ledger import ConcernKind, ConcernOutcome
from phases.permissions import Actor
from phases.shapes import ready_json
from phases.snapshot import load, load_all
from phases.triggers import answered

from .application import api
from .doors import actor_of
from .requests import LARGEST_ID
from .responses import Concerns, Events, Initiatives, PhaseAnswer, Phases, ReadyAnswer
from .routing import operation
from .slice_shapes import SliceAnswer
from .states import concern_shape, criteria_shape, phase_shape, slice_shape

PAGE = 100
MOST = 1000
PHASE = "/initiatives/{initiative}/phases/{phase}"


def visible_phase(actor: Actor, initiative: str, phase: str) -> Phase:
    """The phase, for an actor that may read it."""
    found = get_phase(actor, initiative, phase)
    actor.require("see", found.initiative_id)
    return found


@operation(api, "GET", "/initiatives", summary="List the initiatives", verb="see", answers={200: Initiatives})
def list_initiatives(request: HttpRequest) -> Any:
    """Initiatives that you may see."""
    items = [
        {
            "slug": found.slug,
            "title": found.title,
            "seq": found.seq,
            "head": found.head,
            "url": found.get_absolute_url(),
        }
        for found in visible_initiatives(actor_of(request))
    ]
    return {"items": items, "next": None}


@operation(
    api,
    "GET",
    "/initiatives/{initiative}/phases",
    summary="List the phases of an initiative",
    verb="see",
    answers={200: Phases},
)
def list_phases(request: HttpRequest, initiative: str) -> Any:
    """Phases of an initiative, by code."""
    found = get_initiative(actor_of(request), initiative)
    rows = Phase.objects.filter(initiative=found).values_list("code", "title", "revision__number", "seq")
    items = [
        {
            "code": code,
            "title": title,
            "packet_revision": revision or 0,
            "seq": seq,
            "url": reverse("phase", args=[initiative, code]),
        }
        for code, title, revision, seq in rows
    ]
    return {"items": items, "next": None}


@operation(api, "GET", PHASE, summary="Get a phase", verb="see", answers={200: PhaseAnswer})
def get_one_phase(request: HttpRequest, initiative: str, phase: str) -> Any:
    """A phase with its slices and their gates."""
    return phase_shape(load(visible_phase(actor_of(request), initiative, phase)))


@operation(
    api, "GET", f"{PHASE}/slices/{{code}}", summary="Get a slice", verb="see", answers={200: SliceAnswer}
)
def get_one_slice(request: HttpRequest, initiative: str, phase: str, code: str) -> Any:
    """A slice, what it needs, and where it can go from here."""
    found = get_slice(actor_of(request), initiative, phase, code)
    state = load(found.phase)
    return slice_shape(state, code) | criteria_shape(answered(found.phase, state, found.trigger_criteria))


ConcernKindName = Annotated[str, Query(description=f"one of {', '.join(ConcernKind.values)}")]
ConcernStateName = Annotated[str, Query(description=f"one of {', '.join(ConcernOutcome.values)}")]


@operation(
    api,
    "GET",
    f"{PHASE}/concerns",
    summary="List the concerns of a phase",
    verb="see",
    answers={200: Concerns},
)
def list_concerns(
    request: HttpRequest,
    initiative: str,
    phase: str,
    slice: str = "",
    kind: ConcernKindName = "",
    state: ConcernStateName = "",
) -> Any:
    """Blockers, carry-forwards, watchpoints and risks of a phase, the oldest first."""
    found = visible_phase(actor_of(request), initiative, phase)
    return _concerns(found, {"slice": slice, "kind": kind, "state": state})


@operation(
    api,
    "GET",
    f"{PHASE}/slices/{{code}}/concerns",
    summary="List the concerns of a slice",
    verb="see",
    answers={200: Concerns},
)
def list_concerns_of_slice(
    request: HttpRequest,
    initiative: str,
    phase: str,
    code: str,
    kind: ConcernKindName = "",
    state: ConcernStateName = "",
) -> Any:
    """Those of a slice; also of one that the packet dropped."""
    found = get_slice(actor_of(request), initiative, phase, code)
    return _concerns(found.phase, {"slice": found.code, "kind": kind, "state": state})


def _concerns(phase: Phase, wanted: dict[str, str]) -> Any:
    require_known("kind", wanted["kind"], ConcernKind.values)
    require_known("state", wanted["state"], ConcernOutcome.values)
    items = [
        concern_shape(item)
        for item in load(phase).concerns
        if all(getattr(item, name) == value for name, value in wanted.items() if value)
    ]
    return {"items": items, "next": None}


def require_known(name: str, word: str, known: Sequence[str]) -> None:
    """Refuse a filter's word that is none, naming those that are."""
    if word and word not in known:
        raise Invalid({name: f"{name} is one of {', '.join(known)}."})


@operation(
    api,
    "GET",
    "/initiatives/{initiative}/ready",
    summary="List the slices that can start",
    verb="see",
    answers={200: ReadyAnswer},
)
def list_ready(request: HttpRequest, initiative: str, phase: str = "") -> Any:
    """Slices that can start now, and why the others cannot; of one phase, or of all."""
    actor = actor_of(request)
    if phase:
        return ready_json([load(visible_phase(actor, initiative, phase))])
    rows = Phase.objects.filter(initiative=get_initiative(actor, initiative))
    phases = rows.select_related("initiative", "revision").defer("revision__text", "revision__packet")
    return ready_json(load_all(list(phases)).values())


@operation(
    api,
    "GET",
    "/initiatives/{initiative}/events",
    summary="List the ledger entries of an initiative",
    verb="see",
    answers={200: Events},
)
def list_events(
    request: HttpRequest,
    initiative: str,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID, description="entries later than this one")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST, description="how many at most")] = PAGE,
) -> Any:
    """Ledger entries in order; `next` is the `after` of the next page."""
    found = get_initiative(actor_of(request), initiative)
    rows = list(Event.objects.filter(initiative=found, seq__gt=after).order_by("seq")[: limit + 1])
    items = [event_shape(row) for row in rows[:limit]]
    return {"items": items, "next": items[-1]["seq"] if len(rows) > limit else None}


def event_shape(row: Event) -> dict[str, Any]:
    """A ledger entry."""
    return {name: getattr(row, name) for name in _EVENT_FIELDS}


def retraction_of(phase: Phase, seq: int) -> dict[str, Any] | None:
    """Who retracted evidence, when and why, by the ledger entry of that; None for 0."""
    if not seq:
        return None
    entry = Event.objects.get(initiative=phase.initiative_id, seq=seq)
    return {"by": entry.actor, "at": entry.at, "reason": entry.note}


_EVENT_FIELDS = (
    "seq",
    "at",
    "actor_kind",
    "actor",
    "verb",
    "phase",
    "slice",
    "target",
    "before",
    "after",
    "note",
    "redacted",
    "previous",
    "hash",
)
