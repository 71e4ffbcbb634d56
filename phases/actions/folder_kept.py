"""A folder that waits to be applied: what of it is kept between preview and apply.

Of the README, the decision register and the documents that become versions the texts are kept, of
every other file only name, size and hash. All of it goes when the folder is applied or discarded.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, replace

from phases.folders import Folder, FolderFile, FolderProblem
from phases.models import Initiative
from phases.packets import Packet

from .folder_contents import README, REGISTER
from .folder_places import expecting, place


def reduced(folder: Folder, initiative: str, packets: Iterable[Packet]) -> Folder:
    """The folder without the texts that importing it has no use for."""
    known = Initiative.objects.filter(slug=initiative).first()
    placed = place(folder, expecting(known, packets)).placed
    needed = {one.file.path for one in placed}
    files = (
        file if file.path in needed or file.path.lower() in (README, REGISTER) else replace(file, text=None)
        for file in folder.files
    )
    return replace(folder, files=tuple(files))


def written(folder: Folder) -> str:
    """A folder as text, to be kept: its JSON packed piece by piece, so that no second copy of it is held."""
    packer = zlib.compressobj()
    pieces = (
        packer.compress(piece.encode())
        for piece in json.JSONEncoder(sort_keys=True).iterencode(asdict(folder))
    )
    return base64.b64encode(b"".join((*pieces, packer.flush()))).decode()


def read(text: str) -> Folder:
    """The folder that was kept as this text."""
    kept = json.loads(zlib.decompress(base64.b64decode(text)))
    files = tuple(FolderFile(**file) for file in kept["files"])
    return Folder(kept["name"], files, tuple(FolderProblem(**one) for one in kept["problems"]))
