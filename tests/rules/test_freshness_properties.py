"""What holds of freshness after any sequence of reports; and mutants, to see that it can fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from phases.rules import freshness
from phases.rules.freshness import Badge, badge
from phases.rules.state import Outcome, PhaseState, RunState
from phases.rules.touching import Declared, Mention, latest

from .states import a_gate, a_phase, a_run, a_slice

PATHS: dict[str, tuple[str, ...]] = {"D1": ("src/a", "lib/**"), "D2": ("src/b", "lib/b*"), "D3": ()}
FILES = ("src/a", "src/b", "lib/b.py", "lib/c.py")
IRRELEVANT = ("docs/x.md", "src/abc")


class Report(NamedTuple):
    """One report of the gate of a slice; `files` are None where they are unknown."""

    code: str
    revision: str
    files: tuple[str, ...] | None
    outcome: str


@dataclass
class World:
    """A phase of three slices with a gate each, as a replay of reports makes it."""

    mentions: dict[str, Mention] = field(default_factory=dict)
    runs: dict[str, list[RunState]] = field(default_factory=lambda: {code: [] for code in PATHS})
    seq: int = 0

    def mention(self, revision: str, files: Sequence[str] | None, code: str) -> Mention:
        known = self.mentions.get(revision)
        if known is None:
            self.seq += 1
            known = Mention(revision, len(self.mentions) + 1, seq=self.seq)
        self.mentions[revision] = known._replace(
            files=sorted({*known.files, *(files or ())}),
            reported_for=[*known.reported_for, code],
            unknown_for=[*known.unknown_for, *([code] if files is None else [])],
        )
        return self.mentions[revision]

    def report(self, one: Report) -> None:
        place = self.mention(one.revision, one.files, one.code).place
        self.seq += 1
        run = a_run(one.outcome, place=place, seq=self.seq)
        self.runs[one.code].append(run)

    def state(self) -> PhaseState:
        touches, _ = latest(Declared(PATHS), self.mentions.values())
        return a_phase(
            *(
                a_slice(
                    code,
                    "in_progress",
                    paths=paths,
                    touched=touches.get(code),
                    gates=(
                        a_gate(run=max(self.runs[code], key=lambda run: (run.place, run.seq), default=None)),
                    ),
                )
                for code, paths in PATHS.items()
            )
        )

    def badges(self) -> dict[str, Badge]:
        state = self.state()
        return {code: badge(state, item, item.gates[0]) for code, item in state.slices.items()}


def after(reports: Sequence[Report]) -> World:
    world = World()
    for one in reports:
        world.report(one)
    return world


CODES = st.sampled_from(sorted(PATHS))
REVISIONS = st.sampled_from(["r1", "r2", "r3", "r4"])
KNOWN = st.lists(st.sampled_from(FILES), max_size=2, unique=True).map(tuple)
REPORTS = st.builds(Report, CODES, REVISIONS, st.none() | KNOWN, st.sampled_from(list(Outcome)))
STORIES = st.lists(REPORTS, min_size=1, max_size=10)


@given(STORIES, st.sampled_from(["D1", "D2"]), st.integers(0, 10))
def test_an_irrelevant_revision_changes_no_verdict(story, code, when):
    world = World()
    for number, one in enumerate(story):
        if number == when:
            world.mention("irrelevant", IRRELEVANT, code)
        world.report(one)
    world.mention("irrelevant", IRRELEVANT, code)
    assert world.badges() == after(story).badges()


@given(STORIES, REPORTS, st.data())
def test_a_late_pass_never_turns_a_failure_green(story, one, data):
    world = after(story)
    older = data.draw(st.sampled_from(sorted(world.mentions)))
    world.report(one._replace(revision="newest", outcome=Outcome.FAIL))
    world.report(one._replace(revision=older, outcome=Outcome.PASS))
    assert world.badges()[one.code] == Badge.FAILED


@given(STORIES)
def test_a_duplicate_report_changes_no_verdict(story):
    world = after([*story, story[-1]])
    assert world.badges() == after(story).badges()


@given(STORIES, CODES, st.lists(REPORTS, max_size=6))
def test_what_was_stale_stays_stale_until_a_newer_run(story, code, later):
    world = after([*story, Report(code, "green", (), Outcome.PASS)])
    place = world.mention("touching", FILES, code).place
    assert world.badges()[code] == Badge.STALE
    for one in later:
        world.report(one)
        if one.code == code and world.mentions[one.revision].place >= place:
            break
        assert world.badges()[code] == Badge.STALE


@given(STORIES, st.lists(st.sampled_from(FILES), min_size=1, max_size=3))
def test_a_revision_makes_stale_exactly_what_it_touches(story, files):
    world = after(story)
    before = world.badges()
    world.mention("newest", files, "D1")
    hit = {code for code in ("D1", "D2") if any(code in Declared(PATHS).owning(file) for file in files)}
    for code, now in world.badges().items():
        has_passed = before[code] in (Badge.PASSED, Badge.STALE, Badge.LATE)
        assert now == (Badge.STALE if has_passed and code in hit else before[code])


def fails(test) -> bool:
    """Whether a property finds a counter-example."""
    finding = settings(max_examples=300, database=None, derandomize=True, phases=[Phase.generate])
    with pytest.raises(AssertionError):
        finding(test)()
    return True


def test_a_rule_that_forgets_revisions_is_found_out(monkeypatch):
    monkeypatch.setattr(freshness, "_before", lambda run, touch: False)
    assert fails(test_a_revision_makes_stale_exactly_what_it_touches)


def test_a_rule_that_takes_every_newer_revision_for_touching_is_found_out(monkeypatch):
    monkeypatch.setattr(Declared, "owning", lambda self, file: iter(self.codes))
    assert fails(test_an_irrelevant_revision_changes_no_verdict)


def test_an_order_by_the_ledger_alone_is_found_out(monkeypatch):
    def by_ledger(world: World) -> PhaseState:
        runs = {code: [run._replace(place=0) for run in known] for code, known in world.runs.items()}
        return STATE(World(world.mentions, runs))

    monkeypatch.setattr(World, "state", by_ledger)
    assert fails(test_a_late_pass_never_turns_a_failure_green)


STATE = World.state


def test_a_rule_that_lets_the_last_report_count_is_found_out(monkeypatch):
    monkeypatch.setattr(freshness, "_before", lambda run, touch: touch is not None and run.seq < touch.place)
    assert fails(test_what_was_stale_stays_stale_until_a_newer_run)
