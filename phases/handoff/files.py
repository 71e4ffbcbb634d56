"""The documents as files: written whole or not at all, and compared with what would be written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple


class Unwritable(Exception):
    """A folder or file that cannot be written or read; `str()` names it and says why."""


class Difference(NamedTuple):
    """A file that is not as it would be written."""

    name: str
    line: int = 0
    """The first line that differs, from 1; 0 where there is no such file."""
    is_gone: bool = False
    """The file is there, but its text was redacted since."""


def require_folder(path: Path) -> None:
    """Raise Unwritable where something else than a folder stands there, or nobody may look."""
    try:
        if path.exists() and not path.is_dir():
            raise Unwritable(f"{path} is a file: name a folder for the documents.")
    except OSError as error:
        raise Unwritable(_why(error, path)) from error


def write(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """Write what differs, and answer its names; other files of the folder are left alone.

    All of it is on the disk before the first file takes its name. Raises Unwritable.
    """
    changed = {
        name: text.encode() for name, text in texts.items() if _content(folder / name) != text.encode()
    }
    made: dict[Path, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in changed.items():
            aside = folder / f".{name}.{os.getpid()}.tmp"
            made[aside] = folder / name
            _put(aside, content)
        for aside, target in made.items():
            aside.replace(target)
    except OSError as error:
        raise Unwritable(_why(error, folder)) from error
    finally:
        for aside in made:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
    return list(changed)


def _put(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _content(path: Path) -> bytes | None:
    """What a file holds; None where there is none. Raises Unwritable where it cannot be read."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Unwritable(_why(error, path)) from error


def differences(folder: Path, texts: Mapping[str, str | None]) -> Iterator[Difference]:
    """The files that `write` would write, and those of texts that are gone (None) and still lie there."""
    for name, text in texts.items():
        content = _content(folder / name)
        if text is None:
            if content is not None:
                yield Difference(name, is_gone=True)
        elif content is None:
            yield Difference(name)
        elif content != text.encode():
            yield Difference(name, _first_line(content, text.encode()))


def _first_line(one: bytes, other: bytes) -> int:
    pairs = zip_longest(one.split(b"\n"), other.split(b"\n"))
    return next(number for number, (left, right) in enumerate(pairs, 1) if left != right)


def _why(error: OSError, place: Path) -> str:
    return f"{error.filename or place} cannot be used: {error.strerror or error}. Name another folder."
