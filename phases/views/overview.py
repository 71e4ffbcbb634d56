"""The overview of all initiatives with their phases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from phases.lookups import visible_initiatives
from phases.models import Initiative, Phase
from phases.permissions import Actor

from .base import Request, page, render
from .paths import Paths
from .standings import Standing, standings, with_hash
from .verdict import Verdict, verdict
from .words import STATUS, listed

OVERVIEW = "overview.html"


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


@page("see")
def overview(request: Request) -> HttpResponse:
    """Every initiative that the viewer may see, with its phases."""
    phases = phases_of(visible_initiatives(request.actor))
    found = standings(phases)
    groups: dict[str, list[PhaseLine]] = defaultdict(list)
    for phase in phases:
        groups[phase.initiative.slug].append(line(phase, found[phase.pk], request.actor))
    context = {"initiatives": [(Paths(slug).initiative, slug, lines) for slug, lines in groups.items()]}
    return render(request, OVERVIEW, "", context)


def phases_of(initiatives: Iterable[Initiative]) -> list[Phase]:
    """Their phases in order, as `standings` and `line` need them."""
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
