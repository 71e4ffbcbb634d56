"""The trigger criteria of a slice with the answers that its phase's runs give; at most two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from phases.models import GateRun, Phase, Revision
from phases.rules.criteria import Check, Criterion, PastRun, asked, judge, named
from phases.rules.state import Outcome, PhaseState
from phases.rules.touching import Mention

MOST_RUNS = 200
"""Runs that are looked back at, the newest for all checks of a slice together."""

MOST_REVISIONS = 500


def answered(phase: Phase, state: PhaseState, texts: Sequence[str]) -> list[Criterion]:
    """Every criterion; those that no run can answer are left to a person. No query where none can."""
    checks = [check for text in texts if (check := asked(state, text))]
    runs = _runs({gate.id for check in checks for _, gate in named(state, check)})
    return judge(state, texts, runs, _between(phase, state, checks, runs))


def _runs(gate_ids: set[int]) -> dict[int, list[PastRun]]:
    """The newest runs of these gates, by gate."""
    found: dict[int, list[PastRun]] = defaultdict(list)
    if gate_ids:
        rows = GateRun.objects.filter(gate_id__in=gate_ids, retracted=0).order_by("-place", "-seq")
        for row in rows.values_list("id", "gate_id", "outcome", "place", "seq", "revision")[:MOST_RUNS]:
            found[row[1]].append(PastRun(*row))
    return found


def _between(
    phase: Phase, state: PhaseState, checks: Sequence[Check], runs: dict[int, list[PastRun]]
) -> list[Mention]:
    """The revisions among which a remediation may be: those between the failures of a check."""
    twice = {gate.id for check in checks if check.twice for _, gate in named(state, check)}
    places = [run.place for pk in twice for run in runs.get(pk, ()) if run.outcome == Outcome.FAIL]
    if len(places) < 2 or min(places) == max(places):
        return []
    rows = Revision.objects.filter(phase=phase, place__gt=min(places), place__lte=max(places))
    columns = ("sha", "place", "files", "reported_for", "unknown_for", "fixes")
    newest = rows.order_by("-place").values_list(*columns)[:MOST_REVISIONS]
    return [Mention(*row) for row in reversed(list(newest))]
