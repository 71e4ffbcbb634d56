"""The overview of all initiatives with their phases: what needs attention first."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Subquery
from django.http import HttpResponse
from django.utils import timezone

from phases.lookups import visible_initiatives
from phases.models import Initiative, Phase
from phases.permissions import Actor
from phases.rules.ready import UNDER_WORK

from .base import Request, page, render
from .ledgers import Position, position, positions, tag_of_all, unless_all_known
from .paths import Paths
from .standings import Slot, Standing, standings, with_hash
from .verdict import Verdict, verdict
from .words import STATUS, listed

OVERVIEW, REGION = "overview.html", "region"

MOST_OPEN, MOST_CLOSED = 8, 2
"""Phases of an initiative that are shown before the rest is folded, and of those that were handed off."""


LOOKS = {"ready": "can start"}
LEGEND = [
    *((look, word) for look, word in STATUS.items() if look != "planned"),
    ("blocked", "blocked"),
    ("planned", "planned"),
]
"""The looks of the parts of a bar, and what each says."""


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """One phase at a glance."""

    phase: Phase
    url: str
    verdict: Verdict
    segments: Sequence[tuple[str, str]]
    told: str
    """The bar in words: `3 landed, 1 blocked, 6 planned`."""
    total: int
    landed: int
    moving: str
    startable: Sequence[tuple[str, str, str, bool]]
    """Code, owner, address of the owner, and whether it is the viewer's turn."""
    waiting: int
    blocked: str
    failed: str
    overdue: str
    yours: str
    """Codes of the slices under work that are the viewer's."""

    @property
    def is_urgent(self) -> bool:
        return bool(self.blocked or self.failed or self.overdue)

    @property
    def is_closed(self) -> bool:
        return self.phase.handed_off is not None

    @property
    def rank(self) -> int:
        """To sort by: what needs somebody, what is under way, what has not begun."""
        if self.is_urgent:
            return 0
        return 2 if self.verdict.look == "not-begun" else 1


@dataclass(frozen=True, slots=True)
class Lines:
    """The phases of one initiative, folded where they are many."""

    lines: Sequence[PhaseLine]
    more: Sequence[PhaseLine]
    """Open ones that are folded."""
    closed: Sequence[PhaseLine]
    """Those handed off that are folded."""

    @property
    def closed_codes(self) -> str:
        return listed((line.phase.code for line in self.closed), 8)


@dataclass(frozen=True, slots=True)
class Group:
    """An initiative on the overview."""

    slug: str
    title: str
    url: str
    number: int
    closed: int
    """How many of its phases were handed off."""
    shown: Lines


@page("see")
def overview(request: Request) -> HttpResponse:
    """Every initiative that the viewer may see, with its phases; a poll is answered as in `ledgers`."""
    return unless_all_known(request, lambda: _respond(request))


def _respond(request: Request) -> HttpResponse:
    visible, now = visible_initiatives(request.actor), timezone.now()
    phases = phases_of(visible, positions(visible))
    found = standings(phases)
    at = Position(phases[0].ledgers) if phases else position(visible)  # type: ignore[attr-defined]
    groups = _groups(phases, found, request.actor, now)
    every = [line for lines in groups.values() for line in lines]
    context = {
        "groups": sorted((_group(slug, lines) for slug, lines in groups.items()), key=_all_closed),
        "urgent": sum(line.is_urgent for line in every),
        "moving": sum(line.rank < 2 and not line.is_closed for line in every),
        "closed": sum(line.is_closed for line in every),
        "number": len(every),
        "legend": LEGEND,
        "has_inbox": bool(request.actor.handles or request.actor.may("review")),
        "etag": tag_of_all(request, at, next_deadline(found.values(), now)),
    }
    return render(request, OVERVIEW, REGION, context)


def _groups(
    phases: Iterable[Phase], found: Mapping[int, Standing], actor: Actor, now: dt.datetime
) -> dict[str, list[PhaseLine]]:
    groups: dict[str, list[PhaseLine]] = defaultdict(list)
    for phase in phases:
        groups[phase.initiative.slug].append(line(phase, found[phase.pk], actor, now))
    return groups


def _group(slug: str, lines: Sequence[PhaseLine]) -> Group:
    initiative = lines[0].phase.initiative
    closed = sum(line.is_closed for line in lines)
    return Group(slug, initiative.title, Paths(slug).initiative, len(lines), closed, folded(lines))


def _all_closed(group: Group) -> tuple[bool, str]:
    return group.closed == group.number, group.slug


def folded(lines: Sequence[PhaseLine], most_open: int = MOST_OPEN, most_closed: int = MOST_CLOSED) -> Lines:
    """What needs somebody first; many that were handed off, or have not begun, are folded."""
    going = sorted((line for line in lines if not line.is_closed), key=lambda line: line.rank)
    closed = [line for line in lines if line.is_closed]
    few = len(closed) <= most_closed
    shown = [*going[:most_open], *(closed if few else [])]
    return Lines(shown, going[most_open:], [] if few else closed)


def next_deadline(found: Iterable[Standing], now: dt.datetime) -> dt.datetime | None:
    """Until when nothing changes by itself."""
    return min(filter(None, (one.next_deadline(now) for one in found)), default=None)


def phases_of(initiatives: Iterable[Initiative], ledgers: Subquery | None = None) -> list[Phase]:
    """Their phases in order, as `standings` and `line` need them; each with what `ledgers` answers."""
    phases = Phase.objects.filter(initiative__in=initiatives).select_related("initiative", "revision")
    ordered = phases.defer("revision__text", "revision__packet").order_by("initiative__slug", "code")
    return list(with_hash(ordered if ledgers is None else ordered.annotate(ledgers=ledgers)))


def line(phase: Phase, found: Standing, actor: Actor, now: dt.datetime) -> PhaseLine:
    """A phase as the actor sees it."""
    paths = Paths(phase.initiative.slug)
    acts = {one.code for one in found.slots if _is_theirs(one, phase, actor)}
    return PhaseLine(
        phase=phase,
        url=paths.phase(phase.code),
        verdict=verdict(phase, found.missing, has_begun=found.has_begun),
        segments=[(one.look, f"{one.code}: {STATUS[one.status]}") for one in found.slots],
        told=_told(found.slots),
        total=len(found.slots),
        landed=found.landed,
        moving=listed(found.moving),
        startable=[
            (one.code, one.owner, paths.owner(one.owner), one.code in acts)
            for one in found.slots
            if one.can_start
        ],
        waiting=found.waiting,
        blocked=listed(one.code for one in found.slots if one.look == "blocked"),
        failed=listed(found.failed),
        overdue=listed(found.overdue(now)),
        yours=listed(one.code for one in found.slots if one.code in acts and one.status in UNDER_WORK),
    )


def _is_theirs(slot: Slot, phase: Phase, actor: Actor) -> bool:
    return actor.acts_for(phase.initiative_id, (slot.owner, slot.backup))


def _told(slots: Iterable[Slot]) -> str:
    looks = Counter(LOOKS.get(one.look) or STATUS.get(one.look, one.look) for one in slots)
    return ", ".join(f"{number} {word}" for word, number in looks.most_common())
