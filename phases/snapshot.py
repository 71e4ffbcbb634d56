"""Loads a phase into the plain objects that rules and pages read, in a fixed number of queries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from phases.models import Artifact, Concern, Dependency, Gate, Phase, Slice, Waiver
from phases.models.ledger import ConcernKind, ConcernOutcome
from phases.packets.packet import Suite
from phases.prepared import Prepared
from phases.rules.state import (
    ArtifactState,
    Closed,
    ConcernState,
    Decision,
    GateState,
    Need,
    PhaseState,
    RunState,
    SliceState,
    Status,
    Touch,
    WaiverState,
)

QUERIES = 5
"""How many queries `load` makes, whatever the size of the phase."""


def load(phase: Phase, *, around: str | None = None) -> PhaseState:
    """The phase as it is now. Archived slices, gates and artifacts are left out.

    `phase` must have been selected with `initiative` and `revision`. `around` is the code of a slice
    for whoever only acts on it: of the gates then only its own, the mandatory ones and those of the
    phase are read, which is all that the guards of that slice ask for.
    """
    concerns = tuple(_concerns(phase))
    gates = _gates(_GATE_ROWS(phase.pk) if around is None else _GATE_ROWS_AROUND(phase.pk, around))
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
        extra_gates=tuple(gates.get(EXTRA, ())),
        last_revision=phase.last_revision,
        closed=Closed(*phase.closed) if phase.closed else None,
    )


def _slices(
    phase: Phase, gates: dict[str, list[GateState]], concerns: Iterable[ConcernState]
) -> dict[str, SliceState]:
    needs, artifacts = _needs_and_artifacts(phase)
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
            touched=touch(columns.pop("touched")),
            fixed=touch(columns.pop("fixed")),
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
    "reset",
    "reset_seq",
    "closed_seq",
    "touched",
    "fixed",
)


def touch(stored: list[Any] | None) -> Touch | None:
    """A touch as the database keeps it: place, revision, path or finding, ledger entry."""
    return Touch(*stored) if stored else None


def _needs_and_artifacts(
    phase: Phase,
) -> tuple[dict[str, list[Need]], dict[str, list[ArtifactState]]]:
    """Both by slice code, read in one query."""
    needs: dict[str, list[Need]] = defaultdict(list)
    artifacts: dict[str, list[ArtifactState]] = defaultdict(list)
    for _, when, code, name, flag in _EXPECTED_ROWS(phase.pk):
        if when:
            artifacts[code].append(ArtifactState(f"artifact:{name}", name, when, flag))
        else:
            needs[code].append(Need(name, flag))
    return needs, artifacts


def _gates(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[GateState]]:
    """By slice code; phase exit under the empty code, other gates without a slice under `EXTRA`."""
    result: dict[str, list[GateState]] = defaultdict(list)
    for row in rows:
        code, suite = row[1] or "", row[2]
        result[code or ("" if suite == "phase_exit" else EXTRA)].append(gate_state(row))
    return result


def gate_state(row: tuple[Any, ...]) -> GateState:
    """A gate with its latest run, of the values of `GATE_COLUMNS`."""
    pk, code, suite, text, digest, kind, line, replaces, held, *run = row
    key = gate_key(code or "", suite, digest)
    before = () if held == "[]" else tuple(json.loads(held))
    latest = RunState(*run) if run[0] is not None else None
    return GateState(pk, key, suite, text, kind, before, line, replaces or "", latest)


EXTRA = "/"
"""Where `_gates` puts commands that were reported for the phase as a whole; no slice has such a code."""


def gate_key(code: str, suite: str, digest: str) -> str:
    """The stable key of a gate; `code` is empty for those of the phase."""
    if code:
        return f"gate:{code}/{suite}/{digest[:8]}"
    return f"exit:{digest[:8]}" if suite == "phase_exit" else f"gate:/{suite}/{digest[:8]}"


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


def _expected(pk: int) -> QuerySet[Any, Any]:
    """Rows of (id, "", slice, needed slice, if triggered) and (id, when, slice, path, inferred)."""
    text = CharField(max_length=500)
    needs = Dependency.objects.filter(slice__phase_id=pk).order_by()
    artifacts = Artifact.objects.filter(slice__phase_id=pk, archived=False).order_by()
    return (
        needs.values_list(
            "id", Value("", output_field=text), "slice__code", Cast("needed__code", text), "if_triggered"
        )
        .union(artifacts.values_list("id", Cast("when", text), "slice__code", "path", "inferred"), all=True)
        .order_by("id")
    )


_EXPECTED_ROWS = Prepared(_expected, int)
GATE_COLUMNS = (
    "id",
    "slice__code",
    "suite",
    "text",
    "digest",
    "kind",
    "line",
    "replaces__text",
    "held",
    "latest_run__id",
    "latest_run__outcome",
    "latest_run__seq",
    "latest_run__place",
    "latest_run__revision",
    "latest_run__by",
    "latest_run__source",
    "latest_run__at",
    "latest_run__note",
)


# Nearly every list of `before` is empty, and reading JSON would take a third of the time of the page.
def _live_gates(pk: int) -> QuerySet[Any, Any]:
    rows = Gate.objects.filter(phase_id=pk, archived=False).order_by("position", "id")
    return rows.annotate(held=Cast("before", TextField())).values_list(*GATE_COLUMNS)


_GATE_ROWS = Prepared(_live_gates, int)
_GATE_ROWS_AROUND = Prepared(
    lambda pk, code: _live_gates(pk).filter(
        Q(slice__code=code) | Q(slice=None) | Q(suite=Suite.MANDATORY_BEFORE)
    ),
    int,
    str,
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
