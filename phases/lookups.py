"""From the names in a URL to rows, as far as the actor may see them: the first line of every view."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Concat

from .errors import NotFound
from .models import (
    Artifact,
    ArtifactVersion,
    Concern,
    Disposition,
    Finding,
    Initiative,
    Owner,
    PacketRevision,
    Phase,
    Slice,
    Waiver,
)
from .permissions import Actor
from .prepared import Prepared


def visible_initiatives(actor: Actor) -> QuerySet[Initiative]:
    if not actor.roles and not actor.scopes:
        return Initiative.objects.none()
    if actor.only_initiative is not None:
        return Initiative.objects.filter(pk=actor.only_initiative)
    return Initiative.objects.all()


def get_initiative(actor: Actor, slug: str) -> Initiative:
    found = visible_initiatives(actor).filter(slug=slug).first() if _storable(slug) else None
    if found is None:
        # The same for one that exists and one that does not: it tells a token of nothing beyond its own.
        beyond = " that this token may see" if actor.only_initiative is not None else ""
        raise NotFound(f"There is no initiative {slug}{beyond}.")
    return found


def get_phase(actor: Actor, slug: str, code: str) -> Phase:
    """With initiative and packet revision (its text left out), in one query."""
    rows = _PHASE(slug, code) if _storable(slug, code) else []
    if not rows or not actor.sees(rows[0][0]):
        get_initiative(actor, slug)
        raise NotFound(f"Initiative {slug} has no phase {code}.")
    return _phase_of(rows[0])


def current(phase: Phase) -> Phase:
    """The same phase read again: inside a transaction, as it is there."""
    return _phase_of(_SAME_PHASE(phase.pk)[0])


_INITIATIVE_COLUMNS = ("id", "slug", "title", "seq", "head", "created_at")
_PHASE_COLUMNS = (
    "id",
    "initiative_id",
    "code",
    "title",
    "revision_id",
    "seq",
    "about",
    "places",
    "last_revision",
    "closed",
    "handed_off",
)
_REVISION_COLUMNS = ("id", "phase_id", "number", "file_name", "sha256", "imported_by", "imported_at")
_COLUMNS = (
    *(f"initiative__{name}" for name in _INITIATIVE_COLUMNS),
    *_PHASE_COLUMNS,
    *(f"revision__{name}" for name in _REVISION_COLUMNS),
)
_PHASE = Prepared(
    lambda slug, code: Phase.objects.filter(initiative__slug=slug, code=code).values_list(*_COLUMNS), str, str
)
_SAME_PHASE = Prepared(lambda pk: Phase.objects.filter(pk=pk).values_list(*_COLUMNS), int)


def _phase_of(row: tuple[Any, ...]) -> Phase:
    """A phase with initiative and revision, of the values of `_COLUMNS`; what is not read is deferred."""
    first, second = len(_INITIATIVE_COLUMNS), len(_INITIATIVE_COLUMNS) + len(_PHASE_COLUMNS)
    phase = Phase.from_db(DEFAULT_DB_ALIAS, _PHASE_COLUMNS, row[first:second])
    phase.initiative = Initiative.from_db(DEFAULT_DB_ALIAS, _INITIATIVE_COLUMNS, row[:first])
    if phase.revision_id is not None:
        phase.revision = PacketRevision.from_db(DEFAULT_DB_ALIAS, _REVISION_COLUMNS, row[second:])
    return phase


def _storable(*names: str) -> bool:
    """PostgreSQL keeps no NUL and neither database half a character: such a name names nothing."""
    return all(
        "\0" not in name and not any("\ud800" <= letter <= "\udfff" for letter in name) for name in names
    )


def get_slice(actor: Actor, slug: str, phase_code: str, code: str) -> Slice:
    """Also an archived one: its history stays reachable. Its phase is as `get_phase` answers it.

    In one query, with owner, backup and what its latest disposition says.
    """
    rows = _SLICE(slug, phase_code, code) if _storable(slug, phase_code, code) else []
    if not rows or not actor.sees(rows[0][0]):
        get_phase(actor, slug, phase_code)
        raise NotFound(f"Phase {phase_code} has no slice {code}.")
    return _slice_of(rows[0])


_SLICE_COLUMNS = tuple(field.attname for field in Slice._meta.concrete_fields)
_OWNER_COLUMNS = ("id", "initiative_id", "handle")
_DISPOSITION_COLUMNS = (
    "id",
    "number",
    "verdict",
    "summary",
    "reason",
    "revision",
    "links",
    "criteria",
    "watchpoints",
    "by",
    "at",
    "document",
)


class Scan(NamedTuple):
    """The newest scan result in JSON that belongs to a conditional slice."""

    version: int
    number: int
    path: str
    content: str


_MOST_SCANNED = 65_536
"""Bytes of a scan result that is read along with its slice."""

_ANSWER = '"triggered"'


def _scan() -> Case:
    """Its four values as lines of one text: named after the slice, or expected by it. It costs no query."""
    line = Value("\n")
    named = Concat(Value("/"), OuterRef("code"), Value("_"))
    found = ArtifactVersion.objects.filter(
        phase=OuterRef("phase"),
        retracted=0,
        redacted=False,
        size__lte=_MOST_SCANNED,
        path__iendswith=".json",
        content__contains=_ANSWER,
    ).annotate(
        rooted=Concat(Value("/"), "path"),
        said=Concat(
            Cast("pk", TextField()),
            line,
            Cast("number", TextField()),
            line,
            "path",
            line,
            "content",
            output_field=TextField(),
        ),
    )
    expected = Artifact.objects.filter(slice=OuterRef(OuterRef("pk")), archived=False).values("path")
    newest = found.filter(Q(rooted__icontains=named) | Q(path__in=expected)).order_by("-pk")
    return Case(
        When(kind="conditional", then=Subquery(newest.values("said")[:1])),
        default=Value(""),
        output_field=TextField(),
    )


def scan_of(row: Slice) -> Scan | None:
    """What `get_slice` read beside the slice."""
    said = row.__dict__.get("scan") or ""
    if not said:
        return None
    pk, number, path, content = said.split("\n", 3)
    return Scan(int(pk), int(number), path, content)


_SLICE = Prepared(
    lambda slug, phase, code: Slice.objects.filter(
        phase__initiative__slug=slug, phase__code=phase, code=code
    ).values_list(
        *(f"phase__{name}" for name in _COLUMNS),
        *_SLICE_COLUMNS,
        *(f"{role}__{name}" for role in ("owner", "backup") for name in _OWNER_COLUMNS),
        *(f"disposition__{name}" for name in _DISPOSITION_COLUMNS),
        _scan(),
    ),
    str,
    str,
    str,
)


def _slice_of(values: tuple[Any, ...]) -> Slice:
    """A slice with its phase, owner, backup and disposition, of the values that `_SLICE` selects."""
    *row, scan = values
    own = len(_COLUMNS) + len(_SLICE_COLUMNS)
    people = own + len(_OWNER_COLUMNS)
    last = people + len(_OWNER_COLUMNS)
    found = Slice.from_db(DEFAULT_DB_ALIAS, _SLICE_COLUMNS, row[len(_COLUMNS) : own])
    found.phase = _phase_of(tuple(row[: len(_COLUMNS)]))
    found.__dict__["scan"] = scan
    found.owner = Owner.from_db(DEFAULT_DB_ALIAS, _OWNER_COLUMNS, row[own:people])
    if found.backup_id is not None:
        found.backup = Owner.from_db(DEFAULT_DB_ALIAS, _OWNER_COLUMNS, row[people:last])
    if found.disposition_id is not None:
        found.disposition = Disposition.from_db(DEFAULT_DB_ALIAS, _DISPOSITION_COLUMNS, row[last:])
    return found


def get_owner(actor: Actor, slug: str, handle: str) -> Owner:
    """With its initiative, in one query."""
    found = Owner.objects.select_related("initiative").filter(initiative__slug=slug, handle=handle)
    owner = found.first() if _storable(slug, handle) else None
    if owner is None or not actor.sees(owner.initiative_id):
        get_initiative(actor, slug)
        raise NotFound(f"Initiative {slug} has no owner {handle}.")
    return owner


def get_concern(actor: Actor, slug: str, pk: int) -> Concern:
    initiative = get_initiative(actor, slug)
    found = Concern.objects.select_related("phase", "slice__owner", "slice__backup", "owner")
    concern = found.filter(phase__initiative=initiative, pk=pk).first()
    if concern is None:
        raise NotFound(f"Initiative {slug} has no concern {pk}.")
    return concern


def get_finding(actor: Actor, slug: str, pk: int) -> Finding:
    initiative = get_initiative(actor, slug)
    found = Finding.objects.select_related("phase__initiative", "slice", "about", "disposition")
    finding = found.filter(phase__initiative=initiative, pk=pk).first()
    if finding is None:
        raise NotFound(f"Initiative {slug} has no finding {pk}.")
    return finding


def get_version(actor: Actor, slug: str, phase_code: str, pk: int) -> ArtifactVersion:
    phase = get_phase(actor, slug, phase_code)
    version = ArtifactVersion.objects.filter(phase=phase, pk=pk).first()
    if version is None:
        raise NotFound(f"Phase {phase_code} has no version {pk} of any artifact.")
    version.phase = phase
    return version


def get_waiver(actor: Actor, slug: str, pk: int) -> Waiver:
    initiative = get_initiative(actor, slug)
    waiver = Waiver.objects.select_related("phase").filter(phase__initiative=initiative, pk=pk).first()
    if waiver is None:
        raise NotFound(f"Initiative {slug} has no waiver {pk}.")
    return waiver
