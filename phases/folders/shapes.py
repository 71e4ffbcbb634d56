"""What a folder holds, and how much of it is read."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read. Sizes are bytes, lengths are characters."""

    files: int = 2_000
    entries: int = 20_000
    """Files, folders and everything else, also what is left out."""
    total_bytes: int = 64 * MIB
    file_bytes: int = 2 * MIB
    """A larger file is not read at all."""
    depth: int = 20
    """Folders within folders."""
    path_length: int = 500
    zip_bytes: int = 16 * MIB
    ratio: int = 100
    """Bytes that one compressed byte may become, in one file and in the whole zip."""
    problems: int = 500
    """Problems that are told singly."""


@dataclass(frozen=True, slots=True)
class FolderFile:
    """One file. `path` is relative to the folder, with forward slashes.

    `sha256` is empty where the bytes were not read: then `size` is what the file system or the zip
    says. `text` is None where there is none to read, and `why_not` says why and what to do.
    """

    path: str
    size: int
    sha256: str
    text: str | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class FolderProblem:
    """What is wrong at a path (empty: the folder as a whole), and the remedy.

    A path that could not be stored or printed is shown with its odd characters replaced.
    """

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder's name, its files in the order of their paths, and its problems in the order of theirs."""

    name: str
    files: tuple[FolderFile, ...] = ()
    problems: tuple[FolderProblem, ...] = ()
