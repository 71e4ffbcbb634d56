"""The gates of one suite prepared: what each shows now and why, its runs, and what the viewer may do."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from phases.errors import NotFound
from phases.lookups import get_slice
from phases.models import Gate, Phase
from phases.packets.packet import GateKind, Suite
from phases.permissions import Actor
from phases.rules.freshness import WORDS, Badge, badge, evidence, why
from phases.rules.state import GateState, PhaseState, RunState, SliceState, WaiverState
from phases.rules.waivers import unmet_leaves
from phases.rules.wording import label, short
from phases.snapshot import GATE_COLUMNS, gate_state

from .histories import RunLine, depth, recent, whole
from .matrix import WORST_FIRST
from .paths import Paths
from .printed import plain
from .strength import told
from .words import SUITES

FEW = 6
"""Gates up to which the last runs of each stand open; of more only the newest one does."""

OPEN_OF_FEW, OPEN_OF_MANY = 4, 1


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate: its badge, the badge's word, and the sentence behind both."""

    gate: GateState
    text: str
    """Of the gate, with what cannot be seen made visible."""
    badge: str
    word: str
    why: str
    by: str
    """Who reported its latest run, and how; empty without one."""
    revision: str
    name: str
    """The last part of its key, which names it within its suite."""

    @property
    def run(self) -> RunState | None:
        return self.gate.run


@dataclass(frozen=True, slots=True)
class GateHistory:
    """A gate with its runs: those that stand open, those in a fold, and where the rest is."""

    line: GateLine
    open: Sequence[RunLine] = ()
    folded: Sequence[RunLine] = ()
    whole_url: str = ""
    """The address of all its runs, where there may be more than these."""
    waiver: WaiverState | None = None
    may_withdraw: bool = False
    may_waive: bool = False


@dataclass(frozen=True, slots=True)
class May:
    """What the viewer may do to the gates of a suite."""

    report: bool = False
    attest: bool = False
    waive: bool = False


@dataclass(frozen=True, slots=True)
class SuitePage:
    phase: Phase
    code: str
    """Of the slice; empty for a suite of the phase."""
    title: str
    suite: str
    name: str
    suite_url: str
    url: str
    """Of this page as it was asked for, with its filter."""
    phase_url: str
    slice_url: str
    command: str
    """How a CI job reports this suite, but for the folder it runs in."""
    crew: str
    """Who may report, apart from admins."""
    may: May
    gates: Sequence[GateHistory] = ()
    earlier: Sequence[GateHistory] = ()
    """Gates of the suite that the packet no longer names; nothing counts of them."""
    is_gone: bool = False
    """Whether the slice itself is no longer in the packet."""
    only: bool = False
    """Whether all the runs of one gate were asked for."""
    next_url: str = ""

    @property
    def commands(self) -> Sequence[GateState]:
        return self._of(GateKind.COMMAND)

    @property
    def attestations(self) -> Sequence[GateState]:
        return self._of(GateKind.ATTESTATION)

    @property
    def vouching(self) -> Sequence[tuple[GateState, bool]]:
        """Each attestation, and whether it is ticked: where only it is still to be vouched for."""
        lines = [one.line for one in self.gates if one.line.gate.kind == GateKind.ATTESTATION]
        waiting = [line for line in lines if line.badge != Badge.PASSED]
        return [(line.gate, waiting == [line]) for line in lines]

    def _of(self, kind: GateKind) -> Sequence[GateState]:
        return [one.line.gate for one in self.gates if one.line.gate.kind == kind]

    @property
    def has_runs(self) -> bool:
        return any(one.line.run for one in self.gates)

    @property
    def counts(self) -> Sequence[tuple[str, int, str]]:
        """(badge, number, word) of each badge that occurs, the ones that need attention first."""
        found = Counter(one.line.badge for one in self.gates)
        return [(badge.value, found[badge], WORDS[badge]) for badge in WORST_FIRST if found[badge]]


def prepare(
    actor: Actor, phase: Phase, state: PhaseState, suite: str, code: str, asked: Mapping[str, str]
) -> SuitePage:
    """`code` is empty for a suite of the phase; `asked` may name one `gate` and a mark `before`.

    Raises NotFound where there are no such gates.
    """
    if suite not in SUITES:
        raise NotFound(f"{suite[:40]} is not a suite. Suites are {', '.join(SUITES)}.")
    item = state.slices.get(code)
    is_gone = bool(code) and item is None
    title = item.title if item else phase.title
    if is_gone:
        title = get_slice(actor, phase.initiative.slug, phase.code, code).title
    live = [line(state, item, gate) for gate in gates_of(state, suite, code)]
    archived = [gone(gate) for gate in _archived(phase, code, suite, is_gone=is_gone)]
    if not live and not archived:
        raise NotFound(f"{code or f'Phase {phase.code} as a whole'} has no gate in the suite {suite}.")
    page = _plain(actor, phase, state, suite, code, title)
    if name := asked.get("gate", ""):
        return _only(page, [*live, *archived], name, asked.get("before", ""))
    return _all(page, state, live, archived)


def gates_of(state: PhaseState, suite: str, code: str) -> list[GateState]:
    """The gates of a suite in the present plan; `code` is empty for a suite of the phase."""
    item = state.slices.get(code)
    gates = item.gates if item else () if code else (*state.exit_gates, *state.extra_gates)
    return [gate for gate in gates if gate.suite == suite]


def line(state: PhaseState, item: SliceState | None, gate: GateState) -> GateLine:
    """A gate of the present plan; `item` is None for those of the phase."""
    # Nothing is asked of an extra command, but what it did is worth a badge.
    now = evidence(state, item, gate) if gate.suite == Suite.EXTRA else badge(state, item, gate)
    word = "not attested" if now == Badge.NEVER and gate.kind == GateKind.ATTESTATION else WORDS[now]
    # The gate's name stands beside the sentence.
    sentence = why(state, item, gate).removeprefix(label(item, gate)).strip()
    return _line(gate, now.value, word, sentence[:1].upper() + sentence[1:])


def gone(gate: GateState) -> GateLine:
    """A gate that the packet no longer names."""
    return _line(gate, Badge.NOT_APPLICABLE.value, "archived", "The packet no longer names it.")


def _line(gate: GateState, how: str, word: str, sentence: str) -> GateLine:
    run = gate.run
    return GateLine(
        gate=gate,
        text=plain(gate.text),
        badge=how,
        word=word,
        why=plain(sentence),
        by=f"{run.by}, {told(run.source, gate.kind)}" if run else "",
        revision=short(run.revision) if run else "",
        name=gate.key.rpartition("/")[2].rpartition(":")[2],
    )


def _archived(phase: Phase, code: str, suite: str, *, is_gone: bool) -> list[GateState]:
    """Gates that the packet no longer names, all of them where the slice itself is gone; one query."""
    gates = Gate.objects.filter(phase=phase, slice__code=code or None, suite=suite)
    return states(gates if is_gone else gates.filter(archived=True))


def states(gates: QuerySet[Gate]) -> list[GateState]:
    """Gates as a snapshot has them, which leaves the archived ones out."""
    held = gates.annotate(held=Cast("before", TextField())).order_by("position", "id")
    return [gate_state(row) for row in held.values_list(*GATE_COLUMNS)]


def _plain(actor: Actor, phase: Phase, state: PhaseState, suite: str, code: str, title: str) -> SuitePage:
    """The page without its gates."""
    paths = Paths(state.initiative)
    item = state.slices.get(code)
    url = paths.suite(state.code, code, suite)
    holder = item or state.closer
    handles = [handle for handle in (holder.owner, holder.backup) if handle] if holder else []
    words = ["python", "client.py", "run", state.initiative, state.code, *([code] if code else []), suite]
    return SuitePage(
        phase=phase,
        code=code,
        title=title,
        suite=suite,
        name=SUITES[suite],
        suite_url=url,
        url=url,
        phase_url=paths.phase(state.code),
        slice_url=paths.slice(state.code, code) if code else "",
        command=shlex.join(words),
        crew=" or ".join(handles),
        may=_may(actor, phase, item, handles) if item or not code else May(),
        is_gone=bool(code) and item is None,
    )


def _may(actor: Actor, phase: Phase, item: SliceState | None, handles: Sequence[str]) -> May:
    verbs = {"report": "report", "attest": "attest", "waive": "waive" if item else "waive_any"}
    return May(**{name: actor.may_on(verb, phase.initiative_id, handles) for name, verb in verbs.items()})


def _only(page: SuitePage, lines: Sequence[GateLine], name: str, before: str) -> SuitePage:
    """One gate with all its runs, page by page; nothing is done to it here."""
    chosen = next((one for one in lines if one.name == name), None)
    if chosen is None:
        raise NotFound(f"The {page.suite} suite has no gate {name[:40]}. Its page lists those it has.")
    runs, following = whole(page.phase, chosen.gate, before)
    url = f"{page.suite_url}?gate={name}"
    return replace(
        page,
        url=f"{url}&before={quote(before)}" if before else url,
        gates=[GateHistory(chosen, runs)],
        only=True,
        may=May(),
        next_url=f"{url}&before={following}" if following else "",
    )


def _all(page: SuitePage, state: PhaseState, live: Sequence[GateLine], gone: Sequence[GateLine]) -> SuitePage:
    """Every gate with its last runs."""
    gates = [one.gate for one in (*live, *gone)]
    found, each = recent(page.phase, gates), depth(len(gates))
    most = OPEN_OF_FEW if len(live) <= FEW else OPEN_OF_MANY
    unmet = unmet_leaves(state, page.code) if page.may.waive else {}

    def history(one: GateLine, most: int) -> GateHistory:
        runs, key = found[one.gate.id], one.gate.key
        waiver = state.waivers.get(key)
        return GateHistory(
            line=one,
            open=runs[:most],
            folded=runs[most:],
            whole_url=f"{page.suite_url}?gate={one.name}" if len(runs) >= each else "",
            waiver=waiver,
            may_withdraw=page.may.waive and waiver is not None,
            may_waive=waiver is None and key in unmet,
        )

    return replace(
        page,
        gates=[history(one, most) for one in live],
        earlier=[history(one, 0) for one in gone],
    )
