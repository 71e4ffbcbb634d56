"""Proving the ledger: the chain is unbroken, and the projections equal a replay of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from phases.models import Concern, Event, Initiative, Membership, PacketRevision, Slice, Waiver

from .ledger import chain_hash, data_digest, digest
from .people import membership_key

PROJECTED = {
    "slice": ("status", "decision", "version", "declared_in", "branch", "pull_request"),
    "concern": ("state", "answer"),
    "waiver": ("active",),
    "packet": ("revision", "sha256"),
    "membership": ("member",),
}
"""For each kind of target the fields that only the ledger may change."""

UNTOUCHED: dict[str, dict[str, Any]] = {
    "slice": {
        "status": "planned",
        "decision": "",
        "version": 0,
        "declared_in": 0,
        "branch": "",
        "pull_request": "",
    },
    "concern": {"answer": ""},
}
"""What a row holds before the ledger says anything of it."""

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
    """Check chain, digests and projections; `anchor` is a head noted earlier that must be in the chain."""
    result = Verification(initiative.slug, initiative.seq, initiative.head)
    replay: dict[Target, dict[str, Any]] = {}
    result.faults += _chain(initiative, anchor, replay)
    result.faults += _projections(initiative, replay)
    return result


def _chain(initiative: Initiative, anchor: str, replay: dict[Target, dict[str, Any]]) -> Iterator[str]:
    previous, seq, anchored = "", 0, not anchor
    for event in Event.objects.filter(initiative=initiative).order_by("seq").iterator(chunk_size=2000):
        seq += 1
        if event.seq != seq:
            yield f"Entry {seq} is missing; {event.seq} stands in its place."
            seq = event.seq
        if event.previous != previous:
            yield f"Entry {seq} does not follow from the entry before it."
        if event.data_digest != data_digest(event.before, event.after) or event.note_digest != digest(
            event.note
        ):
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


def _replayed(event: Event, replay: dict[Target, dict[str, Any]]) -> Iterator[str]:
    kind = event.target.split(":", 1)[0]
    if kind not in PROJECTED:
        return
    # Concerns and waivers are numbered across phases, so their phase does not tell them apart.
    target = (event.phase if kind in ("slice", "packet") else "", event.target)
    known = replay.setdefault(target, dict(UNTOUCHED.get(kind, {})))
    for name, value in event.before.items():
        if name in PROJECTED[kind] and known.get(name, value) != value:
            yield f"Entry {event.seq} says that {event.target} had {name} {value!r}; it had {known[name]!r}."
    known |= {name: value for name, value in event.after.items() if name in PROJECTED[kind]}


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
    concerns = Concern.objects.filter(phase__initiative=initiative)
    for pk, state, answer in concerns.values_list("pk", "state", "answer").iterator():
        yield ("", f"concern:{pk}"), {"state": state, "answer": answer}
    for pk, active in (
        Waiver.objects.filter(phase__initiative=initiative).values_list("pk", "active").iterator()
    ):
        yield ("", f"waiver:{pk}"), {"active": active}
    latest: dict[str, tuple[int, str]] = {}
    revisions = PacketRevision.objects.filter(phase__initiative=initiative).order_by("number")
    for phase, number, sha256 in revisions.values_list("phase__code", "number", "sha256").iterator():
        latest[phase] = (number, sha256)
    for phase, (number, sha256) in latest.items():
        yield (phase, f"packet:{phase}"), {"revision": number, "sha256": sha256}
    members = Membership.objects.filter(owner__initiative=initiative)
    for user_id, handle in members.values_list("user_id", "owner__handle").iterator():
        yield ("", membership_key(user_id, handle)), {"member": True}
