"""Queries of the pages: counted, and the same after the data has grown."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phases.actions.slices import link_slice
from phases.models import Phase
from phases.permissions import OPERATOR
from tests import factories
from tests.actions.reviews import fix, found, judge, lead, reviewed_phase, run

from .reviewed import F, lena, slice_url


def grow(slices: int) -> str:
    """A phase with one of everything for each slice; answers its address."""
    codes = [f"C{n}" for n in range(slices)]
    needs = {code: codes[max(0, n - 2) : n] for n, code in enumerate(codes)}
    phase = factories.make_phase(slug=f"port-{slices}", needs=needs, files=["apps/**"], backup="@other")
    for code in codes:
        factories.make_gate(phase, code)
        factories.make_gate(phase, code, suite="full", text="make all")
        for revision in ("a" * 40, "b" * 40):
            factories.make_run(phase, code, revision=revision, changed_files=["apps/x.py"])
        factories.make_artifact(phase, code)
        factories.make_blocker(phase, code)
        link_slice(actor=OPERATOR, phase=phase, code=code, branch=code)
    return f"/initiatives/port-{slices}/phases/C/"


def queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("page", ["", "slices/C5/"])
def test_phase_and_slice_page_make_the_same_few_queries(client, admin, page):
    few, many = grow(9), grow(90)
    client.force_login(admin)
    # Session, user, grants; the phase (and slice); its ledger entries; the six of a snapshot.
    assert queries(client, few + page) == queries(client, many + page) <= 12


def test_longer_history_of_runs_makes_no_more_queries(client, admin):
    path = grow(9)
    client.force_login(admin)
    before = queries(client, path)
    phase = Phase.objects.get()
    for n in range(30):
        factories.make_run(phase, f"C{n % 9}", outcome=("pass", "fail")[n % 2], revision=f"{n:040x}")
    assert queries(client, path) == before


@pytest.mark.parametrize("phases", [1, 12])
def test_overview_makes_eight_queries_for_any_number_of_phases(client, admin, phases):
    for n in range(phases):
        phase = factories.make_phase(f"P{n}", slug=f"harbour-{n % 3}")
        factories.make_blocker(phase, "C0")
    client.force_login(admin)
    # Session, user, grants; phases, slices, dependencies, blockers, waivers.
    assert queries(client, "/") == 8


@pytest.fixture
def reviewed(db):
    """A phase with rounds, findings, a decision on computed criteria, documents and concerns."""
    phase = reviewed_phase("F1", "F2", "F3", "F4", "F6")
    run(phase, "extra", "make frost", "fail", code="F3", revision="a" * 40, changed_files=["src/dome/a"])
    run(phase, "extra", "make frost", "fail", code="F3", revision="b" * 40, changed_files=["src/dome/a"])
    phase.slices.filter(code="F3").update(
        trigger_criteria=["make frost fails twice with one remediation between", "make frost fails"]
    )
    judge(phase, "triggered", lead(), "F3", reason="Runs say so.")
    judge(phase, "not_ready", lead(), "F6")
    go_on(phase)
    return phase


def go_on(phase):
    """One more round with findings that are fixed, one more document and one more concern."""
    row = judge(phase, "not_ready", findings=[found(slice="F1"), found(slice="F2"), found()])
    fix(row.findings.earliest("pk"))
    factories.make_blocker(phase, "F4")
    factories.make_artifact(phase, "F4", f"docs/{row.number}.md")


@pytest.mark.parametrize("code", ["F1", "F3", "F4", "F6"])
def test_slice_page_of_each_kind_makes_few_queries_however_many_rounds(reviewed, code):
    client = lena(reviewed)
    before = queries(client, slice_url(code))
    for _ in range(5):
        go_on(reviewed)
    # As above; the rounds and the findings of a review, or the history of the findings about a slice,
    # or two of the runs that answer criteria.
    assert queries(client, slice_url(code)) == before <= 12


def test_phase_page_with_reviews_makes_no_more_queries(reviewed):
    client = lena(reviewed)
    before = queries(client, F)
    go_on(reviewed)
    assert queries(client, F) == before <= 12
