"""The gate matrix: slices x suites, each cell one glance, and what must run again with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

from .turns import TurnOf
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
"""Gates beside the phase that must run again; all of them on request."""


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


class AgainLine(NamedTuple):
    """A gate that must run again: why, and whose turn it is."""

    code: str
    suite: str
    text: str
    look: str
    word: str
    why: str
    url: str
    owner: str
    whose: str


class ExitLine(NamedTuple):
    """A gate of the phase exit; `why` is empty where its badge says it all."""

    text: str
    look: str
    word: str
    why: str


def _cell(state: PhaseState, item: SliceState, suite: str, badges: Sequence[Badge]) -> Cell:
    worst = badges[0] if len(badges) == 1 else min(badges, key=_RANK.__getitem__)
    name, lower = _NAMES[suite]
    if worst == Badge.NOT_APPLICABLE:
        gate = next(gate for gate in item.gates if gate.suite == suite)
        said = f"{item.code} {lower}: not applicable. {why_not_applicable(state, item, gate)}"
        return Cell(suite, name, worst.value, "n/a", said)
    passed, total = badges.count(Badge.PASSED), len(badges)
    look = f"{worst.value} extra" if suite == "extra" else worst.value
    rest = _rest(badges) if passed < total else ""
    return Cell(
        suite, name, look, f"{passed}/{total}", f"{item.code} {lower}: {passed} of {total} passed{rest}"
    )


def _rest(badges: Sequence[Badge]) -> str:
    """What the gates that did not pass show: `, 1 failed, 2 never run`."""
    counts = [(one, badges.count(one)) for one in WORST_FIRST if one != Badge.PASSED]
    return "".join(f", {number} {WORDS[one]}" for one, number in counts if number)


class Matrix:
    """Every gate of a phase judged once: for the cells, the list, the drawing and the headline."""

    def __init__(self, state: PhaseState) -> None:
        self.state = state
        self.again: list[Judged] = []
        self.has_run = False
        self._badges: dict[str, dict[str, list[Badge]]] = {code: {} for code in state.slices}
        self._again_of: dict[str, list[tuple[GateState, Badge]]] = {}
        for item, gate, now in judged(state):
            self._take(item, gate, now)
        declared = {suite for suites in self._badges.values() for suite in suites}
        self.suites = [suite for suite in SUITES if suite in declared]

    def _take(self, item: SliceState | None, gate: GateState, now: Badge) -> None:
        self.has_run = self.has_run or gate.run is not None
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

    def lines(self, urls: Mapping[str, str], turn_of: TurnOf, most: int | None = MOST) -> list[AgainLine]:
        """In file order, the phase exit last; `urls` holds the pages of slices, the phase's under ``""``."""
        return [self._line(item, gate, now, urls, turn_of) for item, gate, now in self.again[:most]]

    def _line(
        self,
        item: SliceState | None,
        gate: GateState,
        now: Badge,
        urls: Mapping[str, str],
        turn_of: TurnOf,
    ) -> AgainLine:
        holder, code = item or self.state.closer, item.code if item else ""
        return AgainLine(
            code=code,
            suite=_name(gate.suite),
            text=quoted(gate.text),
            look=now.value,
            word=WORDS[now],
            why=_why(self.state, item, gate),
            url=f"{urls[code]}gates/{gate.suite}/",
            owner=holder.owner if holder else "",
            whose=turn_of(holder) if holder else "",
        )


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
