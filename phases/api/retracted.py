"""What the API answers about evidence that was taken back, as its OpenAPI document describes it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from phases.models import ArtifactVersion, Disposition
from phases.rules.state import Verdict

from .responses import Answered
from .run_shapes import ReportedRun

_ENTRY = "the ledger entry that retracted it"


class RetractedRun(ReportedRun):
    """A run, and what its gate counts for without it."""

    evidence: str = Field(description="its key")


class RetractedRound(Answered):
    evidence: str = Field(description="its key, `verdict:12`")
    kind: Literal["review", "structural"]
    slice: str
    number: int = Field(description="of the round")
    verdict: Verdict
    retracted: int = Field(description=_ENTRY)


class RetractedVersion(Answered):
    evidence: str = Field(description="its key, `version:3`")
    kind: Literal["artifact"]
    path: str
    number: int = Field(description="of the version")
    retracted: int = Field(description=_ENTRY)


Retracted = RetractedRun | RetractedRound | RetractedVersion


def retracted_json(row: Disposition | ArtifactVersion) -> dict[str, Any]:
    """A round or a version that no longer counts."""
    said = {"evidence": row.key, "number": row.number, "retracted": row.retracted}
    if isinstance(row, ArtifactVersion):
        return {**said, "kind": "artifact", "path": row.path}
    return {**said, "kind": row.kind, "slice": row.slice.code, "verdict": row.verdict}
