"""Every page of the application on the demo's data, by the name of its address: for axe and for pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from phases.models import ArtifactVersion, GateRun, Handoff, Import

INITIATIVE = "/initiatives/open-shelves/"
A, B, C = (f"{INITIATIVE}phases/{code}/" for code in "ABC")

PAGES: Mapping[str, tuple[str, ...]] = {
    "overview": ("/",),
    "inbox": ("/inbox/",),
    "reviews": ("/reviews/",),
    "find": ("/find/", "/find/?q=holds", "/find/?q=nothing+of+this+name"),
    "keys": ("/keys/",),
    "style": ("/style/",),
    "initiative": (INITIATIVE,),
    "owner": (f"{INITIATIVE}owners/@holds/",),
    "phase": (B, A, C, f"{B}?wall"),
    "slice": (*(f"{B}slices/{code}/" for code in ("B2", "B3", "B5", "B6", "B8")), f"{A}slices/A7/"),
    "suite": (f"{B}slices/B2/gates/full/", f"{B}slices/B1/gates/quick/"),
    "phase-suite": (f"{B}gates/phase_exit/",),
    "run": (f"{B}runs/{{run}}/", f"{B}runs/{{run}}/?line=1"),
    "documents": (f"{B}documents/",),
    "artifact-version": (f"{A}artifacts/{{version}}/", f"{A}artifacts/{{version}}/?plain"),
    "disposition": tuple(f"{B}slices/{code}/disposition/" for code in ("B5", "B6", "B8")),
    "readiness": (
        *(f"{B}readiness/", f"{A}readiness/", f"{C}readiness/"),
        *(f"{B}readiness/?tree=all", f"{B}readiness/?assume=slice:B1"),
    ),
    "handoff-document": (f"{A}handoff/documents/{{document}}/",),
    "handoff-numbered-document": (f"{A}handoff/1/documents/{{document}}/",),
    "initiative-activity": (f"{INITIATIVE}activity/",),
    "activity": (f"{B}activity/", f"{B}activity/?verb=import"),
    "imports": ("/imports/",),
    "import-new": ("/imports/new/",),
    "import": ("/imports/{batch}/",),
    "import-raw": ("/imports/{batch}/raw/{file}/",),
    "tokens": ("/tokens/",),
    "token-new": ("/tokens/new/",),
    "password": ("/accounts/password/",),
    "sign-in": ("/accounts/sign-in/",),
    "api:docs": ("/api/v1/docs",),
}
"""Addresses by name; what stands in braces is a row of the demo's."""

NOT_PAGES = frozenset(
    {
        *("healthz", "client", "inbox-count", "inbox-first", "run-log", "readiness-badge"),
        *("handoff-documents", "handoff-numbered-documents"),
    }
)
"""What answers a GET without being a page for people."""


def addresses() -> Iterator[tuple[str, str]]:
    """Name and path of each page, for a database in which the demo was played."""
    rows = _rows()
    for name, paths in PAGES.items():
        for path in paths:
            yield name, path.format(**rows)


def _rows() -> dict[str, object]:
    """The rows with most to show: a failed run with a log, a review that was read, the folder's import."""
    failed = GateRun.objects.filter(outcome="fail", log__isnull=False, phase__code="B")
    batch = Import.objects.filter(files__file_name__endswith=".yaml").order_by("pk")[0]
    return {
        "run": failed.order_by("pk")[0].pk,
        "version": ArtifactVersion.objects.filter(phase__code="A").order_by("-pk")[0].pk,
        "document": Handoff.objects.get().documents.filter(name__endswith=".md").order_by("name")[0].name,
        "batch": batch.pk,
        "file": batch.files.order_by("pk")[0].pk,
    }
