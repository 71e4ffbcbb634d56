"""Which slices a revision touches."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from phases.rules.graph import covers
from phases.rules.state import Touch
from phases.rules.touching import Declared, Mention, latest, tidy


def touched(paths, *files, **said):
    """Codes of the slices that a revision touches, with the file that does it."""
    found = Declared(paths).touches(Mention("r1", 1, files, **said))
    return {code: touch.what for code, touch in found.items()}


@pytest.mark.parametrize(
    ("declared", "file"),
    [
        ("src/a.py", "src/a.py"),
        ("./src/a.py", "src//a.py"),
        ("src\\a.py", "src/a.py"),
        ("src/", "src/deep/a.py"),
        ("src", "src/a.py"),
        ("src/**", "src/deep/a.py"),
        ("src/*.py", "src/a.py"),
        ("packages/**/src/**", "packages/core/deep/src/a.py"),
        ("packages/coordination*/src/**", "packages/coordination-inngest/src/a.py"),
        ("*-notes.md", "d1-notes.md"),
        ("src/?.py", "src/a.py"),
        (".", "src/a.py"),
        ("**", "a.py"),
        ("/volumes/ada/tracker/src/a.py", "src/a.py"),
        ("/volumes/ada/tracker/src/**", "src/deep/a.py"),
        ("/volumes/ada/tracker/src/a.py", "/volumes/ada/tracker/src/a.py"),
        ("/volumes/ada/tracker/src/a.py", "/builds/tracker/src/a.py"),
        ("src/a.py", "/builds/tracker/src/a.py"),
        ("src/*.py", "//builds/tracker/src/a.py"),
    ],
)
def test_a_declared_path_is_touched(declared, file):
    assert touched({"D1": [declared], "D2": ["/volumes/ada/tracker/other/b.py"]}, file) == {"D1": file}


@pytest.mark.parametrize(
    ("declared", "file"),
    [
        ("src/a.py", "src/a.pyc"),
        ("src", "srcs/a.py"),
        ("src/*.py", "src/deep/a.py"),
        ("src/a.py", "a.py"),
        ("package.json", "apps/package.json"),
        ("packages/core*/src/**", "packages/cor/src/a.py"),
        ("/volumes/ada/tracker/src/a.py", "src/b.py"),
        ("src/[id].py", "src/i.py"),
        ("", "src/a.py"),
    ],
)
def test_another_path_is_not_touched(declared, file):
    assert touched({"D1": [declared, "x"], "D2": ["/volumes/ada/tracker/docs/b.md"]}, file) == {}


def test_a_file_touches_every_slice_that_declares_it():
    paths = {"D1": ["src/**"], "D2": ["src/a.py"], "D3": ["docs"]}
    assert touched(paths, "src/a.py", reported_for=["D3"]) == {"D1": "src/a.py", "D2": "src/a.py"}


def test_the_first_file_that_touches_is_named():
    assert touched({"D1": ["src"]}, "docs/x.md", "src/b.py", "src/c.py") == {"D1": "src/b.py"}


def test_unknown_files_touch_only_the_slice_reported_for():
    paths = {"D1": ["src/a.py"], "D2": ["src/b.py"]}
    assert touched(paths, reported_for=["D2"], unknown_for=["D2"]) == {"D2": ""}


def test_a_known_file_says_more_than_unknown_ones():
    assert touched({"D1": ["src"]}, "src/a.py", reported_for=["D1"], unknown_for=["D1"]) == {"D1": "src/a.py"}


def test_a_slice_without_files_is_touched_by_revisions_reported_for_it():
    assert touched({"D1": []}, "src/a.py", reported_for=["D1"]) == {"D1": ""}


def test_a_slice_without_files_is_not_touched_by_other_revisions():
    assert touched({"D1": [], "D2": ["src"]}, "src/a.py", reported_for=["D2"]) == {"D2": "src/a.py"}


def test_a_revision_that_changed_nothing_touches_nothing():
    assert touched({"D1": [], "D2": ["src"]}, reported_for=["D1", "D2"]) == {}


def test_a_slice_that_the_plan_no_longer_names_is_not_touched():
    assert touched({"D1": ["src"]}, reported_for=["D9"], unknown_for=["D9"]) == {}


def test_the_newest_revision_counts_whatever_order_they_come_in():
    mentions = [Mention("r2", 2, ["src/b.py"]), Mention("r1", 1, ["src/a.py"]), Mention("r3", 3, ["docs"])]
    assert latest(Declared({"D1": ["src"]}), mentions) == ({"D1": Touch(2, "r2", "src/b.py")}, {})


def test_the_newest_fix_counts():
    mentions = [Mention("r1", 1, fixes={"D1": "finding:4"}), Mention("r2", 2, fixes={"D1": "finding:7"})]
    assert latest(Declared({"D1": ["src"]}), mentions) == ({}, {"D1": Touch(2, "r2", "finding:7")})


PARTS = st.sampled_from(["a", "b", "ab", "aba", "*", "**", "a*", "*b", "a*a", "?", "?b", "b?*"])
PLAIN = st.sampled_from(["a", "b", "ab", "aba", "abb", "ba"])
GLOBS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
FILES = st.lists(PLAIN, min_size=1, max_size=5).map("/".join)


@given(st.lists(GLOBS, min_size=1, max_size=8), FILES)
def test_all_globs_at_once_agree_with_each_alone(globs, file):
    declared = Declared({str(number): [glob] for number, glob in enumerate(globs)})
    assert set(declared.owning(file)) == {
        str(number) for number, glob in enumerate(globs) if covers(glob, file)
    }


@example("0\r\\")
@example("./ a/ /")
@given(st.text(max_size=30))
def test_tidying_twice_is_tidying_once(path):
    assert tidy(tidy(path)) == tidy(path)


def test_many_slices_and_many_files_take_bounded_work():
    paths = {
        f"S{n}": [f"src/pkg{n}/{k}.ts" for k in range(6)]
        + [f"docs/{n}/**", f"packages/**/src{n}/*.ts", f"packages/core-{n}-*/src/**", f"notes/*-{n}.md"]
        for n in range(2_000)
    }
    files = [f"packages/core-{n}-x/deep/src/notes-{n}.ts" for n in range(5_000)]
    started = time.process_time()
    found = Declared(paths).touches(Mention("r1", 1, files))
    assert not found
    # One file against each glob would be forty million comparisons: minutes, not seconds.
    assert time.process_time() - started < 10
