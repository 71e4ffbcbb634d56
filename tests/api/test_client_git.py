"""client.py run: the revision and the changed files that it reads from git."""

from __future__ import annotations

import shutil

import pytest

from phases.models import GateRun
from phases.rules.freshness import badge
from phases.snapshot import load
from phases.views.client import SOURCE
from tests.factories import make_gate


@pytest.fixture
def gated(live_server, phase):
    """C0 and C1 with a quick gate each; C1 declares pier/."""
    make_gate(phase, "C0", text="echo well")
    make_gate(phase, "C1", text="echo well")
    phase.slices.filter(code="C1").update(files=["pier/"])
    return phase


@pytest.fixture
def machine(ci):
    return ci()


def quick(machine, *more, code="C0", **environment):
    """Run the quick suite of a slice; what it said, and the last run."""
    done = machine("run", "harbour", "C", code, "quick", *more, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout, GateRun.objects.order_by("seq").last()


def test_the_first_report_has_a_revision_and_unknown_files(gated, machine, checkout):
    said, run = quick(machine)
    assert (run.revision, run.branch, run.base, run.files) == (checkout.last, "main", "", None)
    assert "Changed files are not reported and count as unknown" in said


def test_changed_files_are_those_since_the_last_revision(gated, machine, checkout):
    first = checkout.last
    quick(machine)
    checkout.commit(pier__one="1")
    checkout.commit(quay="2")
    _, run = quick(machine)
    assert (run.revision, run.base, run.files) == (checkout.last, first, ["pier/one", "quay"])


def test_only_the_slice_that_was_touched_goes_stale(gated, machine, checkout):
    quick(machine, code="C0")
    quick(machine, code="C1")
    checkout.commit(pier__one="1")
    quick(machine, code="C0")
    state = load(gated)
    shown = {code: badge(state, item, item.gates[0]) for code, item in state.slices.items() if item.gates}
    assert shown == {"C0": "passed", "C1": "stale"}


def test_a_renamed_file_counts_by_both_names(gated, machine, checkout):
    checkout.commit(pier__old="the same text")
    quick(machine)
    checkout.git("mv", "pier/old", "pier/new")
    checkout.commit()
    assert quick(machine)[1].files == ["pier/new", "pier/old"]


def test_names_come_as_they_are_from_the_top_of_the_repository(gated, machine, checkout):
    checkout.git("config", "diff.relative", "true")
    checkout.commit(pier__one="1")
    quick(machine)
    checkout.write('pier/ä "quoted" name', "x")
    checkout.commit(quay="2")
    _, run = quick(machine, "--cwd", "pier")
    assert run.files == ['pier/ä "quoted" name', "quay"]


def test_another_branch_counts_by_what_differs(gated, machine, checkout):
    checkout.git("checkout", "--quiet", "-b", "side")
    side = checkout.commit(side="1")
    quick(machine)
    checkout.git("checkout", "--quiet", "main")
    checkout.commit(main="1")
    _, run = quick(machine)
    assert (run.base, run.files, run.branch) == (side, ["main", "side"], "main")


def test_a_dirty_work_tree_is_said_loudly(gated, machine, checkout):
    quick(machine)
    checkout.write("README", "changed")
    checkout.write("pier/new", "untracked")
    said, run = quick(machine)
    note = f"not of {checkout.last[:7]} alone, uncommitted in the work tree: README, pier/new (2 in all)"
    assert f"WARNING: {note}" in said
    assert (run.revision, run.files, run.note) == (checkout.last, ["README", "pier/new"], note)


def test_the_client_itself_makes_no_tree_dirty(gated, machine, checkout, monkeypatch):
    monkeypatch.setattr("tests.api.clients.SOURCE", shutil.copy(SOURCE, checkout.path))
    said, run = quick(machine)
    assert ("WARNING" in said, run.note) == (False, "")


def test_without_git_there_is_no_revision(gated, machine, checkout):
    shutil.rmtree(checkout.path / ".git")
    said, run = quick(machine)
    assert "WARNING: no revision is reported: fatal: not a git repository" in said
    assert (run.revision, run.files) == ("", None)


def test_where_git_is_missing_it_says_so(gated, machine, checkout):
    said, run = quick(machine, PATH="/nowhere")
    assert "WARNING: no revision is reported: git cannot be run" in said
    assert run.outcome == "pass"


def test_a_shallow_clone_leaves_changed_files_out(gated, machine, checkout, tmp_path):
    quick(machine)
    first = checkout.last
    checkout.commit(pier__one="1")
    checkout.git("clone", "--quiet", "--depth", "1", f"file://{checkout.path}", str(tmp_path / "shallow"))
    said, run = quick(machine, "--cwd", str(tmp_path / "shallow"))
    assert f"{first[:12]}, the tracker's newest, is not here (a shallow clone?)" in said
    assert (run.revision, run.base, run.files) == (checkout.last, "", None)


def test_a_revision_that_is_no_commit_is_never_given_to_git(gated, machine, checkout):
    where = ("report", "harbour", "C", "C0", "quick", "--outcome", "pass")
    assert machine(*where, "--revision=--output=planted").returncode == 0
    assert "the tracker knows no commit yet" in quick(machine)[0]
    assert not (checkout.path / "planted").exists()


def test_too_many_changed_files_are_left_out(gated, machine, checkout):
    quick(machine)
    for number in range(5001):
        checkout.write(f"many/{number}", "")
    checkout.commit()
    said, run = quick(machine)
    assert "5001 files, or the names of some, are more than a report takes" in said
    assert run.files is None


def test_a_detached_head_has_no_branch_of_its_own(gated, machine, checkout):
    checkout.git("checkout", "--quiet", "--detach")
    assert quick(machine)[1].branch == ""
    assert quick(machine, "--branch", "basin")[1].branch == "basin"
