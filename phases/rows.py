"""The queries of a snapshot: one phase by prepared ones, many phases by the same ones made for the occasion.

Every row begins with the id of its phase.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models import DateTimeField as Moment
from django.db.models.functions import Cast

from phases.models import Artifact, Concern, Dependency, Finding, Gate, Slice, Waiver
from phases.packets.packet import Suite
from phases.prepared import Prepared
from phases.rules.state import FindingStatus

Row = tuple[Any, ...]
Rows = list[Row]

SLICE_COLUMNS = (
    "id",
    "code",
    "position",
    "title",
    "kind",
    "kind_inferred",
    "owner__handle",
    "backup__handle",
    "role",
    "status",
    "decision",
    "version",
    "declared_in",
    "branch",
    "pull_request",
    "objective",
    "files",
    "touched_paths",
    "line",
    "reset",
    "reset_seq",
    "reset_note",
    "since",
    "opened",
    "closed_seq",
    "touched",
    "fixed",
    "unclosed",
    "listed_criteria",
)
ROUND_COLUMNS = ("id", "number", "verdict", "seq", "place", "revision", "by", "at", "scope", "reviewed")
GATE_COLUMNS = (
    "id",
    "slice__code",
    "suite",
    "text",
    "digest",
    "kind",
    "line",
    "replaces__text",
    "held",
    "latest_run__id",
    "latest_run__outcome",
    "latest_run__seq",
    "latest_run__place",
    "latest_run__revision",
    "latest_run__by",
    "latest_run__source",
    "latest_run__at",
    "latest_run__note",
)
FINDING_COLUMNS = (
    "slice__code",
    "id",
    "severity",
    "title",
    "state",
    "anchor",
    "about__code",
    "disposition__number",
    "by",
    "changed_at",
    "fix_revision",
    "owner",
    "target",
)


class _Reader:
    """One query, for one phase or for many."""

    def __init__(self, build: Callable[[str, Any], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._one = Prepared(lambda pk: build("", pk), int)

    def __call__(self, ids: Sequence[int]) -> Rows:
        if len(ids) == 1:
            return self._one(ids[0])
        return list(self._build("__in", ids))


def _slices(lookup: str, ids: Any, columns: Sequence[str] = SLICE_COLUMNS) -> QuerySet[Any, Any]:
    rows = Slice.objects.filter(**{f"phase_id{lookup}": ids}, archived=False).order_by("phase_id", "position")
    # Read as text, like `before` of gates: nearly every one is an empty list.
    rows = rows.annotate(listed_criteria=Cast("trigger_criteria", TextField()))
    return rows.values_list("phase_id", *columns, *(f"disposition__{name}" for name in ROUND_COLUMNS))


def _expected(lookup: str, ids: Any) -> QuerySet[Any, Any]:
    """Needs as (phase, id, "", slice, needed slice, if triggered), artifacts with their latest version.

    These have the line of the packet in the place of the id. In no order.
    """
    text = CharField(max_length=500)
    of_phase = {f"slice__phase_id{lookup}": ids}
    needs = Dependency.objects.filter(**of_phase).order_by()
    artifacts = Artifact.objects.filter(**of_phase, archived=False).order_by()
    nothing = (
        Value(None, output_field=BooleanField()),
        Value(None, output_field=BigIntegerField()),
        Value(None, output_field=IntegerField()),
        Value(None, output_field=CharField(max_length=150)),
        Value(None, output_field=Moment()),
    )
    return artifacts.values_list(
        "slice__phase_id",
        "line",
        Cast("when", text),
        "slice__code",
        Cast("path", text),
        "inferred",
        "produced",
        "latest__id",
        "latest__number",
        "latest__by",
        "latest__at",
    ).union(
        needs.values_list(
            "slice__phase_id",
            "id",
            Value("", output_field=text),
            "slice__code",
            Cast("needed__code", text),
            "if_triggered",
            *nothing,
        ),
        all=True,
    )


# Nearly every list of `before` is empty, and reading JSON would take a third of the time of the page.
def _gates(lookup: str, ids: Any) -> QuerySet[Any, Any]:
    rows = Gate.objects.filter(**{f"phase_id{lookup}": ids}, archived=False).order_by("position", "id")
    return rows.annotate(held=Cast("before", TextField())).values_list("phase_id", *GATE_COLUMNS)


def _concerns_and_waivers(lookup: str, ids: Any, **only: Any) -> QuerySet[Any, Any]:
    """Both as (phase, id, kind, text, state, owner or key, priority, slice, by, at, and more of concerns)."""
    text, of_phase = TextField(), {f"phase_id{lookup}": ids}
    concerns = Concern.objects.filter(**of_phase, **only, archived=False).order_by()
    waivers = Waiver.objects.filter(**of_phase, active=True).order_by()
    blank = Value("", output_field=text)
    return (
        concerns.values_list(
            "phase_id",
            "id",
            Cast("kind", text),
            Cast("text", text),
            Cast("state", text),
            Cast("owner__handle", text),
            Cast("priority", text),
            Cast("slice__code", text),
            Cast("raised_by", text),
            "raised_at",
            Cast("answer", text),
            "from_packet",
            "disposition_id",
            Cast("carried_from__phase__code", text),
        )
        .union(
            waivers.values_list(
                "phase_id",
                "id",
                Value(WAIVER, output_field=text),
                Cast("reason", text),
                blank,
                Cast("key", text),
                blank,
                Cast("slice__code", text),
                Cast("by", text),
                "at",
                blank,
                Value(False),
                Value(None, output_field=BigIntegerField()),
                blank,
            ),
            all=True,
        )
        .order_by("id")
    )


WAIVER = "/"
"""Stands in the place of a concern's kind, which is never this."""


def _findings(lookup: str, ids: Any) -> QuerySet[Any, Any]:
    rows = Finding.objects.filter(**{f"phase_id{lookup}": ids}).exclude(state=FindingStatus.RETRACTED)
    return rows.order_by("id").values_list("phase_id", *FINDING_COLUMNS)


slices = _Reader(_slices)
expected = _Reader(_expected)
gates = _Reader(_gates)
concerns_and_waivers = _Reader(_concerns_and_waivers)
findings = _Reader(_findings)

_GATES_AROUND = Prepared(
    lambda pk, code: _gates("", pk).filter(
        Q(slice__code=code) | Q(slice=None) | Q(suite=Suite.MANDATORY_BEFORE)
    ),
    int,
    str,
)


def gates_around(phase_id: int, code: str) -> Rows:
    """Those of one slice, the mandatory ones and those of the phase."""
    return _GATES_AROUND(phase_id, code)


_AT_LENGTH = (
    *("kind_inferred", "role", "version", "branch", "pull_request"),
    *("objective", "files", "touched_paths", "line", "listed_criteria"),
)
OUTLINE_COLUMNS = tuple(name for name in SLICE_COLUMNS if name not in _AT_LENGTH)


def outlined_slices(ids: Sequence[int]) -> Rows:
    """Slices without paths and texts, of many phases."""
    return list(_slices("__in", ids, OUTLINE_COLUMNS))


FINDING = "//"
"""Stands in the place of a concern's kind where a row of `remarks` is a finding."""


def remarks(ids: Sequence[int]) -> Rows:
    """Concerns, waivers and findings of many phases; findings without the texts that no rule reads.

    These have severity, state, slice and slice affected in the places of priority, state, slice and
    the phase of origin, and the number of their round in the place of the disposition.
    """
    text = TextField()
    blank = Value("", output_field=text)
    found = Finding.objects.filter(phase_id__in=ids).exclude(state=FindingStatus.RETRACTED).order_by()
    columns = found.values_list(
        "phase_id",
        "id",
        Value(FINDING, output_field=text),
        blank,
        Cast("state", text),
        blank,
        Cast("severity", text),
        Cast("slice__code", text),
        Cast("by", text),
        "changed_at",
        blank,
        Value(False),
        Cast("disposition__number", BigIntegerField()),
        Cast("about__code", text),
    )
    return list(_concerns_and_waivers("__in", ids).order_by().union(columns, all=True).order_by("id"))
