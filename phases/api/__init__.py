"""The HTTP API under /api/v1: thin, over the same actions and snapshot as the pages."""

from __future__ import annotations

from . import (
    artifacts,
    dispositions,
    evidence,
    findings,
    handoffs,
    packets,
    readiness,
    reads,
    session,
    writes,
)
from .application import api
from .docs import docs, openapi
from .routing import mounted

__all__ = [
    "api",
    "artifacts",
    "dispositions",
    "evidence",
    "findings",
    "handoffs",
    "packets",
    "readiness",
    "reads",
    "session",
    "urlpatterns",
    "writes",
]

urlpatterns = mounted(api, docs, openapi)
