"""Bytes of a file to its text, or to what is wrong with it and what to do about it."""

from __future__ import annotations

from typing import NamedTuple

TEXTS = (".md", ".markdown", ".txt", ".yaml", ".yml", ".json")
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".jar", ".zst")
_WIDE = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


class Read(NamedTuple):
    """A text, or None and why; `is_fault` where a text was due and there is none."""

    text: str | None
    why_not: str = ""
    is_fault: bool = False


def is_text(path: str) -> bool:
    """Whether a file of this name should hold a text."""
    return path.lower().endswith(TEXTS)


def read_text(path: str, data: bytes) -> Read:
    """The UTF-8 text of a file without its byte order mark."""
    if not is_text(path):
        return Read(None, other_kind(path))
    wide = next((name for mark, name in _WIDE if data.startswith(mark)), "")
    if wide:
        return _fault(f"The file is {wide}; only UTF-8 is read. Save it as UTF-8.")
    if (at := data.find(0)) >= 0:
        return _fault(
            f"Byte {at + 1:,} is NUL: the file is binary, or not UTF-8. Save it as UTF-8, or give it the "
            "ending of what it is."
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        bad = fault.object[fault.start]
        return _fault(f"Byte {fault.start + 1:,} (0x{bad:02x}) is not UTF-8. Save the file as UTF-8.")
    return Read(text.removeprefix("\ufeff"))


def other_kind(path: str) -> str:
    """Why a file of this name has no text."""
    if path.lower().endswith(_ARCHIVES):
        return "An archive inside of a folder is not opened. Unpack it there if its files are wanted."
    return f"Not a text: only {', '.join(TEXTS)} are read. The file itself is known by its name and hash."


def _fault(message: str) -> Read:
    return Read(None, message, is_fault=True)
