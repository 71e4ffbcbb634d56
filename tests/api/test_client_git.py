"""client.py run: the revision and the changed files that it reads from git."""

from __future__ import annotations

import shutil

import pytest

from phases.models import Phase
from phases.rules.freshness import badge
from phases.snapshot import load

from .clients import Checkout, quick


@pytest.fixture
def machine(ci):
    return ci()


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


def test_a_shallow_clone_leaves_changed_files_out(gated, machine, checkout, tmp_path):
    quick(machine)
    first = checkout.last
    checkout.commit(pier__one="1")
    checkout.git("clone", "--quiet", "--depth", "1", f"file://{checkout.path}", str(tmp_path / "shallow"))
    said, run = quick(machine, "--cwd", str(tmp_path / "shallow"))
    assert f"{first[:12]}, the tracker's newest, is not here (a shallow clone?)" in said
    assert (run.revision, run.base, run.files) == (checkout.last, "", None)


def test_a_revision_that_is_no_commit_is_never_given_to_git(gated, machine, checkout):
    Phase.objects.update(last_revision="--output=planted")
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


@pytest.fixture
def nested(checkout, tmp_path, monkeypatch):
    """The checkout with a submodule at pier/sub, whose a.txt can be moved on; the submodule's checkout."""
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "file")
    sub = Checkout(tmp_path / "sub")
    sub.path.mkdir()
    sub.git("init", "--quiet", "--initial-branch", "main")
    sub.commit(a="1", b="1")
    checkout.git("submodule", "--quiet", "add", str(sub.path), "pier/sub")
    checkout.commit()
    return Checkout(checkout.path / "pier" / "sub")


def test_a_moved_submodule_counts_by_the_files_inside_it(gated, machine, checkout, nested):
    checkout.git("config", "diff.ignoreSubmodules", "all")
    gated.slices.filter(code="C1").update(files=["pier/sub/a"])
    quick(machine, code="C1")
    nested.commit(a="2")
    checkout.commit(quay="1")
    assert quick(machine)[1].files == ["pier/sub", "pier/sub/a", "quay"]
    state = load(gated)
    assert badge(state, state.slices["C1"], state.slices["C1"].gates[0]) == "stale"


def test_a_new_submodule_counts_by_all_files_inside_it(gated, machine, checkout, nested):
    checkout.git("checkout", "--quiet", "HEAD~1")
    shutil.rmtree(nested.path)
    quick(machine)
    checkout.git("checkout", "--quiet", "main")
    checkout.git("submodule", "--quiet", "update", "--init")
    assert quick(machine)[1].files == [".gitmodules", "pier/sub", "pier/sub/a", "pier/sub/b"]


def test_a_submodule_that_is_not_here_leaves_changed_files_out(gated, machine, checkout, nested):
    quick(machine)
    nested.commit(a="2")
    checkout.commit(quay="1")
    checkout.git("submodule", "--quiet", "deinit", "--force", "pier/sub")
    said, run = quick(machine)
    assert "count as unknown: in the submodule pier/sub, fatal: bad object" in said
    assert (run.revision, run.files) == (checkout.last, None)
