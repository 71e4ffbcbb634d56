"""Which documents a handoff writes, and from what."""

from __future__ import annotations

import datetime as dt
import json
from typing import NamedTuple

from phases.models import Phase
from phases.rules.state import PhaseState

NAMES = (
    "PHASE_{}_EXECUTION_REPORT",
    "PHASE_{}_REVIEW_SUMMARY",
    "PHASE_{}_CLEANUP_MANIFEST",
    "PHASE_{}_NEXT_PHASE_READINESS",
    "FINAL_PHASE_{}_HANDOFF",
)
"""Each is written as Markdown and as JSON; the braces stand for the phase's code."""


class Signature(NamedTuple):
    """Who handed the phase off, and when; documents without one are marked as drafts."""

    number: int
    by: str
    at: dt.datetime
    note: str = ""


def documents_of(
    phase: Phase, state: PhaseState, *, seq: int, signature: Signature | None = None
) -> dict[str, str]:
    """The documents by name. `seq` is the ledger entry before which everything they tell was recorded."""
    said = {"phase": state.code, "seq": seq, "handoff": signature.number if signature else 0}
    text = json.dumps(said, indent=2, sort_keys=True) + "\n"
    return {f"{name.format(phase.code)}.json": text for name in NAMES}
