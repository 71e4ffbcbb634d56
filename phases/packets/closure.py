"""Closure documents as teams write them, read into facts.

What is read is shown to a person beside its line, and confirmed before it counts: nothing here is guessed,
and what is doubtful is left.
"""

from __future__ import annotations

import re
from itertools import islice

from phases.packets.closure_facts import (
    Closure,
    DecisionRead,
    FindingRead,
    GateRead,
    LinkRead,
    OwnerRead,
    ReferenceRead,
    TextRead,
    TriggerRead,
    VerdictRead,
)
from phases.packets.closure_findings import read_findings
from phases.packets.closure_gates import read_gates
from phases.packets.closure_json import read_json
from phases.packets.closure_lines import MOST, MOST_LINES, outline
from phases.packets.closure_lists import read_blockers, read_no_blockers, read_references
from phases.packets.closure_names import ROLES, code_in, role_of
from phases.packets.closure_people import read_decisions, read_links, read_owners
from phases.packets.closure_verdicts import read_triggers, read_verdicts
from phases.packets.text import MAX_BYTES

__all__ = [
    "ROLES",
    "Closure",
    "DecisionRead",
    "FindingRead",
    "GateRead",
    "LinkRead",
    "OwnerRead",
    "ReferenceRead",
    "TextRead",
    "TriggerRead",
    "VerdictRead",
    "code_in",
    "read_closure",
    "role_of",
]

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read_closure(text: str, *, path: str = "") -> Closure:
    """What a document says: as JSON where `path` ends in `.json`, else as Markdown. Never raises.

    `path` also tells the document's role and slice. A text past 2 MiB is not read.
    """
    role, code = role_of(path), code_in(path)
    if len(text) > MAX_BYTES:
        problem = f"The document has {len(text):,} characters; at most {MAX_BYTES:,} are read."
        return Closure(problem=problem, role=role, code=code)
    text = _UNSTORABLE.sub("\ufffd", text.removeprefix("\ufeff"))
    if path.lower().endswith(".json"):
        return read_json(text, role, code)
    return _markdown(text, role, code)


def _markdown(text: str, role: str, code: str) -> Closure:
    lines, is_cut = outline(text)
    return Closure(
        verdicts=tuple(read_verdicts(lines, role)),
        triggers=tuple(islice(read_triggers(lines), MOST)),
        findings=tuple(read_findings(lines)),
        gates=tuple(read_gates(lines)),
        blockers=tuple(islice(read_blockers(lines), MOST)),
        owners=tuple(islice(read_owners(lines), MOST)),
        links=tuple(islice(read_links(lines), MOST)),
        decisions=tuple(islice(read_decisions(lines), MOST)),
        references=tuple(islice(read_references(lines), MOST)),
        says_no_blockers=read_no_blockers(lines),
        problem=f"Only the first {MOST_LINES:,} lines with text were read." if is_cut else "",
        role=role,
        code=code,
    )
