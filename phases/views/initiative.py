"""The page of one initiative: its phases, owners, documents and decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from phases.lookups import get_initiative
from phases.models import Initiative, Owner, Phase
from phases.rules.ready import UNDER_WORK
from phases.rules.state import Status

from .base import Request, page, render
from .carried import waiting_in
from .initiative_folder import MOST_ROWS, Asked, folder_part
from .ledgers import tag_of_initiative, unless_initiative_known
from .overview import folded, line, next_deadline, phases_of
from .paths import Paths
from .standings import Standing, standings

TEMPLATE, REGION, FOLDER = "initiative.html", "region", "folder-list"

MOST_OPEN, MOST_CLOSED = 30, 8
"""Phases that are shown before the rest is folded, and of those that were handed off."""


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
def show(request: Request, slug: str) -> HttpResponse:
    """One initiative; polls of its two regions are answered as in `ledgers`, a search with the folder."""
    region = FOLDER if request.htmx.target == FOLDER else REGION
    return unless_initiative_known(request, slug, lambda: _respond(request, slug, region))


def _respond(request: Request, slug: str, region: str) -> HttpResponse:
    """Its phases, its owners with their load, what was deferred, what must hold."""
    found, now = get_initiative(request.actor, slug), timezone.now()
    phases = phases_of([found])
    stand = standings(phases)
    loads = _loads(found, stand.values())
    lines = [line(phase, stand[phase.pk], request.actor, now) for phase in phases]
    context = {
        "initiative": found,
        "folder": folder_part(found, phases, Asked.of(request.GET)),
        "MOST_ROWS": MOST_ROWS,
        "shown": folded(lines, MOST_OPEN, MOST_CLOSED),
        "number": len(phases),
        "waiting": waiting_in(found),
        "loads": loads,
        "handles": {load.owner.handle for load in loads},
        "deferred": _said(phases, "deferred_non_blocking"),
        "invariants": _said(phases, "invariants"),
        "etag": tag_of_initiative(request, found, next_deadline(stand.values(), now)),
    }
    return render(request, TEMPLATE, region, context)


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
