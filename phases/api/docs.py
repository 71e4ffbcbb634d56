"""The docs page of the API: plain HTML from the OpenAPI document and the permission table.

Ninja's own page loads scripts from another host and writes some inline; the CSP allows neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from phases.permissions import ADMIN, VERBS
from phases.views.base import public, render

from .application import api
from .routing import verb_of

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
    schema = document()
    context = {
        "description": schema["info"]["description"],
        "operations": list(_operations(schema)),
        "permissions": [
            {"name": name, "verb": verb, "roles": roles_of(name)} for name, verb in VERBS.items()
        ],
    }
    return render(request, "api/docs.html", "", context)


def roles_of(name: str) -> list[str]:
    """The roles that may use a verb, for people to read: admin may everything."""
    verb = VERBS[name]
    where = " of the slice's owner or backup" if verb.by_owner else ""
    return [ADMIN if role == ADMIN else f"{role}{where}" for role in dict.fromkeys((*verb.roles, ADMIN))]


def _operations(schema: Json) -> Iterator[Json]:
    for where, methods in schema["paths"].items():
        for method, found in methods.items():
            name = verb_of(method.upper(), where)
            yield {
                "method": method.upper(),
                "path": where,
                "summary": found["summary"],
                "description": found.get("description", ""),
                "verb": VERBS.get(name),
                "roles": roles_of(name) if name else [],
                "parameters": [_parameter(each) for each in found["parameters"]],
                "body": list(_body(schema, found)),
                "answers": [
                    {"status": status, "text": each["description"]}
                    for status, each in sorted(found["responses"].items(), key=lambda item: int(item[0]))
                ],
            }


def _parameter(found: Json) -> Json:
    return {
        "name": found["name"],
        "where": found["in"],
        "type": _type(found["schema"]),
        "required": found["required"],
        "description": found.get("description", ""),
    }


def _body(schema: Json, found: Json) -> Iterator[Json]:
    for media, content in found.get("requestBody", {}).get("content", {}).items():
        reference = content["schema"].get("$ref", "").rsplit("/", 1)[-1]
        model = schema["components"]["schemas"].get(reference)
        if model is None:
            about = found["requestBody"].get("description", "")
            yield {"name": media, "type": "text", "required": True, "description": about}
            continue
        for name, field in model["properties"].items():
            yield {
                "name": name,
                "type": _type(field),
                "required": name in model.get("required", []),
                "description": field.get("description", ""),
            }


def _type(field: Json) -> str:
    if "enum" in field:
        return " | ".join(word or '""' for word in field["enum"])
    return str(field.get("type", "object"))
