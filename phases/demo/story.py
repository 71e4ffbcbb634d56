"""Phase B of the demo from its first day until two lanes are open: what people did, what machines saw."""

from __future__ import annotations

from dataclasses import dataclass

from phases.actions.concerns import answer_concern
from phases.models import Phase
from phases.permissions import Actor

from .players import Commit, Player, Printed, Runner

LEDGER = Commit(
    "Write loans and returns as entries",
    "loans/ledger",
    512,
    (
        "services/loans/ledger.py",
        "services/loans/migrations/0001_entries.py",
        "services/loans/tests/test_ledger.py",
    ),
)
CENSUS = Commit(
    "Leave loans between libraries out of the census", "loans/ledger", 519, ("tools/census/compare_loans.py",)
)
QUEUE = Commit(
    "Keep one queue for a title",
    "holds/queue",
    523,
    ("services/holds/queue.py", "services/holds/fairness.py", "services/holds/tests/test_queue.py"),
)
TIE = Commit(
    "Give a tie to the earlier request",
    "holds/queue",
    531,
    ("services/holds/fairness.py", "services/holds/tests/test_ties.py"),
)
SCAN = Commit("Scan the logs of the desks", "desk/outage-scan", 534, ("tools/outages/scan_desk_logs.py",))
CLOSED_HOURS = Commit(
    "Leave closed hours out of the scan, let the drill save loans first",
    "desk/outage-scan",
    537,
    ("tools/outages/drill.py", "tools/outages/scan_desk_logs.py"),
)
DUE_DATES = Commit(
    "Move due dates past closing days",
    "loans/due-dates",
    540,
    (
        "data/branches/closing_days.csv",
        "notices/reminder.txt",
        "services/loans/due_dates.py",
        "services/loans/ledger.py",
        "services/loans/renewals.py",
    ),
)

PRINTS = {
    "make loans-quick": Printed(41, "128 passed in 39.2 s"),
    "make loans-full": Printed(384, "412 passed, 3 skipped in 381.6 s"),
    "make census-compare": Printed(1260, "11 branches compared, 0 loans differ"),
    "make due-dates-quick": Printed(22, "57 passed in 20.4 s"),
    "make reminders-dry-run": Printed(95, "1,204 reminders set, all fit their envelope"),
    "make holds-quick": Printed(35, "96 passed in 33.0 s"),
    "make holds-full": Printed(292, "305 passed in 290.3 s"),
    "make holds-fairness": Printed(171, "20,000 queues drawn, every tie decided"),
    "queuecheck": Printed(12, "4,118 queues read, each in the order of its requests"),
    "make outage-scan": Printed(14_820, "11 branches, 31 days: at most 2 lost loans, at Riverside"),
    "make desk-failover": Printed(1_910, "the second desk took over in 27 s, no loan lost"),
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who acts in phase B."""

    lead: Player
    lead2: Player
    reviewer: Player
    machine: Runner
    desk: Runner
    """The lead of holds with a shell of their own."""


def play(phase: Phase, people: dict[str, Actor], machine: Actor) -> None:
    """Phase B until two lanes are open, a decision is due, and some evidence no longer counts."""
    lead, lead2, reviewer = (Player(people[name], phase) for name in ("lead", "lead2", "reviewer"))
    desk = Runner(people["lead2"], phase, PRINTS)
    cast = Cast(lead, lead2, reviewer, Runner(machine, phase, PRINTS), desk)
    _rules(cast)
    _loan_ledger(cast)
    _hold_queue(cast)
    _outages(cast)
    _due_dates(cast)


def _rules(cast: Cast) -> None:
    cast.lead.move("B0", "start")
    cast.lead.attest("B0", "quick", note="All eleven branches signed the list in the weekly call.")
    cast.lead.move("B0", "candidate")
    cast.lead.attest("B0", "full", note="Written down in the packet, under each lane.")
    cast.lead.move("B0", "land")


def _loan_ledger(cast: Cast) -> None:
    """A full gate fails on what the census counts; the comparison is put right and run again."""
    lead, machine = cast.lead, cast.machine
    lead.move("B1", "start")
    lead.link("B1", "loans/ledger", 41)
    machine.run(LEDGER, "B1", "quick")
    differs = "Harbour Street: 212 open loans of the census are not in the ledger\n1 of 11 branches differs"
    machine.run(LEDGER, "B1", "full", fails={"make census-compare": differs})
    blocker = cast.reviewer.raise_(
        "blocker",
        "The census of Harbour Street has 212 open loans that the ledger does not know.",
        code="B1",
        priority="high",
    )
    machine.run(CENSUS, "B1", "quick")
    machine.run(CENSUS, "B1", "full")
    answer_concern(
        actor=lead.actor,
        concern=blocker,
        outcome="resolved",
        note="They were loans between libraries. The comparison leaves them out now, and the counts agree.",
    )
    lead.move("B1", "candidate")
    lead.attest("B1", "acceptance", note="Tried between Mill Lane and Riverside with a stop watch.")
    lead.move("B1", "land")


def _hold_queue(cast: Cast) -> None:
    """A candidate that fails, is sent back, and passes with its fix; one gate is waived."""
    lead2, machine = cast.lead2, cast.machine
    lead2.move("B2", "start")
    lead2.link("B2", "holds/queue", 43)
    machine.run(QUEUE, "B2", "quick")
    lead2.move("B2", "candidate")
    ties = "queue 7,316: requests 2 and 3 are both next\n20,000 queues drawn, 41 ties undecided"
    machine.run(
        QUEUE, "B2", "full", "make holds-full", "make holds-fairness", fails={"make holds-fairness": ties}
    )
    lead2.move(
        "B2",
        "send_back",
        note="Two borrowers were told that they are next for the same picture book. "
        "A tie has to go to the earlier request.",
    )
    machine.run(TIE, "B2", "quick")
    lead2.move("B2", "candidate")
    machine.run(TIE, "B2", "full", "make holds-full", "make holds-fairness")
    cast.desk.run(TIE, "B2", "mandatory_before", note="Run on the copy of last night.")
    lead2.waive_gate(
        "B2",
        "make holds-load BORROWERS=40000",
        "The load machine counts votes until 7 December. Measured with 12,000 borrowers instead, "
        "which is more than a Saturday has ever seen.",
    )
    lead2.attest("B2", "acceptance", note="Three desks explained a queue to me without looking anything up.")
    lead2.move("B2", "land")


def _outages(cast: Cast) -> None:
    """A scan of many hours reports after its script has changed again, and a drill fails once."""
    lead, machine = cast.lead, cast.machine
    lead.move("B5", "start")
    lead.link("B5", "desk/outage-scan", 46)
    lost = "the second desk took over in 27 s\n1 loan was entered twice"
    machine.run(SCAN, "B5", "extra", "make desk-failover", fails={"make desk-failover": lost})
    machine.run(CLOSED_HOURS, "B5", "extra", "make desk-failover")
    machine.run(SCAN, "B5", "assess", note="Began at nine in the evening.")
    cast.reviewer.raise_(
        "risk",
        "Two branches have no second network line. A quiet November may tell us too little about outages.",
        owner="@architecture",
        priority="medium",
    )


def _due_dates(cast: Cast) -> None:
    """The work on due dates touches a file of the landed ledger, and not everything ran again."""
    lead, machine = cast.lead, cast.machine
    lead.move("B3", "start")
    lead.link("B3", "loans/due-dates", 47)
    machine.run(DUE_DATES, "B3", "quick")
    machine.run(DUE_DATES, "B1", "quick")
    machine.run(DUE_DATES, "B1", "full", "make loans-full")
    lead.move("B3", "candidate")
    lead.attest(
        "B3",
        "acceptance",
        "no due date falls on a day when its branch is closed",
        note="Compared with the closing days of 2027.",
    )
    letters = "letter 17: the address has 7 lines, the window shows 5\n1,204 reminders set, 31 do not fit"
    machine.run(DUE_DATES, "B3", "full", fails={"make reminders-dry-run": letters})
    cast.lead2.raise_(
        "blocker",
        "The print shop refuses our letters: the address block is too long.",
        code="B3",
        priority="high",
    )
