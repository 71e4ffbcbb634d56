"""What a handoff writes: the same bytes for the same state, on every database, today and tomorrow."""

import json
import os
from pathlib import Path

import pytest

from phases.actions.artifacts import attach_artifact
from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.handoffs import reopen_phase
from phases.handoff import NAMES, Signature, documents_of, drafts_of, stored_documents
from phases.handoff.facts import QUERIES
from phases.lookups import current
from phases.models import ArtifactVersion, Concern, Finding
from phases.permissions import OPERATOR
from phases.replay import Replay
from phases.rules.readiness import readiness
from phases.snapshot import load

from .conftest import bring
from .handed import HOSTILE, handed_off, later, ready_phase, tick
from .reviews import (
    REVIEWED,
    found,
    hide,
    judge,
    lead,
    move,
    reviewed_phase,
    run,
    state_of,
    take_back,
)

GOLDEN = Path(__file__).parent / "golden"
FILES = [f"{name.format('F')}.{ending}" for name in NAMES for ending in ("md", "json")]
LAST = "FINAL_PHASE_F_HANDOFF"
NEXT = "PHASE_F_NEXT_PHASE_READINESS"


def drafts(phase):
    return drafts_of(current(phase), state_of(phase))


def stored(handoff):
    return {row.name: row.content for row in handoff.documents.all()}


def rewritten(handoff, state):
    """What the handoff would write from this state."""
    signature = Signature(handoff.number, handoff.by, handoff.at, handoff.note)
    return documents_of(current(handoff.phase), state, seq=handoff.seq, signature=signature)


def replayed(handoff):
    """What it would write from plan and ledger alone."""
    phase = current(handoff.phase)
    return rewritten(handoff, Replay(phase).at_seq(handoff.seq - 1, moment=handoff.at).state)


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_every_byte_of_a_played_story_is_as_it_was(monkeypatch):
    """WRITE_GOLDEN=1 writes what is compared: look at the difference before it is committed."""
    tick(monkeypatch)
    written = stored(handed_off(note="Thanks.\n\n# All of you"))
    assert list(written) == FILES
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        for name, text in written.items():
            (GOLDEN / name).write_bytes(text.encode())
    kept = {path.name: path.read_bytes().decode() for path in GOLDEN.iterdir()}
    assert {name: kept[name] == text for name, text in written.items()} == dict.fromkeys(kept, True)


@pytest.fixture
def phase(db):
    return ready_phase()


def test_the_same_is_written_tomorrow(phase, monkeypatch):
    later("G")
    row = handed_off(phase)
    tick(monkeypatch).now = row.at.replace(year=2031)
    assert rewritten(row, load(current(phase))) == stored(row)


def test_the_same_is_written_from_the_ledger_whatever_came_after(phase):
    later("G")
    row = handed_off(phase, note="Done.")
    reopen_phase(actor=OPERATOR, phase=phase, reason="One more look")
    move(phase, "F3", "reopen")
    judge(phase, "not_ready", findings=[found("low", "More")])
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="new")
    run(phase, "quick", "make dome", code="F1", revision="c" * 40)
    bring(REVIEWED.replace("Dome motor", "Dome engine").replace("  - Oil the gears\n", ""))
    assert replayed(row) == stored(row)


def test_they_are_read_in_a_fixed_number_of_queries(phase, django_assert_num_queries):
    seen, state = current(phase), state_of(phase)
    with django_assert_num_queries(QUERIES):
        drafts_of(seen, state)
    judge(phase, "not_ready", findings=[found("low", f"Gap {number}") for number in range(9)])
    state = state_of(phase)
    with django_assert_num_queries(QUERIES):
        drafts_of(seen, state)


def test_each_ends_with_one_newline_and_has_no_other_line_ends(phase):
    for name, text in stored(handed_off(phase)).items():
        assert text == f"{text.rstrip()}\n", name
        assert "\r" not in text, name


def test_the_twins_say_what_was_signed(phase):
    row = handed_off(phase, note="Go on.")
    for name, text in stored(row).items():
        if name.endswith(".json"):
            said = json.loads(text)
            assert (said["draft"], said["verdict"], said["ledger"]["seq"]) == (False, "ready", row.seq - 1)
            assert said["handoff"] == {"number": 1, "by": "lena", "at": said["as_of"], "note": "Go on."}
        else:
            assert "Handed off by lena on" in text


def test_what_people_typed_stays_what_they_typed(phase):
    written = stored(handed_off(phase))
    assert HOSTILE in {
        one["title"] for one in json.loads(written["PHASE_F_REVIEW_SUMMARY.json"])["reviews"][0]["findings"]
    }
    pages = "".join(text for name, text in written.items() if name.endswith(".md"))
    assert "<script>" not in pages.replace("\\<script>", "")
    assert "\n# " not in pages.replace("\n# Phase F: ", "")


def test_a_draft_says_so_and_names_what_is_missing(db):
    phase = reviewed_phase("F1")
    tree, written = readiness(state_of(phase)), drafts(phase)
    for name, text in written.items():
        assert ("Draft: not handed off." in text) == name.endswith(".md")
    for name in (LAST, NEXT):
        missing = json.loads(written[f"{name}.json"])["missing"]
        assert [one["key"] for one in missing] == [step.leaf.key for step in tree.way]
        assert [one["why"] for one in missing] == [tree.sentence(step.leaf) for step in tree.way]
        assert sum(line.startswith("| 1") for line in written[f"{name}.md"].splitlines()) > 0


def test_the_tree_is_the_one_of_the_page(phase):
    run(phase, "quick", "make mirror", "fail", code="F2")
    tree = readiness(state_of(phase))
    said = json.loads(drafts(phase)[f"{LAST}.json"])
    assert [group["key"] for group in said["requirements"]] == [group.key for group in tree.groups]
    told = {leaf["key"]: leaf["why"] for group in said["requirements"] for leaf in group["children"]}
    assert told == {key: tree.sentence(leaf) for key, leaf in tree.leaves.items()}
    assert said["counts"] == tree.counts


def test_a_draft_waits_for_the_ledger_and_for_no_clock(db, monkeypatch):
    phase = reviewed_phase("F3")
    before = drafts(phase)
    tick(monkeypatch).now = state_of(phase).moment.replace(year=2031)
    assert drafts(phase) == before
    later("G")
    assert drafts(phase) == before
    run(phase, "quick", "make dome", code="F1")
    assert drafts(phase) != before


def test_a_waived_gate_and_a_stale_one_are_not_taken_for_granted(phase):
    run(phase, "quick", "make dome", code="F1", revision="d" * 40, changed_files=["src/mirror.py"])
    run(phase, "extra", "make frost", "fail", code="F3")
    said = json.loads(drafts(phase)[f"{NEXT}.json"])
    assert [gate["text"] for gate in said["doubtful"]][:2] == ["make mirror", "make frost"]
    assert [one["reason"] for one in said["waivers"]] == ["The bench is\naway until May."]


def test_a_verdict_that_was_voided_is_named_apart(phase):
    move(phase, "F3", "reopen")
    said = json.loads(drafts(phase)["PHASE_F_REVIEW_SUMMARY.json"])
    assert [one["verdict"] for one in said["set_aside"]] == ["deferred"]
    assert said["decisions"][0]["rounds"] == []


def test_a_document_nobody_asked_for_is_in_the_manifest(phase):
    attach_artifact(actor=lead(), phase=phase, path="docs/EXTRA.md", content="x")
    said = json.loads(drafts(phase)["PHASE_F_CLEANUP_MANIFEST.json"])
    assert [one["path"] for one in said["extra"]] == ["docs/EXTRA.md"]
    assert [one["path"] for one in said["expected"]] == ["docs/HEAT.md"]


def test_an_accepted_finding_keeps_its_target(phase):
    (row,) = json.loads(drafts(phase)[f"{NEXT}.json"])["accepted_findings"]
    key = Finding.objects.get(severity="low").key
    assert (row["key"], row["owner"], row["target"], row["by"]) == (key, "@dome", "Phase G", "rita")


def test_those_in_force_are_the_last_ones(phase):
    handed_off(phase)
    reopen_phase(actor=OPERATOR, phase=phase, reason="Again")
    assert stored_documents(current(phase)) == []
    second = handed_off(phase)
    assert {row.handoff_id for row in stored_documents(current(phase))} == {second.pk}


def told_next(handoff):
    return json.loads(stored(handoff)[f"{NEXT}.json"])


def sentence(handoff):
    return next(line for line in stored(handoff)[f"{NEXT}.md"].splitlines() if line.startswith("The next"))


def test_what_a_phase_has_taken_is_told_apart_after_a_reopening(phase):
    later("G")
    first = handed_off(phase)
    reopen_phase(actor=OPERATOR, phase=phase, reason="Again")
    raise_concern(actor=OPERATOR, phase=phase, kind="watchpoint", text="One more")
    second = handed_off(phase)
    assert (len(told_next(first)["handed_on"]), told_next(first)["handed_on_earlier"]) == (4, [])
    assert [one["text"] for one in told_next(second)["handed_on"]] == ["One more"]
    assert told_next(second)["handed_on_earlier"] == [
        one | {"state": "carried"} for one in told_next(first)["handed_on"]
    ]
    assert "takes over 1 concern. 4 concerns were carried on by an earlier handoff." in sentence(second)
    assert [replayed(row) == stored(row) for row in (first, second)] == [True, True]


def test_what_waits_for_a_phase_goes_with_the_next_handoff_again(phase):
    handed_off(phase)
    reopen_phase(actor=OPERATOR, phase=phase, reason="Again")
    second = handed_off(phase)
    later("G")
    assert (len(told_next(second)["handed_on"]), told_next(second)["handed_on_earlier"]) == (4, [])
    assert replayed(second) == stored(second)


def test_an_open_risk_is_to_be_known_and_not_taken_over(phase):
    row = handed_off(phase)
    assert sentence(row) == (
        "The next phase takes over 4 concerns. It should know of: 1 open risk, 1 deferred decision, "
        "1 accepted finding."
    )
    assert "No handoff takes them along: they stay in phase `F`." in stored(row)[f"{NEXT}.md"]


def test_a_risk_that_was_answered_carried_is_taken_over(phase):
    risk = Concern.objects.get(phase=phase, kind="risk")
    answer_concern(actor=lead(), concern=risk, outcome="carried", note="G looks.")
    assert "takes over 5 concerns. It should know of: 1 deferred" in sentence(handed_off(phase))


@pytest.fixture
def contradicted(phase):
    """A phase whose ledger deferred F3, while the document says triggered."""
    attach_artifact(actor=lead(), phase=phase, path="docs/HEAT.md", content="# Heat\n\nstate: triggered\n")
    return phase


def test_where_a_document_and_the_ledger_disagree_is_told(contradicted):
    row = handed_off(contradicted)
    for name in (LAST, "PHASE_F_CLEANUP_MANIFEST"):
        (one,) = json.loads(stored(row)[f"{name}.json"])["disagreements"]
        assert (one["path"], one["version"], one["lines"][0]["line"]) == ("docs/HEAT.md", 2, 3)
        told = stored(row)[f"{name}.md"].partition("## Where documents and ledger disagree")[2]
        assert "| `docs/HEAT.md`, version 2 | 3 | The document says triggered of F3. | F3 was" in told
    said = stored(row)[f"{NEXT}.md"]
    assert "In 1 place a document and the ledger disagree" in said
    assert "Nothing is stale" not in said


def test_the_same_disagreement_is_told_from_the_ledger(contradicted):
    row = handed_off(contradicted)
    reopen_phase(actor=OPERATOR, phase=contradicted, reason="Again")
    attach_artifact(actor=lead(), phase=contradicted, path="docs/HEAT.md", content="state: deferred")
    assert replayed(row) == stored(row)


@pytest.mark.parametrize("away", [take_back, hide])
def test_a_version_that_is_gone_disagrees_with_nobody(contradicted, away):
    away(contradicted, ArtifactVersion.objects.latest("pk"))
    assert json.loads(drafts(contradicted)[f"{LAST}.json"])["disagreements"] == []


def test_what_is_too_long_to_compare_is_named(contradicted, monkeypatch):
    monkeypatch.setattr("phases.handoff.facts.MOST_READ", 9)
    assert "`docs/HEAT.md` is too long to be compared here." in drafts(contradicted)[f"{LAST}.md"]
