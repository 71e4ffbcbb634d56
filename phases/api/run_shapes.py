"""What the API answers about gate runs, as its OpenAPI document describes it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from phases.packets.packet import Suite
from phases.rules.state import Source

from .responses import Answered, Standing


class RunItem(Answered):
    id: int
    key: str = Field(description="names it as evidence: `run:12`")
    gate: str = Field(description="text of the gate")
    gate_key: str
    kind: Literal["command", "attestation"]
    slice: str = Field(description="code, empty for gates of the phase")
    suite: Suite
    outcome: Literal["pass", "fail"]
    revision: str = Field(description="empty where no revision was known")
    late: bool = Field(description="a newer revision was known when it was reported")
    branch: str
    base: str
    changed_files: list[str] | None = Field(
        description="as reported, the first 100 of them in lists; null where they are unknown"
    )
    changed_files_count: int | None
    duration_ms: int | None
    url: str
    note: str
    by: str
    source: Source
    at: dt.datetime
    seq: int = Field(description="its ledger entry")
    log_bytes: int = Field(description="size of the log as it is kept")
    retracted: int = Field(description="the ledger entry that retracted it, or 0")
    redacted: bool = Field(description="its texts or its log were taken away")


class ReportedRun(RunItem, Standing):
    """A run, and what its gate counts for now."""


class Reported(Answered):
    runs: list[ReportedRun]
    skipped: list[str] = Field(
        description="attestations that `outcome` alone does not speak for; a person vouches for them by name"
    )


class Runs(Answered):
    items: list[RunItem]
    next: int | None = Field(description="give it as `before` to go on; null at the end")


class Retraction(Answered):
    by: str
    at: dt.datetime
    reason: str


class RunAnswer(ReportedRun):
    log: str = Field(description="what it printed: 256 KiB at most, the middle cut out of a longer one")
    retraction: Retraction | None
