"""GET .../slices/{s}: what people have said of it, what was found, its documents and its clock."""

from __future__ import annotations

import datetime as dt

from phases.actions.artifacts import attach_artifact
from phases.models import Finding, Phase, Slice
from phases.permissions import OPERATOR
from tests.actions.reviews import fix, judge
from tests.actions.reviews import found as new

from .reviews import F

MONDAY = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
NONE = {"open": 0, "fixed": 0, "confirmed": 0, "accepted": 0}


def test_a_slice_that_nobody_judged(viewing):
    said = viewing("slices/F4")
    assert (said["disposition"], said["findings"], said["clock"]) == (None, NONE, None)
    assert said["approval"] == {"satisfied": False, "why": "F4 has not been reviewed yet.", "verb": "review"}


def test_the_latest_round_is_shown(under_review, viewing):
    judge(under_review, "not_ready")
    row = judge(under_review, "approve", revision="ab12cd3")
    said = viewing("slices/F4")
    expected = {"key": row.key, "number": 2, "verdict": "approve", "by": "rita", "revision": "ab12cd3"}
    assert said["disposition"].items() >= expected.items()
    assert (said["disposition"]["scope"], said["approval"]["satisfied"]) == (["F1", "F2", "F3"], True)


def test_only_reviews_have_an_approval(viewing):
    assert viewing("slices/F1")["approval"] is viewing("slices/F3")["approval"] is None


def test_findings_are_counted_where_they_were_found_and_where_they_matter(under_review, viewing):
    judge(under_review, "not_ready", findings=(new(slice="F1"), new(slice="F1"), new(slice="F2")))
    fix(Finding.objects.earliest("pk"))
    assert viewing("slices/F4")["findings"] == NONE | {"open": 2, "fixed": 1}
    assert viewing("slices/F1")["affected_by"] == NONE | {"open": 1, "fixed": 1}
    assert viewing("slices/F4")["affected_by"] == viewing("slices/F1")["findings"] == NONE


def test_documents_say_where_they_stand(under_review, viewing):
    (missing,) = viewing("slices/F3")["artifacts"]
    assert (missing["state"], missing["verb"], missing["produced"]) == ("unmet", "attach", True)
    row = attach_artifact(actor=OPERATOR, phase=under_review, path="docs/HEAT.md", content="No.").version
    (there,) = viewing("slices/F3")["artifacts"]
    assert (there["state"], there["version"]["key"]) == ("met", row.key)
    assert there["why"] == "docs/HEAT.md: version 1 by command line."


def test_a_clock_says_whose_turn_it_is(under_review, viewing):
    sla = [{"handle": "@heat", "sla": {"standard": "1 business day"}}]
    Phase.objects.update(about={"slas": sla})
    Slice.objects.filter(code="F3").update(since=MONDAY, opened=MONDAY)
    said = viewing("slices/F3")["clock"]
    assert (said["owner"], said["backup"], said["acting"]) == ("@heat", "@dome", "@dome")
    assert (said["written"], said["since"][:10], said["due"][:16]) == (
        "1 business day",
        "2026-03-02",
        "2026-03-02T17:00",
    )


def test_a_judged_slice_costs_no_query_more(under_review, machine, django_assert_num_queries):
    program = machine("read")
    program.get(f"{F}/slices/F4")
    for _ in range(4):
        # Token, slice, five of the snapshot.
        with django_assert_num_queries(7):
            program.get(f"{F}/slices/F4")
        judge(under_review, "not_ready", findings=(new(slice="F1"),) * 3)
