"""Importing a packet: what it would change, and changing it, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from phases.errors import Conflict, Forbidden, Invalid, Refused
from phases.models import Gate, Initiative, PacketRevision, Phase, Slice
from phases.packets import Problem, Reading
from phases.packets.about import about
from phases.packets.changes import Changes, compare
from phases.packets.consequences import consequences
from phases.packets.packet import Packet
from phases.permissions import Actor

from .artifacts import point_all_to_latest
from .concerns import seed_carry_forwards
from .handoffs import pass_on
from .ledger import Book, digest, writing
from .plan import write_plan
from .refusals import refusals
from .revisions import declared_paths, touch_again

CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"


@dataclass(frozen=True)
class Preview:
    """What importing a reading does: `outcome` is created, updated, unchanged or rejected."""

    reading: Reading
    file_name: str
    initiative: str
    phase: str
    outcome: str
    changes: Changes | None = None
    consequences: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    """Codes of the slices that are recorded as landed by declaration."""
    base: int = 0
    """Number of the packet revision compared with; 0 if there was none."""
    revision: PacketRevision | None = None
    refusals: tuple[Problem, ...] = ()
    """Why the phase as it stands does not take the packet; the import is rejected then."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Those of the packet, and those of its phase."""
        return (*self.reading.problems, *self.refusals)

    def as_json(self) -> dict[str, Any]:
        """One entry of `packets` in the answer of `import_packet --json` and `POST /packets`."""
        changes = self.changes.as_json() if self.changes else _NO_CHANGES
        return {
            "path": self.file_name,
            "initiative": self.initiative,
            "phase": self.phase,
            "outcome": self.outcome,
            "dialect": list(self.reading.dialect),
            "problems": [problem.as_json() for problem in self.problems],
            "changes": {**changes, "consequences": list(self.consequences)},
        }


_NO_CHANGES: Mapping[str, Any] = {
    "slices": {"added": [], "changed": {}, "archived": []},
    "gates": {"added": 0, "archived": 0},
}


def preview_packet(
    *, actor: Actor, reading: Reading, initiative: str, file_name: str = "", declared: bool = True
) -> Preview:
    """What an import would do; writes nothing. `initiative` is the slug that was resolved."""
    if reading.packet is None:
        return Preview(reading, file_name, initiative, reading.phase, REJECTED)
    reading, packet = _meant_for(reading, reading.packet, initiative)
    known = Initiative.objects.filter(slug=initiative).first()
    _require_import(actor, known)
    phase = Phase.objects.filter(initiative=known, code=packet.phase).select_related("revision").first()
    return _compared(actor, reading, packet, file_name, declared, phase)


def import_packet(
    *,
    actor: Actor,
    reading: Reading,
    initiative: str,
    file_name: str = "",
    declared: bool = True,
    base: int | None = None,
) -> Preview:
    """Make the packet the plan of its phase, in one transaction.

    Raises Conflict where `base` is given and another revision has been imported since.
    """
    if reading.packet is None:
        return Preview(reading, file_name, initiative, reading.phase, REJECTED)
    if not initiative:
        raise Invalid({"initiative": "Name the initiative; neither the packet nor its folder says it."})
    reading, packet = _meant_for(reading, reading.packet, initiative)
    with transaction.atomic():
        known = Initiative.objects.filter(slug=initiative).first()
        _require_import(actor, known)
        if known is None:
            known = Initiative.objects.get_or_create(slug=initiative)[0]
        with writing(actor=actor, initiative_id=known.pk) as book:
            phase = Phase.objects.filter(initiative=known, code=packet.phase).first()
            preview = _compared(actor, reading, packet, file_name, declared, phase)
            if base is not None and base != preview.base:
                text = f"Packet revision {preview.base} was imported meanwhile; look at the changes again."
                raise Conflict(text, preview.base)
            return _write(book, phase, preview, packet)


def _meant_for(reading: Reading, packet: Packet, initiative: str) -> tuple[Reading, Packet]:
    """The packet with the initiative that it is imported into, so that its export goes there again."""
    meant = packet.model_copy(update={"initiative": initiative})
    return replace(reading, packet=meant), meant


def _require_import(actor: Actor, initiative: Initiative | None) -> None:
    if initiative is not None:
        actor.require("import", initiative.pk)
    else:
        actor.require_anywhere("import")


def _compared(
    actor: Actor, reading: Reading, packet: Packet, file_name: str, declared: bool, phase: Phase | None
) -> Preview:
    current = phase.revision if phase else None
    live = _live(phase)
    same_text = current is not None and current.sha256 == reading.sha256
    old = packet if same_text else _packet_of(current)
    changes = compare(old, packet)
    landing = _to_declare(actor, packet, live) if declared else ()
    if current is None:
        outcome = CREATED
    else:
        outcome = UNCHANGED if changes.is_empty and not landing else UPDATED
    refused = refusals(phase, packet) if phase and outcome == UPDATED else ()
    return Preview(
        reading=reading,
        file_name=file_name,
        initiative=packet.initiative,
        phase=packet.phase,
        outcome=REJECTED if refused else outcome,
        changes=changes,
        consequences=() if refused else (*_sentences(changes, live, _ran(phase)), *_declaring(landing)),
        declared=landing,
        base=current.number if current else 0,
        refusals=refused,
    )


def _packet_of(revision: PacketRevision | None) -> Packet | None:
    return Packet.model_validate_json(revision.packet) if revision else None


@dataclass(frozen=True, slots=True)
class Live:
    """What is recorded of a slice, whether the present revision names it or an earlier one did."""

    status: str = "planned"
    version: int = 0
    archived: bool = False


def _live(phase: Phase | None) -> dict[str, Live]:
    if phase is None:
        return {}
    rows = Slice.objects.filter(phase=phase).values_list("code", "status", "version", "archived")
    return {code: Live(status, version, archived) for code, status, version, archived in rows}


def _sentences(changes: Changes, live: Mapping[str, Live], ran: Set[GateName]) -> list[str]:
    return consequences(
        changes,
        live={code: row.status for code, row in live.items()},
        archived=[code for code, row in live.items() if row.archived],
        ran=ran,
    )


GateName = tuple[str, str, str]
"""(slice, suite, text)"""


def _ran(phase: Phase | None) -> set[GateName]:
    """The gates that were reported at least once; those of the phase exit have no slice."""
    if phase is None:
        return set()
    rows = Gate.objects.filter(phase=phase, archived=False).exclude(latest_run=None)
    return {
        (code or "", suite, text) for code, suite, text in rows.values_list("slice__code", "suite", "text")
    }


def _to_declare(actor: Actor, packet: Packet, live: Mapping[str, Live]) -> tuple[str, ...]:
    """Slices through `as_landed_through` that nobody has touched yet; never for a machine."""
    if not actor.is_person or not actor.may("declare"):
        return ()
    rows = ((code, live.get(code, Live())) for code in packet.landed_codes)
    return tuple(code for code, row in rows if (row.status, row.version) == ("planned", 0))


def _declaring(landing: tuple[str, ...]) -> list[str]:
    if not landing:
        return []
    which = landing[0] if len(landing) == 1 else f"{landing[0]} to {landing[-1]} ({len(landing)} slices)"
    return [f"Records {which} as landed by declaration: what was required of them counts as waived, by you."]


def _write(book: Book, phase: Phase | None, preview: Preview, packet: Packet) -> Preview:
    if phase is not None and preview.outcome != UNCHANGED:
        book.open(phase)
    if preview.refusals:
        raise Refused(" ".join(problem.message for problem in preview.refusals))
    if preview.outcome == UNCHANGED:
        return preview
    if phase is None:
        phase = Phase.objects.create(initiative=book.initiative, code=packet.phase)
        book.begin(phase)
    revision = phase.revision
    if revision is None or (preview.changes and not preview.changes.is_empty):
        revision = _new_revision(book, phase, preview, packet)
        paths = declared_paths(phase)
        write_plan(phase, packet)
        seed_carry_forwards(book, phase, packet.deferred_non_blocking, packet.closing_owner)
        point_all_to_latest(phase)
        if declared_paths(phase) != paths:
            touch_again(phase)
    if preview.declared:
        _declare(book, phase, revision, preview.declared)
    pass_on(book)
    return replace(preview, revision=revision)


def _new_revision(book: Book, phase: Phase, preview: Preview, packet: Packet) -> PacketRevision:
    reading = preview.reading
    before = {"revision": preview.base, "sha256": phase.revision.sha256} if phase.revision else {}
    stored = packet.model_dump_json()
    revision = PacketRevision.objects.create(
        phase=phase,
        number=preview.base + 1,
        file_name=preview.file_name[-255:],
        text=reading.text,
        sha256=reading.sha256,
        packet=stored,
        imported_by=book.actor.name,
    )
    phase.revision, phase.title, phase.about = revision, packet.title, about(packet)
    phase.save(update_fields=["revision", "title", "about"])
    changes = preview.changes.as_json() if preview.changes else {}
    book.record(
        verb="import",
        target=f"packet:{phase.code}",
        phase=phase,
        before=before,
        after={
            "revision": revision.number,
            "sha256": reading.sha256,
            "text": digest(reading.text),
            "packet": digest(stored),
            "changes": changes,
        },
        note=preview.file_name,
    )
    return revision


def _declare(book: Book, phase: Phase, revision: PacketRevision, codes: tuple[str, ...]) -> None:
    if not book.actor.may("declare"):
        raise Forbidden("Only an admin may record slices as landed by declaration.")
    said = {"status": "landed", "version": 1, "declared_in": revision.number}
    rows = {row.code: row for row in Slice.objects.filter(phase=phase, code__in=codes)}
    for code in codes:
        after = {**said, "closed_seq": book.next_seq}
        for name, value in {**after, "since": book.now}.items():
            setattr(rows[code], name, value)
        book.record(
            verb="declare_landed",
            target=f"slice:{code}",
            phase=phase,
            slice=code,
            before={"status": "planned", "version": 0, "declared_in": 0, "closed_seq": 0},
            after=after,
            note=f"Declared by packet revision {revision.number}, imported by {revision.imported_by}.",
        )
    Slice.objects.bulk_update(rows.values(), [*said, "closed_seq", "since"], batch_size=500)
