"""Folders among the files of an import: kept with what was found in them until applied or discarded."""

from __future__ import annotations

from collections.abc import Sequence

from phases.errors import NotFound, Refused
from phases.folders import Folder
from phases.models import Import, ImportFile
from phases.models.imports import Outcome
from phases.packets import Packet
from phases.permissions import Actor

from .folder_kept import read, reduced, written
from .folders import FolderReport, import_folder, preview_folder
from .ledger import digest


def is_folder(file: ImportFile) -> bool:
    """Whether a file of an import stands for a folder's inventory and documents, and is no packet."""
    return "folder" in file.changes


def keep_folder(
    *, actor: Actor, batch: Import, folder: Folder, initiative: str, packets: Sequence[Packet]
) -> ImportFile:
    """Keep as much of a folder as applying it needs, and what applying it would do."""
    kept = written(reduced(folder, initiative, packets))
    found = preview_folder(actor=actor, folder=folder, initiative=initiative, packets=packets)
    return ImportFile.objects.create(
        batch=batch,
        file_name=f"{folder.name[:250]}/",
        text=kept,
        sha256=digest(kept),
        initiative=initiative,
        base=found.base,
        changes={"folder": found.as_json()},
    )


def compare_anew(*, actor: Actor, file: ImportFile, packets: Sequence[Packet]) -> None:
    """Compare a waiting folder with what is recorded now; `packets` wait beside it."""
    found = preview_folder(actor=actor, folder=read(file.text), initiative=file.initiative, packets=packets)
    file.base, file.changes = found.base, {"folder": found.as_json()}
    file.save(update_fields=["base", "changes"])


def apply_waiting(actor: Actor, file_id: int, declared: bool = True) -> FolderReport:
    """Import a waiting folder, part by part, and let go of its texts.

    `declared` is a matter of packets. Killed in between, it still waits, and applying it again completes it.
    """
    file = ImportFile.objects.get(pk=file_id)
    if file.outcome != Outcome.PENDING:
        raise Refused(f"{file.file_name} is {file.get_outcome_display()} already.")
    try:
        done = import_folder(actor=actor, folder=read(file.text), initiative=file.initiative, base=file.base)
    except NotFound as error:
        raise Refused(str(error)) from error
    file.outcome, file.changes, file.text = Outcome(done.outcome), {"folder": done.as_json()}, ""
    file.save(update_fields=["outcome", "changes", "text"])
    return done


def keep_folder_history(*, actor: Actor, source: str, done: FolderReport) -> None:
    """Note a folder that the command imported in the history that the browser shows."""
    batch = Import.objects.create(by=actor.name, source=source, initiative=done.initiative)
    ImportFile.objects.create(
        batch=batch,
        file_name=f"{done.name[:250]}/",
        text="",
        sha256=digest(""),
        initiative=done.initiative,
        outcome=Outcome(done.outcome),
        base=done.base,
        changes={"folder": done.as_json()},
    )
