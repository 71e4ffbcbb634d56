"""Blockers, or that there are none, and the documents that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from phases.packets import closure_labels as labels
from phases.packets.closure_facts import ReferenceRead, TextRead
from phases.packets.closure_lines import Line, is_placeholder, plain
from phases.packets.closure_tables import rows_of
from phases.packets.closure_words import is_hedged

_THING = r"(?:blockers?|blocking (?:items?|issues?|work))"
_NONE = re.compile(
    r"\W{0,6}(?:none|nothing|nil|n/?a|no|0|zero)"
    r"(?:\s+(?:open|remaining|identified|known|found|left|recorded|at this time|at present)){0,4}\W{0,6}"
    rf"|\W{{0,6}}(?:none|no {_THING})\s*[(.;,\u2013\u2014-].{{0,120}}"
    rf"|\W{{0,6}}(?:there (?:are|is)\s+)?no(?:\s+[\w/-]+){{0,4}}\s+{_THING}(?:\s.{{0,80}})?\W{{0,6}}",
    re.I,
)
_KEYED = re.compile(
    rf"[*_`]{{0,3}}(?:(?:open|remaining|kick-?off|current|known|hand-?off|phase)\s+){{0,3}}{_THING}[*_`]{{0,3}}\s*:[*_`]{{0,3}}\s*(\S.*)",
    re.I,
)
_WITHOUT = re.compile(
    rf"(?<![\w-])(?:no|without|zero)\s+(?:(?:open|remaining|known|kick-?off|unresolved|current|hand-?off|new)\s+){{0,3}}{_THING}(?![\w-])",
    re.I,
)
_BUT = re.compile(r"(?<!\w)(?:except|but|other than|apart from|besides|only)(?!\w)", re.I)
_GONE = re.compile(
    r"(?:.*[\s(\[*`\u2013\u2014-])?(?:resolved|closed|cleared|fixed|done)[)\]*`.]{0,4}", re.I | re.S
)
_UNDONE = re.compile(r"\b(?:not|un|until|never|be|is not)\b", re.I)

_SPAN = re.compile(r"`([^`\s]{1,500})`")
_LINK = re.compile(r"\]\(<?([^\s()<>]{1,500})>?(?:\s+[\"'][^\"']{0,200}[\"'])?\)")
_DEFINED = re.compile(r"\[[^\]]{1,100}\]:\s*<?([^\s<>]{1,500})>?")
_DOCUMENT = re.compile(r"(?:[\w@.~+%()-]+/|/)*[\w@.~+%()-]+(?:\.(?:md|ya?ml|json)|/)", re.I)
_AT_LINE = re.compile(r"(?::\d{1,7}(?::\d{1,7})?|#[^\s]*)$")


def read_blockers(lines: Sequence[Line]) -> Iterator[TextRead]:
    """What stands in the way, one text each: lists and paragraphs below a heading of blockers, and keys."""
    rows = {
        row.line.number: row.get("blocker", "item", "blocking item")
        for row in rows_of(lines, "blocker", "item", "blocking item")
    }
    listed = {line.section.line for line in lines if line.form in ("item", "row")}
    for line in lines:
        section = line.section
        text = ""
        if line.form == "row":
            text = rows.get(line.number, "") if section.kind == labels.BLOCKERS else ""
        elif found := _KEYED.match(line.text):
            text = "" if section.has(labels.SPOKEN, labels.FINDINGS) or line.form == "heading" else found[1]
        elif section.kind == labels.BLOCKERS and line.form != "heading" and not line.parent:
            is_told = section.line not in listed and line.number - section.line <= 2
            text = line.text if line.form == "item" or is_told else ""
        if (
            text
            and not is_placeholder(text)
            and line.box != "x"
            and not _is_none(text)
            and not _is_gone(text)
            and not text.endswith(":")
        ):
            yield TextRead(plain(text)[:300], line.number, line.quote)


def read_no_blockers(lines: Sequence[Line]) -> TextRead | None:
    """The last line that says that nothing stands in the way."""
    said: TextRead | None = None
    for line in lines:
        low = line.text.lower()
        in_blockers = line.section.kind == labels.BLOCKERS
        if not (in_blockers or "block" in low) or line.section.has(labels.SPOKEN):
            continue
        keyed = _KEYED.match(line.text)
        is_below = in_blockers and line.form != "heading" and not line.parent and _is_none(line.text)
        if is_below or (keyed and _is_none(keyed[1])) or _says_none(line.text):
            said = TextRead(plain(line.text)[:300], line.number, line.quote)
    return said


def _is_none(text: str) -> bool:
    return _NONE.fullmatch(plain(text)) is not None and not is_hedged(text) and not _BUT.search(text)


def _is_gone(text: str) -> bool:
    """Whether the text itself says that it is done with."""
    return _GONE.fullmatch(text) is not None and not _UNDONE.search(text[-40:])


def _says_none(text: str) -> bool:
    """`with no blocking items` in a sentence that says what is."""
    for found in _WITHOUT.finditer(text):
        before = re.split(r"[.;!?]\s", text[: found.start()])[-1]
        after = re.split(r"[.;!?]\s", text[found.end() :], maxsplit=1)[0]
        if not is_hedged(before + after) and not re.search(
            r"\b(?:requires?|needs?|ensure|verify|confirm|only)\b", before, re.I
        ):
            return True
    return False


def read_references(lines: Sequence[Line]) -> Iterator[ReferenceRead]:
    """Every document and folder that the text names in code quotes or links to, each once."""
    seen: set[str] = set()
    for line in lines:
        if "`" not in line.text and "]" not in line.text:
            continue
        links = [*_LINK.findall(line.text), *_DEFINED.findall(line.text)]
        for path in map(document_in, [*_SPAN.findall(line.text), *map(unquote, links)]):
            if path and path not in seen:
                seen.add(path)
                yield ReferenceRead(path, line.number, line.quote)


def document_in(written: str) -> str:
    """The path of a document or folder, without a line or a place in it; empty if it is none."""
    path = _AT_LINE.sub("", written)
    if len(path) > 500 or "://" in path or not _DOCUMENT.fullmatch(path) or not re.search(r"\w", path):
        return ""
    return path.removeprefix("./")
