"""What a closure document says, each fact with the line that says it. Facts of a text, not of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from phases.packets.closure_names import HANDOFF, MANIFEST, READINESS, REVIEW, STRUCTURAL, TRIGGER

_Any = TypeVar("_Any")

_THEIRS = {
    READINESS: ("ready", "not_ready"),
    MANIFEST: ("ready", "not_ready"),
    TRIGGER: ("triggered", "deferred"),
}
"""Words that are a document's own to say, by its role; of the others each may be."""


class VerdictRead(NamedTuple):
    """A verdict as one line says it."""

    word: str
    """approve, approve_with_changes, not_ready, triggered, deferred or ready."""
    said: str
    """The word as written: `GO`, `not triggered`."""
    heading: str
    """Heading that it stands under; empty if there is none."""
    line: int
    quote: str
    about: str = ""
    """Code of the slice that the line names; empty where it speaks of the document's own."""
    is_stated: bool = True
    """Under a heading or after a key of verdicts; else it stands in a sentence or in brackets."""
    is_past: bool = False
    """The text itself calls it initial, previous or superseded, or a later round follows."""
    is_closed: bool = False
    """Its next lines say `status: closed`: the changes that it asked for are made."""


class TriggerRead(NamedTuple):
    """The answer of a trigger scan: `triggered: yes`, or JSON `"triggered": false`."""

    triggered: bool
    line: int
    quote: str
    about: str = ""
    """The criterion or decision it is the answer for; empty for the scan as a whole."""


class FindingRead(NamedTuple):
    severity: str
    """blocking, high, medium or low."""
    title: str
    anchor: str
    """`file:line`; empty if none is given."""
    state: str
    """open, fixed, confirmed or accepted, as far as the text says; else open."""
    revision: str
    line: int
    quote: str
    label: str = ""
    """The name that the team gave it: `HIGH-01`."""


class GateRead(NamedTuple):
    command: str
    outcome: str
    """pass, fail, or empty for a claim without a result."""
    line: int
    quote: str


class TextRead(NamedTuple):
    text: str
    line: int
    quote: str


class OwnerRead(NamedTuple):
    handle: str
    """With its `@`; empty where the text names only a role."""
    backup: str
    slice: str
    duty: str
    priority: str
    line: int
    quote: str
    role: str = ""


class LinkRead(NamedTuple):
    slice: str
    branch: str
    pull_request: str
    """`#134`, or the address as written; empty while it is pending."""
    line: int
    quote: str


class DecisionRead(NamedTuple):
    code: str
    status: str
    """open, locked, closed, deferred or superseded."""
    line: int
    quote: str


class ReferenceRead(NamedTuple):
    """A document or folder that the text names, as it is written there."""

    path: str
    line: int
    quote: str


@dataclass(frozen=True, slots=True)
class Closure:
    """All that was read from one closure document, each kind in the order of the text."""

    verdicts: tuple[VerdictRead, ...] = ()
    triggers: tuple[TriggerRead, ...] = ()
    findings: tuple[FindingRead, ...] = ()
    gates: tuple[GateRead, ...] = ()
    blockers: tuple[TextRead, ...] = ()
    owners: tuple[OwnerRead, ...] = ()
    links: tuple[LinkRead, ...] = ()
    decisions: tuple[DecisionRead, ...] = ()
    references: tuple[ReferenceRead, ...] = ()
    says_no_blockers: TextRead | None = None
    problem: str = ""
    """Why nothing, or not all of it, could be read; empty if all of it was."""
    role: str = ""
    """What the name of the document says that it is; see `role_of`."""
    code: str = ""
    """Code of the slice that the name of the document begins with; see `code_in`."""

    @property
    def verdict(self) -> VerdictRead | None:
        """The final verdict of the document: the last that counts.

        One in its own place counts before one in a sentence, a present one before a past one. One about
        another slice never counts; where the name of the document tells no slice, one about a slice
        counts only if the text speaks of no other.
        """
        own = [each for each in self.verdicts if each.about in ("", self.code)]
        if not own and not self.code and not self.role:
            own = list(self.verdicts) if len({each.about for each in self.verdicts}) == 1 else []
        own = [each for each in own if each.word in _THEIRS.get(self.role, (each.word,))]
        present = [each for each in own if not each.is_past] or own
        stated = [each for each in present if each.is_stated]
        return _last(stated or self._told(present))

    def _told(self, present: Sequence[VerdictRead]) -> Sequence[VerdictRead]:
        """Of sentences those about the document itself: others speak of what a decision came to."""
        told = [each for each in present if each.word not in ("triggered", "deferred")]
        return told if told or self.role in (REVIEW, STRUCTURAL, READINESS, HANDOFF) else present

    @property
    def triggered(self) -> TriggerRead | None:
        """The answer of the scan as a whole; that of a criterion only where it is the only one."""
        whole = [each for each in self.triggers if not each.about]
        return _last(whole) or (self.triggers[0] if len(self.triggers) == 1 else None)


def _last(facts: Sequence[_Any]) -> _Any | None:
    return facts[-1] if facts else None
