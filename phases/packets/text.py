"""Bytes to text: size, encoding and characters, checked before any YAML is parsed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from phases.packets.problems import Problem

MAX_BYTES = 2 * 1024 * 1024
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that a text must not hold: YAML, databases or line counts stumble over them."""

_MARKER = re.compile(r"^(<{7}|>{7}|\|{7}|={7})(?: .*)?\r?$", re.MULTILINE)
_LINE_END = re.compile("\r\n|\n|\r")
_WIDE = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_NAMES = {"\x00": "a NUL character", "\ufeff": "a byte order mark in the middle of the text"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a source (safe to store), the SHA-256 of its bytes, and what is wrong with it."""

    text: str
    sha256: str
    problems: tuple[Problem, ...] = ()


def lines_of(text: str) -> list[str]:
    """The lines as problems count them: LF, CRLF and CR end a line, nothing else does."""
    return _LINE_END.split(text)


def position(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at `index`."""
    before = _LINE_END.split(text[:index])
    return len(before), len(before[-1]) + 1


def decode(source: bytes | str, max_bytes: int = MAX_BYTES) -> Decoded:
    """Read `source` as UTF-8 text. Never raises; a text past `max_bytes` comes back empty."""
    data = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    sha256 = hashlib.sha256(data).hexdigest()
    if len(data) > max_bytes:
        return Decoded("", sha256, (_too_large(len(data), max_bytes),))
    wide = _wide_encoding(data)
    if wide:
        return Decoded(_storable(data.decode(wide, "replace")), sha256, (_not_utf8(wide),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return Decoded(_storable(data.decode("utf-8-sig", "replace")), sha256, (_bad_byte(fault),))
    return Decoded(_storable(text), sha256, (*_control(text), *_conflicts(text)))


def _storable(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\x00", "\ufffd")


def _too_large(size: int, limit: int) -> Problem:
    message = f"The file has {size:,} bytes; at most {limit:,} are read. Split the packet by phase."
    return Problem("error", "too_large", message)


def _wide_encoding(data: bytes) -> str:
    for mark, name in _WIDE:
        if data.startswith(mark):
            return name
    head = data[:4]
    if len(head) == 4 and head[1] == 0 and head[3] == 0 and head[0]:
        return "utf-16-le" if head[2] else "utf-32-le"
    if len(head) == 4 and head[0] == 0 and head[2] == 0 and head[3]:
        return "utf-16-be" if head[1] else "utf-32-be"
    return ""


def _not_utf8(encoding: str) -> Problem:
    name = encoding[:6].upper()
    message = f"The file is written in {name}; only UTF-8 is read. Save it as UTF-8 and try again."
    return Problem("error", "encoding", message, 1, 1)


def _bad_byte(fault: UnicodeDecodeError) -> Problem:
    """The problem at its place; the fault counts from after a byte order mark, and so do columns."""
    before = fault.object[: fault.start].decode("utf-8", "replace")
    line, column = position(before, len(before))
    message = f"Byte 0x{fault.object[fault.start]:02x} is not UTF-8. Save the file as UTF-8 and try again."
    return Problem("error", "encoding", message, line, column)


def _control(text: str) -> list[Problem]:
    found = CONTROL.search(text)
    if found is None:
        return []
    count = sum(1 for _ in CONTROL.finditer(text))
    what = _NAMES.get(found.group(), f"the character U+{ord(found.group()):04X}")
    more = f" ({count} such characters in all)" if count > 1 else ""
    message = f"The text holds {what}{more}, which a packet cannot keep. Delete it and save the file again."
    return [Problem("error", "control_character", message, *position(text, found.start()))]


def _conflicts(text: str) -> list[Problem]:
    found = list(_MARKER.finditer(text)) if "<<<<<<<" in text or ">>>>>>>" in text else []
    if not any(each.group(1)[0] in "<>" for each in found):
        return []
    lines = [position(text, each.start())[0] for each in found[:12]]
    more = f" and {len(found) - 12} more" if len(found) > 12 else ""
    listed = ", ".join(map(str, lines))
    message = (
        f"Merge conflict markers on lines {listed}{more}. Resolve the conflict, then import the file again."
    )
    return [Problem("error", "conflict_marker", message, lines[0], 1)]
