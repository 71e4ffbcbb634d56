"""What a packet says of its phase as a whole and of the order of its slices, as it is stored and shown."""

from __future__ import annotations

from typing import Any

from phases.packets.packet import Packet, Slice


def about(packet: Packet) -> dict[str, Any]:
    """What a packet says of the phase as a whole, as the pages show it."""
    fields = {"status", "entrypoint", "as_landed_through", "deferred_non_blocking", "as_written", "dialect"}
    return packet.model_dump(mode="json", include=fields) | {
        "invariants": [{"key": item.key, "values": list(item.values)} for item in packet.invariants],
        "milestones": [
            {"group": item.group, "key": item.key, "date": item.date.isoformat()}
            for item in packet.milestones
        ],
        "slas": [
            {"handle": role.handle, "sla": role.decision_sla} for role in packet.owners if role.decision_sla
        ],
    }


def needs_of(item: Slice) -> dict[str, bool]:
    """Needed codes with whether the need is only "if triggered"; where both are written, always wins."""
    return dict.fromkeys(item.depends_on, False) | {
        code: True for code in item.depends_on_if_triggered if code not in item.depends_on
    }
