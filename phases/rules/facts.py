"""The plain facts that a snapshot is made of: words, evidence, findings, concerns. Frozen, no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


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


class Verdict(StrEnum):
    """Of rounds the first three, of decisions the next two, of a posture `not_ready` and `ready`."""

    APPROVE = "approve"
    APPROVE_WITH_CHANGES = "approve_with_changes"
    NOT_READY = "not_ready"
    TRIGGERED = "triggered"
    DEFERRED = "deferred"
    READY = "ready"


class Severity(StrEnum):
    """The worst first."""

    BLOCKING = "blocking"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class FindingStatus(StrEnum):
    """`retracted`: the round that found it was retracted, so it asks for nothing."""

    OPEN = "open"
    FIXED = "fixed"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    RETRACTED = "retracted"


UNCLOSED = (FindingStatus.OPEN, FindingStatus.FIXED)


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
    evidence: str = ""
    """Key of what it was judged by: a run, a disposition, a version; empty where there is none."""


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


class HandedOff(NamedTuple):
    """The handoff that froze a phase."""

    seq: int
    number: int
    by: str
    at: dt.datetime


class VersionState(NamedTuple):
    """The latest version of an artifact."""

    id: int
    number: int
    by: str
    at: dt.datetime

    @property
    def key(self) -> str:
        return f"version:{self.id}"


@dataclass(frozen=True, slots=True)
class ArtifactState:
    key: str
    path: str
    when: str
    inferred: bool
    produced: bool = False
    """The slice lists it among its own files, so it is due before it lands and not before it starts."""
    version: VersionState | None = None


class RoundState(NamedTuple):
    """The latest disposition of a slice that counts."""

    id: int
    number: int
    verdict: str
    seq: int
    place: int
    revision: str
    by: str
    at: dt.datetime
    scope: tuple[str, ...] = ()
    reviewed: Mapping[str, int] = {}
    """By code of a slice the place of the newest revision that some round looked at it for."""

    @property
    def key(self) -> str:
        return f"verdict:{self.id}"


@dataclass(frozen=True, slots=True)
class FindingState:
    """A finding of a review, as it stands."""

    id: int
    severity: str
    title: str
    state: str
    slice: str
    """Code of the reviewing slice."""
    anchor: str = ""
    about: str = ""
    """Code of the slice affected; empty where nobody said."""
    round: int = 0
    """Number of the round that found it."""
    by: str = ""
    changed_at: dt.datetime | None = None
    fix_revision: str = ""
    owner: str = ""
    """Handle that answers for it as accepted."""
    target: str = ""

    @property
    def key(self) -> str:
        return f"finding:{self.id}"

    @property
    def is_unclosed(self) -> bool:
        return self.state in UNCLOSED


CARRIED_KINDS = ("carry_forward", "watchpoint")
"""Kinds of open concerns that a handoff takes along by itself."""


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
    from_packet: bool = False
    """The packet defers it; nobody raised it by hand."""
    deferral: int = 0
    """Id of the disposition that a watchpoint belongs to."""
    carried_from: str = ""
    """Code of the earlier phase that handed it on."""

    @property
    def key(self) -> str:
        return f"concern:{self.id}"

    @property
    def goes_on(self) -> bool:
        """Whether a handoff takes it along: an open one of certain kinds, and one left to the next phase."""
        return self.state == "carried" or (self.state == "open" and self.kind in CARRIED_KINDS)

    @property
    def waits_for_answer(self) -> bool:
        """Whether an earlier phase handed it on, and nobody has answered it here."""
        return bool(self.carried_from) and self.state == "open"


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
