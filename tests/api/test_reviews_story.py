"""A phase is reviewed through the API alone: a decision, three rounds, two fix cycles, a taste pass.

Leads, reviewers and a machine speak to it with programs of their own. At each wrong turn it refuses,
and says what is in the way; no finding is sent twice.
"""

from __future__ import annotations

import pytest

from phases.actions.verify import verify_ledger
from phases.models import Finding, Initiative

from .conftest import HARBOUR
from .reviews import found, refusal
from .tower import SCANNED, Crew, L, bring_tower

ONE, TWO, THREE, FIRST, SECOND = ("1" * 40, "2" * 40, "3" * 40, "a" * 40, "b" * 40)


class Story(Crew):
    """What they do, step by step, with the wrong turns first."""

    def build(self) -> None:
        """L0 to L3 land."""
        self.moved("L0", "in_progress")
        body = {"slice": "L0", "suite": "quick", "gate": "charts_agreed", "outcome": "pass"}
        assert self.lead.send(f"{L}/gate-runs", body).status_code == 201
        self.moved("L0", "candidate", "landed")
        for code, revision in (("L1", ONE), ("L2", TWO), ("L3", THREE)):
            self.moved(code, "in_progress")
            self.green(code, "quick", "full", revision=revision, changed_files=[])
            self.moved(code, "candidate", "landed")

    def defer(self) -> None:
        """L4 is decided to be deferred, after every wrong turn."""
        assert self.stuck("L5", "in_progress")[0] == "disposition:L4"
        self.moved("L4", "in_progress")
        assert self.stuck("L4", "candidate") == ["disposition:L4"]
        refusal(self.says(self.machine, "L4", "deferred", criteria=SCANNED), 403)
        refusal(self.says(self.rita, "L4", "deferred", criteria=SCANNED), 403)
        assert list(refusal(self.says(self.lead, "L4", "triggered", criteria=SCANNED))["fields"]) == [
            "reason"
        ]
        missing = refusal(self.says(self.lead, "L4", "deferred", criteria=SCANNED))["unmet"]
        assert [leaf["verb"] for leaf in missing] == ["run", "attach"]
        self.green("L4", "assess")
        assert self.attach("L4_DECISION").status_code == 201
        said = self.says(self.lead, "L4", "deferred", criteria=SCANNED, watchpoints=["The town complains"])
        assert (said.status_code, said.json()["status"]) == (201, "deferred")
        (watched,) = self.machine.get(f"{L}/concerns", {"kind": "watchpoint"}).json()["items"]
        assert (watched["slice"], watched["disposition"]) == ("L4", said.json()["key"])

    def first_round(self) -> list[int]:
        """One high and two medium findings; their ids."""
        self.green("L4", "mandatory_before")
        self.moved("L5", "in_progress")
        told = refusal(self.says(self.mole, "L5", "approve"), 403)["message"]
        assert "a member of @crew, which owns L1, L2" in told
        refusal(self.says(self.machine, "L5", "approve"), 403)
        findings = [
            found("high", "The lamp goes out", anchor="src/lamp.py:12"),
            found("medium", "The horn is late", anchor="src/horn.py:4"),
            found("medium", "The tower leans", slice="L3"),
        ]
        refusal(self.says(self.rita, "L5", "approve", findings=findings))
        said = self.says(self.rita, "L5", "approve_with_changes", findings=findings).json()
        assert [one["slice"] for one in said["findings"]] == ["L1", "L2", "L3"]
        return [one["id"] for one in said["findings"]]

    def turns_after_the_first_round(self, high: int) -> None:
        """Nothing can be glossed over."""
        self.moved("L5", "candidate")
        assert f"finding:{high}" in self.stuck("L5", "landed")
        unmet = refusal(self.says(self.rita, "L5", "approve"))["unmet"]
        assert [leaf["verb"] for leaf in unmet] == ["fix", "fix", "fix"]
        assert "3 findings are not closed" in refusal(self.attest("L5", "re_review_green"))["message"]
        accepted = {"owner": "@crew", "rationale": "Later.", "target": "Spring"}
        refusal(self.rita.send(f"{HARBOUR}/findings/{high}/accept", accepted))

    def second_round(self, high: int, medium: int, left: int) -> None:
        """Two fixes are confirmed; what they touched has to run again."""
        assert self.fix(high, FIRST, "src/lamp.py").json()["state"] == "fixed"
        assert self.fix(medium, SECOND, "src/horn.py").json()["state"] == "fixed"
        assert [self.badges(code) for code in ("L1", "L2", "L3")] == [
            ["stale", "stale"],
            ["stale", "stale"],
            ["passed", "passed"],
        ]
        rechecked = [{"finding": one, "outcome": "confirmed"} for one in (high, medium)]
        said = self.says(self.rita, "L5", "approve_with_changes", rechecked=rechecked).json()
        assert (said["number"], said["why"].endswith("and 1 finding is not closed.")) == (2, True)
        open_ones = self.machine.get(f"{L}/findings", {"state": "open"}).json()["items"]
        assert [one["id"] for one in open_ones] == [left]

    def third_round(self, left: int) -> None:
        """The last one is fixed and confirmed."""
        self.fix(left, "c" * 40, "scripts/tower.py")
        assert "waits for a round" in refusal(self.says(self.rita, "L5", "approve"))["unmet"][0]["why"]
        rechecked = [{"finding": left, "outcome": "confirmed"}]
        said = self.says(self.rita, "L5", "approve", rechecked=rechecked).json()
        assert (said["number"], said["state"]) == (3, "met")

    def close_review(self) -> None:
        """Everything that the review lists, and the runs that it made stale."""
        told = refusal(self.attest("L5", "impacted_quick_and_full_gates_green"))["message"]
        assert "L1" in told
        for code in ("L1", "L2", "L3"):
            self.green(code, "quick", "full")
        for gate in self.slice("L5")["gates"]:
            assert self.attest("L5", gate["text"]).status_code == 201
        assert self.stuck("L5", "landed") == ["L5_REVIEW.md"]
        self.attach("L5_REVIEW")
        assert self.stuck("L5A", "in_progress") == ["slice:L5"]
        self.moved("L5", "landed")

    def taste(self) -> None:
        """The structural slice closes by an accepted finding; only then the docs can start."""
        self.moved("L5A", "in_progress")
        assert self.stuck("L6", "in_progress") == ["slice:L5A"]
        findings = [found("low", "Two names for one lens", slice="L1")]
        (low,) = self.says(self.rita, "L5A", "approve_with_changes", findings=findings).json()["findings"]
        self.moved("L5A", "candidate")
        assert low["key"] in self.stuck("L5A", "landed")
        accepted = {"owner": "@crew", "rationale": "It reads well enough.", "target": "Phase M"}
        said = self.rita.send(f"{HARBOUR}/findings/{low['id']}/accept", accepted).json()
        assert said["state"] == "accepted"
        assert self.attest("L5A", "impacted_full_gates_green").status_code == 201
        self.moved("L5A", "landed")
        self.moved("L6", "in_progress")


@pytest.fixture
def story(db, machine, session):
    return Story(**bring_tower(machine, session))


def faults():
    """What the ledger does not account for; the factory's memberships it never saw."""
    found = verify_ledger(initiative=Initiative.objects.get()).faults
    return [fault for fault in found if not fault.startswith("membership")]


def test_three_rounds_and_a_taste_pass(story):
    story.build()
    story.defer()
    high, medium, left = story.first_round()
    story.turns_after_the_first_round(high)
    story.second_round(high, medium, left)
    story.third_round(left)
    story.close_review()
    story.taste()
    assert Finding.objects.count() == 4
    assert refusal(story.move("L7", "in_progress"))["unmet"][0]["key"] == "slice:L6"
    assert faults() == []


def test_an_attestation_from_before_the_round_does_not_count(story):
    story.build()
    story.defer()
    story.green("L4", "mandatory_before")
    story.moved("L5", "in_progress")
    assert story.says(story.rita, "L5", "approve").status_code == 201
    assert story.attest("L5", "re_review_green").status_code == 201
    assert story.says(story.rita, "L5", "approve").status_code == 201
    said = next(gate for gate in story.slice("L5")["gates"] if gate["text"] == "re_review_green")
    assert said["state"] == "unmet"
    assert said["run"]["outcome"] == "pass"


def test_a_triggered_decision_holds_up_the_review_until_it_lands(story):
    story.build()
    story.moved("L4", "in_progress")
    criteria = [*SCANNED[1:], {"criterion": 1, "triggered": True, "evidence": "A beam dazzles."}]
    said = story.says(story.lead, "L4", "triggered", criteria=criteria).json()
    assert (said["status"], said["decision"], said["state"]) == ("in_progress", "triggered", "met")
    assert story.stuck("L5", "in_progress")[0] == "slice:L4"
    story.moved("L4", "candidate")
    story.green("L4", "assess", "mandatory_before")
    in_the_way = story.stuck("L4", "landed")
    assert [key for key in in_the_way if key.endswith(".md")] == ["L4_DECISION.md", "L4_EVIDENCE.md"]
    assert any(leaf["suite"] == "full_if_triggered" and leaf["state"] == "unmet" for leaf in gates(story))
    story.green("L4", "full_if_triggered")
    for name in ("L4_DECISION", "L4_EVIDENCE"):
        story.attach(name)
    story.moved("L4", "landed")
    story.attach("L5_REVIEW")
    story.moved("L5", "in_progress")
    assert faults() == []


def gates(story):
    return story.slice("L4")["gates"]


def test_a_watchpoint_that_fires_asks_for_the_decision_again(story):
    story.build()
    story.defer()
    (watched,) = story.rita.get(f"{L}/concerns", {"kind": "watchpoint"}).json()["items"]
    reason = {"reason": "Three letters from the town."}
    assert story.rita.send(f"{HARBOUR}/concerns/{watched['id']}/fire", reason).status_code == 200
    assert story.slice("L4")["decision"] == ""
    why = refusal(story.move("L5", "in_progress"))["unmet"][0]["why"]
    assert "waiting for a decision by @charts" in why
    assert "Three letters from the town." in why
    (voided,) = story.rita.get(f"{L}/slices/L4/dispositions").json()["items"]
    assert (voided["counts"], voided["voided"] > 0) == (False, True)
