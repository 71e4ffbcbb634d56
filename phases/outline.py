"""Loads many phases at once, as far as order and progress go, in a fixed number of queries.

What it leaves out (gates, artifacts, paths, texts) no rule about starting reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from phases.models import Concern, Dependency, Phase, Slice, Waiver
from phases.models.ledger import ConcernKind, ConcernOutcome
from phases.rules.state import ConcernState, Decision, Need, PhaseState, SliceState, Status, WaiverState

QUERIES = 4
"""How many queries `outline` makes, whatever the number of phases."""

_COLUMNS = (
    "phase_id",
    "id",
    "code",
    "position",
    "title",
    "kind",
    "owner__handle",
    "backup__handle",
    "status",
    "decision",
    "declared_in",
)


def outline(phases: Sequence[Phase]) -> dict[int, PhaseState]:
    """The phases as they are now, by id; each must have been selected with `initiative` and `revision`."""
    ids = [phase.pk for phase in phases]
    needs = _needs(ids)
    blockers = _blockers(ids)
    slices: dict[int, dict[str, SliceState]] = defaultdict(dict)
    rows = Slice.objects.filter(phase_id__in=ids, archived=False).order_by("position").values_list(*_COLUMNS)
    for phase_id, pk, code, position, title, kind, owner, backup, status, decision, declared_in in rows:
        slices[phase_id][code] = SliceState(
            id=pk,
            code=code,
            position=position,
            title=title,
            kind=kind,
            owner=owner,
            backup=backup or "",
            status=Status(status),
            decision=Decision(decision),
            declared_in=declared_in,
            needs=tuple(needs[pk]),
            blockers=tuple(blockers[pk]),
        )
    waivers = _waivers(ids)
    return {phase.pk: _state(phase, slices[phase.pk], waivers[phase.pk]) for phase in phases}


def _state(phase: Phase, slices: dict[str, SliceState], waivers: dict[str, WaiverState]) -> PhaseState:
    return PhaseState(
        id=phase.pk,
        initiative=phase.initiative.slug,
        code=phase.code,
        title=phase.title,
        revision=phase.revision.number if phase.revision else 0,
        seq=phase.seq,
        slices=slices,
        waivers=waivers,
        about=phase.about,
    )


def _needs(ids: Sequence[int]) -> dict[int, list[Need]]:
    """By id of the slice that needs."""
    needs: dict[int, list[Need]] = defaultdict(list)
    rows = Dependency.objects.filter(slice__phase_id__in=ids).order_by("id")
    for pk, needed, if_triggered in rows.values_list("slice_id", "needed__code", "if_triggered"):
        needs[pk].append(Need(needed, if_triggered))
    return needs


def _blockers(ids: Sequence[int]) -> dict[int, list[ConcernState]]:
    """Open blockers by id of the slice."""
    blockers: dict[int, list[ConcernState]] = defaultdict(list)
    rows = Concern.objects.filter(
        phase_id__in=ids, kind=ConcernKind.BLOCKER, state=ConcernOutcome.OPEN, slice__isnull=False
    ).order_by("id")
    columns = ("id", "text", "owner__handle", "priority", "slice__code", "raised_by", "raised_at")
    for slice_id, pk, text, owner, priority, code, by, at in rows.values_list("slice_id", *columns):
        blockers[slice_id].append(
            ConcernState(pk, "blocker", text, "open", owner or "", priority, code, by, at)
        )
    return blockers


def _waivers(ids: Sequence[int]) -> dict[int, dict[str, WaiverState]]:
    """By id of the phase and key of the leaf."""
    waivers: dict[int, dict[str, WaiverState]] = defaultdict(dict)
    rows = Waiver.objects.filter(phase_id__in=ids, active=True)
    for phase_id, pk, key, reason, by, at in rows.values_list("phase_id", "id", "key", "reason", "by", "at"):
        waivers[phase_id][key] = WaiverState(pk, key, reason, by, at)
    return waivers
