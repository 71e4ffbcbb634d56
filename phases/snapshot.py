"""Loads a phase into the plain objects that rules and pages read, in a fixed number of queries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import TextField
from django.db.models.functions import Cast

from phases.models import Artifact, Concern, Dependency, Gate, Phase, Slice, Waiver
from phases.models.ledger import ConcernKind, ConcernOutcome
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
    dependencies = Dependency.objects.filter(slice__phase=phase).order_by("id")
    for code, needed, if_triggered in dependencies.values_list("slice__code", "needed__code", "if_triggered"):
        needs[code].append(Need(needed, if_triggered))
    artifacts: dict[str, list[ArtifactState]] = defaultdict(list)
    rows = Artifact.objects.filter(slice__phase=phase, archived=False).order_by("id")
    for code, path, when, inferred in rows.values_list("slice__code", "path", "when", "inferred"):
        artifacts[code].append(ArtifactState(f"artifact:{path}", path, when, inferred))
    blockers: dict[str, list[ConcernState]] = defaultdict(list)
    for concern in concerns:
        if concern.kind == ConcernKind.BLOCKER and concern.state == ConcernOutcome.OPEN:
            blockers[concern.slice].append(concern)
    found = Slice.objects.filter(phase=phase, archived=False).order_by("position")
    return {
        row["code"]: SliceState(
            id=row["id"],
            code=row["code"],
            position=row["position"],
            title=row["title"],
            kind=row["kind"],
            kind_inferred=row["kind_inferred"],
            owner=row["owner__handle"],
            backup=row["backup__handle"] or "",
            role=row["role"],
            status=Status(row["status"]),
            decision=Decision(row["decision"]),
            version=row["version"],
            declared_in=row["declared_in"],
            branch=row["branch"],
            pull_request=row["pull_request"],
            objective=row["objective"],
            paths=(*row["files"], *row["touched_paths"]),
            line=row["line"],
            needs=tuple(needs[row["code"]]),
            gates=tuple(gates.get(row["code"], ())),
            artifacts=tuple(artifacts[row["code"]]),
            blockers=tuple(blockers[row["code"]]),
        )
        for row in found.values(*_SLICE_COLUMNS)
    }


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
    rows = Gate.objects.filter(phase=phase, archived=False).order_by("position", "id")
    # Nearly every list of `before` is empty, and reading JSON would take a third of the time of the page.
    rows = rows.annotate(held=Cast("before", TextField()))
    columns = ("id", "slice__code", "suite", "text", "digest", "kind", "held", "line", "replaces__text")
    for pk, code, suite, text, digest, kind, held, line, replaces in rows.values_list(*columns):
        key = f"gate:{code}/{suite}/{digest[:8]}" if code else f"exit:{digest[:8]}"
        before = () if held == "[]" else tuple(json.loads(held))
        result[code or ""].append(GateState(pk, key, suite, text, kind, before, line, replaces or ""))
    return result


def _concerns(phase: Phase) -> Iterable[ConcernState]:
    columns = (
        "id",
        "kind",
        "text",
        "state",
        "owner__handle",
        "priority",
        "slice__code",
        "raised_by",
        "raised_at",
    )
    rows = Concern.objects.filter(phase=phase).order_by("id")
    for pk, kind, text, state, owner, priority, code, by, at, answer in rows.values_list(*columns, "answer"):
        yield ConcernState(pk, kind, text, state, owner or "", priority, code or "", by, at, answer)


def _waivers(phase: Phase) -> dict[str, WaiverState]:
    rows = Waiver.objects.filter(phase=phase, active=True).values_list("id", "key", "reason", "by", "at")
    return {row[1]: WaiverState(*row) for row in rows}
