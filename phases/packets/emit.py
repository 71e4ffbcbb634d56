"""Plain values to YAML text: fixed layout, quotes only where YAML would read something else."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from phases.packets.nodes import plain_type
from phases.packets.values import DATE

_PLAIN = re.compile(r"[A-Za-z0-9/_.(<][^\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*")
_QUOTED = re.compile(r"[^\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*")
_LITERAL = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*")
_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
_OTHER_READERS = frozenset({"y", "Y", "n", "N", "<<", "="})
_MERELY_WRITTEN = re.compile(r"[-+]?[0-9][0-9_.,:eExXoO+-]*")


class Flow(list[str]):
    """A list of codes on one line: [D1, D2]."""


class Date(str):
    """A text under "as written" that may be a date, and then goes back without quotes."""


def scalar(value: Any) -> str:
    """One value on one line. Texts with line ends come back with escapes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value)
    if _is_plain(text) or (isinstance(value, Date) and DATE.fullmatch(text)):
        return text
    if _QUOTED.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    escaped = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", escaped)


def _is_plain(text: str) -> bool:
    """True where every YAML reader gives back exactly this text without quotes."""
    if _PLAIN.fullmatch(text) is None or text[-1] in " :" or ": " in text or " #" in text:
        return False
    if text in _OTHER_READERS or text.startswith(("---", "...")):
        return False
    return not plain_type(text) and _MERELY_WRITTEN.fullmatch(text) is None


def document(sections: Sequence[tuple[str, Any]]) -> str:
    """Top-level keys with their values, sections of several lines set apart by blank lines."""
    pieces: list[str] = []
    roomy = False
    for key, value in sections:
        lines: list[str] = []
        _pair(lines, "", key, value)
        spacious = len(lines) > 1
        if pieces and (spacious or roomy):
            pieces.append("")
        pieces += lines
        roomy = spacious
    return "\n".join(pieces) + "\n"


def _pair(lines: list[str], indent: str, key: str, value: Any) -> None:
    head = f"{indent}{scalar(key)}:"
    if isinstance(value, Flow):
        lines.append(f"{head} [{', '.join(map(scalar, value))}]")
    elif isinstance(value, Mapping):
        if not value:
            lines.append(f"{head} {{}}")
            return
        lines.append(head)
        for name, inner in value.items():
            _pair(lines, indent + "  ", name, inner)
    elif isinstance(value, list | tuple):
        if not value:
            lines.append(f"{head} []")
            return
        lines.append(head)
        _items(lines, indent + "  ", value)
    else:
        lines.extend(_text(head, indent + "  ", value))


def _items(lines: list[str], indent: str, items: Sequence[Any]) -> None:
    for number, item in enumerate(items):
        if isinstance(item, Block) and number:
            lines.append("")
        if isinstance(item, Mapping | list | tuple) and item:
            inner: list[str] = []
            if isinstance(item, Mapping):
                for name, value in item.items():
                    _pair(inner, indent + "  ", name, value)
            else:
                _items(inner, indent + "  ", item)
            inner[0] = f"{indent}- {inner[0][len(indent) + 2 :]}"
            lines += inner
        elif isinstance(item, Mapping):
            lines.append(f"{indent}- {{}}")
        elif isinstance(item, list | tuple):
            lines.append(f"{indent}- []")
        else:
            lines.extend(_text(f"{indent}-", indent + "  ", item))


class Block(dict[str, Any]):
    """A map in a list that a blank line sets apart from the one before."""


def _text(head: str, indent: str, value: Any) -> list[str]:
    """A value behind its key or dash; a text of several lines as a literal block where that is safe."""
    if isinstance(value, str) and "\n" in value and _LITERAL.fullmatch(value) and value.strip() == value:
        parts = value.split("\n")
        return [f"{head} |-", *(indent + part if part else "" for part in parts)]
    return [f"{head} {scalar(value)}"]
