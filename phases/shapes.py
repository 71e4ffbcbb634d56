"""The JSON that other programs rely on, in one place for the API and the commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from phases.rules.ready import turns
from phases.rules.state import Leaf, PhaseState

Json = dict[str, Any]


def leaf_json(leaf: Leaf, *, initiative: str, phase: str) -> Json:
    """A leaf as readiness shows it; `url` is the path of the page where something can be done about it."""
    where = [initiative, phase]
    return {
        "key": leaf.key,
        "state": leaf.state.value,
        "title": leaf.title,
        "why": leaf.why,
        "owner": leaf.owner,
        "url": reverse("slice", args=[*where, leaf.slice]) if leaf.slice else reverse("phase", args=where),
        "children": [],
        "slice": leaf.slice,
        "verb": leaf.verb,
    }


def leaves_json(leaves: Iterable[Leaf], *, initiative: str, phase: str) -> list[Json]:
    """Several leaves of one phase."""
    return [leaf_json(leaf, initiative=initiative, phase=phase) for leaf in leaves]


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
                ready.append({**about, "collides_with": [other.code for other in turn.collides_with]})
    return {"ready": ready, "waiting": waiting}


def packets_json(entries: Sequence[Json]) -> Json:
    """The answer of `import_packet --json` and of `POST /packets`."""
    return {"packets": list(entries)}


def error_json(code: str, message: str, fields: Mapping[str, str] | None = None, **more: Any) -> Json:
    """The one shape of every error; `more` is what a code carries besides, such as `version`."""
    return {"error": {"code": code, "message": message, "fields": dict(fields or {}), **more}}
