"""Drafts: a disposition that is being written is kept for its author until it is recorded or dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phases.errors import Forbidden, Invalid
from phases.models import Draft, Slice
from phases.permissions import Actor

from .ledger import canonical

MAX_DRAFT = 500_000
"""Characters of a draft, as JSON."""

Fields = Mapping[str, Sequence[str]]
"""The fields of the form, each with its values."""


def save_draft(*, actor: Actor, row: Slice, data: Fields) -> Draft:
    """Keep what the actor has written so far; it replaces what was kept before."""
    actor.require("dispose", row.phase.initiative_id)
    if actor.user_id is None:
        raise Forbidden("Drafts are kept for people: sign in.")
    kept = {name: [_storable(value) for value in values] for name, values in data.items()}
    if len(canonical(kept)) > MAX_DRAFT:
        raise Invalid({"summary": f"A draft of more than {MAX_DRAFT} characters is not kept."})
    return Draft.objects.update_or_create(user_id=actor.user_id, slice=row, defaults={"data": kept})[0]


def _storable(text: str) -> str:
    """Without NUL, and with a question mark for half a character: no database keeps either."""
    return text.replace("\0", "").encode(errors="replace").decode()


def drop_draft(*, actor: Actor, row: Slice) -> bool:
    """Throw the actor's draft away; whether there was one."""
    if actor.user_id is None:
        return False
    return bool(Draft.objects.filter(user_id=actor.user_id, slice=row).delete()[0])


def draft_of(actor: Actor, row: Slice) -> Draft | None:
    """What the actor has written so far."""
    return Draft.objects.filter(user_id=actor.user_id, slice=row).first() if actor.user_id else None
