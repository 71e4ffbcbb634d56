"""The plain objects that a snapshot fills and the rules read. Frozen, no database behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple


class Status(StrEnum):
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    CANDIDATE = "candidate"
    LANDED = "landed"
    DEFERRED = "deferred"


class Decision(StrEnum):
    UNDECIDED = ""
    TRIGGERED = "triggered"
    DEFERRED = "deferred"


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105
    FAIL = "fail"


class Source(StrEnum):
    """Where a run comes from, the strongest first: a machine, a person, a document, a command line."""

    TOKEN = "token"  # noqa: S105
    PERSON = "person"
    DOCUMENT = "document"
    OPERATOR = "operator"


class LeafState(StrEnum):
    MET = "met"
    UNMET = "unmet"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One requirement: its stable key, state, one sentence why, and whose turn with which verb."""

    key: str
    state: LeafState
    title: str
    why: str
    owner: str = ""
    slice: str = ""
    verb: str = ""


class RunState(NamedTuple):
    """The latest run of a gate: the last one for the newest revision that it was run for."""

    id: int
    outcome: str
    seq: int
    place: int
    """Of its revision in the order of the phase's revisions; 0 if none was known."""
    revision: str
    by: str
    source: str
    at: dt.datetime
    note: str = ""

    @property
    def key(self) -> str:
        return f"run:{self.id}"


class GateState(NamedTuple):
    """A named tuple, not a dataclass: there are hundreds of them on a page."""

    id: int
    key: str
    suite: str
    text: str
    kind: str
    before: tuple[str, ...] = ()
    line: int = 0
    replaces: str = ""
    run: RunState | None = None


class Touch(NamedTuple):
    """A revision that changed something of a slice: a file it declares, or the fix of a finding."""

    place: int
    revision: str
    what: str = ""
    """The path, or the finding's key; empty where the changed files are unknown."""
    seq: int = 0
    """Position in the ledger of the revision's first mention."""


class Closed(NamedTuple):
    """The last entry that landed, deferred or reopened a slice of the phase."""

    seq: int
    code: str
    verb: str


@dataclass(frozen=True, slots=True)
class ArtifactState:
    key: str
    path: str
    when: str
    inferred: bool


@dataclass(frozen=True, slots=True)
class ConcernState:
    id: int
    kind: str
    text: str
    state: str
    owner: str
    priority: str
    slice: str
    raised_by: str
    raised_at: dt.datetime
    answer: str = ""

    @property
    def key(self) -> str:
        return f"concern:{self.id}"


@dataclass(frozen=True, slots=True)
class WaiverState:
    id: int
    key: str
    reason: str
    by: str
    at: dt.datetime
    slice: str = ""
    """Code of the slice whose leaf it is; empty for a leaf of the phase."""


class Need(NamedTuple):
    """`if_triggered` counts only once the needed conditional slice is triggered."""

    code: str
    if_triggered: bool = False


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

    @property
    def is_conditional(self) -> bool:
        return self.kind == "conditional"

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

    @property
    def needed_by(self) -> dict[str, list[str]]:
        """Codes that need each slice, in file order."""
        result: dict[str, list[str]] = {code: [] for code in self.slices}
        for item in self.slices.values():
            for need in item.needs:
                result[need.code].append(item.code)
        return result
