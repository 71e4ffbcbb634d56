"""The story of the demo, chapter by chapter: what people did, and what machines saw."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from phases.actions.folder_uploads import keep_folder_history
from phases.actions.folders import import_folder
from phases.actions.uploads import stage_upload
from phases.folders import read_folder
from phases.models import Phase
from phases.permissions import Actor

from .catalogue import play_catalogue
from .clock import Clock
from .lanes import open_lanes, work_on
from .outages import defer, reopen
from .players import FOLDER, cast
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
    _read_folder(people["admin"], clock)
    _upload_next(people["admin"], clock)


def _read_folder(admin: Actor, clock: Clock) -> None:
    """The packet folder with its inventory, its decisions, and notes that nobody had attached."""
    clock.turn(2, 10)
    done = import_folder(actor=admin, folder=read_folder(FOLDER), initiative=FOLDER.name)
    keep_folder_history(actor=admin, source="command", done=done)


def _upload_next(admin: Actor, clock: Clock) -> None:
    """A newer packet of phase C is looked at, and left for somebody to apply."""
    clock.turn(1, 16)
    files = [(path.name, path.read_bytes()) for path in sorted(UPLOADS.glob("*.yaml"))]
    stage_upload(actor=admin, files=files, max_bytes=settings.PACKET_MAX_BYTES)
