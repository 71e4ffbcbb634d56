"""What 10,000 runs of one phase cost its pages and the next report, against 10 runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from django.contrib.auth.models import User
from django.db import connection
from django.test import override_settings

from phases.actions.asked import Report
from phases.actions.ledger import Book, writing
from phases.actions.revisions import mention
from phases.actions.runs import report_runs, said_of
from phases.actions.slices import link_slice
from phases.actions.verify_evidence import evidence_faults
from phases.lookups import current
from phases.models import Gate, GateRun, Phase
from phases.permissions import OPERATOR
from phases.rules.touching import Declared, Mention
from phases.snapshot import gate_key
from tests import factories

from .measure import Line, Work, queries, ratio
from .pages import AS_DEPLOYED, get, phase_of

FEW, MANY, REVISIONS, SHOWN = 10, 10_000, 1_000, 120
"""Runs, revisions, and entries of history: more than any page shows, so that they show the same."""

WITHIN_NOISE = 1.25
PAGES = {
    "phase page": "",
    "slice page": "slices/S0/",
    "suite page": "slices/S0/gates/quick/",
    "activity page": "activity/",
}


def lines() -> Iterator[Line]:
    admin = factories.make_user("runs", "admin")
    few, many = phase_with(FEW, FEW), phase_with(MANY, REVISIONS)
    if connection.vendor == "postgresql":
        # Autovacuum does this where such a history has grown over weeks, not in a second.
        connection.cursor().execute("ANALYZE")
    with override_settings(**AS_DEPLOYED):
        yield from _pages(admin, few, many)
    yield Line(
        f"report of a run, {MANY:,} runs and {REVISIONS:,} revisions against {FEW}",
        ratio(reporting(many), reporting(few)),
        WITHIN_NOISE,
    )
    big, small = (touching(slices) for slices in (2_000, 200))
    yield Line("5,000 changed files, 2,000 slices x 10 paths against 200", ratio(big, small, rounds=10), 2)


def _pages(admin: User, few: Phase, many: Phase) -> Iterator[Line]:
    for what, path in PAGES.items():
        little, much = (get(admin, f"{phase.get_absolute_url()}{path}") for phase in (few, many))
        found = queries(much)
        yield Line(f"queries of the {what}, {MANY:,} runs", found, 12, "")
        yield Line(f"queries of the {what} more than with {FEW} runs", found - queries(little), 0, "")
        yield Line(f"{what}, {MANY:,} runs against {FEW}", ratio(much, little), WITHIN_NOISE)


def phase_with(runs: int, revisions: int) -> Phase:
    """Two slices of five gates each, and the same number of runs for each gate."""
    phase = phase_of(2, slug=f"runs-{runs}")
    with writing(actor=OPERATOR, initiative_id=phase.initiative_id) as book:
        found = current(phase)
        for number in range(revisions):
            mention(book, found, sha=_sha(number), files=[f"src/{number}.py"], code=f"S{number % 2}")
        _run(book, found, runs, revisions)
    for number in range(SHOWN):
        link_slice(actor=OPERATOR, phase=phase, code="S0", branch=f"try-{number}")
    assert not list(evidence_faults(phase.initiative))
    return phase


def _sha(number: int) -> str:
    return f"{number:040x}"


def _run(book: Book, phase: Phase, runs: int, revisions: int) -> None:
    """The rows that `report_runs` writes, many at a time."""
    gates = list(Gate.objects.filter(phase=phase).select_related("slice"))
    rows = GateRun.objects.bulk_create(
        GateRun(
            phase=phase,
            slice=gates[number % len(gates)].slice,
            gate=gates[number % len(gates)],
            seq=book.next_seq + number,
            at=book.now,
            by=book.actor.name,
            source=book.actor.kind,
            outcome="pass",
            revision=_sha(place - 1),
            place=place,
            late=place < revisions,
        )
        for number in range(runs)
        for place in [1 + number * revisions // runs]
    )
    for row in rows:
        code = row.slice.code if row.slice else ""
        key = gate_key(code, row.gate.suite, row.gate.digest)
        said = said_of(row, key, row.gate.suite)
        book.record(verb="report", target=row.key, phase=phase, slice=code, after=said)
        row.gate.latest_run = row
    Gate.objects.bulk_update(gates, ["latest_run"])


def reporting(phase: Phase) -> Work:
    """One run of S0 for a revision that nobody has mentioned yet."""
    numbers = count(REVISIONS)

    def work() -> None:
        sha = _sha(next(numbers))
        asked = Report("quick", "S0", outcome="pass", revision=sha, changed_files=("src/a.py",))
        report_runs(actor=OPERATOR, phase=phase, report=asked)

    return work


def touching(slices: int) -> Work:
    """Finding the slices of 5,000 changed files."""
    files = [f"packages/core-{number}/src/deep/{number}.py" for number in range(5_000)]
    declared, pushed = Declared(_paths(slices)), Mention(_sha(0), 1, files)
    return lambda: declared.touches(pushed)


def _paths(slices: int) -> dict[str, list[str]]:
    """Ten for each slice: files, a folder, and globs of every kind; the files of the bench meet none."""
    return {
        f"S{n}": [
            *(f"src/part-{n}/{name}.py" for name in "abcde"),
            f"docs/{n}/",
            f"docs/{n}/**",
            f"packages/*/src{n}/**",
            f"packages/core-{n}-*/test/**",
            f"**/notes-{n}.md",
        ]
        for n in range(slices)
    }
