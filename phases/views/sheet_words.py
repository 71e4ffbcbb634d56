"""What is said of an imported packet in a sentence: what it would do, what it did, why it was refused."""

from __future__ import annotations

from typing import Any

from phases.errors import HandedOff
from phases.models import ImportFile
from phases.models.imports import Outcome

from .differences import Differences, differences
from .words import counted

MOST_TYPED = 200_000
"""Characters of a text that is offered to be corrected in a text field; a longer one is for an editor."""


def is_typable(text: str) -> bool:
    """Whether a text field would give back what it was given: not too long, and nothing unreadable in it."""
    return 0 < len(text) <= MOST_TYPED and "\ufffd" not in text


def errors_of(file: ImportFile) -> list[dict[str, Any]]:
    """What it was refused for, in the order of its lines."""
    return [each for each in file.problems if each["level"] == "error"]


def waiting_sentence(file: ImportFile, found: Differences, *, new: bool) -> str:
    """What applying a waiting packet would do."""
    if not file.initiative:
        return f"Phase {file.phase} of an initiative that neither the packet nor the files beside it name."
    place = f"phase {file.phase} of {'the new initiative ' if new else ''}{file.initiative}"
    if not file.base:
        size = f"{counted(len(found.added), 'slice')} and {counted(found.gates_added, 'gate')}"
        return f"Creates {place} with {size}."
    if found:
        return f"Updates {place}, which is at packet revision {file.base}: {found.summary}."
    if file.changes.get("declared"):
        return f"The text of {place} is unchanged; only the declared landing is new."
    return (
        f"Unchanged: this is what packet revision {file.base} of {place} says. Applying it changes nothing."
    )


def settled_sentence(file: ImportFile, then: str) -> str:
    """What became of a packet; `then` says what is left to do where its phase was handed off."""
    place = f"phase {file.phase} of {file.initiative}"
    number = file.revision.number if file.revision else file.base
    if refused_as_handed_off(file):
        return f"Refused because {place} was handed off. Nothing of it was imported. {then}"
    if file.outcome == Outcome.REJECTED:
        return f"Refused because of {counted(len(errors_of(file)), 'error')}. Nothing of it was imported."
    if file.outcome == Outcome.DISCARDED:
        return "Discarded without being applied. The plan was not touched."
    if file.outcome == Outcome.UNCHANGED:
        return f"Unchanged: {place} says this already since packet revision {number}."
    if file.outcome == Outcome.CREATED:
        return f"Created {place} as packet revision {number}."
    found = differences(file.changes)
    done = found.summary if found else "the declared landing was recorded"
    return f"Updated {place} to packet revision {number}: {done}."


def refused_as_handed_off(file: ImportFile) -> bool:
    """Whether nothing was wrong with it but that its phase was handed off."""
    is_rejected = file.outcome == Outcome.REJECTED
    return is_rejected and any(each["code"] == HandedOff.code for each in file.problems)
