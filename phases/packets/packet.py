"""The Packet: what one phase's work breakdown says, whatever dialect it was written in.

Everything here is frozen and comparable. Source positions (`line`, counted from 1) travel with
the parts for messages and pages, and are left out of comparisons by `changes.py` and of the
canonical form by `writer.py`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Suite(StrEnum):
    QUICK = "quick"
    FULL = "full"
    ASSESS = "assess"
    CLOSURE = "closure"
    ACCEPTANCE = "acceptance"
    MANDATORY_BEFORE = "mandatory_before"
    FULL_IF_TRIGGERED = "full_if_triggered"
    PHASE_EXIT = "phase_exit"
    EXTRA = "extra"


class GateKind(StrEnum):
    COMMAND = "command"
    ATTESTATION = "attestation"


class SliceKind(StrEnum):
    BUILD = "build"
    CONDITIONAL = "conditional"
    REVIEW = "review"
    STRUCTURAL = "structural"
    DOCS = "docs"
    READINESS = "readiness"
    PLANNING = "planning"


class When(StrEnum):
    ALWAYS = "always"
    TRIGGERED = "triggered"


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Gate(Part):
    """One check that must pass. Its identity is slice + suite + text."""

    suite: Suite
    text: str
    kind: GateKind
    explicit_kind: bool = Field(default=False, description="written as {command: ...} or {attest: ...}")
    before: tuple[str, ...] = Field(
        default=(), description="slice codes that a mandatory_before gate holds up"
    )
    exit_suite: str = Field(
        default="", description="the suite a phase_exit gate was written under, e.g. full"
    )
    line: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 of the text as 64 hex digits; keys use the first 8."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Artifact(Part):
    """A closure document that must exist before or after a slice."""

    path: str
    when: When = When.ALWAYS
    inferred: bool = Field(
        default=False, description="not in requires_artifacts, but a file of a runtime pass folder"
    )
    line: int = 0


class Slice(Part):
    code: str
    title: str
    owner: str = Field(description="an accountable handle, resolved from its role where one is written")
    role: str = Field(default="", description="the key in `owners` that the packet wrote instead of a handle")
    backup: str = ""
    backup_written: bool = Field(default=False, description="the slice names its backup itself")
    kind: SliceKind
    kind_inferred: bool = True
    conditional: bool = Field(default=False, description="`conditional: true` is written")
    objective: str = ""
    depends_on: tuple[str, ...] = ()
    depends_on_if_triggered: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    touched_paths: tuple[str, ...] = ()
    deliverables: tuple[str, ...] = ()
    trigger_criteria: tuple[str, ...] = ()
    failure_triggers: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = Field(
        default=(), description="merged; acceptance entries are gates of that suite"
    )
    artifacts: tuple[Artifact, ...] = ()
    as_written: dict[str, Any] = Field(default_factory=dict, description="keys that no rule knows")
    line: int = 0

    def gates_of(self, suite: Suite) -> tuple[Gate, ...]:
        return tuple(gate for gate in self.gates if gate.suite == suite)


class OwnerRole(Part):
    """An entry of the top-level `owners` map."""

    role: str
    handle: str
    backup: str = ""
    decision_sla: dict[str, str] = Field(default_factory=dict)
    scope: tuple[str, ...] = ()
    as_written: dict[str, Any] = Field(default_factory=dict)
    line: int = 0


class Invariant(Part):
    """A rule that the whole phase keeps; `key` is empty for a bare text."""

    key: str = ""
    values: tuple[str, ...]


class Milestone(Part):
    """One date of a dated map such as `bridge_timebox`."""

    group: str
    key: str
    date: dt.date
    line: int = 0


class Packet(Part):
    phase: str
    initiative: str = Field(
        default="", description="slug from the folder of `entrypoint`, empty if not written"
    )
    title: str = ""
    status: str = ""
    as_landed_through: str = ""
    entrypoint: str = ""
    invariants: tuple[Invariant, ...] = ()
    owners: tuple[OwnerRole, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    slices: tuple[Slice, ...]
    phase_exit: tuple[Gate, ...] = ()
    deferred_non_blocking: tuple[str, ...] = ()
    as_written: dict[str, Any] = Field(default_factory=dict, description="keys that no rule knows")
    dialect: tuple[str, ...] = Field(default=(), description="what the reader normalised, one phrase each")

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(item.code for item in self.slices)

    @property
    def landed_codes(self) -> tuple[str, ...]:
        """Codes up to and including `as_landed_through`, in file order; empty if not written."""
        if self.as_landed_through not in self.codes:
            return ()
        return self.codes[: self.codes.index(self.as_landed_through) + 1]

    @property
    def closing_owner(self) -> str:
        """Who hands the phase off, and so answers for what it carries forward."""
        readiness = [item for item in self.slices if item.kind == SliceKind.READINESS]
        return (readiness or list(self.slices))[-1].owner
