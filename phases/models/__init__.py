"""What is stored: the plan as imported, the ledger, the people, and the imports themselves."""

from .evidence import GateRun, IdempotencyKey, Log, Revision
from .handoffs import Handoff, HandoffDocument, Inventory
from .imports import Import, ImportFile
from .ledger import Concern, Event, Waiver
from .people import Membership, Token
from .plan import Artifact, Dependency, Gate, Initiative, Owner, PacketRevision, Phase, PhaseOwner, Slice
from .reviews import ArtifactVersion, Disposition, Draft, Finding

__all__ = [
    "Artifact",
    "ArtifactVersion",
    "Concern",
    "Dependency",
    "Disposition",
    "Draft",
    "Event",
    "Finding",
    "Gate",
    "GateRun",
    "Handoff",
    "HandoffDocument",
    "IdempotencyKey",
    "Import",
    "ImportFile",
    "Initiative",
    "Inventory",
    "Log",
    "Membership",
    "Owner",
    "PacketRevision",
    "Phase",
    "PhaseOwner",
    "Revision",
    "Slice",
    "Token",
    "Waiver",
]
