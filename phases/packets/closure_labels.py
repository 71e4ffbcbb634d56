"""What a heading, or the label before a colon, announces. Every pattern is anchored at both ends."""

from __future__ import annotations

import re

from phases.packets.closure_names import SLICE

VERDICT = "verdict"
ROUND = "round"
"""A round or a slice of its own: a verdict below it belongs to the heading above."""
FINDINGS = "findings"
BLOCKERS = "blockers"
OWNERS = "owners"
GATES = "gates"
LINKS = "links"
DECISIONS = "decisions"
SPOKEN = "spoken"
"""Words about verdicts that are none: watchpoints, criteria, instructions, examples, work to come."""

FINAL = 100
"""The number of the round that is called final."""

LONGEST = 160
"""Characters of a heading that may announce something."""

_ROUND = (
    r"(?:round|pass|cycle)\s*#?\s*\d{1,2}|re-?review(?:\s+\d{1,2})?|(?:initial|first|second|third|final|last|latest)"
    r"\s+(?:review|round|pass|re-?review)"
)
_ONE = (
    r"(?:final|initial|overall|current|formal|independent|review(?:er)?(?:'s)?|re-?review|steward|structural"
    r"|conditional|readiness|hand-?off|kick-?off|planning|runtime|execution|closure|close-?out|exit|entry|launch"
    r"|phase|slice|round|cycle|pass|trigger|recorded|agent|lead|team|next|next-phase|the|this|our|approval|first"
    r"|second|third|last|latest|updated|revised|original|superseded|previous|prior|former|post-fix|post-land"
    r"|draft|published|go/no-go|[a-z]|#?\d{1,2}|" + SLICE.replace("A-Z", "A-Za-z") + r")[:,]?"
)
_NOUN = (
    r"(?:disposition|decision|posture|verdict|outcome|readiness|conclusion|go/no-go"
    r"|(?:hand-?off|readiness|review|kick-?off|phase|closure|final)\s+(?:status|state))"
)
_MORE = (
    r"(?:\s+(?:summary|statement|record|word))?"
    r"(?:\s+(?:and|&)\s+(?:rationale|reasons?|reasoning|basis|scope))?"
)
_TAIL = r"(?:\s*\([^()]*\)|\s*[-\u2012-\u2015\u2212]\s.*|\s+(?:after|for|at|as of|on|of)\s.*)?"
_VERDICT = re.compile(rf"(?:{_ONE}\s+){{0,6}}{_NOUN}{_MORE}{_TAIL}", re.I)
_ROUNDS = re.compile(
    rf"(?:(?:review|phase\s+[a-z]|{SLICE})[\s:,-]+)?(?:{_ROUND})(?:\s+(?:disposition|verdict|decision|outcome|result))?{_TAIL}|{SLICE}{_TAIL}",
    re.I,
)
_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[a-z][.)]|[^\w\s#@`*<\[({/.]+)\s+", re.I)

_WORDS = (
    (
        SPOKEN,
        r"watch-?\s?points?|carry-?\s?forwards?|criteri(?:a|on)|allowed|valid|options|choices|instructions?"
        r"|how to|templates?|examples?|legend|contract|next (?:steps?|actions?)|follow-?\s?ups?|risks?"
        r"|assumptions|rules?|checklist|open questions|to-?do|deferred (?:items?|work|register)"
        r"|required (?:fields|words|format)|glossary|vocabulary",
    ),
    (BLOCKERS, r"blockers?|blocking (?:items?|issues?|work)"),
    (FINDINGS, r"findings?|issues?|blocking|high|medium|low|p[0-3]"),
    (OWNERS, r"owners?|ownership|accountab(?:le|ility)|responsib(?:le|ility|ilities)|handles"),
    (GATES, r"gates?|verification|validations?|checks?|commands?|test results|evidence runs?|suites?"),
    (LINKS, r"branch(?:es)?|pull requests?|prs?|stack|graphite"),
    (DECISIONS, r"decisions|decision (?:register|status(?:es)?|ids|posture|state|log)|d-\d{1,4}"),
)
_KINDS = tuple((kind, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.I)) for kind, words in _WORDS)
_PAST = re.compile(
    r"(?<![\w-])(?:initial(?:ly)?|first|original|previous|prior|former|superseded|draft|historical|history|outdated)"
    r"(?![\w-])",
    re.I,
)
_NUMBERED = re.compile(r"(?<![\w-])(?:round|re-?review|review pass|cycle)\s*#?\s*(\d{1,2})(?!\w)", re.I)
_FINAL = re.compile(r"(?<![\w-])final(?![\w-])", re.I)
_ABOUT = re.compile(rf"(?<![\w-])(?!P[0-3](?!\w)|E2E)({SLICE})(?![\w-])")


def kind_of_heading(title: str) -> str:
    """What follows below a heading; empty if nothing that is read. `title` is without marks."""
    if not title or len(title) > LONGEST:
        return ""
    bare = unnumbered(title)
    label = bare.partition(": ")[0]
    if is_verdict(label):
        return VERDICT
    for kind, words in _KINDS:
        if words.search(bare):
            return kind
    return ROUND if _ROUNDS.fullmatch(label) else ""


def is_verdict(label: str) -> bool:
    """Whether a heading or a key says that a verdict follows: `Final D4 Decision`, `kickoff posture`."""
    return len(label) <= LONGEST and _VERDICT.fullmatch(label) is not None


def is_round(label: str) -> bool:
    """Whether it names a round of a review, or a slice."""
    return len(label) <= LONGEST and _ROUNDS.fullmatch(label) is not None


def is_past(label: str) -> bool:
    """Whether it speaks of a verdict that was followed by another."""
    return _PAST.search(label) is not None


def number_in(label: str) -> int:
    """The number of the round that it names; that of a final one is past all others; 0 if it names none."""
    numbers: list[str] = _NUMBERED.findall(label)
    return int(numbers[-1]) if numbers else FINAL * (_FINAL.search(label) is not None)


def about(label: str) -> str:
    """The one slice that it names; empty if none or several."""
    codes = set(_ABOUT.findall(label))
    return codes.pop() if len(codes) == 1 else ""


def unnumbered(title: str) -> str:
    """A title without the number or the sign that it begins with."""
    found = _NUMBER.match(title)
    return title[found.end() :] if found else title
