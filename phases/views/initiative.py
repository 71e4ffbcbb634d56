"""The page of one initiative: its phases, owners, documents and decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from phases.lookups import get_initiative
from phases.models import Initiative, Owner, Phase
from phases.rules.ready import UNDER_WORK
from phases.rules.state import Status

from .base import Request, page, render
from .carried import waiting_in
from .initiative_folder import MOST_ROWS, Asked, folder_part
from .overview import line, phases_of
from .paths import Paths
from .standings import Standing, standings

TEMPLATE, FOLDER = "initiative.html", "folder-list"


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
    """One initiative: its phases, its owners with their load, what was deferred, what must hold."""
    found = get_initiative(request.actor, slug)
    phases = phases_of([found])
    stand = standings(phases)
    context = {
        "initiative": found,
        "folder": folder_part(found, phases, Asked.of(request.GET)),
        "MOST_ROWS": MOST_ROWS,
        "lines": [line(phase, stand[phase.pk], request.actor) for phase in phases],
        "waiting": waiting_in(found),
        "loads": _loads(found, stand.values()),
        "deferred": _said(phases, "deferred_non_blocking"),
        "invariants": _said(phases, "invariants"),
    }
    return render(request, TEMPLATE, FOLDER, context)


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
