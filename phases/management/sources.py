"""What the paths of `import_packet` lead to: single packets, and folders with all that is in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from phases.actions.folder_packets import FolderPacket, home_of, homed, initiative_of, packets_of
from phases.actions.folders import limits
from phases.folders import Folder, read_folder
from phases.packets import Problem, Reading, choose_initiative, read_packet

from .answering import Usage

PATTERN = "*WORKBREAKDOWN.y*ml"


class Source(NamedTuple):
    """A packet to import: its path as it can be printed, its file's name, and what was read."""

    path: str
    name: str
    reading: Reading
    initiative: str


@dataclass(frozen=True, slots=True)
class SingleFile:
    """A path that names a packet."""

    path: Path

    def sources(self, given: str) -> Iterator[Source]:
        """The packet, read now."""
        reading = _read_or_refuse(self.path)
        slug = _initiative(self.path, reading, given)
        yield Source(shown(self.path), shown(self.path.name), reading, slug)


@dataclass(frozen=True, slots=True)
class PacketFolder:
    """A path that names a folder; what is in it was read. `initiative` is the one of its documents."""

    path: Path
    folder: Folder
    packets: tuple[FolderPacket, ...]
    initiative: str

    def sources(self, given: str) -> Iterator[Source]:
        """Its packets, each with the path of its file; `given` was minded when they were read."""
        for one in self.packets:
            yield Source(shown(self.path / one.path), one.path, one.reading, one.initiative)


def shown(path: Path | str) -> str:
    """A path as text that can be stored and printed, also where its name is not UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def find(names: list[str], given: str) -> list[SingleFile | PacketFolder]:
    """What to import, each thing once. Raises Usage where a name leads nowhere; nothing is written yet."""
    found: dict[Path, SingleFile | PacketFolder] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            found.setdefault(path.resolve(), _folder(path, given))
        elif path.is_file():
            found.setdefault(path.resolve(), SingleFile(path))
        else:
            raise Usage(f"There is no file or folder {name}.")
    inside = {
        (folder.path / one.path).resolve()
        for folder in found.values()
        if isinstance(folder, PacketFolder)
        for one in folder.packets
    }
    return [one for path, one in found.items() if path not in inside]


def _folder(path: Path, given: str) -> PacketFolder:
    bounds = limits(packet_bytes=settings.PACKET_MAX_BYTES)
    read = read_folder(path, bounds)
    folder = homed(read)
    packets = packets_of(folder, given=given, max_bytes=settings.PACKET_MAX_BYTES)
    slug = initiative_of(folder, packets, given=given)
    if not packets and (not slug or not folder.files):
        why = " ".join(one.message for one in folder.problems[:3] if not one.path)
        raise Usage(f"The folder {shown(path)} has no packet: a packet's file is named {PATTERN}. {why}")
    return PacketFolder(path / home_of(read), folder, packets, slug)


def read_file(path: Path) -> Reading:
    """Read a packet's file; of one that is too large, no more than it takes to know so. Raises OSError."""
    limit = settings.PACKET_MAX_BYTES
    with path.open("rb") as file:
        text = file.read(limit + 1)
    return read_packet(text, file_name=shown(path.name), max_bytes=limit)


def _read_or_refuse(path: Path) -> Reading:
    try:
        return read_file(path)
    except OSError as error:
        text = f"The file cannot be read: {error.strerror}. Give the user of this command the right to."
        return Reading(None, (Problem("error", "unreadable", text),))


def _initiative(path: Path, reading: Reading, given: str) -> str:
    folder = path.resolve().parent
    if given or reading.initiative:
        return choose_initiative(reading, given=given)
    siblings = [each for each in sorted(folder.glob(PATTERN)) if each.name != path.name]
    return choose_initiative(reading, siblings=map(_told_by, siblings), folder=shown(folder.name))


def _told_by(sibling: Path) -> str:
    try:
        return read_file(sibling).initiative
    except OSError:
        return ""
