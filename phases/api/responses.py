"""What the API answers, as its OpenAPI document describes it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from phases.packets.packet import Suite
from phases.rules.freshness import Badge
from phases.rules.state import Source


class Answered(BaseModel):
    """Base of answers."""


class LeafShape(Answered):
    key: str
    state: Literal["met", "unmet", "waived", "not_applicable"]
    title: str
    why: str
    owner: str
    url: str = Field(description="path of its evidence, or of the page where it can be met")
    children: list[LeafShape]
    slice: str = ""
    verb: str = Field("", description="what has to be done; empty where nothing has")
    evidence: str = Field("", description="what it was judged by: `run:4`, `verdict:12`, `version:3`")


class ErrorPart(Answered):
    model_config = ConfigDict(extra="allow")

    code: str = Field(description="stable, for programs")
    message: str = Field(description="for people: what happened and what to do next")
    fields: dict[str, str] = Field(description="what is wrong, by field of the request")
    unmet: list[LeafShape] | None = Field(None, description="with `refused`: the leaves in the way")
    version: int | None = Field(None, description="with `conflict`: the version now")


class ErrorAnswer(Answered):
    error: ErrorPart


class SessionAnswer(Answered):
    username: str
    roles: list[str]
    csrf_token: str = Field(description="send it as X-CSRFToken with every unsafe request")


class InitiativeItem(Answered):
    slug: str
    title: str
    seq: int = Field(description="number of its ledger entries")
    head: str = Field(description="hash of its last ledger entry")
    url: str


class PhaseItem(Answered):
    code: str
    title: str
    packet_revision: int
    seq: int
    url: str


class RunShort(Answered):
    key: str
    outcome: Literal["pass", "fail"]
    revision: str
    by: str
    source: Source
    at: dt.datetime


class Standing(Answered):
    state: Literal["met", "unmet", "waived", "not_applicable"] = Field(description="as a requirement")
    badge: Badge = Field(description="what its runs show")
    why: str = Field(description="one sentence: what its runs say, and whether that counts")


class GateShape(Standing):
    key: str
    suite: Suite
    text: str
    kind: Literal["command", "attestation"]
    run: RunShort | None = Field(description="the latest run: the last one for the newest revision")
    before: list[str] = Field(description="codes of the slices that a mandatory_before gate holds up")


class SliceItem(Answered):
    code: str
    title: str
    kind: str
    status: Literal["planned", "in_progress", "candidate", "landed", "deferred"]
    version: int
    owner: str
    backup: str
    blocked: bool
    gates: list[GateShape]


class HandedOffShape(Answered):
    number: int
    by: str
    at: str


class PhaseAnswer(PhaseItem):
    initiative: str
    handed_off: HandedOffShape | None = Field(description="the handoff that froze it; null: it can change")
    last_revision: str | None = Field(description="the newest revision of the code under work")
    slices: list[SliceItem]
    exit_gates: list[GateShape]
    extra_gates: list[GateShape] = Field(
        description="commands reported for the phase that no packet asks for"
    )


class ConcernShape(Answered):
    id: int
    key: str
    kind: Literal["blocker", "carry_forward", "watchpoint", "risk"]
    text: str
    state: Literal["open", "resolved", "accepted", "carried"]
    owner: str
    priority: str
    slice: str
    raised_by: str
    raised_at: dt.datetime
    answer: str
    carried_from: str = Field(description="code of the earlier phase that handed it on, or empty")
    from_packet: bool = Field(description="the packet defers it; nobody raised it by hand")
    disposition: str = Field(description="of a watchpoint the deferral it belongs to: `verdict:12`, or empty")


class CollisionShape(Answered):
    slice: str
    paths: list[str] = Field(description="declared by both, globs among them")


class ReadyItem(Answered):
    phase: str
    slice: str
    owner: str
    collides_with: list[str] = Field(description="codes of slices under work that declare the same files")
    collisions: list[CollisionShape] = Field(description="the same, with the files")


class WaitingItem(Answered):
    phase: str
    slice: str
    owner: str
    why: str
    for_: list[str] = Field(alias="for", description="keys of the unmet leaves")


class ReadyAnswer(Answered):
    ready: list[ReadyItem]
    waiting: list[WaitingItem]


class EventShape(Answered):
    seq: int
    at: dt.datetime
    actor_kind: Literal["person", "token", "operator"]
    actor: str
    verb: str
    phase: str
    slice: str
    target: str
    before: dict[str, Any]
    after: dict[str, Any]
    note: str
    redacted: bool = Field(description="its texts were taken away; the hashes still hold")
    previous: str
    hash: str


class Initiatives(Answered):
    items: list[InitiativeItem]
    next: None = None


class Phases(Answered):
    items: list[PhaseItem]
    next: None = None


class Concerns(Answered):
    items: list[ConcernShape]
    next: None = None


class Events(Answered):
    items: list[EventShape]
    next: int | None = Field(description="give it as `after` to go on; null at the end")


class Moved(Answered):
    code: str
    status: str
    version: int
    seq: int = Field(description="ledger entry of the move")


class WaiverAnswer(Answered):
    id: int
    key: str
    reason: str
    by: str
    at: dt.datetime


class ProblemShape(Answered):
    level: Literal["error", "warning"]
    code: str
    message: str
    line: int
    column: int
    slice: str
    field: str


class SliceChanges(Answered):
    added: list[str]
    changed: dict[str, list[str]]
    archived: list[str]


class GateChanges(Answered):
    added: int
    archived: int


class ChangesShape(Answered):
    model_config = ConfigDict(extra="allow")

    slices: SliceChanges
    gates: GateChanges
    consequences: list[str]


class PacketOutcome(Answered):
    path: str
    initiative: str
    phase: str
    outcome: Literal["created", "updated", "unchanged", "rejected"]
    dialect: list[str]
    problems: list[ProblemShape]
    changes: ChangesShape


class Packets(Answered):
    packets: list[PacketOutcome]


class PacketsRefused(ErrorAnswer):
    packets: list[PacketOutcome] = Field([], description="where the packet was read and found wrong")
