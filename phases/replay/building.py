"""From plan, entries and rows, all as of one position, to the state of the phase."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from phases.models import Phase
from phases.packets.about import about, needs_of
from phases.packets.packet import Gate, Packet, Slice, Suite
from phases.rules.state import (
    UNCLOSED,
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
)
from phases.snapshot import gate_key, handed_off, open_blockers

from . import facts
from .entries import UNTOUCHED, Entry, Told, told
from .reading import GateRow
from .work import Work


@dataclass(frozen=True, slots=True)
class Parts:
    """All that the state as of one position is made of."""

    phase: Phase
    number: int
    """Of the packet revision in force."""
    packet: Packet
    kinds: Mapping[str, str]
    """By code of the slice the kinds that an admin corrected."""
    entries: Sequence[Entry]
    """Those of the phase up to the position."""
    runs: Mapping[int, RunState]
    """By id of the gate the run that counted."""
    slice_ids: Mapping[str, int]
    gates: Sequence[GateRow]
    carried: Mapping[str, str]


def build(parts: Parts, *, seq: int, last: int, moment: dt.datetime) -> PhaseState:
    """The phase as it was; `seq` is the position of its own last entry, `last` that of the initiative's."""
    known = told(parts.entries)
    work = Work(parts.entries)
    gates = _Gates(parts, last)
    phase, packet = parts.phase, parts.packet
    concerns = facts.concerns(known["concern"], parts.carried)
    frozen = known["phase"].get(f"phase:{phase.code}", {})
    return PhaseState(
        id=phase.pk,
        initiative=phase.initiative.slug,
        code=phase.code,
        title=packet.title,
        revision=parts.number,
        seq=seq,
        slices=_Slices(parts, known, work, gates, open_blockers({phase.pk: concerns})).all(),
        exit_gates=tuple(gates.planned("", gate) for gate in packet.phase_exit),
        concerns=tuple(concerns),
        waivers=facts.waivers(known["waiver"]),
        about=about(packet),
        extra_gates=gates.reported(""),
        last_revision=work.last_revision,
        closed=_closed(parts.entries),
        handed_off=handed_off(frozen.get("handed_off")),
        moment=moment,
        hours=settings.BUSINESS_HOURS,
    )


def _closed(entries: Sequence[Entry]) -> Closed | None:
    """The last entry that says of itself that it closed a slice, or reopened one."""
    closing = (entry for entry in reversed(entries) if "closed_seq" in entry.after)
    return next((Closed(entry.seq, entry.slice, entry.verb) for entry in closing), None)


class _Gates:
    """Gates with the runs that counted."""

    def __init__(self, parts: Parts, last: int) -> None:
        self._runs = parts.runs
        self._rows = {(row.code or "", row.suite, row.digest): row for row in parts.gates}
        self._reported: dict[str, list[GateState]] = defaultdict(list)
        for row in parts.gates:
            if row.suite == Suite.EXTRA and row.first is not None and row.first <= last:
                code = row.code or ""
                self._reported[code].append(
                    self._state(row, gate_key(code, row.suite, row.digest), "command")
                )

    def planned(self, code: str, gate: Gate) -> GateState:
        """One that the packet names, of a slice or of the phase's exit."""
        row = self._rows[code, gate.suite.value, gate.digest]
        key = gate_key(code, row.suite, row.digest)
        return self._state(row, key, gate.kind.value, gate.before, gate.line)

    def reported(self, code: str) -> tuple[GateState, ...]:
        """Those of the slice, or of the phase, that no packet names and that had been reported."""
        return tuple(self._reported.get(code, ()))

    def _state(
        self, row: GateRow, key: str, kind: str, before: tuple[str, ...] = (), line: int = 0
    ) -> GateState:
        run = self._runs.get(row.id)
        return GateState(row.id, key, row.suite, row.text, kind, before, line, row.replaces or "", run)


class _Slices:
    """The slices that the packet names, with all that is known of each."""

    def __init__(
        self,
        parts: Parts,
        known: Mapping[str, Told],
        work: Work,
        gates: _Gates,
        blockers: Mapping[tuple[int, str], Sequence[ConcernState]],
    ) -> None:
        self._parts, self._known, self._gates, self._blockers = parts, known, gates, blockers
        paths = {item.code: (*item.files, *item.touched_paths) for item in parts.packet.slices}
        self._paths = paths
        self._touched, self._fixed = work.touches(paths)
        self._rounds = facts.rounds(known["verdict"])
        self._findings = facts.findings(known["finding"], known["verdict"])
        self._versions = facts.versions(known["version"])

    def all(self) -> dict[str, SliceState]:
        """By code, in file order."""
        slices = enumerate(self._parts.packet.slices)
        return {item.code: self._slice(position, item) for position, item in slices}

    def _slice(self, position: int, item: Slice) -> SliceState:
        code = item.code
        said = self._known["slice"].get(f"slice:{code}", UNTOUCHED["slice"])
        findings = tuple(self._findings.get(code, ()))
        moved = ("version", "declared_in", "branch", "pull_request", "reset", "reset_seq", "reset_note")
        return SliceState(
            id=self._parts.slice_ids[code],
            code=code,
            position=position,
            title=item.title,
            kind=self._parts.kinds.get(code, item.kind.value),
            owner=item.owner,
            status=Status(said["status"]),
            backup=item.backup,
            role=item.role,
            kind_inferred=item.kind_inferred,
            decision=Decision(said["decision"]),
            objective=item.objective,
            needs=tuple(Need(*need) for need in needs_of(item).items()),
            paths=self._paths[code],
            gates=(*(self._gates.planned(code, gate) for gate in item.gates), *self._gates.reported(code)),
            artifacts=self._artifacts(item),
            blockers=tuple(self._blockers.get((self._parts.phase.pk, code), ())),
            line=item.line,
            touched=self._touched.get(code),
            fixed=self._fixed.get(code),
            round=self._rounds.get(code),
            unclosed=sum(finding.state in UNCLOSED for finding in findings),
            findings=findings,
            criteria=item.trigger_criteria,
            **{name: said[name] for name in (*moved, "since", "opened", "closed_seq")},
        )

    def _artifacts(self, item: Slice) -> tuple[ArtifactState, ...]:
        """In the order in which a snapshot has them."""
        return tuple(
            ArtifactState(
                key=f"artifact:{artifact.path}",
                path=artifact.path,
                when=artifact.when.value,
                inferred=artifact.inferred,
                produced=artifact.path in item.files,
                version=self._versions.get(artifact.path),
            )
            for artifact in sorted(item.artifacts, key=lambda one: (one.line, one.path))
        )
