"""Loads many phases at once, as far as order and progress go, in a fixed number of queries.

What it leaves out (gates that hold nothing up, artifacts, paths, texts) no rule about starting reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import TextField, Value
from django.db.models.functions import Cast

from phases.models import Concern, Dependency, Gate, Phase, Slice, Waiver
from phases.models.ledger import ConcernKind, ConcernOutcome
from phases.packets.packet import Suite
from phases.rules.state import (
    ConcernState,
    Decision,
    GateState,
    Need,
    PhaseState,
    SliceState,
    Status,
    WaiverState,
)
from phases.snapshot import GATE_COLUMNS, gate_state, touch

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
    "reset",
    "reset_seq",
    "closed_seq",
    "touched",
    "fixed",
)


def outline(phases: Sequence[Phase]) -> dict[int, PhaseState]:
    """The phases as they are now, by id; each must have been selected with `initiative` and `revision`."""
    ids = [phase.pk for phase in phases]
    needs = _needs(ids)
    gates = _mandatory_gates(ids)
    blockers, waivers = _blockers_and_waivers(ids)
    slices: dict[int, dict[str, SliceState]] = defaultdict(dict)
    rows = Slice.objects.filter(phase_id__in=ids, archived=False).order_by("position").values_list(*_COLUMNS)
    for phase_id, *values in rows:
        columns = dict(zip(_COLUMNS[1:], values, strict=True))
        pk, code = columns["id"], columns["code"]
        slices[phase_id][code] = SliceState(
            owner=columns.pop("owner__handle"),
            backup=columns.pop("backup__handle") or "",
            status=Status(columns.pop("status")),
            decision=Decision(columns.pop("decision")),
            touched=touch(columns.pop("touched")),
            fixed=touch(columns.pop("fixed")),
            needs=tuple(needs[pk]),
            blockers=tuple(blockers[pk]),
            gates=tuple(gates[pk]),
            **columns,
        )
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
        last_revision=phase.last_revision,
    )


def _needs(ids: Sequence[int]) -> dict[int, list[Need]]:
    """By id of the slice that needs."""
    needs: dict[int, list[Need]] = defaultdict(list)
    rows = Dependency.objects.filter(slice__phase_id__in=ids).order_by("id")
    for pk, needed, if_triggered in rows.values_list("slice_id", "needed__code", "if_triggered"):
        needs[pk].append(Need(needed, if_triggered))
    return needs


def _mandatory_gates(ids: Sequence[int]) -> dict[int, list[GateState]]:
    """Those that hold up a start, by id of the slice that declares them."""
    gates: dict[int, list[GateState]] = defaultdict(list)
    rows = Gate.objects.filter(phase_id__in=ids, archived=False, suite=Suite.MANDATORY_BEFORE)
    rows = rows.order_by("position", "id").annotate(held=Cast("before", TextField()))
    for slice_id, *row in rows.values_list("slice_id", *GATE_COLUMNS):
        gates[slice_id].append(gate_state(tuple(row)))
    return gates


def _blockers_and_waivers(
    ids: Sequence[int],
) -> tuple[dict[int, list[ConcernState]], dict[int, dict[str, WaiverState]]]:
    """Open blockers by id of the slice, waivers by id of the phase and key of the leaf; one query."""
    blockers: dict[int, list[ConcernState]] = defaultdict(list)
    waivers: dict[int, dict[str, WaiverState]] = defaultdict(dict)
    text = TextField()
    concerns = Concern.objects.filter(
        phase_id__in=ids, kind=ConcernKind.BLOCKER, state=ConcernOutcome.OPEN, slice__isnull=False
    )
    given = Waiver.objects.filter(phase_id__in=ids, active=True)
    rows = (
        concerns.order_by()
        .values_list(
            "id",
            "slice_id",
            Cast("text", text),
            Cast("owner__handle", text),
            Cast("priority", text),
            Cast("slice__code", text),
            "raised_by",
            "raised_at",
        )
        .union(
            given.order_by().values_list(
                "id",
                "phase_id",
                Cast("key", text),
                Cast("reason", text),
                Value(_WAIVER, output_field=text),
                Cast("slice__code", text),
                "by",
                "at",
            ),
            all=True,
        )
    )
    for pk, place, first, second, third, code, by, at in rows.order_by("id"):
        if third == _WAIVER:
            waivers[place][first] = WaiverState(pk, first, second, by, at, code or "")
        else:
            blockers[place].append(
                ConcernState(pk, "blocker", first, "open", second or "", third, code, by, at)
            )
    return blockers, waivers


_WAIVER = "/"
"""Stands in the place of a priority, which is never this."""
