"""Whether a phase can be handed off: the answer that a pipeline may wait for."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from phases.readiness_shapes import MOMENT, answer
from phases.rules.what_if import MOST

from .application import api
from .doors import actor_of
from .readiness_shapes import ReadinessAnswer
from .reads import PHASE, visible_phase
from .routing import operation

At = Annotated[str, Query(description=f"{MOMENT}; by default now")]
Assumed = Annotated[
    list[str],
    Query(
        max_length=MOST,
        description="keys of leaves to take as met, or `disposition:D4=triggered` (or `=deferred`)",
    ),
]


@operation(
    api,
    "GET",
    f"{PHASE}/readiness",
    summary="Get the readiness of a phase",
    verb="see",
    answers={200: ReadinessAnswer},
    exclude_unset=True,
)
def get_readiness(
    request: HttpRequest,
    response: HttpResponse,
    initiative: str,
    phase: str,
    at: At = "",
    assume: Assumed = [],  # noqa: B006 ninja copies it
) -> Any:
    """The verdict with every requirement and the way to ready: now, or as of a moment.

    With `assume` it says what the verdict would be, and nothing is saved.
    """
    said = answer(visible_phase(actor_of(request), initiative, phase), at=at, assumed=assume)
    response["ETag"] = _tag(said)
    return said


def _tag(said: dict[str, Any]) -> str:
    """The same as long as nothing but the moment of the answer changes; weak, as that does."""
    lasting = {name: value for name, value in said.items() if name != "at"}
    return f'W/"{hashlib.sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()[:32]}"'
