"""Whether a text ends where its author ended it, or was cut off on its way."""

from __future__ import annotations

from collections import abc

from phases.packets.builder import Builder
from phases.packets.collect import Collector
from phases.packets.nodes import Mapping, Node, Scalar, Sequence
from phases.packets.problems import Problem
from phases.packets.text import lines_of

END = "..."
"""YAML's own line for the end of a document: a text that has it was not cut off."""


def check_end(builder: Builder, text: str, problems: Collector) -> None:
    """Refuse a text that ends in mid-value or in mid-slice; warn of any other missing line end."""
    last = builder.last
    if last is not None and builder.root is not last and _is_cut(last, text):
        message = "The file ends where a value is expected; it looks cut off. Complete it or remove this key."
        problems.error("cut_off", message, last)
        return
    entries = [] if builder.ended else _open_slices(builder.root)
    whole = text.endswith(("\n", "\r"))
    if entries and not whole:
        problems.add(_in_slice(entries, text))
    elif entries:
        _check_keys(entries, problems)
    elif text and not whole:
        message = "The file does not end with a line end. If it was cut off, import the complete one."
        problems.add(Problem("warning", "no_line_end", message, *_end_of(text)))


def missing_keys(entries: abc.Sequence[abc.Collection[str]]) -> list[str]:
    """The keys that the last entry lacks and all others have, where there are at least two others.

    Only keys that some other entry has after the last one's last key: a cut takes what comes after.
    """
    if len(entries) < 3 or not entries[-1]:
        return []
    others = entries[:-1]
    common = set(others[0]).intersection(*others[1:]).difference(entries[-1])
    final = list(entries[-1])[-1]
    after: set[str] = set()
    for keys in others:
        ordered = list(keys)
        if final in keys:
            after.update(ordered[ordered.index(final) + 1 :])
    return [key for key in others[0] if key in common & after]


def _is_cut(last: Scalar, text: str) -> bool:
    """True if the last value of the text is empty and only blanks and comments follow it."""
    if last.quoted or last.text:
        return False
    rest = lines_of(text)[last.line - 1 :]
    rest[:1] = [line[last.column - 1 :] for line in rest[:1]]
    return all(not line.strip() or line.lstrip().startswith("#") for line in rest)


def _open_slices(root: Node | None) -> list[tuple[str, Node]]:
    """Code and node of each slice, if `slices` is the last key of the file."""
    if not isinstance(root, Mapping) or not root.pairs or list(root.pairs)[-1] != "slices":
        return []
    node = root.get("slices")
    if isinstance(node, Mapping):
        return [(code, value) for code, (_, value) in node.pairs.items()]
    return [(_code(item), item) for item in node.items] if isinstance(node, Sequence) else []


def _code(item: Node) -> str:
    code = item.get("id") if isinstance(item, Mapping) else None
    return code.text.strip()[:32] if isinstance(code, Scalar) else ""


def _in_slice(entries: list[tuple[str, Node]], text: str) -> Problem:
    code = entries[-1][0]
    message = (
        f"The file ends without a line end inside slice {code or len(entries)}: it may have been cut off."
        " Check that it is whole and end it with a line end."
    )
    return Problem("error", "cut_off", message, *_end_of(text), slice=code)


def _check_keys(entries: list[tuple[str, Node]], problems: Collector) -> None:
    code, last = entries[-1]
    missing = missing_keys([node.pairs if isinstance(node, Mapping) else {} for _, node in entries])
    if missing and isinstance(last, Mapping):
        listed = ", ".join(f"`{key}`" for key in missing)
        # Only a warning: the last slice of an honest packet is often the shortest.
        message = (
            f"The file may be cut off in slice {code or len(entries)}: it lacks {listed}, which every other"
            f" slice has. Check that it is complete; a last line `{END}` says that it is."
        )
        problems.warning("cut_off", message, last, of=code)


def _end_of(text: str) -> tuple[int, int]:
    lines = lines_of(text)
    return len(lines), len(lines[-1]) + 1
