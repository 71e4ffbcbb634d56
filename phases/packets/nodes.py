"""The light tree between YAML and the Packet: written text with line and column.

Scalars keep the text as it stands in the file. What plain YAML would have made of it (a boolean,
a number, a date) is answered by `plain_type`, never applied.
"""

from __future__ import annotations

import yaml

_TYPE_WORDS = {"bool": "boolean", "int": "number", "float": "number", "null": "null", "timestamp": "date"}
_RESOLVERS = {
    first: [(tag.rsplit(":", 1)[1], pattern) for tag, pattern in found]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Node:
    """A place in the file; line and column count from 1."""

    __slots__ = ("column", "line")
    kind = "nothing"

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column


class Scalar(Node):
    __slots__ = ("quoted", "text")
    kind = "a text"

    def __init__(self, text: str, quoted: bool, line: int, column: int) -> None:
        self.text = text
        self.quoted = quoted
        self.line = line
        self.column = column


class Sequence(Node):
    __slots__ = ("items",)
    kind = "a list"

    def __init__(self, line: int, column: int) -> None:
        self.items: list[Node] = []
        self.line = line
        self.column = column


class Mapping(Node):
    __slots__ = ("pairs",)
    kind = "a map"

    def __init__(self, line: int, column: int) -> None:
        self.pairs: dict[str, tuple[Scalar, Node]] = {}
        self.line = line
        self.column = column

    def get(self, key: str) -> Node | None:
        pair = self.pairs.get(key)
        return None if pair is None else pair[1]

    def key(self, key: str) -> Scalar:
        return self.pairs[key][0]


def plain_type(text: str) -> str:
    """What plain YAML 1.1 makes of an unquoted text: "boolean", "number", "null", "date" or ""."""
    for tag, pattern in _RESOLVERS.get(text[:1], ()):
        if pattern.match(text):
            return _TYPE_WORDS.get(tag, "")
    return ""


def is_null(node: Node | None) -> bool:
    """True for nothing, an empty value, `~` and `null`."""
    if node is None:
        return True
    return isinstance(node, Scalar) and not node.quoted and plain_type(node.text) == "null"
