"""Rounds of review: what they look at, whether their approval stands, and who is independent of the work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .state import PhaseState, RoundState, SliceState, Status, Touch, Verdict
from .wording import short

REVIEWED_KINDS = ("build", "conditional")
"""What a round looks at unless it says otherwise, as far as it lies upstream."""

ROUND_VERDICTS = (Verdict.APPROVE, Verdict.APPROVE_WITH_CHANGES, Verdict.NOT_READY)


class Approval(NamedTuple):
    """Whether the rounds of a slice let it land, and the sentence why."""

    satisfied: bool
    why: str
    verb: str = ""
    """What comes next if not: `review`, `fix` an open finding, or `confirm` the fixed ones."""


def upstream(state: PhaseState, code: str) -> set[str]:
    """Every slice that this one needs, directly or through others."""
    return _reached({one.code: [need.code for need in one.needs] for one in state.slices.values()}, code)


def downstream(state: PhaseState, code: str) -> set[str]:
    """Every slice that needs this one, directly or through others."""
    return _reached(state.needed_by, code)


def _reached(ways: Mapping[str, Sequence[str]], code: str) -> set[str]:
    found: set[str] = set()
    rest = [code]
    while rest:
        new = [other for other in ways[rest.pop()] if other not in found]
        found.update(new)
        rest += new
    return found


def default_scope(state: PhaseState, item: SliceState) -> tuple[str, ...]:
    """All build and conditional slices upstream, in file order."""
    above = upstream(state, item.code)
    return tuple(code for code, one in state.slices.items() if code in above and one.kind in REVIEWED_KINDS)


def due_scope(state: PhaseState, item: SliceState) -> tuple[str, ...]:
    """What some round has to have looked at: the default scope, without what was deferred."""
    return tuple(code for code in default_scope(state, item) if state.slices[code].status != Status.DEFERRED)


def scope_of(state: PhaseState, item: SliceState, last: RoundState) -> set[str]:
    """What the approval of a slice speaks of: what lies upstream, and what its latest round looked at.

    A slice that only an earlier round looked at besides is no longer part of it.
    """
    return {*default_scope(state, item), *last.scope}


def approval(state: PhaseState, item: SliceState) -> Approval:
    """What the latest round says, whether its findings are closed, and whether the code moved on since."""
    known: Approval | None = state.approvals.get(item.code)
    if known is None:
        known = state.approvals[item.code] = _approval(state, item)
    return known


def _approval(state: PhaseState, item: SliceState) -> Approval:
    last = item.round
    # What was decided while the slice was taken for another kind approves nothing.
    if last is None or last.verdict not in ROUND_VERDICTS:
        return Approval(False, f"{item.code} has not been reviewed yet.", "review")
    said = f"Round {last.number} by {last.by}"
    following = _following(item)
    if last.verdict == Verdict.NOT_READY:
        return Approval(False, f"{said} says that {item.code} is not ready.", following)
    if item.unclosed:
        findings = "1 finding is" if item.unclosed == 1 else f"{item.unclosed} findings are"
        return Approval(False, f"{said} approves with changes, and {findings} not closed.", following)
    at = f" at {short(last.revision)}" if last.revision else ""
    with_changes = " with changes, all of which are closed" if last.verdict != Verdict.APPROVE else ""
    approved = f"{said} approves{with_changes}{at}"
    unseen = [code for code in due_scope(state, item) if code not in last.reviewed]
    if unseen:
        why = f"{approved}, but no round has approved {', '.join(unseen)} yet: one has to look at it."
        return Approval(False, why, "review")
    newer = _newer(state, item, last) if item.kind == "review" else []
    covering = _covering(state) if newer else {}
    left = [(code, touch) for code, touch in newer if not _covers(covering, code, touch)]
    if left:
        code, touch = max(left, key=lambda one: one[1].place)
        path = touch.what if touch.what and ":" not in touch.what else code
        revision = short(touch.revision) or "a fix"
        since = f"{revision} has touched {path} since a round looked at {code}"
        why = f"{approved}, but {since}: a new round has to cover it."
        return Approval(False, why, "review")
    if newer:
        return Approval(True, f"{approved}, and {', '.join(covering)} covers what has changed since.")
    return Approval(True, f"{approved}.")


def _following(item: SliceState) -> str:
    states = {finding.state for finding in item.findings}
    if "open" in states:
        return "fix"
    return "confirm" if "fixed" in states else "review"


def _newer(state: PhaseState, item: SliceState, last: RoundState) -> list[tuple[str, Touch]]:
    """What has touched the scope since the rounds of the slice looked at it."""
    scope = scope_of(state, item, last)
    reviewed = ((code, place) for code, place in last.reviewed.items() if code in scope)
    return [
        (code, touch) for code, place in reviewed for touch in _touches(state, code) if touch.place > place
    ]


def _covering(state: PhaseState) -> dict[str, Mapping[str, int]]:
    """What the structural slices that are approved have looked at, by their codes."""
    return {
        other.code: other.round.reviewed
        for other in state.slices.values()
        if other.kind == "structural" and other.round and approval(state, other).satisfied
    }


def _covers(covering: Mapping[str, Mapping[str, int]], code: str, touch: Touch) -> bool:
    return any(places.get(code, 0) >= touch.place for places in covering.values())


def _touches(state: PhaseState, code: str) -> Iterator[Touch]:
    item = state.slices.get(code)
    if item is not None:
        yield from (touch for touch in (item.touched, item.fixed) if touch)


def handles_of(state: PhaseState, scope: Iterable[str]) -> dict[str, list[str]]:
    """Owners and backups of these slices, each with the codes that make it one."""
    found: dict[str, list[str]] = {}
    for code in scope:
        item = state.slices[code]
        for handle in dict.fromkeys((item.owner, item.backup)):
            if handle:
                found.setdefault(handle, []).append(code)
    return found


def why_not_independent(state: PhaseState, scope: Iterable[str], handles: Collection[str]) -> str:
    """The sentence that says why a member of these owners may not review that scope; empty if they may."""
    for handle, codes in handles_of(state, scope).items():
        if handle in handles:
            owned = [code for code in codes if state.slices[code].owner == handle]
            backed = [code for code in codes if code not in owned]
            parts = (("owns", owned), ("backs", backed))
            roles = [f"{word} {', '.join(found)}" for word, found in parts if found]
            return f"a member of {handle}, which {' and '.join(roles)}, is not independent of that work"
    return ""
