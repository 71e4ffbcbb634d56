"""What waits for a person, grouped by what there is to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .task_lines import VERBS, TaskLine

URGENT = "overdue, blocking, or failed"
WHY = {
    "start": "nothing is in the way any more",
    "candidate": "its quick suite is green",
    "land": "all that it needs is green",
    "run": "a command that has to pass",
    "attest": "something that a person vouches for",
    "attach": "a document that has to exist",
    "decide": "triggered or deferred, with evidence",
    "review": "a round by somebody independent",
    "confirm": "fixes that wait for your round",
    "fix": "findings of a review",
    "answer": "handed on by an earlier phase",
    "posture": "whether the phase is ready",
    "import": "uploaded, and not in force yet",
}
"""What stands beside each verb."""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that ask for the same, or that are urgent."""

    name: str
    word: str
    why: str
    """What it takes, or why it comes first; empty where the word says it all."""
    lines: Sequence[TaskLine]


def groups(yours: Sequence[TaskLine]) -> list[Group]:
    """Urgent lines, then those of each verb; verbs stand in the order of their first line."""
    urgent = [line for line in yours if line.mark]
    by_verb: dict[str, list[TaskLine]] = {}
    for line in yours:
        if not line.mark:
            by_verb.setdefault(line.verb, []).append(line)
    found = [Group(verb, VERBS[verb], WHY.get(verb, ""), lines) for verb, lines in by_verb.items()]
    return [Group("urgent", "First", URGENT, urgent), *found] if urgent else found
