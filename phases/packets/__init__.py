"""Text in, Packet out. Knows no database and no HTTP.

`read_packet` is the way in, `write_packet` the way out, `compare` the difference of two packets.
"""

from phases.packets.changes import Changes, compare
from phases.packets.consequences import consequences
from phases.packets.initiative import choose_initiative, folder_of_entrypoint
from phases.packets.load import Reading, quoted_line, read_packet
from phases.packets.packet import Packet
from phases.packets.problems import Problem
from phases.packets.writer import write_packet

__all__ = [
    "Changes",
    "Packet",
    "Problem",
    "Reading",
    "choose_initiative",
    "compare",
    "consequences",
    "folder_of_entrypoint",
    "quoted_line",
    "read_packet",
    "write_packet",
]
