"""What was live at every step of a story is what its ledger tells of that moment later."""

import pytest

from phases.actions.artifacts import attach_artifact
from phases.actions.concerns import answer_concern, raise_concern
from phases.actions.recording import Answered
from phases.actions.slices import correct_kind, link_slice
from phases.actions.verify import verify_ledger
from phases.actions.waivers import waive, withdraw_waiver
from phases.actions.watchpoints import fire_watchpoint
from phases.models import Concern, Finding, Initiative, Waiver
from phases.permissions import OPERATOR

from .conftest import PACKET, bring
from .films import film, phase_of, unlike
from .reviews import (
    REVIEWED,
    accept,
    confirmed,
    fix,
    found,
    judge,
    lead,
    move,
    person,
    reopened,
    run,
    start,
    take_back,
)

__all__ = ["film"]

DECLARED = "as_landed_through: D1\n"
WRITTEN = PACKET.replace("owner: '@mirror'\n", "owner: '@mirror'\n    kind: docs\n")
SHORTER = PACKET[: PACKET.index("  - id: D3")]
OTHERWISE = (
    REVIEWED.replace("make dome-full", "make dome-all")
    .replace("src/mirror.py", "src/dome/**")
    .replace("  - Oil the gears\n", "")
)
ANSWERS = (Answered(1, False, "Looked."), Answered(2, False, "Asked."))


def raised(code, kind="blocker", **said):
    return raise_concern(actor=OPERATOR, phase=phase_of(code), kind=kind, text="No crane", **said)


def attached(path, content):
    return attach_artifact(actor=OPERATOR, phase=phase_of("F"), path=path, content=content).version


def waived(key):
    return waive(actor=OPERATOR, phase=phase_of("F"), key=key, reason="Trust me.")


def corrected(code, kind):
    return correct_kind(
        actor=person("ada", "admin"), phase=phase_of("D"), code=code, kind=kind, note="A wrong guess"
    )


def play_work(film):
    """Imports, runs and moves in two phases of one initiative, side by side."""
    film.play(bring, REVIEWED)
    film.play(bring, PACKET)
    f, d = phase_of("F"), phase_of("D")
    for code in ("F1", "F3", "F4", "F5", "F6"):
        film.play(start, f, code)
    film.play(run, d, "quick", "make dome-quick", code="D1", revision="a1", changed_files=("src/dome/a.py",))
    film.play(run, f, "quick", "make dome", code="F1", revision="a1", changed_files=("src/dome/a.py",))
    film.play(start, d, "D1")
    film.play(run, f, "extra", "make scan", "fail", revision="b2")
    film.play(run, f, "extra", "make lint", code="F1")
    wrong = film.play(run, f, "quick", "make dome", "fail", code="F1", revision="c3")
    film.play(take_back, f, wrong)
    film.play(run, f, "quick", "make dome", "fail", code="F1", revision="a1")
    film.play(run, f, "quick", "make dome", code="F1", revision="c3", changed_files=("README.md",))
    film.play(run, f, "quick", "make dome", "fail", code="F1", revision="a1")
    film.play(move, f, "F1", "candidate")
    film.play(link_slice, actor=OPERATOR, phase=f, code="F1", branch="dome", pull_request="https://e.org/1")
    film.play(move, f, "F1", "send_back")
    film.play(link_slice, actor=OPERATOR, phase=f, code="F1")


def play_reviews(film):
    """Rounds with all that may come of a finding, decisions and their watchpoints, a posture, documents."""
    f = phase_of("F")
    old = film.play(attached, "docs/HEAT.md", "old")
    new = film.play(attached, "docs/HEAT.md", "new")
    film.play(take_back, f, new)
    film.play(run, f, "assess", "make assess", code="F3", revision="d4")
    film.play(judge, f, "deferred", lead(), "F3", criteria=ANSWERS, watchpoints=("It snows",))
    finds = [found("high", "Rust", anchor="src/dome/a.py:1", slice="F1"), found("low"), found(slice="F2")]
    film.play(judge, f, "not_ready", findings=finds, revision="d4")
    high, low, other = Finding.objects.order_by("pk")
    film.play(fix, high, revision="e5", changed_files=("src/dome/a.py",))
    film.play(fix, other)
    film.play(judge, f, "approve_with_changes", rechecked=[confirmed(high), reopened(other)])
    film.play(accept, low)
    last = film.play(judge, f, "not_ready", rechecked=[reopened(high)], findings=[found("medium", "Dust")])
    film.play(take_back, f, last)
    film.play(fire_watchpoint, actor=lead(), concern=Concern.objects.get(kind="watchpoint"), reason="Snow.")
    film.play(judge, f, "triggered", lead(), "F3", reason="It snows.")
    film.play(judge, f, "not_ready", lead(), "F6")
    film.play(take_back, f, old)


def play_concerns(film):
    """Blockers, risks, answers, waivers that end in every way, and a landing that is reopened."""
    f = phase_of("F")
    blocker = film.play(raised, "F", slice="F1", owner="@mirror", priority="high")
    film.play(raised, "D", "risk")
    film.play(answer_concern, actor=OPERATOR, concern=blocker, outcome="resolved", note="It came.")
    film.play(answer_concern, actor=OPERATOR, concern=Concern.objects.filter(from_packet=True).last(),
              outcome="accepted", note="So be it.")  # fmt: skip
    film.play(waived, "disposition:F5")
    key = next(gate.key for gate in film.of("F")[-1].slices["F1"].gates if gate.suite == "full")
    film.play(waived, key)
    film.play(run, f, "quick", "make dome", code="F1")
    film.play(move, f, "F1", "candidate")
    film.play(run, f, "full", "make dome-full", code="F1")
    film.play(move, f, "F1", "land")
    film.play(move, f, "F1", "reopen")
    standing = Waiver.objects.get(active=True)
    film.play(withdraw_waiver, actor=OPERATOR, waiver=standing, reason="No longer.")


def play_plans(film):
    """Packets that change, archive and bring back; kinds corrected, written, and inferred again."""
    film.play(bring, OTHERWISE)
    film.play(run, phase_of("F"), "full", "make dome-all", code="F1", revision="f6")
    film.play(bring, REVIEWED)
    film.play(corrected, "D2", "structural")
    film.play(corrected, "D3", "docs")
    film.play(bring, SHORTER)
    film.play(bring, PACKET)
    film.play(bring, WRITTEN)
    film.play(bring, PACKET + DECLARED.replace("D1", "D3"))
    film.play(bring, WRITTEN.replace("kind: docs", "conditional: true"))


@pytest.fixture
def played(film):
    """The whole story, in an order in which everything happens to both phases."""
    for play in (play_work, play_reviews, play_concerns, play_plans):
        play(film)
    return film


@pytest.mark.parametrize("code", ["D", "F"])
def test_every_moment_is_told_as_it_was(played, code):
    assert unlike(played, code) == []


def test_today_is_what_the_ledger_makes_of_it(played):
    assert verify_ledger(initiative=Initiative.objects.get()).faults == []


def test_the_story_has_an_entry_of_nearly_every_verb(played):
    verbs = set(Initiative.objects.get().events.values_list("verb", flat=True))
    assert verbs >= {
        *("import", "correct_kind", "declare_landed", "start", "candidate", "send_back", "land", "reopen"),
        *("link", "block", "unblock", "raise", "answer", "archive_concern", "restore_concern"),
        *("report", "mention", "withdraw_revision", "retract", "dispose", "decide", "defer", "fire", "void"),
        *("find", "fix", "recheck", "accept", "withdraw_finding", "restore_finding", "attach"),
        *("waive", "withdraw_waiver", "end_waiver"),
    }
