"""Files and problems as they are found, within the limits, to a Folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from phases.folders.names import folded, shown
from phases.folders.shapes import Folder, FolderFile, FolderProblem, Limits
from phases.folders.texts import is_text, other_kind, read_text

_TOLD = 5
"""Names of things left out that are told; the rest is a number."""


class TooMuch(Exception):
    """The folder is past a limit and nothing of it is taken; the message says which and what to do."""


def path_order(path: str) -> tuple[str, ...]:
    """Orders files as a walk through sorted folders meets them, so that disk and zip agree."""
    return tuple(path.split("/"))


@dataclass(slots=True)
class Gathering:
    """One reading of a folder. Raises TooMuch where a limit of the whole is passed."""

    limits: Limits
    files: dict[str, FolderFile] = field(default_factory=dict)
    problems: list[FolderProblem] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    entries: int = 0
    total: int = 0
    _alike: dict[str, str] = field(default_factory=dict)

    def entry(self) -> None:
        """Count one more thing of any kind."""
        self.entries += 1
        if self.entries > self.limits.entries:
            text = f"More than {self.limits.entries:,} files and folders; nothing is read. "
            raise TooMuch(text + "Choose the packet's own folder, not one above it.")

    def budget(self) -> int:
        """Bytes that may be read of the next file, and one more by which too many are noticed."""
        return max(0, min(self.limits.file_bytes, self.limits.total_bytes - self.total)) + 1

    def take(self, path: str, data: bytes) -> None:
        """A file whose bytes were read, `budget()` at most."""
        self.total += len(data)
        if len(data) > self.limits.file_bytes:
            self.large(path, len(data))
        elif self.total > self.limits.total_bytes:
            self.total = self.limits.total_bytes
            self.past_total(path, len(data))
        else:
            text, why_not, is_fault = read_text(path, data)
            self._add(FolderFile(path, len(data), hashlib.sha256(data).hexdigest(), text, why_not))
            if is_fault:
                self.problem(path, why_not)

    def large(self, path: str, size: int) -> None:
        """A file that is too large to be read; only for a text that is a fault."""
        most = self.limits.file_bytes
        why = f"The file has more than {most:,} bytes, which is the most that is read of one. Split it."
        if is_text(path):
            self.refuse(path, why, size)
        else:
            self._add(FolderFile(path, size, "", None, f"{other_kind(path)} It is too large to be hashed."))

    def past_total(self, path: str, size: int) -> None:
        """A file for which there is no room any more."""
        most = self.limits.total_bytes
        why = (
            f"The files before it fill the {most:,} bytes that are read of a folder. Leave out what is large."
        )
        self.refuse(path, why, size)

    def refuse(self, path: str, why_not: str, size: int = 0) -> None:
        """A file that is there and whose bytes cannot or must not be read."""
        self._add(FolderFile(path, size, "", None, why_not))
        self.problem(path, why_not)

    def problem(self, path: str, message: str) -> None:
        self.problems.append(FolderProblem(shown(path), message))

    def folder(self, name: str) -> Folder:
        """All that was found, in its order; the problems that are too many to tell as one number."""
        files = tuple(self.files[path] for path in sorted(self.files, key=path_order))
        told = sorted(dict.fromkeys(self.problems), key=lambda one: (path_order(one.path), one.message))
        if len(told) > self.limits.problems:
            rest = len(told) - self.limits.problems
            told = [
                FolderProblem("", f"{rest:,} more problems are not shown."),
                *told[: self.limits.problems],
            ]
        if not files:
            told.insert(0, FolderProblem("", "There is no file to read. Choose the packet's own folder."))
        return Folder(shown(name), files, (*self._hidden(), *told))

    def _add(self, file: FolderFile) -> None:
        if len(self.files) >= self.limits.files:
            text = f"More than {self.limits.files:,} files; nothing is read. "
            raise TooMuch(text + "Choose the packet's own folder, not one above it.")
        other = self._alike.setdefault(folded(file.path), file.path)
        if other != file.path:
            why = (
                f"Differs from {shown(other)} only in case or in the form of its letters. Rename one of them."
            )
            self.problem(file.path, why)
        self.files[file.path] = file

    def _hidden(self) -> list[FolderProblem]:
        if not self.left_out:
            return []
        first = sorted(self.left_out)[:_TOLD]
        more = f" and {len(self.left_out) - _TOLD:,} more" if len(self.left_out) > _TOLD else ""
        listed = ", ".join(map(shown, first))
        return [FolderProblem("", f"Left out, being hidden or made by a tool: {listed}{more}.")]


def refused(name: str, message: str) -> Folder:
    """A folder of which nothing is read."""
    return Folder(shown(name), (), (FolderProblem("", message),))
