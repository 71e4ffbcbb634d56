"""The API object, which the modules of this package add their operations to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.parser import Parser

from . import refusals


class JsonBodies(Parser):
    """Takes a body only as what it says it is; one that says nothing is taken as JSON."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The JSON value of a body."""
        if request.content_type not in ("", "application/json"):
            raise BadRequest
        # Packets may be larger, so Django's own limit, which is one for all, does not do.
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.API_BODY_MAX_BYTES:
            raise RequestDataTooBig
        return super().parse_body(request)


api = NinjaAPI(
    parser=JsonBodies(),
    title="Phase tracker",
    version="1",
    description=(
        "The plan and the ledger of phases, for programs. Send `Authorization: Bearer <token>`, or sign in "
        "at `/session` and send its CSRF token as `X-CSRFToken` with every unsafe request. Every error is "
        '`{"error": {"code", "message", "fields"}}`. Lists answer `{"items", "next"}`. GETs carry an ETag.'
    ),
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    openapi_extra={"info": {"license": {"name": "MIT"}}},
)
refusals.install(api)
