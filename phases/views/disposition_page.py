"""The page where a disposition is written, prepared: what it is about, who may write it, what is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from phases.actions.decisions import takes_decision
from phases.actions.drafts import draft_of
from phases.actions.recording import NewDisposition, next_number
from phases.actions.rounds import TAKES_ROUNDS, require_reviewer
from phases.errors import Forbidden, NotFound
from phases.models import Disposition, Draft, Slice
from phases.permissions import Actor
from phases.rules.criteria import Criterion
from phases.rules.dispositions import decision_leaf, posture_leaf
from phases.rules.reviews import approval, default_scope
from phases.rules.state import PhaseState, SliceState, Status, Verdict
from phases.rules.transitions import by_verb
from phases.snapshot import load

from . import disposition_decision as decision
from . import disposition_posture as posture
from . import disposition_round as round_
from .disposition_form import Written, decision_asked, posture_asked, read, round_asked
from .disposition_prefill import Filled, filled_from, source
from .kept import writer_field
from .paths import Paths
from .places import Unmet, placed
from .reading_from import ReadFrom, ScanSaid, read_from, scan_said
from .words import STATUS

Part = round_.Round | decision.Decision | posture.Posture


class Subject:
    """The slice that a disposition is written about, as it is now. Raises NotFound where it takes none."""

    def __init__(self, row: Slice) -> None:
        self.row, self.state = row, load(row.phase)
        found = self.state.slices.get(row.code)
        if found is None:
            raise NotFound(f"{row.code} is no longer in the packet, so no disposition is recorded on it.")
        if not (found.is_reviewing or found.is_conditional or found.kind == "readiness"):
            raise NotFound(f"{row.code} is a {found.kind} slice, which takes no disposition.")
        self.item: SliceState = found

    @cached_property
    def criteria(self) -> list[Criterion]:
        """Of a conditional slice."""
        return decision.criteria(self.row, self.state)

    @property
    def latest(self) -> int:
        """Id of the latest disposition that counts, or 0."""
        return self.item.round.id if self.item.round else 0

    def started(self) -> Written:
        """The form before anything is written."""
        if self.item.is_reviewing:
            return round_.started(self.state, self.item)
        return decision.started(self.criteria) if self.item.is_conditional else Written()

    def filled(self, actor: Actor, key: str, *, insists: bool) -> Filled | None:
        """The form filled in from a version; None where there is none, or nobody could send it."""
        found = (
            None if self.why_closed() or self.why_not(actor) else source(self.row.phase, self.row, actor, key)
        )
        if found is None:
            return None
        paths = Paths(self.state.initiative)
        return filled_from(self.item, found, self.started(), paths, self.state.code, insists=insists)

    def asked(self, written: Written) -> NewDisposition:
        """What is to be recorded. Raises Invalid for what the form lacks."""
        if self.item.is_reviewing:
            return round_asked(written, default_scope(self.state, self.item))
        if self.item.is_conditional:
            return decision_asked(written, decision.offered(self.criteria))
        return posture_asked(written)

    def part(self, actor: Actor, written: Written) -> Part:
        """What the page shows of this kind."""
        if self.item.is_reviewing:
            return round_.prepare(self.row, self.state, self.item, actor, written)
        mine = actor.handles_in(self.row.phase.initiative_id)
        if self.item.is_conditional:
            return decision.prepare(self.state, self.item, self.criteria, written, mine)
        return posture.prepare(self.state, self.item, mine)

    def outlook(self, written: Written) -> list[tuple[str, str]]:
        """(sentence, tone) of what is written so far."""
        if self.item.is_reviewing:
            return round_.outlook(self.state, self.item, written)
        if self.item.is_conditional:
            return decision.outlook(self.criteria, written)
        return posture.outlook(self.state, self.item)

    def on_top(self, written: Written) -> Written:
        """The same, to be recorded after what somebody else has recorded meanwhile."""
        rechecks = round_.without_overtaken(self.item, written)
        return replace(written, seen=self.latest, rechecks=rechecks)

    def why_not(self, actor: Actor) -> str:
        """Why this person may not record it; empty if they may."""
        phase, item = self.row.phase, self.item
        try:
            if item.is_reviewing:
                require_reviewer(actor, phase, self.state, item, default_scope(self.state, item))
            else:
                actor.require("decide", phase.initiative_id, (item.owner, item.backup))
        except Forbidden as error:
            return str(error)
        return ""

    def why_closed(self) -> str:
        """Why nobody can record it at this moment; empty if it can be recorded."""
        item = self.item
        if self.state.handed_off:
            return f"Phase {self.state.code} was handed off, so nothing is recorded on {item.code} any more."
        if item.status in TAKES_ROUNDS if item.is_reviewing else takes_decision(self.state, item):
            return ""
        if item.status == Status.PLANNED:
            return f"{item.code} is planned: this can be recorded once it is in progress."
        return f"{item.code} is {STATUS[item.status]}, so this is settled. Reopening it asks for a new one."


@dataclass(frozen=True, slots=True)
class DispositionPage:
    row: Slice
    item: SliceState
    heading: str
    look: str
    word: str
    url: str
    slice_url: str
    phase_url: str
    owner_url: str
    last_revision: str
    why_not: str
    why_closed: str
    waits: Sequence[Unmet]
    """Of a planned slice, what its start waits for."""
    is_open: bool
    """Whether the form is shown."""
    written: Written
    draft: Draft | None
    meanwhile: Disposition | None
    """What somebody recorded since this was begun."""
    latest: Disposition | None
    so_far: str
    """What the disposition that counts comes to."""
    is_stale: bool
    """Whether an approval no longer counts, as `so_far` says."""
    part: Part
    outlook: Sequence[tuple[str, str]]
    writer: str
    filled: Filled | None = None
    """The document that was asked for, whether the form holds what was read from it or not."""
    read_from: ReadFrom | None = None
    """The document that what is shown was filled in from."""
    scan: ScanSaid | None = None
    focus: int = 0
    """The row that was added just now."""

    @property
    def asks_for_a_reason(self) -> bool:
        """A decision that has criteria may differ from them; what is written is never hidden."""
        return bool(self.row.trigger_criteria and self.item.is_conditional) or bool(self.written.reason)

    def address(self, verb: str) -> str:
        return f"{self.url}{verb}/"

    @property
    def record_url(self) -> str:
        return self.address("record")

    @property
    def draft_url(self) -> str:
        return self.address("draft")

    @property
    def drop_url(self) -> str:
        return self.address("drop")


def prepare(
    subject: Subject,
    actor: Actor,
    written: Written | None,
    focus: int = 0,
    filled: Filled | None = None,
) -> DispositionPage:
    """`written` is what was sent just now; without it the draft is shown, or the form as it begins.

    `filled` is what was read from a document; it takes the place of a draft only where that was asked for.
    """
    row, state, item = subject.row, subject.state, subject.item
    draft = filled.draft if filled else draft_of(actor, row)
    saved = read(draft.data) if draft else None
    begun = written or (filled.written if filled and filled.is_shown else None) or saved or subject.started()
    overtaken = begun.seen is not None and begun.seen != subject.latest
    shown = subject.on_top(begun)
    why_not, why_closed = subject.why_not(actor), subject.why_closed()
    paths = Paths(state.initiative)
    start, mine = by_verb(item.status, "start"), actor.handles_in(row.phase.initiative_id)
    return DispositionPage(
        row=row,
        item=item,
        heading=_heading(item),
        look=item.status,
        word=STATUS[item.status],
        url=paths.verb(state.code, item.code, "disposition"),
        slice_url=paths.slice(state.code, item.code),
        phase_url=paths.phase(state.code),
        owner_url=paths.owner(item.owner),
        last_revision=state.last_revision,
        why_not=why_not,
        why_closed=why_closed,
        waits=placed(start.unmet(state, item), paths, state.code, mine) if start else (),
        is_open=not (why_not or why_closed) or written is not None or draft is not None,
        written=shown,
        draft=draft,
        meanwhile=row.disposition if overtaken else None,
        latest=row.disposition,
        so_far=_so_far(state, item),
        is_stale=_is_stale(state, item),
        part=subject.part(actor, shown),
        outlook=subject.outlook(shown),
        writer=writer_field(actor.name) if actor.name else "",
        filled=filled,
        read_from=read_from(state, shown.document),
        scan=scan_said(row, state) if item.is_conditional else None,
        focus=focus,
    )


def _so_far(state: PhaseState, item: SliceState) -> str:
    if item.is_reviewing:
        return approval(state, item).why
    return posture_leaf(state, item).why if item.kind == "readiness" else decision_leaf(state, item).why


def _is_stale(state: PhaseState, item: SliceState) -> bool:
    last = item.round
    if last is None or not item.is_reviewing or last.verdict == Verdict.NOT_READY:
        return False
    return approval(state, item).verb == "review"


def _heading(item: SliceState) -> str:
    if item.is_reviewing:
        return f"Round {next_number(item)} of {item.code}"
    return f"{'Decision on' if item.is_conditional else 'Posture of'} {item.code}"
