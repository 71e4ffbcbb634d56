"""The inventory of a packet's folder: what its README lists, held against the files there are."""

from phases.packets.inventory_documents import DocumentEntry, classify
from phases.packets.inventory_reader import Inventory, Listed, Route, read_inventory
from phases.packets.inventory_roles import Role, phase_codes, phase_of, role_of

__all__ = [
    "DocumentEntry",
    "Inventory",
    "Listed",
    "Role",
    "Route",
    "classify",
    "phase_codes",
    "phase_of",
    "read_inventory",
    "role_of",
]
