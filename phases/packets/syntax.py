"""What the YAML parser refuses, said with its place and what to do about it."""

from __future__ import annotations

import re

import yaml

from phases.packets.problems import Problem
from phases.packets.text import lines_of

_TAB_INDENT = re.compile(r"^ *\t[ \t]*\S")
_UNCLOSED = ("unexpected end of stream", "expected ',' or ']'", "expected ',' or '}'")
_REMEDIES = (
    (
        "mapping values are not allowed",
        'A text that contains ": " needs quotes, and a key needs its own line.',
    ),
    ("expected ',' or ']'", "Close the list with ] and separate its entries with commas."),
    ("expected ',' or '}'", "Close the map with } and separate its entries with commas."),
    ("unexpected end of stream", "A quote that opens here is never closed; close it, or complete the file."),
    ("expected '-' indicator", "Every entry of a list starts with - in the same column."),
    (
        "could not find expected ':'",
        "A key is followed by a colon; give the line one, or indent it under its key.",
    ),
    ("expected key", "Indent this line like its neighbours; quotes within a text need quoting as a whole."),
    ("block sequence entries", "A list starts on a new line under its key."),
    ("unknown escape character", "Double a backslash within double quotes, or use single quotes."),
    ("invalid Unicode character", "Write the character itself instead of its escape."),
    ("block end", "Indent this line like its neighbours."),
    ("directive", "A packet needs no line that starts with %; remove it or quote the text."),
    ("incompatible YAML document", "A packet needs no %YAML line; remove it."),
)


def problem_of(fault: yaml.YAMLError, text: str) -> Problem:
    """The problem that a parser error stands for."""
    mark = getattr(fault, "problem_mark", None)
    what = str(getattr(fault, "problem", None) or fault)
    if mark is None:
        return Problem(
            "error", "syntax", f"This is not YAML: {what}. Save the file as plain UTF-8 text.", 1, 1
        )
    lines = lines_of(text)
    context = getattr(fault, "context_mark", None)
    at_end = mark.line >= len(lines) - 1 or not "".join(lines[mark.line + 1 :]).strip()
    if context is not None and at_end and any(each in what for each in _UNCLOSED):
        mark = context
    line = lines[mark.line] if mark.line < len(lines) else ""
    if _TAB_INDENT.match(line):
        return _tabs(lines, mark.line)
    message = f"YAML cannot be read here: {what}. {_remedy(what, line, mark.column)}"
    return Problem("error", "syntax", message.rstrip(), mark.line + 1, mark.column + 1)


def _tabs(lines: list[str], first: int) -> Problem:
    numbers = [number for number, line in enumerate(lines, 1) if _TAB_INDENT.match(line)]
    others = f" {len(numbers)} lines begin with one." if len(numbers) > 1 else ""
    message = (
        f"The line is indented with a tab; YAML accepts only spaces.{others} Replace tabs by two spaces."
    )
    return Problem("error", "tab", message, first + 1, lines[first].index("\t") + 1)


def _remedy(what: str, line: str, column: int) -> str:
    if "cannot start any token" in what:
        character = line[column : column + 1]
        if character == "\t":
            return "A tab stands here; use spaces."
        return f'A text that starts with {character} needs quotes: "{line[column:].strip()[:60]}".'
    return next(
        (remedy for found, remedy in _REMEDIES if found in what), "Check indentation and quotes here."
    )
