"""Tables of findings: which column says what, by its heading or by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .pasted_lines import anchor_in, section, worst

_ROLES = {
    "severity": ("severity", "sev", "priority", "level"),
    "title": ("finding", "title", "issue", "problem", "summary", "description", "what"),
    "anchor": ("file", "files", "anchor", "location", "where", "path", "place"),
    "slice": ("slice", "affected slice"),
    "number": ("#", "no", "no.", "nr", "number"),
}
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in names}
_CELL = re.compile(r"(?<!\\)\|")


class Row(NamedTuple):
    """A finding as a table has it."""

    severity: str
    title: str
    anchor: str
    slice: str
    detail: str


class Table(NamedTuple):
    """The columns of a table: what each says, and its heading."""

    roles: Sequence[str] = ()
    names: Sequence[str] = ()

    def row(self, cells: Sequence[str], given: str) -> Row | None:
        """The finding of one row; `given` is the severity of the heading above the table.

        None for a row without a title or without a severity.
        """
        roles = list(self.roles) if self.names else guessed(cells)
        found: dict[str, str] = {}
        details = []
        for number, cell in enumerate(cells):
            role = roles[number] if number < len(roles) else ""
            if role and role not in found:
                found[role] = cell
            elif cell:
                name = self.names[number] if number < len(self.names) else ""
                details.append(f"{name}: {cell}" if name else cell)
        severity = worst(found.get("severity", "")) or given
        title = found.get("title", "")
        if not severity or not title:
            return None
        anchor = found.get("anchor", "").strip("` ")
        return Row(severity, title, anchor_in(anchor) or anchor, found.get("slice", ""), "\n".join(details))


def headed(cells: Sequence[str]) -> Table:
    """The table that begins with this row: with headings if it has the heading of a title or a severity."""
    roles = [_ROLE_OF.get(cell.strip("*` ").lower(), "") for cell in cells]
    return Table(roles, list(cells)) if {"title", "severity"} & set(roles) else Table()


def guessed(cells: Sequence[str]) -> list[str]:
    """What each cell of a row without headings says."""
    roles: list[str] = []
    for cell in cells:
        bare = cell.strip("*` ")
        if section(bare) and "severity" not in roles:
            roles.append("severity")
        elif bare.isdigit():
            roles.append("number")
        elif anchor_in(bare) == bare and bare and "anchor" not in roles:
            roles.append("anchor")
        else:
            roles.append("title" if "title" not in roles and bare else "")
    return roles


def cells_of(line: str) -> list[str]:
    """The cells of a row."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.replace("\\|", "|").strip() for cell in _CELL.split(inner)]


def is_separator(cells: Sequence[str]) -> bool:
    """The row of dashes below the headings."""
    return all(re.fullmatch(r":?-+:?", cell) for cell in cells)
