"""Concerns as pages show them: what is open and whose turn it is, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phases.actions.concerns import PRIORITIES
from phases.actions.handoffs import handles_of
from phases.models.ledger import ConcernKind, ConcernOutcome
from phases.permissions import Actor
from phases.rules.acting import blocker_clock
from phases.rules.state import ConcernState, PhaseState, Status

from .carried import NOWHERE, Trail
from .clocks import ticking
from .paths import Paths
from .words import listed

_PRIORITY = {word: rank for rank, word in enumerate(PRIORITIES)}
MOST = 8
"""Open concerns on the page of a phase; all of them on request."""

ANSWERED = 50
"""Answered ones that are listed, the latest first; the ledger has all of them."""


@dataclass(frozen=True, slots=True)
class ConcernLine:
    """A concern and the verbs that the viewer has on it."""

    one: ConcernState
    word: str
    url: str
    """The page of its slice; empty for one of the phase."""
    clock: str
    is_yours: bool
    """Whether it is the viewer's turn."""
    may_answer: bool
    may_fire: bool
    verbs_url: str
    """What the addresses of its verbs begin with."""
    told: str
    """Who is told why the slice is open again, once its watchpoint fires."""
    trail: Trail
    """Where it came from, and where it went."""

    @property
    def is_blocker(self) -> bool:
        return self.one.kind == ConcernKind.BLOCKER


@dataclass(frozen=True, slots=True)
class Concerns:
    """Of a slice, or of a phase; `raise_url` is empty where the viewer may raise none."""

    open: Sequence[ConcernLine] = ()
    answered: Sequence[ConcernLine] = ()
    unlisted: int = 0
    whole_url: str = ""
    """Where all the open ones are listed."""
    raise_url: str = ""
    owners: Sequence[str] = ()

    @property
    def tally(self) -> str:
        return f"{len(self.open) + self.unlisted} open" if self.open else "none open"


NONE = Concerns()


def concerns_of(
    state: PhaseState,
    actor: Actor,
    initiative_id: int,
    code: str = "",
    most: int | None = None,
    trails: Mapping[int, Trail] | None = None,
) -> Concerns:
    """Those of the slice `code`, else all of the phase, at most `most` of the open ones; no query."""
    mine = [one for one in state.concerns if not code or one.slice == code]
    still = sorted((one for one in mine if one.state == ConcernOutcome.OPEN), key=_order)
    done = [one for one in reversed(mine) if one.state != ConcernOutcome.OPEN][:ANSWERED]
    maker = _Maker(state, actor, initiative_id, trails or {})
    paths = maker.paths
    url = paths.slice(state.code, code) if code else paths.phase(state.code)
    handles = (handle for item in state.slices.values() for handle in (item.owner, item.backup) if handle)
    return Concerns(
        open=[maker.line(one) for one in still[:most]],
        answered=[maker.line(one) for one in done],
        unlisted=len(still[most:]) if most is not None else 0,
        whole_url=f"{url}?concerns=all#concerns",
        raise_url=f"{url}concerns/raise/" if actor.may_on("raise", initiative_id) else "",
        owners=sorted(set(handles)),
    )


def _order(one: ConcernState) -> tuple[bool, int, int]:
    """Blockers first, then by priority, then as they were raised."""
    return one.kind != ConcernKind.BLOCKER, _PRIORITY.get(one.priority, len(_PRIORITY)), one.id


class _Maker:
    """Makes lines for one viewer."""

    def __init__(
        self, state: PhaseState, actor: Actor, initiative_id: int, trails: Mapping[int, Trail]
    ) -> None:
        self.state, self.actor, self.initiative_id, self.trails = state, actor, initiative_id, trails
        self.paths = Paths(state.initiative)
        self.mine = {handle for where, handle in actor.handles if where == initiative_id}
        self.may_fire = actor.may_on("fire", initiative_id)

    def line(self, one: ConcernState) -> ConcernLine:
        item = self.state.slices.get(one.slice)
        is_open = one.state == ConcernOutcome.OPEN
        handles = [handle for handle in (one.owner, *((item.owner, item.backup) if item else ())) if handle]
        is_watched = one.kind == ConcernKind.WATCHPOINT and item and item.status == Status.DEFERRED
        ticks = blocker_clock(self.state, item, one.raised_at) if is_open and item else None
        return ConcernLine(
            one=one,
            word=ConcernKind(one.kind).label.lower(),
            url=self.paths.slice(self.state.code, one.slice) if item else "",
            clock=ticking(ticks, self.mine) if ticks and one.kind == ConcernKind.BLOCKER else "",
            is_yours=one.owner in self.mine,
            may_answer=is_open
            and self.actor.may_on("answer", self.initiative_id, handles or handles_of(self.state)),
            may_fire=bool(is_open and is_watched and self.may_fire),
            verbs_url=f"{self.paths.initiative}concerns/{one.id}/",
            told=self._told(one.slice) if is_watched else "",
            trail=self.trails.get(one.id, NOWHERE),
        )

    def _told(self, code: str) -> str:
        waiting = self.state.needed_by[code]
        return f"Your reason is shown on {listed(waiting)}, which built on it." if waiting else ""
