"""Who plays the demo: its people and its build machine, each doing what the pages and the API let them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phases.actions.artifacts import attach_artifact
from phases.actions.asked import Report, Result
from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.dispositions import dispose
from phases.actions.drafts import Fields, save_draft
from phases.actions.findings import accept_finding, fix_finding
from phases.actions.handoffs import hand_off
from phases.actions.recording import NewDisposition, NewFinding, Recheck
from phases.actions.runs import report_runs
from phases.actions.slices import link_slice, move_slice
from phases.actions.waivers import waive
from phases.actions.watchpoints import fire_watchpoint
from phases.models import Concern, Disposition, Finding, Gate, Phase, Slice
from phases.permissions import Actor
from phases.rules.state import Outcome

from .commits import PRINTS, Commit

FOLDER = Path(__file__).parent / "open-shelves"
"""The packet folder of the demo, with the closure documents that its people attach."""
HOME = "docs/open-shelves/"
"""Where that folder lies in the repository of the story."""
PULL_REQUESTS = "https://git.example.org/pulls"
BUILDS = "https://ci.example.org/builds"


@dataclass(frozen=True, slots=True)
class Player:
    """One of the demo people at work in a phase."""

    actor: Actor
    phase: Phase

    def move(self, code: str, *verbs: str, note: str = "") -> None:
        """Take the verbs one after the other, as somebody who has just read the page."""
        for verb in verbs:
            version = Slice.objects.get(phase=self.phase, code=code).version
            move_slice(actor=self.actor, phase=self.phase, code=code, version=version, verb=verb, note=note)

    def link(self, code: str, branch: str, number: int) -> None:
        """Say where the work of a slice is."""
        address = f"{PULL_REQUESTS}/{number}"
        link_slice(actor=self.actor, phase=self.phase, code=code, branch=branch, pull_request=address)

    def raise_(self, kind: str, text: str, *, code: str = "", owner: str = "", priority: str = "") -> Concern:
        """Raise a concern, on a slice where `code` is given."""
        return raise_concern(
            actor=self.actor,
            phase=self.phase,
            kind=kind,
            text=text,
            slice=code,
            owner=owner,
            priority=priority,
        )

    def resolve(self, concern: Concern, note: str) -> None:
        """Say how a concern was settled."""
        answer_concern(actor=self.actor, concern=concern, outcome="resolved", note=note)

    def accept_concern(self, concern: Concern, note: str) -> None:
        """Say that a concern stays as it is, and why that is bearable."""
        answer_concern(actor=self.actor, concern=concern, outcome="accepted", note=note)

    def hand_off(self, note: str) -> None:
        """Hand the phase off, which freezes it and carries on what is open."""
        hand_off(actor=self.actor, phase=self.phase, note=note)

    def attest(self, code: str, suite: str, *texts: str, note: str) -> None:
        """Vouch for attestations of a suite: those named, or all of them."""
        results = tuple(
            Result(text, Outcome.PASS) for text in texts or _texts(self.phase, code, suite, "attestation")
        )
        report = Report(suite=suite, slice=code, results=results, note=note)
        report_runs(actor=self.actor, phase=self.phase, report=report)

    def waive_gate(self, code: str, text: str, reason: str) -> None:
        """Let one gate of a slice pass."""
        gate = Gate.objects.get(phase=self.phase, slice__code=code, text=text)
        key = f"gate:{code}/{gate.suite}/{gate.digest[:8]}"
        waive(actor=self.actor, phase=self.phase, key=key, reason=reason)

    def attach(self, path: str) -> None:
        """Attach a closure document, whose text lies in the folder of the demo."""
        attach(self.actor, self.phase, path)

    def dispose(self, code: str, verdict: str, summary: str, **more: Any) -> Disposition:
        """Record a verdict; `more` as in NewDisposition."""
        asked = NewDisposition(verdict, summary, **more)
        return dispose(actor=self.actor, phase=self.phase, code=code, asked=asked)

    def review(
        self,
        code: str,
        verdict: str,
        summary: str,
        *,
        at: Commit,
        finds: Sequence[NewFinding] = (),
        confirms: Sequence[Finding] = (),
        reopens: Mapping[int, str] | None = None,
    ) -> list[Finding]:
        """Record a round and answer what it found; `reopens` says by finding why its fix was not enough."""
        rechecked = [Recheck(one.pk, "confirmed") for one in confirms]
        rechecked += [Recheck(number, "reopened", note) for number, note in (reopens or {}).items()]
        row = self.dispose(
            code,
            verdict,
            summary,
            revision=at.sha,
            findings=tuple(finds),
            rechecked=tuple(rechecked),
            links=(f"{BUILDS}/{at.build}",),
        )
        return list(row.findings.order_by("pk"))

    def fix(self, finding: Finding, commit: Commit, note: str) -> None:
        """Say that a finding is fixed, and by which commit."""
        fix_finding(
            actor=self.actor, finding=finding, note=note, revision=commit.sha, changed_files=commit.files
        )

    def accept(self, finding: Finding, owner: str, rationale: str, target: str) -> None:
        """Let a finding stand, with a name that answers for it."""
        accept_finding(actor=self.actor, finding=finding, owner=owner, rationale=rationale, target=target)

    def fire(self, watchpoint: str, reason: str) -> None:
        """Say that what a deferral watches for has happened."""
        concern = Concern.objects.get(phase=self.phase, kind="watchpoint", text=watchpoint)
        fire_watchpoint(actor=self.actor, concern=concern, reason=reason)

    def begin_writing(self, code: str, fields: Fields) -> None:
        """Leave a half-written disposition behind."""
        row = Slice.objects.select_related("phase").get(phase=self.phase, code=code)
        save_draft(actor=self.actor, row=row, data=fields)


@dataclass(frozen=True, slots=True)
class Runner:
    """Whoever runs commands and reports them: the build machine, or a person at a desk."""

    actor: Actor
    phase: Phase

    def run(
        self,
        commit: Commit,
        code: str,
        suite: str,
        *commands: str,
        fails: Mapping[str, str] | None = None,
        prints: Mapping[str, str] | None = None,
        note: str = "",
    ) -> None:
        """Report the commands of a suite, those named or all.

        `fails` holds the log of each that failed, `prints` of each that passed with other words than usual.
        """
        names = commands or _texts(self.phase, code, suite, "command")
        report = Report(
            suite=suite,
            slice=code,
            results=tuple(_result(name, fails or {}, prints or {}) for name in names),
            revision=commit.sha,
            changed_files=commit.files,
            branch=commit.branch,
            url=f"{BUILDS}/{commit.build}",
            note=note,
        )
        report_runs(actor=self.actor, phase=self.phase, report=report)

    def attach(self, path: str) -> None:
        """Attach a document that a machine writes."""
        attach(self.actor, self.phase, path)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who acts in a phase."""

    lead: Player
    lead2: Player
    lead3: Player
    reviewer: Player
    machine: Runner
    desk: Runner
    """The lead of holds with a shell of their own."""


def cast(phase: Phase, people: Mapping[str, Actor], machine: Actor) -> Cast:
    """The demo people, by their sign-ins, and the build machine in a phase."""
    lead, lead2, lead3, reviewer = (
        Player(people[name], phase) for name in ("lead", "lead2", "lead3", "reviewer")
    )
    return Cast(lead, lead2, lead3, reviewer, Runner(machine, phase), Runner(people["lead2"], phase))


def attach(actor: Actor, phase: Phase, path: str) -> None:
    """Attach the document that the folder has at this path of the repository."""
    content = (FOLDER / path.removeprefix(HOME)).read_text(encoding="utf-8")
    attach_artifact(actor=actor, phase=phase, path=path, content=content)


def _result(command: str, fails: Mapping[str, str], prints: Mapping[str, str]) -> Result:
    usual = PRINTS[command]
    outcome = Outcome.FAIL if command in fails else Outcome.PASS
    log = fails.get(command) or prints.get(command) or usual.log
    return Result(command, outcome, f"$ {command}\n{log}\n", usual.seconds * 1000)


def _texts(phase: Phase, code: str, suite: str, kind: str) -> Iterable[str]:
    gates = Gate.objects.filter(phase=phase, slice__code=code, suite=suite, kind=kind, archived=False)
    return gates.order_by("position").values_list("text", flat=True)
