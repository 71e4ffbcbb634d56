"""Taking evidence back: a run, a round of a review, or a version of an artifact that should not count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Max

from phases.errors import NotFound, Refused
from phases.lookups import current
from phases.models import ArtifactVersion, Disposition, Finding, GateRun, Phase, Slice
from phases.models.ledger import ActorKind
from phases.permissions import Actor
from phases.rules.dispositions import BY_OWNER
from phases.rules.state import FindingStatus, Status, Verdict

from .artifacts import codes_expecting, point_to_latest
from .evidence import evidence_key, needed_reason, retract
from .ledger import Book, writing
from .recording import CONFIRMED, count_unclosed
from .revisions import withdraw_unused

Evidence = GateRun | Disposition | ArtifactVersion

_AFTER = {True: FindingStatus.CONFIRMED.value, False: FindingStatus.OPEN.value}
"""What a recheck made of a finding, by whether it confirmed its fix."""


def retract_evidence(*, actor: Actor, phase: Phase, evidence: str, reason: str) -> Evidence:
    """Take `run:4`, `verdict:12` or `version:3` out of what counts; it stays visible, with the reason.

    Its author may, and an admin; what counted before it counts again. Of rounds only the latest of its
    slice can go, and only while nobody has answered what it found; decisions and postures are reopened
    instead. Raises Invalid (no such kind of evidence, no reason), NotFound, Forbidden, Refused.
    """
    kind, number = evidence_key(evidence)
    if kind == "run":
        return retract(actor=actor, phase=phase, evidence=evidence, reason=reason)
    reason = needed_reason(reason)
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        phase = book.open(phase)
        if kind == "version":
            version = get_version(phase, number)
            actor.require(verb_for_version(actor, version), phase.initiative_id)
            return _retract_version(book, phase, version, reason)
        verdict = get_disposition(phase, number)
        actor.require(verb_for_disposition(actor, verdict), phase.initiative_id)
        return _retract_round(book, phase, verdict, reason)


def get_disposition(phase: Phase, number: int) -> Disposition:
    """The disposition with this number in its key."""
    row = Disposition.objects.select_related("slice").filter(phase=phase, pk=number).first()
    if row is None:
        raise NotFound(f"Phase {phase.code} has no verdict:{number}.")
    return row


def get_version(phase: Phase, number: int) -> ArtifactVersion:
    """The version of an artifact with this number in its key."""
    row = ArtifactVersion.objects.filter(phase=phase, pk=number).first()
    if row is None:
        raise NotFound(f"Phase {phase.code} has no version:{number}.")
    return row


def verb_for_disposition(actor: Actor, row: Disposition) -> str:
    """The permission that it takes; only people record dispositions."""
    return "retract" if (ActorKind.PERSON, row.by) == (actor.kind, actor.name) else "retract_any"


def verb_for_version(actor: Actor, row: ArtifactVersion) -> str:
    """The permission that it takes."""
    return "retract" if (row.source, row.by) == (actor.kind, actor.name) else "retract_any"


def _retract_version(book: Book, phase: Phase, row: ArtifactVersion, reason: str) -> ArtifactVersion:
    """The document counts by its next newest version again, on every slice that expects it."""
    _require_standing(row)
    codes = codes_expecting(phase, row.path)
    _strike(book, phase, row, codes[0] if codes else "", reason)
    point_to_latest(phase, row.path)
    return row


def _retract_round(book: Book, phase: Phase, row: Disposition, reason: str) -> Disposition:
    """The round before it counts again; what this one found and rechecked is as if it had not been."""
    _require_standing(row)
    _require_round(row)
    findings = list(Finding.objects.filter(disposition=row).order_by("pk"))
    _require_unanswered(row, findings)
    code = row.slice.code
    _strike(book, phase, row, code, reason)
    before = _standing(row.slice_id).order_by("-number").first()
    Slice.objects.filter(pk=row.slice_id).update(disposition=before)
    for finding in findings:
        _turn(book, phase, code, finding, "withdraw_finding", FindingStatus.RETRACTED.value)
    for one in row.rechecked:
        _turn_back(book, phase, code, one)
    unclosed = count_unclosed(row.slice_id)
    if unclosed and before and before.verdict == Verdict.APPROVE:
        raise Refused(
            f"{row.key} cannot be retracted: round {before.number} approved, and a finding that was reopened "
            f"since has been answered. Record another round of {code} instead."
        )
    withdraw_unused(book, current(phase), row.revision)
    return row


def _require_standing(row: Disposition | ArtifactVersion) -> None:
    if row.retracted:
        raise Refused(f"{row.key} was retracted already, by ledger entry {row.retracted}.")


def _require_round(row: Disposition) -> None:
    """Only the latest round of a review can go: later ones go on from it."""
    code = row.slice.code
    if row.voided:
        raise Refused(f"{row.key} no longer counts: {code} was reopened after it.")
    if row.kind in BY_OWNER:
        closed = row.slice.status in (Status.LANDED, Status.DEFERRED)
        instead = "Reopen the slice instead." if closed else "Record another one in its place."
        raise Refused(f"{row.key} is the {_word(row)} of {code}, which is not retracted. {instead}")
    last = _standing(row.slice_id).aggregate(last=Max("number"))["last"]
    if row.number != last:
        say = f"Round {last} of {code} goes on from round {row.number}"
        raise Refused(f"{say}: only the latest round can be retracted.")


def _word(row: Disposition) -> str:
    return "decision" if row.kind == "conditional" else "posture"


def _require_unanswered(row: Disposition, findings: list[Finding]) -> None:
    """Somebody's fix or acceptance is not thrown away with the round that asked for it."""
    answered = [finding for finding in findings if finding.state != FindingStatus.OPEN]
    if answered:
        names = ", ".join(f"{finding.pk} ({finding.state})" for finding in answered[:10])
        say = f"{row.key} cannot be retracted: findings of it have been answered since: {names}."
        raise Refused(f"{say} Record another round of {row.slice.code} instead.")


def _standing(slice_id: int) -> Any:
    return Disposition.objects.filter(slice_id=slice_id, retracted=0, voided=0)


def _strike(book: Book, phase: Phase, row: Disposition | ArtifactVersion, code: str, reason: str) -> None:
    """Mark the row by the entry that says why."""
    row.retracted = book.next_seq
    row.save(update_fields=["retracted"])
    book.record(
        verb="retract",
        target=row.key,
        phase=phase,
        slice=code,
        before={"retracted": 0},
        after={"retracted": row.retracted},
        note=reason,
    )


def _turn_back(book: Book, phase: Phase, code: str, recheck: Mapping[str, Any]) -> None:
    """A finding that the round looked at again is what it was, unless somebody has answered it since."""
    made_of_it = _AFTER[recheck["outcome"] == CONFIRMED]
    finding = Finding.objects.filter(pk=recheck["finding"], state=made_of_it).first()
    if finding is not None:
        _turn(book, phase, code, finding, "restore_finding", recheck["was"])


def _turn(book: Book, phase: Phase, code: str, finding: Finding, verb: str, state: str) -> None:
    Finding.objects.filter(pk=finding.pk).update(state=state, changed_at=book.now)
    book.record(
        verb=verb,
        target=finding.key,
        phase=phase,
        slice=code,
        before={"state": finding.state},
        after={"state": state},
    )
