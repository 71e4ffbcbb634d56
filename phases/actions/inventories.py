"""What a packet's folder holds, recorded for its initiative; only the last inventory counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from phases.errors import Conflict
from phases.models import Initiative, Inventory
from phases.permissions import Actor

from .artifacts import MAX_FOLDER
from .ledger import canonical, digest, writing

VERB = "inventory"
"""The verb of the ledger entry of an inventory; its target is `inventory:<slug>`."""


class Recorded(NamedTuple):
    inventory: Inventory
    is_new: bool
    """False where the last inventory says the same already."""


def record_inventory(
    *, actor: Actor, initiative: Initiative, folder: str, data: Mapping[str, Any], base: int | None = None
) -> Recorded:
    """Make `data` what is known of the initiative's folder; the same data as before adds nothing.

    Raises Conflict where `base` is given and another inventory was recorded since that number.
    """
    actor.require("import", initiative.pk)
    text = canonical(data)
    with writing(actor=actor, initiative_id=initiative.pk) as book:
        last = last_inventory(book.initiative)
        number = last.number if last else 0
        if base is not None and base != number:
            said = f"The folder was read again meanwhile (inventory {number}); look at the changes again."
            raise Conflict(said, number)
        if last is not None and last.sha256 == digest(text):
            return Recorded(last, is_new=False)
        row = Inventory.objects.create(
            initiative=book.initiative,
            number=number + 1,
            folder=folder[:MAX_FOLDER],
            data=text,
            sha256=digest(text),
            by=actor.name,
            at=book.now,
            seq=book.next_seq,
        )
        before = _said(last) if last else {}
        book.record(verb=VERB, target=f"inventory:{book.initiative.slug}", before=before, after=_said(row))
        return Recorded(row, is_new=True)


def last_inventory(initiative: Initiative) -> Inventory | None:
    """The inventory that counts, without its data."""
    return Inventory.objects.filter(initiative=initiative).defer("data").first()


def is_recorded(initiative: Initiative | None, data: Mapping[str, Any]) -> bool:
    """Whether the last inventory says exactly this."""
    last = last_inventory(initiative) if initiative else None
    return last is not None and last.sha256 == digest(canonical(data))


def data_of(row: Inventory) -> dict[str, Any]:
    """What an inventory holds: title, documents, routes, decisions and problems."""
    found: dict[str, Any] = json.loads(row.data)
    return found


def _said(row: Inventory) -> dict[str, Any]:
    return {"number": row.number, "folder": row.folder, "sha256": row.sha256}
