"""Readiness as other programs read it: one document for the API and the command, of now or of a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils import timezone

from phases.errors import Invalid
from phases.lookups import current
from phases.models import Phase
from phases.moments import read_moment
from phases.paths import Paths
from phases.replay import Past, Replay, Standing
from phases.rules.readiness import CONCERNS, EXIT, Group, Readiness, Step, readiness
from phases.rules.state import GateState, HandedOff, PhaseState
from phases.rules.what_if import Unknown, assume, parse
from phases.shapes import Json, leaf_json
from phases.snapshot import load

TRIES = 3
"""How often a phase is read again that others write to all the while."""

MOMENT = "a moment of the past in ISO 8601, such as 2026-03-02T10:00Z; a date alone means its end"


def answer(phase: Phase, *, at: str = "", assumed: Sequence[str] = ()) -> Json:
    """The readiness of a phase, now or `at` a moment, under assumptions as `what_if.parse` reads them.

    Raises Invalid for what is no moment of the past or no assumption, NotFound before the first import.
    """
    moment = read_moment(at) if at else None
    past = Replay(phase, [moment]).at(moment) if moment else present(phase)
    try:
        return readiness_json(past.state, past.standing, parse(past.state, assumed))
    except Unknown as error:
        raise Invalid({"assume": str(error)}) from None


def moment_text(moment: dt.datetime) -> str:
    """To the microsecond: asked for again, the moment gives the same answer."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def present(phase: Phase) -> Past:
    """The phase now, with the entry of the ledger up to which all of it was read."""
    for _ in range(TRIES):
        read = phase
        state = load(read)
        phase = current(read)
        if phase.initiative.seq == read.initiative.seq:
            break
    at = state.moment or timezone.now()
    initiative = read.initiative
    return Past(state, Standing(at=at, seq=state.seq, head=initiative.head, last=initiative.seq))


def readiness_json(
    state: PhaseState, standing: Standing, assumptions: Mapping[str, str] | None = None
) -> Json:
    """The document of the contract. Where something is assumed, `assumed` says what."""
    found = assume(state, assumptions) if assumptions else readiness(state)
    paths = Paths(state.initiative)
    document = {
        "initiative": state.initiative,
        "phase": state.code,
        "at": moment_text(standing.at),
        "verdict": found.verdict,
        "packet_revision": state.revision,
        "seq": standing.seq,
        "head": standing.head,
        "counts": found.counts,
        "requirements": [_group(found, group, paths) for group in found.groups],
        "way_to_ready": list(_way(found)),
        "disorder": found.disorder,
        "handed_off": handed_off_json(state.handed_off),
    }
    return document | ({"assumed": list(_written(assumptions))} if assumptions else {})


def handed_off_json(found: HandedOff | None) -> Json | None:
    """Which handoff froze a phase; None while it can change."""
    return {"number": found.number, "by": found.by, "at": moment_text(found.at)} if found else None


def _group(found: Readiness, group: Group, paths: Paths) -> Json:
    code = found.state.code
    leaves = [leaf_json(leaf, paths, code) | {"why": found.sentence(leaf)} for leaf in group.leaves]
    return {
        "key": group.key,
        "state": group.state.value,
        "title": group.title,
        "why": group.why,
        "owner": group.owner,
        "url": _place(group, paths, code),
        "children": leaves,
    }


def _place(group: Group, paths: Paths, phase: str) -> str:
    if group.slice:
        return paths.slice(phase, group.slice)
    places = {EXIT: paths.suite(phase, "", "phase_exit"), CONCERNS: f"{paths.phase(phase)}#concerns"}
    return places[group.key]


def _way(found: Readiness) -> Iterator[Json]:
    gates = {gate.key: gate for gate in _gates(found.state)}
    for step in found.way:
        leaf = step.leaf
        yield {
            "key": leaf.key,
            "slice": leaf.slice,
            "owner": leaf.owner,
            "verb": leaf.verb,
            "why": found.sentence(leaf),
            "now": step.is_now,
            **_needs(found.state, step, gates),
        }


def _gates(state: PhaseState) -> Iterable[GateState]:
    for item in state.slices.values():
        yield from item.gates
    yield from state.exit_gates


def _needs(state: PhaseState, step: Step, gates: Mapping[str, GateState]) -> Json:
    """What the verb of a step is about."""
    leaf = step.leaf
    name = leaf.key.partition(":")[2]
    match leaf.verb:
        case "run" | "attest":
            return {"suite": gates[leaf.key].suite, "gate": gates[leaf.key].text}
        case "attach":
            return {"path": name}
        case "fix":
            return {"finding": int(name)}
        case "confirm":
            return {"findings": [one.id for one in step.task.findings] if step.task else []}
        case "resolve" | "answer":
            return {"concern": int(name)}
        case "decide":
            return {"criteria": list(state.slices[leaf.slice].criteria)}
    return {}


def _written(assumptions: Mapping[str, str]) -> Iterator[str]:
    return (f"{key}={word}" if word else key for key, word in assumptions.items())
