"""The page of one owner: its load, its queue with the clocks that run, its slices, members and roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone

from phases.lookups import get_owner
from phases.models import Membership, Owner, Phase, PhaseOwner
from phases.rules.ready import turns
from phases.rules.state import PhaseState, SliceState
from phases.rules.todo import todo
from phases.snapshot import load_all

from .base import Request, page, render
from .drawing import look
from .inbox_page import crew_of
from .paths import Paths
from .task_lines import Found, TaskLine, lines
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


@dataclass(frozen=True, slots=True)
class Queue:
    """What somebody of the owner can do now, the most urgent first."""

    tasks: Sequence[TaskLine]
    handed: Sequence[TaskLine]
    """Tasks whose time has run out, so that they went to the backup."""
    later: int
    """Open concerns that nothing waits for."""

    @property
    def clocks(self) -> int:
        """How many of the tasks a clock runs for."""
        return sum(bool(line.clock) for line in self.tasks)


@page("see")
def show(request: Request, slug: str, handle: str) -> HttpResponse:
    """One owner."""
    owner = get_owner(request.actor, slug, handle)
    phases = _phases(owner)
    states = load_all(phases)
    shares = [share for phase in phases if (share := _share(phase, states[phase.pk], handle)).held]
    members = Membership.objects.filter(owner=owner).order_by("user__username")
    roles = PhaseOwner.objects.filter(owner=owner).select_related("phase").order_by("phase__code", "id")
    context = {
        "owner": owner,
        "slug": slug,
        "shares": shares,
        "load": _load(shares),
        "segments": [(one.look, f"{one.item.code}: {one.word}") for one in _owned(shares)],
        "by_status": Counter(one.word for one in _owned(shares)).most_common(),
        "queue": _queue(phases, states, handle),
        "members": list(members.values_list("user__username", flat=True)),
        "is_member": request.actor.acts_for(owner.initiative_id, [handle]),
        "roles": [(role, flat(role.decision_sla)) for role in roles],
    }
    return render(request, TEMPLATE, "", context)


def _phases(owner: Owner) -> list[Phase]:
    rows = Phase.objects.filter(initiative=owner.initiative_id).select_related("initiative", "revision")
    return list(rows.defer("revision__text", "revision__packet").order_by("code"))


def _queue(phases: Iterable[Phase], states: Mapping[int, PhaseState], handle: str) -> Queue:
    found = [Found(phase, states[phase.pk], task) for phase in phases for task in todo(states[phase.pk])]
    theirs = [one for one in found if one.task.owner == handle]
    handed = [
        one
        for one in found
        if one.task.clock and one.task.clock.is_over and one.task.owner != handle
        if handle in crew_of(one.state, one.task)
    ]
    now = timezone.now()
    required = [one for one in theirs if one.task.is_required]
    return Queue(lines(required, now), lines(handed, now), len(theirs) - len(required))


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


def _owned(shares: Iterable[Share]) -> list[Held]:
    return [one for share in shares for one in share.held if not one.backs]


def _load(shares: Sequence[Share]) -> str:
    """How much is owned and backed, in a few words."""
    held = [one for share in shares for one in share.held]
    backs = sum(one.backs for one in held)
    ready = sum(one.look == "ready" and not one.backs for one in held)
    parts = [f"owns {counted(len(held) - backs, 'slice')}", f"{ready} can start" if ready else ""]
    return ", ".join(part for part in (*parts, f"backs {backs}" if backs else "") if part)
