"""Closure artifacts as requirements: which are due before a slice starts, and which before it lands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from phases.packets.closure_names import HANDOFF, REPORT, role_of

from .leaves import declared, let_pass
from .state import ArtifactState, Decision, Leaf, LeafState, PhaseState, SliceState

_WRITTEN_BY_HANDOFF = (REPORT, HANDOFF)
_PHASE = re.compile(r"(?:^|[-_])PHASE[-_]?([A-Z0-9]+)(?=[-_.]|$)", re.IGNORECASE)


def by_handoff(path: str, phase: str) -> bool:
    """Whether the handoff of the phase writes this document, so that it can be no condition of it.

    One that names another phase is that phase's.
    """
    named = _PHASE.search(path.rpartition("/")[2])
    return role_of(path) in _WRITTEN_BY_HANDOFF and (named is None or named[1].upper() == phase.upper())


def before_start(state: PhaseState, item: SliceState) -> Iterator[Leaf]:
    """Those that the slice requires and does not produce."""
    yield from (leaf(state, item, one) for one in item.artifacts if not _is_product(item, one))


def products(state: PhaseState, item: SliceState, *, decision: Decision | None = None) -> Iterator[Leaf]:
    """Those that the slice produces: due before it lands, or defers, where `decision` says so beforehand."""
    for one in item.artifacts:
        if _is_product(item, one) and not (decision == Decision.DEFERRED and one.when == "triggered"):
            yield leaf(state, item, one)


def _is_product(item: SliceState, artifact: ArtifactState) -> bool:
    """Due before the slice lands; the evidence of its own trigger is, for it is decided after the start."""
    return artifact.produced or (item.is_conditional and artifact.when == "triggered")


def leaf(state: PhaseState, item: SliceState, artifact: ArtifactState) -> Leaf:
    """The artifact as a requirement of this slice."""
    found = _leaf(state, item, artifact)
    for other in _producers(state, item, artifact):
        found = declared(other, found)
    return let_pass(state, declared(item, found))


def _leaf(state: PhaseState, item: SliceState, artifact: ArtifactState) -> Leaf:
    path, version = artifact.path, artifact.version
    if version is not None:
        why = f"{path}: version {version.number} by {version.by}."
        return replace(_said(item, artifact, LeafState.MET, why), evidence=version.key)
    if by_handoff(path, state.code):
        return _said(item, artifact, LeafState.NOT_APPLICABLE, f"The handoff writes {path}.")
    if artifact.when == "triggered" and not _is_triggered(deciding := _deciding(state, item)):
        # A decision that was waived is as good as "not triggered": nobody is asked for it any more.
        waiting = next((one for one in deciding if not one.decision and not _is_waived(state, one)), None)
        if waiting is not None:
            why = f"{path} is due only if {waiting.code} is triggered, which nobody has decided yet."
            # It is settled where the decision is taken, whichever slice expects the document.
            return Leaf(artifact.key, LeafState.UNMET, path, why, waiting.owner, waiting.code, "decide")
        decided = any(one.decision for one in deciding)
        settled = "was not triggered" if decided else "need not be decided, by a waiver"
        why = f"{deciding[0].code} {settled}, so {path} is not due."
        return _said(item, artifact, LeafState.NOT_APPLICABLE, why)
    producer = next(iter(_producers(state, item, artifact)), item)
    or_deferred = " or is deferred" if item.is_conditional and artifact.when != "triggered" else ""
    when = f"lands{or_deferred}" if _is_product(item, artifact) else "starts"
    why = f"{path} has not been attached: {item.code} needs it before it {when}."
    return Leaf(artifact.key, LeafState.UNMET, path, why, producer.owner, item.code, "attach")


def _is_triggered(deciding: list[SliceState]) -> bool:
    """Whether it is due: one of the decisions says so, or none is to be taken."""
    return not deciding or any(one.decision == Decision.TRIGGERED or one.declared_in for one in deciding)


def _is_waived(state: PhaseState, deciding: SliceState) -> bool:
    return f"disposition:{deciding.code}" in state.waivers


def _deciding(state: PhaseState, item: SliceState) -> list[SliceState]:
    """The conditional slice concerned: the slice itself, or the ones that it needs "if triggered"."""
    if item.is_conditional:
        return [item]
    needed = (state.slices[need.code] for need in item.needs if need.if_triggered)
    return [one for one in needed if one.is_conditional]


def _producers(state: PhaseState, item: SliceState, artifact: ArtifactState) -> Iterator[SliceState]:
    """Other slices that list the same document among their own files."""
    for other in state.slices.values():
        if other.code != item.code and any(
            one.path == artifact.path and one.produced for one in other.artifacts
        ):
            yield other


def _said(item: SliceState, artifact: ArtifactState, how: LeafState, why: str) -> Leaf:
    return Leaf(artifact.key, how, artifact.path, why, item.owner, item.code)
