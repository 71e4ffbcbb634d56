"""What the name of a closure document tells: its role in the closing set, and whose slice it is."""

from __future__ import annotations

import re

REVIEW = "review disposition"
STRUCTURAL = "structural disposition"
CONDITIONAL = "conditional disposition"
MANIFEST = "cleanup manifest"
REPORT = "execution report"
READINESS = "readiness"
HANDOFF = "final handoff"
TRIGGER = "trigger evidence"

ROLES = (REVIEW, STRUCTURAL, CONDITIONAL, MANIFEST, REPORT, READINESS, HANDOFF, TRIGGER)
"""The usual closing set, in the order in which a phase closes; the trigger evidence only where triggered."""

SLICE = r"[A-Z]{1,2}\d{1,3}[A-Z]?"
"""A slice's code as teams write it: `D5`, `D5A`."""

_NO_SLICES = frozenset({"E2E", "B2B", "P2P", "A11Y", "I18N", "L10N"})
_CODE = re.compile(rf"({SLICE})(?=_|$)")
_BEFORE = rf"(?:(?:{SLICE}|PHASE_[A-Z0-9]{{1,8}}|NEXT_PHASE)_){{0,3}}"
_AFTER = r"(?:_(?:V\d{1,2}|R\d{1,2}|ROUND_\d{1,2}|FINAL|DRAFT))?"
_NAMES = tuple(
    (role, re.compile(f"{_BEFORE}(?:{name}){_AFTER}"))
    for role, name in (
        (REVIEW, "(?:INDEPENDENT_)?(?:RE_?)?REVIEW_DISPOSITION"),
        (STRUCTURAL, "STRUCTURAL_(?:REVIEW_)?DISPOSITION"),
        (CONDITIONAL, "CONDITIONAL_DISPOSITION"),
        (MANIFEST, "CLEAN_?UP_MANIFEST"),
        (REPORT, "(?:[A-Z]_)?EXECUTION_?REPORT"),
        (READINESS, "READINESS"),
        (HANDOFF, "FINAL_(?:PHASE_[A-Z0-9]{1,8}_)?HAND_?OFF"),
        (TRIGGER, "TRIGGER_(?:EVIDENCE|SCAN(?:_RESULTS?)?)"),
    )
)
_DECIDED = re.compile(rf"{SLICE}_(?:DECISION_)?DISPOSITION{_AFTER}")


def role_of(path: str) -> str:
    """The role that a file's name tells, one of `ROLES`; empty where it tells none."""
    stem = _stem(path).upper()
    if _DECIDED.fullmatch(stem):
        return CONDITIONAL
    return next((role for role, name in _NAMES if name.fullmatch(stem)), "")


def code_in(path: str) -> str:
    """Code of the slice that a file's name begins with; empty where it begins with none.

    Small letters are read as a code only in a name that tells a role.
    """
    stem = _stem(path)
    found = _CODE.match(stem.upper() if role_of(path) else stem)
    return found[1] if found and found[1] not in _NO_SLICES else ""


def _stem(path: str) -> str:
    """The file's name without its ending, parted by underscores."""
    name = path[-300:].replace("\\", "/").rsplit("/", 1)[-1]
    return re.sub(r"[-. ]", "_", name.rpartition(".")[0] or name)
