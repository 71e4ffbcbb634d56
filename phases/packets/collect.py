"""Gathers the problems of one packet, all of them, and folds many of one cause into one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from phases.packets.problems import Level, Problem

if TYPE_CHECKING:
    from phases.packets.nodes import Node

SAME_CAUSE = 5
"""From this many problems of one code and field on, they become one problem with a count."""

ONE_AT_ONCE = frozenset({"unquoted_code", "kept_as_text", "bad_code"})
"""Causes that say it once with a count, however few they are."""

EACH_ITS_OWN = frozenset(
    {
        "kind_inferred",
        "gates_disagree",
        "duplicate_key",
        "duplicate_code",
        "cycle",
        "unknown_slice",
        "unknown_suite",
    }
)
"""Causes that are worth a line each: every one says something else."""

KINDS_SHOWN = 60
"""At most this many folded problems of one code; a last one counts the rest."""


class Refused(Exception):
    """Reading cannot go on; carries the one problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Collector:
    """Collects problems while a packet is read; `of` is the code of the slice concerned."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self.failed = False

    def add(self, problem: Problem) -> None:
        self._problems.append(problem)
        self.failed = self.failed or problem.level == "error"

    def error(
        self, code: str, message: str, at: Node | None = None, *, of: str = "", field: str = ""
    ) -> None:
        self._at("error", code, message, at, of, field)

    def warning(
        self, code: str, message: str, at: Node | None = None, *, of: str = "", field: str = ""
    ) -> None:
        self._at("warning", code, message, at, of, field)

    def _at(self, level: Level, code: str, message: str, at: Node | None, of: str, field: str) -> None:
        line, column = (at.line, at.column) if at is not None else (0, 0)
        self.add(Problem(level, code, message, line, column, of, field))

    def result(self) -> tuple[Problem, ...]:
        """Every problem in file order, repeated causes folded into one with a count."""
        groups: dict[tuple[str, str, str], list[Problem]] = {}
        for problem in sorted(self._problems, key=lambda each: (each.line, each.column)):
            groups.setdefault((problem.level, problem.code, problem.field), []).append(problem)
        folded = [each for group in groups.values() for each in _fold(group)]
        return tuple(sorted(_shorten(folded), key=lambda each: (each.line, each.column)))


def _fold(group: list[Problem]) -> list[Problem]:
    first = group[0]
    if first.code in EACH_ITS_OWN or len(group) < (2 if first.code in ONE_AT_ONCE else SAME_CAUSE):
        return group
    return [replace(first, message=f"{first.message} {_elsewhere(group[1:])}")]


def _elsewhere(rest: list[Problem]) -> str:
    places = [f"line {each.line}" + (f" ({each.slice})" if each.slice else "") for each in rest[:6]]
    more = f" and {len(rest) - 6} more" if len(rest) > 6 else ""
    return f"{len(rest) + 1} times in all: also on {', '.join(places)}{more}."


def _shorten(problems: list[Problem]) -> list[Problem]:
    by_code: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        by_code.setdefault((problem.level, problem.code), []).append(problem)
    kept = []
    for group in by_code.values():
        kept += group[:KINDS_SHOWN]
        if len(group) > KINDS_SHOWN:
            left = len(group) - KINDS_SHOWN
            kept.append(
                replace(group[KINDS_SHOWN], message=f"And {left} more problems of this kind from here on.")
            )
    return kept
