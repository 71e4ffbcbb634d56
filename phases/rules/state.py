"""The plain objects that a snapshot fills and the rules read. Frozen, no database behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .facts import (
    UNCLOSED,
    ArtifactState,
    Closed,
    ConcernState,
    Decision,
    FindingState,
    FindingStatus,
    GateState,
    HandedOff,
    Leaf,
    LeafState,
    Need,
    Outcome,
    RoundState,
    RunState,
    Severity,
    Source,
    Status,
    Touch,
    Verdict,
    VersionState,
    WaiverState,
)

__all__ = [
    "UNCLOSED",
    "ArtifactState",
    "Closed",
    "ConcernState",
    "Decision",
    "FindingState",
    "FindingStatus",
    "GateState",
    "HandedOff",
    "Leaf",
    "LeafState",
    "Need",
    "Outcome",
    "PhaseState",
    "RoundState",
    "RunState",
    "Severity",
    "SliceState",
    "Source",
    "Status",
    "Touch",
    "Verdict",
    "VersionState",
    "WaiverState",
]


@dataclass(frozen=True, slots=True)
class SliceState:
    id: int
    code: str
    position: int
    title: str
    kind: str
    owner: str
    status: Status
    version: int = 0
    backup: str = ""
    role: str = ""
    kind_inferred: bool = True
    decision: Decision = Decision.UNDECIDED
    declared_in: int = 0
    """Number of the packet revision that declared this slice landed; 0 if it was moved by hand."""
    branch: str = ""
    pull_request: str = ""
    objective: str = ""
    needs: tuple[Need, ...] = ()
    paths: tuple[str, ...] = ()
    """`files` and `touched_paths` together."""
    gates: tuple[GateState, ...] = ()
    artifacts: tuple[ArtifactState, ...] = ()
    blockers: tuple[ConcernState, ...] = ()
    """Open blockers only."""
    line: int = 0
    reset: str = ""
    """The verb that last set its work back: `send_back` or `reopen`."""
    reset_seq: int = 0
    """Position of that entry in the ledger."""
    closed_seq: int = 0
    """Position of the last entry that landed, deferred or reopened it."""
    touched: Touch | None = None
    """The newest revision that touches its files."""
    fixed: Touch | None = None
    """The newest revision recorded as the fix of a finding in it."""
    reset_note: str = ""
    """The reason that was given for setting its work back."""
    since: dt.datetime | None = None
    """When it came to its status; None if it never moved."""
    opened: dt.datetime | None = None
    """When it was last started or reopened; becoming a candidate changes nothing about it."""
    round: RoundState | None = None
    """Its latest disposition that counts."""
    unclosed: int = 0
    """How many findings of its own reviews are not closed."""
    findings: tuple[FindingState, ...] = ()
    """Of its own reviews, those of retracted rounds left out."""
    criteria: tuple[str, ...] = ()
    """What triggers a conditional slice, as the packet lists it."""

    @property
    def is_conditional(self) -> bool:
        return self.kind == "conditional"

    @property
    def is_reviewing(self) -> bool:
        """A review or structural slice: closed by rounds of independent reviewers."""
        return self.kind in ("review", "structural")

    @property
    def key(self) -> str:
        return f"slice:{self.code}"


@dataclass(frozen=True)
class PhaseState:
    id: int
    initiative: str
    code: str
    title: str
    revision: int
    """Number of the packet revision that is the plan."""
    seq: int
    """Position of the phase's last ledger entry."""
    slices: Mapping[str, SliceState]
    """By code, in file order; archived slices are not among them."""
    exit_gates: tuple[GateState, ...] = ()
    concerns: tuple[ConcernState, ...] = ()
    waivers: Mapping[str, WaiverState] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    """What the packet says of the phase as a whole: status, entrypoint, milestones, and so on."""
    extra_gates: tuple[GateState, ...] = ()
    """Commands that were reported for the phase and that no packet asks for."""
    last_revision: str = ""
    """The newest revision of the code under work."""
    closed: Closed | None = None
    """The last landing, deferral or reopening, also of a slice that is archived by now."""
    handed_off: HandedOff | None = None
    """The handoff that froze it; None while it can change."""
    moment: dt.datetime | None = None
    """When this was so; None where no clock is looked at."""
    hours: tuple[int, int] = (9, 17)
    """First and last hour of a business day, in UTC."""

    @property
    def has_begun(self) -> bool:
        """Whether any slice has left its plan."""
        return any(item.status != Status.PLANNED for item in self.slices.values())

    @cached_property
    def holding_up(self) -> dict[str, list[tuple[SliceState, GateState]]]:
        """The mandatory gates before each slice, with the slices that declare them."""
        result: dict[str, list[tuple[SliceState, GateState]]] = {}
        for item in self.slices.values():
            for gate in item.gates:
                for code in gate.before:
                    result.setdefault(code, []).append((item, gate))
        return result

    @cached_property
    def last_touched(self) -> Touch | None:
        """The newest touch of any slice."""
        touches = [item.touched for item in self.slices.values() if item.touched]
        return max(touches, default=None)

    @cached_property
    def closer(self) -> SliceState | None:
        """The last readiness slice, whose owner hands the phase off; else the last slice."""
        items = list(self.slices.values())
        return next(
            (item for item in reversed(items) if item.kind == "readiness"), items[-1] if items else None
        )

    @cached_property
    def findings_about(self) -> dict[str, list[FindingState]]:
        """By code of the slice affected."""
        result: dict[str, list[FindingState]] = {}
        for item in self.slices.values():
            for finding in item.findings:
                if finding.about:
                    result.setdefault(finding.about, []).append(finding)
        return result

    @cached_property
    def approvals(self) -> dict[str, Any]:
        """What `reviews.approval` found of each slice; it is asked for by every attestation."""
        return {}

    @cached_property
    def badges(self) -> dict[str, tuple[GateState, Any]]:
        """What `freshness.badge` found of each gate, by its key: every page asks several times."""
        return {}

    @cached_property
    def kept_back(self) -> dict[str, tuple[Leaf, ...]]:
        """What `ready.kept_back` found of each planned slice, for the same reason."""
        return {}

    @cached_property
    def impacted(self) -> dict[str, str]:
        """Of each reviewing slice which gate of what it reviewed is not green, for the same reason."""
        return {}

    @cached_property
    def needed_by(self) -> dict[str, list[str]]:
        """Codes that need each slice, in file order."""
        result: dict[str, list[str]] = {code: [] for code in self.slices}
        for item in self.slices.values():
            for need in item.needs:
                result[need.code].append(item.code)
        return result
