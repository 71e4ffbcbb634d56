"""Markdown from what people wrote: nothing they typed becomes markup, and nothing of it is lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

_SPECIAL = re.compile(r"[\\`*\[<~|]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")
_AT_START = re.compile(r"[#+=>-]|\d{1,9}(?=[.)])")
_BARE_PIPE = re.compile(r"(?<!\\)\|")
_WEB = re.compile(r"https?://[^\s<>|\\`]+")
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def text(value: str) -> str:
    """Somebody's words on one line."""
    return _escaped(" ".join(_visible(value).split()))


def _escaped(line: str) -> str:
    escaped = _SPECIAL.sub(lambda found: f"\\{found[0]}", line)
    start = _AT_START.match(escaped)
    if start is None:
        return escaped
    # Of a number the dot after it makes a list.
    at = start.end() if start[0].isdigit() else 0
    return f"{escaped[:at]}\\{escaped[at:]}"


def _visible(value: str) -> str:
    """Without control characters, and without those that turn the direction of what follows."""
    return "".join(
        "\ufffd"
        if letter in _BIDI or (unicodedata.category(letter) == "Cc" and not letter.isspace())
        else letter
        for letter in value
    )


def code(value: str) -> str:
    """A path, a command, a handle or a code, in the type of a machine; empty where there is none."""
    line = " ".join(_visible(value).split())
    if not line:
        return ""
    # Renderers disagree on a backslash before a pipe in a table.
    if "\\|" in line or line.endswith("\\"):
        return _escaped(line)
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def link(url: str) -> str:
    """A web address; what is none stays text."""
    return f"<{url}>" if _WEB.fullmatch(url) else text(url)


def codes(values: Iterable[str]) -> str:
    """Several of them."""
    return ", ".join(code(value) for value in values)


def quote(value: str) -> Iterator[str]:
    """Somebody's words at length, with their lines."""
    lines = [_escaped(line.strip()) for line in _visible(value).strip().splitlines()]
    for line, after in zip_longest(lines, lines[1:], fillvalue=""):
        # A backslash at its end keeps a line apart from the next one of the same paragraph.
        yield (f"> {line}" + "\\" * bool(after)) if line else ">"
    if lines:
        yield ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], nothing: str = "") -> Iterator[str]:
    """A table of cells that are Markdown already; `nothing` is what is said where it has no rows."""
    found = [[_BARE_PIPE.sub("\\\\|", cell) if cell else "—" for cell in row] for row in rows]
    if found:
        yield _line(heads)
        yield _line(["---"] * len(heads))
        yield from (_line(row) for row in found)
        yield ""
    elif nothing:
        yield nothing
        yield ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def heading(level: int, title: str) -> Iterator[str]:
    """A heading; `title` is Markdown already."""
    yield f"{'#' * level} {title}"
    yield ""


def bullets(items: Iterable[str], nothing: str = "") -> Iterator[str]:
    """A list of Markdown."""
    found = [f"- {item}" for item in items]
    yield from found or ([nothing] if nothing else [])
    if found or nothing:
        yield ""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 finding`, `3 findings`; `no findings` where there are none."""
    word = one if number == 1 else many or f"{one}s"
    return f"{number or 'no'} {word}"
