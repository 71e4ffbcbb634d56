"""Which slice a document speaks for, where it disagrees with the ledger, and where it can be recorded."""

from __future__ import annotations

from collections.abc import Sequence

from phases.packets.closure import Closure

from .reading import Disagreement, concerned, disagreements, takes_dispositions, verdict_of
from .state import PhaseState, SliceState


def subject(state: PhaseState, path: str, closure: Closure) -> SliceState | None:
    """The slice that a document is held against; None for one about the phase as a whole.

    One whose code its name begins with, else the first of the others that takes its verdict.
    """
    about = concerned(state, path)
    named = state.slices.get(closure.code)
    if named is not None and takes_dispositions(named):
        return named
    return next((one for one in about if verdict_of(one, closure)), about[0] if about else None)


def disagreed(state: PhaseState, path: str, closure: Closure) -> Sequence[Disagreement]:
    """Where the document at `path` and the ledger say different things."""
    return disagreements(state, subject(state, path, closure), closure)


def recordable(state: PhaseState, path: str, closure: Closure) -> list[SliceState]:
    """Slices that what was read can be recorded on.

    A document that names its slice is no other's, although others may wait for it as well.
    """
    named = state.slices.get(closure.code)
    about = [named] if named else concerned(state, path)
    return [one for one in about if takes_dispositions(one)]


def fills(item: SliceState, closure: Closure) -> bool:
    """Whether something was read that the form of this slice can be filled in with."""
    if (item.is_reviewing and closure.findings) or (item.is_conditional and closure.triggers):
        return True
    return verdict_of(item, closure) is not None
