"""Reporting results of gates: one gate, several, or a whole suite; commands and attestations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from phases.errors import Mismatch, Refused
from phases.lookups import current
from phases.models import Gate, GateRun, IdempotencyKey, Phase, Revision
from phases.permissions import Actor
from phases.rules.freshness import why_not_vouchable
from phases.rules.state import GateState, Leaf, LeafState, Outcome, PhaseState, SliceState
from phases.rules.transitions import closed_by_kind
from phases.rules.wording import quoted
from phases.snapshot import load

from .asked import Chosen, Report, Result, checked, choose
from .ledger import Book, canonical, digest, writing
from .logs import kept_logs
from .revisions import mention, newest
from .watchpoints import fire_computed, watched


@dataclass(frozen=True, slots=True)
class Reported:
    """What came of a report: its runs, and the attestations that it could not speak for."""

    runs: Sequence[GateRun]
    skipped: Sequence[str] = ()
    is_new: bool = True
    """False where the same report had been recorded before, by its idempotency key."""


def report_runs(*, actor: Actor, phase: Phase, report: Report, key: str = "") -> Reported:
    """Record the results as evidence, one ledger entry each, and one if the revision says something new.

    `outcome` without results speaks for every command gate of the suite. Raises Invalid (what exists
    is listed), Forbidden (a token never attests), Refused, or Mismatch where `key` was used before
    for another report.
    """
    report = checked(report, key)
    body = digest(canonical([phase.pk, asdict(report)])) if key else ""
    with writing(actor=actor, initiative_id=phase.initiative_id) as book:
        if known := _known(book, key, body):
            return Reported(list(known.runs.order_by("seq")), known.skipped, is_new=False)
        phase = book.open(phase)
        state = load(phase, around=report.slice)
        chosen = choose(state, report)
        _require(actor, phase, state, chosen.item, [gate for gate, _ in chosen.results])
        stored = _remember(book, key, body, chosen.skipped) if key else None
        _require_vouchable(state, chosen)
        writer = _Writer(book, phase, chosen.item, report, stored)
        written = [writer.write(gate, result) for gate, result in chosen.results]
        if watched(state) and any(result.outcome == Outcome.FAIL for _, result in chosen.results):
            fire_computed(book, current(phase))
        return Reported(written, chosen.skipped)


def _require(
    actor: Actor, phase: Phase, state: PhaseState, item: SliceState | None, gates: Sequence[GateState]
) -> None:
    holder = item or state.closer
    handles = (holder.owner, holder.backup) if holder else ()
    kinds = {gate.kind for gate in gates} or {"command"}
    for kind, verb in (("command", "report"), ("attestation", "attest")):
        if kind in kinds:
            actor.require(verb, phase.initiative_id, handles)


def _require_vouchable(state: PhaseState, chosen: Chosen) -> None:
    """Nobody vouches for the end of a review before its latest round approves."""
    for gate, result in chosen.results:
        why_not = why_not_vouchable(state, chosen.item, gate)
        if why_not and result.outcome == Outcome.PASS and chosen.item:
            named = f"`{quoted(gate.text)}` of {chosen.item.code} cannot be attested yet"
            raise Refused(f"{named}: {why_not}", _unmet(state, chosen.item))


def _unmet(state: PhaseState, item: SliceState) -> list[Leaf]:
    return [leaf for leaf in closed_by_kind(state, item) if leaf.state == LeafState.UNMET]


def _known(book: Book, key: str, body: str) -> IdempotencyKey | None:
    """The report that this actor sent before with this key."""
    if not key:
        return None
    who = {"actor_kind": book.actor.kind, "actor": book.actor.name}
    stored = IdempotencyKey.objects.filter(initiative=book.initiative, key=key, **who).first()
    if stored is not None and stored.body != body:
        raise Mismatch("This idempotency key was used for another report. Send a new key with a new report.")
    return stored


def _remember(book: Book, key: str, body: str, skipped: Sequence[str]) -> IdempotencyKey:
    return IdempotencyKey.objects.create(
        initiative=book.initiative,
        actor_kind=book.actor.kind,
        actor=book.actor.name,
        key=key,
        body=body,
        skipped=list(skipped),
        at=book.now,
    )


class _Writer:
    """Writes the runs of one report."""

    def __init__(
        self, book: Book, phase: Phase, item: SliceState | None, report: Report, stored: IdempotencyKey | None
    ) -> None:
        self.book, self.phase, self.item, self.report, self.stored = book, phase, item, report, stored
        self.code = item.code if item else ""
        self.revision = self._revision()
        last = newest(phase)
        self.newest_place = last.place if last else 0
        self.files = None if report.changed_files is None else list(report.changed_files)
        self.logs = kept_logs([report.log, *(result.log for result in report.results)])

    def _revision(self) -> Revision | None:
        """That of the report; without one the phase's newest at this moment."""
        asked = self.report
        if not asked.revision:
            return newest(self.phase)
        return mention(
            self.book,
            self.phase,
            sha=asked.revision,
            base=asked.base,
            files=asked.changed_files,
            code=self.code,
        )

    def write(self, gate: GateState, result: Result) -> GateRun:
        if not gate.id:
            gate = self._extra(gate)
        asked, place = self.report, self.revision.place if self.revision else 0
        run = GateRun.objects.create(
            phase=self.phase,
            slice_id=self.item.id if self.item else None,
            gate_id=gate.id,
            seq=self.book.next_seq,
            at=self.book.now,
            by=self.book.actor.name,
            source=self.book.actor.kind,
            outcome=result.outcome,
            revision=self.revision.sha if self.revision else "",
            place=place,
            late=place < self.newest_place,
            branch=asked.branch,
            base=asked.base,
            files=self.files,
            duration_ms=result.duration_ms,
            url=asked.url,
            note=asked.note,
            log=self.logs.get(result.log) or self.logs.get(asked.log),
            idempotency=self.stored,
        )
        if gate.run is None or place >= gate.run.place:
            Gate.objects.filter(pk=gate.id).update(latest_run=run)
        verb = "attest" if gate.kind == "attestation" else "report"
        self.book.record(
            verb=verb,
            target=run.key,
            phase=self.phase,
            slice=self.code,
            after=said_of(run, gate.key, gate.suite),
            note=run.note,
        )
        return run

    def _extra(self, gate: GateState) -> GateState:
        """The row of a command that no packet asks for, made at its first report."""
        row = Gate.objects.create(
            phase=self.phase,
            slice_id=self.item.id if self.item else None,
            suite=gate.suite,
            text=gate.text,
            digest=digest(gate.text),
            kind=gate.kind,
            position=EXTRA_POSITION,
        )
        return gate._replace(id=row.pk)


EXTRA_POSITION = 1_000_000
"""After every gate that a packet could name."""


def said_of(run: GateRun, gate: str, suite: str) -> dict[str, object]:
    """What the ledger says of a run; its log and its files are in it by digest."""
    return {
        "gate": gate,
        "suite": suite,
        "outcome": run.outcome,
        "revision": run.revision,
        "place": run.place,
        "late": run.late,
        "branch": run.branch,
        "base": run.base,
        "files": digest(canonical(run.files)),
        "duration_ms": run.duration_ms,
        "url": run.url,
        "log": run.log.digest if run.log else "",
        "retracted": run.retracted,
    }
