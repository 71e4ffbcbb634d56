"""Documents and decisions that can be found: what packets ask for, what was attached, what folders list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery

from phases.actions.inventories import data_of
from phases.find import Row
from phases.models import Artifact, ArtifactVersion, Initiative, Inventory

from .paths import Paths

Entry = Mapping[str, Any]


@dataclass(slots=True)
class Documents:
    """Of one initiative."""

    rows: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class _Document:
    """A path of a phase: its newest version, if there is any, and the slices that ask for it."""

    pk: int = 0
    number: int = 0
    codes: list[str] = field(default_factory=list)


Known = dict[tuple[str, str], _Document]
"""By code of the phase and path."""


def documents_of(initiatives: Iterable[Initiative]) -> dict[int, Documents]:
    """By id of the initiative; three queries."""
    ids = [one.pk for one in initiatives]
    known = _known(ids)
    folders = {row.initiative_id: row for row in _inventories(ids)}
    found = {}
    for one in initiatives:
        data = data_of(folders[one.pk]) if one.pk in folders else {}
        listed: Sequence[Entry] = data.get("documents", ())
        rows = [*_kept(one.slug, known[one.pk]), *_listed(one.slug, listed, known[one.pk])]
        found[one.pk] = Documents(rows, [_decision(one.slug, each) for each in data.get("decisions", ())])
    return found


def _known(ids: Iterable[int]) -> dict[int, Known]:
    found: dict[int, Known] = defaultdict(lambda: defaultdict(_Document))
    versions = ArtifactVersion.objects.filter(phase__initiative__in=ids, retracted=0).order_by("number")
    for initiative, code, path, pk, number in versions.values_list(
        "phase__initiative_id", "phase__code", "path", "pk", "number"
    ):
        document = found[initiative][code, path]
        document.pk, document.number = pk, number
    asked = Artifact.objects.filter(slice__phase__initiative__in=ids, archived=False)
    for initiative, phase, code, path in asked.order_by("slice__position", "id").values_list(
        "slice__phase__initiative_id", "slice__phase__code", "slice__code", "path"
    ):
        found[initiative][phase, path].codes.append(code)
    return found


def _inventories(ids: Iterable[int]) -> Iterable[Inventory]:
    last = Inventory.objects.filter(initiative=OuterRef("initiative")).order_by("-number").values("pk")[:1]
    return Inventory.objects.filter(initiative__in=ids, pk=Subquery(last))


def _kept(slug: str, known: Known) -> Iterator[Row]:
    paths = Paths(slug)
    for (phase, path), one in known.items():
        status = f"version {one.number}" if one.pk else "not attached"
        asked = f"for {', '.join(one.codes[:3])}" if one.codes else ""
        url = paths.version(phase, one.pk) if one.pk else f"{paths.slice(phase, one.codes[0])}#artifacts"
        yield _row(slug, path, url, phase, status, asked, " ".join(one.codes))


def _listed(slug: str, documents: Iterable[Entry], known: Known) -> Iterator[Row]:
    """What the folder lists, but for what is kept anyway."""
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for phase, path in known:
        names[path.rpartition("/")[2]].append((phase, path))
    home = Paths(slug).initiative
    for one in documents:
        path = one["path"]
        same = names.get(path.rpartition("/")[2], ())
        if any(f"/{full}".endswith(f"/{path}") for _, full in same):
            continue
        name = path.rstrip("/").rpartition("/")[2]
        url = f"{home}?{urlencode({'q': path[:200]})}#folder"
        if one["role"] == "work breakdown" and one["phase"]:
            url = Paths(slug).phase(one["phase"])
        about = f"{one['role']} {one['description'][:200]}"
        yield _row(slug, path, url, one["phase"], _presence(one), one["closure"] or one["role"], about, name)


def _presence(one: Entry) -> str:
    if one["outside"]:
        return "elsewhere"
    return ("there" if one["listed"] else "not listed") if one["present"] else "missing"


def _row(
    slug: str, path: str, url: str, phase: str, status: str, where: str, about: str, name: str = ""
) -> Row:
    folder, _, last = path.rpartition("/")
    shown = " · ".join(filter(None, (where, folder)))
    return Row("document", "", name or last, url, slug, phase, status, where=shown, also=f"{folder} {about}")


def _decision(slug: str, one: Entry) -> Row:
    url = f"{Paths(slug).initiative}#decision-{one['code']}"
    title = one["title"] or "Without a title"
    return Row(
        "decision",
        one["code"],
        title,
        url,
        slug,
        status=one["status"] or "unclear",
        where=one["owner"],
        also=f"{one['owner']} {one['summary'][:200]}",
    )
