"""When the story of the demo happened: days counted back from now, so that its clocks have run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.utils import timezone

STEP = dt.timedelta(seconds=15)
"""How much time passes each time that somebody looks at the clock."""


class Clock:
    """Tells the moments of the story. It never goes back, for the ledger never does."""

    def __init__(self, today: dt.datetime, begins: dt.datetime) -> None:
        self._today = today
        self._now = begins

    def __call__(self) -> dt.datetime:
        """The next moment, never one that is still to come."""
        self._now = min(self._now + STEP, self._today)
        return self._now

    def turn(self, days: int, hour: int) -> None:
        """Turn it to an hour (UTC) so many working days before today."""
        day = self._today
        while days:
            day -= dt.timedelta(days=1)
            days -= day.weekday() < 5
        self._now = max(self._now, day.replace(hour=hour, minute=0, second=0, microsecond=0))


@contextmanager
def turned_back(last: dt.datetime | None) -> Iterator[Clock]:
    """For as long as the story is told, this process takes the story's moments for the present.

    `last` is the moment of the newest ledger entry, after which the story goes on.

    The ledger has no other clock than the machine's, and is not to have one: no program may date its
    entries. So it is the demo that turns back the machine's, for its own process.
    """
    today = timezone.now()
    clock = Clock(today, last or today - dt.timedelta(days=365))
    with mock.patch.object(timezone, "now", clock):
        yield clock
