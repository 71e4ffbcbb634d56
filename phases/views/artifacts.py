"""Documents: attaching a version, reading one as it was attached, and taking evidence back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from phases.actions.artifacts import MAX_CONTENT, attach_artifact
from phases.actions.retracting import retract_evidence
from phases.errors import Invalid, NotFound
from phases.forms import AttachForm, RetractEvidenceForm
from phases.lookups import get_phase, get_slice, get_version

from .answers import Asked
from .base import Request, action, page
from .slice import verb_on


@action("attach")
def attach(request: Request, slug: str, phase: str) -> HttpResponse:
    """Add a version of a document: a file, a text or an address."""
    found = get_phase(request.actor, slug, phase)
    code = _code(request, slug, phase)
    sent, trouble = _with_file(request)

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

    return verb_on(request, slug, found, code, Asked(found, AttachForm(sent), run, "Attach", code))


def _with_file(request: Request) -> tuple[QueryDict, str]:
    """What was sent, with the text of the file in its place, and the sentence on what is wrong with it."""
    sent = request.POST.copy()
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        # A browser ends the lines of a field as no document does.
        sent["content"] = sent.get("content", "").replace("\r\n", "\n")
        return sent, ""
    read = file.read(MAX_CONTENT + 1)
    if (file.size or 0) > len(read) or len(read) > MAX_CONTENT:
        return sent, "The file is too long to be kept here: keep it where it is, and attach its address."
    try:
        sent["content"] = read.decode()
    except UnicodeDecodeError:
        return sent, "The file is no text in UTF-8: keep it where it is, and attach its address."
    return sent, ""


@page("see")
def version(request: Request, slug: str, phase: str, pk: int) -> HttpResponse:
    """A version as plain text, never as a page of ours; one that is kept elsewhere leads there."""
    row = get_version(request.actor, slug, phase, pk)
    if row.redacted:
        raise NotFound(f"The text of version {row.number} was redacted, and nobody has it any more.")
    if row.url:
        return HttpResponseRedirect(row.url)
    name = row.path.rpartition("/")[2]
    headers = {
        "Content-Disposition": content_disposition_header(False, name) or "inline",
        "X-Content-Type-Options": "nosniff",
        # Even a browser that takes it for a page must run and load nothing of it.
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    response = HttpResponse(row.content, content_type="text/plain; charset=utf-8", headers=headers)
    # A text may be redacted at any time: what was read once is asked for again.
    patch_cache_control(response, private=True, no_cache=True)
    return response


@action("retract")
def retract(request: Request, slug: str, phase: str) -> HttpResponse:
    """Take a round or a version out of what counts."""
    found = get_phase(request.actor, slug, phase)
    code = _code(request, slug, phase)

    def run(sent: Mapping[str, Any]) -> str:
        retract_evidence(actor=request.actor, phase=found, evidence=sent["evidence"], reason=sent["reason"])
        return "It is retracted: it counts no more, and the ledger keeps it with your reason."

    form = RetractEvidenceForm(request.POST)
    return verb_on(request, slug, found, code, Asked(found, form, run, "Retract", code))


def _code(request: Request, slug: str, phase: str) -> str:
    """The slice whose page a form stands on; empty for that of the phase."""
    code = request.POST.get("code", "")
    if code:
        get_slice(request.actor, slug, phase, code)
    return code
