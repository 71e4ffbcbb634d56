"""Proving the ledger: the chain is unbroken, and the projections equal a replay of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, QuerySet

from phases.models import Concern, Event, Initiative, Membership, PacketRevision, Phase, Slice, Waiver
from phases.packets.packet import Packet
from phases.replay.entries import UNTOUCHED, said_beside

from .ledger import chain_hash, data_digest, digest
from .people import membership_key
from .plan import plan_faults
from .texts import REDACTED
from .tokens import TOKEN_FIELDS, stored_tokens
from .verify_evidence import RUN_FIELDS, evidence_faults, said_beside_run, stored_runs
from .verify_folders import folder_faults
from .verify_handoffs import handoff_faults
from .verify_replay import replay_faults
from .verify_reviews import (
    DISPOSITION_FIELDS,
    FINDING_FIELDS,
    VERSION_FIELDS,
    stored_reviews,
)

PROJECTED = {
    "slice": (
        "status",
        "decision",
        "version",
        "declared_in",
        "branch",
        "pull_request",
        "reset",
        "reset_seq",
        "reset_note",
        "since",
        "opened",
        "closed_seq",
    ),
    "concern": (
        *("state", "answer", "kind", "text", "owner", "priority", "slice"),
        *("from_packet", "archived", "disposition", "carried_from", "raised_by", "raised_at"),
    ),
    "waiver": ("active", "key", "by", "reason", "slice", "at"),
    "packet": ("revision", "sha256", "text", "packet"),
    "membership": ("member",),
    "run": RUN_FIELDS,
    "token": TOKEN_FIELDS,
    "verdict": DISPOSITION_FIELDS,
    "finding": FINDING_FIELDS,
    "version": VERSION_FIELDS,
}
"""For each kind of target the fields that only the ledger may change."""

Target = tuple[str, str]
"""(phase code, target key)"""


@dataclass(slots=True)
class Verification:
    """What a check of one initiative's ledger found; `faults` is empty if all holds."""

    initiative: str
    events: int
    head: str
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults


def verify_ledger(*, initiative: Initiative, anchor: str = "") -> Verification:
    """Check chain, digests and projections; `anchor` is a head noted earlier that must be in the chain.

    What the ledger does not speak of is not proved: idempotency keys, with the runs that they answer,
    are how reports travel, and the digest of a token is the hash of a secret.
    """
    result = Verification(initiative.slug, initiative.seq, initiative.head)
    replay: dict[Target, dict[str, Any]] = {}
    result.faults += _chain(initiative, anchor, replay)
    result.faults += _projections(initiative, replay)
    result.faults += _plans(initiative)
    result.faults += evidence_faults(initiative)
    result.faults += replay_faults(initiative)
    result.faults += handoff_faults(initiative)
    result.faults += folder_faults(initiative)
    return result


def _chain(initiative: Initiative, anchor: str, replay: dict[Target, dict[str, Any]]) -> Iterator[str]:
    previous, seq, anchored = "", 0, not anchor
    redacted = _redacted(initiative)
    for event in Event.objects.filter(initiative=initiative).order_by("seq").iterator(chunk_size=2000):
        seq += 1
        if event.seq != seq:
            yield f"Entry {seq} is missing; {event.seq} stands in its place."
            seq = event.seq
        if event.previous != previous:
            yield f"Entry {seq} does not follow from the entry before it."
        left = redacted.get(f"event:{event.seq}")
        if event.redacted != (left is not None):
            yield f"Entry {seq} is {'' if event.redacted else 'not '}redacted, but the ledger says otherwise."
        if not _holds(event, left):
            yield f"Entry {seq} no longer holds what was recorded."
        if event.hash != chain_hash(event):
            yield f"The hash of entry {seq} does not fit its content."
        yield from _replayed(event, replay)
        previous = event.hash
        anchored = anchored or event.hash == anchor
    if (seq, previous) != (initiative.seq, initiative.head):
        yield f"The ledger ends at entry {seq}, but the initiative stands at entry {initiative.seq}."
    if not anchored:
        yield f"The head {anchor} that was noted earlier is not in the chain."


def _redacted(initiative: Initiative) -> dict[str, str]:
    """The entries whose texts an admin took away, with the digest of what is left, as the last entry says."""
    events = Event.objects.filter(initiative=initiative, verb="redact").order_by("seq")
    return {target: str(said.get("left")) for target, said in events.values_list("target", "after")}


def _holds(event: Event, left: str | None) -> bool:
    """Whether data and note are those recorded, or `left` of them by a redaction."""
    note_holds = event.note_digest == digest(event.note) or (left is not None and event.note == REDACTED)
    return note_holds and data_digest(event.before, event.after) == (left or event.data_digest)


def _replayed(event: Event, replay: dict[Target, dict[str, Any]]) -> Iterator[str]:
    kind = event.target.split(":", 1)[0]
    if kind not in PROJECTED:
        return
    # Concerns and waivers are numbered across phases, so their phase does not tell them apart.
    target = (event.phase if kind in ("slice", "packet") else "", event.target)
    known = replay.setdefault(target, dict(UNTOUCHED.get(kind, {})))
    for name, value in event.before.items():
        is_gone = event.redacted and value == REDACTED
        if name in PROJECTED[kind] and not is_gone and known.get(name, value) not in (value, REDACTED):
            yield f"Entry {event.seq} says that {event.target} had {name} {value!r}; it had {known[name]!r}."
    said = event.after | _said_beside(event)
    known |= {name: value for name, value in said.items() if name in PROJECTED[kind]}


def _said_beside(event: Event) -> dict[str, Any]:
    """What an entry says in its own fields; a replay reads those of runs from their rows."""
    match event.verb:
        case "report" | "attest":
            return said_beside_run(event)
        case "create_token":
            return {"created_by": event.actor, "revoked_by": "", "revoke_reason": ""}
        case "revoke_token":
            return {"revoked_by": event.actor, "revoke_reason": event.note}
    return said_beside(event)


def _projections(initiative: Initiative, replay: dict[Target, dict[str, Any]]) -> Iterator[str]:
    seen: set[Target] = set()
    for target, stored in _stored(initiative):
        seen.add(target)
        kind = target[1].split(":", 1)[0]
        replayed = replay.get(target, UNTOUCHED.get(kind, {}))
        for name, value in stored.items():
            if replayed.get(name) != value:
                said = replayed.get(name)
                yield f"{' '.join(filter(None, target))} has {name} {value!r}, but the ledger says {said!r}."
    for target, replayed in replay.items():
        if target not in seen and replayed.get("member") is not False:
            yield f"The ledger speaks of {' '.join(filter(None, target))}, which is not stored."


def _stored(initiative: Initiative) -> Iterator[tuple[Target, dict[str, Any]]]:
    slices = Slice.objects.filter(phase__initiative=initiative)
    for phase, code, *values in slices.values_list("phase__code", "code", *PROJECTED["slice"]).iterator():
        yield (phase, f"slice:{code}"), dict(zip(PROJECTED["slice"], values, strict=True))
    columns = {"state": "state", "answer": "answer", "kind": "kind", "text": "text", "priority": "priority"}
    columns |= {"owner": "owner__handle", "slice": "slice__code"}
    columns |= {"from_packet": "from_packet", "archived": "archived", "disposition": "disposition_id"}
    columns |= {"carried_from": "carried_from_id", "raised_by": "raised_by", "raised_at": "raised_at"}
    yield from _rows_of("concern", Concern.objects.filter(phase__initiative=initiative), columns)
    columns = {name: name for name in ("active", "key", "by", "reason", "at")} | {"slice": "slice__code"}
    yield from _rows_of("waiver", Waiver.objects.filter(phase__initiative=initiative), columns)
    for phase in Phase.objects.filter(initiative=initiative).select_related("revision"):
        yield (phase.code, f"packet:{phase.code}"), _revision(phase.revision)
    yield from stored_runs(initiative)
    yield from stored_reviews(initiative)
    yield from stored_tokens(initiative)
    members = Membership.objects.filter(owner__initiative=initiative)
    for user_id, handle in members.values_list("user_id", "owner__handle").iterator():
        yield ("", membership_key(user_id, handle)), {"member": True}


def _rows_of(
    kind: str, rows: QuerySet[Any, Any], columns: dict[str, str]
) -> Iterator[tuple[Target, dict[str, Any]]]:
    for pk, *values in rows.values_list("pk", *columns.values()).iterator():
        stored = zip(columns, values, strict=True)
        row = {name: "" if value is None else value for name, value in stored}
        for name, other in (("disposition", "verdict"), ("carried_from", "concern")):
            if row.get(name):
                row[name] = f"{other}:{row[name]}"
        yield ("", f"{kind}:{pk}"), row


def _revision(revision: PacketRevision | None) -> dict[str, Any]:
    if revision is None:
        return {}
    said = {"revision": revision.number, "sha256": revision.sha256}
    return said | {"text": digest(revision.text), "packet": digest(revision.packet)}


def _plans(initiative: Initiative) -> Iterator[str]:
    """Every packet revision against the entry of its import, and the plan against the revision in force."""
    imports = Event.objects.filter(initiative=initiative, verb="import").order_by("seq")
    said = {(event.phase, event.after.get("revision")): event.after for event in imports}
    broken: set[int] = set()
    for revision in (
        PacketRevision.objects.filter(phase__initiative=initiative).select_related("phase").iterator()
    ):
        name = f"packet revision {revision.number} of phase {revision.phase.code}"
        entry = said.pop((revision.phase.code, revision.number), {})
        if any(entry.get(field) != value for field, value in _revision(revision).items()):
            broken.add(revision.pk)
            yield f"The stored {name} is not the one that was imported."
    yield from (f"Packet revision {number} of phase {code} is not stored." for code, number in said)
    yield from _corrections(initiative)
    last = dict(
        Event.objects.filter(initiative=initiative).values_list("phase").annotate(Max("seq")).order_by()
    )
    for phase in Phase.objects.filter(initiative=initiative).select_related("initiative", "revision"):
        if phase.seq != (ended := last.get(phase.code, 0)):
            yield f"Phase {phase.code} stands at entry {phase.seq}, but its last one is {ended}."
        if phase.revision is not None and phase.revision.pk not in broken:
            yield from plan_faults(phase, Packet.model_validate_json(phase.revision.packet))


def _corrections(initiative: Initiative) -> Iterator[str]:
    """A kind that the packet does not say must be the one that was last recorded."""
    events = Event.objects.filter(initiative=initiative, verb="correct_kind").order_by("seq")
    said = {(event.phase, event.slice): event.after.get("kind") for event in events}
    rows = Slice.objects.filter(phase__initiative=initiative, kind_corrected=True)
    for phase, code, kind in rows.values_list("phase__code", "code", "kind"):
        if said.get((phase, code)) != kind:
            yield f"{phase} slice:{code} has kind {kind!r}, but the ledger says {said.get((phase, code))!r}."
