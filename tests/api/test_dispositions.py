"""POST and GET .../dispositions: rounds, decisions and postures."""

from __future__ import annotations

import pytest

from phases.models import Disposition, Slice
from tests.actions.reviews import found as new_finding
from tests.actions.reviews import judge, take_back
from tests.factories import make_user

from .reviews import F, disposed, found, refusal

CRITERIA = [
    {"criterion": number, "triggered": False, "evidence": "The log of the scan."} for number in (1, 2)
]


def test_a_round_is_recorded_with_its_findings(reviewing):
    answered = disposed(reviewing, "approve_with_changes", findings=[found("high", "Leak"), found()])
    said = answered.json()
    assert (answered.status_code, said["key"], said["number"]) == (201, f"verdict:{said['id']}", 1)
    assert [(one["severity"], one["state"]) for one in said["findings"]] == [
        ("high", "open"),
        ("medium", "open"),
    ]
    assert (said["by"], said["scope"], said["counts"]) == ("rita", ["F1", "F2", "F3"], True)


def test_a_round_says_what_is_still_missing(reviewing):
    said = disposed(reviewing, "approve_with_changes", findings=[found()]).json()
    assert said["state"] == "unmet"
    assert said["why"] == "Round 1 by rita approves with changes, and 1 finding is not closed."
    assert disposed(reviewing, "not_ready").json()["state"] == "unmet"


def test_an_approval_meets_what_the_slice_asks_for(reviewing):
    said = disposed(reviewing, "approve", revision="ab12cd3", links=["https://example.org/7"]).json()
    assert (said["state"], said["revision"]) == ("met", "ab12cd3")
    assert (said["links"], said["retracted"], said["voided"]) == (["https://example.org/7"], 0, 0)


def test_a_round_carries_its_rechecks_first(reviewing, leading):
    (finding,) = disposed(reviewing, "approve_with_changes", findings=[found()]).json()["findings"]
    leading.send(f"/api/v1/initiatives/observatory/findings/{finding['id']}/fix", {"note": "Done."})
    rechecked = [{"finding": finding["id"], "outcome": "confirmed", "note": "Seen."}]
    said = disposed(reviewing, "approve", rechecked=rechecked).json()
    assert (said["number"], said["state"], said["findings"]) == (2, "met", [])
    assert said["rechecked"] == [{**rechecked[0], "was": "fixed"}]


def test_an_approval_over_an_open_finding_lists_it(reviewing):
    (finding,) = disposed(reviewing, "approve_with_changes", findings=[found()]).json()["findings"]
    error = refusal(disposed(reviewing, "approve"))
    assert [(leaf["key"], leaf["verb"]) for leaf in error["unmet"]] == [(finding["key"], "fix")]
    assert Disposition.objects.count() == 1


@pytest.mark.parametrize("scopes", [("slices", "gates", "artifacts", "import", "read")])
def test_a_token_never_disposes(under_review, machine, scopes):
    error = refusal(disposed(machine(*scopes), "approve"), 403)
    assert "a token never may" in error["message"]
    assert not Disposition.objects.exists()


def test_who_owns_the_work_is_refused_with_the_reason(under_review, session):
    owner = under_review.slices.get(code="F2").owner
    program = session(make_user("mira", "reviewer", member_of=[owner]))
    error = refusal(disposed(program, "approve"), 403)
    assert "a member of @mirror, which owns F2 and backs F1" in error["message"]
    assert disposed(program, "approve", scope=["F1"]).status_code == 403
    assert disposed(program, "approve", scope=["F3"]).status_code == 201


def test_a_lead_is_no_reviewer(leading):
    assert "needs the role reviewer" in refusal(disposed(leading, "approve"), 403)["message"]


def test_a_deferral_moves_the_slice_and_is_watched(leading, under_review):
    leading.send(f"{F}/gate-runs", {"slice": "F3", "suite": "assess", "outcome": "pass"})
    leading.put(f"{F}/artifacts", {"path": "docs/HEAT.md", "content": "No."}, content_type="application/json")
    said = disposed(leading, "deferred", "F3", criteria=CRITERIA, watchpoints=["Frost in May"]).json()
    assert (said["status"], said["decision"], said["state"]) == ("deferred", "deferred", "met")
    assert said["version"] == under_review.slices.get(code="F3").version
    assert [(one["criterion"], one["source"]) for one in said["criteria"]] == [(1, "person"), (2, "person")]


def test_a_deferral_lists_everything_that_is_missing(leading):
    error = refusal(disposed(leading, "deferred", "F3", criteria=CRITERIA))
    assert [leaf["verb"] for leaf in error["unmet"]] == ["run", "attach"]


def test_deciding_otherwise_asks_for_the_reason(leading):
    asked = refusal(disposed(leading, "triggered", "F3", criteria=CRITERIA))
    assert list(asked["fields"]) == ["reason"]
    said = disposed(leading, "triggered", "F3", criteria=CRITERIA, reason="The crew insists.").json()
    assert (said["decision"], said["reason"]) == ("triggered", "The crew insists.")


def test_a_posture_waits_for_everything_else(leading, under_review):
    under_review.slices.filter(code="F6").update(status="in_progress")
    error = refusal(disposed(leading, "ready", "F6"))
    assert "slice:F4" in [leaf["key"] for leaf in error["unmet"]]
    assert disposed(leading, "not_ready", "F6").json()["kind"] == "readiness"


@pytest.mark.parametrize(
    ("code", "body", "field"),
    [
        ("F4", {"verdict": "splendid"}, "verdict"),
        ("F4", {"verdict": "deferred"}, "verdict"),
        ("F4", {"summary": ""}, "summary"),
        ("F4", {"summary": " "}, "summary"),
        ("F4", {"scope": ["F9"]}, "scope"),
        ("F4", {"findings": [found("fatal")]}, "findings.0.severity"),
        ("F4", {"findings": [found(slice="F9")]}, "findings"),
        ("F4", {"findings": [found(title="two\nlines")]}, "findings"),
        ("F4", {"rechecked": [{"finding": 2**31 - 1, "outcome": "confirmed"}]}, "rechecked"),
        ("F4", {"rechecked": [{"finding": 1, "outcome": "ignored"}]}, "rechecked.0.outcome"),
        ("F4", {"criteria": CRITERIA}, "criteria"),
        ("F4", {"links": ["ftp://example.org"]}, "links"),
        ("F4", {"revision": "not a sha"}, "revision"),
        ("F4", {"mood": "good"}, "mood"),
    ],
)
def test_a_wrong_field_is_named(reviewing, code, body, field):
    assert list(refusal(disposed(reviewing, **{"verdict": "approve", "code": code} | body))["fields"]) == [
        field
    ]
    assert not Disposition.objects.exists()


@pytest.mark.parametrize(("code", "status"), [("F1", 422), ("F5", 422), ("F9", 404), ("F%00", 404)])
def test_a_slice_that_takes_none(reviewing, code, status):
    refusal(disposed(reviewing, "approve", code), status)


def test_dispositions_are_listed_the_newest_first(under_review, viewing):
    for verdict in ("not_ready", "not_ready", "approve"):
        judge(under_review, verdict)
    first = viewing("dispositions", limit=2)
    assert [one["number"] for one in first["items"]] == [3, 2]
    rest = viewing("slices/F4/dispositions", before=first["next"])
    assert ([one["number"] for one in rest["items"]], rest["next"]) == ([1], None)
    assert [one["counts"] for one in [*first["items"], *rest["items"]]] == [True, False, False]


def test_lists_are_filtered(under_review, viewing):
    judge(under_review, "not_ready")
    judge(under_review, "approve")
    by_verdict = viewing("dispositions", verdict="approve", kind="review")["items"]
    assert [one["verdict"] for one in by_verdict] == ["approve"]
    assert viewing("dispositions", slice="F3")["items"] == []
    assert viewing("dispositions", slice="\0")["items"] == []
    assert len(viewing("dispositions", slice="F4")["items"]) == 2


@pytest.mark.parametrize("name", ["kind", "verdict"])
def test_an_unknown_word_names_the_known_ones(viewing, name):
    assert "one of" in viewing("dispositions", **{name: "zzz"})["error"]["fields"][name]


def test_a_retracted_round_is_listed_and_does_not_count(under_review, viewing):
    take_back(under_review, judge(under_review, "approve"))
    (said,) = viewing("dispositions")["items"]
    assert (said["counts"], said["retracted"] > 0) == (False, True)


def test_a_dropped_slice_keeps_its_rounds(under_review, viewing):
    judge(under_review, "approve")
    Slice.objects.filter(code="F4").update(archived=True)
    assert len(viewing("slices/F4/dispositions")["items"]) == 1


def test_queries_do_not_grow_with_the_rounds(under_review, machine, django_assert_num_queries):
    program = machine("read")
    program.get(f"{F}/dispositions")
    for rounds in (1, 8):
        for _ in range(rounds):
            judge(under_review, "not_ready", findings=(new_finding(slice="F1"),))
        # Token, phase, dispositions, their findings, the slices affected.
        with django_assert_num_queries(5):
            program.get(f"{F}/dispositions")
