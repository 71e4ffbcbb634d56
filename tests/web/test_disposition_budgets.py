"""Queries of the pages where dispositions are written: counted, and the same after the data has grown."""

import pytest

from phases.models import Finding, Phase
from tests.actions.reviews import fix, found, judge
from tests.factories import make_gate, make_run

from .reviews import CREW, a_round, observatory, page, signed_in, someone
from .test_budgets import queries


@pytest.fixture
def client(db):
    """Somebody who may do all of it, with a draft of each kind."""
    phase = observatory("F1", "F3", "F4", "F6")
    make_gate(phase, "F3", text="make frost", suite="extra")
    make_run(phase, "F3", "make frost", "fail")
    phase.slices.filter(code="F3").update(trigger_criteria=["make frost fails", "make frost fails twice"])
    client = signed_in(someone("ada", "lead", "admin", member_of=(CREW[3],)))
    for code in ("F3", "F4", "F6"):
        client.post(page(code, "draft"), a_round())
    return client


@pytest.mark.parametrize("code", ["F3", "F4", "F6"])
def test_page_makes_twelve_queries_at_most(client, code):
    # Session, user, grants; the slice; the five of a snapshot; the draft; two of this kind.
    assert queries(client, page(code)) <= 12


def test_many_findings_make_no_more_queries(client):
    phase = judge(Phase.objects.get(code="F"), "not_ready", findings=(found(),)).phase
    before = queries(client, page())
    judge(phase, "not_ready", findings=tuple(found(title=str(n)) for n in range(30)))
    for finding in Finding.objects.all():
        fix(finding)
    assert queries(client, page()) == before
