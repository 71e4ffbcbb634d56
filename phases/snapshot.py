"""Loads phases from the database into the plain objects that the rules read."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from phases import rows
from phases.models import Phase
from phases.rules.state import (
    ArtifactState,
    Closed,
    ConcernState,
    Decision,
    FindingState,
    GateState,
    HandedOff,
    Need,
    PhaseState,
    RoundState,
    RunState,
    SliceState,
    Status,
    Touch,
    VersionState,
    WaiverState,
)

QUERIES = 5
"""How many queries `load` and `load_all` make, whatever the size and the number of the phases."""

GATE_COLUMNS = rows.GATE_COLUMNS


def load(phase: Phase, *, around: str | None = None) -> PhaseState:
    """The phase as it is now. Archived slices, gates, artifacts and concerns are left out.

    `phase` must have been selected with `initiative` and `revision`. `around` is the code of a slice
    for whoever only acts on it: of the gates then only its own, the mandatory ones and those of the
    phase are read, which is all that the guards of that slice ask for. A review asks for all of them.
    """
    return _states([phase], around)[phase.pk]


def load_all(phases: Sequence[Phase]) -> dict[int, PhaseState]:
    """Several phases at once, by id, in as many queries as one."""
    return _states(phases, None) if phases else {}


def _states(phases: Sequence[Phase], around: str | None) -> dict[int, PhaseState]:
    ids = [phase.pk for phase in phases]
    slices = rows.slices(ids)
    needs, artifacts = needs_and_artifacts(ids)
    gates = gates_by_place(_gate_rows(ids, slices, around))
    concerns, waivers = concerns_and_waivers(rows.concerns_and_waivers(ids))
    findings = _findings(ids)
    found: dict[int, dict[str, SliceState]] = defaultdict(dict)
    blockers = open_blockers(concerns)
    for phase_id, *values in slices:
        columns, last = values[: len(rows.SLICE_COLUMNS)], values[len(rows.SLICE_COLUMNS) :]
        named = dict(zip(rows.SLICE_COLUMNS, columns, strict=True))
        place = (phase_id, named["code"])
        files, touched = named.pop("files"), named.pop("touched_paths")
        found[phase_id][named["code"]] = slice_state(
            named,
            last,
            paths=(*files, *touched),
            needs=tuple(needs[place]),
            gates=tuple(gates.get(place, ())),
            artifacts=tuple(artifacts[place]),
            blockers=tuple(blockers[place]),
            findings=tuple(findings[place]),
        )
    return {
        phase.pk: phase_state(
            phase,
            slices=found[phase.pk],
            exit_gates=tuple(gates.get((phase.pk, ""), ())),
            extra_gates=tuple(gates.get((phase.pk, EXTRA), ())),
            concerns=tuple(concerns[phase.pk]),
            waivers=waivers[phase.pk],
        )
        for phase in phases
    }


def phase_state(phase: Phase, **columns: Any) -> PhaseState:
    """A phase at this moment, with what was read of its parts."""
    return PhaseState(
        id=phase.pk,
        initiative=phase.initiative.slug,
        code=phase.code,
        title=phase.title,
        revision=phase.revision.number if phase.revision else 0,
        seq=phase.seq,
        about=phase.about,
        last_revision=phase.last_revision,
        closed=Closed(*phase.closed) if phase.closed else None,
        handed_off=handed_off(phase.handed_off),
        moment=timezone.now(),
        hours=settings.BUSINESS_HOURS,
        **columns,
    )


def handed_off(stored: list[Any] | None) -> HandedOff | None:
    """A handoff as the database keeps it: ledger entry, number, person, time in ISO 8601."""
    if not stored:
        return None
    seq, number, by, at = stored
    return HandedOff(seq, number, by, dt.datetime.fromisoformat(at))


def slice_state(named: dict[str, Any], last: Sequence[Any], **more: Any) -> SliceState:
    """A slice of the values of its columns by name, and of those of its latest disposition."""
    listed = named.pop("listed_criteria", "[]")
    return SliceState(
        criteria=() if listed == "[]" else tuple(json.loads(listed)),
        owner=named.pop("owner__handle"),
        backup=named.pop("backup__handle") or "",
        status=Status(named.pop("status")),
        decision=Decision(named.pop("decision")),
        touched=touch(named.pop("touched")),
        fixed=touch(named.pop("fixed")),
        round=_round(last),
        **named,
        **more,
    )


def touch(stored: list[Any] | None) -> Touch | None:
    """A touch as the database keeps it: place, revision, path or finding, ledger entry."""
    return Touch(*stored) if stored else None


def _round(values: Sequence[Any]) -> RoundState | None:
    if values[0] is None:
        return None
    pk, number, verdict, seq, place, revision, by, at, scope, reviewed = values
    return RoundState(pk, number, verdict, seq, place, revision, by, at, tuple(scope), reviewed)


Place = tuple[int, str]
"""(phase id, slice code)"""


def needs_and_artifacts(
    ids: Sequence[int],
) -> tuple[dict[Place, list[Need]], dict[Place, list[ArtifactState]]]:
    """What each slice needs: other slices, and documents with their latest version; one query.

    Documents come in the order of their lines in the packet, and of their paths.
    """
    needs: dict[Place, list[Need]] = defaultdict(list)
    artifacts: dict[Place, list[ArtifactState]] = defaultdict(list)
    # Sorted here: databases differ in how they order texts.
    found = sorted(rows.expected(ids), key=lambda row: (row[1], row[4]))
    for phase_id, _, when, code, name, flag, produced, *version in found:
        if when:
            latest = VersionState(*version) if version[0] is not None else None
            artifacts[phase_id, code].append(
                ArtifactState(f"artifact:{name}", name, when, bool(flag), bool(produced), latest)
            )
        else:
            needs[phase_id, code].append(Need(name, bool(flag)))
    return needs, artifacts


def _gate_rows(ids: Sequence[int], slices: rows.Rows, around: str | None) -> rows.Rows:
    kind = rows.SLICE_COLUMNS.index("kind") + 1
    code = rows.SLICE_COLUMNS.index("code") + 1
    reviews = any(row[code] == around and row[kind] in ("review", "structural") for row in slices)
    return rows.gates(ids) if around is None or reviews else rows.gates_around(ids[0], around)


def gates_by_place(found: rows.Rows) -> dict[Place, list[GateState]]:
    """By slice code; phase exit under the empty code, other gates without a slice under `EXTRA`."""
    result: dict[Place, list[GateState]] = defaultdict(list)
    for phase_id, *row in found:
        code, suite = row[1] or "", row[2]
        place = code or ("" if suite == "phase_exit" else EXTRA)
        result[phase_id, place].append(gate_state(row))
    return result


def gate_state(row: Sequence[Any]) -> GateState:
    """A gate with its latest run, of the values of `GATE_COLUMNS`."""
    pk, code, suite, text, digest, kind, line, replaces, held, *run = row
    key = gate_key(code or "", suite, digest)
    before = () if held == "[]" else tuple(json.loads(held))
    latest = RunState(*run) if run[0] is not None else None
    return GateState(pk, key, suite, text, kind, before, line, replaces or "", latest)


EXTRA = "/"
"""Where `gates_by_place` puts commands that were reported for the phase; no slice has such a code."""


def gate_key(code: str, suite: str, digest: str) -> str:
    """The stable key of a gate; `code` is empty for those of the phase."""
    if code:
        return f"gate:{code}/{suite}/{digest[:8]}"
    return f"exit:{digest[:8]}" if suite == "phase_exit" else f"gate:/{suite}/{digest[:8]}"


def concerns_and_waivers(
    found: rows.Rows,
) -> tuple[dict[int, list[ConcernState]], dict[int, dict[str, WaiverState]]]:
    """Concerns by phase, waivers by phase and key of the leaf."""
    concerns: dict[int, list[ConcernState]] = defaultdict(list)
    waivers: dict[int, dict[str, WaiverState]] = defaultdict(dict)
    for phase_id, pk, kind, text, state, owner, priority, code, by, at, *more in found:
        if kind == rows.WAIVER:
            waivers[phase_id][owner] = WaiverState(pk, owner, text, by, at, code or "")
        else:
            answer, from_packet, deferral, carried_from = more
            concerns[phase_id].append(
                ConcernState(
                    id=pk,
                    kind=kind,
                    text=text,
                    state=state,
                    owner=owner or "",
                    priority=priority,
                    slice=code or "",
                    raised_by=by,
                    raised_at=at,
                    answer=answer,
                    from_packet=bool(from_packet),
                    deferral=deferral or 0,
                    carried_from=carried_from or "",
                )
            )
    return concerns, waivers


def open_blockers(concerns: dict[int, list[ConcernState]]) -> dict[Place, list[ConcernState]]:
    """Those on slices."""
    found: dict[Place, list[ConcernState]] = defaultdict(list)
    for phase_id, items in concerns.items():
        for item in items:
            if item.kind == "blocker" and item.state == "open" and item.slice:
                found[phase_id, item.slice].append(item)
    return found


def _findings(ids: Sequence[int]) -> dict[Place, list[FindingState]]:
    """By the reviewing slice."""
    found: dict[Place, list[FindingState]] = defaultdict(list)
    for phase_id, code, pk, severity, title, state, anchor, about, *more in rows.findings(ids):
        found[phase_id, code].append(
            FindingState(pk, severity, title, state, code, anchor, about or "", *more)
        )
    return found
