"""Where the closure documents of a folder belong: which phase, under which path of its packet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from phases.folders import Folder, FolderFile
from phases.models import Artifact, Initiative, Phase
from phases.packets import Packet
from phases.packets.artifacts import is_pass_document
from phases.packets.inventory import phase_codes, phase_of
from phases.rules.touching import tidy

from .ledger import why_frozen

_EQUAL, _BELOW, _WITHIN, _NAMED = 4, 3, 2, 1
"""How well a file answers an expected path: it is the path; its end; the path is its end; the name alone."""


@dataclass(frozen=True, slots=True)
class Expecting:
    """A phase as far as documents are concerned: the paths that its packet expects."""

    code: str
    paths: frozenset[str] = frozenset()
    home: str = ""
    """Folder of the packet's entrypoint in the repository."""
    frozen: str = ""
    """Why nothing of it changes; empty while it can."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A file of the folder as a document of a phase, at the path that the packet knows it by."""

    phase: str
    path: str
    file: FolderFile


@dataclass(slots=True)
class Places:
    """The closure documents of a folder, and what could not be placed: path and reason."""

    placed: list[Placed] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def expecting(initiative: Initiative | None, packets: Iterable[Packet] = ()) -> dict[str, Expecting]:
    """The phases of an initiative by code, as they are once `packets` have been imported."""
    found = _stored(initiative) if initiative else {}
    for packet in packets:
        known = found.get(packet.phase)
        if known is None or not known.frozen:
            paths = frozenset(one.path for item in packet.slices for one in item.artifacts)
            found[packet.phase] = Expecting(packet.phase, paths, _home(packet.entrypoint))
    return found


def _stored(initiative: Initiative) -> dict[str, Expecting]:
    rows = Artifact.objects.filter(
        slice__phase__initiative=initiative, archived=False, slice__archived=False
    ).values_list("slice__phase__code", "path")
    paths: dict[str, set[str]] = defaultdict(set)
    for code, path in rows:
        paths[code].add(path)
    phases = Phase.objects.filter(initiative=initiative).defer("revision")
    return {
        phase.code: Expecting(
            phase.code,
            frozenset(paths[phase.code]),
            _home(str(phase.about.get("entrypoint") or "")),
            why_frozen(phase) if phase.handed_off else "",
        )
        for phase in phases
    }


def _home(entrypoint: str) -> str:
    return tidy(entrypoint).rpartition("/")[0]


def place(folder: Folder, phases: Mapping[str, Expecting]) -> Places:
    """Files that a packet expects, and all documents of runtime pass folders, each by its phase."""
    found = Places()
    homes = {phase.home for phase in phases.values()} - {""}
    best: dict[tuple[str, str], list[tuple[int, FolderFile]]] = defaultdict(list)
    answered: dict[str, set[str]] = defaultdict(set)
    by_name = _by_name(phases.values())
    for file in folder.files:
        for code, path in by_name.get(file.path.rpartition("/")[2], ()):
            if how := _answers(file.path, path, folder.name, homes):
                best[code, path].append((how, file))
    for (code, path), files in sorted(best.items()):
        how = max(each for each, _ in files)
        fitting = [file for each, file in files if each == how]
        if len(fitting) > 1:
            names = ", ".join(file.path for file in fitting[:4])
            why = f"{path} of phase {code} could be any of {names}. Leave one of them in the folder."
            found.problems.append((fitting[0].path, why))
            continue
        answered[fitting[0].path].add(code)
        found.placed.append(Placed(code, path, fitting[0]))
    _place_passes(found, folder, phases, answered)
    found.placed.sort(key=lambda one: (one.phase, one.path))
    return found


def _by_name(phases: Iterable[Expecting]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for phase in phases:
        for path in phase.paths:
            found[tidy(path).rpartition("/")[2]].append((phase.code, path))
    return found


def _answers(file: str, expected: str, folder: str, homes: Iterable[str]) -> int:
    """How well a file of the folder answers an expected path; 0 where it does not."""
    path = tidy(expected)
    if path in (file, f"{folder}/{file}") or path.endswith(f"/{folder}/{file}"):
        return _EQUAL
    if "/" in file and path.endswith(f"/{file}"):
        return _BELOW
    if file.endswith(f"/{path}"):
        return _WITHIN
    # A bare name says little: there is a README in many folders.
    return _NAMED if any(path == f"{home}/{file}" for home in homes) else 0


def _place_passes(
    found: Places, folder: Folder, phases: Mapping[str, Expecting], answered: Mapping[str, set[str]]
) -> None:
    """The documents of pass folders that no packet names, beside those that it does."""
    passes = [file for file in folder.files if is_pass_document(file.path)]
    codes = {*phases, *phase_codes(file.path for file in passes)}
    prefixes = {code: _prefix(phases[code], found.placed) for code in phases}
    strangers: dict[tuple[str, str], int] = Counter()
    for file in passes:
        code = phase_of(file.path, codes)
        if code not in phases:
            strangers[code, file.path.split("/", 1)[0]] += not answered.get(file.path)
        elif code not in answered.get(file.path, ()):
            found.placed.append(Placed(code, f"{prefixes[code]}{file.path}", file))
    for (code, top), count in strangers.items():
        if count:
            found.problems.append((top, _stranger(code, count)))


def _prefix(phase: Expecting, placed: Sequence[Placed]) -> str:
    """What stands before the folder's own paths in the repository, as the packet writes paths."""
    told = Counter(
        one.path[: -len(one.file.path)]
        for one in placed
        if one.phase == phase.code and one.path.endswith(f"/{one.file.path}")
    )
    return told.most_common(1)[0][0] if told else f"{phase.home}/" if phase.home else ""


def _stranger(code: str, count: int) -> str:
    are = "1 document of it is" if count == 1 else f"{count} documents of it are"
    if not code:
        return f"The name of the folder tells no phase, so {are} listed only. Name the phase in it."
    return (
        f"Phase {code} has not been imported, so {are} listed only. "
        "Import its work breakdown, then the folder again."
    )
