"""Any sequence of rounds, fixes, acceptances, retractions, reopenings and reports keeps the ledger true."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from phases.actions import rounds
from phases.actions.artifacts import attach_artifact
from phases.actions.concerns import answer_concern
from phases.actions.evidence import redact
from phases.actions.recording import NewFinding, Recheck
from phases.actions.slices import move_slice
from phases.actions.watchpoints import fire_watchpoint
from phases.errors import ActionError
from phases.models import (
    ArtifactVersion,
    Concern,
    Disposition,
    Event,
    Finding,
    GateRun,
    Initiative,
    Slice,
)
from phases.permissions import OPERATOR
from phases.rules.freshness import badge
from phases.rules.reviews import approval
from phases.rules.state import UNCLOSED
from phases.rules.transitions import VERBS

from .conftest import bring
from .reviews import (
    REVIEWED,
    accept,
    faults,
    fix,
    judge,
    lead,
    reviewed_phase,
    run,
    state_of,
    take_back,
)

PACKETS = (
    REVIEWED,
    REVIEWED.replace("kind: conditional", "kind: review"),
    REVIEWED.replace("src/mirror.py", "src/dome/**"),
    REVIEWED.replace("  - Oil the gears\n", ""),
    REVIEWED.replace("id: F5", "id: F8").replace("[F5]", "[F8]"),
)
NUMBERS = st.integers(0, 30)
REVISIONS = st.sampled_from(["", "r1", "r2", "r3"])
GATES = st.sampled_from(
    [("F1", "quick", "make dome"), ("F2", "quick", "make mirror"), ("F3", "assess", "make assess")]
)
FOUND = st.builds(
    NewFinding,
    st.sampled_from(["high", "medium"]),
    st.just("A gap"),
    slice=st.sampled_from(["", "F1", "F2"]),
)
FITTING = {("fixed", "confirmed"), *((state, "reopened") for state in ("fixed", "confirmed", "accepted"))}
"""What a round can say of a finding in each state."""

REVIEWS = st.sampled_from(["F4", "F4", "F5"])


class Stories(RuleBasedStateMachine):
    """The real actions on the real database, each story in a transaction that is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.phase = reviewed_phase("F1", "F2", "F3", "F4", "F5", "F6")
        attach_artifact(actor=OPERATOR, phase=self.phase, path="docs/HEAT.md", content="text")
        run(self.phase, "assess", "make assess", code="F3")
        judge(
            self.phase,
            "not_ready",
            findings=[NewFinding("high", "Rust", slice="F1"), NewFinding("low", "Dust")],
        )

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @rule(
        code=REVIEWS,
        verdict=st.sampled_from(["approve_with_changes", "not_ready"]),
        findings=st.lists(FOUND, min_size=1, max_size=2),
        revision=REVISIONS,
    )
    def find(self, code, verdict, findings, revision):
        self.attempt(judge, self.phase, verdict, code=code, findings=findings, revision=revision)

    @rule(
        code=REVIEWS,
        verdict=st.sampled_from(["approve", "not_ready"]),
        outcomes=st.lists(st.sampled_from(["confirmed", "reopened", ""]), min_size=4, max_size=4),
        revision=REVISIONS,
    )
    def recheck(self, code, verdict, outcomes, revision):
        known = Finding.objects.filter(slice__code=code).exclude(state="retracted").order_by("-pk")
        rechecked = [
            Recheck(one.pk, word)
            for one, word in zip(known, outcomes, strict=False)
            if (one.state, word) in FITTING
        ]
        self.attempt(judge, self.phase, verdict, code=code, rechecked=rechecked, revision=revision)

    @rule(code=REVIEWS, revision=REVISIONS)
    def round_that_confirms_all(self, code, revision):
        fixed = Finding.objects.filter(slice__code=code, state="fixed")
        rechecked = [Recheck(one.pk, "confirmed") for one in fixed]
        self.attempt(judge, self.phase, "approve", code=code, rechecked=rechecked, revision=revision)

    @rule(number=NUMBERS, revision=REVISIONS, files=st.sampled_from([None, ("src/mirror.py",), ()]))
    def fix(self, number, revision, files):
        known = {"changed_files": files} if revision and files is not None else {}
        self.attempt(fix, self.some(Finding, number, state__in=UNCLOSED), revision=revision, **known)

    @rule(number=NUMBERS)
    def accept(self, number):
        self.attempt(accept, self.some(Finding, number, state__in=UNCLOSED))

    @rule(
        verdict=st.sampled_from(["triggered", "deferred"]),
        watch=st.sampled_from(["It snows", "make dome fails"]),
    )
    def decide(self, verdict, watch):
        watchpoints = (watch,) if verdict == "deferred" else ()
        self.attempt(judge, self.phase, verdict, lead(), "F3", reason="So.", watchpoints=watchpoints)

    @rule(verdict=st.sampled_from(["ready", "not_ready"]))
    def take_a_posture(self, verdict):
        self.attempt(judge, self.phase, verdict, lead(), "F6")

    @rule(number=NUMBERS, fires=st.booleans())
    def answer(self, number, fires):
        concern = self.some(Concern, number)
        if fires:
            self.attempt(fire_watchpoint, actor=OPERATOR, concern=concern, reason="It did.")
        else:
            self.attempt(answer_concern, actor=OPERATOR, concern=concern, outcome="resolved", note="Done.")

    @rule(gate=GATES, outcome=st.sampled_from(["pass", "pass", "fail"]), revision=REVISIONS)
    def report(self, gate, outcome, revision):
        code, suite, text = gate
        run(self.phase, suite, text, outcome, code=code, revision=revision)

    @rule(text=st.sampled_from(["re_review_green", "impacted_suites_green"]))
    def attest(self, text):
        self.attempt(run, self.phase, "closure", text, code="F4")

    @rule(content=st.sampled_from(["one", "two"]))
    def attach(self, content):
        attach_artifact(actor=OPERATOR, phase=self.phase, path="docs/HEAT.md", content=content)

    @rule(code=st.sampled_from(["F1", "F3", "F4", "F6"]), verb=st.sampled_from(VERBS))
    def move(self, code, verb):
        version = Slice.objects.get(code=code).version
        said = {"code": code, "verb": verb, "version": version, "note": "because"}
        self.attempt(move_slice, actor=OPERATOR, phase=self.phase, **said)

    @rule(table=st.sampled_from([GateRun, ArtifactVersion]), number=NUMBERS)
    def retract(self, table, number):
        self.attempt(take_back, self.phase, self.some(table, number, retracted=0))

    @rule(code=REVIEWS)
    def retract_the_latest_round(self, code):
        row = Slice.objects.select_related("disposition").filter(code=code).get()
        self.attempt(take_back, self.phase, row.disposition)

    @rule(table=st.sampled_from([Disposition, Finding, ArtifactVersion, Event]), number=NUMBERS)
    def redact(self, table, number):
        row = self.some(table, number)
        key = f"event:{row.seq}" if isinstance(row, Event) else getattr(row, "key", "")
        self.attempt(redact, actor=OPERATOR, phase=self.phase, evidence=key, reason="a secret")

    @rule(text=st.sampled_from(PACKETS))
    def bring(self, text):
        bring(text)

    @invariant()
    def the_ledger_verifies(self):
        assert faults() == []

    @invariant()
    def the_count_of_findings_is_true(self):
        for row in Slice.objects.all():
            assert row.unclosed == Finding.objects.filter(slice=row, state__in=UNCLOSED).count()

    @invariant()
    def no_approval_stands_over_an_open_finding(self):
        for row in Slice.objects.exclude(unclosed=0).select_related("disposition"):
            assert row.disposition is None or row.disposition.verdict != "approve"

    @invariant()
    def no_attestation_counts_from_before_the_latest_round(self):
        state = state_of(self.phase)
        for item in state.slices.values():
            for gate in item.gates if item.is_reviewing else ():
                if gate.kind == "attestation" and badge(state, item, gate) == "passed":
                    assert item.round
                    assert gate.run.seq > item.round.seq
                    assert approval(state, item).satisfied

    def attempt(self, action, *args, **said):
        """Do it where the rules let it pass; a refusal leaves nothing behind."""
        if None in (*args, *said.values()):
            return
        before = Initiative.objects.get().head
        try:
            action(*args, **said)
        except ActionError:
            assert Initiative.objects.get().head == before

    def some(self, table, number, **only):
        rows = list(table.objects.filter(**only).order_by("pk"))
        return rows[number % len(rows)] if rows else None


BOUNDED = settings(
    max_examples=8,
    stateful_step_count=20,
    deadline=None,
    # A story is short enough to be read as it is, and shrinking it takes minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_any_story_keeps_the_ledger_true(db):
    run_state_machine_as_test(Stories, settings=BOUNDED)


def test_a_story_of_a_build_that_approves_over_findings_is_found_out(db, monkeypatch):
    monkeypatch.setattr(rounds, "left_open", lambda item, outcomes: [])
    finding = settings(BOUNDED, max_examples=60, phases=[Phase.generate], derandomize=True, database=None)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Stories, settings=finding)
