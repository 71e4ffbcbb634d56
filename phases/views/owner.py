"""The page of one owner: its load, its queue with the clocks that run, its slices, members and roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from phases.lookups import get_owner
from phases.models import Membership, Owner, Phase, PhaseOwner
from phases.rules.acting import next_deadline
from phases.rules.ready import turns
from phases.rules.state import PhaseState, SliceState
from phases.rules.todo import todo
from phases.snapshot import load_all

from .base import Request, page, render
from .drawing import look
from .inbox_page import crew_of
from .ledgers import tag_of_initiative, unless_initiative_known
from .paths import Paths
from .task_lines import Found, TaskLine, lines
from .words import STATUS, counted, flat

TEMPLATE, REGION = "owner.html", "region"


@dataclass(frozen=True, slots=True)
class Held:
    """A slice that the owner owns or backs."""

    item: SliceState
    url: str
    look: str
    word: str
    backs: bool
    owner_url: str


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


@dataclass(frozen=True, slots=True)
class Role:
    """What a packet says of the owner: its role, the time that it has, and its scope."""

    row: PhaseOwner
    sla: Sequence[tuple[int, str, str]]
    phases: list[tuple[str, str]]
    """Code and address of each phase that says so."""
    backup_url: str


@page("see")
def show(request: Request, slug: str, handle: str) -> HttpResponse:
    """One owner; a poll is answered as in `ledgers`."""
    return unless_initiative_known(request, slug, lambda: _respond(request, slug, handle))


def _respond(request: Request, slug: str, handle: str) -> HttpResponse:
    owner = get_owner(request.actor, slug, handle)
    phases = _phases(owner)
    states = load_all(phases)
    until = min(filter(None, map(next_deadline, states.values())), default=None)
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
        "roles": _roles(roles, slug),
        "etag": tag_of_initiative(request, owner.initiative, until),
    }
    return render(request, TEMPLATE, REGION, context)


def _roles(rows: Iterable[PhaseOwner], slug: str) -> list[Role]:
    """Those of several phases that say the same are said once."""
    paths, found = Paths(slug), list[Role]()
    rows = list(rows)
    known = Owner.objects.filter(initiative__slug=slug, handle__in=[row.backup for row in rows])
    handles = set(known.values_list("handle", flat=True))
    for row in rows:
        sla = flat(row.decision_sla)
        place = (row.phase.code, paths.phase(row.phase.code))
        same = next((one for one in found if (one.row.role, one.sla) == (row.role, sla)), None)
        if same and (same.row.backup, same.row.scope) == (row.backup, row.scope):
            same.phases.append(place)
        else:
            found.append(Role(row, sla, [place], paths.owner(row.backup) if row.backup in handles else ""))
    return found


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
    required = [one for one in theirs if one.task.is_required]
    return Queue(lines(required), lines(handed), len(theirs) - len(required))


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
            url, owner = paths.slice(state.code, item.code), paths.owner(item.owner)
            held.append(Held(item, url, how, word, item.owner != handle, owner))
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
