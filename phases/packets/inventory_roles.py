"""What a document of a packet is for, and which phase it belongs to, told from names and words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """The vocabulary of roles, as pages print it."""

    ENTRYPOINT = "entrypoint"
    ARCHITECTURE = "architecture"
    DECISIONS = "decisions"
    AXIS = "axis"
    EXAMPLE = "example"
    EXECUTION_PACKET = "execution packet"
    IMPLEMENTATION_SPEC = "implementation spec"
    ACCEPTANCE_GATES = "acceptance gates"
    WORK_BREAKDOWN = "work breakdown"
    REVIEW_DISPOSITION = "review disposition"
    PLANNING_HANDOFF = "planning handoff"
    RUNBOOK = "runbook"
    CLOSURE = "closure"
    NOTE = "note"
    OTHER = "other"


_FOLDERS = {
    "axes": Role.AXIS,
    "axis": Role.AXIS,
    "examples": Role.EXAMPLE,
    "example": Role.EXAMPLE,
    "walkthroughs": Role.EXAMPLE,
}
_NAMES = (
    (Role.WORK_BREAKDOWN, r"work_?breakdown"),
    (Role.EXECUTION_PACKET, r"execution_packet"),
    (Role.IMPLEMENTATION_SPEC, r"implementation_spec"),
    (Role.ACCEPTANCE_GATES, r"acceptance_gates|(?:^|_)gates\."),
    (Role.REVIEW_DISPOSITION, r"review_disposition"),
    (Role.PLANNING_HANDOFF, r"planning_hand_?off"),
    (Role.RUNBOOK, r"runbook"),
    (Role.DECISIONS, r"^decisions?\.|decision_(?:register|log)"),
    (Role.ARCHITECTURE, r"^architecture\."),
    (Role.NOTE, r"(?:^|_)notes?\."),
)
_SECTIONS = (
    (Role.AXIS, r"\bax[ei]s\b"),
    (Role.EXAMPLE, r"\b(?:examples?|walk-?throughs?)\b"),
    (Role.RUNBOOK, r"\brunbooks?\b"),
    (Role.CLOSURE, r"\bclosure\b|\bruntime pass"),
    (Role.NOTE, r"^notes$"),
)
_WORDS = (
    (Role.WORK_BREAKDOWN, r"work ?breakdown|machine-readable"),
    (Role.CLOSURE, r"closure artifacts?|runtime (?:execution|pass)"),
    (Role.EXECUTION_PACKET, r"execution (?:packet|entry ?point)"),
    (Role.IMPLEMENTATION_SPEC, r"implementation spec"),
    (Role.ACCEPTANCE_GATES, r"acceptance gates?|gate cadence|gates? contract"),
    (Role.REVIEW_DISPOSITION, r"review disposition"),
    (Role.PLANNING_HANDOFF, r"planning[- ](?:to[- ]runtime )?hand-?off"),
    (Role.RUNBOOK, r"\brunbook"),
    (Role.DECISIONS, r"decision (?:register|log)|register of decisions"),
    (Role.AXIS, r"leaf[- ]polic|\baxis\b"),
    (Role.EXAMPLE, r"walk-?through|\bexamples?\b"),
    (Role.ARCHITECTURE, r"normative|\barchitecture\b"),
    (Role.ENTRYPOINT, r"entry ?point|read (?:this )?first"),
    (Role.NOTE, r"\bnotes?\b"),
)
_Rules = tuple[tuple[Role, re.Pattern[str]], ...]
_READ = 500
"""Characters of a description and of a section's heading that are looked at."""


def _compiled(rules: tuple[tuple[Role, str], ...]) -> _Rules:
    return tuple((role, re.compile(words)) for role, words in rules)


NAMES, SECTIONS, WORDS = map(_compiled, (_NAMES, _SECTIONS, _WORDS))
_PHASE = re.compile(r"(?:^|[^A-Za-z0-9])phase[_\- ]([A-Za-z0-9]{1,32})(?=[_\-. ]|$)", re.IGNORECASE)
_SLICE = re.compile(r"([A-Z])\d{1,3}[A-Z]?(?=[_.]|-(?!\d))")
_BREAKDOWN = re.compile(r"_?work_?breakdown\.", re.IGNORECASE)


def role_of(path: str, section: str = "", description: str = "") -> Role:
    """What a document is for: its name says it best, then the section it is listed in, then the words."""
    *folders, name = path.lower().replace("-", "_").rstrip("/").split("/")
    if any(map(_is_pass_folder, (*folders, name) if path.endswith("/") else folders)):
        return Role.CLOSURE
    if name == "readme.md" and not folders:
        return Role.ENTRYPOINT
    in_folder = next((_FOLDERS[folder] for folder in reversed(folders) if folder in _FOLDERS), None)
    return (
        _first(NAMES, name)
        or in_folder
        or _first(SECTIONS, section[:_READ].lower())
        or _first(WORDS, description[:_READ].lower())
        or Role.OTHER
    )


def _first(rules: _Rules, text: str) -> Role | None:
    return next((role for role, words in rules if words.search(text)), None)


def _is_pass_folder(folder: str) -> bool:
    """True for `_phase_d_runtime_execution_pass_01`: a runtime pass, whose documents close a phase."""
    at = folder.find("runtime")
    return at >= 0 and "pass" in folder[at:]


def phase_of(path: str, codes: Iterable[str]) -> str:
    """The code among `codes` of the phase that a path belongs to; empty for the initiative's own.

    The outermost folder that names a phase wins: what lies in the pass folder of D belongs to D, also
    `D7_PHASE_E_READINESS.md`. In a name the slice's code in front wins over the phase spoken of.
    """
    known = {code.lower(): code for code in codes}
    above = ""
    for part in path.rstrip("/").split("/"):
        if above in ("phase", "phases") and part.lower() in known:
            return known[part.lower()]
        slice = _SLICE.match(part)
        for told in (*((slice.group(1),) if slice else ()), *_PHASE.findall(part)):
            if told.lower() in known:
                return known[told.lower()]
        above = part.lower()
    return ""


def phase_codes(paths: Iterable[str]) -> tuple[str, ...]:
    """The codes that file and folder names speak of, sorted.

    A work breakdown's name settles its code. Elsewhere one letter, or digits, or both with at most
    three characters count: `PHASE_EXECUTION_WORKFLOW.md` speaks of no phase.
    """
    found: dict[str, str] = {}
    for path in paths:
        settled = bool(_BREAKDOWN.search(path.rsplit("/", 1)[-1]))
        for code in _PHASE.findall(path):
            if settled or len(code) == 1 or (len(code) <= 3 and any(map(str.isdigit, code))):
                found.setdefault(code.lower(), code.upper() if len(code) == 1 else code)
    return tuple(sorted(found.values()))
