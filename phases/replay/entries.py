"""What ledger entries say of what they speak of: the one way in which a ledger is read again.

`verify_ledger` proves the tables by it, and a replay makes states of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from phases.models import Event
from phases.rules.state import Touch
from phases.rules.touching import order


class Entry(NamedTuple):
    """A ledger entry as far as a replay reads it; its fields are columns of `Event`."""

    seq: int
    at: dt.datetime
    actor_kind: str
    actor: str
    verb: str
    phase: str
    slice: str
    target: str
    after: Mapping[str, Any]
    note: str
    redacted: bool


COLUMNS = Entry._fields

UNTOUCHED: dict[str, dict[str, Any]] = {
    "slice": {
        "status": "planned",
        "decision": "",
        "version": 0,
        "declared_in": 0,
        "branch": "",
        "pull_request": "",
        "reset": "",
        "reset_seq": 0,
        "reset_note": "",
        "since": None,
        "opened": None,
        "closed_seq": 0,
    },
    "finding": {
        "fix_revision": "",
        "fix_note": "",
        "fixed_by": "",
        "owner": "",
        "rationale": "",
        "target": "",
        "accepted_by": "",
        "redacted": False,
    },
    "concern": {"carried_from": ""},
}
"""For each kind of target what holds before the ledger says anything of it."""


def said_beside(entry: Entry | Event) -> dict[str, Any]:
    """What an entry about a slice, a concern, a waiver or a review says in its own fields."""
    match entry.verb:
        case "raise":
            return {"slice": entry.slice, "raised_by": entry.actor, "raised_at": entry.at}
        case "waive":
            return {"slice": entry.slice, "reason": entry.note, "at": entry.at}
        case "start":
            return {"since": entry.at, "opened": entry.at}
        case "candidate" | "land" | "declare_landed" | "defer":
            return {"since": entry.at}
        case "send_back":
            return {"since": entry.at, "reset_note": entry.note}
        case "reopen":
            return {"since": entry.at, "opened": entry.at, "reset_note": entry.note}
    return _said_beside_review(entry)


def _said_beside_review(entry: Entry | Event) -> dict[str, Any]:
    """What an entry about a disposition, a finding or a version says in its own fields."""
    place = {"phase": entry.phase, "slice": entry.slice, "seq": entry.seq, "at": entry.at, "by": entry.actor}
    match entry.verb:
        case "dispose":
            return {**place, "summary": entry.note, "redacted": entry.redacted}
        case "find":
            return {**place, "changed_at": entry.at, "redacted": entry.redacted}
        case "recheck" | "withdraw_finding" | "restore_finding":
            return {"changed_at": entry.at}
        case "fix":
            return {"changed_at": entry.at, "fix_note": entry.note, "fixed_by": entry.actor}
        case "accept":
            return {"changed_at": entry.at, "accepted_by": entry.actor}
        case "attach":
            return {**place, "source": entry.actor_kind, "redacted": entry.redacted}
    return {}


TOLD = ("slice", "concern", "waiver", "verdict", "finding", "version", "phase")
"""Kinds of targets of which a replay asks what is so."""

Told = dict[str, dict[str, Any]]
"""By kind and name of a target, `slice:D1`, the fields that entries say of it."""


def told(entries: Iterable[Entry]) -> dict[str, Told]:
    """What these entries of one phase say, by kind of target and then by its key."""
    found: dict[str, Told] = {kind: {} for kind in TOLD}
    for entry in entries:
        kind = entry.target.partition(":")[0]
        if kind in found:
            known = found[kind].setdefault(entry.target, dict(UNTOUCHED.get(kind, {})))
            known |= entry.after
            known |= said_beside(entry)
    return found


ABOUT_REVISIONS = ("mention", "withdraw_revision")
"""Verbs of the entries that say what is known of a revision."""


def mentioned(entries: Sequence[tuple[int, Mapping[str, Any]]]) -> dict[str, Any]:
    """What all entries about one revision, each as position and fields, say together; `files` is a set."""
    known: dict[str, Any] = {"seq": entries[0][0], "files": set(), "fixes": {}}
    known |= {"place": 0, "reported_for": [], "unknown_for": []}
    for _, said in entries:
        known["withdrawn"] = said.get("withdrawn", False)
        known["place"] = said.get("place", known["place"])
        known["files"].update(said.get("files", ()))
        for name in ("reported_for", "unknown_for"):
            known[name] += [said[name]] if said.get(name) else []
        known["fixes"] |= said.get("fixes", {})
    return known


def unnamed_fixes(entries: Iterable[tuple[str, int, Mapping[str, Any]]]) -> dict[str, Touch]:
    """By code of the slice the last fix that named no revision, of `fix` entries: target, position, fields.

    The last one in the order of revisions: the newest may have been withdrawn between two fixes.
    """
    found: dict[str, Touch] = {}
    for target, seq, said in entries:
        if code := said.get("about"):
            keep_newer(found, code, Touch(said["place"], "", target, seq))
    return found


def keep_newer(known: dict[str, Touch], code: str, touch: Touch) -> None:
    """Put a touch in the place of what is known of the slice, unless that is newer."""
    if code not in known or order(known[code]) <= order(touch):
        known[code] = touch
