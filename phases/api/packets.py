"""Importing a packet through the API."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from ninja import Query

from phases.actions.intake import take_packet
from phases.packets import choose_initiative, read_packet
from phases.shapes import error_json, packets_json

from .application import api
from .doors import actor_of
from .refusals import TOO_LARGE, answer
from .responses import Packets, PacketsRefused
from .routing import operation

_YAML_BODY = {
    "requestBody": {
        "required": True,
        "description": "the work breakdown, in YAML",
        "content": {"application/yaml": {"schema": {"type": "string"}}},
    }
}
NOT_YAML = "The body is not sent as YAML. Send the text of the packet alone, as application/yaml."
SLUG = r"^[-a-zA-Z0-9_]*$"
NO_NUL = r"^[^\x00]*$"


@operation(
    api,
    "POST",
    "/packets",
    summary="Import a packet",
    verb="import",
    answers={200: Packets, 422: PacketsRefused},
    openapi_extra=_YAML_BODY,
)
def import_one(
    request: HttpRequest,
    initiative: Annotated[
        str, Query(max_length=100, pattern=SLUG, description="slug; by default what the packet itself says")
    ] = "",
    dry_run: Annotated[bool, Query(description="say what would change, and write nothing")] = False,
    declared: Annotated[
        bool, Query(description="record `as_landed_through` as landed by declaration; never done for a token")
    ] = True,
    file_name: Annotated[
        str, Query(max_length=255, pattern=NO_NUL, description="tells the phase where the packet does not")
    ] = "",
) -> Any:
    """Import a work breakdown: all of it, or, where it has errors, nothing."""
    if not _says_text(request.content_type or ""):
        return answer(400, "malformed", NOT_YAML)
    limit = settings.PACKET_MAX_BYTES
    text = request.body
    if len(text) > limit:
        return answer(413, "too_large", TOO_LARGE)
    reading = read_packet(text, file_name=file_name, max_bytes=limit)
    done = take_packet(
        actor=actor_of(request),
        reading=reading,
        initiative=choose_initiative(reading, given=initiative),
        file_name=file_name,
        declared=declared,
        dry_run=dry_run,
        source="api",
    )
    answered = packets_json([done.as_json()])
    if done.outcome == "rejected":
        errors = [problem for problem in done.problems if problem.level == "error"]
        first = errors[0]
        count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        place = f"Line {first.line}: " if first.line else ""
        message = f"Nothing was written: {count}. {place}{first.message}"
        return JsonResponse({**error_json("refused", message), **answered}, status=422)
    return answered


def _says_text(content_type: str) -> bool:
    """JSON is YAML too, and a program may well not know the type of what it sends."""
    kind, _, name = content_type.partition("/")
    words = ("", "yaml", "x-yaml", "json", "octet-stream")
    return kind == "text" or (kind in ("", "application") and name in words)
