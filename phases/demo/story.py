"""The story of the demo, chapter by chapter: what people did, and what machines saw."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from phases.actions.uploads import stage_upload
from phases.models import Phase
from phases.permissions import Actor

from .catalogue import play_catalogue
from .clock import Clock
from .lanes import open_lanes, work_on
from .outages import defer, reopen
from .players import cast
from .reviews import review, wait_for_reviews

UPLOADS = Path(__file__).parent / "uploads"


def play(phases: Mapping[str, Phase], people: Mapping[str, Actor], machine: Actor, clock: Clock) -> None:
    """Phase A to its end; phase B until a decision is due, reviews go on, and some evidence is stale."""
    play_catalogue(cast(phases["A"], people, machine), clock)
    in_b = cast(phases["B"], people, machine)
    open_lanes(in_b, clock)
    defer(in_b, clock)
    found = review(in_b, clock)
    work_on(in_b, clock)
    reopen(in_b, clock)
    wait_for_reviews(in_b, found, clock)
    _upload_next(people["admin"], clock)


def _upload_next(admin: Actor, clock: Clock) -> None:
    """A newer packet of phase C is looked at, and left for somebody to apply."""
    clock.turn(1, 16)
    files = [(path.name, path.read_bytes()) for path in sorted(UPLOADS.glob("*.yaml"))]
    stage_upload(actor=admin, files=files, max_bytes=settings.PACKET_MAX_BYTES)
