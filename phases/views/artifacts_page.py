"""The page of one version prepared: its text, what was read from it, and the versions beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from phases.errors import NotFound
from phases.models import ArtifactVersion, Event, Phase
from phases.permissions import Actor
from phases.snapshot import load

from . import reading
from .artifacts_diff import Diff, compare
from .artifacts_rows import VersionRow, latest
from .artifacts_text import Shown, shown
from .paths import Paths
from .reading import Reading
from .words import Entry, entry

Asked = Mapping[str, str]
"""Parameters of the address: `plain`, `line`, `against`."""


@dataclass(frozen=True, slots=True)
class Other:
    """A version in the list beside the text."""

    row: VersionRow
    url: str
    against_url: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class VersionPage:
    phase: Phase
    row: ArtifactVersion
    folder: str
    name: str
    url: str
    phase_url: str
    documents_url: str
    versions: Sequence[Other]
    total: int
    counts: bool
    """Whether it is the version that its document counts by."""
    afterwards: Sequence[Entry]
    """What was taken back or away, by whom and why."""
    came: str
    shown: Shown | None = None
    reading: Reading | None = None
    against: VersionRow | None = None
    diff: Diff | None = None

    @property
    def is_plain(self) -> bool:
        return self.shown is not None and self.shown.is_plain


def prepare(phase: Phase, row: ArtifactVersion, asked: Asked, actor: Actor) -> VersionPage:
    """At most seven queries after the version's. Raises NotFound where none can be compared."""
    rows = latest(phase, row.path)
    same = [one for one in rows if one.path == row.path]
    paths = Paths(phase.initiative.slug)
    folder, slash, name = row.path.rpartition("/")
    mine = next((one for one in same if one.id == row.pk), None)
    page = VersionPage(
        phase=phase,
        row=row,
        folder=f"{folder}{slash}",
        name=name,
        url=paths.version(phase.code, row.pk),
        phase_url=paths.phase(phase.code),
        documents_url=paths.documents(phase.code),
        versions=[_other(one, row, paths, phase.code) for one in same],
        total=same[0].total if same else 1,
        counts=mine is not None and mine.nth == 1 and not row.retracted,
        afterwards=_afterwards(phase, row),
        came=mine.came if mine else "",
    )
    if row.url or row.redacted:
        return page
    if "against" in asked:
        return _compared(page, same, asked["against"])
    return _read(page, rows, asked, actor)


def _other(one: VersionRow, row: ArtifactVersion, paths: Paths, phase: str) -> Other:
    can = not (one.id == row.pk or one.url or one.redacted or row.url or row.redacted)
    against = f"{paths.version(phase, row.pk)}?against={one.number}" if can else ""
    return Other(one, paths.version(phase, one.id), against, one.id == row.pk)


def _afterwards(phase: Phase, row: ArtifactVersion) -> list[Entry]:
    """The entries that took it back or its text away; no query where there are none."""
    if not (row.retracted or row.redacted):
        return []
    about = Q(seq=row.retracted) if row.retracted else Q()
    if row.redacted:
        about |= Q(verb="redact", target=f"event:{row.seq}")
    return [entry(one) for one in Event.objects.filter(about, initiative=phase.initiative_id).order_by("seq")]


def _compared(page: VersionPage, same: Sequence[VersionRow], number: str) -> VersionPage:
    """What came and went since the other version, the older one first."""
    other = next((one for one in same if str(one.number) == number), None)
    if other is None or other.url or other.redacted:
        raise NotFound(f"There is no version {number[:12]} of {page.name} whose text could be compared.")
    content = ArtifactVersion.objects.values_list("content", flat=True).get(pk=other.id)
    mine = page.row.content
    old, new = (content, mine) if other.number <= page.row.number else (mine, content)
    return replace(page, against=other, diff=compare(old, new))


def _read(page: VersionPage, rows: Sequence[VersionRow], asked: Asked, actor: Actor) -> VersionPage:
    row, phase = page.row, page.phase
    paths = Paths(phase.initiative.slug)
    addresses = {one.path: paths.version(phase.code, one.id) for one in rows}
    beside = {one.path.removeprefix(page.folder): addresses[one.path] for one in rows if page.folder}
    text = shown(
        row.path,
        row.content,
        {**beside, **addresses},
        plain="plain" in asked,
        line=_number(asked.get("line", "")),
    )

    def link(line: int) -> str:
        return f"#L{line}" if text.has(line) else f"{page.url}?plain=&line={line}#L{line}"

    read = reading.prepare(
        load(phase),
        row.path,
        row.key,
        row.content,
        link=link,
        actor=actor,
        phase=phase,
        known=None if row.retracted else set(addresses),
    )
    # What does not count is no ground to record anything on.
    return replace(page, shown=text, reading=replace(read, ways=()) if row.retracted else read)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
