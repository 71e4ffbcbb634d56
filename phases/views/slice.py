"""The page of one slice and every verb on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse

from phases.actions.slices import correct_kind, link_slice, move_slice
from phases.actions.waivers import waive, withdraw_waiver
from phases.forms import KindForm, LinksForm, MoveForm, VerbForm, WaiveForm, WithdrawForm
from phases.lookups import get_phase, get_slice, get_waiver
from phases.models import Phase, Slice
from phases.permissions import Actor
from phases.rules.acting import next_deadline
from phases.rules.state import Status
from phases.rules.transitions import IS, TABLE, by_verb, from_status
from phases.snapshot import load

from . import gates
from . import phase as phase_view
from .answers import Answer, Asked, Choice, answered
from .base import Request, action, page, render
from .frozen import before, frozen
from .paths import Paths
from .polling import etag, unless_known
from .slice_page import prepare
from .words import Entry, leaf

TEMPLATE, REGION = "slice.html", "region"
Run = Callable[[Mapping[str, Any]], str]


@page("see")
def show(request: Request, slug: str, phase: str, code: str) -> HttpResponse:
    """The slice; a poll that knows the present state is answered with 304 after one query."""
    found = get_slice(request.actor, slug, phase, code)
    return unless_known(request, found.phase, lambda: respond(request, found))


def respond(request: Request, row: Slice, answer: Answer | None = None) -> HttpResponse:
    """The page, or its region, as it is now; an answer stands on top of it."""
    state = None if row.archived else load(row.phase)
    prepared = prepare(row, state, before(row.phase, request.actor))
    tag = etag(row.phase, request.actor, next_deadline(state) if state else None)
    notice = frozen(row.phase, request.actor)
    context = {"page": prepared, "answer": answer, "etag": tag, "frozen": notice}
    return render(request, TEMPLATE, REGION, context, answer.status if answer else 200)


@action("move")
def move(request: Request, slug: str, phase: str, code: str, verb: str) -> HttpResponse:
    """Take one row of the transition table, named by its verb."""
    row = get_slice(request.actor, slug, phase, code)

    def run(sent: Mapping[str, Any]) -> str:
        moved = move_slice(
            actor=request.actor,
            phase=row.phase,
            code=code,
            version=sent["version"],
            verb=verb,
            note=sent["note"],
        )
        return f"{code} is {IS[Status(moved.event.after['status'])]} now."

    def ways() -> Sequence[Choice]:
        return _ways(row, verb)

    overtaken = partial(_overtaken, request.actor, row, verb)
    asked = Asked(row.phase, MoveForm(request.POST), run, "Try again", code, ways, overtaken)
    return verb_on(request, slug, row.phase, code, asked)


def _overtaken(actor: Actor, row: Slice, verb: str, since: Sequence[Entry]) -> tuple[str, str]:
    """Heading and sentence where no text has to be kept: done already, or what the slice is now."""
    now = Status(Slice.objects.values_list("status", flat=True).get(pk=row.pk))
    done = next((one for one in reversed(since) if one.verb == verb), None)
    if done and any(way.verb == verb and way.target == now for way in TABLE):
        who = "You" if done.actor == actor.name else done.actor
        return f"{who} {done.did} already", f"{row.code} is {IS[now]}. This time nothing was done."
    if by_verb(now, verb):
        again = "Look at what changed, and do it again if it is still right."
        return f"{row.code} changed meanwhile", f"It is {IS[now]}, and nothing was done. {again}"
    return f"{row.code} is {IS[now]} now", "It changed after this page was loaded, so nothing was done."


def _ways(row: Slice, verb: str) -> list[Choice]:
    """The same verb where it is still possible, else what is possible now."""
    item = load(row.phase).slices.get(row.code)
    ways = from_status(item.status) if item else ()
    paths = Paths(row.phase.initiative.slug)
    same = [way for way in ways if way.verb == verb]
    return [
        Choice(
            "Apply mine on top" if same else f"{way.label} with my text",
            paths.verb(row.phase.code, row.code, way.verb),
            is_main=bool(same),
        )
        for way in same or ways
    ]


@action("link")
def links(request: Request, slug: str, phase: str, code: str) -> HttpResponse:
    """Set the branch and the pull request."""
    row = get_slice(request.actor, slug, phase, code)

    def run(sent: Mapping[str, Any]) -> str:
        event = link_slice(
            actor=request.actor,
            phase=row.phase,
            code=code,
            branch=sent["branch"],
            pull_request=sent["pull_request"],
        )
        return (
            f"The links of {code} are saved." if event else "Nothing changed: the links were these already."
        )

    return on_slice(request, row, LinksForm(request.POST), run, "Save links")


@action("correct")
def kind(request: Request, slug: str, phase: str, code: str) -> HttpResponse:
    """Correct the kind that was inferred."""
    row = get_slice(request.actor, slug, phase, code)

    def run(sent: Mapping[str, Any]) -> str:
        event = correct_kind(
            actor=request.actor, phase=row.phase, code=code, kind=sent["kind"], note=sent["note"]
        )
        return f"The kind of {code} is {sent['kind']}{' now' if event else ' already, so nothing changed'}."

    return on_slice(request, row, KindForm(request.POST), run, "Correct the kind")


@action("waive")
def waive_leaf(request: Request, slug: str, phase: str) -> HttpResponse:
    """Let one unmet leaf pass, with a reason."""
    found = get_phase(request.actor, slug, phase)
    code = request.POST.get("code", "")
    if code:
        get_slice(request.actor, slug, phase, code)

    def run(sent: Mapping[str, Any]) -> str:
        waiver = waive(actor=request.actor, phase=found, key=sent["key"], reason=sent["reason"])
        return f"Waived {leaf(waiver.key)}. The reason stays visible."

    form, key = WaiveForm(request.POST), request.POST.get("key", "")
    about = f"The requirement {key}"
    return verb_on(request, slug, found, code, Asked(found, form, run, "Waive", about=about))


@action("waive")
def withdraw(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take a waiver back."""
    waiver = get_waiver(request.actor, slug, pk)
    code = waiver.slice.code if waiver.slice else ""

    def run(sent: Mapping[str, Any]) -> str:
        withdraw_waiver(actor=request.actor, waiver=waiver, reason=sent["reason"])
        return f"The waiver of {leaf(waiver.key)} is withdrawn; the requirement counts again."

    form = WithdrawForm(request.POST)
    about = f"The waiver of {leaf(waiver.key)}, {waiver.key}: {waiver.reason}"
    asked = Asked(waiver.phase, form, run, "Withdraw the waiver", about=about)
    return verb_on(request, slug, waiver.phase, code, asked)


def on_slice(
    request: Request,
    row: Slice,
    form: VerbForm,
    run: Run,
    label: str,
) -> HttpResponse:
    """Run a verb on a slice; `label` is its button's."""
    asked = Asked(row.phase, form, run, label, row.code)
    return verb_on(request, row.phase.initiative.slug, row.phase, row.code, asked)


def verb_on(request: Request, slug: str, phase: Phase, code: str, asked: Asked) -> HttpResponse:
    """Run a verb and answer on the page that it came from: that of the phase, a suite or the slice."""
    paths = Paths(slug)

    def on_phase(request: Request, answer: Answer | None) -> HttpResponse:
        return phase_view.respond(request, get_phase(request.actor, slug, phase.code), answer)

    def on_page(request: Request, answer: Answer | None) -> HttpResponse:
        return respond(request, get_slice(request.actor, slug, phase.code, code), answer)

    if suite := gates.came_from(request):

        def on_suite(request: Request, answer: Answer | None) -> HttpResponse:
            return gates.respond(request, get_phase(request.actor, slug, phase.code), suite, code, answer)

        return answered(request, asked, on_suite, paths.suite(phase.code, code, suite))
    if request.POST.get("came_from") == "phase" or not code:
        return answered(request, asked, on_phase, paths.phase(phase.code))
    return answered(request, asked, on_page, paths.slice(phase.code, code))
