"""A phase played to its end, ready to be handed off, and the phases that come after it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from phases.actions.artifacts import attach_artifact
from phases.actions.concerns import raise_concern
from phases.actions.handoffs import hand_off
from phases.actions.recording import Answered
from phases.actions.slices import link_slice
from phases.actions.waivers import waive
from phases.lookups import current
from phases.models import Concern, Handoff, Phase
from phases.permissions import OPERATOR, Actor
from phases.snapshot import gate_key

from .conftest import bring
from .reviews import (
    accept,
    confirmed,
    fix,
    found,
    judge,
    lead,
    move,
    reviewed_phase,
    run,
)

HOSTILE = "A gap | `rm -rf` <script>alert(1)</script> &lt; *now*"
LATER = """\
phase: {code}
slices:
  - {{id: {code}1, title: Go on, owner: '@dome', backup: '@mirror'}}
"""


class Ticking:
    """A clock that goes on by a minute each time that somebody looks at it."""

    def __init__(self, begins: dt.datetime) -> None:
        self.now = begins

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(minutes=1)
        return self.now


def tick(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    """Let the story begin on a Monday morning, whatever day it is."""
    clock = Ticking(dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC))
    monkeypatch.setattr(timezone, "now", clock)
    return clock


def ready_phase() -> Phase:
    """Phase F with a landed, a waived, a deferred, a reviewed and an accepted thing in it, and concerns."""
    phase = reviewed_phase()
    _build(phase)
    _defer(phase)
    _review(phase)
    move(phase, "F6", "start")
    judge(phase, "ready", lead(), "F6", summary="All is there.")
    move(phase, "F6", "candidate")
    move(phase, "F6", "land")
    raise_concern(actor=lead(), phase=phase, kind="risk", text="The wind | may turn", owner="@mirror")
    carried = {"kind": "carry_forward", "text": f"# Soon\n\n- {HOSTILE}", "priority": "high"}
    raise_concern(actor=lead(), phase=phase, slice="F2", **carried)
    return Phase.objects.select_related("initiative").get(pk=phase.pk)


def _build(phase: Phase) -> None:
    url = "https://forge.example.org/dome/pull/7"
    link_slice(actor=OPERATOR, phase=phase, code="F1", branch="dome-motor", pull_request=url)
    move(phase, "F1", "start")
    run(phase, "quick", "make dome", code="F1", revision="a" * 40, changed_files=["src/dome/motor.py"])
    move(phase, "F1", "candidate")
    key = gate_key("F1", "full", phase.gates.get(text="make dome-full").digest)
    waive(actor=lead(), phase=phase, key=key, reason="The bench is\naway until May.")
    move(phase, "F1", "land")
    move(phase, "F2", "start")
    run(phase, "quick", "make mirror", code="F2")
    move(phase, "F2", "candidate")
    move(phase, "F2", "land")


def _defer(phase: Phase) -> None:
    move(phase, "F3", "start")
    attach_artifact(actor=lead(), phase=phase, path="docs/HEAT.md", content="state: deferred\n")
    run(phase, "assess", "make assess", code="F3")
    answers = (Answered(1, False, "No frost."), Answered(2, False, "Nobody is."))
    said = {"summary": "It is warm enough.\n\n> Said the crew.", "criteria": answers}
    judge(phase, "deferred", lead(), "F3", watchpoints=("It snows in May",), **said)


def _review(phase: Phase) -> None:
    move(phase, "F4", "start")
    gap = found("high", HOSTILE, detail="Below:\n# the floor", anchor="src/dome/motor.py:7", slice="F1")
    first = judge(
        phase, "not_ready", summary="Two gaps.\n1. one\n2. two", findings=[gap, found("low", "Dust")]
    )
    high, low = first.findings.all()
    fix(high, revision="b" * 40, changed_files=["src/dome/motor.py"], note="Closed it.")
    accept(low, rationale="It is small.", target="Phase G")
    run(phase, "quick", "make dome", code="F1")
    judge(phase, "approve", summary="All closed.", rechecked=[confirmed(high, "Seen | felt.")])
    for gate in ("re_review_green", "impacted_suites_green"):
        run(phase, "closure", gate, code="F4")
    for code in ("F4", "F5"):
        if code == "F5":
            move(phase, code, "start")
            judge(phase, "approve", code=code, summary="A good shape.")
        move(phase, code, "candidate")
        move(phase, code, "land")


def later(code: str = "G") -> Phase:
    """A phase of one slice, imported after or before the handoff."""
    bring(LATER.format(code=code))
    return Phase.objects.select_related("initiative").get(code=code)


def handed_off(phase: Phase | None = None, actor: Actor | None = None, note: str = "") -> Handoff:
    """Hand the phase off, by default the ready one, by somebody who may."""
    phase = current(phase or ready_phase())
    return hand_off(actor=actor or lead(), phase=phase, note=note)


def concerns(phase: Phase) -> list[tuple[str, str, str]]:
    """(text, state, key of what it goes on from) of the concerns of a phase."""
    rows = Concern.objects.filter(phase=phase).order_by("pk")
    return [(one.text, one.state, f"concern:{one.carried_from_id or 0}") for one in rows]
