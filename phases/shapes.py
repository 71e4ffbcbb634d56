"""The JSON that other programs rely on, in one place for the API and the commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from phases.models import GateRun, Log
from phases.paths import Paths
from phases.rules.freshness import badge, gate_leaf
from phases.rules.ready import Collision, turns
from phases.rules.state import GateState, Leaf, PhaseState, SliceState
from phases.snapshot import gate_key
from tracker.hiding import without_tokens

Json = dict[str, Any]
SHOWN_FILES = 100
"""Changed files that a list shows of a run; the run alone shows all of them."""


def leaf_json(leaf: Leaf, paths: Paths, phase: str) -> Json:
    """A leaf as readiness shows it; `url` is the path of its evidence, or of where it can be met."""
    return {
        "key": leaf.key,
        "state": leaf.state.value,
        "title": leaf.title,
        "why": leaf.why,
        "owner": leaf.owner,
        "url": paths.proof(phase, leaf),
        "children": [],
        "slice": leaf.slice,
        "verb": leaf.verb,
        "evidence": leaf.evidence,
    }


def leaves_json(leaves: Sequence[Leaf], *, initiative: str, phase: str) -> list[Json]:
    """Several leaves of one phase."""
    if not leaves:
        return []
    paths = Paths(initiative)
    return [leaf_json(leaf, paths, phase) for leaf in leaves]


def ready_json(states: Iterable[PhaseState]) -> Json:
    """What can start now in these phases, what each would collide with, and why the others wait."""
    ready: list[Json] = []
    waiting: list[Json] = []
    for state in states:
        for turn in turns(state):
            about = {"phase": state.code, "slice": turn.item.code, "owner": turn.item.owner}
            if turn.unmet:
                waiting.append({**about, "why": turn.why, "for": [leaf.key for leaf in turn.unmet]})
            else:
                ready.append({**about, **_collisions(turn.collides_with)})
    return {"ready": ready, "waiting": waiting}


def _collisions(found: Sequence[Collision]) -> Json:
    return {
        "collides_with": [one.code for one in found],
        "collisions": [{"slice": one.code, "paths": list(one.paths)} for one in found],
    }


def standing_json(state: PhaseState, item: SliceState | None, gate: GateState) -> Json:
    """What a gate counts for now: its state as a requirement, what it shows, and the sentence why."""
    leaf = gate_leaf(state, item, gate)
    return {"state": leaf.state.value, "badge": badge(state, item, gate).value, "why": leaf.why}


def run_json(run: GateRun, *, files: int | None = SHOWN_FILES) -> Json:
    """A run with at most so many of its changed files; its gate, slice and log have been read."""
    code = run.slice.code if run.slice else ""
    return {
        "id": run.pk,
        "key": run.key,
        "gate": run.gate.text,
        "gate_key": gate_key(code, run.gate.suite, run.gate.digest),
        "kind": run.gate.kind,
        "slice": code,
        "suite": run.gate.suite,
        "outcome": run.outcome,
        "revision": run.revision,
        "late": run.late,
        "branch": run.branch,
        "base": run.base,
        "changed_files": None if run.files is None else run.files[:files],
        "changed_files_count": None if run.files is None else len(run.files),
        "duration_ms": run.duration_ms,
        "url": run.url,
        "note": run.note,
        "by": run.by,
        "source": run.source,
        "at": run.at,
        "seq": run.seq,
        "log_bytes": run.log.size if run.log else 0,
        "retracted": run.retracted,
        "redacted": run.redacted or bool(run.log and run.log.redacted),
    }


def reported_json(runs: Sequence[GateRun], skipped: Iterable[str], state: PhaseState) -> Json:
    """The answer to a report; `state` is the phase after it, and says what each gate counts for now."""
    logs = Prefetch("log", Log.objects.defer("text"))
    prefetch_related_objects(runs, "gate", "slice", logs)
    places = _places(state)
    return {"runs": [run_json(run) | _standing(state, places, run) for run in runs], "skipped": list(skipped)}


def _places(state: PhaseState) -> dict[int, tuple[SliceState | None, GateState]]:
    """By the id of each gate."""
    of_phase = [(None, gate) for gate in (*state.exit_gates, *state.extra_gates)]
    of_slices = [(item, gate) for item in state.slices.values() for gate in item.gates]
    return {gate.id: (item, gate) for item, gate in [*of_phase, *of_slices]}


def _standing(
    state: PhaseState, places: Mapping[int, tuple[SliceState | None, GateState]], run: GateRun
) -> Json:
    place = places.get(run.gate_id)
    if place is None:
        why = "The packet no longer asks for this gate; its runs are kept."
        return {"state": "not_applicable", "badge": "not_applicable", "why": why}
    return standing_json(state, *place)


def packets_json(entries: Sequence[Json]) -> Json:
    """The answer of `import_packet --json` and of `POST /packets`."""
    return {"packets": list(entries)}


def error_json(code: str, message: str, fields: Mapping[str, str] | None = None, **more: Any) -> Json:
    """The one shape of every error; `more` is what a code carries besides, such as `version`.

    A refusal quotes what it was sent, and a token may have been sent in the wrong place.
    """
    told = {without_tokens(name): without_tokens(said) for name, said in (fields or {}).items()}
    return {"error": {"code": code, "message": without_tokens(message), "fields": told, **more}}
