"""Snapshots built by hand, for rules that need no database."""

import datetime as dt
from typing import Any

from phases.rules.state import (
    ArtifactState,
    ConcernState,
    Decision,
    FindingState,
    GateState,
    Need,
    PhaseState,
    RoundState,
    RunState,
    SliceState,
    Status,
    VersionState,
    WaiverState,
)

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def a_slice(code: str, status: str = "planned", needs: str = "", **columns: Any) -> SliceState:
    """`needs` are codes separated by spaces; one with a question mark is needed only if triggered."""
    columns.setdefault("opened", columns.get("since"))
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


def a_round(verdict: str = "approve", number: int = 1, *, place: int = 1, **columns: Any) -> RoundState:
    """A disposition by rita for the revision at `place`; `reviewed` are codes separated by spaces."""
    reviewed = columns.pop("reviewed", "")
    if isinstance(reviewed, str):
        reviewed = dict.fromkeys(reviewed.split(), place)
    values: dict[str, Any] = {
        "seq": 10 * number,
        "by": "rita",
        "at": NOON,
        "scope": tuple(reviewed),
    } | columns
    revision = f"r{place}" if place else ""
    return RoundState(number, number, verdict, place=place, revision=revision, reviewed=reviewed, **values)


def a_finding(state: str = "open", severity: str = "medium", pk: int = 17, **columns: Any) -> FindingState:
    values: dict[str, Any] = {"title": "A gap", "slice": "D5", "changed_at": NOON} | columns
    return FindingState(pk, severity, state=state, **values)


def a_review(*findings: FindingState, code: str = "D5", **columns: Any) -> SliceState:
    """A review slice in progress; its open and fixed findings are counted."""
    values: dict[str, Any] = {"kind": "review", "status": "in_progress", "needs": "D1 D2"} | columns
    unclosed = sum(one.is_unclosed for one in findings)
    return a_slice(code, findings=findings, unclosed=unclosed, **values)


def an_artifact(
    path: str = "docs/X.md", when: str = "always", *, attached: bool = False, produced: bool = False
) -> ArtifactState:
    version = VersionState(3, 2, "lena", NOON) if attached else None
    return ArtifactState(f"artifact:{path}", path, when, inferred=False, produced=produced, version=version)


def moment(words: str) -> dt.datetime:
    """`Tue 09:30` of the week of `NOON`, which is a Monday; `Tue+ 09:30` of the week after it."""
    day, clock = words.split()
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(day.rstrip("+")) + 7 * day.endswith("+")
    hour, minute = map(int, clock.split(":"))
    return NOON.replace(hour=hour, minute=minute) + dt.timedelta(days=days)
