"""`manage.py export_packet INITIATIVE PHASE`: the current packet revision as canonical YAML."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from phases.errors import NotFound
from phases.lookups import get_phase
from phases.management.answering import AnsweringCommand
from phases.models import PacketRevision
from phases.packets import Packet, write_packet
from phases.permissions import OPERATOR


class Command(AnsweringCommand):
    """Importing what this prints changes nothing."""

    help = "Print a phase's packet as canonical YAML. Exit 2: there is no such phase."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which phase."""
        parser.add_argument("initiative", metavar="INITIATIVE")
        parser.add_argument("phase", metavar="PHASE")

    def run(self, options: dict[str, Any]) -> int:
        """Print it."""
        phase = get_phase(OPERATOR, options["initiative"], options["phase"])
        revision = PacketRevision.objects.filter(pk=phase.revision_id or 0).defer("text").first()
        if revision is None:
            raise NotFound(f"Phase {phase.code} has no packet yet.")
        packet = Packet.model_validate_json(revision.packet)
        # Whatever it was imported with: read again, the text itself leads to this initiative.
        told = packet.model_copy(update={"initiative": phase.initiative.slug})
        self.put(write_packet(told), ending="")
        return 0
