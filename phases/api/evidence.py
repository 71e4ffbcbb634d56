"""Gate runs: reporting them, reading them, and taking back what should not stand."""

from __future__ import annotations

import re
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Header, Query, Status

from phases.actions.asked import MAX_KEY, Report, Result
from phases.actions.evidence import redact
from phases.actions.ledger import digest
from phases.actions.retracting import retract_evidence
from phases.actions.runs import report_runs
from phases.errors import Invalid, NotFound
from phases.lookups import current, get_phase, get_slice
from phases.models import Gate, GateRun, Phase
from phases.packets.packet import Suite
from phases.rules.state import Outcome
from phases.shapes import reported_json, run_json
from phases.snapshot import gate_key, load

from .application import api
from .doors import actor_of
from .reads import PHASE, event_shape, require_known, retraction_of, visible_phase
from .requests import LARGEST_ID, NewRedaction, NewRetraction, NewRuns
from .responses import EventShape
from .retracted import Retracted, retracted_json
from .routing import operation
from .run_shapes import Reported, RunAnswer, Runs

PAGE, MOST = 50, 200
KEY = "makes a repeated post answer the same runs; the same key with another body is 409"
Before = Annotated[int, Query(ge=0, le=LARGEST_ID, description="runs earlier than this ledger entry")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="how many at most")]
GateName = Annotated[str, Query(description="text or key of a gate")]
SuiteName = Annotated[str, Query(description=f"one of {', '.join(Suite)}")]
OutcomeName = Annotated[str, Query(description="pass or fail")]


@operation(
    api,
    "POST",
    f"{PHASE}/gate-runs",
    summary="Report what gates did",
    verb="report",
    answers={200: Reported, 201: Reported},
)
def report(
    request: HttpRequest,
    initiative: str,
    phase: str,
    asked: NewRuns,
    idempotency_key: Annotated[
        str, Header(alias="Idempotency-Key", max_length=MAX_KEY, description=KEY)
    ] = "",
) -> Any:
    """Report what gates did: one (`gate`, `outcome`), several (`results`), or a whole suite (`outcome`).

    Attestations are named, and vouched for by a person; a token that names one is answered 403.
    200 instead of 201 says that nothing was new: the key was known, or the suite has only attestations.
    """
    actor = actor_of(request)
    found = get_phase(actor, initiative, phase)
    done = report_runs(actor=actor, phase=found, report=_report(asked), key=idempotency_key)
    status = 201 if done.is_new and done.runs else 200
    return Status(status, reported_json(done.runs, done.skipped, load(current(found))))


def _report(asked: NewRuns) -> Report:
    if asked.gate and asked.results:
        raise Invalid({"gate": "`gate` is for one result, `results` for several: send one of the two."})
    if asked.gate and not asked.outcome:
        raise Invalid({"outcome": "Say what the gate did: pass or fail."})
    fields = asked.model_dump(exclude={"gate", "outcome", "results", "changed_files"})
    results = [Result(**one.model_dump()) for one in asked.results]
    outcome = asked.outcome
    if asked.gate:
        results, outcome = [Result(asked.gate, asked.outcome)], ""
    files = None if asked.changed_files is None else tuple(asked.changed_files)
    return Report(results=tuple(results), outcome=outcome, changed_files=files, **fields)


@operation(
    api, "GET", f"{PHASE}/gate-runs", summary="List the runs of a phase", verb="see", answers={200: Runs}
)
def list_runs(
    request: HttpRequest,
    initiative: str,
    phase: str,
    slice: str = "",
    suite: SuiteName = "",
    gate: GateName = "",
    outcome: OutcomeName = "",
    before: Before = 0,
    limit: Limit = PAGE,
) -> Any:
    """Runs of a phase, the newest first, without their logs."""
    found = visible_phase(actor_of(request), initiative, phase)
    rows = GateRun.objects.filter(phase=found)
    if slice:
        # No slice has such a code, and PostgreSQL refuses to look.
        rows = rows.none() if "\0" in slice else rows.filter(slice__code=slice)
    return _page(_filtered(rows, found, suite, gate, outcome), before, limit)


@operation(
    api,
    "GET",
    f"{PHASE}/slices/{{code}}/gate-runs",
    summary="List the runs of a slice",
    verb="see",
    answers={200: Runs},
)
def list_runs_of_slice(
    request: HttpRequest,
    initiative: str,
    phase: str,
    code: str,
    suite: SuiteName = "",
    gate: GateName = "",
    outcome: OutcomeName = "",
    before: Before = 0,
    limit: Limit = PAGE,
) -> Any:
    """Runs of a slice, the newest first, without their logs; also of one that the packet dropped."""
    found = get_slice(actor_of(request), initiative, phase, code)
    rows = GateRun.objects.filter(slice=found)
    return _page(_filtered(rows, found.phase, suite, gate, outcome), before, limit)


def _filtered(
    rows: QuerySet[GateRun], phase: Phase, suite: str, gate: str, outcome: str
) -> QuerySet[GateRun]:
    require_known("suite", suite, list(Suite))
    require_known("outcome", outcome, list(Outcome))
    if suite:
        rows = rows.filter(gate__suite=suite)
    if outcome:
        rows = rows.filter(outcome=outcome)
    return rows.filter(gate__in=_gates_named(phase, gate)) if gate else rows


def _gates_named(phase: Phase, name: str) -> list[int]:
    """Ids of the gates with this text or key, archived ones too."""
    by_name = Q(digest=digest(name))
    if re.fullmatch("[0-9a-f]{8}", name[-8:]):
        by_name |= Q(digest__startswith=name[-8:])
    rows = Gate.objects.filter(by_name, phase=phase).values_list(
        "id", "text", "slice__code", "suite", "digest"
    )
    return [
        pk for pk, text, code, suite, of_text in rows if name in (text, gate_key(code or "", suite, of_text))
    ]


def _page(rows: QuerySet[GateRun], before: int, limit: int) -> Any:
    if before:
        rows = rows.filter(seq__lt=before)
    rows = rows.select_related("gate", "slice", "log").defer("log__text").order_by("-seq")
    runs = list(rows[: limit + 1])
    more = len(runs) > limit
    return {"items": [run_json(run) for run in runs[:limit]], "next": runs[limit - 1].seq if more else None}


@operation(
    api, "GET", f"{PHASE}/gate-runs/{{int:run}}", summary="Get a run", verb="see", answers={200: RunAnswer}
)
def get_one_run(request: HttpRequest, initiative: str, phase: str, run: int) -> Any:
    """A run with its log, all its changed files, and what its gate counts for now."""
    found = visible_phase(actor_of(request), initiative, phase)
    rows = GateRun.objects.filter(phase=found).select_related("gate", "slice", "log")
    row = rows.filter(pk=run).first() if run <= LARGEST_ID else None
    if row is None:
        raise NotFound(f"Phase {phase} has no run {run}.")
    (answered,) = reported_json([row], [], load(found))["runs"]
    more = {"log": row.log.text if row.log else "", "retraction": retraction_of(found, row.retracted)}
    return answered | run_json(row, files=None) | more


@operation(
    api, "POST", f"{PHASE}/retractions", summary="Retract evidence", verb="retract", answers={201: Retracted}
)
def retract_one(request: HttpRequest, initiative: str, phase: str, asked: NewRetraction) -> Any:
    """Take a run, a round or a version of an artifact out of what counts, as its author or as an admin.

    It stays visible, struck through; what counted before it counts again.
    """
    actor = actor_of(request)
    found = get_phase(actor, initiative, phase)
    row = retract_evidence(actor=actor, phase=found, evidence=asked.evidence, reason=asked.reason)
    if not isinstance(row, GateRun):
        return Status(201, retracted_json(row))
    (said,) = reported_json([row], [], load(current(found)))["runs"]
    return Status(201, {"evidence": row.key, **said})


@operation(
    api,
    "POST",
    f"{PHASE}/redactions",
    summary="Redact the texts of a run or an entry",
    verb="redact",
    answers={201: EventShape},
)
def redact_one(request: HttpRequest, initiative: str, phase: str, asked: NewRedaction) -> Any:
    """Take the texts out of a run or an entry for good; answers the ledger entry that says so."""
    actor = actor_of(request)
    found = get_phase(actor, initiative, phase)
    return Status(
        201, event_shape(redact(actor=actor, phase=found, evidence=asked.evidence, reason=asked.reason))
    )
