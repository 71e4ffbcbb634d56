"""What a new packet revision means for what is recorded, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .changes import DISPOSED, Changes
from .packet import SliceKind

_PLANNED = "planned"
_REVIEWING = (SliceKind.REVIEW, SliceKind.STRUCTURAL)


def consequences(
    changes: Changes,
    *,
    live: Mapping[str, str],
    archived: Iterable[str] = (),
    ran: Iterable[tuple[str, str, str]] | None = None,
) -> list[str]:
    """What applying `changes` means for what is recorded, one sentence each.

    `live` maps codes to status words, `archived` names slices that an earlier revision had, `ran`
    holds (slice, suite, text) of gates with a run; without it, started slices count as run.
    """
    if changes.is_empty:
        return ["Changes nothing."]
    gone = set(archived)
    return [
        *_about_statuses(changes, live),
        *_about_gates(changes, live, None if ran is None else set(ran)),
        *(f"Brings back {code} with its history." for code in changes.added if code in gone),
        *_about_slices(changes, live),
        *_about_carry_forwards(changes),
        *_about_requirements(changes),
        *(f"Archives {code} with its history ({_status(live, code)})." for code in changes.archived),
    ]


def _about_statuses(changes: Changes, live: Mapping[str, str]) -> Iterator[str]:
    started = sum(1 for code in changes.kept if live.get(code, _PLANNED) != _PLANNED)
    if started:
        yield f"Keeps the status of {_count(started, 'slice')}."


def _about_gates(
    changes: Changes, live: Mapping[str, str], ran: set[tuple[str, str, str]] | None
) -> Iterator[str]:
    again: dict[tuple[str, str], int] = {}
    for change in changes.gates_added:
        old_key = (change.slice, change.gate.suite.value, change.replaces)
        started = live.get(change.slice, _PLANNED) != _PLANNED
        if change.replaces and (started if ran is None else old_key in ran):
            place = (change.slice, change.gate.suite.value)
            again[place] = again.get(place, 0) + 1
    for (code, suite), number in again.items():
        subject = f"{code} {suite.replace('_', ' ')}".strip()
        changed = "its gate changed" if number == 1 else f"{number} of its gates changed"
        yield f"{subject[:1].upper()}{subject[1:]} must run again because {changed}."


def _about_slices(changes: Changes, live: Mapping[str, str]) -> Iterator[str]:
    for code, fields in changes.changed.items():
        status = _status(live, code)
        for change in fields:
            if change.field == "owner" and code in live:
                yield f"{code} moves from {change.old} to {change.new}."
            if change.field == "kind" and status != _PLANNED:
                yield from _about_kind(code, _kind(change.old), _kind(change.new))
            is_order = change.field == "depends_on"
            needs = [each for each in change.new if each not in change.old] if is_order else []
            if needs and status != _PLANNED:
                yield f"{code} stays {status} though it now needs {', '.join(needs)}."


def _about_carry_forwards(changes: Changes) -> Iterator[str]:
    """What the packet defers is kept as carry-forwards, which somebody answers."""
    for change in changes.packet:
        if change.field == "deferred_non_blocking":
            new, old = set(change.new), set(change.old)
            if new - old:
                yield f"Adds {_count(len(new - old), 'carry-forward')}."
            if old - new:
                yield f"Archives {_count(len(old - new), 'carry-forward')}, with what was answered."


def _kind(said: str) -> SliceKind:
    """The kind of a slice, whether it was written or inferred."""
    return SliceKind(said.partition(" ")[0])


def _about_kind(code: str, old: SliceKind, new: SliceKind) -> Iterator[str]:
    """Rounds count for both kinds of review; any other verdict counts for its own kind alone."""
    if old == new or (old in _REVIEWING and new in _REVIEWING):
        return
    if old in DISPOSED:
        yield f"{code} becomes a {new} slice: the verdicts on it so far no longer count."
    elif new in DISPOSED:
        yield f"{code} becomes a {new} slice and now needs a verdict."


def _about_requirements(changes: Changes) -> Iterator[str]:
    if changes.requirements_added:
        yield f"Adds {_count(changes.requirements_added, 'requirement')}."
    if changes.requirements_removed:
        yield f"Removes {_count(changes.requirements_removed, 'requirement')}."


def _status(live: Mapping[str, str], code: str) -> str:
    return live.get(code, _PLANNED).replace("_", " ")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
