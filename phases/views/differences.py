"""What a packet changes and what an event changed, in words and rows that a person can read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .words import counted

_UNKNOWN = {"title": "", "kind": "", "owner": "", "gates": ""}
WORDS = {
    "declared_in": "packet revision",
    "as_landed_through": "landed through",
    "deferred_non_blocking": "deferred, not blocking",
    "depends_on": "needs",
    "depends_on_if_triggered": "needs if triggered",
    "position": "position in the file",
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field: what it loses and gains, each as lines; `kept` counts entries of a list that stay."""

    field: str
    gone: tuple[str, ...]
    new: tuple[str, ...]
    kept: int = 0

    @property
    def reordered(self) -> bool:
        """Whether only the order of a list is another."""
        return bool(self.kept) and not self.gone and not self.new


@dataclass(frozen=True, slots=True)
class Differences:
    """All that a packet does to the plan of its phase, as kept with an imported file."""

    added: tuple[Mapping[str, Any], ...]
    """code, title, kind, owner, gates (how many)"""
    changed: tuple[tuple[str, tuple[FieldRow, ...]], ...]
    archived: tuple[str, ...]
    phase: tuple[FieldRow, ...]
    gates_added: int
    gates_archived: int

    def __bool__(self) -> bool:
        return bool(
            self.added
            or self.changed
            or self.archived
            or self.phase
            or self.gates_added
            or self.gates_archived
        )

    @property
    def summary(self) -> str:
        """In one phrase how much changes; empty if nothing does."""
        parts = [
            (len(self.added), "slice", "added"),
            (len(self.changed), "slice", "changed"),
            (len(self.archived), "slice", "archived"),
            (self.gates_added, "gate", "added"),
            (self.gates_archived, "gate", "archived"),
        ]
        said = [f"{counted(number, noun)} {verb}" for number, noun, verb in parts if number]
        return ", ".join(said) or ("what it says of the phase as a whole" if self.phase else "")


def differences(kept: Mapping[str, Any]) -> Differences:
    """The rows for the `changes` of an ImportFile."""
    slices = kept.get("slices", {})
    gates = kept.get("gates", {})
    known = {row["code"]: row for row in kept.get("slices_added", ())}
    fields: Mapping[str, list[dict[str, Any]]] = kept.get("fields", {})
    return Differences(
        added=tuple(known.get(code) or {**_UNKNOWN, "code": code} for code in slices.get("added", ())),
        changed=tuple(
            (code, tuple(field_row(**each) for each in fields.get(code, ())))
            for code in slices.get("changed", ())
        ),
        archived=tuple(slices.get("archived", ())),
        phase=tuple(field_row(**each) for each in kept.get("packet", ())),
        gates_added=gates.get("added", 0),
        gates_archived=gates.get("archived", 0),
    )


def field_row(field: str, old: Any, new: Any) -> FieldRow:
    """Old and new value of a field; of lists and maps only the entries that differ."""
    name = WORDS.get(field, field.replace("_", " "))
    before, after = tuple(lines(old)), tuple(lines(new))
    if not isinstance(new, list | dict):
        return FieldRow(name, before, after)
    gone, came = set(before) - set(after), set(after) - set(before)
    return FieldRow(
        name,
        tuple(each for each in before if each in gone),
        tuple(each for each in after if each in came),
        sum(1 for each in before if each not in gone),
    )


def lines(value: Any) -> Iterator[str]:
    """A value of a packet or of the ledger as lines of text; nothing for an empty one."""
    if isinstance(value, Mapping):
        yield from (f"{key}: {inline(each)}" for key, each in value.items())
    elif isinstance(value, list | tuple):
        yield from (inline(each) for each in value)
    elif value not in ("", None):
        yield inline(value)


def inline(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple) and all(isinstance(each, str | int | float) for each in value):
        # An invariant is its key, perhaps empty, and what it says.
        return ", ".join(str(each) for each in value if each != "")
    if isinstance(value, Mapping) and {"role", "handle"} <= value.keys():
        return _owner(value)
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _owner(value: Mapping[str, Any]) -> str:
    """`quay-lead: @quay, backup @crane`, and what else an entry of the packet's `owners` says."""
    said = [f"{value['role']}: {value['handle']}"]
    said += [f"backup {value['backup']}"] if value.get("backup") else []
    said += [f"decides within {time} ({word})" for word, time in value.get("decision_sla", {}).items()]
    said += [f"scope {inline(value['scope'])}"] if value.get("scope") else []
    said += [f"{key} {inline(each)}" for key, each in value.get("as_written", {}).items()]
    return ", ".join(said)
