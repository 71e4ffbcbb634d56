"""Snapshots built by hand, for rules that need no database."""

import datetime as dt
from typing import Any

from phases.rules.state import (
    ConcernState,
    Decision,
    GateState,
    Need,
    PhaseState,
    RunState,
    SliceState,
    Status,
    WaiverState,
)

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def a_slice(code: str, status: str = "planned", needs: str = "", **columns: Any) -> SliceState:
    """`needs` are codes separated by spaces; one with a question mark is needed only if triggered."""
    return SliceState(
        id=1,
        code=code,
        position=0,
        title=f"Title of {code}",
        kind=columns.pop("kind", "build"),
        owner=columns.pop("owner", f"@{code.lower()}-team"),
        status=Status(status),
        decision=Decision(columns.pop("decision", "")),
        needs=tuple(Need(word.rstrip("?"), word.endswith("?")) for word in needs.split()),
        **columns,
    )


def a_run(outcome: str = "pass", *, place: int = 1, seq: int = 0, **columns: Any) -> RunState:
    """A run for the revision at `place`, called r1, r2, ...; at place 0 none was known."""
    values: dict[str, Any] = {"by": "ci-main", "source": "token", "at": NOON} | columns
    return RunState(seq, outcome, seq, place, f"r{place}" if place else "", **values)


def a_gate(
    suite: str = "quick", text: str = "make check", run: RunState | None = None, **columns: Any
) -> GateState:
    """A gate whose key names its suite; a text without a space is an attestation."""
    kind = columns.pop("kind", "command" if " " in text else "attestation")
    return GateState(1, f"gate:{suite}:{text.replace(' ', '-')}", suite, text, kind, run=run, **columns)


def a_phase(
    *slices: SliceState, waived: str = "", exit_gates: tuple[GateState, ...] = (), **columns: Any
) -> PhaseState:
    """`waived` are keys of leaves separated by spaces."""
    return PhaseState(
        id=1,
        initiative="observatory",
        code="D",
        title="",
        revision=1,
        seq=0,
        slices={item.code: item for item in slices},
        exit_gates=exit_gates,
        waivers={key: WaiverState(1, key, "agreed", "admin", NOON) for key in waived.split()},
        **columns,
    )


def a_blocker(code: str, text: str = "no licence yet") -> ConcernState:
    return ConcernState(4, "blocker", text, "open", "@legal", "high", code, "lead", NOON)
