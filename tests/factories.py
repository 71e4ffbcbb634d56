"""Plain functions that make rows with good defaults; each answers the row it made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from phases.actions.asked import Report, Result
from phases.actions.dispositions import dispose
from phases.actions.recording import NewDisposition, NewFinding
from phases.actions.runs import report_runs
from phases.models import (
    Artifact,
    Concern,
    Dependency,
    Disposition,
    Gate,
    GateRun,
    Initiative,
    Membership,
    Owner,
    PacketRevision,
    Phase,
    Slice,
)
from phases.permissions import OPERATOR, actor_for_user

CHAIN: Mapping[str, tuple[str, ...]] = {"C0": (), "C1": ("C0",), "C2": ("C1",)}


def make_initiative(slug: str = "harbour") -> Initiative:
    return Initiative.objects.get_or_create(slug=slug)[0]


def make_owner(initiative: Initiative, handle: str = "@crew") -> Owner:
    return Owner.objects.get_or_create(initiative=initiative, handle=handle)[0]


def make_phase(
    code: str = "C",
    *,
    slug: str = "harbour",
    needs: Mapping[str, Iterable[str]] = CHAIN,
    about: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Phase:
    """A phase at packet revision 1 with a slice for each key of `needs`; `fields` go to every slice."""
    phase = Phase.objects.create(initiative=make_initiative(slug), code=code, about=dict(about or {}))
    phase.revision = PacketRevision.objects.create(
        phase=phase, number=1, text=f"phase: {code}\n", sha256="0" * 64, packet="{}", imported_by="factory"
    )
    phase.save()
    for slice_code in needs:
        make_slice(phase, slice_code, **fields)
    for slice_code, needed in needs.items():
        for other in needed:
            make_need(phase, slice_code, other)
    return phase


def make_slice(phase: Phase, code: str, *, owner: str = "@crew", backup: str = "", **fields: Any) -> Slice:
    values = {"title": f"Work of {code}", "kind": "build", "position": phase.slices.count()} | fields
    return Slice.objects.create(
        phase=phase,
        code=code,
        owner=make_owner(phase.initiative, owner),
        backup=make_owner(phase.initiative, backup) if backup else None,
        **values,
    )


def make_need(phase: Phase, code: str, needed: str, *, if_triggered: bool = False) -> Dependency:
    return Dependency.objects.create(
        slice=phase.slices.get(code=code), needed=phase.slices.get(code=needed), if_triggered=if_triggered
    )


def make_gate(
    phase: Phase, code: str = "", *, suite: str = "quick", text: str = "make check", **fields: Any
) -> Gate:
    """A gate of the slice `code`; without one, of the phase's exit."""
    values = {"kind": "command" if " " in text else "attestation", "position": phase.gates.count()} | fields
    return Gate.objects.create(
        phase=phase,
        slice=phase.slices.get(code=code) if code else None,
        suite=suite,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        **values,
    )


def make_artifact(phase: Phase, code: str, path: str = "docs/REVIEW.md", **fields: Any) -> Artifact:
    return Artifact.objects.create(slice=phase.slices.get(code=code), path=path, **fields)


def make_blocker(phase: Phase, code: str, text: str = "The crane is out of order.") -> Concern:
    found = phase.slices.get(code=code)
    return Concern.objects.create(
        phase=phase,
        slice=found,
        kind="blocker",
        text=text,
        owner=found.owner,
        raised_by="factory",
        raised_at=timezone.now(),
    )


def make_user(username: str, *roles: str, member_of: Iterable[Owner] = ()) -> User:
    """A person with roles (group names) and memberships."""
    user = User.objects.create_user(username, password=f"{username}-password")
    user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    for owner in member_of:
        Membership.objects.create(user=user, owner=owner)
    return user


def make_run(
    phase: Phase, code: str = "", text: str = "make check", outcome: str = "pass", **fields: Any
) -> GateRun:
    """A result of the gate with this text, reported through the real action; `fields` go to the report."""
    gate = Gate.objects.get(phase=phase, slice__code=code or None, text=text, archived=False)
    report = Report(suite=gate.suite, slice=code, results=(Result(text, outcome),), **fields)
    return report_runs(actor=OPERATOR, phase=phase, report=report).runs[0]


def make_round(
    phase: Phase,
    code: str,
    by: User,
    verdict: str = "approve_with_changes",
    *,
    findings: Iterable[tuple[str, str, str]] = (),
    **fields: Any,
) -> Disposition:
    """A round through the real action; each finding is severity, title and the slice affected."""
    found = tuple(NewFinding(severity, title, slice=about) for severity, title, about in findings)
    asked = NewDisposition(verdict=verdict, summary="Looked at.", findings=found, **fields)
    return dispose(actor=actor_for_user(by), phase=phase, code=code, asked=asked)
