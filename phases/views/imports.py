"""Importing packets in the browser: upload, look, apply or discard; and what was imported before."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from phases.actions.folder_uploads import is_folder
from phases.actions.uploads import (
    apply_import,
    discard_import,
    name_initiative,
    refresh_preview,
    stage_upload,
    stage_zip,
)
from phases.errors import ActionError, Conflict, Invalid, NotFound
from phases.lookups import visible_initiatives
from phases.models import Import, ImportFile
from phases.models.imports import Outcome
from phases.packets.initiative import slugify
from phases.permissions import Actor

from .base import Request, action, page, render
from .corrections import Correction, corrected, to_correct
from .namings import Typed, namings_of
from .sheets import OUTCOMES, Sent, sheets_of
from .sizes import size_of
from .source import numbered, window
from .uploads import MAX_FILES, NEW, UploadForm, chosen_again

LIST, SHEETS = "imports-list", "import-sheets"
PAGE_SIZE = 30
RAW_LINES = 1000
"""Lines of a raw text on one page."""

MOST_MARKED = 100
"""Places of problems that a raw text links to."""


@page("import")
def imports(request: Request) -> HttpResponse:
    """The history, newest first; filtered by outcome, continued before an id."""
    outcome = request.GET.get("outcome", "")
    before = request.GET.get("before", "")
    files = ImportFile.objects.only("batch", "file_name", "initiative", "phase", "outcome")
    found = Import.objects.prefetch_related(Prefetch("files", files))
    if outcome in Outcome.values:
        found = found.filter(files__outcome=outcome).distinct()
    if before.isdecimal() and len(before) < 16:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE_SIZE + 1])
    context = {
        "batches": rows[:PAGE_SIZE],
        "older": rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else 0,
        "newer": bool(before),
        "outcome": outcome,
        "outcomes": OUTCOMES,
    }
    return render(request, "imports/list.html", LIST, context)


@page("import")
def import_new(request: Request) -> HttpResponse:
    """Where to put the files; with `?file=` the text of a refused one, to be corrected or read again."""
    asked = request.GET.get("file", "")
    if not (asked.isdecimal() and len(asked) < 16):
        chosen = chosen_again(slugify(request.GET.get("initiative", "")))
        return _form_page(request, UploadForm(initial=chosen), 200)
    correction = to_correct(int(asked))
    return _form_page(request, UploadForm(initial=correction.initial), 200, correction)


@action("import")
def import_upload(request: Request) -> HttpResponse:
    """Keep and read what was sent, and go on to its page."""
    form = UploadForm(request.POST, request.FILES)
    correction = corrected(request.POST.get("corrected", ""))
    if not form.is_valid():
        return _form_page(request, form, 422, correction)
    try:
        return redirect("import", _staged(request.actor, form, correction).pk)
    except Invalid as error:
        form.add_error("packets", str(error))
        return _form_page(request, form, 422, correction)


def _staged(actor: Actor, form: UploadForm, correction: Correction | None) -> Import:
    """What was sent, kept until somebody applies it. Raises Invalid for a zip with nothing to import."""
    limit = settings.PACKET_MAX_BYTES
    zipped = form.zip
    if zipped is None:
        beside = correction.siblings if correction else ()
        return stage_upload(
            actor=actor, files=form.sources, initiative=form.slug, siblings=beside, max_bytes=limit
        )
    name, data = zipped
    most = settings.FOLDER_MAX_BYTES
    return stage_zip(actor=actor, name=name, data=data, initiative=form.slug, max_bytes=limit, zip_bytes=most)


def _form_page(
    request: Request, form: UploadForm, status: int, correction: Correction | None = None
) -> HttpResponse:
    context = {
        "correction": correction,
        "form": form,
        "known": visible_initiatives(request.actor),
        "chosen": form["initiative"].value() or "",
        "NEW": NEW,
        "limit": size_of(settings.PACKET_MAX_BYTES),
        "zip_limit": size_of(settings.FOLDER_MAX_BYTES),
        "most_files": MAX_FILES,
    }
    return render(request, "imports/new.html", "", context, status)


@page("import")
def import_page(request: Request, pk: int) -> HttpResponse:
    """One upload: per file what it would change or changed, and what is wrong with it."""
    return _sheets(request, _batch(pk))


@action("import")
def import_apply(request: Request, pk: int) -> HttpResponse:
    """Apply the chosen files, each by itself; what is refused keeps waiting and says why."""
    batch = _batch(pk)
    chosen = [
        file
        for file in batch.files.filter(outcome=Outcome.PENDING)
        if str(file.pk) in request.POST.getlist("file")
    ]
    if not chosen:
        said = "Choose at least one file to apply."
        return _sheets(request, batch, answer=said, status=422, sent=_sent(request))
    errors = {}
    for file in chosen:
        try:
            _apply(request, batch, file)
        except ActionError as error:
            errors[file.pk] = error
    return _after(request, batch, errors, len(chosen) - len(errors))


def _apply(request: Request, batch: Import, file: ImportFile) -> None:
    """Apply what the person has seen, or compare anew and raise Conflict."""
    if request.POST.get(f"seen-{file.pk}") != str(file.base):
        raise Conflict(
            "The changes were compared anew since you opened this page; look at them again.", file.base
        )
    declared = str(file.pk) in _sent(request).declared
    result = apply_import(actor=request.actor, batch=batch, file_ids=[file.pk], declared=declared).get(
        file.pk
    )
    if isinstance(result, Conflict):
        refresh_preview(actor=request.actor, file=file)
    if isinstance(result, ActionError):
        raise result


def _sent(request: Request) -> Sent:
    return Sent(request.POST.getlist("file"), request.POST.getlist("declared"))


def _after(request: Request, batch: Import, errors: dict[int, ActionError], done: int) -> HttpResponse:
    if not errors:
        return _back(request, batch, f"{_files(done)} applied.")
    status = 409 if any(isinstance(error, Conflict) for error in errors.values()) else 422
    said = {pk: str(error) for pk, error in errors.items()}
    answer = f"{_files(len(errors))} not applied" + (f", {_files(done)} applied." if done else ".")
    return _sheets(request, batch, answer=answer, refusals=said, status=status, sent=_sent(request))


@action("import")
def import_discard(request: Request, pk: int) -> HttpResponse:
    """Set aside what still waits."""
    batch = _batch(pk)
    count = discard_import(actor=request.actor, batch=batch)
    return _back(request, batch, f"{_files(count)} discarded." if count else "Nothing was waiting any more.")


@action("import")
def import_name(request: Request, pk: int) -> HttpResponse:
    """Say which initiative the files are of that do not say it, or that name one that does not exist."""
    batch = _batch(pk)
    typed = Typed(request.POST.get("initiative", ""), request.POST.get("instead_of", ""))
    try:
        name_initiative(actor=request.actor, batch=batch, initiative=typed.name, instead_of=typed.instead_of)
    except Invalid as error:
        return _sheets(request, batch, answer=str(error), status=422, typed=typed)
    return _back(request, batch, "")


@page("see")
def import_raw(request: Request, pk: int, file_pk: int) -> HttpResponse:
    """The text as it was received; of files that were not applied for importers only."""
    file = ImportFile.objects.select_related("batch", "revision").filter(batch_id=pk, pk=file_pk).first()
    if file is None or is_folder(file) or not _may_read(request.actor, file):
        raise NotFound("There is no such file in this import.")
    if "download" in request.GET:
        disposition = content_disposition_header(True, file.file_name) or "attachment"
        headers = {"Content-Disposition": disposition}
        return HttpResponse(file.text, content_type="text/plain; charset=utf-8", headers=headers)
    asked = request.GET.get("line", "")
    at = int(asked) if asked.isdecimal() and len(asked) < 10 else 1
    lines = numbered(file.text)
    shown = window(lines, file.problems, at, RAW_LINES)
    marked = sorted({each["line"] for each in file.problems if each["line"]})
    return render(
        request,
        "imports/raw.html",
        "",
        {
            "file": file,
            "window": shown,
            "problems": len(file.problems),
            "marked": marked[:MOST_MARKED],
            "more_marked": len(marked[MOST_MARKED:]),
        },
    )


def _may_read(actor: Actor, file: ImportFile) -> bool:
    return file.revision is not None or actor.may("import")


def _batch(pk: int) -> Import:
    batch = Import.objects.filter(pk=pk).first()
    if batch is None:
        raise NotFound(f"There is no import {pk}. The history lists those there are.")
    return batch


def _sheets(
    request: Request,
    batch: Import,
    *,
    answer: str = "",
    notice: str = "",
    refusals: dict[int, str] | None = None,
    status: int = 200,
    sent: Sent | None = None,
    typed: Typed | None = None,
) -> HttpResponse:
    sheets = sheets_of(batch, refusals, sent)
    known = [initiative.slug for initiative in visible_initiatives(request.actor)]
    context: dict[str, Any] = {
        "batch": batch,
        "sheets": sheets,
        "answer": answer,
        "notice": notice,
        "conflict": status == 409,
        "waiting": sum(sheet.waits for sheet in sheets),
        "applicable": sum(sheet.applicable for sheet in sheets),
        "namings": namings_of(sheets, known, typed or Typed()),
    }
    return render(request, "imports/detail.html", SHEETS, context, status)


def _back(request: Request, batch: Import, message: str) -> HttpResponse:
    """After a verb: the region for htmx, else to the page of the upload."""
    if request.htmx:
        return _sheets(request, batch, notice=message)
    if message:
        messages.success(request, message)
    return HttpResponseRedirect(reverse("import", args=[batch.pk]))


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
