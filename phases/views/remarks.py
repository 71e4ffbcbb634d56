"""What the phase page says of a slice by its kind: rounds, decisions, postures, findings about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from phases.rules.reviews import approval
from phases.rules.state import FindingStatus, PhaseState, SliceState, Status, Verdict
from phases.rules.wording import quoted

from .clocks import next_step
from .findings_card import about_remark, about_slice
from .matrix import Remark

_TONES = {Verdict.NOT_READY: "fail", Verdict.APPROVE_WITH_CHANGES: "warn"}


def of_kind(state: PhaseState, item: SliceState, mine: Collection[str] = ()) -> Iterator[Remark]:
    """The few words that stand under the slice's title, those about its own closing first.

    Handles in `mine` are the viewer's own.
    """
    if item.reset == "reopen" and item.reset_note and item.status in (Status.IN_PROGRESS, Status.CANDIDATE):
        yield Remark(f"reopened: {quoted(item.reset_note)}", "warn")
    if item.is_reviewing:
        yield from _of_review(state, item)
    elif item.decision and item.status != Status.DEFERRED:
        yield Remark(item.decision.value)
    elif item.kind == "readiness" and item.round:
        yield Remark(f"says {item.round.verdict.replace('_', ' ')}", _TONES.get(_verdict(item), ""))
    if step := next_step(state, item, mine):
        yield Remark(step, "can")
    if about := about_remark(about_slice(state, item)):
        yield Remark(about, "warn")


def _of_review(state: PhaseState, item: SliceState) -> Iterator[Remark]:
    """`round 2: approve with changes, 1 open`."""
    last = item.round
    if last is None:
        return
    states = [finding.state for finding in item.findings]
    rest = [
        f"{number} {word}"
        for word, number in (
            ("open", states.count(FindingStatus.OPEN)),
            ("to confirm", states.count(FindingStatus.FIXED)),
        )
        if number
    ]
    found = approval(state, item)
    if found.verb == "review" and last.verdict != Verdict.NOT_READY and not item.unclosed:
        rest.append("no longer covers the code")
    tone = "" if found.satisfied else _TONES.get(_verdict(item), "warn")
    yield Remark(", ".join([f"round {last.number}: {last.verdict.replace('_', ' ')}", *rest]), tone)


def _verdict(item: SliceState) -> Verdict:
    return Verdict(item.round.verdict) if item.round else Verdict.APPROVE
