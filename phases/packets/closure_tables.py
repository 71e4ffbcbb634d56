"""Tables: rows by the headings of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from phases.packets.closure_lines import Line, plain

_CELL = re.compile(r"(?<!\\)\|")
_DASHES = re.compile(r":?-+:?")


class Row(NamedTuple):
    line: Line
    cells: dict[str, str]
    """By the heading of the column, in small letters."""

    def get(self, *names: str) -> str:
        """The first of these columns that is there and says something."""
        return next((self.cells[name] for name in names if self.cells.get(name)), "")


def rows_of(lines: Sequence[Line], *columns: str) -> Iterator[Row]:
    """The rows of every table that has one of these columns."""
    names: list[str] = []
    block = -1
    for line in lines:
        if line.form != "row":
            continue
        cells = cells_of(line.text)
        if line.block != block:
            block, names = line.block, [plain(cell).lower() for cell in cells]
        elif set(columns) & set(names) and not all(_DASHES.fullmatch(cell) for cell in cells):
            yield Row(line, dict(zip(names, cells, strict=False)))


def cells_of(text: str) -> list[str]:
    """The cells of a row, without the blanks around them."""
    inner = text.strip().removeprefix("|").removesuffix("|")
    return [cell.replace("\\|", "|").strip() for cell in _CELL.split(inner)]
