"""Taking back rounds and versions of artifacts; runs have a file of their own."""

import pytest

from phases.actions.artifacts import attach_artifact
from phases.errors import Forbidden, Invalid, NotFound, Refused
from phases.models import Artifact, Disposition, Event, Finding, Revision, Slice
from phases.permissions import OPERATOR, Actor
from tests.factories import make_phase

from .reviews import (
    accept,
    confirmed,
    faults,
    fix,
    found,
    judge,
    lead,
    move,
    person,
    reopened,
    reviewed_phase,
    reviewer,
    run,
    slice_of,
    start,
    take_back,
)


@pytest.fixture
def phase(db):
    return reviewed_phase("F4")


@pytest.fixture
def first(phase):
    """A round with a high and a medium finding."""
    return judge(phase, "not_ready", findings=(found("high", "Rust"), found("medium", "Dust")))


def states():
    return list(Finding.objects.order_by("pk").values_list("state", flat=True))


def test_a_retracted_round_stays_and_stops_counting(phase, first):
    assert take_back(phase, first, reason="The wrong slice") == first
    first.refresh_from_db()
    entry = Event.objects.get(seq=first.retracted)
    assert (entry.verb, entry.target, entry.note) == ("retract", first.key, "The wrong slice")
    assert slice_of(phase).round is None
    assert faults() == []


def test_what_it_found_is_retracted_with_it(phase, first):
    take_back(phase, first)
    assert states() == ["retracted", "retracted"]
    assert (slice_of(phase).unclosed, slice_of(phase).findings) == (0, ())


def test_the_round_before_counts_again(phase):
    earlier = judge(phase, "approve")
    later = judge(phase, "not_ready", findings=(found(),))
    take_back(phase, later)
    assert slice_of(phase).round.id == earlier.pk
    assert faults() == []


def test_an_earlier_retracted_round_does_not_come_back(phase):
    earlier, middle, later = (judge(phase, "not_ready") for _ in range(3))
    take_back(phase, later)
    take_back(phase, middle)
    assert slice_of(phase).round.id == earlier.pk
    take_back(phase, earlier)
    assert slice_of(phase).round is None
    assert faults() == []


def test_only_the_latest_round_can_be_retracted(phase, first):
    judge(phase, "not_ready")
    with pytest.raises(Refused, match=r"Round 2 of F4 goes on from round 1"):
        take_back(phase, first)


def test_numbers_are_not_given_again(phase, first):
    take_back(phase, first)
    assert judge(phase, "approve").number == 2


@pytest.mark.parametrize("answer", [fix, accept])
def test_an_answered_finding_keeps_its_round(phase, first, answer):
    medium = first.findings.get(severity="medium")
    answer(medium)
    with pytest.raises(Refused, match=rf"answered since: {medium.pk} \((fixed|accepted)\)"):
        take_back(phase, first)
    assert not Disposition.objects.exclude(retracted=0).exists()


def test_what_it_confirmed_waits_again(phase, first):
    for finding in first.findings.all():
        fix(finding)
    second = judge(phase, "approve", rechecked=[confirmed(one) for one in first.findings.all()])
    take_back(phase, second)
    assert states() == ["fixed", "fixed"]
    assert slice_of(phase).unclosed == 2
    assert faults() == []


def test_what_it_reopened_is_closed_again(phase, first):
    medium = first.findings.get(severity="medium")
    accept(medium)
    second = judge(phase, "not_ready", rechecked=[reopened(medium)])
    assert slice_of(phase).unclosed == 2
    take_back(phase, second)
    assert states() == ["open", "accepted"]
    assert slice_of(phase).unclosed == 1
    assert faults() == []


def test_what_was_answered_after_it_reopened_it_stays(phase, first):
    high = first.findings.get(severity="high")
    fix(high)
    judge(phase, "not_ready", rechecked=[confirmed(high)])
    third = judge(phase, "not_ready", rechecked=[reopened(high)])
    fix(high, note="Once more.")
    take_back(phase, third)
    assert states() == ["fixed", "open"]
    assert faults() == []


def test_a_revision_that_only_it_named_no_longer_counts(phase):
    take_back(phase, judge(phase, "approve", revision="r7"))
    assert Revision.objects.get().withdrawn
    assert faults() == []


def test_a_revision_that_a_standing_round_looked_at_counts(phase):
    judge(phase, "approve", revision="r7")
    take_back(phase, run(phase, "quick", "make dome", code="F1", revision="r7"))
    assert not Revision.objects.get().withdrawn
    assert faults() == []


def test_a_revision_that_fixed_a_finding_counts(phase, first):
    fix(first.findings.get(severity="high"), revision="r7")
    take_back(phase, run(phase, "quick", "make dome", code="F1", revision="r7"))
    assert not Revision.objects.get().withdrawn


def test_its_author_may_and_an_admin(phase):
    take_back(phase, judge(phase, "approve"), reviewer())
    take_back(phase, judge(phase, "approve"), person("ada", "admin"))
    assert not Disposition.objects.filter(retracted=0).exists()


@pytest.mark.parametrize("kind", ["token", "person"])
def test_nobody_else_may(phase, first, kind):
    name = "rita" if kind == "token" else "rolf"
    other = Actor(kind=kind, name=name, roles=frozenset({"viewer", "reviewer"}), scopes=frozenset({"gates"}))
    with pytest.raises(Forbidden, match="retract the evidence of others"):
        take_back(phase, first, other)


def test_a_round_is_retracted_once(phase, first):
    take_back(phase, first)
    with pytest.raises(Refused, match=f"{first.key} was retracted already"):
        take_back(phase, first)


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_needs_a_reason(phase, first, reason):
    with pytest.raises(Invalid, match="why this evidence should not count"):
        take_back(phase, first, reason=reason)


@pytest.mark.parametrize("evidence", ["verdict:999", "version:999"])
def test_what_does_not_exist_is_not_found(phase, evidence):
    with pytest.raises(NotFound, match=evidence):
        take_back(phase, evidence)


def test_a_round_of_another_phase_is_not_found(phase, first):
    with pytest.raises(NotFound):
        take_back(make_phase(), first)


@pytest.fixture
def posture(phase):
    """A posture that stands on F6, in progress."""
    start(phase, "F6")
    return judge(phase, "not_ready", lead(), "F6")


def test_a_posture_is_taken_again_instead(phase, posture):
    with pytest.raises(Refused, match=r"is the posture of F6, which is not retracted\. Record another"):
        take_back(phase, posture)


def test_a_decision_that_closed_its_slice_is_reopened_instead(phase):
    start(phase, "F3")
    run(phase, "assess", "make assess", code="F3")
    attach(phase, "docs/HEAT.md")
    decision = judge(phase, "deferred", lead(), "F3", reason="It is warm.")
    with pytest.raises(Refused, match=r"is the decision of F3, .* Reopen the slice instead"):
        take_back(phase, decision)
    move(phase, "F3", "reopen")
    with pytest.raises(Refused, match="F3 was reopened after it"):
        take_back(phase, decision)


def attach(phase, path, content="text", actor=OPERATOR):
    return attach_artifact(actor=actor, phase=phase, path=path, content=content).version


def latest(path="docs/HEAT.md"):
    return Artifact.objects.get(path=path).latest


def test_a_retracted_version_gives_way_to_the_one_before(phase):
    old, new = attach(phase, "docs/HEAT.md", "old"), attach(phase, "docs/HEAT.md", "new")
    assert take_back(phase, new) == new
    new.refresh_from_db()
    assert (latest(), new.retracted) == (old, Event.objects.latest("seq").seq)
    take_back(phase, old)
    assert latest() is None
    assert faults() == []


def test_an_older_version_goes_without_a_change(phase):
    old, new = attach(phase, "docs/HEAT.md", "old"), attach(phase, "docs/HEAT.md", "new")
    take_back(phase, old)
    assert latest() == new


def test_a_version_for_no_slice_can_be_retracted(phase):
    version = attach(phase, "docs/EXTRA.md")
    take_back(phase, version)
    assert Event.objects.latest("seq").slice == ""
    assert faults() == []


def test_a_token_retracts_its_own_version_and_no_other(phase):
    machine = Actor(kind="token", name="docs-bot", scopes=frozenset({"artifacts"}))
    mine, other = attach(phase, "a.md", actor=machine), attach(phase, "b.md")
    take_back(phase, mine, machine)
    with pytest.raises(Forbidden):
        take_back(phase, other, machine)


def test_a_version_is_retracted_once(phase):
    version = attach(phase, "docs/HEAT.md")
    take_back(phase, version)
    with pytest.raises(Refused, match=f"{version.key} was retracted already"):
        take_back(phase, version)


def test_runs_are_retracted_the_same_way(phase):
    one = run(phase, "quick", "make dome", code="F1")
    assert take_back(phase, one).retracted
    assert Slice.objects.get(code="F1").gates.get(suite="quick").latest_run is None


def test_an_approval_does_not_come_back_over_a_finding_that_is_open_again(phase):
    finding = judge(phase, "approve_with_changes", findings=(found(),)).findings.get()
    fix(finding)
    judge(phase, "approve", rechecked=[confirmed(finding)])
    third = judge(phase, "not_ready", rechecked=[reopened(finding)])
    fix(finding)
    with pytest.raises(Refused, match="round 2 approved, and a finding that was reopened since"):
        take_back(phase, third)
    assert slice_of(phase).round.id == third.pk
