"""What a redaction takes away, where else the words stood, and what cannot be taken away."""

import pytest

from phases.actions.asked import Report, Result
from phases.actions.evidence import redact
from phases.actions.runs import report_runs
from phases.actions.slices import link_slice, move_slice
from phases.actions.texts import REDACTED
from phases.actions.verify import verify_ledger
from phases.errors import Refused
from phases.models import Event, Gate, GateRun, Initiative, Log, Revision, Slice
from phases.permissions import OPERATOR

from .test_report_runs import extra, quick

SECRET = "hunter2"
COMMAND = f"curl -H 'Authorization: Bearer {SECRET}' x"


def hide(phase, evidence):
    return redact(actor=OPERATOR, phase=phase, evidence=evidence, reason="a secret slipped in")


def faults():
    return verify_ledger(initiative=Initiative.objects.get()).faults


def everything():
    return repr([list(table.objects.values_list()) for table in (Event, Gate, GateRun, Log, Slice)])


def link(phase, branch, **more):
    return link_slice(actor=OPERATOR, phase=phase, code="D1", branch=branch, **more)


@pytest.fixture
def command(phase):
    """The run of an extra command with a secret, redacted; it had no other text."""
    run = extra(phase, COMMAND)[0]
    hide(phase, run.key)
    return run


def test_the_text_of_an_extra_command_goes_and_its_digest_stays(command):
    gate = Gate.objects.get(suite="extra")
    assert (gate.text, gate.digest) == (REDACTED, command.gate.digest)
    assert SECRET not in everything()
    assert faults() == []


def test_the_same_command_is_found_again_without_its_text(phase, command):
    again = extra(phase, COMMAND)[0]
    assert again.gate_id == command.gate_id
    assert SECRET not in everything()
    assert faults() == []


def test_a_redacted_command_is_found_by_its_key(phase, command):
    key = Event.objects.get(seq=command.seq).after["gate"]
    assert extra(phase, key)[0].gate_id == command.gate_id


def test_the_mark_of_a_redaction_names_no_command(phase, command):
    extra(phase, COMMAND + "y")
    hide(phase, GateRun.objects.first().key)
    named = extra(phase, REDACTED)[0]
    assert named.gate_id not in {command.gate_id, GateRun.objects.order_by("-seq")[1].gate_id}
    assert faults() == []


@pytest.mark.parametrize("text", [COMMAND, "true"])
def test_a_redacted_command_that_came_back_is_found(command, text):
    Gate.objects.filter(suite="extra").update(text=text)
    assert any("had another text" in fault for fault in faults())


def test_the_same_command_of_another_slice_is_another_gate(phase, command):
    results = (Result(COMMAND, "pass"),)
    report_runs(actor=OPERATOR, phase=phase, report=Report("extra", "D2", results=results))
    Gate.objects.filter(slice__code="D2", suite="extra").update(text=REDACTED)
    assert len([fault for fault in faults() if "had another text" in fault]) == 1


def test_the_text_of_a_packets_gate_stays(phase):
    hide(phase, quick(phase, note=SECRET).key)
    assert Gate.objects.filter(text="make dome-quick").exists()


def test_the_changed_files_of_a_run_go_and_those_of_its_revision_stay(phase):
    run = quick(phase, revision="r1", changed_files=(f"{SECRET}.txt",))
    hide(phase, run.key)
    run.refresh_from_db()
    assert run.files == [REDACTED]
    assert Revision.objects.get().files == [f"{SECRET}.txt"]
    assert faults() == []


@pytest.mark.parametrize("files", [["another.txt"], [], None])
def test_other_files_of_a_redacted_run_are_found(phase, files):
    run = quick(phase, revision="r1", changed_files=("a.txt",))
    hide(phase, run.key)
    GateRun.objects.update(files=files)
    assert any("has files" in fault for fault in faults())


def test_files_that_look_redacted_are_found(phase):
    quick(phase, revision="r1", changed_files=("a.txt",), note="kept")
    GateRun.objects.update(files=[REDACTED])
    assert any("has files" in fault for fault in faults())


@pytest.mark.parametrize(
    ("verb", "says"), [("mention", "decide what is stale"), ("import", "is the plan"), ("start", "no text")]
)
def test_an_entry_whose_text_cannot_go_says_so(phase, verb, says):
    move_slice(actor=OPERATOR, phase=phase, code="D1", verb="start", version=0)
    quick(phase, revision="r1", changed_files=(f"{SECRET}.txt",))
    entry = Event.objects.get(verb=verb)
    with pytest.raises(Refused, match=says):
        hide(phase, f"event:{entry.seq}")
    assert not Event.objects.filter(redacted=True).exists()


def test_a_run_without_a_text_says_that_it_has_none(phase):
    with pytest.raises(Refused, match="holds no text"):
        hide(phase, quick(phase).key)


def test_words_that_a_later_entry_keeps_go_there_too(phase):
    first = link(phase, SECRET)
    link(phase, SECRET, pull_request="https://x.example/1")
    link(phase, "clean")
    hide(phase, f"event:{first.seq}")
    assert SECRET not in everything()
    assert faults() == []
    assert Slice.objects.get(code="D1").branch == "clean"


def test_words_that_an_entry_only_repeats_go_where_they_were_said(phase):
    link(phase, SECRET)
    last = link(phase, SECRET, pull_request="https://x.example/1")
    hide(phase, f"event:{last.seq}")
    assert SECRET not in everything()
    assert Slice.objects.get(code="D1").branch == REDACTED
    assert faults() == []


def test_what_is_left_of_an_entry_can_be_taken_away_later(phase):
    first = link(phase, SECRET)
    second = link(phase, SECRET, pull_request="https://x.example/1")
    for entry in (first, second):
        hide(phase, f"event:{entry.seq}")
    assert "x.example" not in everything()
    assert faults() == []
    with pytest.raises(Refused, match="redacted already"):
        hide(phase, f"event:{second.seq}")
