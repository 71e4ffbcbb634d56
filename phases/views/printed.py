"""What a run printed, for reading: without the colours of a terminal, with the cut marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from phases.actions.logs import MAX_LOG
from phases.models import Log

from .long_texts import Part, fold_log
from .source import Window, numbered, visible, window

LINES = 2_000
"""Numbered lines on one page."""

_TERMINAL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-Z\\^-~])"
)
"""Colours, cursor moves, titles and links of a terminal."""

_CUT = re.compile(r"\n*\[… \d+ bytes of \d+ were cut out here …\]\n*")
_NEARLY = 1024
"""Bytes by which a log that was cut may be shorter than the most that is kept."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A log as its page shows it: as text, or a part of it with line numbers."""

    size: int
    redacted: bool = False
    parts: Sequence[Part] = ()
    """What is shown of it."""
    window: Window | None = None
    folded: Sequence[Part] = ()
    """What stands before the end of a failed run's log, or after the beginning of another's."""
    folded_lines: int = 0


def printed(log: Log, line: str, *, failed: bool) -> Printed:
    """`line` is the number that the address names, empty for the text without numbers."""
    if log.redacted:
        return Printed(log.size, redacted=True)
    text = plain(log.text)
    if line.isascii() and line.isdigit() and len(line) < 10:
        return Printed(log.size, window=window(numbered(text), (), int(line), LINES))
    shown, folded, number = fold_log(_parts(text, log.size), from_end=failed)
    return Printed(log.size, parts=shown, folded=folded, folded_lines=number)


def plain(text: str) -> str:
    """The text without what only a terminal understands, and with what cannot be seen made visible."""
    lines = _TERMINAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(map(visible, lines))


def _parts(text: str, size: int) -> list[Part]:
    """Only a log as long as may be was cut: others just say the same words."""
    found = _CUT.search(text) if size > MAX_LOG - _NEARLY else None
    if found is None:
        return [(text, False)]
    return [(text[: found.start()], False), (found[0].strip(), True), (text[found.end() :], False)]
