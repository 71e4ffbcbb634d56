"""Proving verdicts: dispositions, findings and versions are what the ledger says, and so is what counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q

from phases.models import (
    Artifact,
    ArtifactVersion,
    Disposition,
    Finding,
    Initiative,
    Phase,
    Slice,
)
from phases.rules.state import UNCLOSED

from .ledger import digest
from .recording import SAID
from .texts import REDACTED

_BESIDE = ("phase", "slice", "seq", "at", "by", "redacted")
DISPOSITION_FIELDS = (*SAID, "summary", *_BESIDE)
FINDING_FIELDS = (
    *("severity", "title", "detail", "anchor", "about", "round"),
    *("state", "changed_at", "fix_revision", "fix_note", "fixed_by"),
    *("owner", "rationale", "target", "accepted_by"),
    *_BESIDE,
)
VERSION_FIELDS = (
    "path",
    "number",
    "sha256",
    "size",
    "url",
    "retracted",
    "phase",
    "seq",
    "at",
    "by",
    "source",
    "redacted",
)

Rows = Iterator[tuple[tuple[str, str], dict[str, Any]]]


def stored_reviews(initiative: Initiative) -> Rows:
    """Every disposition, finding and version as its ledger entries speak of it, by target."""
    dispositions = Disposition.objects.filter(phase__initiative=initiative)
    for row in dispositions.select_related("phase", "slice").iterator(chunk_size=500):
        said = {name: getattr(row, name) for name in (*SAID, "summary", "seq", "at", "by", "redacted")}
        yield ("", row.key), said | {"phase": row.phase.code, "slice": row.slice.code}
    findings = Finding.objects.filter(phase__initiative=initiative)
    columns = [name for name in FINDING_FIELDS if name not in ("about", "round", "phase", "slice")]
    for one in findings.select_related("phase", "slice", "about").iterator(chunk_size=500):
        said = {name: getattr(one, name) for name in columns}
        said |= {"about": one.about.code if one.about else "", "round": f"verdict:{one.disposition_id}"}
        yield ("", one.key), said | {"phase": one.phase.code, "slice": one.slice.code}
    versions = ArtifactVersion.objects.filter(phase__initiative=initiative).select_related("phase")
    for version in versions.defer("content").iterator(chunk_size=500):
        said = {name: getattr(version, name) for name in VERSION_FIELDS if name != "phase"}
        yield ("", version.key), said | {"phase": version.phase.code}


def review_faults(phase: Phase) -> Iterator[str]:
    """What of the pointers, counts and contents does not follow from those rows."""
    yield from _contents(phase)
    yield from _latest_dispositions(phase)
    yield from _latest_versions(phase)


def _contents(phase: Phase) -> Iterator[str]:
    """A link has no content; that of a text is the one whose digest the ledger has, or it was redacted."""
    for row in ArtifactVersion.objects.filter(phase=phase).iterator(chunk_size=20):
        if not row.sha256:
            holds = not row.content
        elif row.redacted:
            holds = row.content == REDACTED
        else:
            holds = digest(row.content) == row.sha256
        if not holds:
            yield f"Phase {phase.code}: version {row.number} of {row.path} is not the one that was attached."


def _latest_dispositions(phase: Phase) -> Iterator[str]:
    standing = Disposition.objects.filter(phase=phase, retracted=0, voided=0).order_by("number")
    latest = dict(standing.values_list("slice_id", "pk"))
    counted = Count("findings", filter=Q(findings__state__in=UNCLOSED))
    rows = Slice.objects.filter(phase=phase).annotate(left=counted)
    for pk, code, stored, unclosed, left in rows.values_list(
        "pk", "code", "disposition_id", "unclosed", "left"
    ):
        if stored != latest.get(pk):
            now = f"verdict:{latest.get(pk)}"
            yield f"{phase.code} {code} counts by verdict:{stored}, but its latest is {now}."
        if unclosed != left:
            yield f"{phase.code} {code} says {unclosed} findings are not closed, but there are {left}."


def _latest_versions(phase: Phase) -> Iterator[str]:
    versions = ArtifactVersion.objects.filter(phase=phase, retracted=0).order_by("number")
    latest = dict(versions.values_list("path", "pk"))
    rows = Artifact.objects.filter(slice__phase=phase)
    for path, code, stored in rows.values_list("path", "slice__code", "latest_id"):
        if stored != latest.get(path):
            now = f"version:{latest.get(path)}"
            yield f"{phase.code} {code}: {path} counts by version:{stored}, but its latest is {now}."
