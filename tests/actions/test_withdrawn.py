"""Revisions that stop counting, evidence of the wrong kind, and what a re-import must not make fresh."""

import pytest

from phases.actions.asked import Report
from phases.actions.evidence import retract
from phases.actions.revisions import checked_sha
from phases.actions.runs import report_runs
from phases.actions.slices import move_slice
from phases.actions.verify import verify_ledger
from phases.errors import Invalid
from phases.lookups import current
from phases.models import Initiative, Slice
from phases.permissions import OPERATOR, Actor
from tests.factories import make_run

from .conftest import bring
from .test_revisions import FIRST, SECOND, STORY, mentioned, push, stale, story

__all__ = ["story"]
TOUCHING = ("packages/mirror/src/types.py",)


def holds():
    return verify_ledger(initiative=Initiative.objects.get()).faults == []


def take_back(phase, run):
    retract(actor=OPERATOR, phase=phase, evidence=run.key, reason="wrong repository")


@pytest.mark.parametrize("name", ["HEAD", "main", "nonsense", "feature/dome"])
def test_a_name_that_moves_is_no_revision(name):
    with pytest.raises(Invalid, match="a name that moves"):
        checked_sha(name, "revision")


def test_files_since_a_newer_base_are_not_those_of_the_revision(story):
    mentioned(story, SECOND, ("README.md",))
    assert mentioned(story, FIRST, ("pyproject.toml",), base=SECOND).files == []
    assert stale(story) == set()


def test_a_revision_whose_runs_are_all_retracted_stops_counting(story):
    wrong = push(story, SECOND, TOUCHING, "D3")
    assert "D2" in stale(story)
    take_back(story, wrong)
    assert (stale(story), current(story).last_revision) == (set(), FIRST)
    assert holds()


def test_while_one_of_its_runs_stands_a_revision_counts(story):
    wrong, _ = [push(story, SECOND, TOUCHING, code) for code in ("D3", "D1")]
    take_back(story, wrong)
    assert "D2" in stale(story)
    assert holds()


def test_a_withdrawn_revision_counts_again_when_it_is_reported_again(story):
    take_back(story, push(story, SECOND, TOUCHING, "D3"))
    push(story, SECOND, (), "D3")
    assert ("D2" in stale(story), current(story).last_revision) == (True, SECOND)
    assert holds()


def test_a_run_without_a_revision_is_for_the_newest_that_counts(story):
    take_back(story, push(story, SECOND, TOUCHING, "D3"))
    run = make_run(story, "D1", "make d1-quick")
    assert (run.revision, run.late) == (FIRST, False)


def test_an_exit_stays_stale_though_the_slice_that_landed_is_archived(story):
    make_run(story, "D0", "plan_is_integrated")
    for verb in ("start", "candidate", "land"):
        version = Slice.objects.get(code="D0").version
        move_slice(actor=OPERATOR, phase=story, code="D0", verb=verb, version=version)
    start, end = STORY.index("  - id: D0"), STORY.index("  - id: D1")
    bring((STORY[:start] + STORY[end:]).replace("depends_on: [D0]", "depends_on: []"))
    assert "Phase" in stale(story)
    assert holds()


def test_what_a_machine_reported_as_a_command_is_no_attestation(story):
    machine = Actor("token", "ci", scopes=frozenset({"gates"}))
    report_runs(actor=machine, phase=story, report=Report("quick", "D4", outcome="pass"))
    bring(STORY.replace("quick: [make d4-quick]", "quick: [{attest: make d4-quick}]"))
    assert stale(story) == {"D4"}
