"""Recording rounds: who may, what they look at, what becomes of findings, and which verdict fits."""

import pytest

from phases.actions.recording import Recheck
from phases.errors import Invalid, Refused
from phases.models import Disposition, Event, Slice

from .reviews import (
    REVIEWED,
    faults,
    found,
    judge,
    reviewed_phase,
    run,
    slice_of,
)

WORDS = ("approve", "approve_with_changes", "not_ready")


@pytest.fixture
def phase(db):
    return reviewed_phase("F4", "F5")


@pytest.mark.parametrize("verdict", WORDS)
def test_a_round_keeps_what_was_said(phase, verdict):
    row = judge(phase, verdict, summary=" Fine. ", links=["https://e.org/1 "], reason="So.")
    row.refresh_from_db()
    assert (row.verdict, row.summary, row.links, row.reason) == (verdict, "Fine.", ["https://e.org/1"], "So.")
    assert (row.kind, row.number, row.by) == ("review", 1, "rita")
    assert (slice_of(phase).round.id, faults()) == (row.pk, [])


def test_it_is_an_entry_signed_by_the_reviewer(phase):
    row = judge(phase, "approve")
    entry = Event.objects.get(seq=row.seq)
    assert (entry.verb, entry.target, entry.slice, entry.actor) == ("dispose", row.key, "F4", "rita")
    assert (entry.note, entry.after["verdict"], entry.at) == ("It is approve.", "approve", row.at)


def test_each_slice_counts_its_own_rounds(phase):
    assert [judge(phase, "not_ready").number for _ in range(2)] == [1, 2]
    assert judge(phase, "approve", code="F5").number == 1


def test_by_default_it_looks_at_what_lies_upstream(phase):
    assert judge(phase, "approve").scope == ["F1", "F2", "F3"]


def test_its_scope_is_in_the_order_of_the_packet(phase):
    assert judge(phase, "approve", scope=(" F2", "F1", "F2", "")).scope == ["F1", "F2"]


@pytest.mark.parametrize("code", ["F9", "F4"])
def test_it_looks_at_other_slices_of_the_phase_only(phase, code):
    with pytest.raises(Invalid, match=f"{code} cannot be looked at by a round of F4. Upstream of it: F1, F2"):
        judge(phase, "approve", scope=("F1", code))


def test_it_is_for_the_revision_that_it_names(phase):
    run(phase, "quick", "make dome", code="F1", revision="r1")
    row = judge(phase, "approve", revision="r2")
    assert (row.revision, row.place, row.reviewed) == ("r2", 2, {"F1": 2, "F2": 2, "F3": 2})


def test_without_a_revision_it_is_for_the_newest(phase):
    run(phase, "quick", "make dome", code="F1", revision="r1")
    row = judge(phase, "approve")
    assert (row.revision, row.place) == ("r1", 1)


def test_without_any_revision_it_is_for_none(phase):
    row = judge(phase, "approve")
    assert (row.revision, row.place, row.reviewed["F1"]) == ("", 0, 0)


def test_what_earlier_rounds_looked_at_stays_looked_at(phase):
    judge(phase, "approve_with_changes", revision="r1")
    row = judge(phase, "approve", revision="r2", scope=("F2",))
    assert (row.scope, row.reviewed) == (["F2"], {"F1": 1, "F2": 2, "F3": 1})


def test_an_older_revision_takes_nothing_back(phase):
    run(phase, "quick", "make dome", code="F1", revision="r1")
    judge(phase, "approve_with_changes", revision="r2")
    assert judge(phase, "approve", revision="r1").reviewed["F1"] == 2


def test_what_is_not_ready_has_to_be_approved_by_a_round_that_looks_at_it(phase):
    judge(phase, "not_ready")
    row = judge(phase, "approve", scope=("F2",))
    assert set(row.reviewed) == {"F2"}


def test_what_it_finds_keeps_its_identity(phase):
    new = found("high", "Rust", detail="Below.", anchor="src/dome/a.py:3", slice="F2")
    row = judge(phase, "not_ready", findings=[new]).findings.get()
    assert (row.severity, row.title, row.detail, row.anchor) == ("high", "Rust", "Below.", "src/dome/a.py:3")
    assert (row.about.code, row.slice.code, row.state, row.by) == ("F2", "F4", "open", "rita")
    assert (slice_of(phase).unclosed, faults()) == (1, [])


@pytest.mark.parametrize(
    ("anchor", "about"),
    [
        ("src/dome/a.py:12", "F1"),
        ("./src/dome/a.py:12:3", "F1"),
        ("src/mirror.py", "F2"),
        ("src/both.py:1", None),
        ("README.md", None),
        ("", None),
    ],
)
def test_a_finding_is_about_the_only_slice_that_declares_its_file(db, anchor, about):
    packet = REVIEWED.replace("src/dome/**]", "src/dome/**, src/both.py]")
    phase = reviewed_phase("F4", packet=packet.replace("src/mirror.py]", "src/mirror.py, src/both.py]"))
    row = judge(phase, "not_ready", findings=[found(anchor=anchor)]).findings.get()
    assert (row.about.code if row.about else None) == about


def test_the_scope_decides_whose_file_it_is(phase):
    row = judge(phase, "not_ready", scope=("F2",), findings=[found(anchor="src/dome/a.py")])
    assert row.findings.get().about is None


def test_a_finding_about_no_slice_is_refused(phase):
    with pytest.raises(Invalid, match="Finding 2 names 'F9', which is no slice here"):
        judge(phase, "not_ready", findings=[found(), found(slice="F9")])


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (found("bad"), "Finding 1 has severity 'bad'; it is one of blocking, high, medium, low"),
        (found(title=" "), "Finding 1 needs a title: one line"),
        (found(title="two\nlines"), "needs a title"),
        (found(title="x" * 501), "at most 500 characters"),
        (found(anchor="x" * 601), "anchor of finding 1 has at most 600"),
        (found(detail="x" * 20_001), "20001 characters are too many"),
        (found(title="nul\0"), "contains a NUL"),
    ],
)
def test_a_finding_that_cannot_be_kept_is_refused(phase, new, says):
    with pytest.raises(Invalid, match=says) as refusal:
        judge(phase, "not_ready", findings=[new])
    assert list(refusal.value.fields) == ["findings"]
    assert not Disposition.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"summary": " "}, "summary"),
        ({"findings": [found()] * 501}, "findings"),
        ({"watchpoints": ["x"]}, "watchpoints"),
        ({"watchpoints": [str(number) for number in range(51)]}, "watchpoints"),
        ({"links": ["ftp://e.org"]}, "links"),
        ({"links": ["wheel"]}, "links"),
        ({"links": [f"https://e.org/{number}" for number in range(21)]}, "links"),
        ({"links": ["https://e.org/" + "x" * 500]}, "links"),
        ({"revision": "two words"}, "revision"),
        ({"revision": "main"}, "revision"),
        ({"reason": "x" * 20_001}, "reason"),
        ({"rechecked": [Recheck(99, "confirmed")]}, "rechecked"),
    ],
)
def test_what_a_round_does_not_take_is_named(phase, said, field):
    with pytest.raises(Invalid) as refusal:
        judge(phase, "not_ready", **said)
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize("verdict", ["triggered", "ready", "", "fine"])
def test_other_words_are_no_verdict_of_a_review(phase, verdict):
    with pytest.raises(Invalid, match="is no verdict of a review; it is one of approve"):
        judge(phase, verdict)


@pytest.mark.parametrize("status", ["planned", "deferred"])
def test_a_round_waits_for_the_start(phase, status):
    Slice.objects.filter(code="F4").update(status=status)
    with pytest.raises(Refused, match=f"F4 is {status}: rounds are recorded once it is in progress"):
        judge(phase, "approve")


@pytest.mark.parametrize("status", ["in_progress", "candidate", "landed"])
def test_a_round_can_come_at_any_time_after_it(phase, status):
    Slice.objects.filter(code="F4").update(status=status)
    assert judge(phase, "not_ready").number == 1
