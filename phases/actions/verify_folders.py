"""Proving what was read from folders: each inventory, and the folder of each version."""

from __future__ import annotations

from collections.abc import Iterator

from phases.models import ArtifactVersion, Event, Initiative, Inventory

from .inventories import VERB
from .ledger import digest


def folder_faults(initiative: Initiative) -> Iterator[str]:
    """What of inventories and of versions from folders does not follow from the ledger."""
    yield from _inventories(initiative)
    yield from _versions(initiative)


def _inventories(initiative: Initiative) -> Iterator[str]:
    events = Event.objects.filter(initiative=initiative, verb=VERB)
    said = {event.after.get("number"): event for event in events.order_by("seq")}
    for row in Inventory.objects.filter(initiative=initiative).iterator(chunk_size=5):
        entry = said.pop(row.number, None)
        told = entry and (entry.after, entry.actor, entry.at, entry.seq)
        stored = {"number": row.number, "folder": row.folder, "sha256": row.sha256}
        if told != (stored, row.by, row.at, row.seq):
            yield f"Inventory {row.number} is not the one that the ledger speaks of."
        elif digest(row.data) != row.sha256:
            yield f"Inventory {row.number} no longer holds what was read."
    yield from (f"The ledger speaks of inventory {number}, which is not stored." for number in said)


def _versions(initiative: Initiative) -> Iterator[str]:
    events = Event.objects.filter(initiative=initiative, verb="attach")
    said = {target: after.get("folder", "") for target, after in events.values_list("target", "after")}
    rows = ArtifactVersion.objects.filter(phase__initiative=initiative)
    for pk, folder in rows.values_list("pk", "folder").iterator():
        known = said.get(f"version:{pk}", "")
        if folder != known:
            yield f"version:{pk} was read from the folder {folder!r}, but the ledger says {known!r}."
