"""What a folder holds, as the inventory keeps it: documents, routes, decisions and what is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from phases.folders import Folder, FolderFile, is_text
from phases.packets.closure_names import role_of as closure_role
from phases.packets.inventory import DocumentEntry, classify, read_inventory
from phases.packets.problems import Problem
from phases.packets.register import codes_mentioned, read_register

from .folder_places import Places

README, REGISTER = "readme.md", "decisions.md"
MAX_SUMMARY = 300
"""Characters of what a decision says; all of it stands in the register itself."""

Row = dict[str, Any]


def contents(folder: Folder, codes: Iterable[str], places: Places) -> Row:
    """All that is known of a folder; the same files of the same phases give the same rows."""
    files = {file.path: file for file in folder.files}
    readme, register = top_file(folder, README), top_file(folder, REGISTER)
    inventory = read_inventory(readme.text or "" if readme else "")
    decisions = read_register(register.text or "" if register else "")
    entries = classify(files, inventory, codes)
    return {
        "title": inventory.title,
        "documents": [_document(entry, files.get(entry.path)) for entry in entries],
        "routes": [asdict(route) for route in inventory.routes],
        "decisions": _decisions(decisions.decisions, places),
        "problems": [
            *(_row(one.path, one.message, refused=is_refused(folder, one.path)) for one in folder.problems),
            *_told(readme, inventory.problems),
            *_told(register, decisions.problems),
            *(_row(path, why) for path, why in places.problems),
        ],
    }


def top_file(folder: Folder, name: str) -> FolderFile | None:
    """The file of this name, in any case, at the top of the folder."""
    return next((file for file in folder.files if file.path.lower() == name), None)


def is_refused(folder: Folder, path: str) -> bool:
    """Whether something that the import would have read could not be: the inventory or the register."""
    return path.lower() in (README, REGISTER) or (not path and not folder.files)


def _document(entry: DocumentEntry, file: FolderFile | None) -> Row:
    row = asdict(entry) | {"role": entry.role.value, "closure": closure_role(entry.path)}
    row |= {"size": file.size if file else 0, "sha256": file.sha256 if file else ""}
    unread = file.why_not if file and file.text is None and is_text(file.path) else ""
    return row | {"unread": unread} if unread else row


def _decisions(found: Sequence[Any], places: Places) -> list[Row]:
    known = {entry.code for entry in found}
    mentions: dict[str, dict[str, None]] = defaultdict(dict)
    for one in places.placed:
        for code in codes_mentioned(one.file.text or ""):
            if code in known:
                mentions[code][one.file.path] = None
    rows = []
    for entry in found:
        row = asdict(entry)
        if len(row["summary"]) > MAX_SUMMARY:
            row["summary"] = row["summary"][: MAX_SUMMARY - 1].rstrip() + "\u2026"
        rows.append(row | {"documents": sorted(mentions[entry.code])})
    return rows


def _told(file: FolderFile | None, problems: Sequence[Problem]) -> list[Row]:
    return [_row(file.path, one.message, one.line) for one in problems] if file else []


def _row(path: str, message: str, line: int = 0, *, refused: bool = False) -> Row:
    return {"path": path, "line": line, "message": message, "level": "error" if refused else "warning"}
