"""Which documents a handoff writes, and from what: the same bytes for the same state.

Each is first put together as plain data, which is its JSON twin; its Markdown is written from that
data alone, so the two never say different things.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from phases.models import HandoffDocument, Phase
from phases.rules.state import PhaseState

from . import cleanup, execution, final, next_phase, reviews
from .common import FILES, Data, closing
from .facts import Signature, gather

NAMES = tuple(FILES.values())
"""Each is written as Markdown and as JSON; the braces stand for the phase's code."""

_FIRST = {
    "execution_report": execution,
    "review_summary": reviews,
    "cleanup_manifest": cleanup,
    "next_phase_readiness": next_phase,
}
"""All but the final handoff, which sums them up."""


def documents_of(
    phase: Phase, state: PhaseState, *, seq: int, signature: Signature | None = None, head: str = ""
) -> dict[str, str]:
    """The documents by name, in the order in which they are listed.

    `seq` is the ledger entry before which everything they tell was recorded, and `head` the hash of
    the entry before it, for a handoff whose entries are not stored yet. `state` is the phase as it was
    then; whether it is frozen by now makes no difference.
    """
    before = replace(state, handed_off=None)
    facts = gather(phase, before, seq=seq, signature=signature, head=head)
    told = {kind: module.data(facts) for kind, module in _FIRST.items()}
    pages = {kind: module.page(told[kind]) for kind, module in _FIRST.items()}
    summaries = {kind: module.summary(told[kind]) for kind, module in _FIRST.items()}
    told["final_handoff"] = final.data(facts, summaries)
    pages["final_handoff"] = final.page(told["final_handoff"])
    written: dict[str, str] = {}
    for kind, name in FILES.items():
        written[f"{name.format(phase.code)}.md"] = _markdown(told[kind], pages[kind])
        written[f"{name.format(phase.code)}.json"] = _json(told[kind])
    return written


def drafts_of(phase: Phase, state: PhaseState) -> dict[str, str]:
    """The documents of a phase that is not handed off, marked as drafts; they change with its ledger."""
    return documents_of(phase, state, seq=phase.seq + 1)


def written_as(role: str, code: str) -> str:
    """Name, without its ending, of what the handoff of a phase writes of this role; empty where nothing."""
    kind = cleanup.WRITTEN.get(role)
    return FILES[kind].format(code) if kind else ""


def stored_documents(phase: Phase) -> list[HandoffDocument]:
    """Those that the handoff in force wrote; none while the phase is not handed off."""
    if not phase.handed_off:
        return []
    rows = HandoffDocument.objects.filter(handoff__phase=phase, handoff__seq=phase.handed_off[0])
    return list(rows.order_by("id"))


def _json(said: Data) -> str:
    return json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _markdown(said: Data, page: Iterator[str]) -> str:
    return "\n".join([*page, *closing(said)]).rstrip("\n") + "\n"
