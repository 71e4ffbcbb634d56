"""POST /findings/{id}/fix and /accept, GET .../findings."""

from __future__ import annotations

import pytest

from phases.models import Finding
from tests.actions.reviews import accept, confirmed, fix, judge, reopened, take_back
from tests.actions.reviews import found as new
from tests.factories import make_user

from .reviews import OBSERVATORY, refusal

ACCEPTED = {"owner": "@dome", "rationale": "It is small.", "target": "Phase G"}


@pytest.fixture
def finding(under_review) -> Finding:
    """A medium one about F2, of the first round."""
    judge(under_review, "approve_with_changes", findings=(new(anchor="src/mirror.py:7"),))
    return Finding.objects.get()


def send(program, finding, verb, **body):
    return program.send(f"{OBSERVATORY}/findings/{getattr(finding, 'pk', finding)}/{verb}", body)


def test_a_fix_waits_for_the_round_that_confirms_it(finding, leading):
    answered = send(leading, finding, "fix", note="Sealed.", revision="ab12cd3")
    said = answered.json()
    assert (answered.status_code, said["state"], said["verb"]) == (200, "fixed", "confirm")
    assert said["fix"] == {"revision": "ab12cd3", "note": "Sealed.", "by": "lena"}
    assert said["why"].startswith(f"Medium finding {finding.pk} of F4 is fixed at ab12cd3 and waits")


def test_a_machine_that_moves_slices_fixes(finding, machine):
    assert send(machine("slices"), finding, "fix", note="Sealed.").json()["fix"]["by"]
    assert send(machine("gates", "artifacts"), finding, "fix", note="Sealed.").status_code == 403


def test_a_fix_names_what_it_changed(finding, leading, under_review):
    body = {"note": "Sealed.", "revision": "ab12cd3", "changed_files": ["src/dome/door.py"]}
    assert send(leading, finding, "fix", **body).status_code == 200
    slices = under_review.slices
    assert slices.get(code="F1").touched[2] == "src/dome/door.py"
    assert slices.get(code="F2").fixed[1] == "ab12cd3"


def test_changed_files_belong_to_a_revision(finding, leading):
    error = refusal(send(leading, finding, "fix", note="Sealed.", changed_files=["a"]))
    assert list(error["fields"]) == ["revision"]


def test_a_lead_of_other_work_does_not_fix(finding, session):
    program = session(make_user("mort", "lead"))
    assert "or @mirror" in refusal(send(program, finding, "fix", note="Me."), 403)["message"]


def test_accepting_closes(finding, reviewing):
    answered = send(reviewing, finding, "accept", **ACCEPTED)
    said = answered.json()
    assert (answered.status_code, said["state"], said["verb"]) == (200, "accepted", "")
    assert said["acceptance"] == ACCEPTED | {"by": "rita"}


def test_a_token_accepts_nothing(finding, machine):
    assert send(machine("slices"), finding, "accept", **ACCEPTED).status_code == 403


@pytest.mark.parametrize("severity", ["blocking", "high"])
def test_a_grave_one_has_to_be_fixed(finding, reviewing, severity):
    Finding.objects.update(severity=severity)
    error = refusal(send(reviewing, finding, "accept", **ACCEPTED))
    assert (error["code"], f"is {severity}: it has to be fixed" in error["message"]) == ("refused", True)


@pytest.mark.parametrize("field", ["owner", "rationale", "target"])
@pytest.mark.parametrize("value", ["", " "])
def test_accepting_needs_owner_rationale_and_target(finding, reviewing, field, value):
    answered = send(reviewing, finding, "accept", **ACCEPTED | {field: value})
    assert list(refusal(answered)["fields"]) == [field]


@pytest.mark.parametrize("number", ["0", "999999999999999999999999", "9" * 5000, "x"])
def test_an_unknown_finding_is_not_found(leading, number):
    assert refusal(send(leading, number, "fix", note="Done."), 404)["code"] == "not_found"


def test_what_is_closed_stays_closed(finding, leading):
    accept(finding)
    assert "there is nothing to fix" in refusal(send(leading, finding, "fix", note="Done."))["message"]


def test_findings_keep_their_identity_through_rounds(finding, under_review, viewing):
    fix(finding)
    judge(under_review, "not_ready", rechecked=(reopened(finding),), findings=(new("low"),))
    first, second = viewing("findings")["items"]
    assert (first["id"], first["state"], first["round"], first["verb"]) == (finding.pk, "open", 1, "fix")
    assert (first["fix"]["note"], first["acceptance"]) == ("Done.", None)
    assert (second["round"], second["severity"], second["slice"]) == (2, "low", "")


def test_findings_are_filtered(finding, under_review, viewing):
    judge(under_review, "not_ready", findings=(new("high", slice="F1"),))
    fix(finding)
    assert [one["state"] for one in viewing("findings", state="fixed")["items"]] == ["fixed"]
    assert [one["slice"] for one in viewing("findings", severity="high")["items"]] == ["F1"]
    assert [one["slice"] for one in viewing("findings", slice="F2")["items"]] == ["F2"]
    assert len(viewing("findings", review="F4")["items"]) == 2
    assert viewing("findings", review="\0")["items"] == viewing("findings", slice="F9")["items"] == []


@pytest.mark.parametrize("name", ["state", "severity"])
def test_an_unknown_word_names_the_known_ones(viewing, name):
    assert "one of" in viewing("findings", **{name: "zzz"})["error"]["fields"][name]


def test_a_slice_lists_what_it_found_and_what_affects_it(finding, viewing):
    assert len(viewing("slices/F4/findings")["items"]) == 1
    assert len(viewing("slices/F2/findings")["items"]) == 1
    assert viewing("slices/F1/findings")["items"] == []


def test_findings_come_in_pages(under_review, viewing):
    judge(under_review, "not_ready", findings=tuple(new(title=f"Gap {n}") for n in range(3)))
    first = viewing("findings", limit=2)
    rest = viewing("findings", after=first["next"])
    assert [one["title"] for one in first["items"] + rest["items"]] == ["Gap 0", "Gap 1", "Gap 2"]
    assert rest["next"] is None


def test_a_retracted_round_asks_for_nothing(finding, under_review, viewing):
    take_back(under_review, finding.disposition)
    (said,) = viewing("findings")["items"]
    assert (said["state"], said["verb"]) == ("retracted", "")
    assert said["why"] == "The round that found it was retracted, so it asks for nothing."


def test_a_confirmed_one_is_closed(finding, under_review, viewing):
    fix(finding)
    judge(under_review, "approve", rechecked=(confirmed(finding),))
    (said,) = viewing("findings", state="confirmed")["items"]
    assert (said["verb"], said["why"]) == ("", f"Medium finding {finding.pk} of F4 is confirmed: A gap.")


def test_findings_of_a_dropped_slice_stay(finding, under_review, viewing):
    under_review.slices.filter(code="F4").update(archived=True)
    (said,) = viewing("slices/F4/findings")["items"]
    assert said["why"] == "The packet no longer names F4, so it asks for nothing."
