"""What leads do about findings: record a fix, or let one stand that is worth none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from phases.actions.findings import accept_finding, fix_finding
from phases.forms import AcceptForm, FixForm, VerbForm
from phases.lookups import get_finding
from phases.models import Finding
from phases.rules.wording import short

from .answers import Asked
from .base import Request, action
from .slice import Run, verb_on


@action("fix")
def fix(request: Request, slug: str, pk: int) -> HttpResponse:
    """Record that a finding is fixed."""
    finding = get_finding(request.actor, slug, pk)

    def run(sent: Mapping[str, Any]) -> str:
        fixed = fix_finding(
            actor=request.actor,
            finding=finding,
            note=sent["note"],
            revision=sent["revision"],
            base=sent["base"],
            changed_files=sent["files"],
        )
        at = f" at {short(fixed.fix_revision)}" if fixed.fix_revision else ""
        again = f" What {finding.about.code} ran before it no longer counts." if finding.about else ""
        return f"Finding {pk} is fixed{at}. The next round confirms it.{again}"

    return _on(request, slug, finding, FixForm(request.POST), run, "Record the fix")


@action("accept")
def accept(request: Request, slug: str, pk: int) -> HttpResponse:
    """Let a medium or low finding stand as it is."""
    finding = get_finding(request.actor, slug, pk)

    def run(sent: Mapping[str, Any]) -> str:
        fields = {name: sent[name] for name in ("owner", "rationale", "target")}
        accepted = accept_finding(actor=request.actor, finding=finding, **fields)
        return f"Finding {pk} is accepted as it is: {accepted.owner} answers for it."

    return _on(request, slug, finding, AcceptForm(request.POST), run, "Accept it as it is")


def _on(request: Request, slug: str, finding: Finding, form: VerbForm, run: Run, label: str) -> HttpResponse:
    """Run a verb and answer on the page it came from: that of the review, or of the slice affected."""
    is_about = request.POST.get("came_from") == "about" and finding.about is not None
    code = finding.about.code if is_about and finding.about else finding.slice.code
    about = f"Finding {finding.pk} of {finding.slice.code}: {finding.title}"
    return verb_on(
        request, slug, finding.phase, code, Asked(finding.phase, form, run, label, code, about=about)
    )
