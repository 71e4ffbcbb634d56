"""The docs page of the API: plain HTML from the OpenAPI document and the permission table.

Ninja's own page loads scripts from another host and writes some inline; the CSP allows neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from http.client import responses
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from phases.permissions import ADMIN, LEAD, VERBS, actor_for_user
from phases.views.base import public, render

from .application import api
from .examples import SUBJECTS, example, subject_of
from .routing import REFUSALS, verb_of

Json = dict[str, Any]


@cache
def document() -> Json:
    """The OpenAPI document; making it takes a third of a second, and it never changes while running."""
    return api.get_openapi_schema()


def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document as JSON."""
    return JsonResponse(document())


@public
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation with who may use it, what it takes and what it answers."""
    actor = actor_for_user(request.user, anonymous_read=settings.ANONYMOUS_READ)
    request.actor = actor  # type: ignore[attr-defined]
    context = {
        "subjects": _subjects(sorted(_operations(document()), key=lambda one: (one["path"], one["method"]))),
        "permissions": [
            {"name": name, "verb": verb, "roles": roles_of(name)} for name, verb in VERBS.items()
        ],
        "refusals": [f"{status} {responses[status]}" for status in REFUSALS],
    }
    return render(request, "api/docs.html", "", context)


def roles_of(name: str) -> list[str]:
    """The roles that may use a verb, for people to read: admin may everything."""
    verb = VERBS[name]
    # Owners bind leads only.
    bound = {LEAD: f"{LEAD} of the slice's owner or backup"} if verb.by_owner else {}
    return [bound.get(role, role) for role in dict.fromkeys((*verb.roles, ADMIN))]


def _subjects(operations: list[Json]) -> list[tuple[str, list[Json]]]:
    """The operations by what they are about, in the order of `SUBJECTS`."""
    return [(name, [one for one in operations if one["subject"] == name]) for name in SUBJECTS]


def _operations(schema: Json) -> Iterator[Json]:
    for where, methods in schema["paths"].items():
        for method, found in methods.items():
            name = verb_of(method.upper(), where)
            yield {
                "id": found["operationId"],
                "method": method.upper(),
                "path": where,
                "name": found["summary"],
                "subject": subject_of(where),
                "example": example(schema, method.upper(), where, found, by_token=_by_token(name)),
                "description": _told(found["description"]),
                "verb": VERBS.get(name),
                "roles": roles_of(name) if name else [],
                "fields": [*_parameters(schema, found), *_body(schema, found)],
                "answers": [
                    f"{status} {each['description']}"
                    for status, each in found["responses"].items()
                    if int(status) not in REFUSALS
                ],
            }


def _by_token(name: str) -> bool:
    return bool(name and VERBS[name].scopes)


def _parameters(schema: Json, found: Json) -> Iterator[Json]:
    for each in found["parameters"]:
        yield _field(schema, each["name"], each["in"], each["schema"], each["required"])


def _body(schema: Json, found: Json) -> Iterator[Json]:
    for media, content in found.get("requestBody", {}).get("content", {}).items():
        model = _model(schema, content["schema"])
        if model is None:
            about = {"type": media, "description": found["requestBody"]["description"]}
            yield _field(schema, "", "body", about, required=True)
            continue
        for name, field in model["properties"].items():
            yield _field(schema, name, "body", field, name in model.get("required", []))


def _model(schema: Json, part: Json) -> Json | None:
    """What a reference of the document points at."""
    name = part.get("$ref", "").rsplit("/", 1)[-1]
    found: Json | None = schema["components"]["schemas"].get(name)
    return found


def _field(schema: Json, name: str, where: str, part: Json, required: bool) -> Json:
    return {
        "name": name,
        "where": where,
        "type": _type(schema, part),
        "required": required,
        "description": _told(part.get("description", "")),
    }


def _told(text: str) -> list[str]:
    """A description in parts, of which every second one is code."""
    return text.split("`")


def _type(schema: Json, part: Json) -> str:
    """A type in words: `pass | fail`, `list of string | null`, `list of {gate, outcome, log?}`."""
    if "anyOf" in part:
        return " | ".join(_type(schema, each) for each in part["anyOf"])
    if words := [word for word in part.get("enum", []) if word]:
        return " | ".join(words)
    if part.get("type") == "array":
        return f"list of {_type(schema, part['items'])}"
    if model := _model(schema, part):
        needed = model.get("required", [])
        names = [name if name in needed else f"{name}?" for name in model["properties"]]
        return f"{{{', '.join(names)}}}"
    return str(part.get("type", ""))
