"""Paths as READMEs write them: in code marks, as links, or bare; globs and folders included."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from phases.packets.artifacts import MAX_PATH

_KNOWN = (
    "md markdown mdx txt rst adoc yaml yml json jsonl toml csv tsv ini cfg env lock svg png jpg jpeg gif webp"
    " pdf html css js mjs cjs ts tsx jsx py rb go rs java kt sh sql xml proto graphql log zip ipynb"
    " diff patch docx xlsx"
)
_ENDINGS = frozenset(_KNOWN.split())
_SPAN = re.compile(r"(`{1,2})([^`]+)\1|\[([^\[\]]*)\]\((<[^<>]*>|[^()\s]*)(?: +[\"'][^\"']*[\"'])?\)")
_BARE = re.compile(r"[^\s`\[\]()<>|]+")
_NO_PATH = re.compile(r"[<>${}()=;|\"\x00-\x1f]|://|^[-@#]|^mailto:|\.\.\.")
_ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//|#)", re.IGNORECASE)
_MANY_STARS = 8
"""Wildcards that a glob may hold; more of them mean nothing and take their time."""


class Span(NamedTuple):
    """A path in a text, and where its words begin and end there."""

    path: str
    start: int
    end: int


def spans(text: str) -> Iterator[Span]:
    """The paths in code marks and links of a text, in its order."""
    for found in _SPAN.finditer(text):
        path = _linked(found.group(4)) if found.group(4) is not None else _quoted(found.group(2))
        if path:
            yield Span(path, found.start(), found.end())


def bare_spans(text: str) -> Iterator[Span]:
    """The paths of files in a text without marks; `notes/soil.md` is one, `soil/water` none."""
    for found in _BARE.finditer(text):
        written = found.group().strip("*_~\"'").rstrip(".:,;")
        start = found.start() + found.group().index(written)
        if _named_like_a_file(written) and (path := _quoted(written, bare=True)):
            yield Span(path, start, start + len(written))


def first_span(text: str) -> Span | None:
    """The path that a text begins with, emphasis aside; None where it begins with something else."""
    at = _after_emphasis(text)
    if found := _SPAN.match(text, at):
        path = _linked(found.group(4)) if found.group(4) is not None else _quoted(found.group(2))
        return Span(path, at, found.end()) if path else None
    # Emphasis aside, yet a glob begins with the same star.
    at = 0 if text[at : at + 1] in (".", "/", "_", "-") else at
    if bare := _BARE.match(text, at):
        written = bare.group().rstrip(":,;*_" if at else ":,;")
        if path := _quoted(written, bare=True):
            return Span(path, at, at + len(written))
    return None


def almost(text: str) -> str:
    """What looks like a path at the beginning of a text and is none that can be read; or empty."""
    at = _after_emphasis(text)
    if found := _SPAN.match(text, at):
        link = found.group(4)
        if link is not None:
            return "" if _ELSEWHERE.match(link.strip("<>")) or _linked(link) else found.group()
        inner = found.group(2).strip()
        return inner if _named_like_a_file(inner) and not re.search(r"\s", inner) else ""
    words = text[at : at + MAX_PATH].split(maxsplit=1)
    first = words[0].rstrip(":,;") if words else ""
    return first if first[:1] in "`[" and _named_like_a_file(first.strip("`[]")) else ""


def _after_emphasis(text: str) -> int:
    return len(text) - len(text.lstrip("*_~"))


def clean(path: str) -> str:
    """A path as it is kept: forward slashes, no `./`; a final slash stays and says folder."""
    plain = path.strip().replace("\\", "/")
    folder = plain.endswith("/")
    tidy = posixpath.normpath(plain) if plain else ""
    return f"{tidy}/" if folder and tidy not in ("", "/") else tidy


def is_outside(path: str) -> bool:
    """Whether a path leads out of the folder that names it."""
    return path.startswith(("/", "../")) or path == ".."


def _quoted(text: str, *, bare: bool = False) -> str:
    """The path that a text in code marks is; empty for commands, handles, placeholders and words."""
    text = text.strip()
    if not text or len(text) > MAX_PATH or _NO_PATH.search(text) or text.startswith("/"):
        return ""
    if text.count("*") + text.count("?") > _MANY_STARS:
        return ""
    if not _named_like_a_file(text) and not _named_like_a_folder(text, bare=bare):
        return ""
    if " " in text and not (_ending(text) and "/" not in text[: text.index(" ")] and "*" not in text):
        return ""
    path = clean(text)
    return "" if path in (".", "./") else path


def _linked(target: str) -> str:
    """The path that a link leads to, without its fragment; empty for other sites and anchors."""
    target = target.strip("<>").strip()
    if _ELSEWHERE.match(target):
        return ""
    path = unquote(target.partition("#")[0].partition("?")[0])
    bad = not path or len(path) > MAX_PATH or path.startswith("/") or "\ufffd" in path
    return "" if bad or not path.isprintable() else clean(path)


def _ending(text: str) -> bool:
    name, dot, ending = text.rpartition(".")
    return bool(dot and name) and ending.lower() in _ENDINGS


def _named_like_a_file(text: str) -> bool:
    return _ending(text) or ("*" in text and ("/" in text or "." in text))


def _named_like_a_folder(text: str, *, bare: bool) -> bool:
    return text.endswith("/") or ("/" in text and (not bare or text.startswith("../")))
