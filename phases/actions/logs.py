"""Keeping what a run printed: bounded, storable, and once for all runs that share it."""

from __future__ import annotations

from phases.models import Log
from tracker.hiding import without_tokens

from .ledger import digest

MAX_LOG = 256 * 1024
"""Bytes of UTF-8 that are kept of a log; of a longer one the middle is cut out."""


def kept_log(text: str) -> Log | None:
    """The stored log of this text; None for an empty one. Tokens that a machine printed are masked."""
    text = cut(storable(without_tokens(text)))
    if not text:
        return None
    size = len(text.encode())
    return Log.objects.get_or_create(digest=digest(text), defaults={"text": text, "size": size})[0]


def storable(text: str) -> str:
    """The text without what databases cannot hold; a machine's output is not refused for it."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}").encode(errors="replace").decode().replace("\r\n", "\n")


def cut(text: str) -> str:
    """At most MAX_LOG bytes: both ends, and in between how much was left out."""
    data = text.encode()
    if len(data) <= MAX_LOG:
        return text
    # The beginning says what was run, the end how it failed: the end gets more room.
    mark = "\n\n[… {} bytes of {} were cut out here …]\n\n"
    room = MAX_LOG - len(mark.encode()) - 20
    head, tail = data[: room // 3], data[len(data) - (room - room // 3) :]
    said = mark.format(len(data) - len(head) - len(tail), len(data))
    return head.decode(errors="ignore") + said + tail.decode(errors="ignore")
