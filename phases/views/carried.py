"""Concerns that go from one phase to the next: where each came from, and where it went."""

from __future__ import annotations

from dataclasses import dataclass

from phases.models import Concern, Initiative
from phases.models.ledger import ConcernKind, ConcernOutcome
from phases.rules.state import PhaseState

from .paths import Paths


@dataclass(frozen=True, slots=True)
class Trail:
    """The phases before and after a concern, each with the address of its concern there."""

    origin: str = ""
    origin_url: str = ""
    target: str = ""
    target_url: str = ""


NOWHERE = Trail()


def trails(state: PhaseState) -> dict[int, Trail]:
    """By id of the concerns that came from another phase or were carried on; one query if there are any."""
    ids = [one.id for one in state.concerns if one.carried_from or one.state == ConcernOutcome.CARRIED]
    if not ids:
        return {}
    paths = Paths(state.initiative)
    names = ("carried_from_id", "carried_from__phase__code", "carried_to__id", "carried_to__phase__code")
    found = Concern.objects.filter(pk__in=ids).values_list("id", *names)
    return {
        pk: Trail(
            origin or "",
            concern_url(paths, origin, before) if before else "",
            target or "",
            concern_url(paths, target, after) if after else "",
        )
        for pk, before, origin, after, target in found
    }


def concern_url(paths: Paths, phase: str, pk: int) -> str:
    """The place of a concern on the page of its phase, which lists all of them there."""
    return f"{paths.phase(phase)}?concerns=all#concern-{pk}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A concern that a handoff carried on, and that no phase has taken yet."""

    text: str
    kind: str
    owner: str
    phase: str
    url: str


def waiting_in(initiative: Initiative) -> list[Waiting]:
    """What waits with the initiative for a phase that is not imported yet; one query."""
    found = Concern.objects.filter(
        phase__handed_off__isnull=False,
        phase__initiative=initiative,
        state=ConcernOutcome.CARRIED,
        archived=False,
        carried_to=None,
    )
    paths = Paths(initiative.slug)
    columns = ("id", "text", "kind", "owner__handle", "phase__code")
    return [
        Waiting(text, ConcernKind(kind).label.lower(), owner or "", code, concern_url(paths, code, pk))
        for pk, text, kind, owner, code in found.order_by("pk").values_list(*columns)
    ]
