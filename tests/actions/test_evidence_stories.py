"""Any sequence of reports, moves, retractions, redactions and imports keeps the ledger true."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from phases.actions import runs as reporting
from phases.actions.asked import Report, Result
from phases.actions.evidence import redact, retract
from phases.actions.ledger import writing
from phases.actions.revisions import mention
from phases.actions.runs import report_runs
from phases.actions.slices import move_slice
from phases.actions.verify import verify_ledger
from phases.errors import ActionError
from phases.lookups import current
from phases.models import Event, Gate, GateRun, Initiative, Slice
from phases.models import Phase as PhaseRow
from phases.permissions import OPERATOR
from phases.rules.freshness import badge
from phases.rules.state import Outcome
from phases.rules.transitions import VERBS
from phases.snapshot import load

from .conftest import PACKET, bring

PACKETS = (
    PACKET,
    PACKET.replace("src/mirror.py", "src/dome/**"),
    PACKET.replace("make mirror-quick", "make mirror-fast"),
    PACKET[: PACKET.index("  - id: D3")],
)
FILES = ("src/dome/a.py", "src/mirror.py", "README.md")
CODES = st.sampled_from(["D1", "D2"])
REVISIONS = st.sampled_from(["", "r1", "r2", "r3"])
KNOWN = st.none() | st.lists(st.sampled_from(FILES), max_size=2, unique=True).map(tuple)
NUMBERS = st.integers(0, 30)


class Stories(RuleBasedStateMachine):
    """The real actions on the real database, each story in a transaction that is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        bring(PACKET)
        self.phase = PhaseRow.objects.select_related("initiative").get()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @rule(
        code=CODES,
        revision=REVISIONS,
        files=KNOWN,
        outcome=st.sampled_from(list(Outcome)),
        log=st.text(max_size=3),
    )
    def report(self, code, revision, files, outcome, log):
        known = files if revision else None
        asked = Report("quick", code, outcome=outcome, revision=revision, changed_files=known, log=log)
        report_runs(actor=OPERATOR, phase=self.phase, report=asked)

    @rule(names=st.lists(st.sampled_from(["make scan", "make lint"]), min_size=1, unique=True))
    def report_extra(self, names):
        results = tuple(Result(name, "fail") for name in names)
        report_runs(actor=OPERATOR, phase=self.phase, report=Report("extra", results=results))

    @rule(code=CODES, outcome=st.sampled_from(list(Outcome)))
    def report_twice_with_a_key(self, code, outcome):
        asked = Report("quick", code, outcome=outcome, note="keyed")
        key = f"key-{code}-{outcome}"
        first = report_runs(actor=OPERATOR, phase=self.phase, report=asked, key=key)
        before = self.seen()
        again = report_runs(actor=OPERATOR, phase=self.phase, report=asked, key=key)
        assert [run.pk for run in again.runs] == [run.pk for run in first.runs]
        assert self.seen() == before

    @rule(code=CODES, verb=st.sampled_from(VERBS))
    def move(self, code, verb):
        version = Slice.objects.get(code=code).version
        self.attempt(move_slice, code=code, verb=verb, version=version, note="because")

    @rule(number=NUMBERS)
    def retract(self, number):
        self.attempt(retract, evidence=self.some(GateRun, number), reason="wrong")

    @rule(number=NUMBERS, kind=st.sampled_from([GateRun, Event]))
    def redact(self, number, kind):
        self.attempt(redact, evidence=self.some(kind, number), reason="a secret")

    @rule(text=st.sampled_from(PACKETS))
    def bring(self, text):
        bring(text)

    @rule(revision=st.sampled_from(["x1", "x2"]))
    def mention_what_touches_nothing(self, revision):
        before = self.badges()
        with writing(actor=OPERATOR, initiative_id=self.phase.initiative_id) as book:
            mention(book, current(self.phase), sha=revision, files=["docs/nobody.md"], code="D1")
        assert self.badges() == before

    @invariant()
    def the_ledger_verifies(self):
        assert verify_ledger(initiative=Initiative.objects.get()).faults == []

    @invariant()
    def each_gate_counts_by_its_newest_run(self):
        for gate in Gate.objects.select_related("latest_run"):
            standing = [run for run in gate.runs.all() if not run.retracted]
            assert gate.latest_run == max(standing, key=lambda run: (run.place, run.seq), default=None)

    def attempt(self, action, **what):
        """Do it where the rules let it pass; a refusal leaves nothing behind."""
        before = self.seen()
        try:
            action(actor=OPERATOR, phase=self.phase, **what)
        except ActionError:
            assert self.seen() == before

    def some(self, table, number):
        rows = list(table.objects.order_by("seq"))
        if not rows:
            return "run:0"
        row = rows[number % len(rows)]
        return f"event:{row.seq}" if table is Event else row.key

    def seen(self):
        return Initiative.objects.get().head, list(GateRun.objects.order_by("pk").values_list())

    def badges(self):
        state = load(current(self.phase))
        return {gate.key: badge(state, item, gate) for item in state.slices.values() for gate in item.gates}


BOUNDED = settings(
    max_examples=8,
    stateful_step_count=14,
    deadline=None,
    # A story is short enough to be read as it is, and shrinking it takes minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_any_story_keeps_the_ledger_true(db):
    run_state_machine_as_test(Stories, settings=BOUNDED)


def test_a_story_of_a_build_that_counts_the_last_report_is_found_out(db, monkeypatch):
    class LastReportCounts(reporting._Writer):
        def write(self, gate, result):
            run = super().write(gate, result)
            Gate.objects.filter(pk=run.gate_id).update(latest_run=run)
            return run

    monkeypatch.setattr(reporting, "_Writer", LastReportCounts)
    finding = settings(BOUNDED, max_examples=60, phases=[Phase.generate], derandomize=True, database=None)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Stories, settings=finding)
