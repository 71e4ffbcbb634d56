"""A folder among the files of an import as its card shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phases.actions.folders import LEFT, NEW, REFUSED, SAME
from phases.models import ImportFile
from phases.models.imports import Outcome

from .words import counted

MOST_SHOWN = 200
"""Versions, and problems, that a page lists; the rest is a number."""

_LOOKS = {NEW: "pass", SAME: "", LEFT: "warn", REFUSED: "fail"}
_WORDS = {NEW: "new version", SAME: "as it is", LEFT: "left alone", REFUSED: "refused"}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """What becomes of one closure document."""

    phase: str
    path: str
    word: str
    look: str


@dataclass(frozen=True, slots=True)
class FolderSheet:
    """What a folder brings: its inventory in numbers, its closure documents, what is wrong in it."""

    documents: int
    missing: int
    unlisted: int
    routes: int
    decisions: int
    versions: Sequence[VersionRow]
    more_versions: int
    counts: str
    problems: Sequence[Mapping[str, Any]]
    more_problems: int
    kept: int
    """Closure documents whose texts wait with the folder."""
    is_brought: bool = False
    """Whether a packet that waits beside it would make its initiative."""


def folder_sheet(said: Mapping[str, Any], *, is_brought: bool) -> FolderSheet:
    """The sheet of what an import kept under `folder`."""
    versions = sorted(said["versions"], key=lambda one: (one["outcome"] == SAME, one["phase"], one["path"]))
    rows = [
        VersionRow(one["phase"], one["path"], _WORDS[one["outcome"]], _LOOKS[one["outcome"]])
        for one in versions
    ]
    problems = said["problems"]
    numbers = {name: said[name] for name in ("documents", "missing", "unlisted", "routes", "decisions")}
    return FolderSheet(
        versions=rows[:MOST_SHOWN],
        more_versions=len(rows[MOST_SHOWN:]),
        counts=_counts(versions),
        problems=problems[:MOST_SHOWN],
        more_problems=len(problems[MOST_SHOWN:]),
        kept=sum(one["outcome"] != REFUSED for one in versions),
        is_brought=is_brought,
        **numbers,
    )


def _counts(versions: Sequence[Mapping[str, Any]]) -> str:
    found = {outcome: sum(one["outcome"] == outcome for one in versions) for outcome in _WORDS}
    return ", ".join(f"{count} {_WORDS[outcome]}" for outcome, count in found.items() if count)


def folder_sentence(file: ImportFile) -> str:
    """What applying the folder would do, or did."""
    said = file.changes["folder"]
    new = sum(one["outcome"] == NEW for one in said["versions"])
    holds = f"{counted(said['documents'], 'document')} and {counted(said['decisions'], 'decision')}"
    brings = f"and {counted(new, 'closure document')} as new version{'' if new == 1 else 's'}"
    match file.outcome:
        case Outcome.PENDING if not file.initiative:
            return f"A folder with {holds}, of an initiative that nothing in it names."
        case Outcome.PENDING if said["outcome"] == "unchanged":
            return f"Unchanged: {file.initiative} knows this folder already. Applying it changes nothing."
        case Outcome.PENDING:
            return f"Records {holds} of {file.initiative}, {brings}."
        case Outcome.DISCARDED:
            return "Discarded without being applied. Nothing of it was recorded."
        case Outcome.UNCHANGED:
            return f"Unchanged: {file.initiative} knew this folder already."
    return f"Recorded {holds} of {file.initiative}, {brings}."
