"""Gathers the problems of one packet, all of them, and folds many of one cause into one."""

from __future__ import annotations

from collections import Counter
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

KEPT = 400
"""Problems of one code that are kept one by one; the rest are only counted, in bounded time."""

SHOWN = 60
"""At most this many problems of one code are shown; a last one counts the rest."""


class Refused(Exception):
    """Reading cannot go on; carries the one problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Collector:
    """Collects problems while a packet is read; `of` is the code of the slice concerned."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._by_code: Counter[tuple[Level, str]] = Counter()
        self._by_cause: Counter[tuple[Level, str, str]] = Counter()
        self.failed = False

    def add(self, problem: Problem) -> None:
        code = problem.level, problem.code
        self.failed = self.failed or problem.level == "error"
        self._by_code[code] += 1
        self._by_cause[*code, problem.field] += 1
        if self._by_code[code] <= KEPT:
            self._problems.append(problem)

    def is_full(self, level: Level, code: str) -> bool:
        """Whether further problems of this code are only counted, so that their words are not read."""
        return self._by_code[level, code] >= KEPT

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
        causes: dict[tuple[Level, str, str], list[Problem]] = {}
        for problem in sorted(self._problems, key=_place):
            causes.setdefault((problem.level, problem.code, problem.field), []).append(problem)
        by_code: dict[tuple[Level, str], list[tuple[Problem, int]]] = {}
        for (level, code, field), group in causes.items():
            folded = _fold(group, self._by_cause[level, code, field])
            by_code.setdefault((level, code), []).extend(folded)
        shown = [each for code, found in by_code.items() for each in _shorten(found, self._by_code[code])]
        return tuple(sorted(shown, key=_place))


def _place(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column


def _fold(group: list[Problem], total: int) -> list[tuple[Problem, int]]:
    """The problems of one cause, each with how many it speaks for."""
    first = group[0]
    if first.code in EACH_ITS_OWN or total < (2 if first.code in ONE_AT_ONCE else SAME_CAUSE):
        return [(each, 1) for each in group]
    places = [f"line {each.line}" + (f" ({each.slice})" if each.slice else "") for each in group[1:7]]
    more = f" and {total - 7} more" if total > 7 else ""
    message = f"{first.message} {total} times in all: also on {', '.join(places)}{more}."
    return [(replace(first, message=message), total)]


def _shorten(found: list[tuple[Problem, int]], total: int) -> list[Problem]:
    """The first problems of one code, and one that counts what they do not speak for."""
    found.sort(key=lambda each: _place(each[0]))
    shown = [problem for problem, _ in found[:SHOWN]]
    left = total - sum(number for _, number in found[:SHOWN])
    if left > 0:
        last = found[min(SHOWN, len(found) - 1)][0]
        shown.append(replace(last, message=f"And {left} more problems of this kind, from about here on."))
    return shown
