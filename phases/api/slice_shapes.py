"""What the API answers about one slice, as its OpenAPI document describes it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from phases.rules.state import Verdict

from .artifact_shapes import ArtifactShape
from .responses import Answered, ConcernShape, LeafShape, SliceItem


class NeedShape(Answered):
    slice: str
    if_triggered: bool
    status: str


class DispositionShort(Answered):
    id: int
    key: str = Field(description="names it as evidence: `verdict:12`")
    number: int = Field(description="counts the dispositions of the slice, from 1")
    verdict: Verdict
    revision: str
    scope: list[str]
    by: str
    at: dt.datetime
    seq: int = Field(description="its ledger entry")


class ApprovalShape(Answered):
    satisfied: bool = Field(description="its rounds let it land")
    why: str
    verb: str = Field(description="what comes next if not: `review`, `fix`, or `confirm` in the next round")


class FindingCounts(Answered):
    open: int
    fixed: int
    confirmed: int
    accepted: int


class ClockShape(Answered):
    owner: str
    backup: str
    written: str = Field(description="the time allowed, as the packet writes it")
    since: dt.datetime = Field(description="when the decision could first be taken")
    due: dt.datetime = Field(description="when it goes to the backup")
    is_over: bool
    acting: str = Field(description="whose turn it is now")


class TransitionShape(Answered):
    verb: str
    to: str
    needs_reason: bool
    unmet: list[LeafShape]


class CriterionShape(Answered):
    criterion: int = Field(description="its number, from 1, as the packet lists them")
    text: str
    answer: Literal["triggered", "not_triggered", "unknown", "person"] = Field(
        description="what runs say; `person` where no run can answer"
    )
    why: str
    runs: list[str] = Field(description="keys of the runs that prove it")


class SliceAnswer(SliceItem):
    initiative: str
    phase: str
    decision: Literal["", "triggered", "deferred"]
    kind_inferred: bool
    declared_in: int = Field(description="the packet revision that declared it landed, or 0")
    objective: str
    branch: str
    pull_request: str
    paths: list[str]
    needs: list[NeedShape]
    needed_by: list[str]
    artifacts: list[ArtifactShape]
    disposition: DispositionShort | None = Field(description="the latest one that counts")
    approval: ApprovalShape | None = Field(description="of review and structural slices")
    findings: FindingCounts = Field(description="those of its own rounds")
    affected_by: FindingCounts = Field(description="those of any review that affect it")
    clock: ClockShape | None = Field(description="of the decision that it waits for, where an SLA sets one")
    blockers: list[ConcernShape]
    criteria: list[CriterionShape]
    transitions: list[TransitionShape]
    url: str
