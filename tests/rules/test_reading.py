"""Documents against the ledger: what both say where they differ, and silence where they agree."""

import pytest

from phases.packets.closure import read_closure
from phases.rules.reading import concerned, disagreements, verdict_of, word_for
from phases.rules.reading_evidence import matched

from .states import a_blocker, a_finding, a_gate, a_phase, a_review, a_round, a_run, a_slice, an_artifact

REVIEW = a_review(a_finding("fixed", "high", title="The crane has no brake"), round=a_round("not_ready"))
BUILD = a_slice("D1", "candidate", gates=(a_gate(text="make dome", run=a_run("fail")),))


def told(item, text, *others, path="D5_REVIEW_DISPOSITION.md", **phase):
    """(line, ledger) of each disagreement with a document about `item`."""
    slices = [one for one in (a_slice("D1"), a_slice("D2"), *others, item) if one]
    state = a_phase(*{one.code: one for one in slices}.values(), **phase)
    return [(one.line, one.ledger) for one in disagreements(state, item, read_closure(text, path=path))]


def decided(word, **columns):
    return a_slice("D4", "in_progress", kind="conditional", decision=word, owner="@host", **columns)


def test_verdict_without_a_round_is_told():
    assert told(a_review(), "## Disposition\n`approve`\n") == [
        (2, "No round of D5 counts: nobody has recorded one, or it was taken back.")
    ]


def test_other_verdict_than_the_latest_round_is_told_with_its_author():
    assert told(REVIEW, "## Disposition\n`approve`\n") == [(2, "Round 1 of D5 by rita says not ready.")]


def test_same_verdict_is_no_disagreement():
    assert told(REVIEW, "## Disposition\n`not_ready`\n") == []


def test_ready_of_a_review_is_an_approval():
    approved = a_review(round=a_round(reviewed="D1 D2"))
    assert told(approved, "## Disposition\n`ready`\n") == []


def test_approval_that_no_longer_counts_is_told():
    left = told(a_review(round=a_round(reviewed="D1")), "## Disposition\n`approve`\n")
    assert left == [
        (2, "Round 1 by rita approves at r1, but no round has approved D2 yet: one has to look at it.")
    ]


def test_earlier_round_of_the_document_is_its_past():
    text = "## Round 1\n\nverdict: approve\n\n## Final Disposition\n`not_ready`\n"
    assert told(REVIEW, text) == []


@pytest.mark.parametrize(
    ("word", "ledger"),
    [
        ("deferred", "D4 was decided to be deferred."),
        ("", "D4 is waiting for a decision by @host: triggered or deferred."),
        ("triggered", None),
    ],
)
def test_decision_against_the_ledger(word, ledger):
    found = told(decided(word), "state: triggered\n", path="D4_DISPOSITION.md")
    assert found == ([(1, ledger)] if ledger else [])


def test_scan_that_says_otherwise_than_the_decision_is_told():
    text = '{\n  "triggered": false\n}\n'
    assert told(decided("triggered"), text, path="D4_TRIGGER_SCAN_RESULT.json") == [
        (2, "D4 was decided to be triggered.")
    ]


def test_scan_before_a_decision_disagrees_with_nobody():
    assert told(decided(""), '{"triggered": true}', path="D4_TRIGGER_SCAN_RESULT.json") == []


def test_posture_of_nobody_is_told():
    ready = a_slice("D7", "in_progress", kind="readiness")
    assert told(ready, "## Posture\n`ready`\n", path="D7_PHASE_E_READINESS.md") == [
        (2, "Nobody has said yet whether D7 is ready.")
    ]


def test_report_that_speaks_of_a_slice_is_held_against_it():
    text = "## Slices\n- D5: complete (`approve`)\n"
    found = told(None, text, REVIEW, path="PHASE_D_EXECUTION_REPORT.md")
    assert found == [(2, "Round 1 of D5 by rita says not ready.")]


@pytest.mark.parametrize(
    ("run", "ledger"),
    [
        (a_run("fail"), "D1 quick: make dome failed at r1, reported by ci-main."),
        (None, "D1 quick: make dome has never run."),
        (a_run(), None),
    ],
)
def test_command_that_passed_there_is_looked_up_here(run, ledger):
    item = a_slice("D1", "candidate", gates=(a_gate(text="make dome", run=run),))
    found = told(item, "## Gates\n- `make dome` -> pass\n", path="D1_REPORT.md")
    assert found == ([(2, ledger)] if ledger else [])


def test_command_that_failed_there_and_passed_here_is_told():
    item = a_slice("D1", "candidate", gates=(a_gate(text="make dome", run=a_run()),))
    assert told(item, "## Gates\n- `make dome` -> fail\n")[0][0] == 2


def test_same_command_of_another_slice_serves_a_report():
    other = a_slice("D2", gates=(a_gate(text="make dome", run=a_run()),))
    assert told(None, "## Gates\n- `make dome` -> pass\n", BUILD, other) == []
    assert told(BUILD, "## Gates\n- `make dome` -> pass\n", other)


def test_command_without_result_or_gate_claims_nothing():
    assert told(BUILD, "## Gates\n- `make dome`\n- `make tea` -> pass\n") == []


@pytest.mark.parametrize(
    ("state", "said", "disagrees"),
    [
        ("open", "fixed in `abc1234`", True),
        ("open", "open", False),
        ("fixed", "fixed in `abc1234`", False),
        ("confirmed", "fixed in `abc1234`", False),
        ("fixed", "accepted", True),
        ("confirmed", "open", True),
    ],
)
def test_finding_is_compared_by_its_state(state, said, disagrees):
    item = a_review(a_finding(state, "high", title="The crane has no brake"), round=a_round("not_ready"))
    found = told(item, f"## Findings\n1. High: the crane has no brake - {said}\n")
    assert found == ([(2, f"Finding 17 of D5 is {state}.")] if disagrees else [])


def test_open_finding_that_no_round_has_is_told():
    found = told(REVIEW, "## Findings\n1. High: The mast leans to the east\n")
    assert found == [(2, "No round of D5 that counts has such a finding.")]


def test_findings_before_any_round_are_not_told_one_by_one():
    assert told(a_review(), "## Findings\n1. High: The mast leans\n") == []


@pytest.mark.parametrize(
    ("mine", "same"),
    [
        ("high: The crane has no brake", True),
        ("high: Crane brake is missing", False),
        ("high: The crane has no working brake", True),
        ("low: The crane has no working brake", False),
        ("low: The crane has no brake", True),
    ],
)
def test_findings_are_the_same_by_their_words(mine, same):
    read = read_closure(f"## Findings\n1. {mine}\n").findings
    known = [a_finding(severity="high", title="The crane has no brake")]
    assert [found is not None for _, found in matched(read, known)] == [same]


def test_no_blockers_there_and_an_open_one_here():
    found = told(None, "## Blockers\nNone.\n", concerns=(a_blocker("D1"),))
    assert found == [(2, "Blocker 4 on D1 is open: no licence yet.")]


def test_blocker_there_and_none_here():
    found = told(None, "## Blockers\n- The licence is missing\n")
    assert found == [(2, "No blocker is open on phase D.")]


def test_no_blockers_on_both_sides_is_agreed():
    assert told(None, "## Blockers\nNone.\n") == []


def test_document_belongs_to_the_slice_of_its_name_then_to_its_producers():
    named, reader = a_review(), a_slice("D6", artifacts=(an_artifact("x/D5_NOTES.md"),))
    producer = a_slice("D8", artifacts=(an_artifact("x/D5_NOTES.md", produced=True),))
    state = a_phase(a_slice("D1"), a_slice("D2"), reader, producer, named)
    assert [one.code for one in concerned(state, "x/D5_NOTES.md")] == ["D5", "D8", "D6"]
    assert concerned(state, "x/OTHER.md") == []


@pytest.mark.parametrize(
    ("kind", "word", "comes_to"),
    [
        ("review", "ready", "approve"),
        ("review", "triggered", ""),
        ("structural", "approve_with_changes", "approve_with_changes"),
        ("conditional", "deferred", "deferred"),
        ("conditional", "approve", ""),
        ("readiness", "not_ready", "not_ready"),
        ("build", "approve", ""),
    ],
)
def test_word_is_taken_only_where_it_fits(kind, word, comes_to):
    assert word_for(a_slice("D5", kind=kind), word) == comes_to


def test_verdict_about_the_slice_serves_where_the_document_is_anothers():
    closure = read_closure("## Disposition\n`approve`\n\n- D4: `deferred`\n", path="D5_REVIEW_DISPOSITION.md")
    assert verdict_of(a_review(), closure).line == 2
    assert verdict_of(a_slice("D1"), closure) is None
