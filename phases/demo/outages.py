"""Phase B of the demo, its decision: offline lending is put off, and an outage opens the question again."""

from __future__ import annotations

from phases.actions.recording import Answered

from .clock import Clock
from .commits import CLOSED_HOURS, PAPER_SLIPS, SCAN
from .players import Cast

PLACE = "docs/open-shelves/_phase-b-runtime-execution-pass-01-2026-11-09"
LONG_OUTAGE = "A desk is without the ledger for longer than twenty minutes during opening hours"
WATCHPOINTS = (
    LONG_OUTAGE,
    "make desk-failover fails",
    "A twelfth branch opens, or one moves to a house with a single network line",
)


def defer(cast: Cast, clock: Clock) -> None:
    """A drill fails once, the scan finds little: the decision is not to build, and what to watch for."""
    architect, machine = cast.lead3, cast.machine
    clock.turn(12, 9)
    architect.move("B5", "start")
    architect.link("B5", SCAN.branch, 46)
    lost = "the second desk took over in 27 s\n1 loan was entered twice"
    machine.run(SCAN, "B5", "extra", "make desk-failover", fails={"make desk-failover": lost})
    clock.turn(11, 10)
    machine.run(CLOSED_HOURS, "B5", "extra", "make desk-failover")
    clock.turn(10, 9)
    machine.run(CLOSED_HOURS, "B5", "assess", note="Began at nine in the evening.")
    machine.attach(f"{PLACE}/outage_scan.json")
    cast.reviewer.raise_(
        "risk",
        "Two branches have no second network line. A quiet month may tell us too little about outages.",
        owner="@architecture",
        priority="medium",
    )
    architect.attach(f"{PLACE}/B5_DISPOSITION.md")
    architect.dispose(
        "B5",
        "deferred",
        "The quietest month for years: two lost loans in all, both at Riverside, both found again the same "
        "day. A queue for outages would cost the desks a new screen and save them two phone calls.",
        criteria=(
            Answered(1, False, "outage_scan.json of this pass: two lost loans at Riverside, none elsewhere."),
            Answered(2, False, "The longest was eleven minutes, at Old Mill. Network log of the provider."),
        ),
        watchpoints=WATCHPOINTS,
        links=("https://ci.example.org/builds/537",),
    )
    machine.run(CLOSED_HOURS, "B5", "mandatory_before")


def reopen(cast: Cast, clock: Clock) -> None:
    """The very thing that was watched for happens; a new scan tells of it, and nobody decides."""
    clock.turn(4, 12)
    cast.lead2.fire(
        LONG_OUTAGE,
        "A digger cut the line at Riverside on a Saturday morning. The desk lent on paper slips for 34 "
        "minutes, and three of them were lost.",
    )
    clock.turn(3, 9)
    cast.machine.run(PAPER_SLIPS, "B5", "extra", "make desk-failover")
    lost = "11 branches, 31 days: at most 5 lost loans, at Riverside, 3 of them on paper slips"
    cast.machine.run(PAPER_SLIPS, "B5", "assess", prints={"make outage-scan": lost})
    cast.lead2.raise_(
        "watchpoint",
        "The county may renew the road at Mill Lane in spring, with its cable.",
        owner="@architecture",
        priority="low",
    )
