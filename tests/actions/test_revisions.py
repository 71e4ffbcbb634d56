"""Revisions of the code under work: their order, and which slices they make stale."""

import pytest

from phases.actions.ledger import writing
from phases.actions.revisions import checked_sha, mention
from phases.actions.runs import report_runs
from phases.actions.verify import verify_ledger
from phases.lookups import current
from phases.models import Event, Initiative, Phase, Revision
from phases.permissions import OPERATOR
from phases.rules.freshness import Badge, badge, is_due_again, judged, why
from phases.rules.wording import label
from phases.snapshot import load
from tests.factories import make_run

from .conftest import bring
from .test_report_runs import QUICK

STORY = """\
phase: D
entrypoint: docs/observatory/PHASE_D.md
slices:
  - id: D0
    title: Planning closure
    owner: '@dome'
    files: [docs/plan.md]
    gates: {quick: [plan_is_integrated]}
  - id: D1
    title: Dome dedupe
    owner: '@dome'
    depends_on: [D0]
    files: [{path: apps/server/src/context.py}, {path: apps/server/src/router.py}]
    gates: {quick: [make d1-quick], full: [make d1-full]}
  - id: D2
    title: Mirror guardrails
    owner: '@mirror'
    depends_on: [D1]
    files: [{path: packages/mirror/src/types.py}, {path: packages/mirror/src/schemas.py}]
    gates: {quick: [make d2-quick], full: [make d2-full]}
  - id: D3
    title: Ingress
    owner: '@mirror'
    depends_on: [D2]
    files: [{path: 'packages/*/test/**'}, {path: pyproject.toml}]
    gates: {quick: [make d3-quick], full: [make d3-full]}
  - id: D4
    title: Sky survey
    owner: '@dome'
    gates: {quick: [make d4-quick]}
gates:
  phase_exit: {full: [make exit]}
"""
FIRST, SECOND = "1" * 40, "2" * 40


@pytest.fixture
def story(db):
    """Everything has passed at the first revision."""
    bring(STORY)
    phase = Phase.objects.get()
    for code, suites in {"D1": 2, "D2": 2, "D3": 2, "D4": 1}.items():
        for suite in ("quick", "full")[:suites]:
            make_run(phase, code, f"make {code.lower()}-{suite}", revision=FIRST, changed_files=())
    make_run(phase, "", "make exit", revision=FIRST, changed_files=())
    return phase


def push(phase, sha, files=None, code="D1", outcome="pass", base="", name="full"):
    """A report of one gate of a slice for a revision."""
    return make_run(
        phase, code, f"make {code.lower()}-{name}", outcome, revision=sha, base=base, changed_files=files
    )


def again(phase):
    """What must run again, by label, with the sentence."""
    state = load(current(phase))
    return {
        label(item, gate): why(state, item, gate)
        for item, gate, now in judged(state)
        if is_due_again(gate, now)
    }


def stale(phase):
    return {name.split()[0] for name in again(phase)}


def test_a_file_of_d2_makes_d2_stale_and_nothing_else(story):
    push(story, SECOND, ("packages/mirror/src/types.py",), "D1")
    said = again(story)
    assert list(said) == ["D2 quick: make d2-quick", "D2 full: make d2-full", "Phase exit: make exit"]
    assert said["D2 full: make d2-full"] == (
        "D2 full: make d2-full passed at 1111111, but 2222222 has since touched packages/mirror/src/types.py."
    )


def test_a_file_that_nobody_declares_makes_nothing_stale(story):
    push(story, SECOND, ("README.md", "packages/mirror/src/typesetting.py"), "D1")
    assert again(story) == {}


def test_a_run_for_the_newer_revision_makes_it_fresh(story):
    push(story, SECOND, ("packages/mirror/src/types.py",), "D2")
    assert list(again(story)) == ["D2 quick: make d2-quick", "Phase exit: make exit"]
    push(story, SECOND, (), "D2", name="quick")
    assert list(again(story)) == ["Phase exit: make exit"]


@pytest.mark.parametrize(
    ("files", "hit"),
    [
        (("apps/server/src/router.py",), {"D1"}),
        (("packages/mirror/test/deep/test_types.py",), {"D3"}),
        (("pyproject.toml", "apps/server/src/context.py"), {"D1", "D3"}),
        (("./pyproject.toml",), {"D3"}),
        (("/builds/observatory/packages/mirror/src/schemas.py",), {"D2"}),
        ((), set()),
    ],
)
def test_known_files_count_for_every_slice_that_declares_them(story, files, hit):
    mentioned(story, SECOND, files)
    assert stale(story) - {"Phase"} == hit


def mentioned(phase, sha, files=None, code="", base="", finding=""):
    with writing(actor=OPERATOR, initiative_id=phase.initiative_id) as book:
        return mention(book, current(phase), sha=sha, files=files, code=code, base=base, finding=finding)


def test_unknown_files_count_only_for_the_slice_reported_for(story):
    mentioned(story, SECOND, None, "D2")
    assert stale(story) == {"D2", "Phase"}
    assert "was reported for D2 without its changed files" in again(story)["D2 full: make d2-full"]


def test_a_slice_without_files_is_touched_only_by_its_own_revisions(story):
    mentioned(story, SECOND, ("README.md",), "D1")
    assert stale(story) == set()
    mentioned(story, "3" * 40, ("README.md",), "D4")
    assert "D4, which declares no files" in again(story)["D4 quick: make d4-quick"]


def test_repeated_mentions_add_up_their_files(story):
    mentioned(story, SECOND, ("apps/server/src/router.py",))
    mentioned(story, SECOND, ("pyproject.toml",))
    assert stale(story) == {"D1", "D3", "Phase"}
    assert Revision.objects.get(sha=SECOND).files == ["apps/server/src/router.py", "pyproject.toml"]


def test_a_mention_that_says_nothing_new_leaves_no_entry(story):
    mentioned(story, SECOND, ("pyproject.toml",), "D1")
    before = Event.objects.count()
    mentioned(story, SECOND, ("pyproject.toml",), "D1")
    mentioned(story, SECOND[:9], (), "D1")
    assert Event.objects.count() == before


@pytest.mark.parametrize("base", ["9" * 40, SECOND, "main"])
def test_an_unknown_base_means_unknown_files(story, base):
    mentioned(story, SECOND, ("pyproject.toml",), "D2", base=base)
    assert stale(story) == {"D2", "Phase"}


@pytest.mark.parametrize("base", [FIRST, FIRST[:7], FIRST.upper()])
def test_a_known_base_means_known_files(story, base):
    report = {"revision": SECOND, "base": base, "changed_files": ("pyproject.toml",)}
    make_run(story, "D2", "make d2-full", **report)
    assert stale(story) == {"D3", "Phase"}


def test_the_same_checkout_may_be_reported_again_with_itself_as_base(story):
    mentioned(story, SECOND, ("README.md",), "D1", base=FIRST)
    mentioned(story, SECOND, (), "D2", base=SECOND)
    assert stale(story) == set()


def test_a_fix_makes_what_ran_before_it_stale(story):
    mentioned(story, SECOND, (), "D2", finding="finding:7")
    assert stale(story) == {"D2"}
    assert "2222222 is the fix of finding:7 in D2, and newer" in again(story)["D2 full: make d2-full"]


def test_a_fix_counts_for_attestations_too(story):
    make_run(story, "D0", "plan_is_integrated")
    mentioned(story, SECOND, (), "D0", finding="finding:7")
    assert stale(story) == {"D0"}


def test_places_follow_the_first_mention(story):
    for sha in ("b", "a", FIRST, "b"):
        mentioned(story, sha, ())
    assert list(Revision.objects.values_list("sha", "place")) == [(FIRST, 1), ("b", 2), ("a", 3)]
    assert current(story).last_revision == "a"


def test_a_late_pass_is_kept_and_does_not_count(story):
    push(story, SECOND, ("apps/server/src/router.py",), outcome="fail")
    late = push(story, FIRST, ())
    state = load(current(story))
    item = state.slices["D1"]
    found = next(gate for gate in item.gates if gate.suite == "full")
    assert late.late
    assert badge(state, item, found) == Badge.FAILED


def test_a_late_first_pass_says_that_it_came_late(story):
    mentioned(story, SECOND, ("apps/server/src/router.py",))
    push(story, FIRST, ())
    assert "came late: 2222222, which is newer, touched apps/" in again(story)["D1 full: make d1-full"]


@pytest.mark.parametrize(
    ("first", "second"), [(SECOND, SECOND[:7]), (SECOND[:7], SECOND), (SECOND[:12], SECOND)]
)
def test_a_short_hash_and_its_full_one_are_one_revision(story, first, second):
    assert mentioned(story, first, ()) == mentioned(story, second, ())
    assert current(story).places == 2


def test_a_short_hash_of_two_revisions_is_neither(story):
    mentioned(story, "abcdef1" + "0" * 33, ())
    mentioned(story, "abcdef1" + "1" * 33, ())
    assert mentioned(story, "abcdef1", ()).place == 4


@pytest.mark.parametrize("name", ["release/2026-03", "v1.0.0~rc1", "r%2", "日本7", "';drop1", '"x1"', "a_1"])
def test_a_word_that_stays_names_a_revision(story, name):
    row = mentioned(story, checked_sha(name, "revision"), ())
    assert (row.sha, mentioned(story, name, ())) == (name, row)


def test_hashes_are_kept_in_lower_case():
    assert checked_sha(" ABCDEF1 ", "revision") == "abcdef1"
    assert checked_sha("Release-7", "revision") == "Release-7"


def test_the_same_revision_of_another_phase_has_its_own_place(story):
    bring(STORY.replace("phase: D", "phase: E"))
    other = Phase.objects.get(code="E")
    assert mentioned(other, SECOND, ()).place == 1


def test_changed_paths_of_another_packet_are_worked_out_anew(story):
    mentioned(story, SECOND, ("README.md",))
    bring(STORY.replace("packages/mirror/src/types.py", "README.md"))
    assert stale(story) == {"D2", "Phase"}
    bring(STORY.replace("docs/plan.md", "docs/plans.md"))
    assert stale(story) == set()


def test_a_changed_gate_must_run_again_and_says_what_it_replaces(story):
    bring(STORY.replace("make d2-full", "make d2-everything"))
    assert again(story) == {
        "D2 full: make d2-everything": (
            "D2 full: make d2-everything has never run; it replaces make d2-full, whose runs no longer count."
        )
    }
    bring(STORY)
    assert again(story) == {}


def test_absolute_paths_of_a_packet_meet_relative_changes(db):
    root = "/volumes/ada/observatory/"
    bring(STORY.replace("path: ", f"path: {root}").replace(f"{root}'packages", f"'{root}packages"))
    phase = Phase.objects.get()
    for code in ("D1", "D2", "D3"):
        push(phase, FIRST, (), code)
    mentioned(phase, SECOND, ("packages/mirror/src/types.py",))
    assert stale(phase) == {"D2"}


def test_five_thousand_files_are_kept(story):
    files = tuple(f"packages/mirror/src/{number}.py" for number in range(5_000))
    assert len(push(story, SECOND, files).files) == 5_000
    assert len(Revision.objects.get(sha=SECOND).files) == 5_000


def test_the_order_of_mentions_of_one_revision_does_not_matter(story):
    parts = [("README.md",), ("pyproject.toml",), ("packages/mirror/src/types.py",)]
    for sha, order in (("x", parts), ("y", parts[::-1])):
        for files in order:
            mentioned(story, sha, files)
    first, second = (Revision.objects.get(sha=sha).files for sha in ("x", "y"))
    assert first == second == sorted(file for (file,) in parts)


def test_the_ledger_proves_it_all(story):
    mentioned(story, SECOND, ("pyproject.toml",), "D1", finding="finding:7")
    mentioned(story, "3" * 40, None, "D2")
    report_runs(actor=OPERATOR, phase=story, report=QUICK, key="build-7")
    bring(STORY.replace("pyproject.toml", "README.md"))
    assert verify_ledger(initiative=Initiative.objects.get()).faults == []
