"""Packet against Packet: what a new revision adds, changes and archives.

Lines and dialect are no change. `compare(a, b).is_empty` exactly when both write the same text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from phases.packets.packet import Gate, Packet, Slice, SliceKind, Suite

DISPOSED = frozenset({SliceKind.REVIEW, SliceKind.STRUCTURAL, SliceKind.CONDITIONAL, SliceKind.READINESS})
"""Kinds of slices that need a verdict."""

_SLICE_FIELDS = [
    "title",
    "owner",
    "role",
    "backup",
    "objective",
    "depends_on",
    "depends_on_if_triggered",
    "conditional",
    "files",
    "touched_paths",
    "deliverables",
    "trigger_criteria",
    "failure_triggers",
    "as_written",
]
_PACKET_FIELDS = [
    "phase",
    "initiative",
    "title",
    "status",
    "as_landed_through",
    "entrypoint",
    "deferred_non_blocking",
    "as_written",
]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field with its old and new value, both ready for JSON."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class GateChange:
    """A gate of one side; `slice` is empty for phase exit. `replaces` is the text it stands for now."""

    slice: str
    gate: Gate
    replaces: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.slice, self.gate.suite.value, self.gate.text


@dataclass(frozen=True, slots=True)
class Changes:
    """What a new packet does to an old one; codes are in file order."""

    added: tuple[str, ...] = ()
    changed: Mapping[str, tuple[FieldChange, ...]] = field(default_factory=dict)
    archived: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    gates_added: tuple[GateChange, ...] = ()
    gates_archived: tuple[GateChange, ...] = ()
    packet: tuple[FieldChange, ...] = ()
    requirements_added: int = 0
    requirements_removed: int = 0

    @property
    def is_empty(self) -> bool:
        slices = self.added or self.changed or self.archived
        return not (slices or self.gates_added or self.gates_archived or self.packet)

    def as_json(self, consequences: Sequence[str] = ()) -> dict[str, Any]:
        """The `changes` object of `import_packet --json`."""
        return {
            "slices": {
                "added": list(self.added),
                "changed": {code: [each.field for each in fields] for code, fields in self.changed.items()},
                "archived": list(self.archived),
            },
            "gates": {"added": len(self.gates_added), "archived": len(self.gates_archived)},
            "consequences": list(consequences),
        }


def compare(old: Packet | None, new: Packet) -> Changes:
    """From `old` (None: nothing imported yet) to `new`."""
    before = {item.code: item for item in old.slices} if old else {}
    after = {item.code: item for item in new.slices}
    kept = tuple(code for code in after if code in before)
    moved = _moved([code for code in before if code in after], kept)
    added, archived = _gates(old, new)
    first, second = _requirements(old), _requirements(new)
    replaced = sum(1 for each in added if each.replaces)
    return Changes(
        added=tuple(code for code in after if code not in before),
        changed=dict(_changed_slices(before, after, kept, moved)),
        archived=tuple(code for code in before if code not in after),
        kept=kept,
        gates_added=added,
        gates_archived=archived,
        packet=tuple(_changed_fields(_packet_fields(old), _packet_fields(new))) if old else (),
        requirements_added=len(second - first) - replaced,
        requirements_removed=len(first - second) - replaced,
    )


def _changed_slices(
    before: Mapping[str, Slice],
    after: Mapping[str, Slice],
    kept: Iterable[str],
    moved: Mapping[str, tuple[int, int]],
) -> Iterator[tuple[str, tuple[FieldChange, ...]]]:
    for code in kept:
        fields = list(_changed_fields(_slice_fields(before[code]), _slice_fields(after[code])))
        if code in moved:
            fields.append(FieldChange("position", *moved[code]))
        if fields:
            yield code, tuple(fields)


def _changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
    for name, value in new.items():
        if old[name] != value:
            yield FieldChange(name, old[name], value)


def _slice_fields(item: Slice) -> dict[str, Any]:
    fields = {name: _json(getattr(item, name)) for name in _SLICE_FIELDS}
    fields["kind"] = item.kind.value + (" (inferred)" if item.kind_inferred else "")
    if item.backup and not item.backup_written:
        fields["backup"] = f"{item.backup} (of the owner)"
    fields["artifacts"] = [
        f"{each.path} ({each.when}{', inferred' if each.inferred else ''})" for each in item.artifacts
    ]
    fields["acceptance"] = [gate.text for gate in item.gates_of(Suite.ACCEPTANCE)]
    fields["gates"] = [_gate_text(gate) for gate in item.gates if gate.suite is not Suite.ACCEPTANCE]
    return fields


def _gate_text(gate: Gate) -> str:
    said = " ".join([gate.suite.value, *gate.before, gate.exit_suite]).strip()
    kind = f" [{gate.kind}]" if gate.explicit_kind else ""
    return f"{said}: {gate.text}{kind}"


def _packet_fields(packet: Packet | None) -> dict[str, Any]:
    if packet is None:
        return {}
    fields = {name: _json(getattr(packet, name)) for name in _PACKET_FIELDS}
    fields["invariants"] = [[each.key, *each.values] for each in packet.invariants]
    fields["milestones"] = [f"{each.group} {each.key}: {each.date}" for each in packet.milestones]
    fields["owners"] = [each.model_dump(mode="json", exclude={"line"}) for each in packet.owners]
    fields["phase_exit"] = [_gate_text(gate) for gate in packet.phase_exit]
    return fields


def _json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _moved(before: Sequence[str], after: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Old and new position, from 1, of the fewest slices whose move explains the new order."""
    old = {code: number for number, code in enumerate(before)}
    tails: list[int] = []
    holders: list[int] = []
    came_from: list[int] = []
    for number, code in enumerate(after):
        at = bisect_left(tails, old[code])
        tails[at : at + 1] = [old[code]]
        holders[at : at + 1] = [number]
        came_from.append(holders[at - 1] if at else -1)
    steady = set()
    step = holders[-1] if holders else -1
    while step >= 0:
        steady.add(step)
        step = came_from[step]
    return {code: (old[code] + 1, number + 1) for number, code in enumerate(after) if number not in steady}


def _gates(old: Packet | None, new: Packet) -> tuple[tuple[GateChange, ...], tuple[GateChange, ...]]:
    """Gates added and archived; those of one slice and suite are paired in order as replacements."""
    before = dict(_all_gates(old))
    after = dict(_all_gates(new))
    archived = tuple(GateChange(key[0], gate) for key, gate in before.items() if key not in after)
    waiting: dict[tuple[str, Suite], list[str]] = {}
    for change in archived:
        waiting.setdefault((change.slice, change.gate.suite), []).append(change.gate.text)
    added = []
    for key, gate in after.items():
        if key not in before:
            texts = waiting.get((key[0], gate.suite))
            added.append(GateChange(key[0], gate, texts.pop(0) if texts else ""))
    return tuple(added), archived


def _all_gates(packet: Packet | None) -> Iterator[tuple[tuple[str, Suite, str], Gate]]:
    for item in packet.slices if packet else ():
        for gate in item.gates:
            yield (item.code, gate.suite, gate.text), gate
    for gate in packet.phase_exit if packet else ():
        yield ("", gate.suite, gate.text), gate


def _requirements(packet: Packet | None) -> set[tuple[str, ...]]:
    """One entry for every leaf that readiness will ask for because the packet names it."""
    found: set[tuple[str, ...]] = {("gate", *key) for key, _ in _all_gates(packet)}
    for item in packet.slices if packet else ():
        found.add(("slice", item.code))
        found.update(("artifact", each.path) for each in item.artifacts)
        if item.kind in DISPOSED:
            found.add(("disposition", item.code))
    return found
