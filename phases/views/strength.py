"""Where evidence comes from and how strong that makes it, in words."""

from __future__ import annotations

from phases.rules.state import Source

_FROM = {
    Source.TOKEN: "reported by machine",
    Source.PERSON: "reported by a person",
    Source.DOCUMENT: "read from a document",
    Source.OPERATOR: "reported from the command line",
}
_LEVELS = {Source.TOKEN: 4, Source.PERSON: 3, Source.DOCUMENT: 2, Source.OPERATOR: 1}

STRONGEST = 5
"""A machine that showed its log."""


def level(source: str, *, has_log: bool) -> int:
    """From 1, a command line's word, to `STRONGEST`; nobody but a machine gains by a log."""
    return _LEVELS[Source(source)] + (source == Source.TOKEN and has_log)


def told(source: str, kind: str, *, has_log: bool | None = None) -> str:
    """`reported by machine, with log`, `vouched for by a person`; `kind` is that of the gate.

    Whether there is a log is left unsaid where it is not known.
    """
    words = _FROM[Source(source)]
    if kind == "attestation":
        return words.replace("reported", "vouched for")
    if has_log is None or (source != Source.TOKEN and not has_log):
        return words
    return f"{words}, {'with' if has_log else 'without'} log"
