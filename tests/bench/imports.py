"""Importing a packet of 2 MiB against composing its text and inserting the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Model

from phases.actions.imports import import_packet
from phases.models import Artifact, Dependency, Gate, Phase, Slice
from phases.packets import read_packet
from phases.permissions import OPERATOR
from tests.packets.big import big_packet

from .measure import Line, seconds

TABLES: tuple[type[Model], ...] = (Slice, Gate, Dependency, Artifact)


def lines() -> Iterator[Line]:
    text = big_packet()
    ours = seconds(lambda: _import(text))
    theirs = seconds(lambda: yaml.compose(text, Loader=yaml.CSafeLoader))
    theirs += _insert_again(Phase.objects.get(initiative__slug="big"))
    yield Line(f"import of {len(text) / 2**20:.1f} MiB, {len(text.splitlines())} lines", ours / theirs, 3)


def _import(text: str) -> None:
    done = import_packet(actor=OPERATOR, reading=read_packet(text), initiative="big")
    assert done.outcome == "created", done.reading.problems[:3]


def _insert_again(phase: Phase) -> float:
    """Seconds for `bulk_create` of the same rows under a second phase."""
    twin = Phase.objects.create(initiative=phase.initiative, code="TWIN")
    with transaction.atomic():
        slices = _copies(Slice, {"phase": phase}, {"phase_id": twin.pk})
        spent = _insert(Slice, slices)
        new = dict(zip(Slice.objects.filter(phase=phase).values_list("pk", flat=True), slices, strict=True))
        for table, owner in ((Gate, {"phase": phase}), (Dependency, {"slice__phase": phase})):
            rows = _copies(table, owner, {"phase_id": twin.pk})
            for row in rows:
                for name in ("slice_id", "needed_id"):
                    if getattr(row, name, None) in new:
                        setattr(row, name, new[getattr(row, name)].pk)
            spent += _insert(table, rows)
    return spent


def _insert(table: Any, rows: list[Any]) -> float:
    return seconds(lambda: table._default_manager.bulk_create(rows, batch_size=500))


def _copies(table: Any, of: dict[str, Any], columns: dict[str, Any]) -> list[Any]:
    rows = list(table._default_manager.filter(**of).order_by("pk"))
    for row in rows:
        row.pk = None
        row._state.adding = True
        for name, value in columns.items():
            if hasattr(row, name):
                setattr(row, name, value)
    return rows
