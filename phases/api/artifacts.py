"""Artifacts: attaching versions of closure documents, and reading which exist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest
from ninja import Query, Status

from phases.actions.artifacts import attach_artifact
from phases.lookups import current, get_phase, get_slice, get_version
from phases.models import Artifact, ArtifactVersion, Phase
from phases.rules.state import LeafState
from phases.snapshot import load

from .application import api
from .artifact_shapes import (
    Artifacts,
    Attached,
    VersionAnswer,
    expectations,
    expected_json,
    short_version,
    version_json,
)
from .doors import actor_of
from .reads import PHASE, require_known, retraction_of, visible_phase
from .requests import LARGEST_ID
from .review_requests import NewVersion
from .routing import operation

PAGE, MOST, VERSIONS = 100, 500, 20
After = Annotated[str, Query(description="paths that come after this one")]
Path = Annotated[str, Query(description="of one document")]
Before = Annotated[int, Query(ge=0, le=LARGEST_ID, description="versions with a smaller number")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="how many documents at most")]
StateName = Annotated[str, Query(description=f"one of {', '.join(LeafState)}")]


@operation(
    api,
    "PUT",
    f"{PHASE}/artifacts",
    summary="Attach a version of a closure document",
    verb="attach",
    answers={200: Attached, 201: Attached},
)
def attach(request: HttpRequest, initiative: str, phase: str, asked: NewVersion) -> Any:
    """Attach a version of a closure document: its text (`content`), or where it can be read (`url`).

    200 instead of 201 says that the latest version says the same already. A path that the packet does
    not name is taken and shown.
    """
    actor = actor_of(request)
    found = get_phase(actor, initiative, phase)
    done = attach_artifact(actor=actor, phase=found, **asked.model_dump())
    return Status(201 if done.is_new else 200, _said(done.version, current(found)))


def _said(row: ArtifactVersion, phase: Phase) -> dict[str, Any]:
    """A version with what its document counts for now."""
    state = load(phase)
    return version_json(row) | {"artifact": expected_json(state, row.path, expectations(state))}


@operation(
    api,
    "GET",
    f"{PHASE}/artifacts",
    summary="List the closure documents of a phase",
    verb="see",
    answers={200: Artifacts},
)
def list_artifacts(
    request: HttpRequest,
    initiative: str,
    phase: str,
    slice: str = "",
    state: StateName = "",
    path: Path = "",
    after: After = "",
    before: Before = 0,
    limit: Limit = PAGE,
) -> Any:
    """Closure documents by path: those that the packet expects, and those that were attached besides."""
    found = visible_phase(actor_of(request), initiative, phase)
    wanted = {"state": state, "path": path, "after": after}
    attached = ArtifactVersion.objects.filter(phase=found).order_by().values_list("path", flat=True)
    return _page(found, slice, [] if slice else attached.distinct(), wanted, before, limit)


@operation(
    api,
    "GET",
    f"{PHASE}/slices/{{code}}/artifacts",
    summary="List the closure documents of a slice",
    verb="see",
    answers={200: Artifacts},
)
def list_artifacts_of_slice(
    request: HttpRequest,
    initiative: str,
    phase: str,
    code: str,
    state: StateName = "",
    path: Path = "",
    after: After = "",
    before: Before = 0,
    limit: Limit = PAGE,
) -> Any:
    """Those that a slice expects, or did expect."""
    found = get_slice(actor_of(request), initiative, phase, code)
    wanted = {"state": state, "path": path, "after": after}
    once = Artifact.objects.filter(slice=found).values_list("path", flat=True)
    return _page(found.phase, found.code, once, wanted, before, limit)


def _page(
    phase: Phase, code: str, more: Iterable[str], wanted: Mapping[str, str], before: int, limit: int
) -> Any:
    """Documents that the slice expects (or any, without a code) and `more`, by path."""
    require_known("state", wanted["state"], list(LeafState))
    state = load(phase)
    expected = expectations(state, code)
    documents = [expected_json(state, path, expected) for path in sorted({*expected, *more})]
    found = [one for one in documents if _is_wanted(one, wanted)]
    page = found[:limit]
    rows = ArtifactVersion.objects.filter(phase=phase, path__in=[one["path"] for one in page])
    counting = _newest(rows.filter(retracted=0), 1)
    listed = _newest(rows.filter(number__lt=before) if before else rows, VERSIONS + 1)
    items = [one | _evidence(counting[one["path"]], listed[one["path"]]) for one in page]
    return {"items": items, "next": page[-1]["path"] if len(found) > limit else None}


def _is_wanted(document: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    exact = all(document[name] == wanted[name] for name in ("state", "path") if wanted[name])
    return exact and bool(document["path"] > wanted["after"])


def _newest(rows: QuerySet[ArtifactVersion], most: int) -> dict[str, list[ArtifactVersion]]:
    """By path so many of them, the newest first, without their contents."""
    numbered = rows.annotate(
        nth=Window(RowNumber(), partition_by=F("path"), order_by=F("number").desc())
    ).filter(nth__lte=most)
    found: dict[str, list[ArtifactVersion]] = defaultdict(list)
    for row in numbered.defer("content").order_by("-number"):
        found[row.path].append(row)
    return found


def _evidence(counting: list[ArtifactVersion], listed: list[ArtifactVersion]) -> dict[str, Any]:
    shown = listed[:VERSIONS]
    return {
        "version": short_version(counting[0]) if counting else None,
        "versions": [version_json(row) for row in shown],
        "earlier": shown[-1].number if len(listed) > len(shown) else None,
    }


@operation(
    api,
    "GET",
    f"{PHASE}/artifacts/{{int:version}}",
    summary="Get a version of a closure document",
    verb="see",
    answers={200: VersionAnswer},
)
def get_one_version(request: HttpRequest, initiative: str, phase: str, version: int) -> Any:
    """A version with its content, and what its document counts for now."""
    row = get_version(actor_of(request), initiative, phase, version)
    more = {"content": row.content, "retraction": retraction_of(row.phase, row.retracted)}
    return _said(row, current(row.phase)) | more
