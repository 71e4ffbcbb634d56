"""Phase B of the demo, its two lanes: loans and holds are built, and due dates after them."""

from __future__ import annotations

from phases.models import Concern

from .clock import Clock
from .commits import CENSUS, DUE_DATES, LEDGER, MIDNIGHT, QUEUE, TIE
from .players import Cast


def open_lanes(cast: Cast, clock: Clock) -> None:
    """From the rules that the branches signed until both lanes have landed their first slice."""
    _rules(cast, clock)
    _loan_ledger(cast, clock)
    _hold_queue(cast, clock)


def _rules(cast: Cast, clock: Clock) -> None:
    clock.turn(19, 9)
    cast.lead.move("B0", "start")
    clock.turn(18, 15)
    cast.lead.attest("B0", "quick", note="All eleven branches signed the list in the weekly call.")
    cast.lead.move("B0", "candidate")
    cast.lead.attest("B0", "full", note="Written down in the packet, under each lane.")
    cast.lead.move("B0", "land")
    screens = Concern.objects.get(phase=cast.lead.phase, text__startswith="screens in the reading rooms")
    cast.lead.accept_concern(screens, "The joiners are done in May. Loans and holds need no reading room.")


def _loan_ledger(cast: Cast, clock: Clock) -> None:
    """A full gate fails on what the census counts; the comparison is put right and run again."""
    lead, machine = cast.lead, cast.machine
    clock.turn(17, 9)
    lead.move("B1", "start")
    lead.link("B1", LEDGER.branch, 41)
    clock.turn(16, 16)
    machine.run(LEDGER, "B1", "quick")
    differs = "Harbour Street: 212 open loans of the census are not in the ledger\n1 of 11 branches differs"
    machine.run(LEDGER, "B1", "full", fails={"make census-compare": differs})
    blocker = cast.reviewer.raise_(
        "blocker",
        "The census of Harbour Street has 212 open loans that the ledger does not know.",
        code="B1",
        priority="high",
    )
    clock.turn(15, 11)
    machine.run(CENSUS, "B1", "quick")
    machine.run(CENSUS, "B1", "full")
    lead.resolve(
        blocker,
        "They were loans between libraries. The comparison leaves them out now; the counts agree.",
    )
    lead.move("B1", "candidate")
    lead.attest("B1", "acceptance", note="Tried between Mill Lane and Riverside with a stop watch.")
    lead.move("B1", "land")


def _hold_queue(cast: Cast, clock: Clock) -> None:
    """A candidate that fails, is sent back, and passes with its fix; one gate is waived."""
    lead2, machine = cast.lead2, cast.machine
    clock.turn(15, 13)
    lead2.move("B2", "start")
    lead2.link("B2", QUEUE.branch, 43)
    clock.turn(14, 15)
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
    clock.turn(13, 11)
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


def work_on(cast: Cast, clock: Clock) -> None:
    """The work on due dates touches a file of the landed ledger, and one comparison comes too late for it."""
    lead, machine = cast.lead, cast.machine
    clock.turn(6, 9)
    lead.move("B3", "start")
    lead.link("B3", DUE_DATES.branch, 47)
    clock.turn(5, 10)
    machine.run(DUE_DATES, "B3", "quick")
    machine.run(DUE_DATES, "B1", "quick")
    machine.run(DUE_DATES, "B1", "full", "make loans-full")
    machine.run(MIDNIGHT, "B1", "full", "make census-compare", note="Waited two nights for the census.")
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
