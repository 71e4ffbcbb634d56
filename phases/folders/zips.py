"""A folder in a zip. Sizes are counted while unpacking, whatever the zip says; nothing is written."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence

from phases.folders.disk import kind_fault
from phases.folders.gathering import Gathering, TooMuch, path_order, refused
from phases.folders.names import is_left_out, length_fault, name_fault
from phases.folders.shapes import Folder, Limits

_FAULTS = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    EOFError,
    OverflowError,
    IndexError,
    struct.error,
    zlib.error,
)
"""What the standard library raises for zips that are not what they say."""
_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = 30
_CHUNK = 64 * 1024
_FREE = 64 * 1024
"""Bytes that a file may become without its ratio being asked for: short texts of one letter are no bombs."""
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UTF8 = 0x800
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_AGAIN = "Zip the folder again."


def read_zip(data: bytes, name: str, limits: Limits | None = None) -> Folder:
    """Read a zip; where all lies in one folder, that is the folder, and else the zip's own name is.

    Never raises for what the bytes hold. Memory stays within the zip's size, its list of entries and
    `limits.total_bytes` of text.
    """
    limits = limits or Limits()
    stem = posixpath.basename(name.replace("\\", "/"))
    stem = (stem[:-4] if stem.lower().endswith(".zip") else stem) or "folder"
    try:
        return _read(data, stem, limits)
    except TooMuch as much:
        return refused(stem, str(much))
    except _FAULTS:
        return refused(stem, f"The file is not a zip, or it is damaged. {_AGAIN}")


def _read(data: bytes, stem: str, limits: Limits) -> Folder:
    if len(data) > limits.zip_bytes:
        raise TooMuch(f"The zip has {len(data):,} bytes; at most {limits.zip_bytes:,} are read. Zip less.")
    if data.count(_ENTRY) > limits.entries:
        # Before the list of entries is built: millions of them fit into a small zip.
        raise TooMuch(
            f"The zip has more than {limits.entries:,} entries; nothing is read. Zip the packet's own folder."
        )
    gathering = Gathering(limits)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        _refuse_overlaps(entries, archive.start_dir)
        named = _named(gathering, entries)
        top = _top(named)
        if top:
            named = {path.removeprefix(f"{top}/"): found for path, found in named.items() if path != top}
        _Unpacking(archive, gathering, len(data)).all(named)
    return gathering.folder(top or stem)


def _refuse_overlaps(entries: Sequence[zipfile.ZipInfo], end: int) -> None:
    """Entries that share bytes are how a small zip becomes a large one; no program makes such zips."""
    starts = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    following = [*(start for start, _ in starts[1:]), end][: len(starts)]
    for (start, size), after in zip(starts, following, strict=True):
        if start < 0 or start + _LOCAL_HEADER + size > after:
            raise TooMuch(f"Entries of the zip overlap, as in a zip bomb; nothing is read. {_AGAIN}")


_Named = dict[str, list[zipfile.ZipInfo]]


def _named(gathering: Gathering, entries: Sequence[zipfile.ZipInfo]) -> _Named:
    """The entries by path (a folder's without its slash), without those whose names cannot be taken."""
    named: _Named = {}
    for entry in entries:
        gathering.entry()
        name = _name(entry)
        path = name[:-1] if name.endswith("/") else name
        if any(map(is_left_out, path.split("/"))):
            gathering.left_out.add(_first_left_out(path))
        elif fault := name_fault(path):
            gathering.problem(name, fault)
        else:
            named.setdefault(path, []).append(entry)
    return named


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as its bytes were; without the mark for UTF-8 it is often UTF-8 all the same."""
    name = entry.orig_filename
    if entry.flag_bits & _UTF8 or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except ValueError:
        return name


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.orig_filename.endswith("/")


def _first_left_out(path: str) -> str:
    parts = path.split("/")
    at = next(at for at, part in enumerate(parts) if is_left_out(part))
    return "/".join(parts[: at + 1])


def _top(named: _Named) -> str:
    """The one folder that holds everything; empty where files lie beside it or there are several."""
    tops = {path.split("/", 1)[0] for path in named}
    only = tops.pop() if len(tops) == 1 else ""
    is_file = only in named and not all(map(_is_folder, named[only]))
    return "" if is_file else only


class _Unpacking:
    """Reads entries one by one, with a count of what came out of the whole zip."""

    def __init__(self, archive: zipfile.ZipFile, gathering: Gathering, size: int) -> None:
        self._archive = archive
        self._gathering = gathering
        self._most = max(16 * _FREE, size * gathering.limits.ratio)
        self._unpacked = 0

    def all(self, named: _Named) -> None:
        folders = Counter(path[:at] for path in named for at, mark in enumerate(path) if mark == "/")
        for path in sorted(named, key=path_order):
            files = [entry for entry in named[path] if not _is_folder(entry)]
            if fault := length_fault(path, self._gathering.limits) if files else "":
                self._gathering.problem(path, fault)
            elif len(files) > 1:
                why = f"The zip holds this path {len(files)} times, so none of them is read. {_AGAIN}"
                self._gathering.refuse(path, why)
            elif files and path in folders:
                why = f"The zip holds this path as a file and as a folder; the file is not read. {_AGAIN}"
                self._gathering.refuse(path, why)
            elif files:
                self._file(path, files[0])

    def _file(self, path: str, entry: zipfile.ZipInfo) -> None:
        gathering = self._gathering
        if fault := _fault(entry):
            gathering.refuse(path, fault)
        elif entry.file_size > gathering.limits.file_bytes:
            gathering.large(path, entry.file_size)
        elif entry.file_size > gathering.limits.total_bytes - gathering.total:
            gathering.past_total(path, entry.file_size)
        else:
            try:
                data = self._unpacked_bytes(entry, gathering.budget())
            except _FAULTS:
                gathering.refuse(path, f"The entry is damaged and cannot be unpacked. {_AGAIN}")
                return
            if data is None:
                why = (
                    f"The entry becomes more than {gathering.limits.ratio} times its size, as in a zip bomb."
                )
                gathering.refuse(path, f"{why} It is not read.")
            elif len(data) != entry.file_size:
                why = f"The zip says {entry.file_size:,} bytes and {len(data):,} came out. {_AGAIN}"
                gathering.refuse(path, why)
            else:
                gathering.take(path, data)

    def _unpacked_bytes(self, entry: zipfile.ZipInfo, most: int) -> bytes | None:
        """At most `most` bytes of an entry; None where they are too many for what they were packed in."""
        parts: list[bytes] = []
        size = 0
        allowed = max(_FREE, entry.compress_size * self._gathering.limits.ratio)
        with self._archive.open(entry) as file:
            while size < most and (part := file.read(min(_CHUNK, most - size))):
                size += len(part)
                self._unpacked += len(part)
                if self._unpacked > self._most:
                    text = f"The zip becomes more than {self._gathering.limits.ratio} times its size"
                    raise TooMuch(f"{text}, as in a zip bomb; nothing is read. {_AGAIN}")
                if size > allowed:
                    return None
                parts.append(part)
        return b"".join(parts)


def _fault(entry: zipfile.ZipInfo) -> str:
    """Why an entry is not unpacked, told by its header alone; empty if nothing speaks against it."""
    mode = entry.external_attr >> 16
    if mode >> 12 and (fault := kind_fault(mode)):
        return fault
    if entry.flag_bits & _ENCRYPTED:
        return "The entry is encrypted. Zip the folder without a password."
    if entry.compress_type not in _METHODS:
        return "The entry is packed in a way that is not read. Zip the folder with deflate, the usual way."
    return ""
