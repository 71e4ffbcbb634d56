"""Who plays the demo: its people and its build machine, each doing what the pages and the API let them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from phases.actions.asked import Report, Result
from phases.actions.concerns import raise_concern
from phases.actions.ledger import digest
from phases.actions.runs import report_runs
from phases.actions.slices import link_slice, move_slice
from phases.actions.waivers import waive
from phases.models import Concern, Gate, Phase, Slice
from phases.permissions import Actor
from phases.rules.state import Outcome

PULL_REQUESTS = "https://git.example.org/pulls"
BUILDS = "https://ci.example.org/builds"


@dataclass(frozen=True, slots=True)
class Commit:
    """A revision of the code under work, with the files that it changed and the build that ran it."""

    subject: str
    branch: str
    build: int
    files: tuple[str, ...]

    @property
    def sha(self) -> str:
        """Invented, and the same on every machine."""
        return digest(self.subject)[:40]


@dataclass(frozen=True, slots=True)
class Printed:
    """What a command prints when all is well, and how many seconds it takes."""

    seconds: int
    log: str


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


@dataclass(frozen=True, slots=True)
class Runner:
    """Whoever runs commands and reports them: the build machine, or a person at a desk."""

    actor: Actor
    phase: Phase
    prints: Mapping[str, Printed]
    """By command."""

    def run(
        self,
        commit: Commit,
        code: str,
        suite: str,
        *commands: str,
        fails: Mapping[str, str] | None = None,
        note: str = "",
    ) -> None:
        """Report the commands of a suite, those named or all; `fails` holds the log of each that failed."""
        names = commands or _texts(self.phase, code, suite, "command")
        report = Report(
            suite=suite,
            slice=code,
            results=tuple(self._result(name, fails or {}) for name in names),
            revision=commit.sha,
            changed_files=commit.files,
            branch=commit.branch,
            url=f"{BUILDS}/{commit.build}",
            note=note,
        )
        report_runs(actor=self.actor, phase=self.phase, report=report)

    def _result(self, command: str, fails: Mapping[str, str]) -> Result:
        printed = self.prints[command]
        outcome = Outcome.FAIL if command in fails else Outcome.PASS
        log = f"$ {command}\n{fails.get(command, printed.log)}\n"
        return Result(command, outcome, log, printed.seconds * 1000)


def _texts(phase: Phase, code: str, suite: str, kind: str) -> Iterable[str]:
    gates = Gate.objects.filter(phase=phase, slice__code=code, suite=suite, kind=kind, archived=False)
    return gates.order_by("position").values_list("text", flat=True)
