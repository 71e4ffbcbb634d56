"""The documents of a handoff, as Markdown and JSON: the same bytes for the same state."""

from .documents import NAMES, documents_of, drafts_of, stored_documents, written_as
from .facts import Signature
from .next_phase import CARRIED_ON

__all__ = ["CARRIED_ON", "NAMES", "Signature", "documents_of", "drafts_of", "stored_documents", "written_as"]
