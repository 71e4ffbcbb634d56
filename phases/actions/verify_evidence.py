"""Proving the evidence: runs, revisions and what they touched are what the ledger says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from phases.models import Event, Gate, GateRun, Initiative, Log, Phase, Revision, Slice
from phases.packets.packet import GateKind, Suite
from phases.replay.entries import ABOUT_REVISIONS, keep_newer, unnamed_fixes
from phases.replay.entries import mentioned as as_mentioned
from phases.rules.touching import Declared
from phases.snapshot import gate_key

from .ledger import CLOSING, canonical, digest
from .revisions import declared_paths, expected_touches, mentioned
from .texts import REDACTED
from .verify_reviews import review_faults

_SAID = ("outcome", "revision", "place", "late", "branch", "base", "duration_ms", "url", "retracted")
_BESIDE = ("phase", "slice", "seq", "at", "by", "source", "note", "redacted")
RUN_FIELDS = ("gate", "files", "log", *_SAID, *_BESIDE)
"""Fields of a run that only the ledger may change; the last eight stand beside what an entry says."""

Rows = Iterator[tuple[tuple[str, str], dict[str, Any]]]


def said_beside_run(event: Event) -> dict[str, Any]:
    """What the entry of a run says in its own fields."""
    said = (event.phase, event.slice, event.seq, event.at, event.actor, event.actor_kind, event.note)
    return dict(zip(_BESIDE, (*said, event.redacted), strict=True))


def stored_runs(initiative: Initiative) -> Rows:
    """Every run as its ledger entry speaks of it, by target; without files that a redaction took away."""
    runs = GateRun.objects.filter(phase__initiative=initiative)
    runs = runs.select_related("phase", "slice", "gate__slice", "log").defer("log__text", "phase__about")
    for run in runs.iterator(chunk_size=500):
        said = {name: getattr(run, name) for name in (*_SAID, *_BESIDE)}
        said |= {"phase": run.phase.code, "slice": run.slice.code if run.slice else ""}
        said["gate"] = _gate_of(run)
        if not (run.redacted and run.files == [REDACTED]):
            said["files"] = digest(canonical(run.files))
        yield ("", run.key), said | {"log": run.log.digest if run.log else ""}


def _gate_of(run: GateRun) -> str:
    """The key of its gate; empty where that is a gate of another phase, whose key may be the same."""
    gate = run.gate
    code = gate.slice.code if gate.slice else ""
    return gate_key(code, gate.suite, gate.digest) if gate.phase_id == run.phase_id else ""


def evidence_faults(initiative: Initiative) -> Iterator[str]:
    """What of logs, gates, revisions and projections does not follow from the ledger."""
    yield from _logs(initiative)
    for phase in Phase.objects.filter(initiative=initiative):
        yield from _gates(initiative, phase)
        yield from _revisions(initiative, phase)
        yield from _touches(initiative, phase)
        yield from _latest(phase)
        yield from _closed(initiative, phase)
        yield from review_faults(phase)


def _logs(initiative: Initiative) -> Iterator[str]:
    gone: set[str] = set()
    for said in Event.objects.filter(verb="redact").values_list("after", flat=True):
        gone.update(said.get("log", ()))
    runs = GateRun.objects.filter(phase__initiative=initiative).exclude(log=None)
    first = dict(runs.order_by("-seq").values_list("log_id", "pk"))
    for log in Log.objects.filter(pk__in=runs.values("log_id")).iterator(chunk_size=50):
        is_gone = log.digest in gone
        text_holds = (
            not log.text
            if is_gone
            else (digest(log.text), len(log.text.encode()))
            == (
                log.digest,
                log.size,
            )
        )
        if log.redacted != is_gone or not text_holds:
            yield f"The log of run:{first[log.pk]} is not the one that was recorded."


def _gates(initiative: Initiative, phase: Phase) -> Iterator[str]:
    """Every gate is known by the digest of its text, and those of no packet are plain commands."""
    redactions = Event.objects.filter(initiative=initiative, phase=phase.code, verb="redact")
    gone = {(code, said.get("gate")) for code, said in redactions.values_list("slice", "after")}
    names = ("suite", "slice__code", "text", "digest", "archived", "kind", "before", "replaces")
    for suite, code, text, known, *others in Gate.objects.filter(phase=phase).values_list(*names).iterator():
        is_gone = suite == Suite.EXTRA and (code or "", known) in gone
        if text != REDACTED if is_gone else digest(text) != known:
            yield f"Phase {phase.code}: the gate {text[:80]!r} had another text."
        if suite == Suite.EXTRA and others != _PLAIN:
            yield f"Phase {phase.code}: the extra command {text[:80]!r} is more than a command: {others!r}."


_PLAIN = [False, GateKind.COMMAND.value, [], None]
"""A command that no packet asks for is never archived, holds nothing up and replaces nothing."""


def _revisions(initiative: Initiative, phase: Phase) -> Iterator[str]:
    """The stored revisions against a replay of their mentions, one after the other: they may be large."""
    stored = set(Revision.objects.filter(phase=phase).values_list("sha", flat=True))
    events = Event.objects.filter(initiative=initiative, phase=phase.code, verb__in=ABOUT_REVISIONS)
    mentions = events.order_by("target", "seq").values_list("target", "seq", "after").iterator(chunk_size=500)
    last, places, newest = "", 0, 0
    for target, entries in groupby(mentions, key=itemgetter(0)):
        sha = target.removeprefix("revision:")
        said = as_mentioned([(seq, after) for _, seq, after in entries])
        stored.discard(sha)
        row = Revision.objects.filter(phase=phase, sha=sha).first()
        if row is None or said != {**_columns(row), "files": set(row.files)}:
            yield f"Phase {phase.code}: revision {sha} is not the one that the ledger speaks of."
        places = max(places, said["place"])
        if not said["withdrawn"] and said["place"] > newest:
            last, newest = sha, said["place"]
    yield from (f"Phase {phase.code}: the ledger does not speak of revision {sha}." for sha in sorted(stored))
    if (phase.last_revision, phase.places) != (last, places):
        at = f"revision {phase.places}, {phase.last_revision!r}"
        yield f"Phase {phase.code} stands at {at}, but the ledger at revision {places}, {last!r}."


_REVISION = ("place", "seq", "reported_for", "unknown_for", "fixes", "withdrawn")


def _columns(row: Revision) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _REVISION}


def _touches(initiative: Initiative, phase: Phase) -> Iterator[str]:
    rows = list(Slice.objects.filter(phase=phase))
    revisions = Revision.objects.filter(phase=phase, withdrawn=False).order_by("place")
    touches, fixes = expected_touches(rows, (mentioned(row) for row in revisions.iterator()))
    unnamed = Event.objects.filter(initiative=initiative, phase=phase.code, verb="fix").order_by("seq")
    for code, fix in unnamed_fixes(unnamed.values_list("target", "seq", "after")).items():
        keep_newer(fixes, code, fix)
    declared = Declared(declared_paths(phase))
    for revision in Revision.objects.filter(phase=phase).iterator(chunk_size=500):
        codes = [] if revision.withdrawn else sorted(declared.touches(mentioned(revision)))
        if revision.touches != codes:
            yield f"{phase.code}: {revision.sha} touches {revision.touches!r}, but its files say {codes!r}."
    for row in rows:
        for name, found in (("touched", touches), ("fixed", fixes)):
            expected = list(found[row.code]) if row.code in found else None
            if getattr(row, name) != expected:
                said = getattr(row, name)
                yield f"{phase.code} {row.code} was {name} by {said!r}, but its revisions say {expected!r}."


def _closed(initiative: Initiative, phase: Phase) -> Iterator[str]:
    """The entry after which the phase exit has to be shown again."""
    events = Event.objects.filter(initiative=initiative, phase=phase.code, verb__in=CLOSING).order_by("-seq")
    last = events.values_list("seq", "slice", "verb").first()
    if phase.closed != (list(last) if last else None):
        yield f"Phase {phase.code} was last closed by {phase.closed!r}, but the ledger says {last!r}."


def _latest(phase: Phase) -> Iterator[str]:
    """Each gate's latest run is the last one for the newest revision, retracted ones aside."""
    runs = GateRun.objects.filter(phase=phase, retracted=0).order_by("place", "seq")
    latest = dict(runs.values_list("gate_id", "pk").iterator(chunk_size=2000))
    for pk, text, stored in Gate.objects.filter(phase=phase).values_list("pk", "text", "latest_run_id"):
        if stored != latest.get(pk):
            yield f"{text[:80]} counts by run:{stored}, but its latest is run:{latest.get(pk)}."
