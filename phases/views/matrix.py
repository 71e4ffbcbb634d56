"""The gate matrix: slices x suites, each cell one glance, and what must run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from posixpath import basename
from typing import NamedTuple

from phases.rules.freshness import (
    WORDS,
    Badge,
    Judged,
    badge,
    evidence,
    is_due_again,
    judged,
    why,
    why_not_applicable,
)
from phases.rules.state import GateState, PhaseState, SliceState, Status, Touch
from phases.rules.wording import label, quoted, short

from .words import SUITES, counted

WORST_FIRST = (
    Badge.FAILED,
    Badge.STALE,
    Badge.LATE,
    Badge.NEVER,
    Badge.WAIVED,
    Badge.PASSED,
    Badge.NOT_APPLICABLE,
)
"""The worst badge of its gates decides the look of a cell."""

SIGNS = {Badge.FAILED: "✕", Badge.STALE: "↻", Badge.LATE: "◷"}
"""Of the badges that the drawing shows; the style sheet has them all."""

_RANK = {one: place for place, one in enumerate(WORST_FIRST)}

_NAMES = {suite: (name, name.lower()) for suite, name in SUITES.items()}

MOST = 12
"""Gates of the phase exit beside the phase; all of them are on their page."""


class Cell(NamedTuple):
    """The gates of one slice in one suite; `label` says in words what the signs show."""

    suite: str
    name: str
    look: str
    text: str
    label: str


class Remark(NamedTuple):
    """A small line under a slice's title; `tone` is a class of the style sheet, or empty."""

    text: str
    tone: str = ""


class ExitLine(NamedTuple):
    """A gate of the phase exit; `why` is empty where its badge says it all."""

    text: str
    look: str
    word: str
    why: str


def _cell(state: PhaseState, item: SliceState, suite: str, badges: Sequence[Badge]) -> Cell:
    look, text, said = _told(suite, tuple(badges))
    name, lower = _NAMES[suite]
    if look == Badge.NOT_APPLICABLE:
        gate = next(gate for gate in item.gates if gate.suite == suite)
        said = f"not applicable. {why_not_applicable(state, item, gate)}"
    return Cell(suite, name, look, text, f"{item.code} {lower}: {said}")


@lru_cache(maxsize=1024)
def _told(suite: str, badges: tuple[Badge, ...]) -> tuple[str, str, str]:
    """Look, sign and words of gates with these badges; most cells of a phase are alike."""
    worst = min(badges, key=_RANK.__getitem__)
    if worst == Badge.NOT_APPLICABLE:
        return worst.value, "n/a", ""
    passed, total = badges.count(Badge.PASSED), len(badges)
    # What the gates that did not pass show: `, 1 failed, 2 never run`.
    counts = [(one, badges.count(one)) for one in WORST_FIRST if one != Badge.PASSED]
    rest = "".join(f", {number} {WORDS[one]}" for one, number in counts if number)
    look = f"{worst.value} extra" if suite == "extra" else worst.value
    return look, f"{passed}/{total}", f"{passed} of {total} passed{rest}"


class Matrix:
    """Every gate of a phase judged once: for the cells, the drawing and the headline."""

    def __init__(self, state: PhaseState) -> None:
        self.state = state
        self.again: list[Judged] = []
        self._badges: dict[str, dict[str, list[Badge]]] = {code: {} for code in state.slices}
        self._again_of: dict[str, list[tuple[GateState, Badge]]] = {}
        for item, gate, now in judged(state):
            self._take(item, gate, now)
        declared = {suite for suites in self._badges.values() for suite in suites}
        self.suites = [suite for suite in SUITES if suite in declared]

    def _take(self, item: SliceState | None, gate: GateState, now: Badge) -> None:
        is_again = is_due_again(gate, now)
        if is_again:
            self.again.append((item, gate, now))
        if item is None:
            return
        # Nothing is asked of an extra command, but what it did is worth a sign.
        sign = evidence(self.state, item, gate) if gate.suite == "extra" else now
        self._badges[item.code].setdefault(gate.suite, []).append(sign)
        if is_again:
            self._again_of.setdefault(item.code, []).append((gate, now))

    def cells(self, item: SliceState) -> list[Cell | None]:
        """One for each suite, None where the slice has no gate in it."""
        found = self._badges[item.code]
        return [
            _cell(self.state, item, suite, found[suite]) if suite in found else None for suite in self.suites
        ]

    def remarks(self, item: SliceState) -> list[Remark]:
        """What failed, what touched the slice since its gates passed, what changed in the packet."""
        mine = self._again_of.get(item.code, ())
        failed = [gate for gate, now in mine if now == Badge.FAILED]
        stale = dict.fromkeys(_stale(item, gate) for gate, now in mine if now in (Badge.STALE, Badge.LATE))
        replaced = {gate.suite: None for gate, now in mine if now == Badge.NEVER}
        found = [Remark(text, "fail") for text in dict.fromkeys(_failed(item, gate) for gate in failed)]
        found += [Remark(text, "warn") for text in stale]
        return found + [Remark(f"a gate of {_name(suite)} was changed", "warn") for suite in replaced]

    def marks(self) -> Mapping[str, tuple[str, str, str]]:
        """By code of the slice look, sign and words of the worst, for the drawing."""
        marks = {}
        for code, mine in self._again_of.items():
            worst = min((now for _, now in mine), key=_RANK.__getitem__)
            if worst != Badge.NEVER:
                marks[code] = (worst.value, SIGNS[worst], f"a gate {WORDS[worst]}")
        return marks

    def counts(self) -> list[tuple[str, str]]:
        """(`1 failed`, class) and so on, for the headline."""
        badges = [now for _, _, now in self.again]
        tones = {Badge.FAILED: "fail", Badge.STALE: "warn", Badge.LATE: "warn"}
        return [(f"{badges.count(one)} {WORDS[one]}", tone) for one, tone in tones.items() if one in badges]


def _why(state: PhaseState, item: SliceState | None, gate: GateState) -> str:
    """The sentence without the name of the gate, which stands beside it."""
    return why(state, item, gate).removeprefix(label(item, gate)).strip()


def _name(suite: str) -> str:
    return _NAMES[suite][1]


def _failed(item: SliceState, gate: GateState) -> str:
    run = gate.run
    at = f" at {short(run.revision)}" if run and run.revision else ""
    is_after = item.status == Status.LANDED and run is not None and run.seq > item.closed_seq
    return f"{_name(gate.suite)} failed{at}{', after landing' if is_after else ''}"


def _stale(item: SliceState, gate: GateState) -> str:
    """The reason in a few words; the list beside the phase has the whole sentence."""
    run = gate.run
    if run and run.seq < item.reset_seq:
        back = "sent back" if item.reset == "send_back" else "reopened"
        return f"{_name(gate.suite)} ran before it was {back}"
    if run and item.fixed and run.place < item.fixed.place:
        return f"{short(item.fixed.revision)} fixed {item.fixed.what.replace(':', ' ')}"
    return _touched(item.touched)


def _touched(touch: Touch | None) -> str:
    if touch is None:
        return ""
    what = f"touched {basename(touch.what)}" if touch.what else "changed unknown files"
    return f"{short(touch.revision)} {what}"


def exit_lines(state: PhaseState, most: int = MOST) -> list[ExitLine]:
    """The gates of the phase exit, each with its badge and its sentence."""
    return [_exit(state, gate) for gate in state.exit_gates[:most]]


def _exit(state: PhaseState, gate: GateState) -> ExitLine:
    now = badge(state, None, gate)
    says_it = now == Badge.NEVER and not gate.replaces
    return ExitLine(quoted(gate.text), now.value, WORDS[now], "" if says_it else _why(state, None, gate))


def extra_runs(gates: Sequence[GateState]) -> str:
    """`2 extra commands`, empty where nobody reported any for the phase as a whole."""
    return counted(len(gates), "extra command") if gates else ""
