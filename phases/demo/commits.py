"""The code that the demo's people write: revisions with the files they change, and what checks print."""

from __future__ import annotations

from dataclasses import dataclass

from phases.actions.ledger import digest


@dataclass(frozen=True, slots=True)
class Commit:
    """A revision of the code under work, with the files that it changed and the build that ran it."""

    subject: str
    branch: str
    build: int
    files: tuple[str, ...]

    @property
    def sha(self) -> str:
        """Invented, and the same on every machine."""
        return digest(self.subject)[:40]


@dataclass(frozen=True, slots=True)
class Printed:
    """What a command prints when all is well, and how many seconds it takes."""

    seconds: int
    log: str


SOUNDS = Commit(
    "Find titles by how they sound",
    "catalogue/search",
    402,
    ("services/search/query.py", "services/search/sounds.py", "web/search/results.html"),
)
PIN = Commit(
    "Sign in with card and PIN",
    "accounts/pin",
    418,
    ("services/accounts/sign_in.py", "web/account/sign_in.html"),
)
SAME_ANSWER = Commit(
    "Give a wrong PIN and an unknown card the same answer",
    "accounts/pin",
    431,
    ("services/accounts/sign_in.py",),
)
APOSTROPHE = Commit(
    "Keep the apostrophe inside a name", "catalogue/search", 433, ("services/search/query.py",)
)
APOSTROPHES = Commit(
    "Read all apostrophes alike",
    "catalogue/search",
    440,
    ("services/search/query.py", "services/search/tests/test_apostrophes.py"),
)
ONE_WORD = Commit(
    "Call a copy a copy everywhere",
    "catalogue/one-word",
    447,
    ("services/catalogue/copies/model.py", "services/catalogue/copies/barcodes.py"),
)

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
MIDNIGHT = Commit(
    "Write a return to the day on which it was made",
    "loans/midnight",
    546,
    ("services/loans/ledger.py", "services/loans/tests/test_midnight.py"),
)
DUE_DATES = Commit(
    "Move due dates past closing days",
    "loans/due-dates",
    551,
    (
        "data/branches/closing_days.csv",
        "notices/reminder.txt",
        "services/loans/due_dates.py",
        "services/loans/ledger.py",
        "services/loans/renewals.py",
    ),
)
PAPER_SLIPS = Commit(
    "Count the paper slips of a desk as lost loans",
    "desk/outage-scan",
    556,
    ("tools/outages/scan_desk_logs.py",),
)
CANCELLED = Commit(
    "Give up the place of a cancelled hold at every branch",
    "holds/cancelled",
    560,
    ("services/holds/queue.py", "services/holds/tests/test_cancelled.py"),
)

PRINTS = {
    "make search-quick": Printed(28, "74 passed in 26.1 s"),
    "make search-full": Printed(214, "260 passed in 211.9 s"),
    "make search-answer-times": Printed(330, "95 of 100 answers within 0.31 s, the slowest 0.44 s"),
    "make accounts-quick": Printed(19, "51 passed in 17.3 s"),
    "make accounts-full": Printed(166, "188 passed in 163.8 s"),
    "make catalogue-quick": Printed(33, "119 passed in 31.0 s"),
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
    "make b5-disposition-check": Printed(3, "B5_DISPOSITION.md: a word, a reason, what to watch"),
}
