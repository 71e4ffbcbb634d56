"""What the pages of a phase read of its ledger at once: the last entries, and the steps of its timeline.

A phase may have ten thousand runs and a hundred steps. The steps up to some entry never change, so they
are kept, and only what came after it is read; the hash of that entry covers all that came before, so what
was kept holds as long as the ledger has an entry of this hash in its place, in every process.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, Value

from phases.models import Event, Phase
from phases.prepared import Prepared
from phases.rules.timeline import VERBS, Happening

from .words import COLUMNS, ECHOES, Entry, entry

RECENT = 6
"""Entries of the ledger beside the phase."""

NEAR = 200
"""Entries of the initiative since the kept one; where there are more, the database picks the steps."""

STALE = 40
"""Entries after which what is kept is renewed."""

KEPT_S = 7 * 24 * 3600
_KEY = "history-1-{}-{:.0f}"
"""Another number where happenings hold something else."""


class History(NamedTuple):
    """The last entries, the newest first, and everything that a timeline is made of, the oldest first."""

    recent: list[Entry]
    happenings: list[Happening]


class _Kept(NamedTuple):
    """The happenings up to an entry, which is one of those that pages show."""

    seq: int
    hash: str
    happenings: list[Happening]


Row = tuple[Any, ...]
_FIELDS = (*COLUMNS, "hash")
_SEQ, _AT, _VERB, _SLICE, _AFTER, _HASH = (
    _FIELDS.index(name) for name in ("seq", "at", "verb", "slice", "after", "hash")
)

_SINCE = Prepared(
    lambda initiative, code, seq: (
        # As a value of its own: what stands for it while compiling is no position at all.
        Event.objects.filter(initiative=initiative, phase=code, seq__gte=Value(seq))
        .exclude(verb__in=ECHOES)
        .order_by("-seq")
        .values_list(*_FIELDS)[: NEAR + 1]
    ),
    int,
    str,
    int,
)
_EVERY = Prepared(
    lambda initiative, code, same, alike: (
        Event.objects.filter(initiative=initiative, phase=code)
        .filter(
            Q(verb__in=VERBS)
            | Q(
                seq__in=Event.objects.filter(initiative=same, phase=alike)
                .exclude(verb__in=ECHOES)
                .order_by("-seq")
                .values("seq")[:RECENT]
            )
        )
        .order_by("-seq")
        .values_list(*_FIELDS)
    ),
    int,
    str,
    int,
    str,
)


def history(phase: Phase) -> History:
    """Of a phase; one query, and one more after its ledger was put back to an earlier state."""
    key = key_of(phase)
    kept: _Kept | None = cache.get(key)
    rows = _since(phase, kept) if kept else []
    if not rows:
        kept = None
        rows = _EVERY(*(phase.initiative_id, phase.code) * 2)
    after = [row for row in reversed(rows) if row[_VERB] in VERBS and (not kept or row[_SEQ] > kept.seq)]
    earlier = kept.happenings if kept else []
    if len(rows) >= RECENT and (kept is None or phase.seq - kept.seq > STALE):
        last = rows[RECENT - 1]
        known = [*earlier, *(_happening(row) for row in after if row[_SEQ] <= last[_SEQ])]
        cache.set(key, _Kept(last[_SEQ], last[_HASH], known), KEPT_S)
    recent = [entry(Event.from_db(DEFAULT_DB_ALIAS, COLUMNS, row[:-1])) for row in rows[:RECENT]]
    return History(recent, [*earlier, *(_happening(row) for row in after)])


def key_of(phase: Phase) -> str:
    """Under which its steps are kept: an initiative of another beginning is another one."""
    return _KEY.format(phase.pk, phase.initiative.created_at.timestamp() * 1e6)


def _since(phase: Phase, kept: _Kept) -> Sequence[Row]:
    """The entries from the kept one on; none where that is long ago, or not in this ledger."""
    if phase.seq - kept.seq > NEAR:
        return []
    rows = _SINCE(phase.initiative_id, phase.code, kept.seq)
    return rows if rows and (rows[-1][_SEQ], rows[-1][_HASH]) == (kept.seq, kept.hash) else []


def _happening(row: Row) -> Happening:
    if row[_VERB] != "import":
        return Happening(row[_AT], row[_VERB], row[_SLICE])
    slices = row[_AFTER].get("changes", {}).get("slices", {})
    return Happening(row[_AT], "import", "", slices.get("added", ()), slices.get("archived", ()))
