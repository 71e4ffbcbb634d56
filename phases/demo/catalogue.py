"""Phase A of the demo: search and sign-in are built, and a review takes three rounds."""

from __future__ import annotations

from phases.actions.recording import NewFinding
from phases.models import Finding

from .clock import Clock
from .commits import APOSTROPHE, APOSTROPHES, ONE_WORD, PIN, SAME_ANSWER, SOUNDS
from .players import Cast

PLACE = "docs/open-shelves/_phase-a-runtime-execution-pass-01-2026-09-21"


def play_catalogue(cast: Cast, clock: Clock) -> None:
    """What came after A4, with which the tracker found the phase: until it was handed off."""
    _search(cast, clock)
    _sign_in(cast, clock)
    _review(cast, clock)
    _structure(cast, clock)
    _handoff(cast, clock)


def _search(cast: Cast, clock: Clock) -> None:
    clock.turn(34, 9)
    cast.lead.move("A5", "start")
    cast.lead.link("A5", SOUNDS.branch, 31)
    clock.turn(32, 14)
    cast.machine.run(SOUNDS, "A5", "quick")
    cast.lead.move("A5", "candidate")
    cast.machine.run(SOUNDS, "A5", "full")
    cast.lead.attest("A5", "acceptance", note="Went through the list at the information desk: 200 of 200.")
    cast.lead.move("A5", "land")


def _sign_in(cast: Cast, clock: Clock) -> None:
    clock.turn(31, 9)
    cast.lead2.move("A6", "start")
    cast.lead2.link("A6", PIN.branch, 33)
    clock.turn(30, 11)
    cast.machine.run(PIN, "A6", "quick")
    cast.lead2.move("A6", "candidate")
    cast.machine.run(PIN, "A6", "full")
    _try_cards(cast, "Ten people at Harbour Street, none under sixty. All ten got in.")
    cast.lead2.move("A6", "land")


def _try_cards(cast: Cast, note: str) -> None:
    cast.lead2.attest("A6", "acceptance", note=note)


def _review(cast: Cast, clock: Clock) -> None:
    """Three findings keep their names through three rounds; nothing is written down twice."""
    clock.turn(29, 9)
    cast.reviewer.move("A7", "start")
    clock.turn(28, 16)
    cards, names, report = _first_round(cast)
    clock.turn(27, 11)
    cast.lead2.fix(cards, SAME_ANSWER, "Both get the same words after the same time.")
    cast.lead.fix(names, APOSTROPHE, "A name keeps its apostrophe. O'Brien is found again.")
    _run_again(cast)
    clock.turn(26, 15)
    cast.reviewer.review(
        "A7",
        "approve_with_changes",
        "Read both fixes. The sign-in gives nothing away any more. Search still misses half of the names.",
        at=APOSTROPHE,
        confirms=[cards],
        reopens={names.pk: "O'Brien is found now. The same name with the apostrophe of a typesetter is not."},
    )
    clock.turn(25, 10)
    cast.lead.fix(names, APOSTROPHES, "Five kinds of apostrophe are read as one, with a test for each.")
    cast.machine.run(APOSTROPHES, "A5", "quick")
    cast.machine.run(APOSTROPHES, "A5", "full")
    _try_searches(cast)
    cast.lead.accept(
        report,
        "@catalogue",
        "Since the thirtieth night no report had more than four refused records.",
        "With the next change to the importer, in phase B",
    )
    clock.turn(24, 14)
    cast.reviewer.review(
        "A7",
        "approve",
        "Both spellings are found, and so are the forty names on the list of the Mill Lane desk.",
        at=APOSTROPHES,
        confirms=[names],
    )
    cast.reviewer.move("A7", "candidate")
    cast.reviewer.attest("A7", "closure", note="After the third round, with everything green.")
    cast.reviewer.attach(f"{PLACE}/A7_REVIEW_DISPOSITION.md")
    cast.reviewer.move("A7", "land")


def _first_round(cast: Cast) -> list[Finding]:
    return cast.reviewer.review(
        "A7",
        "approve_with_changes",
        "Read everything from the census to the sign-in, and tried it at two branches. It is sound. "
        "One thing must not go out like this, two should be better.",
        at=PIN,
        finds=(
            NewFinding(
                "high",
                "The answer to a wrong PIN tells whether the card exists",
                detail="An unknown card is refused in 3 ms, a known one with a wrong PIN in 240 ms. "
                "Whoever has a stop watch can tell our borrowers from everybody else.",
                anchor="services/accounts/sign_in.py:88",
                slice="A6",
            ),
            NewFinding(
                "medium",
                "Names with an apostrophe are not found",
                detail="O'Brien gives no title, Brien gives eleven.",
                anchor="services/search/query.py:41",
            ),
            NewFinding(
                "medium",
                "The morning report stops after a hundred refused records",
                anchor="services/importer/report.py:19",
            ),
        ),
    )


def _run_again(cast: Cast) -> None:
    cast.machine.run(SAME_ANSWER, "A6", "quick")
    cast.machine.run(SAME_ANSWER, "A6", "full")
    _try_cards(cast, "The same ten people, and they noticed no difference, which is the point.")
    cast.machine.run(APOSTROPHE, "A5", "quick")
    cast.machine.run(APOSTROPHE, "A5", "full")


def _try_searches(cast: Cast) -> None:
    cast.lead.attest("A5", "acceptance", note="The list again, with the apostrophes: 200 of 200.")


def _structure(cast: Cast, clock: Clock) -> None:
    """A rename overtakes the approved review; the structural round covers it."""
    clock.turn(23, 9)
    cast.reviewer.move("A7A", "start")
    cast.machine.run(ONE_WORD, "A7A", "quick")
    clock.turn(22, 15)
    (exemplar,) = cast.reviewer.review(
        "A7A",
        "approve_with_changes",
        "A copy was a copy, an item and an exemplar, depending on whom you asked. It is a copy now, but for "
        "one place that nobody outside of the team reads.",
        at=ONE_WORD,
        finds=(
            NewFinding(
                "low",
                "The importer's log still says exemplar",
                anchor="services/importer/log.py:7",
                slice="A4",
            ),
        ),
    )
    cast.lead.accept(
        exemplar,
        "@catalogue",
        "The log is read by two people, who both know the word.",
        "With the next change to the importer, in phase B",
    )
    cast.reviewer.move("A7A", "candidate")
    cast.reviewer.attest("A7A", "closure", note="One finding, and it has a name that answers for it.")
    cast.reviewer.attach(f"{PLACE}/A7A_STRUCTURAL_DISPOSITION.md")
    cast.reviewer.move("A7A", "land")


def _handoff(cast: Cast, clock: Clock) -> None:
    clock.turn(21, 10)
    cast.lead.move("A8", "start", "candidate")
    cast.lead.attest("A8", "acceptance", note="Asked in the Thursday call, two weeks in a row.")
    cast.lead.attach(f"{PLACE}/A8_PHASE_B_READINESS.md")
    cast.lead.dispose(
        "A8",
        "ready",
        "Everything has landed and was read by people who did not build it. The old catalogue answers and "
        "accepts nothing. What is left over has a name in phase B.",
    )
    cast.lead.move("A8", "land")
    cast.lead2.raise_(
        "watchpoint",
        "The book bus has barcodes of its own until spring. Some of them are ours, too.",
        owner="@catalogue",
        priority="medium",
    )
    clock.turn(20, 11)
    cast.lead.hand_off("Handed to lending and holds in the Thursday call, with all branches listening.")
