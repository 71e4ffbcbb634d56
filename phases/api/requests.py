"""What the API takes, as its OpenAPI document describes it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

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
    outcome: Literal["resolved", "accepted"]
    note: Text = Field(min_length=1)


class NewWaiver(Asked):
    key: Word = Field(description="of one unmet leaf, such as `gate:D1/quick/0a1b2c3d`")
    reason: Text = Field(min_length=1)
