"""Does this evidence still count, and if not why: one badge and one sentence for each gate.

The order of revisions decides (first mention in the phase), then the order of the ledger; clocks do
not. Only the latest run of a gate is looked at, so the length of its history does not matter.
"""

from __future__ import annotations

from enum import StrEnum

from .reviews import approval, scope_of
from .state import (
    Decision,
    GateState,
    Leaf,
    LeafState,
    Outcome,
    PhaseState,
    RunState,
    SliceState,
    Source,
    Status,
    Touch,
)
from .wording import MOST_NOTE, ended, label, quoted, short, suite_word


class Badge(StrEnum):
    """What a gate shows. `late`: it passed, for a revision that had been overtaken already."""

    PASSED = "passed"
    FAILED = "failed"
    STALE = "stale"
    LATE = "late"
    NEVER = "never_run"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"


WORDS = {badge: badge.value.replace("_", " ") for badge in Badge}

_STATES = {
    Badge.PASSED: LeafState.MET,
    Badge.WAIVED: LeafState.WAIVED,
    Badge.NOT_APPLICABLE: LeafState.NOT_APPLICABLE,
}
_STAYS_DUE = ("assess", "mandatory_before")
"""Suites that a deferred slice still owes."""


def badge(state: PhaseState, item: SliceState | None, gate: GateState) -> Badge:
    """What the gate shows now; `item` is None for the phase exit. Of a gate of the phase, judged once."""
    known = state.badges.get(gate.key)
    if known is None or known[0] is not gate:
        known = state.badges[gate.key] = (gate, _badge(state, item, gate))
    return known[1]


def _badge(state: PhaseState, item: SliceState | None, gate: GateState) -> Badge:
    if why_not_applicable(state, item, gate):
        return Badge.NOT_APPLICABLE
    found = evidence(state, item, gate)
    is_let_pass = gate.key in state.waivers or (item is not None and item.declared_in)
    return Badge.WAIVED if is_let_pass and found != Badge.PASSED and gate.suite != "extra" else found


def evidence(state: PhaseState, item: SliceState | None, gate: GateState) -> Badge:
    """What the runs alone say, whether the gate applies or is waived."""
    run = gate.run
    if run is None:
        return Badge.NEVER
    if run.outcome == Outcome.FAIL:
        return Badge.FAILED
    if _is_unvouched(gate, run) or _why_too_early(state, item, gate, run):
        return Badge.STALE
    if item is None:
        return Badge.STALE if gate.suite != "extra" and _exit_is_stale(state, run) else Badge.PASSED
    if run.seq < item.reset_seq or _before_fix(run, item.fixed):
        return Badge.STALE
    if gate.kind == "command" and item.touched and _before(run, item.touched):
        return Badge.LATE if run.seq > item.touched.seq else Badge.STALE
    return Badge.PASSED


def _is_unvouched(gate: GateState, run: RunState) -> bool:
    """An attestation that was a command when a machine reported it: no machine vouches."""
    return gate.kind == "attestation" and run.source == Source.TOKEN


def why_not_vouchable(state: PhaseState, item: SliceState | None, gate: GateState) -> str:
    """Why nobody can attest this gate yet; empty where somebody can.

    On a review or structural slice that takes a latest round that approves, with all findings closed;
    `impacted_*` speaks of the gates of what was reviewed, and takes those too.
    """
    if item is None or not item.is_reviewing or gate.kind != "attestation":
        return ""
    found = approval(state, item)
    if not found.satisfied and f"disposition:{item.code}" not in state.waivers:
        return found.why
    if not gate.text.startswith(_IMPACTED):
        return ""
    if item.code not in state.impacted:
        state.impacted[item.code] = _why_impacted(state, item)
    return state.impacted[item.code]


def _why_impacted(state: PhaseState, item: SliceState) -> str:
    last = item.round
    scope = scope_of(state, item, last).intersection(last.reviewed) if last else ()
    for one in (other for code, other in state.slices.items() if code in scope):
        for gate in one.gates:
            # Another review in the scope may ask for this one's gates in turn.
            if gate.suite in _IMPACTED_SUITES and not (one.is_reviewing and gate.kind == "attestation"):
                now = badge(state, one, gate)
                if now not in _STATES:
                    return f"{label(one, gate)} is {WORDS[now]}."
    return ""


_IMPACTED, _IMPACTED_SUITES = "impacted_", ("quick", "full")


def _why_too_early(state: PhaseState, item: SliceState | None, gate: GateState, run: RunState) -> str:
    """Why an attestation on a review or structural slice does not count, though it was recorded."""
    if item is None or not item.is_reviewing or gate.kind != "attestation":
        return ""
    if item.round is not None and run.seq < item.round.seq:
        return f"it was vouched for before round {item.round.number} of {item.code}"
    why_not = why_not_vouchable(state, item, gate)
    return f"that does not count now: {why_not[:-1]}" if why_not else ""


def _before(run: RunState, touch: Touch | None) -> bool:
    return touch is not None and run.place < touch.place


def _before_fix(run: RunState, fix: Touch | None) -> bool:
    """A fix that named no revision comes after whatever was known of the newest one until then."""
    if fix is None or fix.revision:
        return _before(run, fix)
    return (run.place, run.seq) < (fix.place, fix.seq)


def _exit_is_stale(state: PhaseState, run: RunState) -> bool:
    closed = state.closed
    return (closed is not None and run.seq < closed.seq) or _before(run, state.last_touched)


def why_not_applicable(state: PhaseState, item: SliceState | None, gate: GateState) -> str:
    """The sentence that says why nothing is asked of this gate; empty if it counts."""
    if gate.suite == "extra":
        return "No packet asks for it: its runs are kept as evidence for trigger criteria."
    if item is None:
        return ""
    if item.status == Status.DEFERRED and gate.suite not in _STAYS_DUE:
        return f"{item.code} was deferred, so its {suite_word(gate)} suite is not due."
    if gate.suite == "full_if_triggered":
        return _why_not_triggered(state, item)
    return ""


def _why_not_triggered(state: PhaseState, item: SliceState) -> str:
    """Full-if-triggered follows the slice itself or the ones it needs "if triggered"."""
    deciding = (
        [item]
        if item.is_conditional
        else [
            needed
            for need in item.needs
            if need.if_triggered and (needed := state.slices[need.code]).is_conditional
        ]
    )
    if not deciding or any(one.decision == Decision.TRIGGERED or one.declared_in for one in deciding):
        return ""
    waiting = next((one for one in deciding if one.decision == Decision.UNDECIDED), None)
    if waiting is not None:
        return f"It is due only if {waiting.code} is triggered, which nobody has decided yet."
    return f"{deciding[0].code} was not triggered, so it is not due."


def why(state: PhaseState, item: SliceState | None, gate: GateState) -> str:
    """One sentence: what the runs say, and whether that counts."""
    if reason := why_not_applicable(state, item, gate):
        return reason
    said = _said(state, item, gate)
    if evidence(state, item, gate) == Badge.PASSED or gate.suite == "extra":
        return said
    if waiver := state.waivers.get(gate.key):
        return f"{said} Waived by {waiver.by}: {waiver.reason}"
    if item is not None and item.declared_in:
        return (
            f"{said} Packet revision {item.declared_in} declared {item.code} landed, so it counts as waived."
        )
    return said


def _said(state: PhaseState, item: SliceState | None, gate: GateState) -> str:
    name, run = label(item, gate), gate.run
    if run is None:
        past = f"; it replaces {quoted(gate.replaces)}, whose runs no longer count" if gate.replaces else ""
        vouched = "has not been attested" if gate.kind == "attestation" else "has never run"
        waits = (
            f" It can be once this is settled: {why_not}"
            if (why_not := why_not_vouchable(state, item, gate))
            else ""
        )
        return f"{name} {vouched}{past}.{waits}"
    at = f" at {short(run.revision)}" if run.revision else ""
    if run.outcome == Outcome.FAIL:
        note = f": {quoted(run.note, MOST_NOTE)}" if run.note else ""
        return ended(f"{name} failed{at}, reported by {run.by}{note}")
    stale = _why_stale(state, item, gate, run)
    return f"{name} passed{at}, but {stale}." if stale else f"{name} passed{at}, reported by {run.by}."


def _why_stale(state: PhaseState, item: SliceState | None, gate: GateState, run: RunState) -> str:
    if _is_unvouched(gate, run):
        return f"as a command that {run.by} reported: a person has to attest it"
    if early := _why_too_early(state, item, gate, run):
        return early
    if item is None:
        return "" if gate.suite == "extra" else _why_exit_stale(state, run)
    if run.seq < item.reset_seq:
        return f"{item.code} was {'sent back' if item.reset == 'send_back' else 'reopened'} after that"
    if item.fixed and _before_fix(run, item.fixed):
        fix = f"{short(item.fixed.revision)} is the fix" if item.fixed.revision else "the fix"
        return f"{fix} of {item.fixed.what} in {item.code}{', and' if item.fixed.revision else ' is'} newer"
    if gate.kind == "command" and item.touched and _before(run, item.touched):
        return _touching(item, item.touched, late=run.seq > item.touched.seq)
    return ""


def _why_exit_stale(state: PhaseState, run: RunState) -> str:
    closed = state.closed
    if closed is not None and run.seq < closed.seq:
        word = {"defer": "was deferred", "reopen": "was reopened"}.get(closed.verb, "landed")
        return f"{closed.code} {word} after that"
    touch = state.last_touched
    if touch is not None and _before(run, touch):
        item = next(one for one in state.slices.values() if one.touched == touch)
        return _touching(item, touch)
    return ""


def _touching(item: SliceState, touch: Touch, *, late: bool = False) -> str:
    revision = short(touch.revision)
    if late:
        revision = f"it came late: {revision}, which is newer,"
    if touch.what:
        return f"{revision} {'touched' if late else 'has since touched'} {touch.what}"
    if item.paths:
        return f"{revision} was reported for {item.code} without its changed files"
    return f"{revision} was reported for {item.code}, which declares no files"


def gate_leaf(state: PhaseState, item: SliceState | None, gate: GateState) -> Leaf:
    """The gate as a requirement, with whose turn it is while it is unmet."""
    how = _STATES.get(badge(state, item, gate), LeafState.UNMET)
    verb = "attest" if gate.kind == "attestation" else "run"
    holder = item or state.closer
    return Leaf(
        gate.key,
        how,
        gate.text,
        why(state, item, gate),
        holder.owner if holder else "",
        item.code if item else "",
        verb if how == LeafState.UNMET else "",
        gate.run.key if gate.run else "",
    )


Judged = tuple[SliceState | None, GateState, Badge]


def judged(state: PhaseState) -> list[Judged]:
    """Every gate with its badge, in file order; the phase exit comes last."""
    found: list[Judged] = [
        (item, gate, badge(state, item, gate)) for item in state.slices.values() for gate in item.gates
    ]
    return found + [(None, gate, badge(state, None, gate)) for gate in state.exit_gates]


def is_due_again(gate: GateState, now: Badge) -> bool:
    """It ran and does not count, or it replaces one that may have run."""
    return now in _AGAIN or (now == Badge.NEVER and bool(gate.replaces))


_AGAIN = (Badge.FAILED, Badge.STALE, Badge.LATE)
