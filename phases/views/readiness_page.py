"""The readiness page prepared: the verdict, the way to ready, the tree, and what was let pass."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from phases.models import PacketRevision, Phase
from phases.permissions import Actor
from phases.rules.readiness import Readiness
from phases.rules.state import LeafState

from .paths import Paths
from .readiness_asked import Asked
from .readiness_moments import Difference, Looked, Moments, difference, moments_of
from .readiness_tree import LOOKS, GroupLine, tree
from .readiness_way import Turn, WayToReady, turns_of, way_of
from .readiness_what_if import WhatIf, suppose
from .times import moment
from .words import counted, listed


@dataclass(frozen=True, slots=True)
class Count:
    """How many leaves are in a state; in the bar they come after `offset` others."""

    word: str
    look: str
    number: int
    offset: int
    in_truth: int | None = None
    """How many there are in truth, beside an assumption that makes a difference."""


@dataclass(frozen=True, slots=True)
class LetPass:
    """What a person let pass: one requirement, or all that slices landed by declaration leave unmet."""

    title: str
    key: str
    url: str
    reason: str
    by: str
    at: dt.datetime | None = None
    still: bool = True
    """Whether the requirement would be missing without it."""


@dataclass(frozen=True, slots=True)
class ReadinessPage:
    """Everything that the template prints."""

    phase: Phase
    found: Readiness
    asked: Asked
    phase_url: str
    verdict: str
    tone: str
    settled: str
    counts: Sequence[Count]
    total: int
    turns: Sequence[Turn]
    way: WayToReady
    groups: Sequence[GroupLine]
    let_pass: Sequence[LetPass]
    what_if: WhatIf | None
    truth: str
    """Verdict and counts as they are in truth, beside an assumption."""
    looked: Looked | None
    moments: Moments
    difference: Difference | None
    before: str
    """The verdict of the earlier one of two moments."""
    seen: dt.datetime
    """When the page was made, for paper."""
    is_live: bool
    """Whether something can be done about it: now, in truth, and before the handoff."""

    @property
    def has_documents(self) -> bool:
        """Whether a document that a slice expects is there, and may differ from the ledger."""
        every = self.found.state.slices.values()
        return any(one.version is not None for item in every for one in item.artifacts)

    @property
    def unfolded_url(self) -> str:
        return self.asked.unfolded().url

    @property
    def folded_url(self) -> str:
        return self.asked.unfolded("").url


def prepare(
    phase: Phase, truth: Readiness, asked: Asked, looked: Looked | None, actor: Actor, now: dt.datetime
) -> ReadinessPage:
    """The page of a phase; `looked` is the past that `truth` is about, None where it is about now."""
    found, what_if = suppose(truth, asked)
    moments = moments_of(phase, asked, looked)
    changed = difference(phase, looked, found) if looked else None
    supposed = what_if is not None and what_if.truth is not None
    may_act = looked is None and found.state.handed_off is None
    names = _importers(phase, found) if changed is None else {}
    return ReadinessPage(
        phase=phase,
        found=found,
        asked=asked,
        phase_url=Paths(found.state.initiative).phase(found.state.code),
        verdict=verdict(found, _IF if supposed else _PAST if looked else _NOW),
        tone=tone(found),
        settled=_settled(found),
        counts=counts(found, truth),
        total=len(found.leaves),
        turns=turns_of(found, actor, phase.initiative_id) if may_act and not supposed else (),
        way=way_of(found, actor, phase.initiative_id),
        groups=tree(found, asked, live=may_act),
        let_pass=[*_waivers(truth), *_declared(truth, names)],
        what_if=what_if,
        truth=f"{verdict(truth)} {_settled(truth)}".strip() if supposed else "",
        looked=looked,
        moments=moments,
        difference=changed,
        before=verdict(changed.before, _PAST) if changed else "",
        seen=now,
        is_live=may_act and not supposed,
    )


class _Mood(NamedTuple):
    """How a verdict speaks: of now, of the past, or of what would be."""

    can: str
    is_not: str
    one: str
    several: str


_NOW = _Mood("can", "is not ready", "is", "are")
_PAST = _Mood("could", "was not ready", "was", "were")
_IF = _Mood("could", "would not be ready", "would be", "would be")


def verdict(found: Readiness, mood: _Mood = _NOW) -> str:
    """Whether the phase can be handed off, in one sentence."""
    state, missing = found.state, len(found.unmet)
    if state.handed_off:
        return f"Phase {state.code} was handed off by {state.handed_off.by} on {moment(state.handed_off.at)}."
    if not missing:
        return f"Phase {state.code} {mood.can} be handed off."
    asked = len(found.leaves) - found.counts["not_applicable"]
    requirements = counted(asked, "requirement")
    verb = mood.one if missing == 1 else mood.several
    return f"Phase {state.code} {mood.is_not}: {missing} of {requirements} {verb} missing."


def tone(found: Readiness) -> str:
    """The word for the colour of the verdict."""
    if found.state.handed_off:
        return "handed_off"
    return "ready" if found.is_ready else "not_ready"


def _settled(found: Readiness) -> str:
    """What a verdict without anything missing stands on."""
    if not found.is_ready:
        return ""
    asked, waived = len(found.leaves) - found.counts["not_applicable"], found.counts["waived"]
    let_pass = f", {waived} of them waived" if waived else ""
    return f"All {counted(asked, 'requirement')} settled{let_pass}." if asked else "Nothing is asked of it."


def counts(found: Readiness, truth: Readiness) -> list[Count]:
    """How many leaves are in each state, in the order of the bar."""
    parts, offset = [], 0
    for state in LOOKS:
        look, word = LOOKS[state]
        number = found.counts[state.value]
        in_truth = truth.counts[state.value]
        parts.append(Count(word, look, number, offset, in_truth if in_truth != number else None))
        offset += number
    return parts


def _waivers(found: Readiness) -> list[LetPass]:
    """Each waiver that stands, also where its requirement has been met since."""
    paths = Paths(found.state.initiative)
    lines = []
    for waiver in found.state.waivers.values():
        leaf = found.leaves.get(waiver.key)
        where = f"{waiver.slice}: " if waiver.slice else ""
        lines.append(
            LetPass(
                title=f"{where}{leaf.title if leaf else waiver.key}",
                key=waiver.key,
                url=paths.place(found.state.code, leaf) if leaf else "",
                reason=waiver.reason,
                by=waiver.by,
                at=waiver.at,
                still=leaf is not None and leaf.state == LeafState.WAIVED,
            )
        )
    return lines


def _declared(found: Readiness, names: Mapping[int, str]) -> list[LetPass]:
    """What packet revisions let pass by declaring slices landed, in order of the revisions."""
    state, known = found.state, found.state.waivers.keys()
    passed: dict[int, Counter[str]] = defaultdict(Counter)
    others = []
    for leaf in found.leaves.values():
        if leaf.state != LeafState.WAIVED or leaf.key in known:
            continue
        if number := state.slices[leaf.slice].declared_in:
            passed[number][leaf.slice] += 1
        else:
            # Another slice produces it, which was declared landed: its own sentence says so.
            others.append(LetPass(f"{leaf.slice}: {leaf.title}", leaf.key, "", leaf.why, ""))
    return [*(_revision(number, passed[number], names) for number in sorted(passed)), *others]


def _revision(number: int, codes: Counter[str], names: Mapping[int, str]) -> LetPass:
    return LetPass(
        title=f"{listed(codes, 12)}: {counted(codes.total(), 'requirement')}",
        key=f"revision:{number}",
        url="",
        reason=f"Packet revision {number} declared {'it' if len(codes) == 1 else 'them'} landed.",
        by=names.get(number, ""),
    )


def _importers(phase: Phase, found: Readiness) -> dict[int, str]:
    """Who imported each packet revision that declared something; one query where one did."""
    numbers = {item.declared_in for item in found.state.slices.values() if item.declared_in}
    rows = PacketRevision.objects.filter(phase=phase, number__in=numbers).values_list("number", "imported_by")
    return dict(rows) if numbers else {}
