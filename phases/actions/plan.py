"""Writing a packet into the plan's tables: update by identity, archive what is no longer named."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet

from phases.models import Artifact, Dependency, Gate, Owner, Phase, PhaseOwner, Slice
from phases.packets.about import about, needs_of
from phases.packets.packet import Gate as PacketGate
from phases.packets.packet import Packet, Suite
from phases.packets.packet import Slice as PacketSlice

BATCH = 500
Columns = dict[str, Any]
ArtifactKey = tuple[int, str]
"""(slice id, path)"""
Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row", Slice, Gate, Artifact)
GateKey = tuple[int | None, str, str]
"""(slice id, suite, digest of the text): the identity of a gate within its phase."""


def write_plan(phase: Phase, packet: Packet) -> None:
    """Make the plan's rows of `phase` say what `packet` says; what has happened is left alone."""
    owners = _owners(phase, packet)
    _phase_owners(phase, packet, owners)
    slices = _slices(phase, packet, owners)
    _dependencies(phase, packet, slices)
    _gates(phase, packet, slices)
    _artifacts(phase, packet, slices)


def _owners(phase: Phase, packet: Packet) -> dict[str, Owner]:
    handles = {handle for item in packet.slices for handle in (item.owner, item.backup) if handle}
    handles |= {handle for role in packet.owners for handle in (role.handle, role.backup) if handle}
    known = set(Owner.objects.filter(initiative=phase.initiative).values_list("handle", flat=True))
    new = [Owner(initiative=phase.initiative, handle=handle) for handle in sorted(handles - known)]
    Owner.objects.bulk_create(new, batch_size=BATCH)
    return {owner.handle: owner for owner in Owner.objects.filter(initiative=phase.initiative)}


def _phase_owners(phase: Phase, packet: Packet, owners: dict[str, Owner]) -> None:
    PhaseOwner.objects.filter(phase=phase).delete()
    PhaseOwner.objects.bulk_create(
        PhaseOwner(
            phase=phase,
            owner=owners[item.handle],
            role=item.role,
            backup=item.backup,
            decision_sla=item.decision_sla,
            scope=list(item.scope),
        )
        for item in packet.owners
    )


def _slices(phase: Phase, packet: Packet, owners: dict[str, Owner]) -> dict[str, Slice]:
    known = {row.code: row for row in Slice.objects.filter(phase=phase)}
    wanted = (
        (item.code, _slice_columns(known.get(item.code), item, position, owners))
        for position, item in enumerate(packet.slices)
    )
    _upsert(Slice, known, wanted, lambda code: Slice(phase=phase, code=code))
    return {row.code: row for row in Slice.objects.filter(phase=phase, archived=False).only("code")}


def _slice_columns(row: Slice | None, item: PacketSlice, position: int, owners: dict[str, Owner]) -> Columns:
    # An admin's correction outlives an inference, and gives way to a kind that the packet writes.
    corrected = row.kind if row and row.kind_corrected and item.kind_inferred else ""
    return {
        "position": position,
        "title": item.title,
        "kind": corrected or item.kind.value,
        "kind_inferred": item.kind_inferred,
        "kind_corrected": bool(corrected),
        "owner_id": owners[item.owner].pk,
        "role": item.role,
        "backup_id": owners[item.backup].pk if item.backup else None,
        "objective": item.objective,
        "files": list(item.files),
        "touched_paths": list(item.touched_paths),
        "deliverables": list(item.deliverables),
        "trigger_criteria": list(item.trigger_criteria),
        "failure_triggers": list(item.failure_triggers),
        "as_written": item.as_written,
        "line": item.line,
    }


def _dependencies(phase: Phase, packet: Packet, slices: dict[str, Slice]) -> None:
    Dependency.objects.filter(slice__phase=phase).delete()
    rows = [
        Dependency(slice=slices[item.code], needed=slices[code], if_triggered=if_triggered)
        for item in packet.slices
        for code, if_triggered in needs_of(item).items()
    ]
    Dependency.objects.bulk_create(rows, batch_size=BATCH)


def _gates(phase: Phase, packet: Packet, slices: dict[str, Slice]) -> None:
    known: dict[GateKey, Gate] = {(row.slice_id, row.suite, row.digest): row for row in planned_gates(phase)}
    replaced = _replacements(known, [key for key, _ in _gate_columns(packet, slices)]) if known else {}
    wanted = (
        (key, columns | ({"replaces_id": replaced[key]} if key in replaced else {}))
        for key, columns in _gate_columns(packet, slices)
    )
    _upsert(Gate, known, wanted, lambda key: Gate(phase=phase, slice_id=key[0], suite=key[1], digest=key[2]))


def planned_gates(phase: Phase) -> QuerySet[Gate]:
    """The gates that packets asked for; those of the suite extra come from reports."""
    return Gate.objects.filter(phase=phase).exclude(suite=Suite.EXTRA)


def _gate_columns(packet: Packet, slices: dict[str, Slice]) -> Iterator[tuple[GateKey, Columns]]:
    for position, (slice_id, gate) in enumerate(_every_gate(packet, slices)):
        yield (
            (slice_id, gate.suite.value, gate.digest),
            {
                "text": gate.text,
                "kind": gate.kind.value,
                "before": list(gate.before),
                "position": position,
                "line": gate.line,
            },
        )


def _every_gate(packet: Packet, slices: dict[str, Slice]) -> Iterator[tuple[int | None, PacketGate]]:
    for item in packet.slices:
        for gate in item.gates:
            yield slices[item.code].pk, gate
    for gate in packet.phase_exit:
        yield None, gate


def _replacements(known: Mapping[GateKey, Gate], keys: Sequence[GateKey]) -> dict[GateKey, int]:
    """New gates with the id of the one that each stands in for: same slice and suite, in order."""
    staying = set(keys)
    leaving: dict[tuple[int | None, str], list[int]] = {}
    for key, row in known.items():
        if key not in staying and not row.archived:
            leaving.setdefault(key[:2], []).append(row.pk)
    new = (key for key in keys if key not in known and leaving.get(key[:2]))
    return {key: leaving[key[:2]].pop(0) for key in new if leaving[key[:2]]}


def _artifacts(phase: Phase, packet: Packet, slices: dict[str, Slice]) -> None:
    known = {(row.slice_id, row.path): row for row in Artifact.objects.filter(slice__phase=phase)}
    _upsert(
        Artifact, known, _artifact_columns(packet, slices), lambda key: Artifact(slice_id=key[0], path=key[1])
    )


def _artifact_columns(packet: Packet, slices: dict[str, Slice]) -> Iterator[tuple[ArtifactKey, Columns]]:
    for item in packet.slices:
        for artifact in item.artifacts:
            key = (slices[item.code].pk, artifact.path)
            yield (
                key,
                {
                    "when": artifact.when.value,
                    "inferred": artifact.inferred,
                    "produced": artifact.path in item.files,
                    "line": artifact.line,
                },
            )


def _upsert(
    table: type[Row],
    known: Mapping[Key, Row],
    wanted: Iterable[tuple[Key, Columns]],
    make: Callable[[Key], Row],
) -> None:
    """Create what is new, update what differs, archive what is not wanted; a batch at a time."""
    leaving = dict(known)
    rest = iter(wanted)
    while batch := list(islice(rest, BATCH)):
        new: list[Row] = []
        changed: list[Row] = []
        for key, columns in batch:
            row = leaving.pop(key, None) or make(key)
            differs = _set(row, columns | {"archived": False})
            if row.pk is None:
                new.append(row)
            elif differs:
                changed.append(row)
        table._default_manager.bulk_create(new)
        if changed:
            names = {name for _, columns in batch for name in columns} | {"archived"}
            table._default_manager.bulk_update(changed, sorted(names))
    gone = [row.pk for row in leaving.values() if not row.archived]
    for start in range(0, len(gone), BATCH):
        table._default_manager.filter(pk__in=gone[start : start + BATCH]).update(archived=True)


def _set(row: Slice | Gate | Artifact, values: Columns) -> bool:
    """Put values on a row; whether any of them was new to it."""
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, values[name])
    return bool(differing)


def plan_faults(phase: Phase, packet: Packet) -> Iterator[str]:
    """Where the plan's rows do not say what the packet says; nothing after `write_plan`."""
    owners = {owner.handle: owner for owner in Owner.objects.filter(initiative=phase.initiative_id)}
    slices = {row.code: row for row in Slice.objects.filter(phase=phase, archived=False)}
    if list(slices) != list(packet.codes) or not {item.owner for item in packet.slices} <= set(owners):
        yield f"Phase {phase.code} does not hold the slices and owners that its packet revision names."
        return
    for position, item in enumerate(packet.slices):
        yield from _row_faults(
            item.code, slices[item.code], _slice_columns(slices[item.code], item, position, owners)
        )
    found = set(
        Dependency.objects.filter(slice__phase=phase).values_list(
            "slice__code", "needed__code", "if_triggered"
        )
    )
    if found != {
        (item.code, code, only_if) for item in packet.slices for code, only_if in needs_of(item).items()
    }:
        yield f"The dependencies of phase {phase.code} are not those of its packet revision."
    gates = {
        (row.slice_id, row.suite, row.digest): row for row in planned_gates(phase).filter(archived=False)
    }
    yield from _rows_fault("gates", phase, gates, dict(_gate_columns(packet, slices)))
    stored = Artifact.objects.filter(slice__phase=phase, archived=False)
    artifacts = {(row.slice_id, row.path): row for row in stored}
    yield from _rows_fault("artifacts", phase, artifacts, dict(_artifact_columns(packet, slices)))
    if phase.about != about(packet):
        yield f"What is stored of phase {phase.code} as a whole is not what its packet revision says."


def _rows_fault(
    what: str, phase: Phase, rows: Mapping[Key, Row], wanted: Mapping[Key, Columns]
) -> Iterator[str]:
    if set(rows) != set(wanted):
        yield f"The {what} of phase {phase.code} are not those of its packet revision."
        return
    for key, columns in wanted.items():
        yield from _row_faults(str(rows[key]), rows[key], columns)


def _row_faults(name: str, row: Slice | Gate | Artifact, columns: Columns) -> Iterator[str]:
    for column, value in columns.items():
        if getattr(row, column) != value:
            yield f"{name} has another {column.removesuffix('_id')} than its packet revision says."
