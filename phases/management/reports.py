"""What `import_packet` tells people of each packet and of each folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from phases.actions.folders import LEFT, NEW, REFUSED, SAME
from phases.actions.imports import REJECTED
from phases.packets import Reading, quoted_line

Json = dict[str, Any]
MOST_TOLD = 50
"""New versions and problems of a folder that are told singly; JSON has all of them."""


def packet_lines(entry: Json, reading: Reading, dry_run: bool) -> Iterator[str]:
    """A packet's entry as sentences, with each problem's line quoted."""
    place = " ".join(part for part in (entry["initiative"], entry["phase"]) if part)
    yield f"{entry['path']}: {_outcome(entry, dry_run)}{f' ({place})' if place else ''}"
    for problem in entry["problems"]:
        yield from _problem(problem, reading)
    if entry["outcome"] == REJECTED:
        yield "  Nothing of it was written."
        return
    changes = entry["changes"]
    for word in ("added", "archived"):
        if codes := changes["slices"][word]:
            yield f"  {word}: {', '.join(codes)}"
    for code, fields in changes["slices"]["changed"].items():
        yield f"  changed: {code} ({', '.join(fields)})"
    if any(changes["gates"].values()):
        yield f"  gates: {changes['gates']['added']} added, {changes['gates']['archived']} archived"
    yield from (f"  {sentence}" for sentence in changes["consequences"])


def folder_lines(entry: Json, dry_run: bool) -> Iterator[str]:
    """A folder's entry as sentences: what it holds, which versions it brought, what is wrong."""
    place = f" ({entry['initiative']})" if entry["initiative"] else ""
    yield f"{entry['path']}: folder {_outcome(entry, dry_run)}{place}"
    if entry["outcome"] != REJECTED:
        yield (
            f"  {_counted(entry, 'documents')} ({entry['missing']} missing, {entry['unlisted']} not listed), "
            f"{_counted(entry, 'routes')}, {_counted(entry, 'decisions')}"
        )
    counts = [
        f"{count} {outcome}"
        for outcome in (NEW, SAME, LEFT, REFUSED)
        if (count := sum(one["outcome"] == outcome for one in entry["versions"]))
    ]
    if counts:
        yield f"  versions: {', '.join(counts)}"
    new = [one for one in entry["versions"] if one["outcome"] == NEW]
    yield from _some([f"  {one['phase']} {one['path']}" for one in new], "new versions")
    yield from _some([_folder_problem(row) for row in entry["problems"]], "problems")


def _counted(entry: Json, name: str) -> str:
    return f"{entry[name]} {name[:-1] if entry[name] == 1 else name}"


def _some(lines: Sequence[str], what: str) -> Iterator[str]:
    yield from lines[:MOST_TOLD]
    if len(lines) > MOST_TOLD:
        yield f"  and {len(lines) - MOST_TOLD} more {what}"


def _outcome(entry: Json, dry_run: bool) -> str:
    would = "would be " if dry_run and entry["outcome"] not in ("unchanged", REJECTED) else ""
    return f"{would}{entry['outcome']}"


def _folder_problem(row: Mapping[str, Any]) -> str:
    where = f"{row['path']}, line {row['line']}" if row["line"] else row["path"]
    return f"  {row['level']}{f' at {where}' if where else ''}: {row['message']}"


def _problem(problem: Json, reading: Reading) -> Iterator[str]:
    line = f"line {problem['line']}, column {problem['column']}" if problem["line"] else ""
    slice = f"slice {problem['slice']}" if problem["slice"] else ""
    where = ", ".join(part for part in (line, slice, problem["field"]) if part)
    yield f"  {problem['level']}{f' at {where}' if where else ''}: {problem['message']}"
    if quoted := quoted_line(reading.text, problem["line"]):
        yield f"    | {quoted}"
