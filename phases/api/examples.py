"""What a request looks like: for each operation of the OpenAPI document a line for the shell."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

SUBJECTS: Mapping[str, Sequence[str]] = {
    "The plan": ("initiatives", "phases", "slices", "status", "ready", "packets"),
    "Gates": ("gate-runs", "retractions", "redactions"),
    "Reviews and decisions": ("dispositions", "findings"),
    "Documents": ("artifacts",),
    "Concerns and waivers": ("concerns", "waivers"),
    "Readiness and handoff": ("readiness", "handoff", "handoffs", "reopen"),
    "The ledger": ("events",),
    "Signing in": ("session",),
}
"""By subject the words of an address, of which the last known one says what it is about."""

_SUBJECT_OF = {word: subject for subject, words in SUBJECTS.items() for word in words}
BODIES: Mapping[str, Json] = {
    "gate-runs": {"slice": "CODE", "suite": "quick", "outcome": "pass", "revision": "COMMIT"},
}
"""Of operations where what is needed depends on what is told."""

MOST_DEPTH = 4
"""Of models within models in an example."""


def subject_of(path: str) -> str:
    """What an operation is about, by its address."""
    words = [word for word in path.split("/") if word in _SUBJECT_OF]
    return _SUBJECT_OF[words[-1]]


def example(schema: Json, method: str, path: str, found: Json, *, by_token: bool) -> str:
    """A request with curl: names of the address in capitals, of the body only what is needed."""
    address = re.sub(r"\{(\w+)\}", lambda name: name[1].upper(), path)
    lines = ["curl" if method == "GET" else f"curl -X {method}", *_who(method, path, by_token=by_token)]
    for media, content in found.get("requestBody", {}).get("content", {}).items():
        lines += [f'-H "Content-Type: {media}"', _body(schema, path, media, content["schema"])]
    return " \\\n  ".join([*lines, f'"$TRACKER_URL{address}"'])


def _who(method: str, path: str, *, by_token: bool) -> list[str]:
    if path.endswith("/session") and method == "POST":
        return ["-c cookies"]
    if by_token and not path.endswith("/session"):
        return ['-H "Authorization: Bearer $TRACKER_TOKEN"']
    return ["-b cookies", '-H "X-CSRFToken: $CSRF_TOKEN"', '-H "Referer: $TRACKER_URL/"']


def _body(schema: Json, path: str, media: str, part: Json) -> str:
    if "json" not in media:
        return "--data-binary @PHASE_X_WORKBREAKDOWN.yaml"
    body = BODIES.get(path.rpartition("/")[2]) or sample(schema, "", part)
    return f"-d '{json.dumps(body)}'"


def sample(schema: Json, name: str, part: Json, depth: int = 0) -> Any:
    """A value that fits a part of the document; of models the fields that are needed."""
    reference = part.get("$ref", "").rpartition("/")[2]
    if model := schema["components"]["schemas"].get(reference):
        part = model
    if "anyOf" in part:
        part = next((each for each in part["anyOf"] if each.get("type") != "null"), {})
        return sample(schema, name, part, depth)
    if words := [word for word in part.get("enum", []) if word]:
        return words[0]
    match part.get("type"):
        case "object" if depth < MOST_DEPTH:
            needed = part.get("required", [])
            fields = part.get("properties", {})
            return {one: sample(schema, one, fields[one], depth + 1) for one in needed}
        case "array":
            return [sample(schema, name, part["items"], depth + 1)]
        case "integer":
            return max(1, part.get("minimum", 1))
        case "boolean":
            return True
    return name.upper()
