"""The overview of all initiatives, and the page of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from phases.lookups import get_initiative, visible_initiatives
from phases.models import Initiative, Owner, Phase
from phases.outline import outline
from phases.permissions import Actor
from phases.rules.ready import UNDER_WORK, turns
from phases.rules.state import PhaseState, Status

from .base import Request, page, render
from .drawing import look
from .paths import Paths
from .words import STATUS, listed

OVERVIEW, INITIATIVE = "overview.html", "initiative.html"


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """One phase at a glance."""

    phase: Phase
    url: str
    segments: Sequence[tuple[str, str]]
    total: int
    landed: int
    moving: str
    startable: Sequence[tuple[str, str, bool]]
    """Code, owner and whether it is the viewer's turn."""
    waiting: int
    blocked: str


@dataclass(frozen=True, slots=True)
class Load:
    """How much an owner has in hand, over the phases of an initiative."""

    owner: Owner
    url: str
    owns: int
    moving: int
    startable: int
    landed: int
    backs: int


@page("see")
def overview(request: Request) -> HttpResponse:
    """Every initiative that the viewer may see, with its phases."""
    phases = _phases(visible_initiatives(request.actor))
    states = outline(phases)
    groups: dict[str, list[PhaseLine]] = defaultdict(list)
    for phase in phases:
        groups[phase.initiative.slug].append(line(phase, states[phase.pk], request.actor))
    context = {"initiatives": [(Paths(slug).initiative, slug, lines) for slug, lines in groups.items()]}
    return render(request, OVERVIEW, "", context)


@page("see")
def initiative(request: Request, slug: str) -> HttpResponse:
    """One initiative: its phases, its owners with their load, what was deferred, what must hold."""
    found = get_initiative(request.actor, slug)
    phases = _phases([found])
    states = outline(phases)
    context = {
        "initiative": found,
        "lines": [line(phase, states[phase.pk], request.actor) for phase in phases],
        "loads": _loads(found, states.values()),
        "deferred": _said(phases, "deferred_non_blocking"),
        "invariants": _said(phases, "invariants"),
    }
    return render(request, INITIATIVE, "", context)


def _phases(initiatives: Iterable[Initiative]) -> list[Phase]:
    phases = Phase.objects.filter(initiative__in=initiatives).select_related("initiative", "revision")
    return list(phases.defer("revision__text", "revision__packet").order_by("initiative__slug", "code"))


def line(phase: Phase, state: PhaseState, actor: Actor) -> PhaseLine:
    planned = turns(state)
    startable = [turn.item for turn in planned if not turn.unmet]
    codes = {item.code for item in startable}
    items = list(state.slices.values())
    looks = {item.code: look(item, item.code in codes) for item in items}
    return PhaseLine(
        phase=phase,
        url=Paths(state.initiative).phase(state.code),
        segments=[(looks[item.code], f"{item.code}: {STATUS[item.status]}") for item in items],
        total=len(items),
        landed=sum(item.status == Status.LANDED for item in items),
        moving=listed(item.code for item in items if item.status in UNDER_WORK),
        startable=[
            (item.code, item.owner, actor.acts_for(phase.initiative_id, (item.owner, item.backup)))
            for item in startable
        ],
        waiting=len(planned) - len(startable),
        blocked=listed(code for code, how in looks.items() if how == "blocked"),
    )


def _loads(initiative: Initiative, states: Iterable[PhaseState]) -> list[Load]:
    count: Mapping[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for state in states:
        startable = {turn.item.code for turn in turns(state) if not turn.unmet}
        for item in state.slices.values():
            mine = count[item.owner]
            mine["owns"] += 1
            mine["moving"] += item.status in UNDER_WORK
            mine["startable"] += item.code in startable
            mine["landed"] += item.status == Status.LANDED
            count[item.backup]["backs"] += 1
    names = ("owns", "moving", "startable", "landed", "backs")
    paths = Paths(initiative.slug)
    return [
        Load(owner, paths.owner(owner.handle), *(count[owner.handle][name] for name in names))
        for owner in Owner.objects.filter(initiative=initiative)
    ]


def _said(phases: Iterable[Phase], key: str) -> list[tuple[str, Any]]:
    """What the packets say under a key, with the codes of the phases that say the same."""
    groups: list[tuple[list[str], Any]] = []
    for phase in phases:
        said = phase.about.get(key)
        same = next((codes for codes, other in groups if other == said), None)
        if same is not None:
            same.append(phase.code)
        elif said:
            groups.append(([phase.code], said))
    return [(", ".join(codes), said) for codes, said in groups]
