"""What the page of dispositions says back: refused with the reasons, overtaken, recorded, pasted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from phases.errors import ActionError, Conflict, Forbidden, Invalid, Refused
from phases.models import Disposition
from phases.packets.packet import SliceKind
from phases.rules.pasted import Pasted
from phases.rules.state import Leaf
from phases.rules.wording import quoted

from .words import counted

TOLD = 5
"""Lines that were not understood, with their words; the rest is counted."""

_OF = {
    "scope": "scope",
    "rechecked": "earlier",
    "findings": "new",
    "criteria": "criteria",
    "verdict": "verdict",
}
"""Where on the page the fields of an error are; others have a place of their own name."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands on top of the page, and beside its fields, after a verb."""

    status: int
    heading: str
    message: str = ""
    unmet: Sequence[Leaf] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    """By the name of the field."""
    near: str = ""
    """The place on the page that it is about, if that is only a part of it."""
    unkept: str = ""
    """Why what was written could not be kept as a draft; empty where it is."""

    @property
    def tone(self) -> str:
        return {200: "done", 409: "conflict"}.get(self.status, "refused")

    @property
    def places(self) -> Sequence[tuple[str, str]]:
        """(name of the place on the page, sentence) of each error."""
        return [(_OF.get(name, name), sentence) for name, sentence in self.errors.items()]


def refusal(error: ActionError) -> Answer:
    """Nothing was recorded, and all that was written is still there."""
    match error:
        case Conflict():
            return Answer(409, "Somebody was faster", str(error))
        case Invalid():
            return Answer(422, "Not recorded yet", errors=error.fields)
        case Refused() if error.unmet:
            return Answer(422, "This is not possible yet", str(error).split(":")[0] + ".", error.unmet)
        case Forbidden():
            kept = "What you wrote is kept as your draft."
            return Answer(403, "You may not record this", f"{error} {kept}")
    return Answer(error.status, "This is not possible", str(error))


def recorded_said(row: Disposition) -> str:
    """The sentence on the page that follows."""
    word, code = row.get_verdict_display(), row.slice.code
    if row.kind in (SliceKind.REVIEW, SliceKind.STRUCTURAL):
        return f"Round {row.number} of {code} is recorded: {word}."
    if row.kind == SliceKind.CONDITIONAL:
        return f"{code} is decided: {word}."
    return f"The posture of {code} is recorded: {word}."


def pasted_said(found: Pasted) -> Answer:
    """How many rows came of a pasted list, and which of its lines did not become any."""
    rows = counted(len(found.findings), "finding was", "findings were")
    heading = f"{rows} added." if found.findings else "No finding was recognised."
    if not found.left:
        return Answer(200, heading, near="new")
    told = [f"line {one.line}: {quoted(one.text.strip(), 100)}" for one in found.left[:TOLD]]
    more = len(found.left) - TOLD
    lines = "; ".join([*told, counted(more, "more line")] if more > 0 else told).rstrip(".")
    said = f"{heading} Left in the box, as not understood: {lines}."
    return Answer(200, said, near="new")
