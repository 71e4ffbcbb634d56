"""POST /concerns/{id}/fire, and what concerns tell of deferrals and packets."""

from __future__ import annotations

import pytest

from phases.actions.artifacts import attach_artifact
from phases.actions.recording import Answered
from phases.models import Concern
from phases.permissions import OPERATOR
from tests.actions.reviews import judge, lead, run

from .reviews import OBSERVATORY, refusal

REASON = {"reason": "Frost in May."}


@pytest.fixture
def watchpoint(under_review) -> Concern:
    """That of the deferral of F3."""
    run(under_review, "assess", "make assess", code="F3")
    attach_artifact(actor=OPERATOR, phase=under_review, path="docs/HEAT.md", content="No.")
    criteria = tuple(Answered(number, False, "Seen.") for number in (1, 2))
    judge(under_review, "deferred", lead(), "F3", criteria=criteria, watchpoints=("Frost",))
    return Concern.objects.get(kind="watchpoint")


def fire(program, concern, body=REASON):
    return program.send(f"{OBSERVATORY}/concerns/{concern.pk}/fire", body)


def test_firing_reopens_the_decision(watchpoint, reviewing, viewing):
    answered = fire(reviewing, watchpoint)
    assert (answered.status_code, answered.json()["state"]) == (200, "resolved")
    assert answered.json()["answer"] == "Fired: Frost in May."
    said = viewing("slices/F3")
    assert (said["status"], said["decision"]) == ("in_progress", "")


def test_a_machine_fires_nothing(watchpoint, machine):
    refusal(fire(machine("slices"), watchpoint), 403)


def test_firing_needs_a_reason(watchpoint, leading):
    assert list(refusal(fire(leading, watchpoint, {"reason": " "}))["fields"]) == ["reason"]


def test_only_once(watchpoint, leading):
    fire(leading, watchpoint)
    assert "resolved already" in refusal(fire(leading, watchpoint))["message"]


def test_only_watchpoints_fire(under_review, leading):
    other = Concern.objects.filter(kind="carry_forward").first()
    assert "Only a watchpoint can fire" in refusal(fire(leading, other))["message"]


def test_a_concern_says_where_it_comes_from(watchpoint, viewing):
    packets, deferral = viewing("concerns", kind="carry_forward"), viewing("concerns", kind="watchpoint")
    assert {(one["from_packet"], one["disposition"]) for one in packets["items"]} == {(True, "")}
    (said,) = deferral["items"]
    assert (said["from_packet"], said["disposition"]) == (False, f"verdict:{watchpoint.disposition_id}")


def test_whoever_waits_is_told_why(watchpoint, leading, viewing):
    fire(leading, watchpoint)
    why = viewing("slices/F3")["transitions"][0]["unmet"][0]["why"]
    assert "waiting for a decision by @heat" in why
    assert "Its watchpoint “Frost” has fired. Frost in May." in why
