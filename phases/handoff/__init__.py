"""The documents of a handoff, as Markdown and JSON: the same bytes for the same state."""

from .documents import NAMES, Signature, documents_of

__all__ = ["NAMES", "Signature", "documents_of"]
