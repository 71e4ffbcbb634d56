"""Packets that arrive by the command or the API: read already, imported at once or only compared."""

from __future__ import annotations

from django.db import transaction

from phases.errors import Invalid
from phases.packets import Reading
from phases.permissions import Actor

from .imports import CREATED, UPDATED, Preview, import_packet, preview_packet
from .uploads import keep_history


def take_packet(
    *,
    actor: Actor,
    reading: Reading,
    initiative: str,
    file_name: str,
    declared: bool,
    dry_run: bool,
    source: str,
) -> Preview:
    """Import a reading and note it in the history of imports; with `dry_run` write nothing.

    `source` is "command" or "api". A packet with errors comes back as rejected, and nothing of it is kept.
    """
    if reading.packet is not None and not initiative:
        raise Invalid({"initiative": "Name the initiative; neither the packet nor its folder says it."})
    if dry_run:
        return preview_packet(
            actor=actor, reading=reading, initiative=initiative, file_name=file_name, declared=declared
        )
    with transaction.atomic():
        done = import_packet(
            actor=actor, reading=reading, initiative=initiative, file_name=file_name, declared=declared
        )
        if done.outcome in (CREATED, UPDATED):
            keep_history(actor=actor, source=source, done=done)
    return done
