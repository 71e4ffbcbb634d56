"""What is stored: the plan as imported, the ledger, the people, and the imports themselves."""

from .imports import Import, ImportFile
from .ledger import Concern, Event, Waiver
from .people import Membership, Token
from .plan import Artifact, Dependency, Gate, Initiative, Owner, PacketRevision, Phase, PhaseOwner, Slice

__all__ = [
    "Artifact",
    "Concern",
    "Dependency",
    "Event",
    "Gate",
    "Import",
    "ImportFile",
    "Initiative",
    "Membership",
    "Owner",
    "PacketRevision",
    "Phase",
    "PhaseOwner",
    "Slice",
    "Token",
    "Waiver",
]
