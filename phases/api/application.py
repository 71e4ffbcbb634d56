"""The API object, which the modules of this package add their operations to."""

from __future__ import annotations

from ninja import NinjaAPI

from . import refusals

api = NinjaAPI(
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
