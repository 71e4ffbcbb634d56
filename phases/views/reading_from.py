"""The document that a disposition was read from, and the scan that helps with a decision; no query."""

from __future__ import annotations

from typing import NamedTuple

from phases.lookups import scan_of
from phases.models import Slice
from phases.packets.closure import code_in, read_closure
from phases.rules.state import PhaseState

from .paths import Paths


class ReadFrom(NamedTuple):
    label: str
    url: str


class ScanSaid(NamedTuple):
    """`the scan of <name> says not triggered, line 4`."""

    name: str
    word: str
    look: str
    line: int
    url: str


def read_from(state: PhaseState, key: str) -> ReadFrom | None:
    """The version with this key, by its name where the plan has it as the latest; None without a key."""
    number = key.removeprefix("version:")
    if not number.isdigit():
        return None
    pk = int(number)
    label = "a document of this phase"
    for item in state.slices.values():
        for one in item.artifacts:
            if one.version is not None and one.version.id == pk:
                label = f"{one.path.rpartition('/')[2]}, version {one.version.number}"
    return ReadFrom(label, Paths(state.initiative).version(state.code, pk))


def scan_said(row: Slice, state: PhaseState) -> ScanSaid | None:
    """What the newest scan result of a conditional slice answers; None where there is none that does."""
    scan = scan_of(row)
    expected = {one.path for one in state.slices[row.code].artifacts} if row.code in state.slices else set()
    if scan is None or (scan.path not in expected and code_in(scan.path) != row.code):
        return None
    found = read_closure(scan.content, path=scan.path).triggered
    if found is None:
        return None
    look = "triggered" if found.triggered else "not_triggered"
    url = (
        f"{Paths(state.initiative).version(state.code, scan.version)}?plain=&line={found.line}#L{found.line}"
    )
    return ScanSaid(scan.path.rpartition("/")[2], look.replace("_", " "), look, found.line, url)
