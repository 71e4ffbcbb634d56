"""The decisions of an initiative's register, each with the slices and documents that speak of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from phases.models import Initiative, Slice
from phases.packets.register import codes_mentioned

_TEXTS = (
    *("title", "objective", "deliverables", "trigger_criteria", "failure_triggers"),
    *("files", "touched_paths", "as_written"),
)
"""Fields of a slice in which a packet may speak of a decision."""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision; `status` is open, locked, closed, or unclear."""

    code: str
    title: str
    status: str
    owner: str
    date: str
    summary: str
    slices: Sequence[tuple[str, str]]
    """(code, address) of the slices whose texts name it."""
    documents: Sequence[tuple[str, str]]
    """(name, address) of the closure documents that name it; the address is empty if they are not kept."""


class Addresses(Protocol):
    """Where slices and texts of documents are."""

    def slice(self, phase: str, code: str) -> str: ...

    def url(self, path: str, phase: str = "", role: str = "") -> str: ...


def decision_rows(
    initiative: Initiative, decisions: Sequence[Mapping[str, Any]], words: str, addresses: Addresses
) -> list[DecisionRow]:
    """Those in which every one of `words` stands, in the register's order; one query if there are any."""
    touching = _touching(initiative, decisions)
    rows = [_row(one, touching[one["code"]], addresses) for one in decisions]
    wanted = words.lower().split()
    return [row for row in rows if all(word in _text(row) for word in wanted)]


def _row(one: Mapping[str, Any], slices: Iterable[tuple[str, str]], addresses: Addresses) -> DecisionRow:
    return DecisionRow(
        one["code"],
        one["title"],
        one["status"] or "unclear",
        one["owner"],
        one["date"],
        one["summary"],
        [(code, addresses.slice(phase, code)) for phase, code in slices],
        [(path.rpartition("/")[2], addresses.url(path)) for path in one["documents"]],
    )


def _text(row: DecisionRow) -> str:
    slices = (code for code, _ in row.slices)
    return " ".join((row.code, row.title, row.status, row.owner, row.summary, *slices)).lower()


def _touching(
    initiative: Initiative, decisions: Sequence[Mapping[str, Any]]
) -> Mapping[str, list[tuple[str, str]]]:
    """By decision (phase, code) of the slices whose texts name it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    known = {one["code"] for one in decisions}
    if not known:
        return found
    rows = Slice.objects.filter(phase__initiative=initiative, archived=False)
    for phase, code, *texts in rows.order_by("phase__code", "position").values_list(
        "phase__code", "code", *_TEXTS
    ):
        said = " ".join(text if isinstance(text, str) else json.dumps(text) for text in texts if text)
        for decision in codes_mentioned(said):
            if decision in known:
                found[decision].append((phase, code))
    return found
