"""A closure document held against the ledger: where they disagree, both are said. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from phases.packets.closure_facts import Closure, TextRead, VerdictRead
from phases.packets.closure_names import code_in

from .dispositions import POSTURES, decision_leaf, posture_leaf
from .reading_evidence import commands, found_by_reviews
from .reviews import ROUND_VERDICTS, approval
from .state import ConcernState, Decision, PhaseState, SliceState, Verdict
from .wording import ended, quoted

MOST = 200
"""Disagreements that are told of one document."""

MOST_QUOTED = 160
"""Characters of a blocker that a sentence quotes."""

DECISIONS = (Verdict.TRIGGERED, Verdict.DEFERRED)
_WORDS = {Verdict.APPROVE_WITH_CHANGES: "approve with changes", Verdict.NOT_READY: "not ready"}


class Disagreement(NamedTuple):
    """What a line of a document says, and what the ledger says; both are whole sentences."""

    line: int
    document: str
    ledger: str


def concerned(state: PhaseState, path: str) -> list[SliceState]:
    """What a document is about: the slice that its name begins with, then those that produce or expect it."""
    named = state.slices.get(code_in(path))
    expecting = [
        (not any(one.produced for one in mine), item)
        for item in state.slices.values()
        if (mine := [one for one in item.artifacts if one.path == path])
    ]
    others = [item for _, item in sorted(expecting, key=lambda one: one[0]) if item is not named]
    return [named, *others] if named else others


def takes_dispositions(item: SliceState) -> bool:
    """Whether a verdict can be recorded on the slice at all."""
    return item.is_reviewing or item.is_conditional or item.kind == "readiness"


def word_for(item: SliceState, word: str) -> str:
    """The verdict that a word of a document comes to on this slice; empty where it takes no such one."""
    if item.is_reviewing:
        word = Verdict.APPROVE if word == Verdict.READY else word
        return word if word in ROUND_VERDICTS else ""
    if item.is_conditional:
        return word if word in DECISIONS else ""
    return word if item.kind == "readiness" and word in POSTURES else ""


def verdict_of(item: SliceState, closure: Closure) -> VerdictRead | None:
    """What a document says of this slice in the end, in a word that it takes; None if nothing."""
    about = [one for one in closure.verdicts if one.about == item.code and not one.is_past]
    own = [closure.verdict] if closure.verdict and closure.verdict.about in ("", item.code) else []
    return next((one for one in [*own, *reversed(about)] if word_for(item, one.word)), None)


def disagreements(state: PhaseState, item: SliceState | None, closure: Closure) -> list[Disagreement]:
    """Where a document and the ledger say different things, in the order of the lines.

    `item` is the slice that the document is about; None for one about the phase as a whole.
    """
    found = [
        *_verdicts(state, item, closure),
        *_trigger(item, closure),
        *_blockers(state, item, closure),
        *(Disagreement(*one) for one in commands(state, item, closure.gates)),
        *(Disagreement(*one) for one in found_by_reviews(state, item, closure.findings)),
    ]
    return sorted(dict.fromkeys(found), key=lambda one: one.line)[:MOST]


def _verdicts(state: PhaseState, item: SliceState | None, closure: Closure) -> Iterator[Disagreement]:
    """The document's own, and what it says in passing of other slices."""
    said = {one.about: one for one in closure.verdicts if one.about in state.slices and not one.is_past}
    if item is not None:
        said.pop(item.code, None)
        if own := verdict_of(item, closure):
            yield from _verdict(state, item, own)
    for code, one in said.items():
        yield from _verdict(state, state.slices[code], one)


def _verdict(state: PhaseState, item: SliceState, read: VerdictRead) -> Iterator[Disagreement]:
    word = word_for(item, read.word)
    if not word:
        return
    ledger = _ledger_on_verdict(state, item, word)
    if ledger:
        closed = ", with its changes closed" if read.is_closed else ""
        document = f"The document says {_said(word)} of {item.code}{closed}."
        yield Disagreement(read.line, document, ledger)


def _ledger_on_verdict(state: PhaseState, item: SliceState, word: str) -> str:
    """What the ledger says otherwise; empty where it agrees."""
    last = item.round
    if item.is_conditional:
        return "" if item.decision == word else decision_leaf(state, item).why
    if last is None:
        if item.kind == "readiness":
            return posture_leaf(state, item).why
        return f"No round of {item.code} counts: nobody has recorded one, or it was taken back."
    if last.verdict != word:
        what = f"Round {last.number}" if item.is_reviewing else "The posture"
        return f"{what} of {item.code} by {last.by} says {_said(last.verdict)}."
    if not item.is_reviewing or word == Verdict.NOT_READY:
        return ""
    found = approval(state, item)
    # "Approve with changes" is true of both while the changes are made.
    is_open = word == Verdict.APPROVE_WITH_CHANGES and bool(item.unclosed)
    return "" if found.satisfied or is_open else found.why


def _said(word: str) -> str:
    return _WORDS.get(Verdict(word), word)


def _trigger(item: SliceState | None, closure: Closure) -> Iterator[Disagreement]:
    """A scan against the decision; an open decision is what a scan helps with, and no disagreement."""
    read = closure.triggered
    if item is None or not item.is_conditional or read is None or item.decision == Decision.UNDECIDED:
        return
    if read.triggered != (item.decision == Decision.TRIGGERED):
        by = f" by {item.round.by}" if item.round else ""
        said = "triggered" if read.triggered else "not triggered"
        yield Disagreement(
            read.line,
            f"The document says that {item.code} is {said}.",
            f"{item.code} was decided to be {item.decision}{by}.",
        )


def _blockers(state: PhaseState, item: SliceState | None, closure: Closure) -> Iterator[Disagreement]:
    """Blockers on one side only. A document of readiness or about the phase speaks of all slices."""
    is_wide = item is None or item.kind == "readiness"
    here = [one for one in state.concerns if _is_blocker(one) and (is_wide or one.slice == _code(item))]
    if closure.says_no_blockers and not closure.blockers:
        line = closure.says_no_blockers.line
        for one in here:
            where = f" on {one.slice}" if one.slice else ""
            ledger = f"Blocker {one.id}{where} is open: {ended(quoted(one.text, MOST_QUOTED))}"
            yield Disagreement(line, "The document says that nothing blocks.", ledger)
    if not here:
        yield from _unknown(closure.blockers, _code(item) or f"phase {state.code}")


def _unknown(read: Iterable[TextRead], where: str) -> Iterator[Disagreement]:
    for one in read:
        document = f"The document names a blocker: {ended(quoted(one.text, MOST_QUOTED))}"
        yield Disagreement(one.line, document, f"No blocker is open on {where}.")


def _is_blocker(one: ConcernState) -> bool:
    return one.kind == "blocker" and one.state == "open"


def _code(item: SliceState | None) -> str:
    return item.code if item else ""
