"""Finding slices, phases, owners, documents, decisions, concerns and findings by a few letters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.core.cache import cache
from django.http import HttpResponse
from django.urls import Resolver404, resolve, reverse

from phases.find import KINDS, Found, Index, Near, Row, find
from phases.lookups import visible_initiatives
from phases.permissions import Actor

from .base import Request, page, render
from .find_rows import rows_of

TEMPLATE, REGION = "find.html", "results"
MOST_LETTERS = 200
MOST, MOST_OF_ONE_KIND = 12, 60
"""Things that are shown of all kinds, and of one that was chosen."""
KEPT_S = 24 * 3600
"""How long an index is kept that nobody asks for."""

_KEY = "find-1-{}"
"""Another number where rows say something else. One for an initiative: an index may be large."""
_SLUG = re.compile(r"[-\w]{1,100}")


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; `more_url` leads to the `more` that are not shown."""

    kind: str
    word: str
    rows: Sequence[tuple[Row, str]]
    """Each with a line that says where it belongs."""
    more: int
    more_url: str


@dataclass(frozen=True, slots=True)
class FindPage:
    """What was asked, and what was found, kinds with the best one first."""

    words: str
    is_cut: bool
    kind: str
    near: Near
    groups: Sequence[Group]
    total: int
    is_guess: bool
    all_url: str

    @property
    def shown(self) -> int:
        return sum(len(group.rows) for group in self.groups)


WORDS = {
    "slice": "Slices",
    "phase": "Phases",
    "initiative": "Initiatives",
    "owner": "Owners",
    "document": "Documents",
    "decision": "Decisions",
    "concern": "Concerns",
    "finding": "Findings",
}


@page("see")
def show(request: Request) -> HttpResponse:
    """The page to find things on, or only what was found."""
    return render(request, TEMPLATE, REGION, {"found": prepare(request)})


def prepare(request: Request) -> FindPage:
    """Search all that the viewer may see; one query, and eight more where something has changed."""
    said = request.GET.get("q", "")
    words = _printable(said[:MOST_LETTERS])
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    near = _near(request)
    indexes = list(_indexes(request.actor)) if words else []
    most = MOST_OF_ONE_KIND if kind else MOST
    found = find(indexes, words, near, kind=kind, most=most)
    url = f"{reverse('find')}?{urlencode({'q': words} | _asked(near))}"
    groups = _groups(found, near, url)
    return FindPage(
        words=words,
        is_cut=len(said) > MOST_LETTERS,
        kind=kind,
        near=near,
        groups=groups,
        total=sum(found.counts.values()),
        is_guess=found.is_guess,
        all_url=url,
    )


def _printable(text: str) -> str:
    """What can be shown again, and stands in an address."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def _groups(found: Found, near: Near, url: str) -> list[Group]:
    by_kind: dict[str, list[tuple[Row, str]]] = defaultdict(list)
    for row in found.rows:
        by_kind[row.kind].append((row, _where(row, near)))
    return [
        Group(kind, WORDS[kind], rows, found.counts[kind] - len(rows), f"{url}&kind={kind}")
        for kind, rows in by_kind.items()
    ]


def _where(row: Row, near: Near) -> str:
    """The initiative, unless it goes without saying, the phase, and what else the row says of it."""
    initiative = row.initiative if row.kind != "initiative" and row.initiative != near.initiative else ""
    phase = f"phase {row.phase}" if row.phase and row.kind != "phase" else ""
    return " · ".join(filter(None, (initiative, phase, row.where)))


def _asked(near: Near) -> dict[str, str]:
    said = {"initiative": near.initiative, "phase": near.phase}
    return {name: value for name, value in said.items() if value}


def _near(request: Request) -> Near:
    """Where the viewer came from: as the address says it, or the page that asks or that they left."""
    asked = Near(request.GET.get("initiative", "")[:100], request.GET.get("phase", "")[:32])
    if _SLUG.fullmatch(asked.initiative):
        return asked._replace(phase=_printable(asked.phase))
    left = request.htmx.current_url if request.htmx else request.headers.get("Referer", "")
    try:
        match = resolve(urlsplit(left or "").path)
    except (Resolver404, ValueError):
        return Near()
    return Near(str(match.kwargs.get("slug", "")), str(match.kwargs.get("phase", "")))


def _indexes(actor: Actor) -> Sequence[Index]:
    """One for each initiative that the actor may see, made once for each position of its ledger."""
    initiatives = list(visible_initiatives(actor).order_by("slug"))
    kept = cache.get_many([_KEY.format(one.pk) for one in initiatives])
    found: dict[int, Index] = {}
    for one in initiatives:
        head, index = kept.get(_KEY.format(one.pk), ("", None))
        if head and head == one.head:
            found[one.pk] = index
    missing = [one for one in initiatives if one.pk not in found]
    new = {pk: Index(rows) for pk, rows in rows_of(missing).items()} if missing else {}
    cache.set_many({_KEY.format(one.pk): (one.head, new[one.pk]) for one in missing if one.head}, KEPT_S)
    found |= new
    return [found[one.pk] for one in initiatives]
