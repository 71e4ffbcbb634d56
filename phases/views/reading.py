"""What was read from a document, prepared to stand beside it: every fact with its line, nothing recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from phases.models import Inventory, Phase
from phases.packets.closure import Closure, read_closure
from phases.packets.closure_facts import FindingRead, VerdictRead
from phases.permissions import Actor
from phases.rules.reading import concerned, verdict_of
from phases.rules.reading_about import disagreed, fills, recordable
from phases.rules.reading_references import missing
from phases.rules.state import PhaseState, Severity

from .paths import Paths
from .reviews_card import LOOKS
from .words import counted

MOST = 100
"""Facts of one kind that are listed."""

Link = Callable[[int], str]
"""The address of a line."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the panel: a badge where there is one, words, and where they stand."""

    text: str
    line: int
    url: str
    look: str = ""
    word: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Facts of one kind; open at first where there are few."""

    title: str
    facts: Sequence[Fact]
    left_out: int = 0

    @property
    def is_open(self) -> bool:
        return len(self.facts) <= 6


@dataclass(frozen=True, slots=True)
class Disagreed:
    document: str
    ledger: str
    line: int
    url: str


@dataclass(frozen=True, slots=True)
class Way:
    """A slice on which what was read can be recorded."""

    label: str
    url: str
    is_main: bool
    is_filled: bool
    """Whether something was read that its form is filled in with."""


@dataclass(frozen=True, slots=True)
class Reading:
    verdict: Fact | None
    groups: Sequence[Group]
    disagreed: Sequence[Disagreed]
    ways: Sequence[Way]
    about: Sequence[tuple[str, str]]
    """(code, address) of the slices that the document is about."""
    role: str
    problem: str

    @property
    def fills(self) -> bool:
        """Whether a form is filled in with more than where it was read from."""
        return any(way.is_filled for way in self.ways)

    @property
    def is_empty(self) -> bool:
        return not (self.verdict or self.groups)


def prepare(
    state: PhaseState,
    path: str,
    key: str,
    text: str,
    *,
    link: Link,
    actor: Actor,
    phase: Phase,
    known: set[str] | None,
) -> Reading:
    """What version `key` of the document at `path` says. One query, and only where it names documents.

    `known` are the paths of documents that are attached to the phase; None leaves references unsought.
    """
    closure = read_closure(text, path=path)
    paths = Paths(state.initiative)
    found = disagreed(state, path, closure)
    return Reading(
        verdict=_verdict(closure.verdict, link) if closure.verdict else None,
        groups=[one for one in _groups(closure, _missing(closure, phase, path, known), link) if one.facts],
        disagreed=[Disagreed(one.document, one.ledger, one.line, link(one.line)) for one in found],
        ways=list(_ways(state, path, closure, key, actor, phase)),
        about=[(one.code, paths.slice(state.code, one.code)) for one in concerned(state, path)],
        role=closure.role,
        problem=closure.problem,
    )


def _ways(
    state: PhaseState, path: str, closure: Closure, key: str, actor: Actor, phase: Phase
) -> Iterable[Way]:
    """The page of each slice that takes a disposition and that the viewer may record one on."""
    paths = Paths(state.initiative)
    for number, item in enumerate(recordable(state, path, closure)):
        verb = "review" if item.is_reviewing else "decide"
        if actor.may_on(verb, phase.initiative_id, (item.owner, item.backup)):
            what = "round" if item.is_reviewing else "decision" if item.is_conditional else "posture"
            url = f"{paths.verb(state.code, item.code, 'disposition')}?from={key}"
            is_filled = fills(item, closure)
            label = f"Record as {what} of {item.code}" if is_filled else f"Write the {what} of {item.code}"
            is_main = number == 0 and verdict_of(item, closure) is not None
            yield Way(label, url, is_main=is_main, is_filled=is_filled)


def _missing(closure: Closure, phase: Phase, path: str, known: set[str] | None) -> list[Fact]:
    if known is None or not closure.references:
        return []
    left = missing(closure.references, known | inventoried(phase), path)
    return [Fact(one.path, one.line, "") for one in left]


def inventoried(phase: Phase) -> set[str]:
    """Paths of the documents that were there when the folder of the initiative was last read."""
    data = Inventory.objects.filter(initiative=phase.initiative_id).values_list("data", flat=True).first()
    documents = json.loads(data).get("documents", []) if data else []
    return {str(one["path"]) for one in documents if one.get("present")}


def _verdict(read: VerdictRead, link: Link) -> Fact:
    notes = [
        f"under “{read.heading}”" if read.heading else "",
        f"about {read.about}" if read.about else "",
        "its changes are closed" if read.is_closed else "",
        "in passing" if not read.is_stated else "",
    ]
    word = read.word.replace("_", " ")
    return Fact(
        read.quote, read.line, link(read.line), LOOKS[read.word], word, ", ".join(filter(None, notes))
    )


def _groups(closure: Closure, missed: Sequence[Fact], link: Link) -> Iterable[Group]:
    yield _group(
        "Other verdicts", [_verdict(one, link) for one in closure.verdicts if one != closure.verdict]
    )
    yield _group(
        "Trigger",
        [_trigger(one.triggered, one.about or one.quote, one.line, link) for one in closure.triggers],
    )
    yield from _blockers(closure, link)
    yield from _findings(closure.findings, link)
    yield _group(
        _gates_title(closure),
        [Fact(one.command, one.line, link(one.line), *_OUTCOMES[one.outcome]) for one in closure.gates],
    )
    yield _group(
        "Owners",
        [
            Fact(
                one.handle or one.role or one.quote,
                one.line,
                link(one.line),
                more=", ".join(filter(None, (one.slice, one.duty, one.backup and f"backup {one.backup}"))),
            )
            for one in closure.owners
        ],
    )
    yield _group(
        "Branches and pull requests",
        [
            Fact(
                one.branch or one.pull_request,
                one.line,
                link(one.line),
                more=" ".join(filter(None, (one.slice, one.pull_request))),
            )
            for one in closure.links
        ],
    )
    yield _group(
        "Decisions", [Fact(one.code, one.line, link(one.line), more=one.status) for one in closure.decisions]
    )
    yield _group(
        "Named here, and nowhere to be found", [Fact(one.text, one.line, link(one.line)) for one in missed]
    )


_OUTCOMES = {"pass": ("passed", "passed"), "fail": ("failed", "failed"), "": ("never_run", "no result")}


def _group(title: str, facts: Sequence[Fact]) -> Group:
    return Group(title, facts[:MOST], max(0, len(facts) - MOST))


def _trigger(triggered: bool, text: str, line: int, link: Link) -> Fact:
    look = "triggered" if triggered else "not_triggered"
    return Fact(text, line, link(line), look, look.replace("_", " "))


def _blockers(closure: Closure, link: Link) -> Iterable[Group]:
    said = closure.says_no_blockers
    if closure.blockers:
        yield _group("Blockers", [Fact(one.text, one.line, link(one.line)) for one in closure.blockers])
    elif said:
        yield _group("Blockers", [Fact(said.text, said.line, link(said.line), "passed", "none")])


def _findings(found: Sequence[FindingRead], link: Link) -> Iterable[Group]:
    for severity in Severity:
        facts = [
            Fact(
                one.title or one.label,
                one.line,
                link(one.line),
                one.state,
                one.state,
                " · ".join(filter(None, (one.label, one.anchor, one.revision))),
            )
            for one in found
            if one.severity == severity
        ]
        yield _group(f"Findings: {severity}", facts)


def _gates_title(closure: Closure) -> str:
    bad = sum(one.outcome == "fail" for one in closure.gates)
    return f"Gate commands, {counted(bad, 'failure')}" if bad else "Gate commands"
