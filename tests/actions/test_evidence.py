"""Retracting evidence, and redacting what should never have been said."""

import pytest

from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.evidence import redact, retract
from phases.actions.slices import link_slice
from phases.actions.texts import REDACTED
from phases.actions.waivers import waive
from phases.errors import Forbidden, Invalid, NotFound, Refused
from phases.models import Concern, Event, Gate, GateRun, Log, Phase, Slice, Waiver
from phases.permissions import Actor
from tests.factories import make_phase, make_run

from .test_report_runs import CI, quick

OTHER_CI = Actor(kind="token", name="ci-nightly", scopes=frozenset({"gates"}))


def take_back(actor, run, reason="wrong machine"):
    return retract(actor=actor, phase=run.phase, evidence=run.key, reason=reason)


def latest():
    return Gate.objects.get(text="make dome-quick").latest_run


def test_a_retracted_run_stays_and_stops_counting(phase, admin):
    run = quick(phase)
    take_back(admin, run)
    run.refresh_from_db()
    event = Event.objects.latest("seq")
    assert (event.verb, event.target, event.note) == ("retract", run.key, "wrong machine")
    assert (run.retracted, latest()) == (event.seq, None)


def test_the_next_newest_run_counts_again(phase, admin):
    first = quick(phase, revision="r1")
    quick(phase, revision="r1", outcome="fail")
    last = quick(phase, revision="r2", outcome="fail")
    take_back(admin, last)
    take_back(admin, latest())
    assert latest() == first


def test_retracting_an_older_run_changes_nothing_that_counts(phase, admin):
    old, new = quick(phase), quick(phase, outcome="fail")
    take_back(admin, old)
    assert latest() == new


def test_a_report_after_a_retraction_counts(phase, admin):
    take_back(admin, quick(phase, revision="r2", outcome="fail"))
    assert quick(phase, revision="r2") == latest()


def test_who_reported_it_may_retract(phase):
    assert take_back(CI, quick(phase)).retracted


def test_another_token_may_not(phase):
    with pytest.raises(Forbidden, match="retract the evidence of others"):
        take_back(OTHER_CI, quick(phase))


def test_a_person_of_the_same_name_may_not(phase):
    namesake = Actor(kind="person", name=CI.name, roles=frozenset({"viewer", "lead"}))
    with pytest.raises(Forbidden):
        take_back(namesake, quick(phase))


def test_a_retraction_needs_a_reason(phase, admin):
    with pytest.raises(Invalid) as refusal:
        take_back(admin, quick(phase), reason="  ")
    assert list(refusal.value.fields) == ["reason"]


def test_a_run_is_retracted_once(phase, admin):
    run = quick(phase)
    take_back(admin, run)
    with pytest.raises(Refused, match="retracted already"):
        take_back(admin, run)


@pytest.mark.parametrize(
    "evidence", ["", "run", "run:", "run:x", "run:-1", "run:\u0661", "run:" + "9" * 40, "7"]
)
def test_what_is_no_evidence_is_refused(phase, admin, evidence):
    for action in (retract, redact):
        with pytest.raises(Invalid, match="is no evidence"):
            action(actor=admin, phase=phase, evidence=evidence, reason="why")


@pytest.mark.parametrize("evidence", ["run:999", "run:" + "9" * 18])
def test_evidence_that_does_not_exist_is_not_found(phase, admin, evidence):
    with pytest.raises(NotFound):
        retract(actor=admin, phase=phase, evidence=evidence, reason="why")


@pytest.mark.parametrize("action", [retract, redact])
def test_evidence_of_another_phase_is_not_found(phase, admin, action):
    run = quick(phase)
    with pytest.raises(NotFound):
        action(actor=admin, phase=make_phase(), evidence=run.key, reason="why")


SECRET = "hunter2"


@pytest.fixture
def leaky(phase):
    """A run with a secret in each of its texts."""
    url = f"https://ci.example.org/?token={SECRET}"
    return quick(phase, revision="r1", note=SECRET, log=f"echo {SECRET}", url=url, branch=SECRET)


def hide(admin, evidence, phase=None):
    found = phase or Phase.objects.get(code="D")
    return redact(actor=admin, phase=found, evidence=evidence, reason="a secret slipped in")


def everything() -> str:
    """All texts of the tables that a redaction is about."""
    tables = (Event, GateRun, Log, Concern, Waiver, Slice)
    return repr([list(table.objects.values_list()) for table in tables])


def test_a_redacted_run_keeps_the_fact_and_loses_its_texts(leaky, admin):
    hide(admin, leaky.key)
    leaky.refresh_from_db()
    assert (leaky.outcome, leaky.revision, leaky.redacted, leaky.note) == ("pass", "r1", True, REDACTED)
    assert SECRET not in everything()


def test_a_redacted_run_still_counts(leaky, admin):
    hide(admin, leaky.key)
    assert latest() == leaky


def test_the_log_goes_for_every_run_that_shares_it(leaky, admin, phase):
    other = make_run(phase, "D2", "make mirror-quick", log=f"echo {SECRET}")
    hide(admin, leaky.key)
    other.refresh_from_db()
    assert (other.log.text, other.log.redacted, other.redacted) == ("", True, False)


def test_the_redaction_is_an_entry_that_says_why_and_not_what(leaky, admin):
    event = hide(admin, leaky.key)
    assert (event.verb, event.target, event.note) == ("redact", f"event:{leaky.seq}", "a secret slipped in")
    assert event.after["log"] == [leaky.log.digest]


def test_an_entry_is_named_as_well_as_its_run(leaky, admin):
    hide(admin, f"event:{leaky.seq}")
    assert SECRET not in everything()


def test_the_reason_of_a_retraction_can_be_redacted_alone(phase, admin):
    run = quick(phase, note="kept")
    take_back(admin, run, reason=SECRET)
    hide(admin, f"event:{Event.objects.latest('seq').seq}")
    run.refresh_from_db()
    assert (run.note, run.redacted) == ("kept", False)
    assert SECRET not in everything()


def test_the_texts_of_rows_go_with_their_entries(phase, admin):
    concern = raise_concern(actor=admin, phase=phase, kind="blocker", text=SECRET, slice="D1")
    answer_concern(actor=admin, concern=concern, outcome="resolved", note=SECRET)
    waive(actor=admin, phase=phase, key="slice:D1", reason=SECRET)
    for verb in ("raise", "waive"):
        hide(admin, f"event:{Event.objects.get(verb=verb).seq}")
    assert SECRET not in everything()


def test_a_later_entry_does_not_repeat_what_was_redacted(phase, admin):
    entry = link_slice(actor=admin, phase=phase, code="D1", branch=SECRET)
    link_slice(actor=admin, phase=phase, code="D1", branch="plain")
    hide(admin, f"event:{entry.seq}")
    assert SECRET not in everything()
    assert Slice.objects.get(code="D1").branch == "plain"


def test_a_branch_that_still_stands_is_redacted_too(phase, admin):
    entry = link_slice(actor=admin, phase=phase, code="D1", branch=SECRET)
    hide(admin, f"event:{entry.seq}")
    assert Slice.objects.get(code="D1").branch == REDACTED


def test_the_same_words_of_another_slice_stay(phase, admin):
    entry = link_slice(actor=admin, phase=phase, code="D1", branch="shared")
    link_slice(actor=admin, phase=phase, code="D2", branch="shared")
    hide(admin, f"event:{entry.seq}")
    assert Slice.objects.get(code="D2").branch == "shared"


def test_only_an_admin_redacts(leaky, lead):
    for actor in (lead, CI):
        with pytest.raises(Forbidden, match="take a secret out"):
            hide(actor, leaky.key)


def test_an_entry_is_redacted_once(leaky, admin):
    hide(admin, leaky.key)
    with pytest.raises(Refused, match="redacted already"):
        hide(admin, f"event:{leaky.seq}")


@pytest.mark.parametrize("evidence", ["event:999", "event:0"])
def test_an_entry_that_does_not_exist_is_not_found(phase, admin, evidence):
    with pytest.raises(NotFound):
        hide(admin, evidence)


def test_a_redaction_needs_a_reason(leaky, admin, phase):
    with pytest.raises(Invalid):
        redact(actor=admin, phase=phase, evidence=leaky.key, reason="")
