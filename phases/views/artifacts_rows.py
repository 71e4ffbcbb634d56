"""The versions of a phase's documents as pages read them: one query, without their texts."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.models import Case, Count, F, IntegerField, Value, When, Window
from django.db.models.functions import RowNumber

from phases.models import ArtifactVersion, Phase
from phases.rules.wording import quoted

MOST = 50
"""Versions of one document that its page lists."""


class VersionRow(NamedTuple):
    """One version; `total` counts those of its path, `nth` from 1 with the one that counts first."""

    id: int
    path: str
    number: int
    url: str
    sha256: str
    size: int
    by: str
    source: str
    folder: str
    at: dt.datetime
    retracted: int
    redacted: bool
    total: int
    nth: int

    @property
    def key(self) -> str:
        return f"version:{self.id}"

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def came(self) -> str:
        """How it came here: from a folder, as an address, or as a text."""
        if self.folder:
            return f"read from the folder {quoted(self.folder, 60)}"
        return "kept elsewhere" if self.url else "uploaded"


_COLUMNS = VersionRow._fields[:-2]


def latest(phase: Phase, path: str = "") -> list[VersionRow]:
    """By path the version that counts, or the last one where all are retracted; up to MOST of `path`."""
    same = [F("path")]
    standing = Case(When(retracted=0, then=0), default=1, output_field=IntegerField())
    rows = ArtifactVersion.objects.filter(phase=phase).annotate(
        total=Window(Count("pk"), partition_by=same),
        nth=Window(RowNumber(), partition_by=same, order_by=[standing, F("number").desc()]),
        most=Case(When(path=path, then=Value(MOST)), default=Value(1), output_field=IntegerField()),
    )
    found = rows.filter(nth__lte=F("most")).order_by("path", "-number")
    return [VersionRow(*values) for values in found.values_list(*_COLUMNS, "total", "nth")]
