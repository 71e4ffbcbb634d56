"""Keeping what a run printed: bounded, storable, and once for all runs that share it."""

from __future__ import annotations

from collections.abc import Iterable

from phases.models import Log
from tracker.hiding import without_tokens

from .ledger import digest

MAX_LOG = 256 * 1024
"""Bytes of UTF-8 that are kept of a log; of a longer one the middle is cut out."""


def kept_logs(texts: Iterable[str]) -> dict[str, Log]:
    """The stored logs of all texts of one report, by text as it was given; empty ones have none.

    Initiatives share logs and report side by side: call it once in a transaction. It inserts in the
    order of the digests, so that two reports wait for each other in one direction only. The texts of
    the rows are left in the database. Tokens that a machine printed are masked.
    """
    kept = {text: cut(storable(without_tokens(text))) for text in texts if text}
    digests = {text: digest(value) for text, value in kept.items() if value}
    rows = Log.objects.defer("text")
    stored = rows.in_bulk(set(digests.values()), field_name="digest")
    missing = {name: kept[text] for text, name in digests.items() if name not in stored}
    if missing:
        # A log that another transaction is inserting is waited for, and then read.
        Log.objects.bulk_create(
            [
                Log(digest=name, text=value, size=len(value.encode()))
                for name, value in sorted(missing.items())
            ],
            ignore_conflicts=True,
        )
        stored |= rows.in_bulk(missing, field_name="digest")
    return {text: stored[name] for text, name in digests.items()}


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
