"""What the API answers about readiness, as its OpenAPI document describes it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .responses import Answered, HandedOffShape, LeafShape

StateWord = Literal["met", "unmet", "waived", "not_applicable"]


class Counts(Answered):
    met: int
    unmet: int
    waived: int
    not_applicable: int


class GroupShape(Answered):
    key: str = Field(description="`group:` and the code of a slice, `exit` or `concerns`")
    state: StateWord = Field(description="the worst of its leaves")
    title: str
    why: str
    owner: str
    url: str
    children: list[LeafShape]


class StepShape(Answered):
    key: str
    slice: str
    owner: str = Field(description="whose turn it is: the backup once the time of the owner has run out")
    verb: Literal[
        "start",
        "candidate",
        "land",
        "run",
        "attest",
        "attach",
        "decide",
        "review",
        "fix",
        "confirm",
        "resolve",
        "answer",
        "posture",
    ]
    why: str
    now: bool = Field(
        description="first in order, it can be done now; some of the later steps may be possible too"
    )
    suite: str = Field("", description="run and attest: of the gate")
    gate: str = Field("", description="run and attest: the whole text of the gate")
    path: str = Field("", description="attach: of the document")
    finding: int = Field(0, description="fix: its id")
    findings: list[int] = Field([], description="confirm: ids of all that one round confirms")
    concern: int = Field(0, description="resolve and answer: its id")
    criteria: list[str] = Field(
        [],
        description="decide: the texts of the trigger criteria; an answer sends the position of each, from 1",
    )


class ReadinessAnswer(Answered):
    initiative: str
    phase: str
    at: str = Field(description="the moment of this answer; asked for as `at`, it gives the same answer")
    verdict: Literal["ready", "not_ready"]
    packet_revision: int
    seq: int = Field(description="last ledger entry of the phase")
    head: str = Field(description="hash of the initiative's last ledger entry")
    counts: Counts = Field(description="distinct leaves by state")
    requirements: list[GroupShape]
    way_to_ready: list[StepShape] = Field(description="what is unmet, in the order in which it can be done")
    disorder: list[str] = Field(description="slices that went on although one they need was opened again")
    handed_off: HandedOffShape | None
    assumed: list[str] = Field([], description="only where something was assumed: what")
