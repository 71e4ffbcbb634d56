"""The documents, routes and decisions of an initiative's packet folder, as its page shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phases.actions.inventories import data_of
from phases.models import ArtifactVersion, Initiative, Inventory, Phase

from .initiative_decisions import DecisionRow, decision_rows
from .paths import Paths

MOST_ROWS = 300
"""Documents, and routes, on one page; a larger folder shows one phase at a time, or what a search finds."""
OPEN_ROWS = 40
"""Documents of a folder that are all laid open at once."""
OWN = "-"
"""How an address names the initiative's own documents, which are of no phase."""
ALL, MISSING, UNLISTED = "", "missing", "unlisted"
SHOWING = ((ALL, "all"), (MISSING, "missing"), (UNLISTED, "not listed"))

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: words to find, a phase, and which documents."""

    words: str = ""
    phase: str = ""
    showing: str = ALL

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """From the address; what it cannot mean is left out."""
        showing = query.get("show", "")
        known = showing if showing in (MISSING, UNLISTED) else ALL
        return cls(query.get("q", "").strip()[:200], query.get("phase", "")[:32], known)

    @property
    def is_any(self) -> bool:
        return bool(self.words or self.phase or self.showing)

    def finds(self, *texts: str) -> bool:
        """Whether every word stands somewhere in the texts, in any case."""
        text = " ".join(texts).lower()
        return all(word in text for word in self.words.lower().split())


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document; `url` leads to its text, empty where that is not kept here.

    `unread` says why a file that is there could not be read.
    """

    folder: str
    name: str
    role: str
    look: str
    word: str
    description: str
    needs: Sequence[str]
    url: str
    unread: str


@dataclass(frozen=True, slots=True)
class Group:
    """The documents of one phase, or the initiative's own; `rows` are those that are shown."""

    code: str
    key: str
    rows: Sequence[DocumentRow]
    found: int
    missing: int
    unlisted: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class RouteRow:
    need: str
    path: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class FolderPart:
    """All that the page shows of the folder."""

    inventory: Inventory
    asked: Asked
    groups: Sequence[Group]
    total: int
    missing: int
    unlisted: int
    routes: Sequence[RouteRow]
    all_routes: int
    decisions: Sequence[DecisionRow]
    all_decisions: int
    counts: Sequence[tuple[str, int]]
    problems: Sequence[Row]
    phases: Sequence[tuple[str, str]]
    showing: Sequence[tuple[str, str]] = SHOWING

    @property
    def found(self) -> int:
        return sum(group.found for group in self.groups)


def folder_part(initiative: Initiative, phases: Iterable[Phase], asked: Asked) -> FolderPart | None:
    """What the last inventory holds, narrowed to what was asked for; three queries, or one without it."""
    row = Inventory.objects.filter(initiative=initiative).first()
    if row is None:
        return None
    data, texts = data_of(row), Texts(initiative, [phase.code for phase in phases])
    documents: list[Row] = data["documents"]
    groups = _groups(documents, asked, texts)
    routes = [one for one in data["routes"] if asked.finds(one["need"], one["path"], one["note"])]
    decisions = decision_rows(initiative, data["decisions"], asked.words, texts)
    states = [one["status"] or "unclear" for one in data["decisions"]]
    return FolderPart(
        inventory=row,
        asked=asked,
        groups=groups,
        total=len(documents),
        missing=sum(map(_is_missing, documents)),
        unlisted=sum(not one["listed"] for one in documents),
        routes=[
            RouteRow(one["need"], one["path"], one["note"], texts.url(one["path"]))
            for one in routes[:MOST_ROWS]
        ],
        all_routes=len(data["routes"]),
        decisions=decisions,
        all_decisions=len(states),
        counts=[(state, states.count(state)) for state in dict.fromkeys(sorted(states, key=_LAST.index))],
        problems=data["problems"],
        phases=[(key, _heading(key)) for key in dict.fromkeys(one["phase"] or OWN for one in documents)],
    )


_LAST = ("open", "locked", "closed", "unclear")


def _is_missing(one: Row) -> bool:
    return not one["present"] and not one["outside"]


def _heading(key: str) -> str:
    return "the initiative" if key == OWN else f"phase {key}"


class Texts:
    """Where the texts of documents are kept: versions of closure documents, and phases of packets."""

    def __init__(self, initiative: Initiative, codes: Iterable[str]) -> None:
        self._paths = Paths(initiative.slug)
        self._codes = frozenset(codes)
        self._known: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
        rows = ArtifactVersion.objects.filter(phase__initiative=initiative, retracted=0).order_by("number")
        for code, path, pk in rows.values_list("phase__code", "path", "pk"):
            self._known[path.rpartition("/")[2]][code, path] = self._paths.version(code, pk)

    def url(self, path: str, phase: str = "", role: str = "") -> str:
        """The last version of a document of the folder; of a work breakdown its phase; empty if nowhere."""
        if role == "work breakdown" and phase in self._codes:
            return self._paths.phase(phase)
        fitting = {
            code: url
            for (code, full), url in self._known.get(path.rpartition("/")[2], {}).items()
            if full == path or full.endswith(f"/{path}")
        }
        return fitting.get(phase) or next(iter(fitting.values()), "")

    def slice(self, phase: str, code: str) -> str:
        return self._paths.slice(phase, code)


def _groups(documents: Sequence[Row], asked: Asked, texts: Texts) -> list[Group]:
    found = [one for one in documents if _fits(one, asked)]
    by_phase: dict[str, list[Row]] = {}
    for one in found:
        by_phase.setdefault(one["phase"], []).append(one)
    # All at once, or group by group: a search shows the first of what it finds.
    room = MOST_ROWS if asked.is_any or len(found) <= MOST_ROWS else 0
    groups = []
    for code, rows in by_phase.items():
        shown, room = rows[:room], max(0, room - len(rows))
        groups.append(
            Group(
                code,
                code or OWN,
                [_document(one, texts) for one in shown],
                len(rows),
                sum(map(_is_missing, rows)),
                sum(not one["listed"] for one in rows),
                is_open=asked.is_any or len(found) <= OPEN_ROWS,
            )
        )
    return groups


def _fits(one: Row, asked: Asked) -> bool:
    if asked.phase and asked.phase != (one["phase"] or OWN):
        return False
    if asked.showing == MISSING and not _is_missing(one):
        return False
    if asked.showing == UNLISTED and one["listed"]:
        return False
    return asked.finds(one["path"], one["role"], one["closure"], one["description"], *one["routes"])


def _document(one: Row, texts: Texts) -> DocumentRow:
    folder, slash, name = one["path"].rstrip("/").rpartition("/")
    if one["outside"]:
        look, word = "outside", "elsewhere"
    elif not one["present"]:
        look, word = "missing", "missing"
    elif one.get("unread"):
        look, word = "unread", "not readable"
    elif not one["listed"]:
        look, word = "unlisted", "not listed"
    else:
        look, word = "present", "there"
    return DocumentRow(
        f"{folder}{slash}",
        f"{name}/" if one["path"].endswith("/") else name,
        one["closure"] or one["role"],
        look,
        word,
        one["description"],
        one["routes"],
        texts.url(one["path"], one["phase"], one["role"]),
        one.get("unread", ""),
    )
