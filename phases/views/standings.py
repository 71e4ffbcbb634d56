"""How each phase stands, for pages that list many: computed once for each position of its ledger.

A verdict is a function of plan and ledger. The hash of a phase's last entry covers both up to there,
so what was computed under it holds for ever, in every process and after any restore.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db.models import OuterRef, QuerySet, Subquery

from phases.models import Event, Phase
from phases.outline import outline
from phases.rules.acting import deadlines_of
from phases.rules.freshness import Badge, badge
from phases.rules.readiness import readiness
from phases.rules.ready import UNDER_WORK, turns
from phases.rules.state import PhaseState, SliceState, Status

from .drawing import look

KEPT_S = 7 * 24 * 3600
"""How long a standing is kept that nobody asks for."""

_KEY = "standing-2-{}-{}-{}"
"""Another number where standings hold something else, or rules say something else."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A slice as lists of phases see it."""

    code: str
    owner: str
    backup: str
    look: str
    status: str
    can_start: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A phase at a glance, the same for whoever looks."""

    slots: Sequence[Slot]
    missing: int
    """How many requirements are unmet; it is ready without any."""
    waiting: int
    """Planned slices that cannot start yet."""
    failed: Sequence[str]
    """Codes of the slices with a gate whose last result that counts is a failure."""
    deadlines: Sequence[tuple[dt.datetime, str]]
    """When decisions and blockers that wait go to a backup, each with the code of its slice."""

    @property
    def landed(self) -> int:
        return sum(one.status == Status.LANDED for one in self.slots)

    @property
    def moving(self) -> list[str]:
        """Codes of the slices under work."""
        return [one.code for one in self.slots if one.status in UNDER_WORK]

    def overdue(self, now: dt.datetime) -> list[str]:
        """Codes of the slices of which something has gone to a backup."""
        return list(dict.fromkeys(code for due, code in self.deadlines if due <= now))

    def next_deadline(self, now: dt.datetime) -> dt.datetime | None:
        """The first one that is still to come."""
        return min((due for due, _ in self.deadlines if due > now), default=None)

    @property
    def has_begun(self) -> bool:
        return any(one.status != Status.PLANNED for one in self.slots)


def with_hash(phases: QuerySet[Phase]) -> QuerySet[Phase]:
    """The phases, each with the hash of its last ledger entry as `entry_hash`."""
    last = Event.objects.filter(initiative=OuterRef("initiative"), seq=OuterRef("seq"))
    return phases.annotate(entry_hash=Subquery(last.values("hash")[:1]))


def standings(phases: Sequence[Phase]) -> dict[int, Standing]:
    """By id of the phase, each selected as `outline` asks for it, and `with_hash`.

    No query where all of them are known, else those of `outline`.
    """
    keys = {phase.pk: key for phase in phases if (key := _key(phase))}
    kept = cache.get_many(list(keys.values()))
    found: dict[int, Standing] = {pk: kept[key] for pk, key in keys.items() if key in kept}
    missing = [phase for phase in phases if phase.pk not in found]
    if missing:
        states = outline(missing)
        new = {pk: standing(state) for pk, state in states.items()}
        cache.set_many({keys[pk]: one for pk, one in new.items() if pk in keys}, KEPT_S)
        found |= new
    return found


def known(phase: Phase) -> Standing | None:
    """What was computed of the phase as it is now, if anybody asked before; no query."""
    key = _key(phase)
    found: Standing | None = cache.get(key) if key else None
    return found


def keep(phase: Phase, found: Standing) -> None:
    """Remember what was computed of the phase."""
    if key := _key(phase):
        cache.set(key, found, KEPT_S)


def _key(phase: Phase) -> str:
    """Empty for a phase without any entry, about which nothing is kept."""
    entry = getattr(phase, "entry_hash", None)
    opens, closes = settings.BUSINESS_HOURS
    return _KEY.format(phase.pk, entry, f"{opens}-{closes}") if entry else ""


def standing(state: PhaseState) -> Standing:
    """What the rules say of a phase, in short."""
    planned = turns(state)
    startable = {turn.item.code for turn in planned if not turn.unmet}
    return Standing(
        slots=[
            Slot(
                item.code,
                item.owner,
                item.backup,
                look(item, item.code in startable),
                item.status.value,
                item.code in startable,
            )
            for item in state.slices.values()
        ],
        missing=len(readiness(state, brief=True).unmet),
        waiting=len(planned) - len(startable),
        failed=[]
        if state.handed_off
        else [code for code, item in state.slices.items() if _fails(state, item)],
        deadlines=[] if state.handed_off else sorted(_deadlines(state)),
    )


def _fails(state: PhaseState, item: SliceState) -> bool:
    gates = (gate for gate in item.gates if gate.suite != "extra")
    return any(badge(state, item, gate) == Badge.FAILED for gate in gates)


def _deadlines(state: PhaseState) -> Iterator[tuple[dt.datetime, str]]:
    for item in state.slices.values():
        yield from ((due, item.code) for due in deadlines_of(state, item))
