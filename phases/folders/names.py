"""Names of files: which cannot be taken, which are left out, and how any name can be shown."""

from __future__ import annotations

import re
import unicodedata
from fnmatch import fnmatchcase

from phases.folders.shapes import Limits

_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
"""Control characters, and those that make a name read as another one."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_TOOLS = frozenset({"node_modules", "__pycache__", "__macosx", "thumbs.db", "desktop.ini"})
_SHOWN = 200


def is_work_breakdown(path: str) -> bool:
    """Whether a file's name says that it is a packet: `*WORKBREAKDOWN.y*ml`, in any case."""
    return fnmatchcase(path.rpartition("/")[2].lower(), "*workbreakdown.y*ml")


def name_fault(path: str) -> str:
    """Why a relative path cannot be taken, with the remedy; empty if it can."""
    parts = path.split("/")
    if _SURROGATE.search(path):
        return "The name is not UTF-8, so it cannot be kept. Rename it with UTF-8 characters."
    if found := _CONTROL.search(path):
        return f"The name holds the character U+{ord(found.group()):04X}, which cannot be shown. Rename it."
    if "\\" in path:
        return "The name holds a backslash, which is a folder to some systems and not to others. Rename it."
    if path.startswith("/") or _DRIVE.match(path):
        return "The path is absolute. Paths must be relative to the folder; make the zip from inside of it."
    if ".." in parts:
        return "The path leads out of the folder (`..`), so it is not read. Put the file into the folder."
    if "" in parts or "." in parts:
        return "The path has an empty part or a dot as a folder, so its place is not clear. Rename it."
    return ""


def length_fault(path: str, limits: Limits) -> str:
    """Why a relative path is too long or too deep, with the remedy; empty if it is neither."""
    depth = path.count("/")
    if len(path) > limits.path_length:
        return f"The path has {len(path):,} characters; at most {limits.path_length:,} are read. Shorten it."
    if depth > limits.depth:
        return f"The path is {depth} folders deep; at most {limits.depth} are read. Move it further up."
    return ""


def is_left_out(name: str) -> bool:
    """Whether a file or folder of this name is never part of a packet: hidden, or made by a tool."""
    return (name.startswith(".") and name not in (".", "..")) or name.lower() in _TOOLS


def shown(name: str) -> str:
    """Any name as text that can be stored and printed, cut to a length that can be read."""
    plain = _CONTROL.sub("\ufffd", _SURROGATE.sub("\ufffd", name))
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "\u2026"


def folded(path: str) -> str:
    """What a path is on a system that minds neither case nor the form of accents."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
