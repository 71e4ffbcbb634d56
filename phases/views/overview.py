"""The overview of all initiatives, and the page of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from phases.lookups import get_initiative, visible_initiatives
from phases.models import Initiative, Owner, Phase
from phases.permissions import Actor
from phases.rules.ready import UNDER_WORK
from phases.rules.state import Status

from .base import Request, page, render
from .carried import waiting_in
from .paths import Paths
from .standings import Standing, standings, with_hash
from .verdict import Verdict, verdict
from .words import STATUS, listed

OVERVIEW, INITIATIVE = "overview.html", "initiative.html"


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """One phase at a glance."""

    phase: Phase
    url: str
    verdict: Verdict
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
    found = standings(phases)
    groups: dict[str, list[PhaseLine]] = defaultdict(list)
    for phase in phases:
        groups[phase.initiative.slug].append(line(phase, found[phase.pk], request.actor))
    context = {"initiatives": [(Paths(slug).initiative, slug, lines) for slug, lines in groups.items()]}
    return render(request, OVERVIEW, "", context)


@page("see")
def initiative(request: Request, slug: str) -> HttpResponse:
    """One initiative: its phases, its owners with their load, what was deferred, what must hold."""
    found = get_initiative(request.actor, slug)
    phases = _phases([found])
    stand = standings(phases)
    context = {
        "initiative": found,
        "lines": [line(phase, stand[phase.pk], request.actor) for phase in phases],
        "waiting": waiting_in(found),
        "loads": _loads(found, stand.values()),
        "deferred": _said(phases, "deferred_non_blocking"),
        "invariants": _said(phases, "invariants"),
    }
    return render(request, INITIATIVE, "", context)


def _phases(initiatives: Iterable[Initiative]) -> list[Phase]:
    phases = Phase.objects.filter(initiative__in=initiatives).select_related("initiative", "revision")
    ordered = phases.defer("revision__text", "revision__packet").order_by("initiative__slug", "code")
    return list(with_hash(ordered))


def line(phase: Phase, found: Standing, actor: Actor) -> PhaseLine:
    """A phase as the actor sees it."""
    return PhaseLine(
        phase=phase,
        url=Paths(phase.initiative.slug).phase(phase.code),
        verdict=verdict(phase, found.missing, has_begun=found.has_begun),
        segments=[(one.look, f"{one.code}: {STATUS[one.status]}") for one in found.slots],
        total=len(found.slots),
        landed=found.landed,
        moving=listed(found.moving),
        startable=[
            (one.code, one.owner, actor.acts_for(phase.initiative_id, (one.owner, one.backup)))
            for one in found.slots
            if one.can_start
        ],
        waiting=found.waiting,
        blocked=listed(one.code for one in found.slots if one.look == "blocked"),
    )


def _loads(initiative: Initiative, found: Iterable[Standing]) -> list[Load]:
    count: Mapping[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for slot in (slot for one in found for slot in one.slots):
        mine = count[slot.owner]
        mine["owns"] += 1
        mine["moving"] += slot.status in UNDER_WORK
        mine["startable"] += slot.can_start
        mine["landed"] += slot.status == Status.LANDED
        count[slot.backup]["backs"] += 1
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
