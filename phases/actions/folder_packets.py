"""The work breakdowns of a folder, and which initiative the folder is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from phases.folders import Folder, FolderFile, FolderProblem, is_work_breakdown
from phases.models import Initiative
from phases.packets import Packet, Problem, Reading, choose_initiative, read_packet
from phases.packets.initiative import slugify


@dataclass(frozen=True, slots=True)
class FolderPacket:
    """A work breakdown of a folder; `initiative` is the slug that was told, or empty."""

    path: str
    reading: Reading
    initiative: str


def home_of(folder: Folder) -> str:
    """Where the work breakdowns lie, if that is one folder further below; empty for the folder itself."""
    homes = {_above(file.path) for file in folder.files if is_work_breakdown(file.path)}
    return homes.pop() if len(homes) == 1 else ""


def homed(folder: Folder) -> Folder:
    """The folder that holds the work breakdowns, where that is not the folder itself."""
    home = home_of(folder)
    if not home:
        return folder
    inside = tuple(
        replace(file, path=file.path[len(home) + 1 :]) for file in folder.files if _is_in(file.path, home)
    )
    problems = [
        replace(one, path=one.path[len(home) + 1 :]) if _is_in(one.path, home) else one
        for one in folder.problems
    ]
    if beside := len(folder.files) - len(inside):
        text = f"The packet is in {home}/; {beside} files beside that folder were left out."
        problems.insert(0, FolderProblem("", text))
    return Folder(home.rpartition("/")[2], inside, tuple(problems))


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _is_in(path: str, home: str) -> bool:
    return path.startswith(f"{home}/")


def packets_of(folder: Folder, *, given: str, max_bytes: int) -> tuple[FolderPacket, ...]:
    """The work breakdowns at the top of a folder, read; `given` is the initiative that was chosen.

    Those further below are documents: examples, archives and drafts lie there.
    """
    files = [file for file in folder.files if _is_top(file.path)]
    readings = [(file.path, _read(file, max_bytes)) for file in files]
    known = {file.path for file in folder.files}
    readings += [
        (one.path, _unreadable(one.message))
        for one in folder.problems
        if _is_top(one.path) and one.path not in known
    ]
    said = [reading.initiative for _, reading in readings]
    return tuple(
        FolderPacket(
            path, reading, choose_initiative(reading, given=given, siblings=said, folder=folder.name)
        )
        for path, reading in readings
    )


def _is_top(path: str) -> bool:
    return "/" not in path and is_work_breakdown(path)


def _read(file: FolderFile, max_bytes: int) -> Reading:
    """The packet in a file; it stays known by the hash of the file's bytes."""
    if file.text is None:
        return _unreadable(file.why_not)
    return replace(read_packet(file.text, file_name=file.path, max_bytes=max_bytes), sha256=file.sha256)


def _unreadable(why_not: str) -> Reading:
    return Reading(None, (Problem("error", "unreadable", why_not),))


def initiative_of(folder: Folder, packets: Sequence[FolderPacket], *, given: str) -> str:
    """The slug of the initiative that a folder's documents are of; empty if nothing tells it.

    What was given wins; else what most of its packets say; else, without packets, the initiative that
    is there already by the folder's name.
    """
    if given:
        return slugify(given)
    told = [one.initiative for one in packets if one.reading.packet and one.initiative]
    if told:
        return max(dict.fromkeys(told), key=told.count)
    name = slugify(folder.name)
    return name if Initiative.objects.filter(slug=name).exists() else ""


def accepted(packets: Sequence[FolderPacket], initiative: str) -> list[Packet]:
    """The packets of an initiative that can be imported."""
    return [one.reading.packet for one in packets if one.reading.packet and one.initiative == initiative]
