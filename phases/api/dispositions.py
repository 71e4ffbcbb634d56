"""Dispositions: recording a round, a decision or a posture, and reading what was recorded."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Status

from phases.actions.dispositions import KINDS, dispose
from phases.actions.recording import Answered, NewDisposition, NewFinding, Recheck
from phases.lookups import current, get_phase, get_slice
from phases.models import Disposition
from phases.rules.state import Verdict
from phases.snapshot import load

from .application import api
from .disposition_shapes import Dispositions, Recorded, disposition_json, recorded_json
from .doors import actor_of
from .reads import PHASE, require_known, visible_phase
from .requests import LARGEST_ID
from .review_requests import NewVerdict
from .routing import operation

PAGE, MOST = 50, 200
Before = Annotated[int, Query(ge=0, le=LARGEST_ID, description="those earlier than this ledger entry")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="how many at most")]
KindName = Annotated[str, Query(description=f"one of {', '.join(KINDS)}")]
VerdictName = Annotated[str, Query(description=f"one of {', '.join(Verdict)}")]


@operation(
    api,
    "POST",
    f"{PHASE}/slices/{{code}}/dispositions",
    summary="Record a disposition",
    verb="dispose",
    answers={201: Recorded},
)
def record_disposition(
    request: HttpRequest, initiative: str, phase: str, code: str, asked: NewVerdict
) -> Any:
    """Record a round of a review, a decision on a conditional slice, or a posture; never by a token.

    Rounds are for reviewers who are independent of every slice in the scope; decisions and postures for
    leads of the slice's owner or backup. 403 says why somebody may not, 422 `refused` lists what is in the
    way: findings that are not closed, gates or documents that a deferral needs.
    """
    actor = actor_of(request)
    found = get_phase(actor, initiative, phase)
    row = dispose(actor=actor, phase=found, code=code, asked=_disposition(asked))
    return Status(201, recorded_json(_rows().get(pk=row.pk), load(current(found))))


def _disposition(asked: NewVerdict) -> NewDisposition:
    return NewDisposition(
        verdict=asked.verdict,
        summary=asked.summary,
        revision=asked.revision,
        scope=tuple(asked.scope),
        findings=tuple(NewFinding(**one.model_dump()) for one in asked.findings),
        rechecked=tuple(Recheck(**one.model_dump()) for one in asked.rechecked),
        criteria=tuple(Answered(**one.model_dump()) for one in asked.criteria),
        watchpoints=tuple(asked.watchpoints),
        reason=asked.reason,
        links=tuple(asked.links),
    )


@operation(
    api,
    "GET",
    f"{PHASE}/dispositions",
    summary="List the dispositions of a phase",
    verb="see",
    answers={200: Dispositions},
)
def list_dispositions(
    request: HttpRequest,
    initiative: str,
    phase: str,
    slice: str = "",
    kind: KindName = "",
    verdict: VerdictName = "",
    before: Before = 0,
    limit: Limit = PAGE,
) -> Any:
    """Rounds, decisions and postures of a phase, the newest first; retracted and voided ones too."""
    rows = _rows().filter(phase=visible_phase(actor_of(request), initiative, phase))
    if slice:
        # No slice has such a code, and PostgreSQL refuses to look.
        rows = rows.none() if "\0" in slice else rows.filter(slice__code=slice)
    return _page(rows, kind, verdict, before, limit)


@operation(
    api,
    "GET",
    f"{PHASE}/slices/{{code}}/dispositions",
    summary="List the dispositions of a slice",
    verb="see",
    answers={200: Dispositions},
)
def list_dispositions_of_slice(
    request: HttpRequest,
    initiative: str,
    phase: str,
    code: str,
    kind: KindName = "",
    verdict: VerdictName = "",
    before: Before = 0,
    limit: Limit = PAGE,
) -> Any:
    """Those of a slice, the newest first; also of one that the packet dropped."""
    found = get_slice(actor_of(request), initiative, phase, code)
    return _page(_rows().filter(slice=found), kind, verdict, before, limit)


def _rows() -> QuerySet[Disposition]:
    return Disposition.objects.select_related("slice").prefetch_related("findings__about").order_by("-seq")


def _page(rows: QuerySet[Disposition], kind: str, verdict: str, before: int, limit: int) -> Any:
    require_known("kind", kind, KINDS)
    require_known("verdict", verdict, list(Verdict))
    wanted = {"kind": kind, "verdict": verdict, "seq__lt": before}
    found = list(rows.filter(**{name: value for name, value in wanted.items() if value})[: limit + 1])
    more = len(found) > limit
    items = [disposition_json(row) for row in found[:limit]]
    return {"items": items, "next": found[limit - 1].seq if more else None}
