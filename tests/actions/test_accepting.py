"""Accepting findings that are not worth a fix."""

import pytest

from phases.errors import Forbidden, Invalid, Refused
from phases.models import Event

from .reviews import (
    accept,
    faults,
    found,
    judge,
    lead,
    person,
    reopened,
    reviewed_phase,
    reviewer,
    slice_of,
)


@pytest.fixture
def phase(db):
    return reviewed_phase("F1", "F2", "F4")


@pytest.fixture
def finding(phase):
    """A medium finding about F1."""
    return judge(phase, "not_ready", findings=[found(slice="F1")]).findings.get()


def test_an_accepted_finding_keeps_who_answers_for_it_and_until_when(phase, finding):
    accept(finding, owner=" @mirror ", rationale=" Small. ", target=" Phase G ")
    finding.refresh_from_db()
    assert (finding.state, finding.owner, finding.rationale) == ("accepted", "@mirror", "Small.")
    assert (finding.target, finding.accepted_by) == ("Phase G", "rita")
    assert (slice_of(phase).unclosed, faults()) == (0, [])
    assert finding.changed_at == Event.objects.latest("seq").at


def test_it_can_be_accepted_again_after_it_was_reopened(phase, finding):
    accept(finding)
    judge(phase, "not_ready", rechecked=[reopened(finding)])
    accept(finding, owner="@mirror", rationale="Still.", target="Phase H")
    assert Event.objects.latest("seq").before == {
        "state": "open",
        "owner": "@dome",
        "target": "Phase G",
        "rationale": "It is small.",
    }
    assert faults() == []


@pytest.mark.parametrize(("severity", "can"), [("blocking", 0), ("high", 0), ("medium", 1), ("low", 1)])
def test_blocking_and_high_findings_have_to_be_fixed(phase, severity, can):
    one = judge(phase, "not_ready", findings=[found(severity)]).findings.get()
    if can:
        assert accept(one).state == "accepted"
    else:
        with pytest.raises(Refused, match=f"is {severity}: it has to be fixed"):
            accept(one, person("ada", "admin"))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"rationale": " "}, "rationale"),
        ({"target": ""}, "target"),
        ({"target": "x" * 501}, "target"),
        ({"owner": "@nobody"}, "owner"),
        ({"owner": ""}, "owner"),
    ],
)
def test_an_acceptance_names_an_owner_why_and_until_when(phase, finding, said, field):
    with pytest.raises(Invalid) as refusal:
        accept(finding, **said)
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize("actor", ["reviewer", "owner", "admin"])
def test_reviewers_and_the_owners_leads_may_accept(phase, finding, actor):
    people = {"reviewer": reviewer(), "owner": lead("lars", "@dome"), "admin": person("ada", "admin")}
    assert accept(finding, people[actor]).state == "accepted"


def test_other_leads_may_not_accept(phase, finding):
    with pytest.raises(Forbidden):
        accept(finding, lead("lars", "@shape"))


def test_everything_that_is_missing_is_told_at_once(finding):
    with pytest.raises(Invalid) as refusal:
        accept(finding, rationale=" ", target="")
    assert set(refusal.value.fields) == {"rationale", "target"}
