"""What the API answers about dispositions, as its OpenAPI document describes it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import Field

from phases.models import Disposition
from phases.rules.dispositions import leaf
from phases.rules.state import Decision, PhaseState, Status, Verdict

from .finding_shapes import FindingShort, short_json
from .responses import Answered


class CriterionAnswer(Answered):
    criterion: int = Field(description="its number, from 1")
    text: str
    triggered: bool
    source: Literal["person", "runs"]
    evidence: str
    runs: list[str] = Field(description="keys of the runs that prove it")


class RecheckAnswer(Answered):
    finding: int
    was: str = Field(description="its state before")
    outcome: Literal["confirmed", "reopened"]
    note: str


class DispositionItem(Answered):
    id: int
    key: str = Field(description="names it as evidence: `verdict:12`")
    number: int = Field(description="counts the dispositions of the slice, from 1")
    kind: Literal["review", "structural", "conditional", "readiness"]
    slice: str
    verdict: Verdict
    summary: str
    reason: str
    revision: str = Field(description="of the code that was looked at; empty where none was known")
    scope: list[str] = Field(description="codes of the slices that were looked at")
    links: list[str]
    criteria: list[CriterionAnswer]
    watchpoints: list[str]
    rechecked: list[RecheckAnswer] = Field(description="earlier findings that the round looked at again")
    findings: list[FindingShort] = Field(description="those that the round found, as they stand now")
    document: str = Field(description="key of the version that it was read from: `version:3`; else empty")
    by: str
    at: dt.datetime
    seq: int = Field(description="its ledger entry")
    counts: bool = Field(description="it is the one that counts for its slice")
    retracted: int = Field(description="the ledger entry that retracted it, or 0")
    voided: int = Field(description="the ledger entry of the reopening that voided it, or 0")
    redacted: bool = Field(description="its texts were taken away")


class Recorded(DispositionItem):
    """A disposition, and what its slice is now."""

    state: Literal["met", "unmet", "waived", "not_applicable"] = Field(
        description="of the requirement `disposition:<slice>`, with it"
    )
    why: str = Field(description="one sentence: what is still missing, if anything is")
    status: Status = Field(description="of the slice: recording `deferred` moves it")
    version: int = Field(description="of the slice")
    decision: Decision


class Dispositions(Answered):
    items: list[DispositionItem]
    next: int | None = Field(description="give it as `before` to go on; null at the end")


def disposition_json(row: Disposition) -> dict[str, Any]:
    """A disposition whose slice and findings have been read."""
    return {name: getattr(row, name) for name in _FIELDS} | {
        "id": row.pk,
        "slice": row.slice.code,
        "counts": row.slice.disposition_id == row.pk,
        "findings": [short_json(one) for one in row.findings.all()],
    }


_FIELDS = (
    "key",
    "number",
    "kind",
    "verdict",
    "summary",
    "reason",
    "revision",
    "scope",
    "links",
    "criteria",
    "watchpoints",
    "rechecked",
    "document",
    "by",
    "at",
    "seq",
    "retracted",
    "voided",
    "redacted",
)


def recorded_json(row: Disposition, state: PhaseState) -> dict[str, Any]:
    """The answer to recording; `state` is the phase after it."""
    item = state.slices[row.slice.code]
    asks = leaf(state, item)
    if asks is None:
        raise TypeError(f"{item.code} took a disposition, so its kind asks for one.")
    now = {"status": item.status, "version": item.version, "decision": item.decision}
    return disposition_json(row) | {"state": asks.state, "why": asks.why, **now}
