"""The page behind each cell of the gate matrix: the gates of one suite, of a slice or of the phase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse

from phases.actions.asked import Report, Result
from phases.actions.runs import Reported, report_runs
from phases.errors import NotFound
from phases.forms import AttestForm, GatesForm, ReportForm
from phases.lookups import get_phase
from phases.models import Phase
from phases.packets.packet import GateKind, Suite
from phases.permissions import Actor
from phases.rules.acting import next_deadline
from phases.rules.state import GateState, Outcome
from phases.rules.wording import short
from phases.snapshot import load

from .answers import Answer, Asked, answered
from .base import Request, action, page, render
from .frozen import before, frozen
from .gates_page import gates_of, prepare
from .paths import Paths
from .polling import etag, unless_known
from .words import counted

TEMPLATE, REGION = "gates.html", "region"
PEEK_TEMPLATE, PEEK = "gates/peek.html", "peek"
"""What the matrix shows in place of a cell's suite: `?peek` of its page, a fragment and never a page."""


@page("see")
def show(request: Request, slug: str, phase: str, suite: str, code: str = "") -> HttpResponse:
    """The suite; a poll that knows the present state is answered with 304 after one query."""
    found = get_phase(request.actor, slug, phase)
    return unless_known(request, found, lambda: respond(request, found, suite, code))


def respond(
    request: Request, phase: Phase, suite: str, code: str = "", answer: Answer | None = None
) -> HttpResponse:
    """The page, or its region, as it is now; an answer stands on top of it."""
    state = load(phase)
    prepared = prepare(before(phase, request.actor), phase, state, suite, code, request.GET.dict())
    tag = etag(phase, request.actor, next_deadline(state))
    context = {"page": prepared, "answer": answer, "etag": tag, "frozen": frozen(phase, request.actor)}
    template, region = (PEEK_TEMPLATE, PEEK) if _peeks(request) else (TEMPLATE, REGION)
    return render(request, template, region, context, answer.status if answer else 200)


def _peeks(request: Request) -> bool:
    return "peek" in request.GET and bool(request.htmx)


@action("report")
def report(request: Request, slug: str, phase: str, suite: str, code: str = "") -> HttpResponse:
    """Record what commands of the suite did."""
    found = get_phase(request.actor, slug, phase)
    gates = _of_kind(found, suite, code, GateKind.COMMAND)

    def run(sent: Mapping[str, Any]) -> str:
        reported = _record(request.actor, found, suite, code, sent, sent["outcome"])
        return _said(reported, "result", "passed" if sent["outcome"] == Outcome.PASS else "failed")

    return _verb(request, found, suite, code, ReportForm(request.POST, _choices(gates)), run, "Record")


@action("attest")
def attest(request: Request, slug: str, phase: str, suite: str, code: str = "") -> HttpResponse:
    """Vouch for attestations of the suite, with one note for all."""
    found = get_phase(request.actor, slug, phase)
    gates = _of_kind(found, suite, code, GateKind.ATTESTATION)

    def run(sent: Mapping[str, Any]) -> str:
        reported = _record(request.actor, found, suite, code, sent, Outcome.PASS)
        return _said(reported, "attestation")

    return _verb(request, found, suite, code, AttestForm(request.POST, _choices(gates)), run, "Attest")


def _of_kind(phase: Phase, suite: str, code: str, kind: GateKind) -> Mapping[str, GateState]:
    """By key the gates that one form speaks for. Raises NotFound where the suite has none."""
    found = {gate.key: gate for gate in gates_of(load(phase), suite, code) if gate.kind == kind}
    if not found:
        where = code or f"Phase {phase.code} as a whole"
        raise NotFound(f"{where} has no {kind} in the suite {suite[:40]}.")
    return found


def _choices(gates: Mapping[str, GateState]) -> list[tuple[str, str]]:
    return [(key, gate.text) for key, gate in gates.items()]


def _record(
    actor: Actor, phase: Phase, suite: str, code: str, sent: Mapping[str, Any], outcome: str
) -> Reported:
    """Report the gates that were ticked; by their keys, as the text of an extra command may be redacted."""
    report = Report(
        suite=suite,
        slice=code,
        results=tuple(Result(key, outcome) for key in sent["gates"]),
        revision=sent["revision"],
        changed_files=sent.get("files"),
        branch=sent.get("branch", ""),
        url=sent["url"],
        log=sent.get("log", ""),
        note=sent["note"],
    )
    return report_runs(actor=actor, phase=phase, report=report)


def _said(reported: Reported, thing: str, word: str = "") -> str:
    first: Any = reported.runs[0]
    at = f" at {short(first.revision)}" if first.revision else ""
    late = " A newer revision is known already, so this may not count." if first.late else ""
    return f"{counted(len(reported.runs), thing)} recorded{f' as {word}' if word else ''}{at}.{late}"


def _verb(
    request: Request,
    phase: Phase,
    suite: str,
    code: str,
    form: GatesForm,
    run: Callable[[Mapping[str, Any]], str],
    label: str,
) -> HttpResponse:
    """Run a verb and answer on the page of the suite."""
    slug = phase.initiative.slug

    def on_suite(request: Request, answer: Answer | None) -> HttpResponse:
        fresh = get_phase(request.actor, slug, phase.code)
        return respond(request, fresh, suite, code, answer)

    home = Paths(slug).suite(phase.code, code, suite)
    return answered(request, Asked(phase, form, run, label, code), on_suite, home)


def came_from(request: Request) -> str:
    """The suite whose page a form was sent from; empty for other pages."""
    kind, _, suite = request.POST.get("came_from", "").partition("/")
    return suite if kind == "gates" and suite in set(Suite) else ""
