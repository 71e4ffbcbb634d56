"""The inventory held against the folder: which documents there are, which are missing, which are unlisted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from phases.packets.inventory_paths import is_outside
from phases.packets.inventory_reader import Inventory, Listed, Route
from phases.packets.inventory_roles import Role, phase_codes, phase_of, role_of
from phases.rules.graph import is_glob
from phases.rules.touching import Declared

_DIGITS = re.compile(r"(\d{1,18})")


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """One document: a file, or a listed path, glob or folder for which there is no file.

    `phase` is empty for the initiative's own. `routes` are the needs for which to read it. A path that
    leads `outside` of the folder cannot be looked up; it is not present, and not missing either.
    """

    path: str
    role: Role
    description: str = ""
    phase: str = ""
    section: str = ""
    listed: bool = True
    present: bool = True
    routes: tuple[str, ...] = ()
    outside: bool = False


def classify(
    paths_present: Iterable[str], inventory: Inventory, codes: Iterable[str] = ()
) -> tuple[DocumentEntry, ...]:
    """All documents by phase, the initiative's first, then as listed; unlisted ones come last by path.

    Each path stands once: its own entry wins over a glob or folder that also covers it, and the first
    entry over a later one. A file that only a route names is listed, too. `codes` are phases known from
    elsewhere; those that names of files speak of are added.
    """
    present = sorted(set(paths_present))
    listed = [*inventory.documents, *_only_routed(inventory)]
    every = dict.fromkeys(codes)
    every.update(dict.fromkeys(phase_codes([*present, *(each.path for each in listed)])))
    own = len(inventory.documents)
    found = [*_told(present, listed, own), *_missing(present, listed, own)]
    needs = _Needs(inventory.routes)
    entries = [
        (
            order,
            replace(entry, phase=phase_of(entry.path, every), routes=needs.of(entry.path)),
        )
        for order, entry in found
    ]
    return tuple(entry for _, entry in sorted(entries, key=lambda one: (_natural(one[1].phase), *one[0])))


_Found = tuple[tuple[int, str], DocumentEntry]


def _only_routed(inventory: Inventory) -> list[Listed]:
    """Paths that routes name, as entries without description; they come after what is listed."""
    known = {_pattern(each.path) for each in inventory.documents}
    paths = {route.path: route for route in reversed(inventory.routes) if _pattern(route.path) not in known}
    routed = sorted(paths.values(), key=lambda route: route.line)
    return [Listed(each.path, "", "", role_of(each.path, "", each.need), each.line) for each in routed]


def _told(present: Sequence[str], listed: Sequence[Listed], described: int) -> list[_Found]:
    """The files there are, each with the words of the entry that means it; `described` ones have words."""
    own: dict[str, int] = {}
    for at, each in enumerate(listed):
        own.setdefault(each.path, at)
    covering = _declared([each.path for each in listed])
    found: list[_Found] = []
    for path in present:
        ways = [int(key) for key in covering.owning(path)]
        at = own.get(path, min(ways, default=-1))
        if at < 0:
            entry = DocumentEntry(path, role_of(path), listed=False)
            found.append(((len(listed), path), entry))
            continue
        words = listed[at] if at < described else listed[min(ways, default=at)]
        role = role_of(path, words.section, words.description)
        found.append(((at, path), DocumentEntry(path, role, words.description, section=words.section)))
    return found


def _missing(present: Sequence[str], listed: Sequence[Listed], described: int) -> list[_Found]:
    """Entries that no file answers, each path once."""
    files = set(present)
    covering = _declared([each.path for each in listed])
    answered = {key for path in present for key in covering.owning(path)}
    globs = _declared([each.path if is_glob(each.path) or each.path.endswith("/") else "" for each in listed])
    found: dict[str, _Found] = {}
    for at, each in enumerate(listed):
        if each.path in files or str(at) in answered or _pattern(each.path) in found:
            continue
        words = each
        if at >= described:
            words = next((listed[int(key)] for key in globs.owning(each.path) if int(key) < described), each)
        entry = DocumentEntry(each.path, each.role, words.description, section=words.section, present=False)
        found[_pattern(each.path)] = ((at, each.path), replace(entry, outside=is_outside(each.path)))
    return list(found.values())


def _declared(paths: Sequence[str]) -> Declared:
    """What covers a path, by the place of the covering entry; a folder's content is all below it."""
    return Declared({str(at): [_pattern(path)] if path else [] for at, path in enumerate(paths)})


def _pattern(path: str) -> str:
    """What a path covers, as the matcher has it: `_x/`, `_x/*` and `_x/**` are the folder and all below."""
    plain = path.rstrip("/")
    folder = plain.removesuffix("/**").removesuffix("/*")
    return plain if is_glob(folder) else folder


class _Needs:
    """The needs of the routes by path: a route to a folder or glob leads to every document in it."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = routes
        self._declared = _declared([route.path for route in routes])
        self._exact: dict[str, list[str]] = {}
        for route in routes:
            self._exact.setdefault(_pattern(route.path), []).append(route.need)

    def of(self, path: str) -> tuple[str, ...]:
        covering = sorted({int(key) for key in self._declared.owning(path)})
        needs = [self._routes[at].need for at in covering]
        return tuple(dict.fromkeys([*needs, *self._exact.get(_pattern(path), ())]))


def _natural(phase: str) -> tuple[tuple[int, int, str], ...]:
    """Orders 2 before 10, and nothing before everything."""
    parts = [part for part in _DIGITS.split(phase) if part]
    return tuple((0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts)
