"""Taking the texts of verdicts, findings, artifacts and watchpoints away, wherever they are repeated."""

import pytest

from phases.actions.artifacts import attach_artifact
from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.recording import Answered
from phases.actions.texts import REDACTED
from phases.actions.watchpoints import fire_watchpoint
from phases.errors import Forbidden, Invalid, NotFound, Refused
from phases.models import ArtifactVersion, Concern, Disposition, Event, Finding, Slice
from phases.permissions import OPERATOR

from .reviews import (
    accept,
    confirmed,
    faults,
    fix,
    found,
    hide,
    judge,
    lead,
    move,
    reopened,
    reviewed_phase,
    run,
    slice_of,
    take_back,
)

SECRET = "hunter2"
LINK = f"https://ci.example.org/?token={SECRET}"


@pytest.fixture
def phase(db):
    return reviewed_phase("F1", "F3", "F4")


def everything() -> str:
    """All texts of the tables that a redaction is about."""
    tables = (Event, Disposition, Finding, Concern, ArtifactVersion, Slice)
    return repr([list(table.objects.values_list()) for table in tables])


def entry(verb, **at):
    return f"event:{Event.objects.filter(verb=verb, **at).latest('seq').seq}"


def gone():
    """Whether nobody can read the secret any more, and the ledger still verifies."""
    assert faults() == []
    return SECRET not in everything()


@pytest.fixture
def told(phase):
    """A round with a secret in each of its own texts."""
    return judge(phase, "not_ready", summary=f"My {SECRET}", reason=SECRET, links=[LINK])


@pytest.mark.parametrize("by_entry", [False, True])
def test_a_round_loses_its_texts_and_keeps_its_verdict(phase, told, by_entry):
    hide(phase, entry("dispose") if by_entry else told)
    told.refresh_from_db()
    assert (told.verdict, told.number, told.summary, told.links) == ("not_ready", 1, REDACTED, [REDACTED])
    assert told.redacted
    assert gone()


def test_a_redacted_round_still_counts(phase, told):
    hide(phase, told)
    assert slice_of(phase).round.verdict == "not_ready"


def test_other_words_of_the_slice_stay(phase, told):
    other = judge(phase, "approve", summary="Calm")
    hide(phase, told)
    other.refresh_from_db()
    assert (other.summary, other.redacted) == ("Calm", False)


@pytest.fixture
def finding(phase):
    """A finding with a secret in each of its texts, fixed."""
    new = found(title=SECRET, detail=f"See {SECRET}", anchor=f"{SECRET}.py:1")
    row = judge(phase, "not_ready", findings=[new]).findings.get()
    return fix(row, note=f"Took {SECRET} out")


def test_a_finding_loses_its_texts_and_keeps_its_state(phase, finding):
    hide(phase, finding)
    finding.refresh_from_db()
    texts = (finding.title, finding.detail, finding.anchor, finding.fix_note)
    assert (texts, finding.state, finding.redacted) == ((REDACTED,) * 4, "fixed", True)
    assert gone()


def test_an_accepted_finding_loses_its_rationale_and_target(phase, finding):
    accept(finding, rationale=SECRET, target=f"Until {SECRET}")
    hide(phase, finding)
    finding.refresh_from_db()
    assert (finding.rationale, finding.target, finding.owner) == (REDACTED, REDACTED, "@dome")
    assert gone()


def test_what_an_earlier_acceptance_said_goes_too(phase, finding):
    accept(finding, rationale=SECRET, target=SECRET)
    judge(phase, "not_ready", rechecked=[reopened(finding)])
    accept(finding, rationale="Fine", target="Later")
    hide(phase, finding)
    assert gone()


def test_one_text_of_a_finding_goes_alone(phase, finding):
    hide(phase, entry("fix"))
    finding.refresh_from_db()
    assert (finding.fix_note, finding.title, finding.redacted) == (REDACTED, SECRET, False)
    assert faults() == []


@pytest.mark.parametrize("by", ["finding", "verdict", "event"])
def test_a_note_of_a_recheck_goes_from_the_finding_and_from_the_round(phase, by):
    row = judge(phase, "not_ready", findings=[found()]).findings.get()
    last = judge(phase, "approve", rechecked=[confirmed(fix(row), note=SECRET)])
    named = {"finding": row.key, "verdict": last.key, "event": entry("recheck")}
    hide(phase, named[by])
    last.refresh_from_db()
    assert last.rechecked == [{"finding": row.pk, "was": "fixed", "outcome": "confirmed", "note": REDACTED}]
    assert gone()


@pytest.fixture
def decision(phase):
    """A deferral with a secret in its answers and its watchpoints."""
    run(phase, "assess", "make assess", code="F3")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="text")
    answers = [Answered(2, False, SECRET)]
    watch = (f"{SECRET} leaks", "It freezes")
    return judge(phase, "deferred", lead(), "F3", criteria=answers, watchpoints=watch, reason="Warm")


def fire(decision, text="leaks", reason="It leaked."):
    concern = decision.watched.get(text__contains=text)
    return fire_watchpoint(actor=OPERATOR, concern=concern, reason=reason)


def test_answers_and_watchpoints_of_a_decision_go(phase, decision):
    hide(phase, decision)
    decision.refresh_from_db()
    assert [row["evidence"] for row in decision.criteria] == [REDACTED]
    assert [row["text"] for row in decision.criteria] == ["The crew is cold"]
    assert (decision.watchpoints, decision.verdict) == ([REDACTED, REDACTED], "deferred")
    assert {row.text for row in decision.watched.all()} == {REDACTED}
    assert gone()


def test_a_watchpoint_goes_alone_from_its_decision_too(phase, decision):
    concern = decision.watched.first()
    hide(phase, f"event:{Event.objects.get(verb='raise', target=str(concern)).seq}")
    decision.refresh_from_db()
    assert (decision.watchpoints, decision.reason) == ([REDACTED, "It freezes"], "Warm")


def test_the_reopening_that_quotes_a_watchpoint_loses_its_reason(phase, decision):
    fire(decision)
    hide(phase, decision)
    assert slice_of(phase, "F3").reset_note == REDACTED
    assert "It leaked." in everything()
    assert gone()


@pytest.mark.parametrize("verb", ["fire", "reopen"])
def test_why_a_watchpoint_fired_goes_with_the_reopening(phase, decision, verb):
    concern = fire(decision, "freezes", f"It said {SECRET}")
    hide(phase, entry(verb))
    concern.refresh_from_db()
    assert (concern.answer, slice_of(phase, "F3").reset_note) == (REDACTED, REDACTED)
    assert f"It said {SECRET}" not in everything()
    assert faults() == []


def test_a_reason_for_going_back_to_work_goes_from_the_slice(phase):
    run(phase, "quick", "make dome", code="F1")
    move(phase, "F1", "candidate")
    move(phase, "F1", "send_back", SECRET)
    hide(phase, entry("send_back"))
    assert slice_of(phase, "F1").reset_note == REDACTED
    assert gone()


def test_an_earlier_reason_goes_and_the_last_one_stays(phase):
    run(phase, "quick", "make dome", code="F1")
    for note in (SECRET, "Too slow"):
        run(phase, "quick", "make dome", code="F1")
        move(phase, "F1", "candidate")
        move(phase, "F1", "send_back", note)
    hide(phase, f"event:{Event.objects.get(note=SECRET).seq}")
    assert slice_of(phase, "F1").reset_note == "Too slow"
    assert gone()


@pytest.mark.parametrize("by_entry", [False, True])
def test_a_version_loses_its_content_and_still_counts(phase, by_entry):
    version = attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content=SECRET).version
    hide(phase, entry("attach") if by_entry else version)
    version.refresh_from_db()
    assert (version.content, version.size, version.redacted) == (REDACTED, len(SECRET), True)
    assert slice_of(phase, "F3").artifacts[0].version.id == version.pk
    assert gone()


def test_a_version_loses_its_link(phase):
    version = attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", url=LINK).version
    hide(phase, version)
    version.refresh_from_db()
    assert (version.url, version.content) == (REDACTED, "")
    assert gone()


def test_the_same_content_again_is_the_redacted_version(phase):
    text = {"path": "docs/HEAT.md", "content": SECRET}
    version = attach_artifact(actor=OPERATOR, phase=phase, **text).version
    hide(phase, version)
    assert attach_artifact(actor=OPERATOR, phase=phase, **text) == (version, False)
    assert gone()


def test_what_was_retracted_can_be_redacted(phase, told):
    take_back(phase, told, reason="Wrong")
    hide(phase, told)
    assert "Wrong" in everything()
    assert gone()


def test_the_reason_of_a_retraction_goes_by_its_entry(phase):
    round_ = judge(phase, "approve", summary="Calm")
    take_back(phase, round_, reason=SECRET)
    hide(phase, entry("retract"))
    assert Disposition.objects.get().summary == "Calm"
    assert gone()


def test_a_run_loses_what_its_retraction_repeats(phase):
    one = run(phase, "quick", "make dome", code="F1", note=SECRET)
    take_back(phase, one, reason=SECRET)
    hide(phase, entry("retract"))
    one.refresh_from_db()
    assert (one.note, one.redacted) == (REDACTED, True)
    assert gone()


def test_what_a_packet_defers_stays(phase):
    with pytest.raises(Refused, match="the packet names"):
        hide(phase, entry("raise", target=str(Concern.objects.first())))


def test_an_answer_goes_and_what_it_answers_stays_the_plan(phase):
    concern = Concern.objects.get(text="Paint the dome")
    answer_concern(actor=OPERATOR, concern=concern, outcome="resolved", note=concern.text)
    hide(phase, entry("answer"))
    concern.refresh_from_db()
    assert (concern.text, concern.answer) == ("Paint the dome", REDACTED)
    assert faults() == []


def test_a_watchpoint_raised_by_hand_goes(phase):
    raise_concern(actor=OPERATOR, phase=phase, kind="watchpoint", text=SECRET, slice="F1")
    hide(phase, entry("raise"))
    assert gone()


@pytest.mark.parametrize("key", ["finding:999", "verdict:999", "version:999", "verdict:" + "9" * 18])
def test_what_does_not_exist_is_not_found(phase, key):
    with pytest.raises(NotFound, match=key):
        hide(phase, key)


@pytest.mark.parametrize("key", ["concern:1", "finding:", "finding:x", "slice:F1", "verdict:-1"])
def test_what_is_no_evidence_is_refused(phase, key):
    with pytest.raises(Invalid, match="such as run:12, verdict:7"):
        hide(phase, key)


@pytest.mark.parametrize("what", ["told", "finding", "version"])
def test_once_is_enough(phase, request, what):
    content = {"path": "docs/HEAT.md", "content": SECRET}
    row = (
        attach_artifact(actor=OPERATOR, phase=phase, **content).version
        if what == "version"
        else request.getfixturevalue(what)
    )
    hide(phase, row)
    with pytest.raises(Refused, match=f"{row.key} was redacted already"):
        hide(phase, row)


def test_only_an_admin_redacts(phase, told):
    with pytest.raises(Forbidden, match="take a secret out"):
        hide(phase, told, lead())
