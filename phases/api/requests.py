"""What the API takes, as its OpenAPI document describes it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from phases.actions.asked import MAX_DURATION_MS, MAX_RESULTS
from phases.actions.revisions import MAX_FILES

MAX_TEXT = 20_000
LARGEST_ID = 2**31 - 1


def storable(text: str) -> str:
    """Refuse what databases cannot hold."""
    if "\0" in text:
        raise ValueError("A text cannot hold the character NUL.")
    return text


Text = Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(storable)]
Word = Annotated[str, Field(max_length=600), AfterValidator(storable)]
Number = Annotated[int, Field(ge=0, le=LARGEST_ID)]


def whole(text: Any) -> Any:
    """A machine's output as UTF-8: half characters, which it may well print, become question marks."""
    return text.encode(errors="replace").decode() if isinstance(text, str) else text


LogText = Annotated[str, BeforeValidator(whole)]


class Asked(BaseModel):
    """Base of request bodies: unknown fields are refused by name, and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True)


class SignIn(Asked):
    username: Annotated[str, Field(min_length=1, max_length=150), AfterValidator(storable)]
    password: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(storable)]


class Move(Asked):
    to: Literal["in_progress", "candidate", "landed"]
    version: Number = Field(description="the version that you saw; another one answers 409 `conflict`")
    note: Text = Field("", description="needed to send back or to reopen")


class NewConcern(Asked):
    kind: Literal["blocker", "carry_forward", "watchpoint", "risk"]
    text: Text = Field(min_length=1)
    owner: Word = Field("", description="a handle; by default the owner of the slice")
    priority: Literal["", "high", "medium", "low"] = ""
    slice: Word = Field("", description="a blocker on a slice blocks it")


class Answer(Asked):
    outcome: Literal["resolved", "accepted", "carried"] = Field(
        description="`carried`: left to the next phase, where it goes with the handoff"
    )
    note: Text = Field(min_length=1)


class NewWaiver(Asked):
    key: Word = Field(description="of one unmet leaf, such as `gate:D1/quick/0a1b2c3d`")
    reason: Text = Field(min_length=1)


class OneResult(Asked):
    gate: Annotated[str, Field(min_length=1)] = Field(description="text or key of the gate")
    outcome: Literal["pass", "fail"]
    log: LogText = Field("", description="what it printed")
    duration_ms: Annotated[int, Field(ge=0, le=MAX_DURATION_MS)] | None = None


class NewRuns(Asked):
    slice: Word = Field("", description="code; none for phase_exit, and as you like for extra")
    suite: Word = Field(
        description="quick, full, assess, closure, acceptance, mandatory_before, full_if_triggered, "
        "phase_exit, or extra for a command that the packet does not ask for"
    )
    gate: str = Field("", description="text or key of the one gate that `outcome` is for")
    outcome: Literal["", "pass", "fail"] = Field(
        "", description="of `gate`; without `gate` of every command gate of the suite"
    )
    results: Annotated[list[OneResult], Field(max_length=MAX_RESULTS)] = Field(
        [], description="several gates of the suite, instead of `gate` and `outcome`"
    )
    revision: Word = Field("", description="the commit it ran on; by default the newest of the phase")
    base: Word = Field("", description="the commit that `changed_files` counts from")
    changed_files: Annotated[list[str], Field(max_length=MAX_FILES)] | None = Field(
        None, description="paths changed since `base`, by default since the previous revision; null: unknown"
    )
    branch: Word = ""
    url: Word = Field("", description="where the run can be read, such as the page of the CI job")
    log: LogText = Field("", description="for each result without a log of its own")
    note: Text = ""


class NewRetraction(Asked):
    evidence: Word = Field(
        description="what should not count: `run:12`, a round `verdict:7`, `version:3` of an artifact"
    )
    reason: Text = Field(min_length=1)


class NewRedaction(Asked):
    evidence: Word = Field(
        description="a run with its log, `run:12`; a `verdict:7`, `finding:17` or `version:3`; any `event:34`"
    )
    reason: Text = Field(min_length=1, description="without the secret itself")
