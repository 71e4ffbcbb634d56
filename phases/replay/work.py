"""What is known of the code under work as of a position: its revisions, and what they touched and fixed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from phases.rules.state import Touch
from phases.rules.touching import Declared, Mention, latest

from .entries import ABOUT_REVISIONS, Entry, keep_newer, mentioned, unnamed_fixes


class Work:
    """The revisions that some entries of a phase speak of; withdrawn ones do not count."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        said: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
        for entry in entries:
            if entry.verb in ABOUT_REVISIONS:
                said.setdefault(entry.target, []).append((entry.seq, entry.after))
        found = (_mention(target, mentioned(parts)) for target, parts in said.items())
        self._mentions = sorted(filter(None, found), key=lambda mention: mention.place)
        self._fixes = unnamed_fixes(_fixes(entries))

    @property
    def last_revision(self) -> str:
        """The newest one; empty if none is known."""
        return self._mentions[-1].sha if self._mentions else ""

    def touches(self, paths: Mapping[str, Sequence[str]]) -> tuple[dict[str, Touch], dict[str, Touch]]:
        """By code what touched, and what fixed, each slice last, where slices declare these paths."""
        touched, fixed = latest(Declared(paths), self._mentions)
        for code, fix in self._fixes.items():
            keep_newer(fixed, code, fix)
        return touched, fixed


def _mention(target: str, known: Mapping[str, Any]) -> Mention | None:
    if known["withdrawn"]:
        return None
    return Mention(
        sha=target.partition(":")[2],
        place=known["place"],
        files=sorted(known["files"]),
        reported_for=known["reported_for"],
        unknown_for=known["unknown_for"],
        fixes=known["fixes"],
        seq=known["seq"],
    )


def _fixes(entries: Iterable[Entry]) -> Iterable[tuple[str, int, Mapping[str, Any]]]:
    return ((entry.target, entry.seq, entry.after) for entry in entries if entry.verb == "fix")
