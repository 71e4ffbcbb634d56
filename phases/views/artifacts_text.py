"""The text of a version as its page shows it: Markdown, JSON set out, or lines with their numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from .markdown import Rendered, render
from .source import numbered, visible

LINES = 2_000
"""Numbered lines on one page."""

MOST = 400_000
"""Characters of numbered lines on one page."""

MOST_JSON = 200_000
"""Characters of JSON that are set out."""

_MARKDOWN = (".md", ".markdown", ".mdx")


@dataclass(frozen=True, slots=True)
class NumberedLine:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One of `markdown`, `code` and `lines` is there; `note` says what is shown instead of what."""

    markdown: Rendered | None = None
    code: str = ""
    lines: tuple[NumberedLine, ...] = ()
    total: int = 0
    previous: int = 0
    following: int = 0
    note: str = ""

    @property
    def is_plain(self) -> bool:
        return self.markdown is None and not self.code

    @property
    def first(self) -> int:
        return self.lines[0].number if self.lines else 0

    @property
    def last(self) -> int:
        return self.lines[-1].number if self.lines else 0

    def has(self, line: int) -> bool:
        """Whether the line has an anchor in what is shown."""
        if self.markdown is not None:
            return line in self.markdown.lines
        return self.first <= line <= self.last


def shown(path: str, text: str, addresses: Mapping[str, str], *, plain: bool, line: int) -> Shown:
    """`plain` asks for numbered lines, those from around `line`; `addresses` are pages by path."""
    low = path.lower()
    if not plain and low.endswith(_MARKDOWN):
        rendered = render(text, addresses)
        if rendered is not None:
            return Shown(markdown=rendered)
        return _numbered(text, line, "It has too many nested brackets to be shown as Markdown.")
    if not plain and low.endswith(".json"):
        return _json(text, line)
    return _numbered(text, line)


def _json(text: str, line: int) -> Shown:
    if len(text) > MOST_JSON:
        return _numbered(text, line, "It is too long to be set out.")
    try:
        code = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return _numbered(text, line, "It is no JSON that can be set out, so it is shown as it is.")
    # What is set out already keeps its line numbers, which is where readings point to.
    return _numbered(text, line) if code == text.strip() else Shown(code=_visible(code))


def _numbered(text: str, line: int, note: str = "") -> Shown:
    """The page of numbered lines on which the line is."""
    lines = numbered(text)
    total = len(lines)
    at = (min(max(line, 1), total) - 1) // LINES * LINES
    found: list[NumberedLine] = []
    left = MOST
    for number, one in enumerate(lines[at : at + LINES], start=at + 1):
        found.append(NumberedLine(number, visible(one if len(one) <= left else f"{one[:left]} …")))
        left = max(0, left - len(one))
    if not left:
        note = f"{note} Some lines are cut here: download it to read all of it.".strip()
    following = at + LINES + 1 if at + LINES < total else 0
    return Shown(
        lines=tuple(found), total=total, previous=max(0, at + 1 - LINES), following=following, note=note
    )


def _visible(code: str) -> str:
    return "\n".join(map(visible, code.split("\n")))
