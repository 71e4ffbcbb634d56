"""What the API takes for dispositions, findings, artifacts and watchpoints."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from phases.actions.recording import MAX_FINDINGS, MAX_LINKS, MAX_WATCHPOINTS
from phases.actions.revisions import MAX_FILES

from .requests import Asked, Number, Text, Word

MAX_SCOPE = 5_000
"""As many slices as a packet may have."""
MAX_RECHECKED, MAX_CRITERIA = 10_000, 1_000
MAX_DOCUMENT = 2 * 2**20
"""Characters of a document; the action counts its bytes."""


class FoundBody(Asked):
    severity: Literal["blocking", "high", "medium", "low"]
    title: Word = Field(min_length=1, description="one line")
    detail: Text = ""
    anchor: Word = Field("", description="where: `file:line`")
    slice: Word = Field(
        "", description="code of the slice affected; by default the only one in scope that declares the file"
    )


class RecheckBody(Asked):
    finding: Number = Field(description="its id")
    outcome: Literal["confirmed", "reopened"]
    note: Text = ""


class CriterionBody(Asked):
    criterion: Number = Field(description="its number, from 1, as the packet lists them")
    triggered: bool
    evidence: Text = Field(min_length=1, description="a link, or a sentence that others can check")


class NewVerdict(Asked):
    verdict: Literal["approve", "approve_with_changes", "not_ready", "triggered", "deferred", "ready"] = (
        Field(
            description="review and structural slices: the first three; conditional ones: `triggered` or "
            "`deferred`; the posture of a readiness slice: `ready` or `not_ready`"
        )
    )
    summary: Text = Field(min_length=1, description="what was looked at, and what came of it")
    revision: Word = Field(
        "", description="the commit that was looked at; by default the newest of the phase"
    )
    scope: Annotated[list[Word], Field(max_length=MAX_SCOPE)] = Field(
        [],
        description="rounds: codes that were looked at; by default all build and conditional ones upstream",
    )
    findings: Annotated[list[FoundBody], Field(max_length=MAX_FINDINGS)] = Field(
        [], description="rounds: what is new; earlier ones keep their identity and are rechecked"
    )
    rechecked: Annotated[list[RecheckBody], Field(max_length=MAX_RECHECKED)] = Field(
        [], description="rounds: earlier findings, looked at before the verdict is judged"
    )
    criteria: Annotated[list[CriterionBody], Field(max_length=MAX_CRITERIA)] = Field(
        [], description="decisions: answers to the trigger criteria; runs answer those that they can"
    )
    watchpoints: Annotated[list[Text], Field(max_length=MAX_WATCHPOINTS)] = Field(
        [], description="deferrals: what would reopen the decision"
    )
    reason: Text = Field(
        "", description="decisions: needed to decide otherwise than the criteria say, or with some unanswered"
    )
    links: Annotated[list[Word], Field(max_length=MAX_LINKS)] = Field(
        [], description="web addresses of evidence"
    )


class NewFix(Asked):
    note: Text = Field(min_length=1, description="what was done about it")
    revision: Word = Field(
        "", description="the commit that fixes it: what ran in the affected slice before has to run again"
    )
    base: Word = Field("", description="the commit that `changed_files` counts from")
    changed_files: Annotated[list[str], Field(max_length=MAX_FILES)] | None = Field(
        None, description="paths changed since `base`, by default since the previous revision; null: unknown"
    )


class NewAcceptance(Asked):
    owner: Word = Field(min_length=1, description="handle that answers for it")
    rationale: Text = Field(min_length=1, description="why it may stand")
    target: Word = Field(min_length=1, description="when or where it will be dealt with")


class NewVersion(Asked):
    path: Word = Field(
        min_length=1,
        description="as the packet names it, in the initiative's repository; an absolute one is only a name",
    )
    content: Annotated[str, Field(max_length=MAX_DOCUMENT)] | None = Field(
        None, description="the text, of at most 2 MiB in UTF-8; either this or `url`"
    )
    url: Word = Field("", description="where the document can be read")


class Firing(Asked):
    reason: Text = Field(min_length=1, description="what happened, for whoever has to decide again")
