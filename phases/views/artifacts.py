"""Documents: attaching a version, reading one beside what it says, and taking evidence back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from phases.actions.artifacts import attach_artifact
from phases.actions.retracting import retract_evidence
from phases.errors import Invalid, NotFound
from phases.forms import AttachForm, DocumentForm, RetractEvidenceForm
from phases.lookups import get_phase, get_slice, get_version
from phases.models import ArtifactVersion, Phase

from .answers import Asked
from .artifacts_page import prepare
from .artifacts_sent import with_file
from .base import Request, action, page, render
from .documents import HERE, verb_on_documents
from .frozen import before, frozen
from .slice import verb_on

TEMPLATE = "artifacts/version.html"

NAMED = {"verdict": "A round", "version": "A version", "run": "A run"}


@action("attach")
def attach(request: Request, slug: str, phase: str) -> HttpResponse:
    """Add a version of a document: a file, a text or an address."""
    found = get_phase(request.actor, slug, phase)
    sent, trouble = with_file(request)

    def run(sent: Mapping[str, Any]) -> str:
        if trouble:
            raise Invalid({"content": trouble})
        text = sent["content"] if sent["content"].strip() else None
        done = attach_artifact(
            actor=request.actor, phase=found, path=sent["path"], content=text, url=sent["url"]
        )
        name = done.version.path.rpartition("/")[2]
        if not done.is_new:
            return f"Nothing changed: version {done.version.number} of {name} says the same."
        return f"Version {done.version.number} of {name} is attached."

    form = DocumentForm(sent) if _is_from_documents(request) else AttachForm(sent)
    about = "" if _is_from_documents(request) else request.POST.get("path", "")
    return _verb(request, slug, found, Asked(found, form, run, "Attach", about=about))


@page("see")
def version(request: Request, slug: str, phase: str, pk: int) -> HttpResponse:
    """A version with what was read from it; `?plain`, `?against=<number>`, and `?raw` as a file."""
    row = get_version(request.actor, slug, phase, pk)
    if "raw" in request.GET:
        return _raw(row)
    actor = before(row.phase, request.actor)
    prepared = prepare(row.phase, row, request.GET.dict(), actor)
    return render(request, TEMPLATE, "", {"page": prepared, "frozen": frozen(row.phase, request.actor)})


def _raw(row: ArtifactVersion) -> HttpResponse:
    """The text as it was attached, never as a page of ours; one that is kept elsewhere leads there."""
    if row.redacted:
        raise NotFound(f"The text of version {row.number} was redacted, and nobody has it any more.")
    if row.url:
        return HttpResponseRedirect(row.url)
    name = row.path.rpartition("/")[2]
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        # Even a browser that takes it for a page must run and load nothing of it.
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    kind = "application/json" if name.lower().endswith(".json") else "text/plain"
    response = HttpResponse(row.content, content_type=f"{kind}; charset=utf-8", headers=headers)
    # A text may be redacted at any time: what was read once is asked for again.
    patch_cache_control(response, private=True, no_cache=True)
    return response


@action("retract")
def retract(request: Request, slug: str, phase: str) -> HttpResponse:
    """Take a round or a version out of what counts."""
    found = get_phase(request.actor, slug, phase)

    def run(sent: Mapping[str, Any]) -> str:
        retract_evidence(actor=request.actor, phase=found, evidence=sent["evidence"], reason=sent["reason"])
        return "It is retracted: it counts no more, and the ledger keeps it with your reason."

    form = RetractEvidenceForm(request.POST)
    evidence = request.POST.get("evidence", "")
    about = f"{NAMED.get(evidence.partition(':')[0], 'Evidence')}, {evidence}"
    return _verb(request, slug, found, Asked(found, form, run, "Retract", about=about))


def _verb(request: Request, slug: str, phase: Phase, asked: Asked) -> HttpResponse:
    """Run a verb and answer on the page that it came from: the documents', a slice's, or the phase's."""
    if _is_from_documents(request):
        return verb_on_documents(request, slug, phase, asked)
    code = request.POST.get("code", "")
    if code:
        get_slice(request.actor, slug, phase.code, code)
    return verb_on(request, slug, phase, code, asked)


def _is_from_documents(request: Request) -> bool:
    return request.POST.get("came_from") == HERE
