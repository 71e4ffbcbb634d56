"""The trigger criteria of a slice with the answers that its phase's runs give; at most two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from django.db import connection

from phases.models import GateRun, Phase, Revision
from phases.rules.criteria import Check, Criterion, History, Pair, PastRun, asked, judge
from phases.rules.state import Outcome, PhaseState

_RUNS, _REVISIONS = GateRun._meta.db_table, Revision._meta.db_table

_NEWEST = f"""
WITH asked (number, gate_id) AS (VALUES {{asked}}),
history AS (
    SELECT asked.number, run.id, run.gate_id, run.outcome, run.place, run.seq, run.revision,
        ROW_NUMBER() OVER (
            PARTITION BY asked.number, run.outcome ORDER BY run.place DESC, run.seq DESC
        ) AS nth,
        COUNT(*) OVER (PARTITION BY asked.number, run.outcome) AS total
    FROM asked JOIN {_RUNS} run ON run.gate_id = asked.gate_id AND run.retracted = 0
)
SELECT number, total, id, gate_id, outcome, place, seq, revision
FROM history WHERE nth <= 2 ORDER BY number, place, seq
"""  # noqa: S608  (names of tables)
"""Of each check the last two passes and failures, with how many of each there are."""

_PAIRS = f"""
WITH asked (number, gate_id) AS (VALUES {{asked}}),
concerned (number, code) AS (VALUES {{concerned}}),
history AS (
    SELECT asked.number, run.id, run.outcome, run.place, run.seq,
        LAG(run.id) OVER earlier AS first_id, LAG(run.outcome) OVER earlier AS first_outcome,
        LAG(run.place) OVER earlier AS first_place, LAG(run.seq) OVER earlier AS first_seq
    FROM asked JOIN {_RUNS} run ON run.gate_id = asked.gate_id AND run.retracted = 0
    WINDOW earlier AS (PARTITION BY asked.number ORDER BY run.place, run.seq)
),
remedied AS (
    SELECT history.number, history.first_id, history.id AS second_id, revision.sha,
        ROW_NUMBER() OVER (
            PARTITION BY history.number ORDER BY history.place DESC, history.seq DESC, revision.place
        ) AS nth
    FROM history JOIN {_REVISIONS} revision ON revision.phase_id = %s AND NOT revision.withdrawn
        AND revision.place > history.first_place AND revision.place <= history.place
        AND (history.first_place > 0 OR revision.seq > history.first_seq)
    WHERE history.outcome = %s AND history.first_outcome = %s AND EXISTS (
        SELECT 1 FROM concerned WHERE concerned.number = history.number AND (
            concerned.code = ''
            OR REPLACE(CAST(revision.touches AS text), concerned.code, '') <> CAST(revision.touches AS text)
            OR REPLACE(CAST(revision.fixes AS text), concerned.code, '') <> CAST(revision.fixes AS text)
        )
    )
)
SELECT remedied.number, remedied.sha, run.id, run.gate_id, run.outcome, run.place, run.seq, run.revision
FROM remedied JOIN {_RUNS} run ON run.id IN (remedied.first_id, remedied.second_id)
WHERE remedied.nth = 1 ORDER BY remedied.number, run.place, run.seq
"""  # noqa: S608  (names of tables)
"""Of each check the newest two failures in a row with a revision between that touches a slice concerned.

The database looks for them, so that neither the number of runs nor that of revisions is cut. A slice's
code is looked for in quotes, as JSON holds it: no code has a character that JSON would escape.
"""


def answered(phase: Phase, state: PhaseState, texts: Sequence[str]) -> list[Criterion]:
    """Every criterion; those that no run can answer are left to a person. No query where none can."""
    checks = {
        number: check
        for number, text in enumerate(texts, start=1)
        if (check := asked(state, text)) and check.gates
    }
    alike = _alike({number: _gate_ids(check) for number, check in checks.items()})
    found = _histories({number: checks[number] for number in set(alike.values())})
    histories = {number: found[first] for number, first in alike.items() if first in found}
    twice = {
        number: checks[number]
        for number, history in histories.items()
        if checks[number].twice and history.failed > 1
    }
    alike = _alike({number: (_gate_ids(check), *check.owners) for number, check in twice.items()})
    pairs = _pairs(phase, {number: twice[number] for number in set(alike.values())})
    for number, first in alike.items():
        histories[number] = histories[number]._replace(pair=pairs.get(first))
    return judge(state, texts, histories)


def _gate_ids(check: Check) -> frozenset[int]:
    return frozenset(gate.id for _, gate in check.gates)


def _alike(subjects: Mapping[int, Hashable]) -> dict[int, int]:
    """By number the first one with the same subject: the database goes through each history once."""
    firsts: dict[Hashable, int] = {}
    return {number: firsts.setdefault(subject, number) for number, subject in subjects.items()}


def _histories(checks: Mapping[int, Check]) -> dict[int, History]:
    """By number of the criterion; those without any run are left out."""
    if not checks:
        return {}
    runs: dict[int, list[PastRun]] = defaultdict(list)
    totals: dict[tuple[int, str], int] = {}
    marks, values = _asked(checks)
    for number, total, *columns in _rows(_NEWEST.format(asked=marks), values):
        run = PastRun(*columns)
        runs[number].append(run)
        totals[number, run.outcome] = total
    return {
        number: History(newest, totals.get((number, Outcome.PASS), 0), totals.get((number, Outcome.FAIL), 0))
        for number, newest in runs.items()
    }


def _pairs(phase: Phase, checks: Mapping[int, Check]) -> dict[int, Pair]:
    """By number of the criterion the pair that triggers it."""
    if not checks:
        return {}
    concerned = [
        (number, f'"{code}"' if code else "")
        for number, check in checks.items()
        for code in check.owners or [""]
    ]
    marks, values = _asked(checks)
    sql = _PAIRS.format(asked=marks, concerned=_marks(concerned))
    values += [value for row in concerned for value in row]
    runs: dict[int, list[PastRun]] = defaultdict(list)
    remedies: dict[int, str] = {}
    for number, sha, *columns in _rows(sql, [*values, phase.pk, Outcome.FAIL.value, Outcome.FAIL.value]):
        remedies[number] = sha
        runs[number].append(PastRun(*columns))
    return {number: Pair(runs[number][0], runs[number][1], sha) for number, sha in remedies.items()}


def _asked(checks: Mapping[int, Check]) -> tuple[str, list[Any]]:
    """A row for each gate of each check: the marks that stand for them, and their values."""
    rows = [(number, pk) for number, check in checks.items() for pk in sorted(_gate_ids(check))]
    return _marks(rows), [value for row in rows for value in row]


def _marks(rows: Sequence[tuple[Any, Any]]) -> str:
    return ", ".join(["(%s, %s)"] * len(rows))


def _rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
