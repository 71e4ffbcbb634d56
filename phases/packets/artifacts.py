"""Closure artifacts: those a slice declares, and those evident from the files of a runtime pass folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from phases.packets.nodes import Mapping, Node, Scalar
from phases.packets.packet import Artifact, When
from phases.packets.values import Values

MAX_PATH = 500
"""Characters of a path; a longer one is refused, so nothing is read from it."""

_RUNTIME = re.compile(r"runtime(?=[-_])")
_PASS = re.compile(r"[-_]pass(?![^-_])")
_GLOB = re.compile(r"[*?\[]")
_FIELD = "requires_artifacts"


def read_paths(values: Values, node: Node | None, field: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Paths written as texts or `{path: ...}` maps, and what else such maps say, by path."""
    paths: list[str] = []
    extras: dict[str, Any] = {}
    for item in values.items(node, field):
        path, extra, _ = _path(values, item, field)
        if path:
            paths.append(path)
        if path and extra:
            extras.setdefault(path, {}).update(extra)
    return tuple(paths), extras


def _path(values: Values, item: Node, field: str) -> tuple[str, dict[str, Any], Node | None]:
    if not isinstance(item, Mapping):
        return values.line(item, field), {}, None
    if item.get("path") is None:
        message = f"An entry of `{field}` is a map without `path`; expected a text or {{path: ...}}."
        values.error("wrong_type", message, item, field)
        return "", {}, None
    known = frozenset({"path", "when"} if field == _FIELD else {"path"})
    extra = values.unknown(item, known, f"in `{field}`")
    return values.line(item.get("path"), field), extra, item.get("when")


def read_declared(values: Values, node: Node | None) -> tuple[list[Artifact], dict[str, Any]]:
    """The entries of `requires_artifacts`, each path once, and what else they say, by path."""
    found: dict[str, Artifact] = {}
    extras: dict[str, Any] = {}
    for item in values.items(node, _FIELD):
        path, extra, when_node = _path(values, item, _FIELD)
        if not path:
            continue
        when = _when(values, when_node)
        if path in found:
            message = f"`{_FIELD}` names {path} twice; it counts once, as `when: {found[path].when}`."
            values.warning("repeated", message, item, _FIELD)
            continue
        found[path] = Artifact(path=path, when=when, line=item.line)
        if extra:
            extras[path] = extra
    return list(found.values()), extras


def _when(values: Values, node: Node | None) -> When:
    word = node.text.strip().lower() if isinstance(node, Scalar) else ""
    if node is None or word in ("", "null", "~", When.ALWAYS):
        return When.ALWAYS
    if word != When.TRIGGERED:
        shown = f"`{word[:40]}`" if word else node.kind
        values.error("bad_when", f"`when` is {shown}; expected always or triggered.", node, "when")
    return When.TRIGGERED


def infer_artifacts(
    declared: Iterable[Artifact], files: Iterable[str], triggered: frozenset[str], line: int
) -> tuple[Artifact, ...]:
    """The declared artifacts, then those of `files` that lie in a runtime pass folder.

    `triggered` are paths that some slice of the packet declares `when: triggered`.
    """
    found = {artifact.path: artifact for artifact in declared}
    for path in files:
        if path in found or not is_pass_document(path):
            continue
        by_name = "TRIGGER_EVIDENCE" in path.rsplit("/", 1)[-1].upper()
        when = When.TRIGGERED if by_name or path in triggered else When.ALWAYS
        found[path] = Artifact(path=path, when=when, inferred=True, line=line)
    return tuple(found.values())


def is_pass_document(path: str) -> bool:
    """True for an `.md` or `.json` file of a runtime pass folder; a glob names no file."""
    if len(path) > MAX_PATH or _GLOB.search(path):
        return False
    *folders, name = path.lower().split("/")
    return name.endswith((".md", ".json")) and any(map(_is_pass_folder, folders))


def _is_pass_folder(folder: str) -> bool:
    """True for names such as `phase-d-runtime-execution-pass-01`, in time linear in their length."""
    runtime = _RUNTIME.search(folder)
    return runtime is not None and _PASS.search(folder, runtime.end()) is not None
