"""Nodes to plain values: texts as written, lists of texts, flags, dates, and JSON for unknown keys."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from phases.packets.collect import Collector
from phases.packets.hints import hint
from phases.packets.nodes import Mapping, Node, Scalar, Sequence, is_null, plain_type

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
CODE_RULE = (
    "begins with a letter or a digit and has letters, digits, dot, dash and underscore, at most 32 characters"
)
RESERVED_CODES = frozenset({"next", "phase_exit"})
"""Words that gate maps use for something else, so that no slice can be named so."""

DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
_PART = re.compile(r"-?[0-9]{1,12}\.[0-9]{1,12}")


@dataclass(slots=True)
class Places:
    """Where references and fields stand: (slice position or -1, field, value) -> node."""

    nodes: dict[tuple[int, str, str], Node] = field(default_factory=dict)

    def put(self, index: int, name: str, value: str, node: Node) -> None:
        self.nodes.setdefault((index, name, value), node)

    def get(self, index: int, name: str, value: str = "") -> Node | None:
        return self.nodes.get((index, name, value))


@dataclass(slots=True)
class Values:
    """Reads values of one map and says what is wrong with them."""

    problems: Collector
    places: Places
    slice: str = ""
    index: int = -1

    def error(self, code: str, message: str, at: Node | None, field: str = "") -> None:
        self.problems.error(code, message, at, of=self.slice, field=field)

    def warning(self, code: str, message: str, at: Node | None, field: str = "") -> None:
        self.problems.warning(code, message, at, of=self.slice, field=field)

    def wrong_type(self, node: Node, field: str, wanted: str) -> None:
        self.error("wrong_type", f"`{field}` is {node.kind}; expected {wanted}.", node, field)

    def text(self, node: Node | None, field: str) -> str:
        """The written text without outer blanks; empty for nothing."""
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.wrong_type(node, field, "one text; quote it if it holds a colon or brackets")
            return ""
        if not node.quoted:
            meaning = plain_type(node.text)
            if meaning == "null":
                return ""
            if meaning:
                self._kept(node, meaning, field)
        return node.text.strip()

    def _kept(self, node: Scalar, meaning: str, field: str) -> None:
        message = (
            f"`{node.text[:60]}` is a {meaning} to YAML; it is kept as the text written. Quote it to be sure."
        )
        self.warning("kept_as_text", message, node, field)

    def line(self, node: Node | None, field: str) -> str:
        """A text on one line: line ends become blanks."""
        text = self.text(node, field)
        return " ".join(text.split()) if "\n" in text or "\r" in text else text

    def items(self, node: Node | None, field: str) -> list[Node]:
        """The entries of a list; a single value counts as a list of one, empty entries are left out."""
        if node is None or is_null(node):
            return []
        if not isinstance(node, Sequence):
            return [node]
        kept = [item for item in node.items if not is_null(item)]
        if len(kept) < len(node.items):
            empty = next(item for item in node.items if is_null(item))
            self.warning("empty_entry", f"`{field}` has an empty entry, which is left out.", empty, field)
        return kept

    def texts(self, node: Node | None, field: str) -> tuple[str, ...]:
        read = (self.entry(item, field) for item in self.items(node, field))
        return tuple(text for text in read if text)

    def entry(self, node: Node, field: str) -> str:
        """A text in a list, also where an unquoted colon made YAML read it as a map."""
        if isinstance(node, Mapping) and len(node.pairs) == 1:
            ((key, value),) = node.pairs.values()
            if isinstance(value, Scalar):
                text = f"{key.text}: {value.text}".rstrip()
                message = (
                    f"`{text[:60]}` is a map to YAML because of its colon; it is read as a text. Quote it."
                )
                self.warning("colon_in_text", message, node, field)
                return text
        return self.text(node, field)

    def code(self, node: Node | None, field: str, *, optional: bool = False) -> str:
        """A slice or phase code; an error where YAML would read something else or the form is wrong.

        Nothing counts as absent; `null` and `~` do so where the code is `optional`.
        """
        if node is None or (is_null(node) and (optional or (isinstance(node, Scalar) and not node.text))):
            return ""
        if not isinstance(node, Scalar):
            self.wrong_type(node, field, f"a code, which {CODE_RULE}")
            return ""
        text = node.text.strip()
        meaning = "" if node.quoted else plain_type(node.text)
        if meaning:
            message = f"`{text[:40]}` is a {meaning} to YAML, not a code. Quote it: '{text[:40]}'."
            self.error("unquoted_code", message, node, field)
        elif not CODE.fullmatch(text):
            self.error("bad_code", f"`{text[:60]}` is not a code. A code {CODE_RULE}.", node, field)
        return text

    def codes(self, node: Node | None, field: str) -> tuple[str, ...]:
        """References to slices, each once, with their places kept for lint."""
        found: dict[str, None] = {}
        for item in self.items(node, field):
            code = self.code(item, field)
            if code and code in found:
                self.warning("repeated", f"`{field}` names {code} twice; it counts once.", item, field)
            elif code:
                found[code] = None
                self.places.put(self.index, field, code, item)
        return tuple(found)

    def flag(self, node: Node | None, field: str) -> bool | None:
        if node is None or is_null(node):
            return None
        if isinstance(node, Scalar) and node.text.strip().lower() in _FLAGS:
            return _FLAGS[node.text.strip().lower()]
        found = f"`{node.text[:40]}`" if isinstance(node, Scalar) else node.kind
        self.error("wrong_type", f"`{field}` is {found}; expected true or false.", node, field)
        return None

    def mapping(self, node: Node | None, field: str, wanted: str) -> Mapping | None:
        if node is None or is_null(node):
            return None
        if isinstance(node, Mapping):
            return node
        self.wrong_type(node, field, wanted)
        return None

    def unknown(self, node: Mapping, known: frozenset[str], where: str) -> dict[str, Any]:
        """The keys that no rule knows, as JSON, each with a warning."""
        kept = {}
        for text, (key, value) in node.pairs.items():
            if text not in known:
                kept[text] = as_json(value)
                message = f'`{text}` {where} is a key no rule knows; it is kept and shown under "as written".'
                meant = "" if self.problems.is_full("warning", "unknown_key") else hint(text, known)
                self.warning("unknown_key", f"{message} {meant}".rstrip(), key, text)
        return kept


def looks_like_date(node: Node) -> bool:
    return isinstance(node, Scalar) and DATE.fullmatch(node.text.strip()) is not None


def date_of(node: Scalar) -> dt.date | None:
    """The date written, or None if the calendar has no such day."""
    year, month, day = map(int, node.text.strip().split("-"))
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def as_json(node: Node) -> Any:
    """A node as JSON: plain true, false, null and simple numbers as such, all else as written."""
    if isinstance(node, Mapping):
        return {text: as_json(value) for text, (_, value) in node.pairs.items()}
    if isinstance(node, Sequence):
        return [as_json(item) for item in node.items]
    if isinstance(node, Scalar):
        return node.text if node.quoted else plain_json(node.text)
    return None


def plain_json(text: str) -> Any:
    """What an unquoted text means under "as written"; only what can be written back alike is typed."""
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "null", "~"):
        return None
    if _WHOLE.fullmatch(text):
        return int(text)
    if _PART.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return text
