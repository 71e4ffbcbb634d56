"""Fixing and accepting findings: who may, what goes stale, and what is kept."""

import pytest

from phases.errors import Forbidden, Invalid, Refused
from phases.models import Event, Finding, Revision, Slice
from phases.permissions import OPERATOR, Actor
from phases.rules.freshness import badge, why
from phases.rules.reviews import approval

from .conftest import bring
from .reviews import (
    REVIEWED,
    accept,
    confirmed,
    faults,
    fix,
    found,
    judge,
    lead,
    move,
    reviewed_phase,
    reviewer,
    run,
    slice_of,
    state_of,
)


@pytest.fixture
def phase(db):
    return reviewed_phase("F1", "F2", "F4")


@pytest.fixture
def finding(phase):
    """A medium finding about F1."""
    return judge(phase, "not_ready", findings=[found(slice="F1")]).findings.get()


def shown(phase, text="make dome", code="F1"):
    """Badge and sentence of a gate."""
    state = state_of(phase)
    item = state.slices[code]
    gate = next(gate for gate in item.gates if gate.text == text)
    return badge(state, item, gate).value, why(state, item, gate)


def test_a_fix_is_recorded_with_its_note_and_revision(phase, finding):
    fix(finding, note=" Tightened. ", revision="r7")
    finding.refresh_from_db()
    assert (finding.state, finding.fix_note) == ("fixed", "Tightened.")
    assert (finding.fix_revision, finding.fixed_by) == ("r7", "lena")
    assert (slice_of(phase).unclosed, faults()) == (1, [])


def test_it_is_an_entry_of_the_finding(phase, finding):
    fix(finding, note="Tightened.", revision="r7")
    entry = Event.objects.latest("seq")
    assert (entry.verb, entry.target, entry.slice, entry.note) == ("fix", finding.key, "F4", "Tightened.")
    assert entry.before == {"state": "open", "fix_revision": ""}
    finding.refresh_from_db()
    assert finding.changed_at == entry.at


def test_runs_for_earlier_revisions_are_stale_after_it(phase, finding):
    run(phase, "quick", "make dome", code="F1", revision="r1")
    fix(finding, revision="r2", changed_files=["README.md"])
    assert shown(phase) == (
        "stale",
        f"F1 quick: make dome passed at r1, but r2 is the fix of {finding.key} in F1, and newer.",
    )


def test_a_run_for_the_fixed_revision_counts(phase, finding):
    fix(finding, revision="r2", changed_files=["README.md"])
    run(phase, "quick", "make dome", code="F1", revision="r2")
    assert shown(phase)[0] == "passed"


def test_a_fix_of_an_older_revision_makes_nothing_newer_stale(phase, finding):
    run(phase, "quick", "make dome", code="F1", revision="r1")
    run(phase, "quick", "make dome", code="F1", revision="r2")
    fix(finding, revision="r1", changed_files=[])
    assert shown(phase)[0] == "passed"


def test_other_slices_stay_green_where_the_files_are_known(phase, finding):
    run(phase, "quick", "make mirror", code="F2", revision="r1")
    fix(finding, revision="r2", changed_files=["src/dome/a.py"])
    assert shown(phase, "make mirror", "F2")[0] == "passed"


def test_its_files_touch_other_slices(phase, finding):
    run(phase, "quick", "make mirror", code="F2", revision="r1")
    fix(finding, revision="r2", changed_files=["src/mirror.py"])
    assert shown(phase, "make mirror", "F2")[0] == "stale"


def test_without_a_revision_it_comes_after_all_that_is_known(phase, finding):
    run(phase, "quick", "make dome", code="F1", revision="r1")
    fix(finding)
    assert shown(phase) == (
        "stale",
        f"F1 quick: make dome passed at r1, but the fix of {finding.key} in F1 is newer.",
    )
    run(phase, "quick", "make dome", code="F1", revision="r1")
    assert shown(phase)[0] == "passed"
    assert faults() == []


def test_without_any_revision_the_order_of_the_ledger_decides(phase, finding):
    run(phase, "quick", "make dome", code="F1")
    fix(finding)
    assert shown(phase)[0] == "stale"
    run(phase, "quick", "make dome", code="F1")
    assert shown(phase)[0] == "passed"
    assert faults() == []


def test_a_later_fix_takes_the_place_of_an_unnamed_one(phase, finding):
    fix(finding)
    fix(finding, revision="r3", changed_files=[])
    run(phase, "quick", "make dome", code="F1", revision="r2")
    assert slice_of(phase, "F1").fixed.revision == "r3"
    assert faults() == []


def test_a_fix_of_what_affects_no_slice_makes_nothing_stale(phase):
    run(phase, "quick", "make dome", code="F1", revision="r1")
    fix(judge(phase, "not_ready", findings=[found()]).findings.get())
    assert shown(phase)[0] == "passed"
    assert faults() == []


def test_the_approval_of_another_review_goes_stale(phase, finding):
    judge(phase, "approve", revision="r1", rechecked=[confirmed(fix(finding))])
    other = judge(phase, "not_ready", findings=[found(slice="F1")], rechecked=[]).findings.get()
    fix(other, revision="r2", changed_files=[])
    judge(phase, "approve", revision="r1", rechecked=[confirmed(other)])
    state = state_of(phase)
    assert "r2 has touched F1 since" in approval(state, state.slices["F4"]).why


def test_a_fix_can_be_corrected_before_it_is_confirmed(phase, finding):
    fix(finding, revision="r1")
    fix(finding, note="Really.", revision="r2")
    finding.refresh_from_db()
    assert (finding.fix_note, finding.fix_revision) == ("Really.", "r2")
    assert faults() == []


def close(phase, finding, how):
    if how == "accepted":
        return accept(finding)
    return judge(phase, "not_ready", rechecked=[confirmed(fix(finding))])


@pytest.mark.parametrize("how", ["accepted", "confirmed"])
@pytest.mark.parametrize("verb", ["fix", "accept"])
def test_a_closed_finding_takes_no_answer(phase, finding, how, verb):
    close(phase, finding, how)
    with pytest.raises(Refused, match=f"Finding {finding.pk} is {how}, so there is nothing to {verb}"):
        {"fix": fix, "accept": accept}[verb](finding)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"note": " "}, "note"),
        ({"note": "x" * 20_001}, "note"),
        ({"revision": "two words"}, "revision"),
        ({"revision": "r2", "base": "two words"}, "base"),
        ({"changed_files": ["a.py"]}, "revision"),
        ({"changed_files": []}, "revision"),
        ({"base": "r1"}, "revision"),
        ({"revision": "r2", "changed_files": [" "]}, "changed_files"),
    ],
)
def test_a_fix_that_cannot_be_kept_names_the_field(phase, finding, said, field):
    with pytest.raises(Invalid) as refusal:
        fix(finding, **said)
    assert list(refusal.value.fields) == [field]
    assert Finding.objects.get().state == "open"


def test_an_unknown_base_means_unknown_files(phase, finding):
    fix(finding, revision="r2", base="r0", changed_files=["README.md"])
    assert (Revision.objects.get().files, Revision.objects.get().unknown_for) == ([], ["F1"])


@pytest.mark.parametrize("handle", ["@dome", "@mirror", "@review", "@second"])
def test_leads_of_what_it_affects_and_of_the_review_may_fix(phase, finding, handle):
    assert fix(finding, lead("lars", handle)).fixed_by == "lars"


@pytest.mark.parametrize("handle", ["@heat", "@shape", ""])
def test_other_leads_may_not(phase, finding, handle):
    with pytest.raises(Forbidden):
        fix(finding, lead("lars", handle))


@pytest.mark.parametrize("handle", ["@dome", "@mirror", "@heat"])
def test_one_that_affects_no_slice_is_for_leads_of_the_whole_scope(phase, handle):
    one = judge(phase, "not_ready", findings=[found()]).findings.get()
    assert fix(one, lead("lars", handle)).fixed_by == "lars"
    with pytest.raises(Forbidden):
        fix(one, lead("lars", "@shape"))


def test_a_machine_may_fix_and_never_accepts(phase, finding):
    machine = Actor(kind="token", name="bot", scopes=frozenset({"slices"}))
    assert fix(finding, machine).fixed_by == "bot"
    with pytest.raises(Forbidden):
        accept(finding, machine)


def test_a_reviewer_alone_does_not_fix(phase, finding):
    with pytest.raises(Forbidden):
        fix(finding, reviewer())


def test_a_finding_of_a_review_that_the_packet_dropped_is_left_alone(phase, finding):
    accept(finding)
    bring(REVIEWED.replace("id: F4", "id: F7").replace("depends_on: [F4]", "depends_on: [F7]"))
    for verb in (fix, accept):
        with pytest.raises(Refused, match="F4 is no longer in packet revision 2"):
            verb(finding)


def test_a_finding_outlives_the_slice_that_it_is_about(db):
    text = REVIEWED.replace("depends_on: [F2, F3]", "depends_on: [F3]")
    phase = reviewed_phase("F4", packet=text)
    one = judge(phase, "not_ready", scope=("F1", "F2"), findings=[found(slice="F2")]).findings.get()
    bring(text.replace("id: F2", "id: F8"))
    fix(one, lead("lars", "@review"))
    assert faults() == []


def test_fixing_after_the_landing_makes_its_gates_stale_and_moves_nothing(phase, finding):
    run(phase, "quick", "make dome", code="F1")
    run(phase, "full", "make dome-full", code="F1")
    move(phase, "F1", "candidate")
    move(phase, "F1", "land")
    fix(finding)
    assert (Slice.objects.get(code="F1").status, shown(phase)[0]) == ("landed", "stale")


def test_an_operator_may_fix(phase, finding):
    assert fix(finding, OPERATOR).state == "fixed"
