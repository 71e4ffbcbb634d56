"""What the pages of a phase read of its ledger at once: the last entries, and the steps of its timeline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from phases.models import Event, Phase
from phases.prepared import Prepared
from phases.rules.timeline import VERBS, Happening

from .words import COLUMNS, ECHOES, Entry, entry

RECENT = 6
"""Entries of the ledger beside the phase."""


class History(NamedTuple):
    """The last entries, the newest first, and everything that a timeline is made of, the oldest first."""

    recent: list[Entry]
    happenings: list[Happening]


_OF_PHASE = Prepared(
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
        .values_list(*COLUMNS)
    ),
    int,
    str,
    int,
    str,
)


def history(phase: Phase) -> History:
    """Of a phase; one query."""
    rows = _OF_PHASE(*(phase.initiative_id, phase.code) * 2)
    events = [
        Event.from_db(DEFAULT_DB_ALIAS, COLUMNS, row)
        for row in [row for row in rows if row[_VERB] not in ECHOES][:RECENT]
    ]
    return History([entry(event) for event in events], list(_happenings(reversed(rows))))


_AT, _VERB, _SLICE, _AFTER = (COLUMNS.index(name) for name in ("at", "verb", "slice", "after"))


def _happenings(rows: Iterable[tuple[Any, ...]]) -> Iterable[Happening]:
    for row in rows:
        if row[_VERB] == "import":
            slices = row[_AFTER].get("changes", {}).get("slices", {})
            yield Happening(row[_AT], "import", "", slices.get("added", ()), slices.get("archived", ()))
        elif row[_VERB] in VERBS:
            yield Happening(row[_AT], row[_VERB], row[_SLICE])
