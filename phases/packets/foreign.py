"""Files that are no packet at all: one helpful message each."""

from __future__ import annotations

from phases.packets.nodes import Mapping, Node, Scalar, Sequence, is_null
from phases.packets.problems import Problem
from phases.packets.values import CODE

LOOKS_LIKE = (
    "A packet is a map with `phase: A` and a list `slices:`, each slice with `id`, `title`, `owner` and, "
    "where it waits for others, `depends_on`."
)
_OTHER_KINDS = [
    "tracks",
    "epics",
    "work_packages",
    "workpackages",
    "tasks",
    "stories",
    "user_stories",
    "tickets",
    "issues",
    "items",
    "features",
    "steps",
    "jobs",
    "stages",
    "sprints",
    "iterations",
    "workstreams",
    "streams",
    "modules",
    "activities",
    "deliverables",
    "phases",
    "milestones",
    "todo",
    "todos",
    "backlog",
    "plan",
    "projects",
    "services",
]


def not_a_packet(root: Node | None) -> Problem | None:
    """The one problem of a file that is no packet; None if it has slices."""
    if root is None or is_null(root):
        return Problem("error", "empty", f"The file is empty. {LOOKS_LIKE}")
    if not isinstance(root, Mapping):
        message = f"The file holds {root.kind} at its top, not a map. {LOOKS_LIKE}"
        return Problem("error", "not_a_packet", message, root.line, root.column)
    slices = root.get("slices")
    if slices is None:
        return _without_slices(root)
    if is_null(slices) or (isinstance(slices, Sequence | Mapping) and _is_empty(slices)):
        key = root.key("slices")
        message = f"`slices` is empty. {LOOKS_LIKE}"
        return Problem("error", "no_slices", message, key.line, key.column, field="slices")
    if isinstance(slices, Scalar):
        message = f"`slices` is a text, not a list. {LOOKS_LIKE}"
        return Problem("error", "wrong_type", message, slices.line, slices.column, field="slices")
    return None


def _is_empty(node: Sequence | Mapping) -> bool:
    return not (node.items if isinstance(node, Sequence) else node.pairs)


def _without_slices(root: Mapping) -> Problem:
    for name, (key, value) in root.pairs.items():
        if name.lower().replace("-", "_") in _OTHER_KINDS and isinstance(value, Sequence | Mapping):
            message = (
                f"This is another kind of work breakdown: it has `{name}:` on line {key.line}{_ids(value)} "
                f"and no `slices:`. {LOOKS_LIKE}"
            )
            return Problem("error", "not_a_packet", message, key.line, key.column, field=name)
    found = ", ".join(f"`{name[:40]}`" for name in list(root.pairs)[:8]) or "nothing"
    message = f"The file has no `slices:`; its top level has {found}. {LOOKS_LIKE}"
    return Problem("error", "no_slices", message, root.line, root.column)


def _ids(value: Node) -> str:
    """What the first entry calls itself, where that is a number."""
    entries = value.items if isinstance(value, Sequence) else []
    first = entries[0].get("id") if entries and isinstance(entries[0], Mapping) else None
    if isinstance(first, Scalar) and first.text.isdigit() and CODE.fullmatch(first.text):
        return f", with numbers for ids (`id: {first.text}`, line {first.line})"
    return ""
