"""What the style page shows: the tokens as they are written, and a small phase that was made up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles.finders import find
from django.utils.safestring import SafeString, mark_safe

from phases.rules.facts import FindingStatus, Severity, Verdict
from phases.rules.freshness import WORDS as GATE_WORDS
from phases.rules.graph import critical_path
from phases.rules.state import Need, PhaseState, SliceState, Status

from .drawing import draw, look
from .reviews_card import LOOKS as VERDICT_LOOKS
from .verdict import LONG
from .words import STATUS

Words = Sequence[tuple[str, str]]
"""(class, word) of each state of a kind."""

STATUSES: Words = (*STATUS.items(), ("blocked", "blocked"), ("ready", "can start"))
GATES: Words = [(badge.value, word) for badge, word in GATE_WORDS.items()]
REVIEWS: Words = [(VERDICT_LOOKS[one], one.value.replace("_", " ")) for one in Verdict]
SEVERITIES: Words = [(one.value, one.value) for one in Severity]
FINDINGS: Words = [(one.value, one.value) for one in FindingStatus if one != FindingStatus.RETRACTED]
CRITERIA: Words = [("triggered", "triggered"), ("not_triggered", "not triggered"), ("unknown", "unknown")]
REQUIREMENTS: Words = [("lacking", "missing"), ("missing", "missing now"), ("waiting", "not approved")]
PHASES: Words = tuple(LONG.items())

_MADE_UP: Sequence[tuple[int, Status, str, tuple[int, ...]]] = (
    (0, Status.LANDED, "build", ()),
    (1, Status.LANDED, "build", (0,)),
    (2, Status.CANDIDATE, "build", (1,)),
    (3, Status.DEFERRED, "conditional", (1,)),
    (4, Status.IN_PROGRESS, "review", (2, 3)),
    (5, Status.PLANNED, "docs", (1,)),
    (6, Status.PLANNED, "readiness", (4, 5)),
)
"""Number, status, kind and needs of each slice; a need of a conditional one counts if it is triggered."""


@dataclass(frozen=True, slots=True)
class Token:
    """One name of the style sheet `tokens`; `dark` is empty where both themes have the same value."""

    name: str
    light: str
    dark: str
    shape: str
    """`colour`, `text`, `width`, `corner`, or empty where nothing can be shown."""


@dataclass(frozen=True, slots=True)
class Look:
    """One of the two themes, with what the real functions make of the made-up phase."""

    name: str
    word: str
    graph: SafeString
    segments: Words


@cache
def tokens() -> Sequence[tuple[str, Sequence[Token]]]:
    """The tokens by the comment that they stand under, in their order."""
    path = find("css/tokens.css")
    text = Path(str(path)).read_text(encoding="utf-8")
    _, _, block = text.partition(":root {")
    return [(title, list(_tokens_of(lines))) for title, lines in _groups(block.partition("\n}")[0])]


def _groups(block: str) -> Iterator[tuple[str, str]]:
    parts = re.split(r"/\* (.*?) \*/", block, flags=re.DOTALL)
    return zip(parts[1::2], parts[2::2], strict=True)


def _tokens_of(lines: str) -> Iterator[Token]:
    for name, value in re.findall(r"--([\w-]+): ([^;]+);", lines):
        pair = re.fullmatch(r"light-dark\(([^,]+), ([^,]+)\)", value)
        light, dark = pair.groups() if pair else (value, "")
        yield Token(name, light, dark, _shape(name, value))


def _shape(name: str, value: str) -> str:
    if value.startswith("light-dark("):
        return "colour"
    if name.startswith("round"):
        return "corner"
    if name.startswith(("gap-", "target", "control")):
        return "width"
    return "text" if value.endswith("rem") and name not in ("measure", "widest") else ""


def looks() -> Sequence[Look]:
    """Light and dark; their slices have codes of their own, since both stand on one page."""
    return [_look("light", "Light", "L"), _look("dark", "Dark", "D")]


def _look(name: str, word: str, letter: str) -> Look:
    state = _phase(letter)
    ready = {f"{letter}5"}
    urls = {code: f"#node-{code}" for code in state.slices}
    words = dict(STATUSES)
    shown = [(item.code, look(item, item.code in ready)) for item in state.slices.values()]
    # A page of the application has one drawing, so its words have one name.
    graph = draw(state, ready, urls, path=critical_path(state)).replace("graph-words", f"graph-words-{name}")
    return Look(
        name,
        word,
        mark_safe(graph),  # noqa: S308  (of the drawing, which escaped every text)
        [(one, f"{code}: {words[one]}") for code, one in shown],
    )


def _phase(letter: str) -> PhaseState:
    conditional = {number for number, _, kind, _ in _MADE_UP if kind == "conditional"}
    slices = {
        f"{letter}{number}": SliceState(
            id=number,
            code=f"{letter}{number}",
            position=number,
            title=f"Slice {number}",
            kind=kind,
            owner="@crew",
            status=status,
            needs=tuple(Need(f"{letter}{one}", one in conditional) for one in needs),
        )
        for number, status, kind, needs in _MADE_UP
    }
    return PhaseState(id=0, initiative="", code=letter, title="", revision=1, seq=0, slices=slices)
