"""The words of the pages: suites, kinds, and one short sentence for each kind of ledger entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from phases.models import Event
from phases.rules.transitions import WORDS
from phases.rules.wording import short

STATUS = {status.value: word for status, word in WORDS.items()}

SUITES = {
    "quick": "Quick",
    "full": "Full",
    "assess": "Assess",
    "mandatory_before": "Before next",
    "full_if_triggered": "If triggered",
    "closure": "Closure",
    "acceptance": "Acceptance",
    "phase_exit": "Phase exit",
    "extra": "Extra",
}
"""Names of the suites, in the order in which they stand side by side."""

ECHOES = (
    "block",
    "unblock",
    "mention",
    "void",
    "decide",
    "find",
    "recheck",
    "withdraw_finding",
    "restore_finding",
)
"""Entries that follow from another one, which says it already."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger entry as people read it: *actor* *did*, and what they said."""

    actor: str
    verb: str
    did: str
    at: dt.datetime
    note: str
    seq: int
    slice: str


COLUMNS = ("seq", "at", "actor", "verb", "phase", "slice", "target", "after", "note")
"""What `entry` reads of an event; lists fetch only these."""


def entry(event: Event) -> Entry:
    return Entry(event.actor, event.verb, did(event), event.at, said(event), event.seq, event.slice)


def said(event: Event) -> str:
    """The words that came with an entry."""
    return event.note or str(event.after.get("text", ""))


def did(event: Event) -> str:
    """What an entry records, to be read after the name of its actor."""
    where = event.slice or (f"phase {event.phase}" if event.phase else "the initiative")
    template = _DID.get(event.verb)
    if template is None:
        return f"{event.verb.replace('_', ' ')} {where}"
    return template.format(where=where, what=_what(event), after=_Words(event.after))


_DID = {
    "start": "started {where}",
    "candidate": "made {where} a candidate",
    "land": "landed {where}",
    "send_back": "sent {where} back",
    "reopen": "reopened {where}",
    "declare_landed": "landed {where} by declaration",
    "link": "changed the links of {where}",
    "correct_kind": "corrected the kind of {where} to {after[kind]}",
    "dispose": "recorded {after[verdict]} on {where}, disposition {after[number]}",
    "void": "voided the disposition of {where}",
    "decide": "decided {where} to be {after[decision]}",
    "defer": "deferred {where}",
    "find": "found in {where}: {after[title]}",
    "fix": "fixed {what} of {where}",
    "recheck": "looked at {what} of {where} again: {after[state]}",
    "accept": "accepted {what} of {where} as it is",
    "attach": "attached {after[path]}, version {after[number]}",
    "fire": "said that a watchpoint of {where} fired",
    "join_concern": "found that a concern of {where} goes on from an earlier phase",
    "archive_concern": "archived a concern that the packet of {where} no longer names",
    "restore_concern": "brought back a concern that the packet of {where} names again",
    "raise": "raised a {after[kind]} on {where}",
    "answer": "{after[state]} a concern on {where}",
    "block": "blocked {where}",
    "unblock": "unblocked {where}",
    "waive": "waived {what} of {where}",
    "withdraw_waiver": "withdrew a waiver of {where}",
    "end_waiver": "ended a waiver of {where}",
    "report": "reported {where} {after[suite]}: {after[outcome]}",
    "attest": "attested {where} {after[suite]}: {after[outcome]}",
    "mention": "mentioned revision {what}",
    "withdraw_revision": "took revision {what} out of what counts",
    "retract": "retracted {what} of {where}",
    "withdraw_finding": "withdrew {what} of {where} with its round",
    "restore_finding": "put {what} of {where} back to {after[state]}",
    "redact": "redacted an entry about {where}",
    "handoff": "handed off {where}",
    "reopen_phase": "reopened {where}",
    "import": "imported packet revision {after[revision]} of {where}",
    "inventory": "read the folder {after[folder]}, inventory {after[number]}",
    "join": "added a member: {what}",
    "leave": "removed a member: {what}",
    "create_token": "made the token {what}",
    "revoke_token": "revoked the token {what}",
}


class _Words(dict[str, Any]):
    """Values of an entry as words; what an entry does not say is left blank."""

    def __getitem__(self, key: str) -> str:
        said = str(self.get(key, ""))
        return said if key in _AS_WRITTEN else said.replace("_", " ")


_AS_WRITTEN = ("path", "title", "folder")
"""What people named themselves; the rest are words of ours."""


def _what(event: Event) -> str:
    if event.target.startswith("token:"):
        return str(event.after.get("name", ""))
    if event.verb == "retract":
        return {"verdict": "a round", "version": "a version"}.get(event.target.partition(":")[0], "a run")
    if event.target.startswith("finding:"):
        return event.target.replace(":", " ")
    if "person" in event.after:
        return f"{event.after['person']} for {event.after.get('owner', '')}"
    return leaf(str(event.after.get("key", ""))) or short(event.target.partition(":")[2])


def leaf(key: str) -> str:
    """A requirement by its key: `a quick gate`, `the artifact docs/REVIEW.md`."""
    kind, _, rest = key.partition(":")
    if kind == "gate":
        suite = rest.split("/")[-2].replace("_", " ")
        return f"{'an' if suite[:1] in 'aeiou' else 'a'} {suite} gate"
    words = {
        "exit": "a phase exit gate",
        "artifact": f"the artifact {rest}",
        "slice": f"the landing of {rest}",
        "disposition": f"the decision about {rest}",
        "concern": f"blocker {rest}",
    }
    return words.get(kind, key)


def listed(codes: Iterable[str], most: int = 4) -> str:
    """`D3, D4 and 5 more`."""
    every = list(codes)
    if len(every) <= most:
        return ", ".join(every)
    return f"{', '.join(every[: most - 1])} and {len(every) - most + 1} more"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 gate`, `2 gates`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


DEEPEST = 8
"""Levels of nesting that are told apart on a page."""


def flat(value: object) -> list[tuple[int, str, str]]:
    """Nested values as lines of (depth, key, text), for a readable list of any depth."""
    lines: list[tuple[int, str, str]] = []
    stack: list[tuple[int, str, Any]] = [(0, "", value)]
    while stack:
        level, key, item = stack.pop()
        if isinstance(item, Mapping):
            parts = [(level + bool(key), str(name), part) for name, part in item.items()]
        elif isinstance(item, list):
            parts = [(level + bool(key), "", part) for part in item]
        else:
            lines.append((min(level, DEEPEST), key, "" if item is None else str(item)))
            continue
        if key:
            lines.append((min(level, DEEPEST), key, "" if parts else "empty"))
        stack.extend(reversed(parts))
    return lines
