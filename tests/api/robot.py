"""A robot that knows the contract of the API and nothing else: it does the first step of the way to ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .conftest import API, Program

MOST = 600
Json = Any
MOVES = {"start": "in_progress", "candidate": "candidate", "land": "landed"}


@dataclass
class Robot:
    """Acts as whoever the step is for: a token, a lead of its owner, or an independent reviewer."""

    slug: str
    code: str
    machine: Program
    reviewer: Program
    lead_of: Callable[[str], Program]
    """The program of a lead who is a member of this owner and of no other."""
    decides: str = "deferred"
    fails: set[str] = field(default_factory=set)
    """Gates that fail when they are first run."""
    finds: list[Json] = field(default_factory=list)
    """What the next round finds."""
    before: dict[str, Callable[[], Any]] = field(default_factory=dict)
    """What happens, once, before a step such as `land D1`."""
    commits: bool = False
    """Whether the work on a slice changes its files, in a commit of its own."""
    looks: Callable[[Json], Any] = lambda said: None
    """Looks at every answer."""
    told: list[Json] = field(default_factory=list)
    """The answer before each step."""
    done: list[str] = field(default_factory=list)
    head: str = ""
    """The newest commit."""
    changed: list[str] = field(default_factory=list)
    """Its files, until a run tells them."""

    @property
    def initiative(self) -> str:
        return f"{API}/initiatives/{self.slug}"

    @property
    def phase(self) -> str:
        return f"{self.initiative}/phases/{self.code}"

    def ask(self, **query: str) -> Json:
        """The readiness of the phase."""
        answered = self.machine.get(f"{self.phase}/readiness", query)
        assert answered.status_code == 200, answered.content
        return answered.json()

    def play(self) -> Robot:
        """Until nothing is left to do."""
        for _ in range(MOST):
            said = self.ask()
            self.looks(said)
            self.told.append(said)
            if not said["way_to_ready"]:
                assert said["verdict"] == "ready"
                return self
            step = said["way_to_ready"][0]
            assert step["now"], step
            name = f"{step['verb']} {step['slice'] or step['key']}"
            if happens := self.before.pop(name, None):
                happens()
                continue
            self.done.append(name)
            getattr(self, step["verb"], self.move)(step)
        raise AssertionError(f"no end: {self.done[-12:]}")

    def sent(self, who: Program, where: str, body: Json) -> Json:
        """What is answered; a refusal is the end of the robot."""
        answered = who.send(where, body)
        assert answered.status_code < 300, (self.done[-1:], body, answered.json())
        return answered.json()

    def move(self, step: Json) -> None:
        where = f"{self.phase}/slices/{step['slice']}"
        found = self.machine.get(where).json()
        if self.commits and step["verb"] == "start":
            self.head = f"{len(self.done):040x}"
            self.changed += found["paths"]
        body = {"to": MOVES[step["verb"]], "version": found["version"]}
        self.sent(self.machine, f"{where}/status", body)

    def run(self, step: Json) -> None:
        outcome = "fail" if step["gate"] in self.fails else "pass"
        self.fails.discard(step["gate"])
        about = {"revision": self.head, "changed_files": self.changed} if self.head else {}
        self.changed = []
        self.report(self.machine, step, outcome, **about)

    def attest(self, step: Json) -> None:
        self.report(self.lead_of(step["owner"]), step, "pass")

    def report(self, who: Program, step: Json, outcome: str, **more: Json) -> None:
        body = {name: step[name] for name in ("slice", "suite", "gate")} | {"outcome": outcome} | more
        self.sent(who, f"{self.phase}/gate-runs", body)

    def attach(self, step: Json) -> None:
        body = {"path": step["path"], "content": "As agreed.\n"}
        answered = self.machine.put(f"{self.phase}/artifacts", body, content_type="application/json")
        assert answered.status_code == 201, answered.json()

    def says(self, who: Program, step: Json, verdict: str, **said: Json) -> None:
        body = {"verdict": verdict, "summary": f"Looked at, and it is {verdict}."} | said
        self.sent(who, f"{self.phase}/slices/{step['slice']}/dispositions", body)

    def decide(self, step: Json) -> None:
        answers = [
            {"criterion": number, "triggered": self.decides == "triggered", "evidence": "See the scan."}
            for number, _ in enumerate(step["criteria"], 1)
        ]
        said = {"watchpoints": ["It is seen again."]} if self.decides == "deferred" else {}
        lead = self.lead_of(step["owner"])
        self.says(lead, step, self.decides, criteria=answers, reason="As we see it.", **said)

    def review(self, step: Json) -> None:
        findings, self.finds = self.finds, []
        self.says(self.reviewer, step, "approve_with_changes" if findings else "approve", findings=findings)

    def confirm(self, step: Json) -> None:
        again = [{"finding": one, "outcome": "confirmed"} for one in step["findings"]]
        self.says(self.reviewer, step, "approve", rechecked=again)

    def fix(self, step: Json) -> None:
        self.head = f"{len(self.done):040x}"
        body = {"note": "Repaired.", "revision": self.head, "changed_files": []}
        self.sent(self.machine, f"{self.initiative}/findings/{step['finding']}/fix", body)

    def resolve(self, step: Json) -> None:
        self.answers(step, "resolved")

    def answer(self, step: Json) -> None:
        self.answers(step, "accepted")

    def answers(self, step: Json, outcome: str) -> None:
        body = {"outcome": outcome, "note": "Seen to."}
        lead = self.lead_of(step["owner"])
        self.sent(lead, f"{self.initiative}/concerns/{step['concern']}/answer", body)

    def posture(self, step: Json) -> None:
        self.says(self.lead_of(step["owner"]), step, "ready")

    def hand_off(self) -> Json:
        """By a lead of the slice that closes the phase."""
        closing = [one for one in self.told[-1]["requirements"] if one["key"] == self.closes()]
        return self.sent(self.lead_of(closing[0]["owner"]), f"{self.phase}/handoff", {})

    def closes(self) -> str:
        """The group of the last readiness slice, else of the last slice."""
        slices = self.machine.get(self.phase).json()["slices"]
        last = [one["code"] for one in slices if one["kind"] == "readiness"] or [slices[-1]["code"]]
        return f"group:{last[-1]}"
