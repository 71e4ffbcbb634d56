"""Why a phase as it stands does not take a packet: it is frozen, or something open would be lost."""

from __future__ import annotations

from collections.abc import Iterator

from phases.errors import HandedOff
from phases.models import Concern, Phase, Slice
from phases.models.ledger import ConcernKind, ConcernOutcome
from phases.packets.packet import Packet
from phases.packets.packet import Slice as PacketSlice
from phases.packets.problems import Problem

from .ledger import why_frozen

REVIEWING = ("review", "structural")
LEFT_OPEN = "left_open"
"""Code of the problem that a packet drops a slice, or changes its kind, over what is not closed."""


def refusals(phase: Phase, packet: Packet) -> tuple[Problem, ...]:
    """What stands against making the packet the plan of the phase; none where it may be.

    No import closes a finding or a blocker: a plan that no longer asks for them would hide them.
    """
    if phase.handed_off:
        return (Problem("error", HandedOff.code, why_frozen(phase)),)
    return tuple(_left_open(phase, packet))


def _left_open(phase: Phase, packet: Packet) -> Iterator[Problem]:
    named = {item.code: item for item in packet.slices}
    for row in Slice.objects.filter(phase=phase, archived=False, unclosed__gt=0, kind__in=REVIEWING):
        item = named.get(row.code)
        kind = _kind(row, item) if item else ""
        if kind not in REVIEWING:
            what = "1 finding is" if row.unclosed == 1 else f"{row.unclosed} findings are"
            yield _problem(row.code, item, f"{what} not closed", kind, "close what was found")
    blockers = Concern.objects.filter(
        phase=phase,
        archived=False,
        kind=ConcernKind.BLOCKER,
        state=ConcernOutcome.OPEN,
        slice__archived=False,
    )
    for blocked in sorted(set(blockers.values_list("slice__code", flat=True)) - set(named)):
        yield _problem(blocked, None, "a blocker is open", "", "resolve the blocker")


def _kind(row: Slice, item: PacketSlice) -> str:
    """The kind that the slice would have: an admin's correction outlives an inference."""
    return row.kind if row.kind_corrected and item.kind_inferred else item.kind.value


def _problem(code: str, item: PacketSlice | None, what: str, kind: str, remedy: str) -> Problem:
    does = f"makes {code} a {kind} slice" if item else f"no longer names {code}"
    said = f"This packet {does}, on which {what}."
    text = f"{said} No import closes that: {remedy} first, or keep {code} as it is."
    return Problem("error", LEFT_OPEN, text, line=item.line if item else 0, slice=code)
