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
    """What the slices, concerns and findings of one initiative say of each other."""

    slices: list[Slice] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    owners: dict[int, tuple[str, list[str]]] = field(default_factory=dict)
    """By id the handle and the names of its members."""
    concerns: list[Concern] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def rows_of(initiatives: Sequence[Initiative]) -> dict[int, list[Row]]:
    """All that can be found in each of them, by its id, in the order in which equals are shown."""
    ids = [one.pk for one in initiatives]
    works = {pk: _Work() for pk in ids}
    for phase in Phase.objects.filter(initiative__in=ids).order_by("code").defer("about"):
        works[phase.initiative_id].phases.append(phase)
    for item in _slices(ids):
        works[item.phase.initiative_id].slices.append(item)
    for pk, owner, handle, member in _owners(ids):
        _, members = works[pk].owners.setdefault(owner, (handle, []))
        members.extend([member] if member else ())
    for concern in _concerns(ids):
        works[concern.phase.initiative_id].concerns.append(concern)
    for finding in _findings(ids):
        works[finding.phase.initiative_id].findings.append(finding)
    documents = documents_of(initiatives)
    return {one.pk: list(_rows(one, works[one.pk], documents[one.pk])) for one in initiatives}


def _slices(ids: Iterable[int]) -> Iterable[Slice]:
    found = Slice.objects.filter(phase__initiative__in=ids).select_related("phase", "owner", "backup")
    columns = ("code", "title", "kind", "status", "decision", "archived")
    places = ("phase__code", "phase__initiative_id", "owner__handle", "backup__handle")
    return found.order_by("phase__code", "position").only(*columns, *places)


def _owners(ids: Iterable[int]) -> Iterable[tuple[int, int, str, str | None]]:
    """A line for each member, and one for an owner without any."""
    found = Owner.objects.filter(initiative__in=ids).order_by("handle", "memberships__user__username")
    return found.values_list("initiative_id", "id", "handle", "memberships__user__username")


def _concerns(ids: Iterable[int]) -> Iterable[Concern]:
    found = Concern.objects.filter(phase__initiative__in=ids, archived=False)
    places = ("phase__code", "phase__initiative_id", "slice__code", "owner__handle")
    return found.select_related("phase", "slice", "owner").only("kind", "text", "state", *places)


def _findings(ids: Iterable[int]) -> Iterable[Finding]:
    found = Finding.objects.filter(phase__initiative__in=ids).select_related("phase", "slice")
    places = ("phase__code", "phase__initiative_id", "slice__code")
    return found.only("title", "severity", "state", *places)


def _rows(initiative: Initiative, work: _Work, documents: Documents) -> Iterator[Row]:
    paths, slug = Paths(initiative.slug), initiative.slug
    now = [item for item in work.slices if not item.archived]
    blocked = {one.slice_id for one in work.concerns if one.kind == ConcernKind.BLOCKER and one.state == OPEN}
    every = Counter(item.phase_id for item in now)
    landed = Counter(item.phase_id for item in now if item.status == Status.LANDED)
    owns = Counter(item.owner_id for item in now)
    yield from (_slice(item, slug, paths, item.pk in blocked) for item in work.slices)
    yield from (_phase(one, slug, paths, f"{landed[one.pk]} of {every[one.pk]}") for one in work.phases)
    number = counted(len(work.phases), "phase")
    yield Row("initiative", "", slug, paths.initiative, slug, status=number, also=initiative.title)
    for pk, (handle, members) in work.owners.items():
        yield _owner(handle, members, slug, paths, owns[pk])
    yield from documents.rows
    yield from documents.decisions
    yield from (_decision(item, slug, paths) for item in now if item.kind == SliceKind.CONDITIONAL)
    yield from (_concern(one, slug, paths) for one in work.concerns)
    yield from (_finding(one, slug, paths) for one in work.findings)


def _slice(item: Slice, slug: str, paths: Paths, is_blocked: bool) -> Row:
    word = STATUS[item.status]
    is_blocked = is_blocked and item.status not in CLOSED
    look = "blocked" if is_blocked else item.status
    return Row(
        "slice",
        item.code,
        item.title,
        paths.slice(item.phase.code, item.code),
        slug,
        item.phase.code,
        "no longer in the packet" if item.archived else f"{word}, blocked" if is_blocked else word,
        "" if item.archived else look,
        item.owner.handle,
        f"{item.owner.handle} {item.backup.handle if item.backup else ''} {item.kind}",
    )


def _phase(phase: Phase, slug: str, paths: Paths, landed: str) -> Row:
    status = "handed off" if phase.handed_off else f"{landed} landed"
    title = f"Phase {phase.code}{f': {phase.title}' if phase.title else ''}"
    return Row("phase", phase.code, title, paths.phase(phase.code), slug, phase.code, status, also=slug)


def _owner(handle: str, members: Sequence[str], slug: str, paths: Paths, owns: int) -> Row:
    status, where = f"owns {counted(owns, 'slice')}", listed(members) or "no members"
    return Row("owner", "", handle, paths.owner(handle), slug, "", status, "", where, " ".join(members))


def _decision(item: Slice, slug: str, paths: Paths) -> Row:
    status = item.decision or "not decided"
    url = f"{paths.slice(item.phase.code, item.code)}#decision"
    title = f"Decision on {item.code}: {item.title}"
    return Row("decision", "", title, url, slug, item.phase.code, status, where=item.owner.handle)


def _concern(one: Concern, slug: str, paths: Paths) -> Row:
    phase, code = one.phase.code, one.slice.code if one.slice else ""
    home = paths.slice(phase, code) if code else paths.phase(phase)
    owner = one.owner.handle if one.owner else ""
    kind = ConcernKind(one.kind).label.lower()
    return Row(
        "concern",
        "",
        short(one.text),
        f"{home}#concern-{one.pk}",
        slug,
        phase,
        f"{kind}, {one.state}",
        "blocked" if one.kind == ConcernKind.BLOCKER and one.state == OPEN else "",
        " · ".join(filter(None, (code, owner))),
        f"{code} {owner} {kind}",
    )


def _finding(one: Finding, slug: str, paths: Paths) -> Row:
    phase, code = one.phase.code, one.slice.code
    url = f"{paths.slice(phase, code)}#finding-{one.pk}"
    status, also = f"{one.severity}, {one.state}", f"{code} finding {one.pk}"
    return Row("finding", "", short(one.title), url, slug, phase, status, where=f"found by {code}", also=also)


def short(text: str) -> str:
    """The beginning of a text, in one line."""
    line = " ".join(text[: 2 * LONGEST].split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
