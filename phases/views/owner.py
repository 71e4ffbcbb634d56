"""The page of one owner: its slices, its members, and what the packets say of its role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from phases.lookups import get_owner
from phases.models import Membership, Phase, PhaseOwner
from phases.outline import outline
from phases.rules.ready import turns
from phases.rules.state import PhaseState, SliceState

from .base import Request, page, render
from .drawing import look
from .paths import Paths
from .words import STATUS, counted, flat

TEMPLATE = "owner.html"


@dataclass(frozen=True, slots=True)
class Held:
    """A slice that the owner owns or backs."""

    item: SliceState
    url: str
    look: str
    word: str
    backs: bool


@dataclass(frozen=True, slots=True)
class Share:
    """What an owner has in one phase."""

    phase: Phase
    url: str
    held: Sequence[Held]


@page("see")
def show(request: Request, slug: str, handle: str) -> HttpResponse:
    """One owner."""
    owner = get_owner(request.actor, slug, handle)
    phases = list(
        Phase.objects.filter(initiative=owner.initiative_id)
        .select_related("initiative", "revision")
        .defer("revision__text", "revision__packet")
        .order_by("code")
    )
    states = outline(phases)
    shares = [share for phase in phases if (share := _share(phase, states[phase.pk], handle)).held]
    members = Membership.objects.filter(owner=owner).order_by("user__username")
    roles = PhaseOwner.objects.filter(owner=owner).select_related("phase").order_by("phase__code", "id")
    context = {
        "owner": owner,
        "slug": slug,
        "shares": shares,
        "load": _load(shares),
        "members": list(members.values_list("user__username", flat=True)),
        "is_member": request.actor.acts_for(owner.initiative_id, [handle]),
        "roles": [(role, flat(role.decision_sla)) for role in roles],
    }
    return render(request, TEMPLATE, "", context)


def _share(phase: Phase, state: PhaseState, handle: str) -> Share:
    startable = {turn.item.code for turn in turns(state) if not turn.unmet}
    paths = Paths(state.initiative)
    held = []
    for item in state.slices.values():
        if handle in (item.owner, item.backup):
            how = look(item, item.code in startable)
            word = {"ready": "can start", "blocked": f"{STATUS[item.status]}, blocked"}.get(
                how, STATUS[item.status]
            )
            held.append(Held(item, paths.slice(state.code, item.code), how, word, item.owner != handle))
    return Share(phase, paths.phase(state.code), held)


def _load(shares: Sequence[Share]) -> str:
    """How much is owned and backed, in a few words."""
    held = [one for share in shares for one in share.held]
    backs = sum(one.backs for one in held)
    ready = sum(one.look == "ready" and not one.backs for one in held)
    parts = [f"owns {counted(len(held) - backs, 'slice')}", f"{ready} can start" if ready else ""]
    return ", ".join(part for part in (*parts, f"backs {backs}" if backs else "") if part)
