"""What closing a slice requires by its kind: an approval, a decision, a posture, and closed findings."""

from __future__ import annotations

from collections.abc import Iterator

from .acting import acting
from .leaves import declared, let_pass
from .reviews import approval
from .state import Decision, FindingState, Leaf, LeafState, PhaseState, Severity, SliceState, Status, Verdict
from .wording import MOST_NOTE, ended, quoted, short

NEVER_WAIVED = (Severity.BLOCKING, Severity.HIGH)
"""Findings that have to be closed, whoever would let them pass."""

BY_OWNER = ("conditional", "readiness")
"""Kinds of slices whose disposition belongs to their own lead."""


POSTURES = (Verdict.READY, Verdict.NOT_READY)
"""What can be said of the readiness of a phase."""


def leaf(state: PhaseState, item: SliceState) -> Leaf | None:
    """The disposition that the slice needs; None where its kind needs none."""
    if item.is_reviewing:
        found = round_leaf(state, item)
    elif item.is_conditional:
        found = decision_leaf(state, item)
    elif item.kind == "readiness":
        found = posture_leaf(state, item)
    else:
        return None
    return let_pass(state, declared(item, found))


def round_leaf(state: PhaseState, item: SliceState) -> Leaf:
    """Met by a latest round that approves, with every finding closed and nothing changed since."""
    found = approval(state, item)
    verb = "" if found.satisfied else found.verb
    # An open finding has its own leaf, with whoever has to fix it; here the next round is what is missing.
    return _leaf(state, item, found.satisfied, found.why, "review" if verb else "")


def decision_leaf(state: PhaseState, item: SliceState) -> Leaf:
    """Met by either word: triggered or deferred."""
    if item.decision == Decision.UNDECIDED:
        return undecided(state, item)
    by = f" by {item.round.by}" if item.round else ""
    return _leaf(state, item, True, f"{item.code} was decided to be {item.decision}{by}.", "")


def undecided(state: PhaseState, item: SliceState) -> Leaf:
    """The decision that is waited for, and why it is waited for again where it was taken before."""
    whose = acting(state, item)
    why = f"{item.code} is waiting for a decision by {whose}: triggered or deferred."
    if item.status in (Status.CANDIDATE, Status.LANDED):
        why = f"{why[:-1]}; to be deferred it has to go back to work first."
    if whose != item.owner:
        why += f" {item.owner} has let its time for it pass."
    if item.reset == "reopen" and item.reset_note:
        why += f" It was reopened: {quoted(item.reset_note, MOST_NOTE)}"
    return _leaf(state, item, False, why, "decide")


def posture_leaf(state: PhaseState, item: SliceState) -> Leaf:
    """Only `ready` satisfies."""
    last = item.round
    if last is None or last.verdict not in POSTURES:
        return _leaf(state, item, False, f"Nobody has said yet whether {item.code} is ready.", "posture")
    ready = last.verdict == Verdict.READY
    said = "is ready" if ready else "is not ready"
    return _leaf(state, item, ready, f"{last.by} says that {item.code} {said}.", "" if ready else "posture")


def _leaf(state: PhaseState, item: SliceState, met: bool, why: str, verb: str) -> Leaf:
    how = LeafState.MET if met else LeafState.UNMET
    owner = item.owner if met else acting(state, item)
    evidence = item.round.key if item.round else ""
    return Leaf(f"disposition:{item.code}", how, item.title, why, owner, item.code, verb, evidence)


def findings(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """A leaf for each finding of the slice's own rounds; none once its kind takes no rounds any more."""
    if item.is_reviewing:
        yield from (let_pass(state, finding_leaf(state, item, one)) for one in item.findings)


def unclosed(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """Those that are not closed."""
    if item.unclosed:
        yield from (leaf for leaf in findings(state, item) if leaf.state != LeafState.MET)


def finding_leaf(state: PhaseState, item: SliceState, one: FindingState) -> Leaf:
    """A finding as a requirement: who has to fix it, or that a round has to confirm the fix."""
    name = f"{one.severity.capitalize()} finding {one.id} of {item.code}"
    title = quoted(one.title)
    about = ended(title)
    if not one.is_unclosed:
        accepted = f"accepted by {one.owner}, {one.target}" if one.state == "accepted" else "confirmed"
        return Leaf(
            one.key, LeafState.MET, one.title, f"{name} is {accepted}: {about}", item.owner, item.code
        )
    if one.state == "fixed":
        at = f" at {short(one.fix_revision)}" if one.fix_revision else ""
        why = f"{name} is fixed{at} and waits for a round that confirms it: {about}"
        return Leaf(one.key, LeafState.UNMET, one.title, why, acting(state, item), item.code, "confirm")
    affected = state.slices.get(one.about)
    owner = affected.owner if affected else item.owner
    return Leaf(one.key, LeafState.UNMET, one.title, f"{name} is open: {about}", owner, item.code, "fix")
