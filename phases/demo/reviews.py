"""Phase B of the demo, its readers: one review waits to be read again, another for a fix."""

from __future__ import annotations

from phases.actions.drafts import Fields
from phases.actions.recording import NewFinding
from phases.models import Finding

from .clock import Clock
from .commits import CANCELLED, CLOSED_HOURS, DUE_DATES, MIDNIGHT
from .players import Cast


def review(cast: Cast, clock: Clock) -> Finding:
    """The first round, and the first fix with all that has to run again; answers what is still to fix."""
    clock.turn(9, 9)
    cast.reviewer.move("B6", "start")
    clock.turn(8, 15)
    place, midnight, words = cast.reviewer.review(
        "B6",
        "approve_with_changes",
        "Read the ledger and the queue, and tried to confuse both from two desks at once. The ledger took "
        "everything. The queue forgot one thing, and that one a borrower would notice.",
        at=CLOSED_HOURS,
        finds=(
            NewFinding(
                "high",
                "A hold that was cancelled keeps its place at other branches",
                detail="Cancel at Old Mill, ask at Riverside: the borrower is still third. The copy then "
                "waits a week for somebody who does not come.",
                anchor="services/holds/queue.py:212",
            ),
            NewFinding(
                "medium",
                "A return after midnight is written to the day before",
                detail="The book drop is emptied at six. Whoever returned a copy at one was fined for a day.",
                anchor="services/loans/ledger.py:87",
            ),
            NewFinding(
                "low",
                "The queue says reservation where the desks say hold",
                anchor="services/holds/fairness.py:12",
            ),
        ),
    )
    clock.turn(7, 11)
    cast.lead.fix(midnight, MIDNIGHT, "A return counts for the hour at which the copy fell into the drop.")
    cast.machine.run(MIDNIGHT, "B1", "quick")
    cast.machine.run(MIDNIGHT, "B1", "full", "make loans-full")
    cast.lead.attest("B1", "acceptance", note="Tried at the book drop of Harbour Street, after midnight.")
    cast.reviewer.accept(
        words,
        "@holds",
        "Only people who write the code see the word.",
        "Phase C, when the notices are written anew",
    )
    cast.reviewer.move("B6A", "start")
    return place


def wait_for_reviews(cast: Cast, place: Finding, clock: Clock) -> None:
    """The second fix waits to be read again, and a structural round waits for its own."""
    clock.turn(2, 9)
    cast.reviewer.review(
        "B6A",
        "approve_with_changes",
        "Two neighbours with a good fence. Only the end of a hold is decided on both sides of it.",
        at=DUE_DATES,
        finds=(
            NewFinding(
                "medium",
                "Queue and ledger each decide when a hold has ended",
                detail="They agree today. The next change to either will find out.",
                anchor="services/holds/queue.py:64",
            ),
        ),
    )
    clock.turn(1, 14)
    cast.lead2.fix(place, CANCELLED, "A cancelled hold leaves the queue at once, at every branch.")
    cast.machine.run(CANCELLED, "B2", "quick")
    cast.machine.run(CANCELLED, "B2", "full", "make holds-full", "make holds-fairness")
    cast.desk.run(CANCELLED, "B2", "mandatory_before", note="Run on the copy of last night.")
    cast.lead2.attest(
        "B2", "acceptance", note="Asked at the same three desks, about cancelled holds this time."
    )
    clock.turn(1, 16)
    cast.reviewer.begin_writing("B6", _half_written(place))


def _half_written(place: Finding) -> Fields:
    """The fields of the page as the reviewer left them."""
    return {
        "seen": [str(place.disposition_id)],
        "scope": list(place.disposition.scope),
        "summary": [
            "Cancelled at Old Mill, asked at Riverside: the place is free at once. Still to try: the"
        ],
        f"recheck-{place.pk}": ["confirmed"],
        f"recheck-note-{place.pk}": [
            "Tried from two desks, with a cancelled hold in the middle of the queue."
        ],
    }
