"""Proving runs, revisions, logs, and what evidence was taken back or away."""

import pytest
from django.db.models import F
from django.utils import timezone

from phases.actions.concerns import raise_concern
from phases.actions.evidence import redact, retract
from phases.actions.runs import report_runs
from phases.actions.slices import link_slice, move_slice
from phases.actions.texts import REDACTED
from phases.actions.verify import verify_ledger
from phases.models import Event, Gate, GateRun, Initiative, Log, Phase, Revision, Slice
from phases.permissions import OPERATOR
from tests.factories import make_run

from .conftest import PACKET, bring
from .test_report_runs import QUICK, extra


@pytest.fixture
def runs(phase, admin):
    """Two runs at two revisions, the second retracted; one of an extra command; one run for D2."""
    first = make_run(
        phase, "D1", "make dome-quick", revision="r1", changed_files=("src/dome/a.py",), log="ok"
    )
    second = make_run(phase, "D1", "make dome-quick", "fail", revision="r2", note="password 1234", log="boo")
    make_run(phase, "D2", "make mirror-quick", revision="r3", changed_files=("src/mirror.py",), log="hm")
    extra(phase, "make scan")
    retract(actor=admin, phase=phase, evidence=second.key, reason="wrong machine")
    return first, second


def faults(**options):
    return verify_ledger(initiative=Initiative.objects.get(), **options).faults


def test_honest_evidence_holds(runs):
    assert faults() == []


def test_it_holds_after_moves_and_another_packet(runs, phase, admin):
    make_run(phase, "D1", "make dome-full")
    for version, verb in enumerate(("start", "candidate", "send_back", "candidate", "land", "reopen")):
        if verb == "candidate":
            make_run(phase, "D1", "make dome-quick")
            make_run(phase, "D1", "make dome-full")
        move_slice(actor=admin, phase=phase, code="D1", verb=verb, version=version, note="because")
    bring(PACKET.replace("src/dome/**", "src/mirror.py").replace("make mirror-quick", "make mirror-fast"))
    assert faults() == []


FIRST = GateRun.objects.filter(revision="r1")


@pytest.mark.parametrize(
    "values",
    [
        {"outcome": "fail"},
        {"revision": "r2"},
        {"place": 2},
        {"late": True},
        {"branch": "other"},
        {"base": "r0"},
        {"files": ["src/b.py"]},
        {"files": None},
        {"duration_ms": 7},
        {"url": "https://example.org"},
        {"retracted": 3},
        {"seq": 1},
        {"at": timezone.now()},
        {"by": "another"},
        {"source": "token"},
        {"note": "another"},
        {"redacted": True},
        {"log": None},
        {"slice": None},
    ],
)
def test_a_run_that_was_edited_is_found(runs, values):
    FIRST.update(**values)
    (name,) = values
    assert [fault for fault in faults() if f"has {name} " in fault]


def test_a_run_moved_to_another_gate_is_found(runs):
    twin = Gate.objects.get(text="make dome-full")
    FIRST.update(gate=twin)
    assert [fault for fault in faults() if "has gate " in fault]


def test_a_run_moved_to_another_slice_is_found(runs, phase):
    other = Gate.objects.get(text="make mirror-quick")
    FIRST.update(gate=other, slice=other.slice)
    assert [fault for fault in faults() if "has slice " in fault]


def test_a_run_that_nobody_reported_is_found(runs):
    row = FIRST.get()
    row.pk = None
    row.save()
    assert faults()


def test_a_deleted_run_is_found(runs):
    Gate.objects.update(latest_run=None)
    FIRST.delete()
    assert any("which is not stored" in fault for fault in faults())


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        (Gate.objects.filter(text="make dome-quick"), {"latest_run": None}),
        (Gate.objects.filter(text="make dome-full"), {"text": "true"}),
        (Gate.objects.filter(suite="extra"), {"text": "true"}),
        (Gate.objects.filter(suite="extra"), {"text": REDACTED}),
        (Gate.objects.filter(suite="extra"), {"archived": True}),
        (Gate.objects.filter(suite="extra"), {"kind": "attestation"}),
        (Gate.objects.filter(suite="extra"), {"before": ["D2"]}),
        (Gate.objects.filter(suite="extra"), {"replaces": F("id")}),
        (Slice.objects.filter(code="D1"), {"touched": None}),
        (Slice.objects.filter(code="D1"), {"touched": [1, "r1", "src/dome/b.py"]}),
        (Slice.objects.filter(code="D2"), {"fixed": [1, "r1", "finding:1"]}),
        (Slice.objects.filter(code="D1"), {"reset": "reopen"}),
        (Slice.objects.filter(code="D1"), {"reset_seq": 1}),
        (Slice.objects.filter(code="D1"), {"closed_seq": 1}),
        (Revision.objects.filter(sha="r1"), {"files": []}),
        (Revision.objects.filter(sha="r1"), {"place": 9}),
        (Revision.objects.filter(sha="r1"), {"sha": "r9"}),
        (Revision.objects.filter(sha="r1"), {"reported_for": []}),
        (Revision.objects.filter(sha="r2"), {"unknown_for": []}),
        (Revision.objects.filter(sha="r1"), {"fixes": {"D1": "finding:1"}}),
        (Phase.objects.all(), {"last_revision": "r1"}),
        (Phase.objects.all(), {"places": 9}),
        (Log.objects.filter(text="ok"), {"text": "better"}),
        (Log.objects.filter(text="ok"), {"size": 9}),
        (Log.objects.filter(text="ok"), {"text": "", "redacted": True}),
        (Log.objects.filter(text="ok"), {"redacted": True}),
    ],
)
def test_what_follows_from_the_ledger_cannot_be_edited(runs, rows, values):
    assert rows.update(**values)
    assert faults()


def test_the_latest_run_is_not_a_retracted_one(runs):
    _, retracted = runs
    Gate.objects.filter(text="make dome-quick").update(latest_run=retracted)
    assert any("counts by" in fault for fault in faults())


def test_a_revision_that_nobody_mentioned_is_found(runs, phase):
    Revision.objects.create(phase=phase, sha="r9", place=9, seq=1)
    assert any("does not speak of revision r9" in fault for fault in faults())


def test_an_edited_mention_is_found_and_stops_nothing(runs):
    Event.objects.filter(verb="mention").update(after={})
    assert any("no longer holds" in fault for fault in faults())


@pytest.fixture
def redacted(runs, admin, phase):
    """The second run after its redaction."""
    redact(actor=admin, phase=phase, evidence=runs[1].key, reason="a password")
    runs[1].refresh_from_db()
    return runs[1]


def test_the_chain_holds_after_a_redaction(redacted):
    head = Event.objects.get(seq=redacted.seq).hash
    assert faults(anchor=head) == []


def test_a_redacted_log_that_is_printed_again_stays_away(redacted, phase):
    run = make_run(phase, "D1", "make dome-quick", log="boo")
    assert (run.log.text, run.log.redacted) == ("", True)
    assert faults() == []


@pytest.mark.parametrize("verb", ["start", "link", "raise", "retract", "report"])
def test_the_chain_holds_after_a_redaction_of_any_entry(runs, admin, phase, verb):
    move_slice(actor=admin, phase=phase, code="D1", verb="start", version=0, note="secret")
    link_slice(actor=admin, phase=phase, code="D1", branch="secret")
    link_slice(actor=admin, phase=phase, code="D1", branch="plain")
    link_slice(actor=admin, phase=phase, code="D1", branch="last")
    raise_concern(actor=admin, phase=phase, kind="blocker", text="secret", slice="D1")
    while entry := Event.objects.filter(verb=verb, redacted=False).first():
        redact(actor=admin, phase=phase, evidence=f"event:{entry.seq}", reason="a password")
    assert faults() == []


def entry_of(run):
    return Event.objects.filter(seq=run.seq)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"redacted": False}, "not redacted, but"),
        ({"note": "password 1234"}, "has note"),
        ({"note": "another"}, "no longer holds"),
        ({"before": {"outcome": "pass"}}, "no longer holds"),
        ({"actor": "another"}, "does not fit"),
    ],
)
def test_a_redacted_entry_that_was_edited_is_found(redacted, values, says):
    entry_of(redacted).update(**values)
    assert any(says in fault for fault in faults())


def test_the_facts_of_a_redacted_entry_cannot_be_turned(redacted):
    entry = entry_of(redacted).get()
    entry_of(redacted).update(after=entry.after | {"outcome": "pass"})
    GateRun.objects.filter(pk=redacted.pk).update(outcome="pass")
    assert faults() == [f"Entry {entry.seq} no longer holds what was recorded."]


def test_a_redaction_without_its_entry_is_found(runs):
    entry_of(runs[0]).update(redacted=True)
    assert any(f"Entry {runs[0].seq} is redacted, but" in fault for fault in faults())


def test_texts_taken_away_without_an_entry_are_found(runs):
    entry_of(runs[1]).update(redacted=True, note=REDACTED)
    GateRun.objects.filter(pk=runs[1].pk).update(redacted=True, note=REDACTED)
    assert any("no longer holds" in fault for fault in faults())


def test_a_redacted_log_that_came_back_is_found(redacted):
    Log.objects.filter(pk=redacted.log_id).update(text="boo", redacted=False, size=F("size"))
    assert faults() == [f"The log of {redacted.key} is not the one that was recorded."]


def test_a_duplicate_by_its_key_is_no_second_run(phase):
    for _ in range(3):
        report_runs(actor=OPERATOR, phase=phase, report=QUICK, key="build-7")
    assert GateRun.objects.count() == 1
    assert faults() == []
