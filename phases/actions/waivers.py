"""Letting one unmet leaf pass, with a reason that is shown for as long as the waiver stands."""

from __future__ import annotations

from phases.errors import Invalid, Refused
from phases.models import Phase, Waiver
from phases.permissions import Actor
from phases.rules.state import Leaf, PhaseState
from phases.rules.waivers import BY_LEADS, never_waivable, waivable
from phases.snapshot import load

from .ledger import writing
from .slices import checked_note


def waive(*, actor: Actor, phase: Phase, key: str, reason: str) -> Waiver:
    """Waive the unmet leaf `key`. Leads of its owner waive gates and artifacts, admins the rest."""
    reason = checked_note(reason, "reason")
    if not reason:
        raise Invalid({"reason": "A waiver needs a reason; it is shown for as long as the waiver stands."})
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        state = load(book.open(phase))
        require_waiver(actor, phase, state, key)
        leaf = _leaf(state, key)
        waiver = Waiver.objects.create(
            phase=phase,
            slice_id=state.slices[leaf.slice].id if leaf.slice else None,
            key=key,
            reason=reason,
            by=actor.name,
            at=book.now,
        )
        after = {"active": True, "key": key, "by": actor.name}
        book.record(
            verb="waive",
            target=f"waiver:{waiver.pk}",
            phase=phase,
            slice=leaf.slice,
            after=after,
            note=reason,
        )
        return waiver


def _leaf(state: PhaseState, key: str) -> Leaf:
    if key in state.waivers:
        given = state.waivers[key]
        raise Refused(f"{key} is waived already, by {given.by}: {given.reason}")
    leaf = waivable(state).get(key)
    if leaf is None and any(key in never_waivable(state, code) for code in state.slices):
        raise Refused(f"{key} is a blocking or high finding: it has to be closed, and nobody may waive it.")
    if leaf is None:
        raise Refused(
            f"{key} is not an unmet requirement of phase {state.code}, so there is nothing to waive."
        )
    return leaf


def withdraw_waiver(*, actor: Actor, waiver: Waiver, reason: str) -> None:
    """Take a waiver back; the leaf counts as it is again, and both reasons stay in the ledger."""
    reason = checked_note(reason, "reason")
    if not reason:
        raise Invalid({"reason": "Say why the waiver no longer holds."})
    phase = waiver.phase
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        state = load(book.open(phase))
        require_waiver(actor, phase, state, waiver.key)
        if not Waiver.objects.filter(pk=waiver.pk, active=True).update(active=False):
            raise Refused("This waiver no longer stands, so there is nothing to withdraw.")
        book.record(
            verb="withdraw_waiver",
            target=f"waiver:{waiver.pk}",
            phase=phase,
            slice=waiver.slice.code if waiver.slice else "",
            before={"active": True},
            after={"active": False},
            note=reason,
        )


def require_waiver(actor: Actor, phase: Phase, state: PhaseState, key: str) -> None:
    """Raise Forbidden unless the actor may waive this leaf."""
    verb = "waive" if key.split(":")[0] in BY_LEADS else "waive_any"
    actor.require(verb, phase.initiative_id, handles_of(state, key))


def handles_of(state: PhaseState, key: str) -> list[str]:
    """Owner and backup of the slices whose gate or artifact this is."""
    handles: list[str] = []
    for item in state.slices.values():
        keys = {gate.key for gate in item.gates} | {artifact.key for artifact in item.artifacts}
        if key in keys:
            handles += [item.owner, item.backup]
    return handles
