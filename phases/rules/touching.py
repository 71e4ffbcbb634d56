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
    seq: int = 0
    """Position of its first mention in the ledger."""


class Declared:
    """What the slices of a phase declare, laid out so that a changed file finds its slices quickly."""

    def __init__(self, paths: Mapping[str, Sequence[str]]) -> None:
        self.codes = paths.keys()
        self._without_files = {code for code, declared in paths.items() if not declared}
        self._exact: dict[str, list[str]] = {}
        self._globs = _Globs()
        root = _root(path for declared in paths.values() for path in declared)
        for code, declared in paths.items():
            for one in dict.fromkeys(one for path in declared for one in _readings(path, root)):
                self._add(code, one)

    def _add(self, code: str, path: str) -> None:
        if path == ".":
            path = "**"
        if is_glob(path):
            self._globs.add(path, code)
        else:
            self._exact.setdefault(path, []).append(code)

    def touches(self, mention: Mention) -> dict[str, Touch]:
        """By code the slices that the revision touches, with the first of the files that do it."""
        found: dict[str, str] = {}
        for file in mention.files:
            for code in self.owning(file):
                found.setdefault(code, file)
            if len(found) == len(self.codes):
                break
        for code in mention.unknown_for:
            found.setdefault(code, "")
        for code in mention.reported_for:
            # A slice without files has no other way to learn that its code moved on.
            if code in self._without_files and (mention.files or code in mention.unknown_for):
                found.setdefault(code, "")
        return {
            code: Touch(mention.place, mention.sha, path, mention.seq)
            for code, path in found.items()
            if code in self.codes
        }

    def owning(self, file: str) -> Iterator[str]:
        """Codes of the slices that declare this file, a folder above it, or a glob that matches it."""
        for path in _suffixes(file):
            for above in _above(path):
                yield from self._exact.get(above, ())
            yield from self._globs.owning(path)


class _Node:
    """A place in the tree of globs: what may follow it, and the slices whose glob ends here."""

    __slots__ = ("codes", "deep", "ends", "globs", "is_deep", "names")

    def __init__(self, *, is_deep: bool = False) -> None:
        self.is_deep = is_deep
        self.names: dict[str, _Node] = {}
        self.globs: dict[tuple[str, str], dict[str, _Node]] = {}
        """By what stands before their first wildcard and after their last one."""
        self.ends: set[tuple[int, int]] = set()
        """The lengths of these: whole rows of globs differ only there, and most are not looked at."""
        self.deep: _Node | None = None
        self.codes: list[str] = []

    def child(self, part: str) -> _Node:
        if part == "**":
            self.deep = self.deep or _Node(is_deep=True)
            return self.deep
        if not is_glob(part):
            return self.names.setdefault(part, _Node())
        plain = part.replace("?", "*")
        ends = (part[: plain.index("*")], part[plain.rindex("*") + 1 :])
        self.ends.add((len(ends[0]), len(ends[1])))
        return self.globs.setdefault(ends, {}).setdefault(part, _Node())

    def following(self, part: str) -> Iterator[_Node]:
        if self.is_deep:
            yield self
        if part in self.names:
            yield self.names[part]
        for first, last in self.ends:
            ends = (part[:first], part[len(part) - last :])
            for glob, node in self.globs.get(ends, {}).items():
                if covers(glob, part):
                    yield node


class _Globs:
    """All globs as one tree, so that a file is not held against each of them; it agrees with `covers`."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, glob: str, code: str) -> None:
        node = self._root
        for part in glob.split("/"):
            node = node.child(part)
        node.codes.append(code)

    def owning(self, path: str) -> Iterator[str]:
        """Codes of the slices with a glob that matches the path or a folder above it."""
        here = _with_deep([self._root])
        for part in path.split("/"):
            here = _with_deep([node for one in here for node in one.following(part)])
            for node in here:
                yield from node.codes


def _with_deep(nodes: list[_Node]) -> list[_Node]:
    """The places reached when every `**` may also stand for nothing, each once."""
    found = dict.fromkeys(nodes)
    rest = list(found)
    while rest:
        deep = rest.pop().deep
        if deep is not None and deep not in found:
            found[deep] = None
            rest.append(deep)
    return list(found)


def latest(declared: Declared, mentions: Iterable[Mention]) -> tuple[dict[str, Touch], dict[str, Touch]]:
    """By code the newest revision that touches each slice, and the newest recorded as a fix in it."""
    touches: dict[str, Touch] = {}
    fixes: dict[str, Touch] = {}
    for mention in mentions:
        _keep_newest(touches, declared.touches(mention))
        _keep_newest(fixes, fixes_of(mention))
    return touches, fixes


def fixes_of(mention: Mention) -> dict[str, Touch]:
    """By code the slices in which the revision is recorded as the fix of a finding."""
    return {
        code: Touch(mention.place, mention.sha, what, mention.seq) for code, what in mention.fixes.items()
    }


def _keep_newest(known: dict[str, Touch], found: Mapping[str, Touch]) -> None:
    for code, touch in found.items():
        if code not in known or order(known[code]) <= order(touch):
            known[code] = touch


def order(touch: Touch) -> tuple[int, int]:
    """Touches come by their revisions; one that names none comes after what was known of the newest."""
    return touch.place, 0 if touch.revision else touch.seq


def tidy(path: str) -> str:
    """A path as it is compared: forward slashes, nothing doubled, no `./` in front."""
    plain = path.strip().replace("\\", "/")
    while plain:
        tidied = posixpath.normpath(plain).strip()
        # What is taken away may leave blanks at an end, and these something to take away.
        if tidied == plain:
            break
        plain = tidied
    return f"/{plain.lstrip('/')}" if plain.startswith("/") else plain


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
