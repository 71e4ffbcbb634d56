"""Where closure documents and the ledger say different things: both are told, and nothing is decided."""

from __future__ import annotations

from collections.abc import Iterator

from . import markdown as md
from .common import Data
from .facts import Facts

MOST = 20
"""Disagreements that are told of one document."""


def data(facts: Facts) -> Data:
    """By path the documents that disagree, each with its lines, and those that were not compared."""
    return {
        "disagreements": [
            {
                "path": path,
                "version": facts.versions[path]["number"],
                "lines": [one._asdict() for one in lines[:MOST]],
                "more": max(0, len(lines) - MOST),
            }
            for path, lines in facts.disagreed.items()
        ],
        "not_compared": [
            path
            for path, row in facts.versions.items()
            if row["sha256"] and not row["redacted"] and path not in facts.texts
        ],
    }


def section(said: Data) -> Iterator[str]:
    """The same for people; nothing where all agree and all was read."""
    found, left = said["disagreements"], said["not_compared"]
    if not found and not left:
        return
    yield from md.heading(2, "Where documents and ledger disagree")
    if found:
        yield "The handoff goes by the ledger. Whoever reads one of these documents reads something else."
        yield ""
    heads = ["Document", "Line", "What it says", "What the ledger says"]
    yield from md.table(heads, (row for one in found for row in _rows(one)))
    yield from md.bullets(
        f"{md.code(one['path'])}: {one['more']} more, not told here." for one in found if one["more"]
    )
    yield from md.bullets(f"{md.code(path)} is too long to be compared here." for path in left)


def _rows(one: Data) -> Iterator[list[str]]:
    name = f"{md.code(one['path'])}, version {one['version']}"
    for line in one["lines"]:
        yield [name, str(line["line"]), md.text(line["document"]), md.text(line["ledger"])]


def pointer(said: Data, manifest: str) -> Iterator[str]:
    """How many there are, and where they are told; nothing where there are none."""
    if number := _counted(said):
        places = md.counted(number, "place")
        yield f"In {places} a document and the ledger disagree: see the [cleanup manifest]({manifest}.md)."


def _counted(said: Data) -> int:
    return sum(len(one["lines"]) + int(one["more"]) for one in said["disagreements"])
