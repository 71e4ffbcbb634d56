"""The page where rounds, decisions and postures are written, with its drafts."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from phases.actions.dispositions import dispose
from phases.actions.drafts import drop_draft, save_draft
from phases.errors import ActionError, Invalid, NotFound
from phases.lookups import get_slice
from phases.models import Disposition, Slice

from .base import Request, action, page, render
from .disposition_answers import Answer, pasted_said, recorded_said, refusal
from .disposition_form import Row, Written, fields_of, read, sent, with_pasted
from .disposition_page import DispositionPage, Subject, prepare
from .frozen import frozen
from .paths import Paths

TEMPLATE, REGION, SAVED = "disposition/page.html", "region", "disposition/_saved.html"


@page("see")
def show(request: Request, slug: str, phase: str, code: str) -> HttpResponse:
    """The page, with the draft of whoever asks for it; `?from=version:N` fills it in from a document."""
    return _respond(request, get_slice(request.actor, slug, phase, code))


@action("dispose")
def record(request: Request, slug: str, phase: str, code: str) -> HttpResponse:
    """Record what is written. A refusal keeps it, on the page and as the draft."""
    row = get_slice(request.actor, slug, phase, code)
    written = read(sent(request.POST))
    try:
        said = recorded_said(_record(request, row, written))
    except NotFound:
        raise
    except ActionError as error:
        answer = _with_draft(request, row, written, refusal(error))
        return _respond(request, get_slice(request.actor, slug, phase, code), written, answer)
    drop_draft(actor=request.actor, row=row)
    messages.success(request, said)
    return _go(request, Paths(slug).slice(phase, code))


def _record(request: Request, row: Slice, written: Written) -> Disposition:
    asked = Subject(row).asked(written)
    return dispose(actor=request.actor, phase=row.phase, code=row.code, asked=asked, seen=written.seen)


@action("dispose")
def draft(request: Request, slug: str, phase: str, code: str) -> HttpResponse:
    """Keep what is written so far; `act` may ask for a change of the rows on the way."""
    row = get_slice(request.actor, slug, phase, code)
    subject, act = Subject(row), request.POST.get("act", "")
    written, answer = _changed(row, read(sent(request.POST)), act)
    answer = _with_draft(request, row, written, answer)
    focus = len(written.rows) if act == "row" else 0
    page = prepare(subject, request.actor, written, focus)
    if act == "auto" and request.htmx:
        return render(request, SAVED, "", {"page": page, "answer": answer})
    if answer.status != 200 or request.htmx:
        return _render(request, row, page, answer)
    messages.success(request, answer.heading)
    return redirect(f"{page.url}#{'new' if act else 'verdict'}")


def _changed(row: Slice, written: Written, act: str) -> tuple[Written, Answer]:
    """What the button asks for: a further row, one less, or the pasted list as rows."""
    name, _, number = act.partition("-")
    if name == "row":
        return replace(written, rows=(*written.rows, Row())), Answer(200, "A row was added.")
    if name == "remove" and number.isascii() and number.isdigit():
        rows = tuple(one for place, one in enumerate(written.rows, start=1) if str(place) != number)
        return replace(written, rows=rows), Answer(200, f"New finding {number} was removed.")
    if name == "paste":
        changed, found = with_pasted(written, list(row.phase.slices.values_list("code", flat=True)))
        return changed, pasted_said(found)
    return written, Answer(200, "The draft is saved.")


@action("dispose")
def drop(request: Request, slug: str, phase: str, code: str) -> HttpResponse:
    """Throw the draft away."""
    row = get_slice(request.actor, slug, phase, code)
    had = drop_draft(actor=request.actor, row=row)
    messages.info(request, "The draft is dropped." if had else "There was no draft.")
    return _go(request, request.path.removesuffix("drop/"))


def _with_draft(request: Request, row: Slice, written: Written, answer: Answer) -> Answer:
    """The answer, once what is written is kept; another one where it cannot be."""
    try:
        save_draft(actor=request.actor, row=row, data=fields_of(written))
    except Invalid as error:
        return replace(refusal(error) if answer.status == 200 else answer, unkept=str(error))
    return answer


def _go(request: Request, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _respond(
    request: Request, row: Slice, written: Written | None = None, answer: Answer | None = None
) -> HttpResponse:
    """The page, or its region; an answer stands on top of it."""
    subject, key = Subject(row), request.GET.get("from", "")
    insists = "instead" in request.GET
    filled = subject.filled(request.actor, key, insists=insists) if key and written is None else None
    page = prepare(subject, request.actor, written, filled=filled)
    return _render(request, row, page, answer)


def _render(request: Request, row: Slice, page: DispositionPage, answer: Answer | None) -> HttpResponse:
    context = {"page": page, "answer": answer, "frozen": frozen(row.phase, request.actor)}
    return render(request, TEMPLATE, REGION, context, answer.status if answer else 200)
