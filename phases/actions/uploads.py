"""Uploads from the browser: kept with what was found in them until applied or discarded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from phases.errors import ActionError, Invalid, Refused
from phases.folders import read_zip
from phases.models import Import, ImportFile, Initiative
from phases.models.imports import Outcome
from phases.packets import Packet, Reading, choose_initiative, read_packet
from phases.packets.changes import FieldChange
from phases.packets.initiative import slugify
from phases.permissions import Actor

from .folder_packets import accepted, homed, initiative_of, packets_of
from .folder_uploads import apply_waiting, compare_anew, is_folder, keep_folder
from .folders import FolderReport, limits
from .imports import REJECTED, Preview, import_packet, preview_packet


def stage_upload(
    *,
    actor: Actor,
    files: Sequence[tuple[str, bytes]],
    initiative: str = "",
    siblings: Sequence[str] = (),
    max_bytes: int,
) -> Import:
    """Read uploaded files, (name, content) each, and keep what was found; the plan is not touched.

    `siblings` are slugs that packets said beside which these belong, and which were uploaded before.
    """
    actor.require_anywhere("import")
    if not files:
        raise Invalid({"files": "Choose at least one work breakdown."})
    readings = [(name, read_packet(data, file_name=name, max_bytes=max_bytes)) for name, data in files]
    said = [*siblings, *(reading.initiative for _, reading in readings)]
    with transaction.atomic():
        batch = Import.objects.create(by=actor.name, source="browser", initiative=initiative)
        for name, reading in readings:
            slug = choose_initiative(reading, given=initiative, siblings=said)
            ImportFile.objects.create(batch=batch, **_columns(actor, name, reading, slug))
    return batch


def stage_zip(
    *, actor: Actor, name: str, data: bytes, initiative: str = "", max_bytes: int, zip_bytes: int
) -> Import:
    """Read a zipped packet folder and keep what was found; neither plan nor ledger is touched.

    `max_bytes` is that of one packet, `zip_bytes` that of the zip. Each work breakdown waits as a file of
    its own, and after them the folder with its inventory and closure documents.
    """
    actor.require_anywhere("import")
    folder = homed(read_zip(data, name, limits(packet_bytes=max_bytes, zip_bytes=zip_bytes)))
    packets = packets_of(folder, given=initiative, max_bytes=max_bytes)
    if not folder.files:
        raise Invalid({"packets": " ".join(one.message for one in folder.problems[:3])})
    slug = initiative_of(folder, packets, given=initiative)
    if not packets and not slug:
        raise Invalid({"packets": f"{name} holds no work breakdown (*WORKBREAKDOWN.yaml). {_CHOOSE}"})
    with transaction.atomic():
        batch = Import.objects.create(by=actor.name, source="browser", initiative=initiative)
        for one in packets:
            columns = _columns(actor, one.path, one.reading, one.initiative)
            ImportFile.objects.create(batch=batch, **columns)
        keep_folder(actor=actor, batch=batch, folder=folder, initiative=slug, packets=accepted(packets, slug))
    return batch


_CHOOSE = "Zip the packet's own folder, or choose the initiative that its documents are of."


def _columns(actor: Actor, name: str, reading: Reading, slug: str) -> dict[str, Any]:
    preview = preview_packet(actor=actor, reading=reading, initiative=slug, file_name=name)
    outcome = Outcome.REJECTED if preview.outcome == REJECTED else Outcome.PENDING
    return {
        "file_name": name[-255:],
        "text": reading.text,
        "sha256": reading.sha256,
        "initiative": slug,
        "phase": preview.phase,
        "outcome": outcome,
        "problems": [problem.as_json() for problem in preview.problems],
        "changes": kept_changes(preview),
        "base": preview.base,
    }


def kept_changes(preview: Preview) -> dict[str, Any]:
    """The `changes` of the command's answer, and beside them old and new values for people."""
    kept: dict[str, Any] = preview.as_json()["changes"]
    if preview.changes is None:
        return kept
    changes = preview.changes
    kept["fields"] = {code: [_field(each) for each in fields] for code, fields in changes.changed.items()}
    kept["packet"] = [_field(each) for each in changes.packet]
    kept["slices_added"] = list(_added(preview))
    return kept | {"declared": list(preview.declared), "dialect": list(preview.reading.dialect)}


def _added(preview: Preview) -> Iterator[dict[str, Any]]:
    added = set(preview.changes.added) if preview.changes else set()
    for item in preview.reading.packet.slices if preview.reading.packet else ():
        if item.code in added:
            kind = f"{item.kind} (inferred)" if item.kind_inferred else item.kind.value
            row = {"title": item.title, "kind": kind, "owner": item.owner, "gates": len(item.gates)}
            yield {"code": item.code, **row}


def _field(change: FieldChange) -> dict[str, Any]:
    return {"field": change.field, "old": change.old, "new": change.new}


def preview_file(*, actor: Actor, file: ImportFile, declared: bool = True) -> Preview:
    """What applying a kept file would do now."""
    return preview_packet(
        actor=actor,
        reading=read_kept(file),
        initiative=file.initiative,
        file_name=file.file_name,
        declared=declared,
    )


def read_kept(file: ImportFile) -> Reading:
    """Read a kept file again; it stays known by the hash of the bytes that were uploaded."""
    reading = read_packet(file.text, file_name=file.file_name, max_bytes=len(file.text) * 4 + 1)
    return replace(reading, sha256=file.sha256)


def apply_import(
    *, actor: Actor, batch: Import, file_ids: Collection[int], declared: bool = True
) -> dict[int, Preview | FolderReport | ActionError]:
    """Import the chosen files of an upload, each in a transaction of its own, folders after packets.

    Answers what became of each, by file id; one that is refused keeps waiting.
    """
    results: dict[int, Preview | FolderReport | ActionError] = {}
    for file in batch.files.filter(pk__in=file_ids, outcome=Outcome.PENDING).defer("text"):
        try:
            done = apply_waiting if is_folder(file) else _apply
            results[file.pk] = done(actor, file.pk, declared)
        except ActionError as error:
            results[file.pk] = error
    return results


def _apply(actor: Actor, file_id: int, declared: bool) -> Preview:
    with transaction.atomic():
        file = ImportFile.objects.select_for_update().get(pk=file_id)
        if file.outcome != Outcome.PENDING:
            raise Refused(f"{file.file_name} is {file.get_outcome_display()} already.")
        done = import_packet(
            actor=actor,
            reading=read_kept(file),
            initiative=file.initiative,
            file_name=file.file_name,
            declared=declared,
            base=file.base,
        )
        file.outcome, file.revision = Outcome(done.outcome), done.revision
        file.changes = kept_changes(done)
        file.save(update_fields=["outcome", "revision", "changes"])
        return done


def name_initiative(*, actor: Actor, batch: Import, initiative: str, instead_of: str = "") -> None:
    """Say which initiative the waiting files are of that say none, or that are of `instead_of`, a new one.

    Raises Invalid for a name that is none, for `instead_of` that exists by now, and where a folder would be
    of an initiative that neither exists nor is brought by a packet beside it; then nothing is changed.
    """
    actor.require_anywhere("import")
    slug, old = slugify(initiative), slugify(instead_of)
    if not slug:
        raise Invalid({"initiative": f"{initiative!r} has no letter or digit to make a name of."})
    if old and Initiative.objects.filter(slug=old).exists():
        raise Invalid({"initiative": f"{old} exists by now, and its files stay with it. {_OTHERWISE}"})
    with transaction.atomic():
        waiting = batch.files.filter(outcome=Outcome.PENDING)
        renamed = set(waiting.filter(initiative=old).values_list("pk", flat=True))
        waiting.filter(pk__in=renamed).update(initiative=slug)
        for file in waiting.filter(initiative=slug):
            if is_folder(file):
                _require_place(file)
            if is_folder(file) or file.pk in renamed:
                refresh_preview(actor=actor, file=file)


_OTHERWISE = "Discard them and upload them again to choose another."


def _require_place(folder: ImportFile) -> None:
    slug = folder.initiative
    is_brought = _beside(folder).exists()
    if not is_brought and not Initiative.objects.filter(slug=slug).exists():
        text = f"There is no initiative {slug} yet, and a folder alone makes none. {_EXISTING}"
        raise Invalid({"initiative": text})


_EXISTING = "Name one that exists, or import one of its packets first."


def refresh_preview(*, actor: Actor, file: ImportFile) -> None:
    """Compare a waiting file with the packet revision that is in force now, or a folder with the last one."""
    if is_folder(file):
        compare_anew(actor=actor, file=file, packets=_waiting_beside(file))
        return
    preview = preview_file(actor=actor, file=file)
    file.base, file.changes = preview.base, kept_changes(preview)
    file.save(update_fields=["base", "changes"])


def _waiting_beside(file: ImportFile) -> list[Packet]:
    """The packets of an upload that wait with its folder, and that are of the same initiative."""
    readings = (read_kept(other) for other in _beside(file))
    return [reading.packet for reading in readings if reading.packet]


def _beside(file: ImportFile) -> QuerySet[ImportFile]:
    others = ImportFile.objects.filter(batch=file.batch_id, outcome=Outcome.PENDING)
    return others.filter(initiative=file.initiative).exclude(pk=file.pk)


def discard_import(*, actor: Actor, batch: Import) -> int:
    """Set aside what still waits in an upload; it stays in the history. Answers how many files."""
    actor.require_anywhere("import")
    waiting = batch.files.filter(outcome=Outcome.PENDING)
    # The texts of a folder were kept for its apply alone; those of packets stay in the history.
    waiting.filter(changes__has_key="folder").update(text="")
    return waiting.update(outcome=Outcome.DISCARDED)


def keep_history(*, actor: Actor, source: str, done: Preview) -> None:
    """Note an import by the command or the API in the history that the browser shows."""
    batch = Import.objects.create(by=actor.name, source=source, initiative=done.initiative)
    ImportFile.objects.create(
        batch=batch,
        file_name=done.file_name[-255:],
        text=done.reading.text,
        sha256=done.reading.sha256,
        initiative=done.initiative,
        phase=done.phase,
        outcome=Outcome(done.outcome),
        problems=[problem.as_json() for problem in done.problems],
        changes=kept_changes(done),
        base=done.base,
        revision=done.revision,
    )
