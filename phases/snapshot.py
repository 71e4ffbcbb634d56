"""Loads a phase into the plain objects that rules and pages read, in a fixed number of queries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import TextField
from django.db.models.functions import Cast

from phases.models import Artifact, Concern, Dependency, Gate, Phase, Slice, Waiver
from phases.models.ledger import ConcernKind, ConcernOutcome
from phases.prepared import Prepared
from phases.rules.state import (
    ArtifactState,
    ConcernState,
    Decision,
    GateState,
    Need,
    PhaseState,
    SliceState,
    Status,
    WaiverState,
)

QUERIES = 6
"""How many queries `load` makes, whatever the size of the phase."""


def load(phase: Phase) -> PhaseState:
    """The phase as it is now. Archived slices, gates and artifacts are left out.

    `phase` must have been selected with `initiative` and `revision`.
    """
    concerns = tuple(_concerns(phase))
    gates = _gates(phase)
    return PhaseState(
        id=phase.pk,
        initiative=phase.initiative.slug,
        code=phase.code,
        title=phase.title,
        revision=phase.revision.number if phase.revision else 0,
        seq=phase.seq,
        slices=_slices(phase, gates, concerns),
        exit_gates=tuple(gates.get("", ())),
        concerns=concerns,
        waivers=_waivers(phase),
        about=phase.about,
    )


def _slices(
    phase: Phase, gates: dict[str, list[GateState]], concerns: Iterable[ConcernState]
) -> dict[str, SliceState]:
    needs: dict[str, list[Need]] = defaultdict(list)
    for code, needed, if_triggered in _DEPENDENCY_ROWS(phase.pk):
        needs[code].append(Need(needed, if_triggered))
    artifacts: dict[str, list[ArtifactState]] = defaultdict(list)
    for code, path, when, inferred in _ARTIFACT_ROWS(phase.pk):
        artifacts[code].append(ArtifactState(f"artifact:{path}", path, when, inferred))
    blockers: dict[str, list[ConcernState]] = defaultdict(list)
    for concern in concerns:
        if concern.kind == ConcernKind.BLOCKER and concern.state == ConcernOutcome.OPEN:
            blockers[concern.slice].append(concern)
    result: dict[str, SliceState] = {}
    for row in _SLICE_ROWS(phase.pk):
        columns = dict(zip(_SLICE_COLUMNS, row, strict=True))
        code = columns["code"]
        files, touched = columns.pop("files"), columns.pop("touched_paths")
        result[code] = SliceState(
            owner=columns.pop("owner__handle"),
            backup=columns.pop("backup__handle") or "",
            status=Status(columns.pop("status")),
            decision=Decision(columns.pop("decision")),
            paths=(*files, *touched),
            needs=tuple(needs[code]),
            gates=tuple(gates.get(code, ())),
            artifacts=tuple(artifacts[code]),
            blockers=tuple(blockers[code]),
            **columns,
        )
    return result


_SLICE_COLUMNS = (
    "id",
    "code",
    "position",
    "title",
    "kind",
    "kind_inferred",
    "owner__handle",
    "backup__handle",
    "role",
    "status",
    "decision",
    "version",
    "declared_in",
    "branch",
    "pull_request",
    "objective",
    "files",
    "touched_paths",
    "line",
)


def _gates(phase: Phase) -> dict[str, list[GateState]]:
    """By slice code; phase exit under the empty code."""
    result: dict[str, list[GateState]] = defaultdict(list)
    for pk, code, suite, text, digest, kind, line, replaces, held in _GATE_ROWS(phase.pk):
        key = f"gate:{code}/{suite}/{digest[:8]}" if code else f"exit:{digest[:8]}"
        before = () if held == "[]" else tuple(json.loads(held))
        result[code or ""].append(GateState(pk, key, suite, text, kind, before, line, replaces or ""))
    return result


def _concerns(phase: Phase) -> Iterable[ConcernState]:
    for pk, kind, text, state, owner, priority, code, by, at, answer in _CONCERN_ROWS(phase.pk):
        yield ConcernState(pk, kind, text, state, owner or "", priority, code or "", by, at, answer)


def _waivers(phase: Phase) -> dict[str, WaiverState]:
    rows = _WAIVER_ROWS(phase.pk)
    return {key: WaiverState(pk, key, reason, by, at, code or "") for pk, key, reason, by, at, code in rows}


_SLICE_ROWS = Prepared(
    lambda pk: (
        Slice.objects.filter(phase_id=pk, archived=False).order_by("position").values_list(*_SLICE_COLUMNS)
    ),
    int,
)
_DEPENDENCY_ROWS = Prepared(
    lambda pk: (
        Dependency.objects.filter(slice__phase_id=pk)
        .order_by("id")
        .values_list("slice__code", "needed__code", "if_triggered")
    ),
    int,
)
_ARTIFACT_ROWS = Prepared(
    lambda pk: (
        Artifact.objects.filter(slice__phase_id=pk, archived=False)
        .order_by("id")
        .values_list("slice__code", "path", "when", "inferred")
    ),
    int,
)
# Nearly every list of `before` is empty, and reading JSON would take a third of the time of the page.
_GATE_ROWS = Prepared(
    lambda pk: (
        Gate.objects.filter(phase_id=pk, archived=False)
        .order_by("position", "id")
        .annotate(held=Cast("before", TextField()))
        .values_list("id", "slice__code", "suite", "text", "digest", "kind", "line", "replaces__text", "held")
    ),
    int,
)
_CONCERN_ROWS = Prepared(
    lambda pk: (
        Concern.objects.filter(phase_id=pk)
        .order_by("id")
        .values_list(
            "id",
            "kind",
            "text",
            "state",
            "owner__handle",
            "priority",
            "slice__code",
            "raised_by",
            "raised_at",
            "answer",
        )
    ),
    int,
)
_WAIVER_ROWS = Prepared(
    lambda pk: (
        Waiver.objects.filter(phase_id=pk, active=True)
        .order_by("id")
        .values_list("id", "key", "reason", "by", "at", "slice__code")
    ),
    int,
)
