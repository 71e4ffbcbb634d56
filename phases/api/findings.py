"""Findings: reading them, recording a fix, accepting what may stand."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Query

from phases.actions.findings import accept_finding, fix_finding
from phases.lookups import current, get_finding, get_slice
from phases.models import Finding, Phase
from phases.rules.state import FindingStatus, Severity
from phases.snapshot import load

from .application import api
from .doors import actor_of
from .finding_shapes import Findings, FindingShape, findings_json
from .reads import PHASE, require_known, visible_phase
from .requests import LARGEST_ID
from .review_requests import NewAcceptance, NewFix
from .routing import operation

PAGE, MOST = 100, 500
FINDING = "/initiatives/{initiative}/findings/{int:finding}"
READ = ("about", "slice", "disposition")
After = Annotated[int, Query(ge=0, le=LARGEST_ID, description="those found after this ledger entry")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="how many at most")]
StateName = Annotated[str, Query(description=f"one of {', '.join(FindingStatus)}")]
SeverityName = Annotated[str, Query(description=f"one of {', '.join(Severity)}")]
Affected = Annotated[str, Query(description="code of the slice affected")]
Review = Annotated[str, Query(description="code of the review or structural slice that found them")]


@operation(api, "POST", f"{FINDING}/fix", summary="Fix a finding", verb="fix", answers={200: FindingShape})
def fix_one(request: HttpRequest, initiative: str, finding: int, asked: NewFix) -> Any:
    """Record that a finding is fixed; the next round confirms it or reopens it.

    What ran in the affected slice for earlier revisions no longer counts.
    """
    actor = actor_of(request)
    found = get_finding(actor, initiative, finding)
    return _said(fix_finding(actor=actor, finding=found, **asked.model_dump()))


@operation(
    api, "POST", f"{FINDING}/accept", summary="Accept a finding", verb="accept", answers={200: FindingShape}
)
def accept_one(request: HttpRequest, initiative: str, finding: int, asked: NewAcceptance) -> Any:
    """Let a medium or low finding stand, which closes it; blocking and high ones have to be fixed."""
    actor = actor_of(request)
    found = get_finding(actor, initiative, finding)
    return _said(accept_finding(actor=actor, finding=found, **asked.model_dump()))


def _said(row: Finding) -> Any:
    state = load(current(row.phase))
    (said,) = findings_json([Finding.objects.select_related(*READ).get(pk=row.pk)], state)
    return said


@operation(
    api,
    "GET",
    f"{PHASE}/findings",
    summary="List the findings of a phase",
    verb="see",
    answers={200: Findings},
)
def list_findings(
    request: HttpRequest,
    initiative: str,
    phase: str,
    slice: Affected = "",
    review: Review = "",
    state: StateName = "",
    severity: SeverityName = "",
    after: After = 0,
    limit: Limit = PAGE,
) -> Any:
    """What the reviews of a phase found, the oldest first, and where each finding stands."""
    found = visible_phase(actor_of(request), initiative, phase)
    rows = Finding.objects.filter(phase=found)
    for name, code in (("about__code", slice), ("slice__code", review)):
        if code:
            # No slice has such a code, and PostgreSQL refuses to look.
            rows = rows.none() if "\0" in code else rows.filter(**{name: code})
    return _page(rows, found, state, severity, after, limit)


@operation(
    api,
    "GET",
    f"{PHASE}/slices/{{code}}/findings",
    summary="List the findings of a slice",
    verb="see",
    answers={200: Findings},
)
def list_findings_of_slice(
    request: HttpRequest,
    initiative: str,
    phase: str,
    code: str,
    state: StateName = "",
    severity: SeverityName = "",
    after: After = 0,
    limit: Limit = PAGE,
) -> Any:
    """Those that the slice's own rounds found, and those that affect it; also of one that was dropped."""
    found = get_slice(actor_of(request), initiative, phase, code)
    rows = Finding.objects.filter(Q(slice=found) | Q(about=found))
    return _page(rows, found.phase, state, severity, after, limit)


def _page(rows: QuerySet[Finding], phase: Phase, state: str, severity: str, after: int, limit: int) -> Any:
    require_known("state", state, list(FindingStatus))
    require_known("severity", severity, list(Severity))
    wanted = {"state": state, "severity": severity, "seq__gt": after}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    found = list(rows.select_related(*READ).order_by("seq")[: limit + 1])
    more = len(found) > limit
    items = findings_json(found[:limit], load(phase)) if found else []
    return {"items": items, "next": found[limit - 1].seq if more else None}
