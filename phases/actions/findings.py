"""Closing findings: recording a fix, or accepting what is not worth one. A round confirms the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from phases.errors import Invalid, Refused
from phases.models import Finding, Owner, Phase
from phases.permissions import Actor
from phases.rules.state import UNCLOSED, FindingStatus, PhaseState, Severity, SliceState
from phases.snapshot import load

from .ledger import Book, writing
from .recording import count_unclosed
from .revisions import checked_files, checked_sha, fixed_without_revision, mention
from .slices import checked_note, find

ACCEPTABLE = (Severity.MEDIUM, Severity.LOW)
MAX_TARGET = 500


def fix_finding(
    *,
    actor: Actor,
    finding: Finding,
    note: str,
    revision: str = "",
    base: str = "",
    changed_files: Iterable[str] | None = None,
) -> Finding:
    """Record that a finding is fixed, and by which revision; a later round confirms it or reopens it.

    What ran in the affected slice for earlier revisions goes stale. Without a revision the fix comes
    after everything that is known of the newest one. `changed_files` as in a report of gates.
    """
    note = checked_note(note)
    if not note:
        raise Invalid({"note": "Say what was done about it, for whoever looks at it again."})
    revision, base = checked_sha(revision, "revision"), checked_sha(base, "base")
    files = checked_files(changed_files)
    if (files is not None or base) and not revision:
        raise Invalid({"revision": "Changed files and a base belong to a revision: name it."})
    with writing(actor=actor, initiative_id=finding.phase.initiative_id) as book:
        phase = book.open(finding.phase)
        locked, item = _open(actor, "fix", phase, finding)
        code = locked.about.code if locked.about else ""
        if revision:
            row = mention(book, phase, sha=revision, base=base, files=files, code=code, finding=locked.key)
            return _fixed(book, phase, item, locked, note, row.sha)
        place = fixed_without_revision(book, phase, code, locked.key)
        return _fixed(book, phase, item, locked, note, "", {"about": code, "place": place})


def _fixed(
    book: Book,
    phase: Phase,
    item: SliceState,
    finding: Finding,
    note: str,
    revision: str,
    unnamed: Mapping[str, Any] | None = None,
) -> Finding:
    """`unnamed` says where a fix without a revision stands in the order of revisions."""
    before = {"state": finding.state, "fix_revision": finding.fix_revision}
    after = {"state": FindingStatus.FIXED.value, "fix_revision": revision}
    Finding.objects.filter(pk=finding.pk).update(
        **after, fix_note=note, fixed_by=book.actor.name, changed_at=book.now
    )
    book.record(
        verb="fix",
        target=finding.key,
        phase=phase,
        slice=item.code,
        before=before,
        after={**after, **(unnamed or {})},
        note=note,
    )
    finding.refresh_from_db()
    return finding


def accept_finding(*, actor: Actor, finding: Finding, owner: str, rationale: str, target: str) -> Finding:
    """Let a medium or low finding stand: somebody answers for it, says why, and when it is dealt with."""
    rationale, target = checked_note(rationale, "rationale"), checked_note(target, "target")
    owner = owner.strip()
    missing = {} if rationale else {"rationale": "Say why it may stand."}
    if not target or len(target) > MAX_TARGET:
        say = f"Say in at most {MAX_TARGET} characters when or where it will be dealt with."
        missing["target"] = say
    if missing:
        raise Invalid(missing)
    with writing(actor=actor, initiative_id=finding.phase.initiative_id) as book:
        phase = book.open(finding.phase)
        locked, item = _open(actor, "accept", phase, finding)
        if locked.severity not in ACCEPTABLE:
            say = "it has to be fixed. Only medium and low ones are accepted."
            raise Refused(f"Finding {locked.pk} is {locked.severity}: {say}")
        if not Owner.objects.filter(initiative_id=phase.initiative_id, handle=owner).exists():
            named = owner[:80] or "Nobody"
            raise Invalid({"owner": f"{named} is not an owner of this initiative. Its page lists them."})
        before = {"state": locked.state, "owner": locked.owner, "target": locked.target}
        before |= {"rationale": locked.rationale}
        after = {"state": FindingStatus.ACCEPTED.value, "owner": owner, "target": target}
        after |= {"rationale": rationale}
        Finding.objects.filter(pk=locked.pk).update(**after, accepted_by=actor.name, changed_at=book.now)
        book.record(
            verb="accept", target=locked.key, phase=phase, slice=item.code, before=before, after=after
        )
        count_unclosed(item.id)
        locked.refresh_from_db()
        return locked


def _open(actor: Actor, verb: str, phase: Phase, finding: Finding) -> tuple[Finding, SliceState]:
    """The finding as it is in this transaction, if the actor may do this to it and it is not closed."""
    locked = Finding.objects.select_related("about", "slice", "disposition").get(pk=finding.pk)
    state = load(phase, around=locked.slice.code)
    item = find(state, locked.slice.code)
    actor.require(verb, phase.initiative_id, handles_of(state, item, locked))
    if locked.state not in UNCLOSED:
        raise Refused(
            f"Finding {locked.pk} is {locked.state}, so there is nothing to {verb}. A round can reopen it."
        )
    return locked, item


def handles_of(state: PhaseState, item: SliceState, finding: Finding) -> list[str]:
    """Owners and backups of the affected slice, or of all in the scope, and of the reviewing one."""
    codes = [finding.about.code] if finding.about else list(finding.disposition.scope)
    slices = [item, *(state.slices[code] for code in codes if code in state.slices)]
    return [handle for one in slices for handle in (one.owner, one.backup) if handle]
