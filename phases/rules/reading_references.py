"""Documents that a text names and that nobody has."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from phases.packets.closure_facts import ReferenceRead

_DOCUMENT = re.compile(r"\.(?:md|ya?ml|json)$", re.IGNORECASE)
_OF_CODE = re.compile(
    r"(?:package(?:-lock)?|tsconfig[\w.-]*|jsconfig|turbo|nx|project|biome|deno|composer|vercel)\.json"
    r"|pnpm-(?:lock|workspace)\.yaml|docker-compose[\w.-]*\.ya?ml",
    re.IGNORECASE,
)
"""Files of the code under work, which no packet brings along."""


def missing(references: Iterable[ReferenceRead], known: Iterable[str], path: str) -> list[ReferenceRead]:
    """The references to documents and folders that are not among the `known` paths.

    They are looked for as written, relative to the document at `path`, and by the name of the file.
    """
    paths = {one.strip("/").lower() for one in (*known, path)}
    names = {one.rpartition("/")[2] for one in paths}
    folders = {part for one in paths for part in one.split("/")[:-1]}
    return [one for one in references if not _is_known(one.path.lower(), path.lower(), paths, names, folders)]


def _is_known(written: str, path: str, paths: set[str], names: set[str], folders: set[str]) -> bool:
    if written.endswith("/"):
        return posixpath.basename(written.rstrip("/")) in folders
    name = posixpath.basename(written)
    if not _DOCUMENT.search(name) or _OF_CODE.fullmatch(name):
        return True
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
    return beside in paths or written.strip("/") in paths or name in names
