"""The words of verdicts as teams write them, and what may stand around one that is meant."""

from __future__ import annotations

import re
from typing import NamedTuple

from phases.packets.closure_names import CONDITIONAL, HANDOFF, READINESS, REVIEW, STRUCTURAL, TRIGGER

_WORD = (
    r"(?:approved?[ _-]+with[ _-]+changes|approved?|not[ _-]+ready|ready|not[ _-]+triggered|triggered"
    r"|deferred?|NO[ -]GO|GO|PASS(?:ED)?|FAIL(?:ED)?)"
)
_MARK = r"[*_`\"'\u201c\u201d]{0,5}"
_SIGN = r"[^\w\s*`\"'\u201c\u201d(\[|/<>{~.,;:!?\\@#$%^&+=-]{0,3}\s*"
_MEANT = re.compile(
    rf"{_SIGN}(?P<mark>{_MARK})(?P<word>{_WORD})(?P<close>{_MARK})(?![\w-])(?P<tail>.*)", re.I
)
_LABEL = re.compile(
    r"(?:initial(?:ly)?|first|finally|final|now|(?:round|re-?review)(?:\s*#?\d{1,2})?)\s*(?:[:,]|[-\u2012-\u2015])?\s+",
    re.I,
)
_DASH = r"(?:[-\u2012-\u2015\u2212]\s)"
_TAIL = re.compile(
    rf"(?:\s*{_SIGN}[.;!]?|[.;!]\s.*|\s*[(\[].*|\s+{_DASH}.*|\s*[\u2013\u2014].*"
    r"|,\s+(?:with no|without|no|after|and|but|so)\s.*"
    r"|\s+(?:with (?:no|zero)|without|after|for|on|at|in|as of|since|by|because|per|following)\s.*)",
    re.I | re.S,
)
_MORE = re.compile(r"\s+with\s.*", re.I | re.S)
_KEPT = (
    r"(?:(?:the|these|those|some|open|known|listed|following|recorded|documented|noted|\w+ing|\d{1,3}|one|two"
    r"|three|four|five)\s+){0,3}(?:watch-?points?|carry-?(?:forwards?|overs?)(?:\s+items?)?"
    r"|carried[ -]forward\s+items?)"
)
_NOTED = re.compile(
    rf"\s+with\s+{_KEPT}(?:\s*(?:,|&|\+|/|,?\s+and)\s*(?:{_KEPT}|(?:no|zero)\s+(?:open\s+)?blockers?))*"
    r"(?:\s*[.:;!]?|[.:;!]\s.*|\s*[(\[].*"
    r"|\s+(?:for|on|at|in|as|from|by|to|below|above|listed|recorded|noted|only)(?:\s.*|[.:;]?))",
    re.I | re.S,
)
"""What goes along with a verdict and takes nothing from it, unlike changes or conditions."""
_THEN = re.compile(r"\s*[,;]?\s*(?:->|=>|\u2192|(?:and\s+)?then)\s+", re.I)
_HEDGE = re.compile(
    r"(?<![\w-])(?:if|unless|until|once|pending|provided|subject to|assuming|would|should|could|might|must"
    r"|may|shall|expected|tentative(?:ly)?|provisional(?:ly)?|proposed|not yet|tbd|to be|whether"
    r"|when(?:ever)?|either|lands|merges|one of|instead of|rather than|cannot|can't|do not|don't|never|isn't"
    r"|not an?)(?![\w-])",
    re.I,
)
_OTHER = re.compile(rf"(?:\bor\b|\||/)\s*[(\[]?{_MARK}(?:{_WORD}){_MARK}(?![\w-])", re.I)
_QUICK = re.compile(r"approve|ready|trigger|defer|\bgo\b|pass|fail")

_PLAIN = {
    "approve": "approve",
    "approved": "approve",
    "approve_with_changes": "approve_with_changes",
    "approved_with_changes": "approve_with_changes",
    "not_ready": "not_ready",
    "ready": "ready",
    "triggered": "triggered",
    "not_triggered": "deferred",
    "deferred": "deferred",
    "defer": "deferred",
}
_LOUD = {"GO": True, "PASS": True, "PASSED": True, "NO_GO": False, "FAIL": False, "FAILED": False}


class Word(NamedTuple):
    """A verdict that is meant."""

    word: str
    said: str
    marked: bool
    """Set in bold or as code."""
    tail: str
    """What the line says after it."""
    is_past: bool = False
    """Another follows it in the same line."""


def speaks(text: str) -> bool:
    """Whether some word of a verdict may stand in a text: a quick look."""
    return _QUICK.search(text.lower()) is not None


def words_of(value: str, *, role: str = "", label: str = "") -> list[Word]:
    """The verdicts that a value is: one, or several with arrows between; none if it is anything else.

    `role` of the document and `label` decide what GO and PASS mean.
    """
    found: list[Word] = []
    rest = " ".join(value.split())
    if label_before := _LABEL.match(rest):
        rest = rest[label_before.end() :]
    while len(found) < 5:
        word, tail = _first(rest, role, label)
        if word is None:
            return []
        found.append(word)
        if step := _THEN.match(tail):
            rest = tail[step.end() :]
            continue
        if not _may_follow(word, tail):
            return []
        return [each._replace(is_past=True) for each in found[:-1]] + [found[-1]]
    return []


def _first(text: str, role: str, label: str) -> tuple[Word | None, str]:
    found = _MEANT.match(text)
    if found is None:
        return None, ""
    said, tail = found["word"], found["tail"]
    word = meaning(said, role=role, label=label)
    marked = any(mark in found["mark"] + found["close"] for mark in ("*", "`", "_"))
    return (Word(word, said, marked, tail) if word else None), tail


def meaning(said: str, *, role: str = "", label: str = "") -> str:
    """The word of ours that a word as written means; empty if it means none here.

    GO and PASS are read in capitals only. In a posture they say `ready`, in a review `approve`; of a
    decision to trigger or defer they say nothing.
    """
    key = re.sub(r"[ _-]+", "_", said)
    if key.lower() in _PLAIN:
        return _PLAIN[key.lower()]
    if key not in _LOUD or role in (CONDITIONAL, TRIGGER):
        return ""
    if not _LOUD[key]:
        return "not_ready"
    if re.search(r"posture|readiness|hand-?off|kick-?off|go/no-go", label, re.I) or role in (
        READINESS,
        HANDOFF,
    ):
        return "ready"
    is_review = role in (REVIEW, STRUCTURAL) or re.search(r"(?<!\w)(?:re-?)?review", label, re.I)
    return "approve" if is_review or key.startswith("PASS") else "ready"


def _may_follow(word: Word, tail: str) -> bool:
    """Whether a verdict may go on like that and still be meant."""
    may_have_more = word.marked and word.word in ("ready", "triggered", "deferred")
    is_usual = _TAIL.fullmatch(tail) or _NOTED.fullmatch(tail)
    if not is_usual and not (may_have_more and _MORE.fullmatch(tail)):
        return False
    sentence = re.split(r"[.;!]\s", tail, maxsplit=1)[0]
    is_still_to_come = word.word == "ready" and sentence.lower().startswith(" after ")
    return not (is_still_to_come or is_hedged(sentence) or _OTHER.search(tail))


def is_hedged(sentence: str) -> bool:
    """Whether a sentence says what could or should be rather than what is."""
    return _HEDGE.search(sentence) is not None
