"""The kind of a slice, read from the whole phrases of its title where `kind:` is not written."""

from __future__ import annotations

import re

from phases.packets.packet import SliceKind

_PHRASES = (
    (SliceKind.CONDITIONAL, r"conditional|decision[\s-]+closure"),
    (SliceKind.PLANNING, r"planning[\s-]+(?:packet|closure)"),
    (SliceKind.REVIEW, r"independent[\s-]+review"),
    (SliceKind.STRUCTURAL, r"structural[\s-]+assessment|taste[\s-]+pass"),
    (SliceKind.DOCS, r"docs\b.*\bclean-?up|clean-?up\b.*\bdocs"),
    (SliceKind.READINESS, r"readiness|realignment|hand-?off"),
)
_RULES = tuple(
    (kind, re.compile(rf"(?<![\w-])(?:{phrase})(?!\w)", re.IGNORECASE)) for kind, phrase in _PHRASES
)
_READ = 500
"""Characters of a title that are looked at: no title is longer, and a longer text would take its time."""


def infer_kind(title: str, *, may_be_conditional: bool = True) -> SliceKind:
    """The first kind whose phrase stands in the title; build if none does."""
    title = title[:_READ]
    for kind, phrase in _RULES:
        if (may_be_conditional or kind is not SliceKind.CONDITIONAL) and phrase.search(title):
            return kind
    return SliceKind.BUILD
