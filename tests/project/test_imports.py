"""Who may call whom (DESIGN, "The rooms"): downward only, and nothing pure knows Django."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The two pure rooms stand on the same floor: lint asks the graph for cycles, rules know kinds of slices.
PURE_ROOMS = {"packets", "rules"}
SHARED = {"errors", "permissions", "lookups", "prepared"}
BELOW_ACTIONS = {"folders", "models", "rows", "snapshot", "replay", "triggers"} | PURE_ROOMS | SHARED
WEB = {
    "actions",
    "find",
    "handoff",
    "moments",
    "outline",
    "paths",
    "shapes",
    "readiness_shapes",
    "forms",
    "htmx",
    "middleware",
} | BELOW_ACTIONS

# room of phases/ -> the rooms it may import, itself always included
MAY_IMPORT: dict[str, set[str]] = {
    "packets": {"rules"},
    "rules": {"packets"},
    "client": set(),
    "find": set(),
    "folders": set(),
    "errors": PURE_ROOMS,
    "models": {"errors"} | PURE_ROOMS,
    "prepared": set(),
    "permissions": {"models", "errors", "prepared"},
    "moments": {"errors"} | PURE_ROOMS,
    "outline": BELOW_ACTIONS,
    "paths": PURE_ROOMS,
    "shapes": BELOW_ACTIONS | {"paths"},
    "readiness_shapes": BELOW_ACTIONS | {"moments", "paths", "shapes"},
    "lookups": {"models", "permissions", "errors", "prepared"},
    "rows": {"models", "prepared"} | PURE_ROOMS,
    "snapshot": {"models", "rows"} | PURE_ROOMS | SHARED,
    "replay": {"models", "rows", "snapshot"} | PURE_ROOMS | SHARED,
    "triggers": {"models"} | PURE_ROOMS,
    "handoff": {"models", "snapshot", "replay", "errors"} | PURE_ROOMS,
    "actions": BELOW_ACTIONS | {"handoff"},
    "htmx": set(),
    "middleware": {"errors"},
    "forms": BELOW_ACTIONS | {"actions"},
    # They print what views prepare: one floor, as the templates themselves.
    "templatetags": BELOW_ACTIONS | {"views"},
    "views": WEB,
    # Its documentation is a page, made with the pages' own base; no page knows the API.
    "api": WEB | {"views"},
    "management": WEB | {"demo", "client"},
    "demo": BELOW_ACTIONS | {"actions"},
    "admin": {"models"},
    "checks": {"models"},
    "apps": {"models", "checks"},
    "urls": {"views", "api", "rules"},
    "migrations": {"models"} | PURE_ROOMS,
}
PURE = (*sorted(PURE_ROOMS), "client", "find", "folders")
KNOW_REQUESTS = {"views", "api", "htmx", "middleware", "forms", "urls", "admin", "templatetags"}
REQUEST_MODULES = ("django.http", "django.shortcuts", "django.views", "django_htmx", "ninja")

Import = tuple[str, int, str]


def room_of(file: Path) -> str:
    """The first part of the path inside phases/: `packets` for packets/reader.py, `api` for api.py."""
    return file.relative_to(ROOT / "phases").parts[0].removesuffix(".py")


def imports_of(file: Path) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of each import, wherever in the file it stands."""
    package = file.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


ALL = [
    (room_of(file), f"{file.relative_to(ROOT)}:{line}", name)
    for file in sorted((ROOT / "phases").rglob("*.py"))
    for line, name in imports_of(file)
]


def test_every_room_has_a_place_in_the_table():
    rooms = {room_of(file) for file in (ROOT / "phases").rglob("*.py")} - {"__init__"}
    assert rooms <= set(MAY_IMPORT)


def test_imports_go_downward_only():
    wrong = []
    for room, place, name in ALL:
        parts = name.split(".")
        if parts[0] == "phases" and room in MAY_IMPORT and len(parts) > 1:
            wrong += [f"{place} imports {name}"] if parts[1] not in MAY_IMPORT[room] | {room} else []
    assert not wrong


def test_the_table_itself_has_no_way_back():
    for room, below in MAY_IMPORT.items():
        backward = {other for other in below if room in MAY_IMPORT.get(other, set())}
        assert backward <= PURE_ROOMS - {room}, f"{room} and {backward} may import each other"


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_know_no_django(room):
    known = ("django", "ninja", "environ", "tracker")
    assert [f"{place} {name}" for r, place, name in ALL if r == room and name.split(".")[0] in known] == []


def test_only_views_and_api_see_requests():
    low = [row for row in ALL if row[0] not in KNOW_REQUESTS | set(PURE)]
    # Http404 and the like are requests' business too, so the whole modules are out of bounds.
    assert [f"{place} {name}" for _, place, name in low if name.startswith(REQUEST_MODULES)] == []


def test_a_relative_import_is_seen(tmp_path, monkeypatch):
    monkeypatch.setitem(imports_of.__globals__, "ROOT", tmp_path)
    file = tmp_path / "phases" / "rules" / "graph.py"
    file.parent.mkdir(parents=True)
    file.write_text("from ..models import plan\nfrom . import readiness\n")
    assert list(imports_of(file)) == [(1, "phases.models.plan"), (2, "phases.rules.readiness")]
