"""Which slices a revision touches, by the files it changed and the paths that the slices declare."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .graph import covers, is_glob
from .state import Touch

DEEPEST = 40
"""Folders of an absolute path that are tried as the initiative's root."""


class Mention(NamedTuple):
    """A revision with what is known of it, added up over all its mentions."""

    sha: str
    place: int
    files: Sequence[str] = ()
    reported_for: Sequence[str] = ()
    """Codes of the slices that it was reported for."""
    unknown_for: Sequence[str] = ()
    """Those of them that it was reported for without its changed files."""
    fixes: Mapping[str, str] = {}
    """Key of the finding that it fixes, by code of the slice."""


class Declared:
    """What the slices of a phase declare, laid out so that a changed file finds its slices quickly."""

    def __init__(self, paths: Mapping[str, Sequence[str]]) -> None:
        self.codes = list(paths)
        self._without_files = {code for code, declared in paths.items() if not declared}
        self._exact: dict[str, list[str]] = {}
        self._globs: list[tuple[str, str]] = []
        root = _root(path for declared in paths.values() for path in declared)
        for code, declared in paths.items():
            for path in declared:
                for one in _readings(path, root):
                    self._add(code, one)

    def _add(self, code: str, path: str) -> None:
        if is_glob(path):
            self._globs.append((path, code))
        else:
            self._exact.setdefault(path, []).append(code)

    def touches(self, mention: Mention) -> dict[str, Touch]:
        """By code the slices that the revision touches, with the first of the files that do it."""
        found: dict[str, str] = {}
        for file in mention.files:
            for code in self.owning(file):
                found.setdefault(code, file)
        for code in mention.unknown_for:
            found.setdefault(code, "")
        for code in mention.reported_for:
            # A slice without files has no other way to learn that its code moved on.
            if code in self._without_files and (mention.files or code in mention.unknown_for):
                found.setdefault(code, "")
        known = set(self.codes)
        return {
            code: Touch(mention.place, mention.sha, path) for code, path in found.items() if code in known
        }

    def owning(self, file: str) -> Iterator[str]:
        """Codes of the slices that declare this file, a folder above it, or a glob that matches it."""
        for path in _suffixes(file):
            for above in _above(path):
                yield from self._exact.get(above, ())
            for glob, code in self._globs:
                if covers(glob, path):
                    yield code


def latest_touches(declared: Declared, mentions: Iterable[Mention]) -> dict[str, Touch]:
    """By code the newest revision that touches each slice."""
    result: dict[str, Touch] = {}
    for mention in mentions:
        for code, touch in declared.touches(mention).items():
            if code not in result or result[code].place <= touch.place:
                result[code] = touch
    return result


def latest_fixes(mentions: Iterable[Mention]) -> dict[str, Touch]:
    """By code the newest revision that is recorded as the fix of a finding in that slice."""
    result: dict[str, Touch] = {}
    for mention in mentions:
        for code, finding in mention.fixes.items():
            if code not in result or result[code].place <= mention.place:
                result[code] = Touch(mention.place, mention.sha, finding)
    return result


def tidy(path: str) -> str:
    """A path as it is compared: forward slashes, nothing doubled, no `./` in front."""
    plain = path.strip().replace("\\", "/")
    return posixpath.normpath(plain) if plain else ""


def _above(path: str) -> Iterator[str]:
    """The path itself and every folder above it."""
    while path and path != "/":
        yield path
        path = path.rpartition("/")[0]


def _root(paths: Iterable[str]) -> str:
    """The folder that all absolute paths have in common; the initiative's root is it or one above it."""
    folders = [posixpath.dirname(path.split("*", 1)[0].rstrip("/")) for path in paths if path.startswith("/")]
    return posixpath.commonpath(folders) if folders else ""


def _readings(path: str, root: str) -> Iterator[str]:
    """A declared path as it may be meant: absolute ones also relative to every possible root."""
    plain = tidy(path)
    if not plain:
        return
    yield plain
    if plain.startswith("/") and root:
        for folder in list(_above(root))[:DEEPEST]:
            if plain.startswith(f"{folder}/"):
                yield plain[len(folder) + 1 :]


def _suffixes(file: str) -> Iterator[str]:
    """A changed file as it may be meant: an absolute one also without each of the folders in front."""
    plain = tidy(file)
    yield plain
    if plain.startswith("/"):
        parts = plain.strip("/").split("/")
        for start in range(min(len(parts), DEEPEST)):
            yield "/".join(parts[start:])
