"""Importing a packet's folder as one thing: after its work breakdowns its inventory and its documents.

Each part is a transaction of its own, and the same part again adds nothing: where a process was killed
in between, the next import of the folder completes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from phases.errors import ActionError, NotFound
from phases.folders import Folder, Limits
from phases.models import ArtifactVersion, Initiative, Phase
from phases.packets import Packet
from phases.permissions import Actor

from .artifacts import attach_artifact
from .folder_contents import contents
from .folder_places import Expecting, Placed, Places, expecting, place
from .imports import CREATED, UNCHANGED, UPDATED
from .inventories import is_recorded, last_inventory, record_inventory
from .ledger import digest

NEW, SAME, LEFT, REFUSED = "new", "unchanged", "left", "refused"
FILES, FILE_BYTES = 10_000, 2 * 2**20
"""Files that are read of one folder, and bytes of one of them."""
UNPACKED = 4
"""Bytes of text that are read of a zip for each byte that a zip may have: texts pack about that well."""


def limits(*, packet_bytes: int, zip_bytes: int = 0) -> Limits:
    """How much is read of a folder, given the bytes of a packet and, where it is one, of a zip."""
    found = Limits(files=FILES, file_bytes=max(FILE_BYTES, packet_bytes))
    if not zip_bytes:
        return found
    total = max(UNPACKED * zip_bytes, 2 * found.file_bytes)
    return replace(found, zip_bytes=zip_bytes, total_bytes=total)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """What becomes of one closure document: new, unchanged, left (with why) or refused (with why)."""

    phase: str
    path: str
    file: str
    outcome: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What importing a folder does, its packets aside."""

    name: str
    initiative: str
    outcome: str
    base: int
    """Number of the inventory before; 0 if there was none."""
    data: Mapping[str, Any]
    versions: Sequence[VersionLine] = ()

    @property
    def problems(self) -> list[dict[str, Any]]:
        """Those of the folder and of its documents, the refused ones first."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for row in (*_problems(self.versions), *self.data["problems"]):
            found.setdefault((row["path"], row["message"]), row)
        return sorted(found.values(), key=lambda row: str(row["level"]))

    @property
    def is_refused(self) -> bool:
        """Whether something of it could not be taken."""
        return any(row["level"] == "error" for row in self.problems)

    def as_json(self) -> dict[str, Any]:
        """The entry `folder` in the answer of `import_packet --json`."""
        documents = self.data["documents"]
        return {
            "name": self.name,
            "initiative": self.initiative,
            "outcome": self.outcome,
            "documents": len(documents),
            "missing": sum(not one["present"] and not one["outside"] for one in documents),
            "unlisted": sum(not one["listed"] for one in documents),
            "routes": len(self.data["routes"]),
            "decisions": len(self.data["decisions"]),
            "versions": [
                {"phase": one.phase, "path": one.path, "file": one.file, "outcome": one.outcome}
                for one in self.versions
            ],
            "problems": self.problems,
        }


def preview_folder(
    *, actor: Actor, folder: Folder, initiative: str, packets: Iterable[Packet] = ()
) -> FolderReport:
    """What importing the folder would do once `packets` have been imported; writes nothing."""
    known = Initiative.objects.filter(slug=initiative).first()
    if known is None:
        actor.require_anywhere("import")
    else:
        actor.require("import", known.pk)
    phases = expecting(known, packets)
    places = place(folder, phases)
    data = contents(folder, phases, places)
    last = last_inventory(known) if known else None
    lines = _lines(known, places, phases)
    is_new = not is_recorded(known, data) or any(one.outcome == NEW for one in lines)
    outcome = UNCHANGED if not is_new else UPDATED if last else CREATED
    return FolderReport(folder.name, initiative, outcome, last.number if last else 0, data, lines)


def import_folder(*, actor: Actor, folder: Folder, initiative: str, base: int | None = None) -> FolderReport:
    """Record the folder's inventory, and its closure documents as versions.

    Raises NotFound where no packet of the initiative has been imported, and Conflict where `base` is
    given and another inventory was recorded since. A document that is refused does not hold up others.
    """
    known = Initiative.objects.filter(slug=initiative).first()
    if known is None:
        raise NotFound(_nowhere(initiative))
    report = preview_folder(actor=actor, folder=folder, initiative=initiative)
    record_inventory(actor=actor, initiative=known, folder=folder.name, data=report.data, base=base)
    texts = {file.path: file.text or "" for file in folder.files}
    phases = {phase.code: phase for phase in Phase.objects.filter(initiative=known)}
    lines = [
        _attached(actor, phases[line.phase], line, texts[line.file], folder.name)
        if line.outcome == NEW
        else line
        for line in report.versions
    ]
    return replace(report, versions=lines)


def require_known(initiative: str, packets: Sequence[Packet]) -> None:
    """Raise what `import_folder` would once `packets` were imported: NotFound without any initiative."""
    if not packets and not Initiative.objects.filter(slug=initiative).exists():
        raise NotFound(_nowhere(initiative))


def _nowhere(initiative: str) -> str:
    if initiative:
        return f"There is no initiative {initiative} yet. Import one of its packets first."
    return (
        "Nothing tells which initiative the folder is of: no work breakdown of it can be imported. "
        "Correct one of them, or name an initiative that exists."
    )


def _attached(actor: Actor, phase: Phase, line: VersionLine, text: str, folder: str) -> VersionLine:
    try:
        attach_artifact(actor=actor, phase=phase, path=line.path, content=text, folder=folder)
    except ActionError as error:
        return replace(line, outcome=REFUSED, why=str(error))
    return line


Versions = dict[tuple[str, str], list[dict[str, Any]]]
"""By phase and path, oldest first."""
_SAID = ("number", "sha256", "retracted", "redacted")


def _lines(
    initiative: Initiative | None, places: Places, phases: Mapping[str, Expecting]
) -> list[VersionLine]:
    known = _versions(initiative) if initiative else {}
    return [_line(one, phases[one.phase], known.get((one.phase, one.path), [])) for one in places.placed]


def _versions(initiative: Initiative) -> Versions:
    rows = ArtifactVersion.objects.filter(phase__initiative=initiative).order_by("number")
    found: Versions = defaultdict(list)
    for code, path, *said in rows.values_list("phase__code", "path", *_SAID).iterator():
        found[code, path].append(dict(zip(_SAID, said, strict=True)))
    return found


def _line(one: Placed, phase: Expecting, known: Sequence[Mapping[str, Any]]) -> VersionLine:
    line = VersionLine(one.phase, one.path, one.file.path, NEW)
    if one.file.text is None:
        return replace(line, outcome=REFUSED, why=one.file.why_not or _NOT_KEPT)
    sha256 = digest(one.file.text)
    standing = [row for row in known if not row["retracted"]]
    if standing and standing[-1]["sha256"] == sha256:
        return replace(line, outcome=SAME)
    if phase.frozen:
        return replace(line, outcome=LEFT, why=phase.frozen)
    taken_back = next((row for row in known if row["sha256"] == sha256 and _is_gone(row)), None)
    if taken_back:
        how = "redacted" if taken_back["redacted"] else "retracted"
        why = (
            f"This text was version {taken_back['number']}, which was {how}. Attach it by hand if it counts."
        )
        return replace(line, outcome=LEFT, why=why)
    if not one.file.text.strip():
        return replace(line, outcome=REFUSED, why="The document is empty. Write it, or remove the file.")
    return line


_NOT_KEPT = (
    "Its text was not kept: no packet that could be imported asked for it when the folder was uploaded. "
    "Upload the folder again."
)


def _is_gone(row: Mapping[str, Any]) -> bool:
    return bool(row["retracted"] or row["redacted"])


def _problems(versions: Iterable[VersionLine]) -> list[dict[str, Any]]:
    """What was refused, each by itself; what was left alone, together for each phase and reason."""
    rows = [
        {"path": one.file, "line": 0, "message": one.why, "level": "error"}
        for one in versions
        if one.outcome == REFUSED
    ]
    left: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in versions:
        if one.outcome == LEFT:
            left[one.phase, one.why].append(one.file)
    for (_, why), files in left.items():
        more = f" The same holds for {len(files) - 1} more documents." if len(files) > 1 else ""
        rows.append({"path": files[0], "line": 0, "message": f"{why}{more}", "level": "warning"})
    return rows
