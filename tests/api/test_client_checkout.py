"""client.py run: what it refuses to run in, since the result would be recorded for what it is not of."""

from __future__ import annotations

import shutil

import pytest

from phases.views.client import SOURCE

from .clients import QUICK, Checkout, quick, runs


@pytest.fixture
def machine(ci):
    return ci()


DUBIOUS = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
"""What git's own tests make a checkout with that belongs to somebody else."""


def refused(machine, *more, **environment):
    """Run the suite where it must refuse before anything ran; its exit code and what it said."""
    done = machine(*QUICK, *more, **environment)
    assert (done.stdout, runs("pk")) == ("", [])
    return done.returncode, done.stderr


def test_a_checkout_that_git_distrusts_is_refused_with_its_remedy(gated, machine, checkout):
    code, said = refused(machine, **DUBIOUS)
    assert code == 3
    assert f"detected dubious ownership in repository at '{checkout.path}" in said
    assert f"; run: git config --global --add safe.directory {checkout.path}" in said
    assert "--revision SHA" in said


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (shutil.rmtree, "fatal: not a git repository"),
        (lambda git: shutil.rmtree(git / "refs"), "fatal: not a git repository"),
        (lambda git: (git / "index").write_text("broken"), "index file"),
        (lambda git: (git / "refs/heads/main").unlink(), "does not have any commits yet"),
    ],
)
def test_where_no_revision_can_be_read_nothing_is_run(gated, machine, checkout, break_it, told):
    break_it(checkout.path / ".git")
    code, said = refused(machine)
    assert (code, told in said, "--without-revision" in said) == (3, True, True)


def test_without_git_nothing_is_run(gated, machine):
    code, said = refused(machine, PATH="/nowhere")
    assert (code, "No revision can be read: git cannot be run" in said) == (3, True)


def test_a_revision_can_be_typed_where_git_cannot_tell_it(gated, machine, checkout):
    said, run = quick(machine, "--revision", checkout.last, **DUBIOUS)
    assert (run.revision, run.files, run.note) == (checkout.last, None, "its revision was typed")
    assert "Changed files are not reported and count as unknown: fatal: detected dubious" in said


def test_a_typed_revision_is_the_one_of_the_checkout(gated, machine, checkout):
    code, said = refused(machine, "--revision", "abcdef1")
    assert (code, f"--revision is abcdef1, but {checkout.path} is at {checkout.last}." in said) == (2, True)
    assert quick(machine, "--revision", checkout.last[:9])[1].revision == checkout.last


def test_a_result_without_revision_is_asked_for(gated, machine, checkout):
    said, run = quick(machine, "--without-revision", **DUBIOUS)
    assert "WARNING: reported without a revision, so it counts for the newest that the tracker knows" in said
    assert (run.revision, run.files, run.note) == ("", None, "reported without a revision")


@pytest.mark.parametrize("name", ["README", "pier/new"])
def test_uncommitted_files_are_refused(gated, machine, checkout, name):
    checkout.write(name, "changed")
    code, said = refused(machine)
    assert code == 2
    assert f"not of {checkout.last[:7]} alone, uncommitted in the work tree: {name} (1 in all)" in said
    assert "--allow-dirty" in said


def test_allowed_uncommitted_files_are_said_loudly(gated, machine, checkout):
    quick(machine)
    checkout.write("README", "changed")
    checkout.write("pier/new", "untracked")
    said, run = quick(machine, "--allow-dirty")
    note = f"not of {checkout.last[:7]} alone, uncommitted in the work tree: README, pier/new (2 in all)"
    assert f"WARNING: {note}" in said
    assert (run.revision, run.files, run.note) == (checkout.last, ["README", "pier/new"], note)


def test_changes_inside_another_repository_are_unknown(gated, machine, checkout):
    quick(machine)
    inner = Checkout(checkout.path / "pier")
    inner.path.mkdir()
    inner.git("init", "--quiet")
    inner.commit(one="1")
    said, run = quick(machine, "--allow-dirty")
    assert "count as unknown: pier/ is a repository of its own, with uncommitted changes" in said
    assert run.files is None


def test_ignored_files_and_the_client_itself_do_not_count(gated, machine, checkout, monkeypatch):
    checkout.commit(**{".gitignore": "made"})
    checkout.write("made", "by a build")
    monkeypatch.setattr("tests.api.clients.SOURCE", shutil.copy(SOURCE, checkout.path))
    said, run = quick(machine)
    assert ("WARNING" in said, run.note) == (False, "")


def test_a_client_that_is_kept_and_changed_counts(gated, machine, checkout, monkeypatch):
    checkout.commit(**{"client.py": "older"})
    monkeypatch.setattr("tests.api.clients.SOURCE", shutil.copy(SOURCE, checkout.path))
    code, said = refused(machine)
    assert (code, "client.py (1 in all)" in said) == (2, True)


def test_files_that_a_gate_makes_are_noted_with_the_next(gates, machine, checkout):
    gates("touch made", "echo well")
    assert machine(*QUICK).returncode == 0
    first, second = runs("note")
    assert (first[0], "uncommitted in the work tree: made (1 in all)" in second[0]) == ("", True)


def test_a_gate_that_changes_the_commits_files_ends_the_run(gates, machine, checkout):
    gates("echo changed > README", "echo well")
    done = machine(*QUICK)
    assert (done.returncode, runs("gate__text")) == (1, [("echo changed > README",)])
    assert "NOT RUN: A result here is not of" in done.stderr
    assert done.stdout.splitlines()[-1] == "1 passed, 0 failed, 1 not run."


def test_a_dry_run_needs_no_checkout(gated, machine, checkout):
    shutil.rmtree(checkout.path / ".git")
    assert "[1/1] C0 quick: echo well" in machine(*QUICK, "--dry-run").stdout


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"])
def test_it_reads_the_folder_and_not_the_repository_of_a_hook(gated, machine, checkout, tmp_path, name):
    other = Checkout(tmp_path / "other")
    other.path.mkdir()
    other.git("init", "--quiet")
    other.commit(one="1")
    inside = {"GIT_WORK_TREE": "", "GIT_INDEX_FILE": ".git/index", "GIT_OBJECT_DIRECTORY": ".git/objects"}
    _, run = quick(machine, **{name: str(other.path / inside.get(name, ".git"))})
    assert run.revision == checkout.last


def test_gates_see_no_repository_of_a_hook(gates, machine, checkout, tmp_path):
    gates("git rev-parse --absolute-git-dir; env")
    machine(*QUICK, GIT_DIR=str(tmp_path / "other"), GIT_AUTHOR_NAME="Builder")
    ((log,),) = runs("log__text")
    assert log.startswith(f"{checkout.path}/.git\n")
    assert ("GIT_DIR" in log, "GIT_AUTHOR_NAME=Builder" in log) == (False, True)


def test_every_variable_that_git_says_locates_a_repository_is_hidden(checkout):
    from phases.client import HIDDEN

    told = set(checkout.git("rev-parse", "--local-env-vars").split())
    assert {name for name in told if not name.startswith("GIT_CONFIG")} <= HIDDEN
