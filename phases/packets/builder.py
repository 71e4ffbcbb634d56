"""Parse events to nodes, counted as they arrive: depth, values, alias expansions, tags, duplicate keys.

Iterative, so that no depth of input can exhaust the stack, and strict while it goes, so that a
hostile text is refused before it costs time or memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from phases.packets.collect import Collector, Refused
from phases.packets.nodes import Mapping, Node, Scalar, Sequence
from phases.packets.problems import Problem
from phases.packets.text import CONTROL, MAX_BYTES

MAX_LEVELS = 100
MAX_EXPANSIONS = 10_000
MAX_KEY_LENGTH = 128
_OWN = "tag:yaml.org,2002:"
_OWN_TAGS = frozenset(
    _OWN + name
    for name in [
        "str",
        "int",
        "float",
        "bool",
        "null",
        "timestamp",
        "binary",
        "map",
        "seq",
        "set",
        "omap",
        "pairs",
        "merge",
        "value",
    ]
) | {"!"}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one text may hold; `max_values` keeps memory bounded for texts full of tiny values."""

    max_bytes: int = MAX_BYTES
    max_levels: int = MAX_LEVELS
    max_expansions: int = MAX_EXPANSIONS

    @property
    def max_values(self) -> int:
        return max(150_000, self.max_bytes // 14)


def _place(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)


def _is_bracket(event: Event) -> bool:
    """True for an end that is written: one of indentation alone takes no characters."""
    start, end = event.start_mark, event.end_mark
    return start is not None and end is not None and end.index > start.index


class _Frame:
    """An open list or map while its events arrive."""

    __slots__ = ("anchor", "chars", "height", "key", "merges", "node", "values")

    def __init__(self, node: Sequence | Mapping, anchor: str | None, values: int, chars: int) -> None:
        self.node = node
        self.anchor = anchor
        self.values = values
        self.chars = chars
        self.key: Scalar | None = None
        self.merges: list[Node] | None = None
        self.height = 1


@dataclass(frozen=True, slots=True)
class _Anchored:
    """A finished node and what one more use of it costs."""

    node: Node
    values: int
    chars: int
    height: int


class Builder:
    """Takes parse events; `root` is the finished tree, `last` the last scalar before its end.

    `ended` says that the text closes itself: with a bracket around all slices, or a line `...`.
    """

    def __init__(self, problems: Collector, limits: Limits) -> None:
        self.problems = problems
        self.limits = limits
        self.max_values = limits.max_values
        self.root: Node | None = None
        self.stack: list[_Frame] = []
        self.anchors: dict[str, _Anchored | None] = {}
        self.documents = 0
        self.values = 0
        self.chars = 0
        self.expansions = 0
        self.last: Scalar | None = None
        self.ended = False
        self.handlers: dict[type[Event], Callable[[Any], None]] = {
            ScalarEvent: self._scalar,
            SequenceStartEvent: self._open,
            MappingStartEvent: self._open,
            SequenceEndEvent: self._close,
            MappingEndEvent: self._close,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
            DocumentEndEvent: self._end,
        }

    def take(self, next_event: Callable[[], Event | None]) -> None:
        """Build from every event until there is none left."""
        handlers = self.handlers
        for event in iter(next_event, None):
            handler = handlers.get(type(event))
            if handler is not None:
                handler(event)

    def _refuse(self, code: str, message: str, event: Event) -> Refused:
        line, column = _place(event)
        return Refused(Problem("error", code, message, line, column))

    def _document(self, event: DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            message = "A second document starts here (---). A packet is one document; keep one per file."
            raise self._refuse("documents", message, event)

    def _end(self, event: DocumentEndEvent) -> None:
        self.ended = self.ended or bool(event.explicit)

    def _scalar(self, event: ScalarEvent) -> None:
        line, column = _place(event)
        text = event.value
        style = event.style
        quoted = bool(style)
        tag = event.tag
        if tag is not None:
            self._check_tag(event)
            quoted = tag == _OWN + "str" or tag == "!"
        if style == '"' and CONTROL.search(text):
            message = "This text holds a control character written as an escape. Remove the escape."
            raise self._refuse("control_character", message, event)
        node = Scalar(text, quoted, line, column)
        self.last = node
        self.chars += len(text)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(node, 1, len(text), 0)
        self._put(node, event)

    def _open(self, event: SequenceStartEvent | MappingStartEvent) -> None:
        if len(self.stack) >= self.limits.max_levels:
            message = f"Values are nested deeper than {self.limits.max_levels} levels here. Flatten them."
            raise self._refuse("too_deep", message, event)
        if event.tag is not None:
            self._check_tag(event)
        maker = Sequence if type(event) is SequenceStartEvent else Mapping
        node = maker(*_place(event))
        frame = _Frame(node, event.anchor, self.values, self.chars)
        self._put(node, event)
        self.stack.append(frame)
        if event.anchor is not None:
            self.anchors[event.anchor] = None

    def _close(self, event: Event) -> None:
        frame = self.stack.pop()
        if len(self.stack) < 2:
            self.ended = _is_bracket(event) or (self.ended and not self.stack)
        if frame.merges is not None:
            self._merge(frame)
        if frame.anchor is not None:
            values = self.values - frame.values
            self.anchors[frame.anchor] = _Anchored(frame.node, values, self.chars - frame.chars, frame.height)
        if self.stack and self.stack[-1].height <= frame.height:
            self.stack[-1].height = frame.height + 1

    def _alias(self, event: AliasEvent) -> None:
        name = event.anchor or ""
        found = self.anchors.get(name, ...)
        if found is ...:
            raise self._refuse("alias", f"*{name} names no anchor above it. Define &{name} first.", event)
        if found is None:
            message = (
                f"*{name} stands inside the value that it names and would never end. Write the value out."
            )
            raise self._refuse("alias", message, event)
        self.expansions += found.values
        self.chars += found.chars
        if self.expansions > self.limits.max_expansions or self.chars > self.limits.max_bytes:
            message = (
                f"Aliases such as *{name} expand too far; at most {self.limits.max_expansions:,} values and"
                f" {self.limits.max_bytes:,} characters are read. Write the values out."
            )
            raise self._refuse("alias", message, event)
        if len(self.stack) + found.height > self.limits.max_levels:
            message = f"*{name} nests values deeper than {self.limits.max_levels} levels. Flatten them."
            raise self._refuse("too_deep", message, event)
        self.values += found.values - 1
        self.last = None
        if self.stack and self.stack[-1].height <= found.height:
            self.stack[-1].height = found.height + 1
        self._put(found.node, event)

    def _check_tag(self, event: ScalarEvent | SequenceStartEvent | MappingStartEvent) -> None:
        if event.tag not in _OWN_TAGS:
            shown = str(event.tag).replace(_OWN, "!!")[:80]
            message = (
                f"The tag {shown} is not one of YAML's own; a packet holds plain texts only. Remove the tag."
            )
            raise self._refuse("tag", message, event)

    def _put(self, node: Node, event: Event) -> None:
        self.values += 1
        if self.values > self.max_values:
            message = f"The file holds more than {self.max_values:,} values. Split the packet."
            raise self._refuse("too_many", message, event)
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        holder = frame.node
        if type(holder) is Sequence:
            holder.items.append(node)
        elif frame.key is None:
            frame.key = self._key(node, event)
        else:
            key, frame.key = frame.key, None
            self._pair(frame, key, node)

    def _key(self, node: Node, event: Event) -> Scalar:
        if not isinstance(node, Scalar):
            message = f"A key must be a text; here it is {node.kind}. Write one word and a colon."
            raise self._refuse("key", message, event)
        if len(node.text) > MAX_KEY_LENGTH:
            message = f"A key has {len(node.text)} characters; at most {MAX_KEY_LENGTH} are read. Shorten it."
            raise self._refuse("key", message, event)
        if "\n" in node.text:
            raise self._refuse("key", "A key must stand on one line. Write one word and a colon.", event)
        return node

    def _pair(self, frame: _Frame, key: Scalar, value: Node) -> None:
        pairs = frame.node.pairs  # type: ignore[union-attr]
        if key.text == "<<" and not key.quoted:
            if frame.merges is not None:
                message = "`<<` stands twice in this map. Name all maps in one: `<<: [*first, *second]`."
                self.problems.error("duplicate_key", message, key, field="<<")
            frame.merges = value.items if isinstance(value, Sequence) else [value]
        elif key.text in pairs:
            first = pairs[key.text][0].line
            message = (
                f"`{key.text}` stands twice in this map, on lines {first} and {key.line}. Keep one of them."
            )
            self.problems.error("duplicate_key", message, key, field=key.text)
        else:
            pairs[key.text] = (key, value)

    def _merge(self, frame: _Frame) -> None:
        pairs = frame.node.pairs  # type: ignore[union-attr]
        for source in frame.merges or ():
            if not isinstance(source, Mapping):
                message = f"<< takes over the keys of a map; here it meets {source.kind}. Name a map."
                self.problems.error("merge_key", message, source, field="<<")
                continue
            for text, pair in source.pairs.items():
                pairs.setdefault(text, pair)
