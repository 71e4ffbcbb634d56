"""Every URL of the project, with what a request to it needs to be a right one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

from phases.actions.artifacts import attach_artifact
from phases.actions.dispositions import dispose
from phases.actions.handoffs import hand_off
from phases.actions.intake import take_packet
from phases.actions.recording import NewDisposition, NewFinding
from phases.actions.tokens import create_token
from phases.actions.uploads import stage_upload
from phases.actions.waivers import waive
from phases.models import (
    ArtifactVersion,
    Concern,
    Disposition,
    Finding,
    Handoff,
    ImportFile,
    Phase,
)
from phases.packets import read_packet
from phases.permissions import OPERATOR, Actor
from tests.factories import make_blocker, make_gate, make_phase, make_run, make_slice

from .bodies import PACKET, api_bodies, gate_bodies, page_bodies, record_bodies

EVERYONES = {
    "healthz": ("GET",),
    "sign-in": ("GET", "POST"),
    "sign-out": ("POST",),
    "password": ("GET", "POST"),
    "client": ("GET",),
    "inbox-count": ("GET",),
    "readiness-badge": ("GET",),
    "api:docs": ("GET",),
    "api:api-root": (),
    "api:openapi-json": ("GET",),
    "api:sign_in": ("POST",),
    "api:<anything else>": (),
}
"""Routes and methods that need nobody signed in, or guard themselves; a new one must be written down here."""


@dataclass(frozen=True)
class Route:
    """One URL pattern: its name with namespaces, its path with `<converter:name>` parts, its view."""

    name: str
    path: str
    view: Callable[..., Any]

    @property
    def is_api(self) -> bool:
        """Whether it answers programs, which tokens work for."""
        return self.name.startswith("api:")

    @property
    def verbs(self) -> Mapping[str, str]:
        """The verb of the permission table by method, as the view is marked."""
        mark = getattr(self.view, "permission", "")
        if not isinstance(mark, Mapping):
            mark = {"POST" if getattr(self.view, "kind", "") == "action" else "GET": mark}
        return {method: verb for method, verb in mark.items() if verb}


def routes() -> list[Route]:
    """All of them but Django's own administration, which lets staff in and nobody else."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], names: str, before: str) -> Iterator[Route]:
    for found in patterns:
        path = before + str(found.pattern)
        if isinstance(found, URLResolver):
            inside = f"{found.namespace}:" if found.namespace else names
            if found.namespace != "admin":
                yield from _walk(found.url_patterns, inside, path)
        elif isinstance(found, URLPattern):
            yield Route(names + (found.name or "<anything else>"), path, found.callback)


@dataclass
class World:
    """A phase with one of everything, so that every URL leads somewhere and every verb can be done."""

    phase: Phase
    args: dict[str, Any] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)

    def url(self, route: Route) -> str:
        def value(part: re.Match[str]) -> str:
            name = part[1].rpartition(":")[2]
            return str(self.args.get(f"{route.name} {name}", self.args.get(name)))

        return "/" + re.sub("<([^>]+)>", value, route.path)


STATUSES = {
    "slice-candidate": "in_progress",
    "slice-land": "candidate",
    "slice-send-back": "candidate",
    "slice-reopen": "landed",
}
"""What the slice must be for a move to be possible; planned for all others."""


NARROWER = {("api:record_disposition", "POST"): "review", ("disposition-record", "POST"): "review"}
"""What the verb of a route and method comes to here, where the kind of the slice narrows it."""

PHASE_SUITES = ("phase-suite", "phase-gates-report", "phase-gates-attest")
DISPOSITION_PAGES = ("disposition", "disposition-record", "disposition-draft", "disposition-drop")
READY_PHASE = ("api:hand_off_one", "handoff")
HANDED_OFF_PHASE = (
    *("api:reopen_one", "api:get_handoff_document", "handoff-reopen", "handoff-documents"),
    *("handoff-document", "handoff-numbered-documents", "handoff-numbered-document"),
)
"""Routes that are about a phase that is ready, and about one that was handed off."""
RUN_PAGES = ("run", "run-log", "run-retract", "run-redact")
VOUCHED = (("C1", "acceptance"), ("", "phase_exit"))


def make_world(phase: Phase) -> World:
    """Fill `phase` and say what each route needs."""
    # Of different slices, so that a slice can land while a gate is left to be waived.
    gates = [f"gate:{code}/full/{make_gate(phase, code, suite='full').digest[:8]}" for code in ("C0", "C1")]
    waiver = waive(actor=OPERATOR, phase=phase, key=gates[0], reason="No runner yet.")
    _, finding, watchpoint, version = make_review(phase)
    handed_off = make_handoff()
    waiting = _waiting()
    applied = _applied()
    make_gate(phase, suite="phase_exit", text="make all")
    run = make_run(phase, text="make all", log="hunter2")
    vouched = [make_gate(phase, code, suite=suite, text="seen") for code, suite in VOUCHED]
    world = World(phase)
    world.args = {
        "slug": "harbour",
        "initiative": "harbour",
        "phase": "C",
        "code": "C0",
        "handle": "@crew",
        "concern": make_blocker(phase, "C1").pk,
        "concern-answer pk": make_blocker(phase, "C1").pk,
        "api:record_disposition code": "C9",
        **{f"{name} code": "C9" for name in DISPOSITION_PAGES},
        "api:fire_one concern": watchpoint.pk,
        "concern-fire pk": watchpoint.pk,
        "finding-fix pk": finding.pk,
        "finding-accept pk": finding.pk,
        "artifact-version pk": version.pk,
        "finding": finding.pk,
        "version": version.pk,
        "waiver-withdraw pk": waiver.pk,
        "token-revoke pk": create_token(actor=OPERATOR, name="quay", scopes=["read"])[0].pk,
        "suite": "full",
        "gates-attest code": "C1",
        "gates-attest suite": "acceptance",
        **{f"{name} suite": "phase_exit" for name in PHASE_SUITES},
        **{f"{name} pk": run.pk for name in RUN_PAGES},
        "pk": waiting.batch_id,
        "import-raw pk": applied.batch_id,
        "file_pk": applied.pk,
        "run": run.pk,
        **{f"{name} phase": "H" for name in READY_PHASE},
        **{f"{name} phase": handed_off.phase.code for name in HANDED_OFF_PHASE},
        "number": handed_off.number,
        "name": handed_off.documents.all()[0].name,
    }
    world.bodies = (
        page_bodies(gates[1], waiting)
        | record_bodies(run.key)
        | gate_bodies(gates[0], run, vouched)
        | api_bodies(gates[1], run.key)
    )
    return world


def make_handoff() -> Handoff:
    """Of phase G; phase H is as ready as G was."""
    for code in ("G", "H"):
        make_phase(code, needs={f"{code}0": ()}, status="landed")
    return hand_off(actor=OPERATOR, phase=Phase.objects.get(code="G"), note="All of it.")


class Review(NamedTuple):
    """What `make_review` made."""

    round: Disposition
    finding: Finding
    watchpoint: Concern
    version: ArtifactVersion


def make_review(phase: Phase) -> Review:
    """C9 reviews what it is told to and found something in C0; C8 was deferred, and is watched."""
    make_slice(phase, "C9", kind="review", status="in_progress")
    deferred = make_slice(phase, "C8", kind="conditional", status="deferred", decision="deferred")
    rita = Actor(kind="person", name="rita", roles=frozenset({"reviewer"}))
    asked = NewDisposition("not_ready", "Not yet.", findings=(NewFinding("low", "A gap", slice="C0"),))
    judged = dispose(actor=rita, phase=phase, code="C9", asked=asked)
    watchpoint = Concern.objects.create(
        phase=phase, slice=deferred, kind="watchpoint", text="Ice", raised_by="rita", raised_at=judged.at
    )
    done = attach_artifact(actor=OPERATOR, phase=phase, path="docs/ICE.md", content="None.")
    return Review(judged, judged.findings.get(), watchpoint, done.version)


def _waiting() -> ImportFile:
    batch = stage_upload(
        actor=OPERATOR,
        files=[("PHASE_Q_WORKBREAKDOWN.yaml", (PACKET % ("Q", "Q")).encode())],
        initiative="harbour",
        max_bytes=10_000,
    )
    return batch.files.get()


def _applied() -> ImportFile:
    take_packet(
        actor=OPERATOR,
        reading=read_packet(PACKET % ("R", "R")),
        initiative="harbour",
        file_name="PHASE_R_WORKBREAKDOWN.yaml",
        declared=False,
        dry_run=False,
        source="command",
    )
    return ImportFile.objects.get(phase="R")
