"""Taking times so that two things measured in one run can be compared."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Line:
    """One measured budget."""

    what: str
    measured: float
    budget: float
    unit: str = "x"

    @property
    def holds(self) -> bool:
        return self.measured <= self.budget

    def __str__(self) -> str:
        mark = "ok  " if self.holds else "OVER"
        return f"{mark}  {self.what:<68} {self.measured:>7.2f}{self.unit} of {self.budget:g}{self.unit}"


def seconds(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(ours: Work, theirs: Work, *, rounds: int = 60) -> float:
    """Median time of `ours` over that of `theirs`, taken in turns so that both meet the same machine."""
    for _ in range(3):
        ours(), theirs()
    gc.collect()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    return median(first for first, _ in pairs) / median(second for _, second in pairs)


def queries(work: Work) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)
