"""What can be found in an initiative, read from the database: a constant number of queries for several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from phases.find import Row
from phases.models import Concern, Finding, Initiative, Owner, Phase, Slice
from phases.models.ledger import ConcernKind, ConcernOutcome
from phases.packets.packet import SliceKind
from phases.rules.state import Status

from .find_documents import Documents, documents_of
from .paths import Paths
from .words import STATUS, counted, listed

OPEN, CLOSED = ConcernOutcome.OPEN, (Status.LANDED, Status.DEFERRED)
LONGEST = 300
"""Characters of a text by which something is found, and which is shown of it."""


@dataclass(slots=True)
class _Work:
    """All of one initiative; rows name each other by id, which is quicker than joining them."""

    slug: str
    paths: Paths
    phases: dict[int, Phase] = field(default_factory=dict)
    slices: dict[int, Slice] = field(default_factory=dict)
    owners: dict[int, tuple[str, list[str]]] = field(default_factory=dict)
    """By id the handle and the names of its members."""
    concerns: list[Concern] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def handle(self, owner: int | None) -> str:
        return self.owners[owner][0] if owner else ""

    def place(self, phase: int, item: int | None) -> tuple[str, str, str]:
        """Codes of a phase and a slice, empty if there is none, and the address of their page."""
        code, own = self.phases[phase].code, self.slices[item].code if item else ""
        return code, own, self.paths.slice(code, own) if own else self.paths.phase(code)


def rows_of(initiatives: Sequence[Initiative]) -> dict[int, list[Row]]:
    """All that can be found in each of them, by its id, in the order in which equals are shown."""
    works = {one.pk: _Work(one.slug, Paths(one.slug)) for one in initiatives}
    of_phase: dict[int, _Work] = {}
    for phase in _phases(works):
        of_phase[phase.pk] = works[phase.initiative_id]
        of_phase[phase.pk].phases[phase.pk] = phase
    for item in _slices(works):
        of_phase[item.phase_id].slices[item.pk] = item
    for pk, owner, handle, member in _owners(works):
        _, members = works[pk].owners.setdefault(owner, (handle, []))
        members.extend([member] if member else ())
    for concern in _concerns(works):
        of_phase[concern.phase_id].concerns.append(concern)
    for finding in _findings(works):
        of_phase[finding.phase_id].findings.append(finding)
    documents = documents_of(initiatives)
    return {one.pk: list(_rows(one, works[one.pk], documents[one.pk])) for one in initiatives}


def _phases(ids: Iterable[int]) -> Iterable[Phase]:
    found = Phase.objects.filter(initiative__in=ids).order_by("code")
    return found.only("initiative_id", "code", "title", "handed_off")


def _slices(ids: Iterable[int]) -> Iterable[Slice]:
    found = Slice.objects.filter(phase__initiative__in=ids).order_by("phase__code", "position")
    columns = ("code", "title", "kind", "status", "decision", "archived")
    return found.only(*columns, "phase_id", "owner_id", "backup_id")


def _owners(ids: Iterable[int]) -> Iterable[tuple[int, int, str, str | None]]:
    """A line for each member, and one for an owner without any."""
    found = Owner.objects.filter(initiative__in=ids).order_by("handle", "memberships__user__username")
    return found.values_list("initiative_id", "id", "handle", "memberships__user__username")


def _concerns(ids: Iterable[int]) -> Iterable[Concern]:
    found = Concern.objects.filter(phase__initiative__in=ids, archived=False)
    return found.only("phase_id", "slice_id", "owner_id", "kind", "text", "state")


def _findings(ids: Iterable[int]) -> Iterable[Finding]:
    found = Finding.objects.filter(phase__initiative__in=ids)
    return found.only("phase_id", "slice_id", "title", "severity", "state")


def _rows(initiative: Initiative, work: _Work, documents: Documents) -> Iterator[Row]:
    now = [item for item in work.slices.values() if not item.archived]
    blocked = {one.slice_id for one in work.concerns if one.kind == ConcernKind.BLOCKER and one.state == OPEN}
    every = Counter(item.phase_id for item in now)
    landed = Counter(item.phase_id for item in now if item.status == Status.LANDED)
    owns = Counter(item.owner_id for item in now)
    yield from (_slice(item, work, item.pk in blocked) for item in work.slices.values())
    yield from (_phase(one, work, f"{landed[pk]} of {every[pk]}") for pk, one in work.phases.items())
    number = counted(len(work.phases), "phase")
    slug, url = work.slug, work.paths.initiative
    yield Row("initiative", "", slug, url, slug, status=number, also=initiative.title)
    yield from (_owner(work, handle, members, owns[pk]) for pk, (handle, members) in work.owners.items())
    yield from documents.rows
    yield from documents.decisions
    yield from (_decision(item, work) for item in now if item.kind == SliceKind.CONDITIONAL)
    yield from (_concern(one, work) for one in work.concerns)
    yield from (_finding(one, work) for one in work.findings)


def _slice(item: Slice, work: _Work, has_blocker: bool) -> Row:
    phase, code, url = work.place(item.phase_id, item.pk)
    owner, backup = work.handle(item.owner_id), work.handle(item.backup_id)
    word, look = STATUS[item.status], item.status
    if item.archived:
        word, look = "no longer in the packet", ""
    elif has_blocker and item.status not in CLOSED:
        word, look = f"{word}, blocked", "blocked"
    also = f"{owner} {backup} {item.kind}"
    return Row("slice", code, item.title, url, work.slug, phase, word, look, owner, also)


def _phase(phase: Phase, work: _Work, landed: str) -> Row:
    status = "handed off" if phase.handed_off else f"{landed} landed"
    code, url = phase.code, work.paths.phase(phase.code)
    title = f"Phase {code}{f': {phase.title}' if phase.title else ''}"
    return Row("phase", code, title, url, work.slug, code, status, also=work.slug)


def _owner(work: _Work, handle: str, members: Sequence[str], owns: int) -> Row:
    status, where = f"owns {counted(owns, 'slice')}", listed(members) or "no members"
    url = work.paths.owner(handle)
    return Row("owner", "", handle, url, work.slug, "", status, "", where, " ".join(members))


def _decision(item: Slice, work: _Work) -> Row:
    phase, code, home = work.place(item.phase_id, item.pk)
    title, owner = f"Decision on {code}: {item.title}", work.handle(item.owner_id)
    status = item.decision or "not decided"
    return Row("decision", "", title, f"{home}#decision", work.slug, phase, status, where=owner)


def _concern(one: Concern, work: _Work) -> Row:
    phase, code, home = work.place(one.phase_id, one.slice_id)
    owner, kind = work.handle(one.owner_id), ConcernKind(one.kind).label.lower()
    url, status = f"{home}#concern-{one.pk}", f"{kind}, {one.state}"
    look = "blocked" if one.kind == ConcernKind.BLOCKER and one.state == OPEN else ""
    where, also = " · ".join(filter(None, (code, owner))), f"{code} {owner} {kind}"
    return Row("concern", "", short(one.text), url, work.slug, phase, status, look, where, also)


def _finding(one: Finding, work: _Work) -> Row:
    phase, code, home = work.place(one.phase_id, one.slice_id)
    url, status = f"{home}#finding-{one.pk}", f"{one.severity}, {one.state}"
    where, also = f"found by {code}", f"{code} finding {one.pk}"
    return Row("finding", "", short(one.title), url, work.slug, phase, status, "", where, also)


def short(text: str) -> str:
    """The beginning of a text, in one line."""
    line = " ".join(text[: 2 * LONGEST].split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
