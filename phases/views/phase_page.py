"""The phase page prepared: what the template prints, with every decision about it already taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from phases.models import Phase
from phases.permissions import Actor
from phases.rules.graph import critical_path
from phases.rules.readiness import readiness
from phases.rules.ready import UNDER_WORK, Collision, Turn, collisions, turns
from phases.rules.state import Leaf, PhaseState, SliceState, Status
from phases.rules.transitions import Transition, from_status
from phases.rules.wording import quoted, short

from .carried import trails
from .concerns_card import MOST as MOST_CONCERNS
from .concerns_card import Concerns, concerns_of
from .drawing import draw, look
from .entry import Entered, Entry
from .judging import Recordable, recordable
from .matrix import MOST, Cell, ExitLine, Matrix, Remark, exit_lines, extra_runs
from .paths import Paths
from .places import Unmet, placed
from .remarks import of_kind
from .turns import LINES, TurnLine, lines, waits
from .waivers import Waivers, waivers_of
from .way import Way, way_of
from .words import STATUS, SUITES, counted, flat, listed
from .words import Entry as Recorded

HEADS = {"acceptance": "Accept\u00adance"}
"""Where the name of a suite may break over a narrow column."""


FACTS = (("entrypoint", "Entrypoint"), ("status", "Status as written"))


@dataclass(frozen=True, slots=True)
class Verb:
    """A way on from a slice's status: a button, or what is in its way."""

    label: str
    name: str
    url: str
    needs_reason: bool
    unmet: Sequence[Unmet] = ()


@dataclass(frozen=True, slots=True)
class Row:
    item: SliceState
    url: str
    owner_url: str
    style: str
    """Class of its status; a blocked slice shows its status here and the blocker as a remark."""
    word: str
    kind: str
    """Beside its title; empty for the usual one."""
    remarks: Sequence[Remark]
    cells: Sequence[Cell | None]
    """One for each of the page's suites."""
    record: Recordable | None
    """What the viewer can record of it now."""
    verbs: Sequence[Verb]
    waits: str
    is_moving: bool


@dataclass(frozen=True, slots=True)
class PhasePage:
    phase: Phase
    state: PhaseState
    way: Way
    entry: Entry
    home: str
    url: str
    """Of this page as it was asked for, with the lists that are shown whole."""
    graph: SafeString
    critical: Sequence[str]
    """Codes of the critical path, first to last."""
    rows: Sequence[Row]
    suites: Sequence[str]
    segments: Sequence[tuple[str, str]]
    glance: str
    moving: str
    startable: str
    waiting: int
    blocked: int
    lines: Sequence[TurnLine]
    """Planned slices that wait, and what for."""
    unlisted: int
    """Those beyond these lines."""
    attention: Sequence[tuple[str, str]]
    """(`1 failed`, class) of gates, for the headline."""
    last_revision: str
    """The newest revision of the code under work, shortened."""
    exit_lines: Sequence[ExitLine]
    exit_unlisted: int
    extra: str
    """How many commands were reported for the phase as a whole that no packet asks for."""
    recent: Sequence[Recorded]
    exit_waivers: Waivers
    concerns: Concerns
    facts: Sequence[tuple[str, str]]
    """(name, text) of what the packet says of the phase, and is asked for seldom."""
    has_conditions: bool
    milestones: Mapping[str, Sequence[tuple[str, str]]]
    """(name, ISO date) of each milestone, by the map that it was written in."""
    as_written: Sequence[tuple[int, str, str]]


def prepare(
    phase: Phase,
    found: Entered,
    actor: Actor,
    entries: Sequence[Recorded],
    *,
    every: Collection[str] = (),
) -> PhasePage:
    """`every` names the lists that are shown whole, however long they are: `concerns`."""
    state = found.state
    paths = Paths(state.initiative)
    url = paths.phase(state.code)
    urls = {code: paths.slice(state.code, code) for code in state.slices}
    planned = {turn.item.code: turn for turn in turns(state)}
    startable = [code for code, turn in planned.items() if not turn.unmet]
    matrix = Matrix(state)
    path = critical_path(state)
    items = list(state.slices.values())
    looks = {item.code: look(item, item.code in startable) for item in items}
    landed = sum(item.status == Status.LANDED for item in items)
    waiting = [turn for turn in planned.values() if turn.unmet]
    way, records = _ahead(phase, state, actor)
    maker = _RowMaker(state, actor, phase.initiative_id, paths, matrix, records)
    return PhasePage(
        phase=phase,
        state=state,
        way=way,
        entry=found.entry,
        home=url,
        url="?".join([url, *(["&".join(f"{name}=all" for name in sorted(every))] if every else [])]),
        graph=draw(state, startable, urls, matrix.marks(), path=path),
        critical=path,
        rows=[maker.row(item, urls[item.code], looks[item.code], planned.get(item.code)) for item in items],
        suites=[HEADS.get(suite, SUITES[suite]) for suite in matrix.suites],
        segments=[(looks[item.code], f"{item.code}: {STATUS[item.status]}") for item in items],
        glance=f"{landed} of {len(items)} landed",
        moving=listed(item.code for item in items if item.status in UNDER_WORK),
        startable=listed(startable),
        waiting=len(waiting),
        blocked=sum(one == "blocked" for one in looks.values()),
        unlisted=max(0, len(waiting) - LINES),
        lines=lines(waiting, urls, maker.mine),
        attention=matrix.counts(),
        last_revision=short(state.last_revision),
        exit_lines=exit_lines(state),
        exit_unlisted=max(0, len(state.exit_gates) - MOST),
        extra=extra_runs(state.extra_gates),
        recent=entries,
        exit_waivers=waivers_of(state, phase, actor),
        concerns=concerns_of(
            state,
            actor,
            phase.initiative_id,
            most=None if "concerns" in every else MOST_CONCERNS,
            trails=trails(state),
        ),
        facts=[(word, str(said)) for key, word in FACTS if (said := state.about.get(key))],
        has_conditions=any(item.is_conditional for item in items),
        milestones=_milestones(state),
        as_written=flat(state.about.get("as_written") or {}),
    )


def _ahead(phase: Phase, state: PhaseState, actor: Actor) -> tuple[Way, Mapping[str, Recordable]]:
    """What can be done now; the requirement tree, thousands of objects, is let go of before rows are made."""
    found = readiness(state, brief=True)
    return way_of(phase, found, actor), recordable(phase, found, actor)


def _milestones(state: PhaseState) -> Mapping[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in state.about.get("milestones", ()):
        groups.setdefault(one["group"].replace("_", " "), []).append(
            (one["key"].replace("_", " "), one["date"])
        )
    return groups


class _RowMaker:
    """Makes rows for one viewer."""

    def __init__(
        self,
        state: PhaseState,
        actor: Actor,
        initiative_id: int,
        paths: Paths,
        matrix: Matrix,
        records: Mapping[str, Recordable],
    ) -> None:
        self.state, self.actor, self.matrix, self.paths = state, actor, matrix, paths
        self.initiative_id, self.records = initiative_id, records
        self.mine = {handle for where, handle in actor.handles if where == initiative_id}
        self.owners = {
            item.owner: (paths.owner(item.owner), actor.may_on("move", initiative_id, [item.owner]))
            for item in state.slices.values()
        }
        self.waived = Counter(key.partition("/")[0].partition(":")[2] for key in state.waivers)

    def row(self, item: SliceState, url: str, how: str, turn: Turn | None) -> Row:
        unmet = turn.unmet if turn else ()
        owner_url, mine = self.owners[item.owner]
        mine = mine or (bool(item.backup) and self.actor.may_on("move", self.initiative_id, [item.backup]))
        return Row(
            item=item,
            url=url,
            owner_url=owner_url,
            style="ready" if how == "ready" else item.status.value,
            word="can start" if how == "ready" else STATUS[item.status],
            kind=_kind(item),
            remarks=self._remarks(item, turn),
            cells=self.matrix.cells(item),
            record=self.records.get(item.code),
            verbs=self._verbs(item, url, turn) if mine else (),
            waits=waits(unmet),
            is_moving=item.status in UNDER_WORK,
        )

    def _verbs(self, item: SliceState, url: str, turn: Turn | None) -> list[Verb]:
        """A planned slice has one way on, and its turn knows already what is in the way."""
        rows = from_status(item.status)
        return [
            verb(row, url, self._placed(turn.unmet if turn else row.unmet(self.state, item))) for row in rows
        ]

    def _placed(self, leaves: Sequence[Leaf]) -> list[Unmet]:
        return placed(leaves, self.paths, self.state.code, self.mine)

    def _remarks(self, item: SliceState, turn: Turn | None) -> list[Remark]:
        found = [Remark(f"■ Blocked: {quoted(blocker.text)}", "fail") for blocker in item.blockers]
        found += of_kind(self.state, item, self.mine)
        found += self.matrix.remarks(item)
        if item.declared_in:
            found.append(Remark(f"by declaration of packet revision {item.declared_in}"))
        if self.waived[item.code]:
            found.append(Remark(counted(self.waived[item.code], "waiver"), "warn"))
        found += [Remark(collision(one), "warn") for one in self._collisions(item, turn)]
        return found

    def _collisions(self, item: SliceState, turn: Turn | None) -> Sequence[Collision]:
        if turn is not None:
            return turn.collides_with
        return collisions(self.state, item) if item.status in UNDER_WORK else ()


def _kind(item: SliceState) -> str:
    if item.kind == "build":
        return ""
    return f"{item.kind}, inferred" if item.kind_inferred else item.kind


def verb(row: Transition, url: str, unmet: Sequence[Unmet]) -> Verb:
    """A row of the transition table as a button of the slice at `url`, or as what is in its way."""
    return Verb(row.label, row.verb, f"{url}{row.verb.replace('_', '-')}/", row.needs_reason, unmet)


def collision(found: Collision) -> str:
    more = f" and {counted(len(found.paths) - 1, 'more path')}" if len(found.paths) > 1 else ""
    return f"collides with {found.code} on {found.paths[0]}{more}"
