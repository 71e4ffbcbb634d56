"""A folder on the disk. Links are never followed, and nothing but plain files is opened."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from phases.folders.gathering import Gathering, TooMuch, refused
from phases.folders.names import is_left_out, length_fault, name_fault
from phases.folders.shapes import Folder, Limits

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_LINK = "A link, which is never followed. Put a copy of the file in its place."
_KINDS = (
    (stat.S_ISLNK, _LINK),
    (stat.S_ISFIFO, "A pipe, not a file. Remove it."),
    (stat.S_ISSOCK, "A socket, not a file. Remove it."),
    (stat.S_ISCHR, "A device, not a file. Remove it."),
    (stat.S_ISBLK, "A device, not a file. Remove it."),
)


def read_folder(path: Path, limits: Limits | None = None) -> Folder:
    """Read the folder that `path` names; it may itself be reached by links, as the caller chose it.

    Never raises for what lies there. Holds `limits.total_bytes` of text at most.
    """
    gathering = Gathering(limits or Limits())
    name = _name(path)
    try:
        root = os.open(path, _FOLDER & ~os.O_NOFOLLOW)
    except (OSError, ValueError) as error:
        return refused(
            name, f"The folder cannot be read: {_said(error)}. Give its path and the right to read it."
        )
    try:
        _walk(gathering, root, "")
    except TooMuch as much:
        return refused(name, str(much))
    finally:
        os.close(root)
    return gathering.folder(name)


def kind_fault(mode: int) -> str:
    """Why something of this file mode is not read; empty for plain files and folders."""
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return ""
    return next((text for test, text in _KINDS if test(mode)), "Not a plain file. Remove it.")


def _name(path: Path) -> str:
    try:
        return path.resolve().name or "folder"
    except (OSError, ValueError, RuntimeError):
        return path.name or "folder"


def _walk(gathering: Gathering, folder: int, prefix: str) -> None:
    """Read an open folder and all below it. Works by its descriptor: a swapped path leads nowhere else."""
    names = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                gathering.entry()
                names.append(entry.name)
    except OSError as error:
        gathering.problem(prefix.rstrip("/"), _unreadable("folder", error))
    for name in sorted(names):
        _visit(gathering, folder, name, f"{prefix}{name}")


def _visit(gathering: Gathering, folder: int, name: str, path: str) -> None:
    if is_left_out(name):
        gathering.left_out.add(path)
        return
    if fault := name_fault(path) or length_fault(path, gathering.limits):
        gathering.problem(path, fault)
        return
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if fault := kind_fault(mode):
            gathering.refuse(path, fault)
        elif stat.S_ISDIR(mode):
            _descend(gathering, folder, name, path)
        else:
            _read(gathering, folder, name, path)
    except OSError as error:
        gathering.refuse(path, _unreadable("file", error))


def _descend(gathering: Gathering, folder: int, name: str, path: str) -> None:
    try:
        inner = os.open(name, _FOLDER, dir_fd=folder)
    except OSError as error:
        gathering.problem(path, _unreadable("folder", error))
        return
    try:
        _walk(gathering, inner, f"{path}/")
    finally:
        os.close(inner)


def _read(gathering: Gathering, folder: int, name: str, path: str) -> None:
    """Read one plain file. Raises OSError."""
    with os.fdopen(os.open(name, _FILE, dir_fd=folder), "rb") as file:
        found = os.fstat(file.fileno())
        if fault := kind_fault(found.st_mode):
            gathering.refuse(path, fault)
        elif found.st_size > gathering.limits.file_bytes:
            gathering.large(path, found.st_size)
        elif found.st_size > gathering.limits.total_bytes - gathering.total:
            gathering.past_total(path, found.st_size)
        else:
            gathering.take(path, file.read(gathering.budget()))


def _unreadable(what: str, error: OSError) -> str:
    return f"The {what} cannot be read: {_said(error)}. Give the right to read it, or remove it."


def _said(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "its name is not one of a file"
