"""The runs of gates as pages list them: the last of each gate in one bounded query, or all of one gate.

They stand in the order in which they count, that of their revisions and then of the ledger: the
index `latest_run_of_gate` holds them so, and the first that was not retracted is the one that counts.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from phases.models import Event, GateRun, Phase
from phases.rules.state import GateState, Outcome
from phases.rules.wording import short

from .paths import Paths
from .printed import plain
from .sizes import size_of
from .strength import level, told
from .times import lasted

EACH = 20
"""Runs shown of each gate; fewer where a suite has so many gates that a page would drown."""

ALTOGETHER, MOST_GATES = 1_000, 400
"""Runs on one page, and gates whose runs are listed there: SQLite joins at most 500 selects."""

PAGE_SIZE = 100
"""Runs on each page of the whole history of one gate."""


WEB = ("http://", "https://")
"""What a link begins with; a redaction leaves other words in its place."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a list."""

    id: int
    url: str
    passed: bool
    at: dt.datetime
    revision: str
    short: str
    late: bool
    by: str
    told: str
    level: int
    """How strong it is as evidence, from 1 to `strength.STRONGEST`."""
    duration: str
    link: str
    log: str
    """Size of its log; `redacted` where that was taken away, empty where there is none."""
    note: str
    retracted: str
    """Who took it back and why; empty while it counts."""
    mark: str
    """Its place in the order, as the address of the next page names it."""


def recent(phase: Phase, gates: Sequence[GateState]) -> dict[int, list[RunLine]]:
    """The last runs of each gate by the gate's id, in one query however long the histories are."""
    shown, each = gates[:MOST_GATES], depth(len(gates))
    found: dict[int, list[RunLine]] = defaultdict(list)
    if shown:
        rows = _rows(phase, GateRun.objects.filter(pk__in=_newest([gate.id for gate in shown], each)))
        for gate_id, line in _lines(phase, rows, {gate.id: gate.kind for gate in shown}):
            if len(found[gate_id]) < each:
                found[gate_id].append(line)
    return found


def depth(gates: int) -> int:
    """How many runs are listed of each of so many gates."""
    return max(1, min(EACH, ALTOGETHER // max(1, gates)))


def whole(phase: Phase, gate: GateState, before: str = "") -> tuple[list[RunLine], str]:
    """A page of the history of one gate, from the mark `before` on, and the mark of the next page."""
    runs = GateRun.objects.filter(gate=gate.id)
    place, dot, seq = before.partition(".")
    if dot and all(part.isascii() and part.isdigit() and len(part) < 10 for part in (place, seq)):
        runs = runs.filter(Q(place__lt=int(place)) | Q(place=int(place), seq__lt=int(seq)))
    rows = list(_rows(phase, runs)[: PAGE_SIZE + 1])
    lines = [line for _, line in _lines(phase, rows[:PAGE_SIZE], {gate.id: gate.kind})]
    return lines, lines[-1].mark if len(rows) > PAGE_SIZE else ""


def _newest(gates: Sequence[int], each: int) -> RawSQL:
    """Ids of the last runs of each gate: a step into the index for each, whatever lies behind it.

    Retracted ones stand elsewhere in the index, so the last of those are asked for together.
    """
    table = GateRun._meta.db_table
    newest = (
        f"SELECT id FROM (SELECT id FROM {table} WHERE gate_id = %s AND retracted = 0"  # noqa: S608
        " ORDER BY place DESC, seq DESC LIMIT %s) AS newest"
    )
    marks = ", ".join(["%s"] * len(gates))
    retracted = (
        f"SELECT id FROM (SELECT id FROM {table} WHERE gate_id IN ({marks}) AND retracted > 0"  # noqa: S608
        " ORDER BY seq DESC LIMIT %s) AS retracted"
    )
    sql = " UNION ALL ".join([*([newest] * len(gates)), retracted])
    values = [value for gate in gates for value in (gate, each)]
    return RawSQL(sql, [*values, *gates, ALTOGETHER])  # noqa: S611  (values are parameters)


_COLUMNS = (
    "id",
    "gate_id",
    "seq",
    "at",
    "by",
    "source",
    "outcome",
    "revision",
    "place",
    "late",
    "duration_ms",
    "url",
    "note",
    "log__size",
    "log__redacted",
    "retracted",
    "retractor",
    "reason",
)


def _rows(phase: Phase, runs: QuerySet[GateRun]) -> QuerySet[GateRun, tuple[Any, ...]]:
    """Values of `_COLUMNS`, the ones that count first."""
    taken_back = Event.objects.filter(initiative=phase.initiative_id, seq=OuterRef("retracted"))
    told_why = {
        "retractor": Subquery(taken_back.values("actor")),
        "reason": Subquery(taken_back.values("note")),
    }
    return runs.annotate(**told_why).order_by("-place", "-seq").values_list(*_COLUMNS)


def _lines(
    phase: Phase, rows: Iterable[tuple[Any, ...]], kinds: Mapping[int, str]
) -> Iterable[tuple[int, RunLine]]:
    paths = Paths(phase.initiative.slug)
    for row in rows:
        one = dict(zip(_COLUMNS, row, strict=True))
        yield one["gate_id"], _line(one, kinds[one["gate_id"]], paths.run(phase.code, one["id"]))


def _line(one: Mapping[str, Any], kind: str, url: str) -> RunLine:
    has_log = one["log__size"] is not None
    size = "redacted" if one["log__redacted"] else size_of(one["log__size"]) if has_log else ""
    return RunLine(
        id=one["id"],
        url=url,
        passed=one["outcome"] == Outcome.PASS,
        at=one["at"],
        revision=one["revision"],
        short=short(one["revision"]),
        late=one["late"],
        by=one["by"],
        told=told(one["source"], kind, has_log=has_log),
        level=level(one["source"], has_log=has_log),
        duration="" if one["duration_ms"] is None else lasted(one["duration_ms"]),
        link=one["url"] if one["url"].startswith(WEB) else "",
        log=size,
        note=plain(one["note"]),
        retracted=plain(f"Retracted by {one['retractor']}: {one['reason']}") if one["retracted"] else "",
        mark=f"{one['place']}.{one['seq']}",
    )
