"""The top-level `owners` map, and who a slice's owner and backup are."""

from __future__ import annotations

from dataclasses import dataclass, field

from phases.packets.nodes import Mapping, Node, Scalar, is_null
from phases.packets.packet import OwnerRole
from phases.packets.values import Values

_KNOWN = frozenset({"primary_handle", "backup_approver", "decision_sla", "scope"})


@dataclass(frozen=True, slots=True)
class Owners:
    """Roles by key, and the backup that the map gives each handle."""

    roles: dict[str, OwnerRole] = field(default_factory=dict)
    backups: dict[str, set[str]] = field(default_factory=dict)
    """The backups that the map names for each handle."""

    def resolve(self, written: str) -> tuple[str, str]:
        """Handle and role key of what a slice wrote; the role key is empty for a handle."""
        role = self.roles.get(written)
        return (role.handle, role.role) if role else (written, "")

    def backup_of(self, handle: str, role: str) -> str:
        """The backup in the map: the role's, else the only one its handle has."""
        if role:
            return self.roles[role].backup
        backups = self.backups.get(handle, set())
        return next(iter(backups)) if len(backups) == 1 else ""


def read_owners(values: Values, node: Node | None) -> Owners:
    wanted = "a map of role keys, each with `primary_handle`"
    entries = values.mapping(node, "owners", wanted)
    if entries is None:
        return Owners()
    roles = {}
    for name, (key, value) in entries.pairs.items():
        role = _role(values, name, key, value)
        if role is not None:
            roles[name] = role
    resolved = {
        name: role.model_copy(update={"backup": roles[role.backup].handle}) if role.backup in roles else role
        for name, role in roles.items()
    }
    backups: dict[str, set[str]] = {}
    for role in resolved.values():
        if role.backup:
            backups.setdefault(role.handle, set()).add(role.backup)
    return Owners(resolved, backups)


def _role(values: Values, name: str, key: Scalar, value: Node) -> OwnerRole | None:
    if isinstance(value, Scalar) and not is_null(value):
        return OwnerRole(role=name, handle=values.line(value, "owners"), line=key.line)
    if not isinstance(value, Mapping):
        values.error(
            "wrong_type", f'Owner `{name}` is {value.kind}; expected `primary_handle: "@..."`.', key, name
        )
        return None
    handle = values.line(value.get("primary_handle"), "primary_handle")
    if not handle:
        values.error(
            "missing_handle", f"Owner `{name}` has no `primary_handle`. Write who it is.", key, "owners"
        )
        return None
    return OwnerRole(
        role=name,
        handle=handle,
        backup=values.line(value.get("backup_approver"), "backup_approver"),
        decision_sla=_sla(values, value.get("decision_sla")),
        scope=values.texts(value.get("scope"), "scope"),
        as_written=values.unknown(value, _KNOWN, f"of owner `{name}`"),
        line=key.line,
    )


def _sla(values: Values, node: Node | None) -> dict[str, str]:
    """Waiting times by occasion; a single text is the standard one."""
    if node is None or is_null(node):
        return {}
    if isinstance(node, Scalar):
        return {"standard": values.line(node, "decision_sla")}
    entries = values.mapping(node, "decision_sla", "a text or a map such as `standard: 1 business day`")
    pairs = entries.pairs.items() if entries else ()
    return {occasion: values.line(value, "decision_sla") for occasion, (_, value) in pairs}
