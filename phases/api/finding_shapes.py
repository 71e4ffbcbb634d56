"""What the API answers about findings, as its OpenAPI document describes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from pydantic import Field

from phases.models import Finding
from phases.rules.dispositions import findings
from phases.rules.state import FindingStatus, Leaf, PhaseState, Severity

from .responses import Answered


class FixShape(Answered):
    revision: str = Field(description="empty where the fix named none")
    note: str
    by: str


class AcceptanceShape(Answered):
    owner: str = Field(description="handle that answers for it")
    rationale: str
    target: str = Field(description="when or where it will be dealt with")
    by: str


class FindingShort(Answered):
    id: int
    key: str = Field(description="names it everywhere: `finding:17`")
    severity: Severity
    title: str
    anchor: str = Field(description="`file:line`, as the reviewer wrote it")
    slice: str = Field(description="code of the slice affected; empty where nobody said")
    state: FindingStatus


class FindingShape(FindingShort):
    detail: str
    review: str = Field(description="code of the review or structural slice that found it")
    disposition: str = Field(description="key of the round that found it: `verdict:12`")
    round: int = Field(description="number of that round")
    by: str
    at: dt.datetime
    seq: int = Field(description="its ledger entry")
    changed_at: dt.datetime = Field(description="when it came to its state")
    fix: FixShape | None = Field(description="the last one recorded, also where a round reopened it")
    acceptance: AcceptanceShape | None = Field(description="likewise")
    redacted: bool = Field(description="its texts were taken away")
    why: str = Field(description="one sentence: where it stands")
    owner: str = Field(description="handle whose turn it is")
    verb: str = Field(description="what comes next: `fix`, `confirm` (in the next round), or nothing")


class Findings(Answered):
    items: list[FindingShape]
    next: int | None = Field(description="give it as `after` to go on; null at the end")


def findings_json(rows: Iterable[Finding], state: PhaseState) -> list[dict[str, Any]]:
    """Findings whose slices and round have been read, as they stand in this phase."""
    leaves = {leaf.key: leaf for item in state.slices.values() for leaf in findings(state, item)}
    return [_finding(row, leaves.get(row.key)) for row in rows]


def _finding(row: Finding, leaf: Leaf | None) -> dict[str, Any]:
    return short_json(row) | {
        "detail": row.detail,
        "review": row.slice.code,
        "disposition": row.disposition.key,
        "round": row.disposition.number,
        "by": row.by,
        "at": row.at,
        "seq": row.seq,
        "changed_at": row.changed_at,
        "fix": _fix(row) if row.fixed_by else None,
        "acceptance": _acceptance(row) if row.accepted_by else None,
        "redacted": row.redacted,
        "why": leaf.why if leaf else _why_nothing(row),
        "owner": leaf.owner if leaf else "",
        "verb": leaf.verb if leaf else "",
    }


def short_json(row: Finding) -> dict[str, Any]:
    """A finding as its round lists it."""
    return {
        "id": row.pk,
        "key": row.key,
        "severity": row.severity,
        "title": row.title,
        "anchor": row.anchor,
        "slice": row.about.code if row.about else "",
        "state": row.state,
    }


def _fix(row: Finding) -> dict[str, str]:
    return {"revision": row.fix_revision, "note": row.fix_note, "by": row.fixed_by}


def _acceptance(row: Finding) -> dict[str, str]:
    return {
        "owner": row.owner,
        "rationale": row.rationale,
        "target": row.target,
        "by": row.accepted_by,
    }


def _why_nothing(row: Finding) -> str:
    """Of one that the rules do not look at."""
    if row.state == FindingStatus.RETRACTED:
        return "The round that found it was retracted, so it asks for nothing."
    return f"The packet no longer names {row.slice.code}, so it asks for nothing."
