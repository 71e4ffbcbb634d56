"""Packet to canonical YAML: the keys and layout of packet D, with those of A and B it lacks.

All gates stand in their slice, `phase_exit` in the top-level `gates`, and keys that no rule knows
where they came from. The same Packet always gives the same bytes, and reading them gives it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from phases.packets.emit import Block, Date, Flow, document
from phases.packets.endings import END, missing_keys
from phases.packets.initiative import folder_of_entrypoint
from phases.packets.packet import Gate, GateKind, Invariant, OwnerRole, Packet, Slice, SliceKind, Suite, When

_MERGED = frozenset({"gates", "files", "touched_paths", "requires_artifacts"})
"""Keys of `as_written` that add to a known key of the slice instead of standing alone."""


def write_packet(packet: Packet) -> str:
    """The packet as YAML text; ends with a line end."""
    groups = _milestone_groups(packet)
    rest = {key: value for key, value in packet.as_written.items() if key != "gates" and key not in groups}
    sections: dict[str, Any] = {"phase": packet.phase}
    if packet.initiative != folder_of_entrypoint(packet.entrypoint):
        sections["initiative"] = packet.initiative
    for key in ("title", "status", "as_landed_through", "entrypoint"):
        if getattr(packet, key):
            sections[key] = getattr(packet, key)
    if packet.invariants:
        sections["invariants"] = [_invariant(each) for each in packet.invariants]
    if packet.owners:
        sections["owners"] = {role.role: _owner(role) for role in packet.owners}
    sections["slices"] = [_slice(item) for item in packet.slices]
    if packet.phase_exit:
        sections["gates"] = {"phase_exit": _exit(packet)}
    if packet.deferred_non_blocking:
        sections["deferred_non_blocking"] = list(packet.deferred_non_blocking)
    sections.update(groups)
    sections.update(_as_written(rest))
    text = document(list(sections.items()))
    open_end = list(sections)[-1] == "slices" and missing_keys(sections["slices"])
    return f"{text}{END}\n" if open_end else text


def _milestone_groups(packet: Packet) -> dict[str, dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for milestone in packet.milestones:
        groups.setdefault(milestone.group, {})[milestone.key] = milestone.date
    for name, group in groups.items():
        others = packet.as_written.get(name)
        if isinstance(others, Mapping):
            group.update(_as_written(others))
    return groups


def _invariant(invariant: Invariant) -> Any:
    values = invariant.values
    if not invariant.key:
        return values[0] if values else ""
    return {invariant.key: values[0] if len(values) == 1 else list(values)}


def _owner(role: OwnerRole) -> dict[str, Any]:
    written: dict[str, Any] = {"primary_handle": role.handle}
    if role.backup:
        written["backup_approver"] = role.backup
    if role.decision_sla:
        written["decision_sla"] = dict(role.decision_sla)
    if role.scope:
        written["scope"] = list(role.scope)
    return {**written, **_as_written(role.as_written)}


def _slice(item: Slice) -> Block:
    extras = {key: item.as_written.get(key) or {} for key in _MERGED}
    written = Block(id=item.code, title=item.title, owner=item.role or item.owner)
    if item.backup_written:
        written["backup"] = item.backup
    if not item.kind_inferred and not (item.conditional and item.kind is SliceKind.CONDITIONAL):
        written["kind"] = item.kind.value
    written["depends_on"] = Flow(item.depends_on)
    if item.depends_on_if_triggered:
        written["depends_on_if_triggered"] = Flow(item.depends_on_if_triggered)
    artifacts = [_artifact(each.path, each.when, extras) for each in item.artifacts if not each.inferred]
    acceptance = [_gate(gate, extras["gates"]) for gate in item.gates_of(Suite.ACCEPTANCE)]
    optional: dict[str, Any] = {
        "requires_artifacts": artifacts,
        "objective": item.objective,
        "files": _paths(item.files, extras["files"], plain=False),
        "touched_paths": _paths(item.touched_paths, extras["touched_paths"], plain=True),
        "conditional": item.conditional,
        "trigger_criteria": list(item.trigger_criteria),
        "gates": _suites(item, extras["gates"]),
        "deliverables": list(item.deliverables),
        "acceptance": acceptance,
        "failure_triggers": list(item.failure_triggers),
    }
    written.update({key: value for key, value in optional.items() if value})
    rest = {key: value for key, value in item.as_written.items() if key not in _MERGED}
    written.update(_as_written(rest))
    return written


def _paths(paths: Iterable[str], extras: Mapping[str, Any], *, plain: bool) -> list[Any]:
    return [
        path if plain and path not in extras else {"path": path, **_as_written(extras.get(path, {}))}
        for path in paths
    ]


def _artifact(path: str, when: When, extras: Mapping[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {"path": path}
    if when is not When.ALWAYS:
        written["when"] = when.value
    return {**written, **_as_written(extras["requires_artifacts"].get(path, {}))}


def _suites(item: Slice, extras: Mapping[str, Any]) -> dict[str, list[Any]]:
    suites: dict[str, list[Any]] = {}
    for gate in item.gates:
        if gate.suite is not Suite.ACCEPTANCE:
            for name in _names(gate):
                suites.setdefault(name, []).append(_gate(gate, extras))
    for name, kept in extras.items():
        if isinstance(kept, list):
            suites[name] = [_as_written(each) for each in kept]
    return suites


def _names(gate: Gate) -> list[str]:
    """The suite words a gate is written under: one, or one for each slice that it holds up."""
    if gate.suite is not Suite.MANDATORY_BEFORE:
        return [gate.suite.value]
    return [f"mandatory_before_{code}" for code in gate.before or ("next",)]


def _gate(gate: Gate, extras: Mapping[str, Any]) -> Any:
    extra = (extras.get(gate.suite.value) or {}).get(gate.text)
    if not gate.explicit_kind and not extra:
        return gate.text
    key = "text"
    if gate.explicit_kind:
        key = "command" if gate.kind is GateKind.COMMAND else "attest"
    return {key: gate.text, **_as_written(extra or {})}


def _exit(packet: Packet) -> Any:
    extras = packet.as_written.get("gates") or {}
    if not any(gate.exit_suite for gate in packet.phase_exit):
        return [_gate(gate, extras) for gate in packet.phase_exit]
    suites: dict[str, list[Any]] = {}
    for gate in packet.phase_exit:
        suites.setdefault(gate.exit_suite, []).append(_gate(gate, extras))
    return suites


def _as_written(value: Any) -> Any:
    """Kept keys as they go back: texts that may be dates without quotes."""
    if isinstance(value, Mapping):
        return {key: _as_written(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_as_written(inner) for inner in value]
    return Date(value) if isinstance(value, str) else value
