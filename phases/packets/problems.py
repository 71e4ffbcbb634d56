"""What is wrong or doubtful in a packet, in the shape that every caller shows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `line` and `column` count from 1; 0 means the file as a whole.

    `message` says what was found and what would be accepted; `code` is stable, for programs.
    """

    level: Level
    code: str
    message: str
    line: int = 0
    column: int = 0
    slice: str = ""
    field: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
