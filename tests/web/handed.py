"""A phase that is ready, hands on a concern, and is handed off: for tests of handoffs and frozen pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from phases.actions.handoffs import hand_off
from phases.lookups import current
from phases.models import Concern, Handoff, Phase
from phases.permissions import OPERATOR
from tests import factories

C = "/initiatives/harbour/phases/C/"
D = "/initiatives/harbour/phases/D/"
READY = f"{C}readiness/"


def ready(**fields: Any) -> Phase:
    """Phase C with one slice of @crew that has landed, and a carry-forward that is open."""
    phase = factories.make_phase(needs={"C0": ()}, **({"status": "landed"} | fields))
    concern(phase)
    return phase


def concern(phase: Phase, kind: str = "carry_forward", text: str = "Paint the cranes.") -> Concern:
    return Concern.objects.create(
        phase=phase, kind=kind, text=text, raised_by="factory", raised_at=timezone.now()
    )


def handed_off(phase: Phase | None = None, note: str = "All of it.") -> Handoff:
    """The phase, or the one that `ready` makes, after its handoff."""
    return hand_off(actor=OPERATOR, phase=current(phase or ready()), note=note)
