"""Proving the evidence: runs, revisions and what they touched are what the ledger says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from phases.models import Event, Gate, GateRun, Initiative, Phase, Revision, Slice
from phases.snapshot import gate_key

from .ledger import canonical, digest
from .revisions import expected_touches, mentioned

RUN_FIELDS = (
    "gate",
    "outcome",
    "revision",
    "place",
    "late",
    "branch",
    "base",
    "files",
    "duration_ms",
    "url",
    "log",
    "retracted",
    "seq",
    "by",
    "note",
)
"""Fields of a run that only the ledger may change; the last three stand beside what an entry says."""

_STORED = ("outcome", "revision", "place", "late", "branch", "base", "duration_ms", "url", "retracted")

Rows = Iterator[tuple[tuple[str, str], dict[str, Any]]]


def stored_runs(initiative: Initiative) -> Rows:
    """Every run as its ledger entry speaks of it, by target."""
    runs = GateRun.objects.filter(phase__initiative=initiative).select_related("gate", "slice", "log")
    for run in runs.defer("log__text").iterator(chunk_size=500):
        said = {name: getattr(run, name) for name in _STORED}
        code = run.slice.code if run.slice else ""
        said |= {"gate": gate_key(code, run.gate.suite, run.gate.digest), "seq": run.seq, "by": run.by}
        said |= {"files": digest(canonical(run.files)), "log": run.log.digest if run.log else ""}
        yield ("", run.key), said | {"note": run.note}


def evidence_faults(initiative: Initiative) -> Iterator[str]:
    """What of logs, revisions and projections does not follow from the ledger."""
    yield from _logs(initiative)
    for phase in Phase.objects.filter(initiative=initiative):
        yield from _revisions(initiative, phase)
        yield from _touches(phase)
        yield from _latest(phase)


def _logs(initiative: Initiative) -> Iterator[str]:
    gone: set[str] = set()
    for said in Event.objects.filter(verb="redact").values_list("after", flat=True):
        gone.update(said.get("log", ()))
    runs = GateRun.objects.filter(phase__initiative=initiative).exclude(log=None).select_related("log")
    for run in runs.order_by("seq").iterator(chunk_size=50):
        log = run.log
        if log is not None and not (log.redacted and log.digest in gone) and digest(log.text) != log.digest:
            yield f"The log of {run.key} is not the one that was recorded."


def _revisions(initiative: Initiative, phase: Phase) -> Iterator[str]:
    """The stored revisions against a replay of their mentions."""
    replay: dict[str, dict[str, Any]] = {}
    events = Event.objects.filter(initiative=initiative, phase=phase.code, verb="mention").order_by("seq")
    for target, said in events.values_list("target", "after").iterator(chunk_size=500):
        known = replay.setdefault(
            target, {"files": set(), "reported_for": [], "unknown_for": [], "fixes": {}}
        )
        known["place"] = said["place"]
        known["files"] |= set(said["files"])
        for name in ("reported_for", "unknown_for"):
            known[name] += [said[name]] if said[name] else []
        known["fixes"] |= said["fixes"]
    last = max(replay, key=lambda target: replay[target]["place"], default="")
    for row in Revision.objects.filter(phase=phase).iterator(chunk_size=500):
        stored = {name: getattr(row, name) for name in ("place", "reported_for", "unknown_for", "fixes")}
        if replay.pop(f"revision:{row.sha}", None) != stored | {"files": set(row.files)}:
            yield f"Phase {phase.code}: revision {row.sha} is not the one that the ledger speaks of."
    yield from (f"Phase {phase.code}: {target} is not stored." for target in replay)
    if phase.last_revision != last.removeprefix("revision:"):
        yield f"Phase {phase.code} stands at {phase.last_revision!r}, but the ledger at {last!r}."


def _touches(phase: Phase) -> Iterator[str]:
    rows = list(Slice.objects.filter(phase=phase))
    mentions = (mentioned(row) for row in Revision.objects.filter(phase=phase).order_by("place").iterator())
    touches, fixes = expected_touches(rows, mentions)
    for row in rows:
        for name, found in (("touched", touches), ("fixed", fixes)):
            expected = list(found[row.code]) if row.code in found else None
            if getattr(row, name) != expected:
                said = getattr(row, name)
                yield f"{phase.code} {row.code} was {name} by {said!r}, but its revisions say {expected!r}."


def _latest(phase: Phase) -> Iterator[str]:
    """Each gate's latest run is the last one for the newest revision, retracted ones aside."""
    runs = GateRun.objects.filter(phase=phase, retracted=0).order_by("place", "seq")
    latest = dict(runs.values_list("gate_id", "pk").iterator(chunk_size=2000))
    for pk, text, stored in Gate.objects.filter(phase=phase).values_list("pk", "text", "latest_run_id"):
        if stored != latest.get(pk):
            yield f"{text[:80]} counts by run:{stored}, but its latest is run:{latest.get(pk)}."
