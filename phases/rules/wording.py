"""How sentences name things: gates, revisions, texts that may be long."""

from __future__ import annotations

from functools import lru_cache

from .state import GateState, SliceState

MOST_TEXT, MOST_NOTE = 80, 400
"""Characters of a gate's text and of somebody's note that a sentence quotes."""


def label(item: SliceState | None, gate: GateState) -> str:
    """`D1 quick: make check`, `Phase exit: make all`."""
    if item is None:
        return f"{suite_word(gate).capitalize()}: {quoted(gate.text)}"
    return f"{item.code} {suite_word(gate)}: {quoted(gate.text)}"


def suite_word(gate: GateState) -> str:
    """The suite of a gate as a word."""
    return gate.suite.replace("_", " ")


def quoted(text: str, most: int = MOST_TEXT) -> str:
    """A gate's text on one line, shortened for a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


@lru_cache(maxsize=256)
def short(revision: str) -> str:
    """The first seven digits of a commit's hash; any other name whole."""
    is_hash = len(revision) > 7 and all(letter in "0123456789abcdef" for letter in revision.lower())
    return revision[:7] if is_hash else revision


def ended(text: str) -> str:
    """A text as a sentence, with the stop that it may lack."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
