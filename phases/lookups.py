"""From the names in a URL to rows, as far as the actor may see them: the first line of every view."""

from __future__ import annotations

from django.db.models import QuerySet

from .errors import NotFound
from .models import Concern, Initiative, Owner, Phase, Slice, Waiver
from .permissions import Actor


def visible_initiatives(actor: Actor) -> QuerySet[Initiative]:
    if not actor.roles and not actor.scopes:
        return Initiative.objects.none()
    if actor.only_initiative is not None:
        return Initiative.objects.filter(pk=actor.only_initiative)
    return Initiative.objects.all()


def get_initiative(actor: Actor, slug: str) -> Initiative:
    found = visible_initiatives(actor).filter(slug=slug).first()
    if found is None:
        raise NotFound(f"There is no initiative {slug}.")
    return found


def get_phase(actor: Actor, slug: str, code: str) -> Phase:
    """With initiative and packet revision (its text left out), in one query."""
    phases = Phase.objects.select_related("initiative", "revision").defer(
        "revision__text", "revision__packet"
    )
    found = phases.filter(initiative__in=visible_initiatives(actor), initiative__slug=slug, code=code).first()
    if found is None:
        get_initiative(actor, slug)
        raise NotFound(f"Initiative {slug} has no phase {code}.")
    return found


def get_slice(actor: Actor, slug: str, phase_code: str, code: str) -> Slice:
    """Also an archived one: its history stays reachable."""
    slices = Slice.objects.select_related("phase__initiative", "phase__revision", "owner", "backup")
    found = (
        slices.defer("phase__revision__text", "phase__revision__packet")
        .filter(phase__initiative__in=visible_initiatives(actor))
        .filter(phase__initiative__slug=slug, phase__code=phase_code, code=code)
        .first()
    )
    if found is None:
        get_phase(actor, slug, phase_code)
        raise NotFound(f"Phase {phase_code} has no slice {code}.")
    return found


def get_owner(actor: Actor, slug: str, handle: str) -> Owner:
    initiative = get_initiative(actor, slug)
    found = Owner.objects.filter(initiative=initiative, handle=handle).first()
    if found is None:
        raise NotFound(f"Initiative {slug} has no owner {handle}.")
    return found


def get_concern(actor: Actor, slug: str, pk: int) -> Concern:
    initiative = get_initiative(actor, slug)
    found = Concern.objects.select_related("phase", "slice__owner", "slice__backup", "owner")
    concern = found.filter(phase__initiative=initiative, pk=pk).first()
    if concern is None:
        raise NotFound(f"Initiative {slug} has no concern {pk}.")
    return concern


def get_waiver(actor: Actor, slug: str, pk: int) -> Waiver:
    initiative = get_initiative(actor, slug)
    waiver = Waiver.objects.select_related("phase").filter(phase__initiative=initiative, pk=pk).first()
    if waiver is None:
        raise NotFound(f"Initiative {slug} has no waiver {pk}.")
    return waiver
