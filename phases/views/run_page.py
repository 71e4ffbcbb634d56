"""The page of one run prepared: what was reported, whether it counts, and what was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from phases.actions.evidence import verb_to_retract
from phases.actions.texts import REDACTED
from phases.errors import NotFound
from phases.models import Event, GateRun, Phase
from phases.packets.packet import Suite
from phases.permissions import Actor
from phases.rules.freshness import Badge
from phases.rules.state import Outcome, PhaseState
from phases.rules.wording import short

from .gates_page import GateLine, gates_of, line
from .histories import WEB
from .paths import Paths
from .printed import Printed, plain, printed
from .strength import level, told
from .times import lasted
from .words import SUITES, Entry, entry


@dataclass(frozen=True, slots=True)
class May:
    """What the viewer may do to the run."""

    retract: bool = False
    redact: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """Why the log is gone of a run that was not redacted: another one printed the same."""

    entry: Entry | None = None
    """Who took it away and why; None where the viewer does not see that run."""
    url: str = ""
    """Of that run."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class RunPage:
    phase: Phase
    run: GateRun
    code: str
    suite: str
    passed: bool
    url: str
    phase_url: str
    slice_url: str
    suite_url: str
    text: str
    """Of the gate."""
    note: str
    gate: GateLine | None
    """The gate as it stands now; None where the packet no longer names it."""
    counts: bool
    """Whether it is the run that its gate is judged by."""
    counting_url: str
    """The address of that one, where it is another."""
    revision: str
    base: str
    duration: str
    told: str
    level: int
    log: Printed | None
    shared: Shared | None
    """The redaction of another run that took the log of this one along."""
    afterwards: Sequence[Entry]
    """What was taken back or away, by whom and why."""
    may: May

    @property
    def files_gone(self) -> bool:
        """Whether a redaction took the names of the changed files away."""
        return self.run.redacted and self.run.files == [REDACTED]

    @property
    def is_told_by_gate(self) -> bool:
        """Whether the gate shows what the run said, so that both are read as one."""
        return self.gate is not None and self.gate.badge == (Badge.PASSED if self.passed else Badge.FAILED)

    @property
    def is_extra(self) -> bool:
        """Whether people named the command, and not a packet."""
        return self.run.gate.suite == Suite.EXTRA

    @property
    def is_link(self) -> bool:
        return self.run.url.startswith(WEB)


def find(phase: Phase, pk: int, *, with_log: bool) -> GateRun:
    """The run, with the text of its log only on demand. Raises NotFound."""
    runs = GateRun.objects.select_related("slice", "gate", "log").filter(phase=phase, pk=pk)
    run = (runs if with_log else runs.defer("log__text")).first()
    if run is None:
        raise NotFound(f"Phase {phase.code} has no run {pk}.")
    return run


def prepare(actor: Actor, phase: Phase, state: PhaseState, run: GateRun, *, from_line: str) -> RunPage:
    """`from_line` is the number from which the log is shown with line numbers, empty for none.

    The log is read only if its text was fetched with the run.
    """
    paths = Paths(phase.initiative.slug)
    code, suite = run.slice.code if run.slice else "", run.gate.suite
    gate = _gate(state, run, code)
    counting = gate.run if gate else None
    has_text = run.log is not None and "text" not in run.log.get_deferred_fields()
    return RunPage(
        phase=phase,
        run=run,
        code=code,
        suite=SUITES[suite],
        passed=run.outcome == Outcome.PASS,
        url=paths.run(phase.code, run.pk),
        phase_url=paths.phase(phase.code),
        slice_url=paths.slice(phase.code, code) if code else "",
        suite_url=paths.suite(phase.code, code, suite),
        text=plain(run.gate.text),
        note=plain(run.note),
        gate=gate,
        counts=counting is not None and counting.id == run.pk,
        counting_url=paths.run(phase.code, counting.id) if counting else "",
        revision=short(run.revision),
        base=short(run.base),
        duration="" if run.duration_ms is None else lasted(run.duration_ms),
        told=told(run.source, run.gate.kind, has_log=run.log is not None),
        level=level(run.source, has_log=run.log is not None),
        log=printed(run.log, from_line, failed=run.outcome != Outcome.PASS) if run.log and has_text else None,
        shared=_shared(actor, run),
        afterwards=_afterwards(phase, run),
        may=_may(actor, phase, run),
    )


def _gate(state: PhaseState, run: GateRun, code: str) -> GateLine | None:
    gates = gates_of(state, run.gate.suite, code)
    found = next((gate for gate in gates if gate.id == run.gate_id), None)
    return line(state, state.slices.get(code), found) if found else None


def _afterwards(phase: Phase, run: GateRun) -> list[Entry]:
    """The entries that took it back or its texts away; a query for each."""
    found: list[Event] = []
    if run.retracted:
        found += Event.objects.filter(initiative=phase.initiative_id, seq=run.retracted)
    if run.redacted:
        found += _redactions(phase, run)
    return [entry(event) for event in sorted(found, key=lambda event: event.seq)]


def _redactions(phase: Phase, run: GateRun) -> QuerySet[Event]:
    about = {"initiative": phase.initiative_id, "phase": phase.code}
    about["slice"] = run.slice.code if run.slice else ""
    return Event.objects.filter(**about, seq__gt=run.seq, verb="redact", target=f"event:{run.seq}")


def _shared(actor: Actor, run: GateRun) -> Shared | None:
    """Two queries, and only where a log is gone."""
    if run.log is None or not run.log.redacted or run.redacted:
        return None
    others = GateRun.objects.filter(log=run.log, redacted=True).order_by("pk")
    for other in others.select_related("phase__initiative", "slice").defer("phase__about"):
        if actor.sees(other.phase.initiative_id):
            events = _redactions(other.phase, other).order_by("seq")
            said = next((event for event in events if run.log.digest in event.after.get("log", ())), None)
            if said is not None:
                url = Paths(other.phase.initiative.slug).run(other.phase.code, other.pk)
                return Shared(entry(said), url, f"run {other.pk} of phase {other.phase.code}")
    return Shared()


def _may(actor: Actor, phase: Phase, run: GateRun) -> May:
    return May(
        retract=not run.retracted and actor.may_on(verb_to_retract(actor, run), phase.initiative_id),
        redact=not run.redacted and actor.may_on("redact", phase.initiative_id),
    )
