"""The fields of the page where dispositions are written: from the form to a draft, and to what is recorded.

A draft holds the same fields, so that whatever was sent can be shown again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.http import QueryDict

from phases.actions.recording import Answered, NewDisposition, NewFinding, Recheck
from phases.errors import Invalid
from phases.rules import pasted
from phases.rules.state import Severity

Fields = Mapping[str, Sequence[str]]
"""The fields of the form, each with its values."""

NOT_WRITTEN = ("csrfmiddlewaretoken", "writer", "act")
"""Fields that belong to the request and not to what somebody wrote."""

TRIGGERED, NOT_TRIGGERED = "triggered", "not_triggered"

_FINDING = re.compile(r"finding-(\d{1,6})-(severity|title|anchor|slice|detail)")
_RECHECK = re.compile(r"recheck-(note-)?(\d{1,18})")
_CRITERION = re.compile(r"(criterion|evidence)-(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Row:
    """A new finding as it is being written."""

    severity: str = Severity.MEDIUM.value
    title: str = ""
    anchor: str = ""
    slice: str = ""
    detail: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.title or self.anchor or self.slice or self.detail)


@dataclass(frozen=True, slots=True)
class Said:
    """What is being written of an earlier finding, or of a criterion: the choice and the text with it."""

    choice: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What the form holds, whatever the kind of the slice."""

    seen: int | None = None
    """Id of the latest disposition that the writer had before them, 0 for none."""
    verdict: str = ""
    summary: str = ""
    reason: str = ""
    revision: str = ""
    links: str = ""
    watchpoints: str = ""
    pasted: str = ""
    document: str = ""
    """Key of the version that it was filled in from."""
    scope: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    rechecks: Mapping[int, Said] = field(default_factory=dict)
    """By id of the finding."""
    criteria: Mapping[int, Said] = field(default_factory=dict)
    """By number of the criterion."""

    @property
    def findings(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.is_blank)

    @property
    def outcomes(self) -> dict[int, str]:
        """What is said of earlier findings, by id."""
        return {pk: one.choice for pk, one in self.rechecks.items() if one.choice}


_TEXTS = ("verdict", "summary", "reason", "revision", "links", "watchpoints", "pasted", "document")


def sent(data: QueryDict) -> dict[str, list[str]]:
    """What somebody wrote of what they sent."""
    return {name: [str(value) for value in data.getlist(name)] for name in data if name not in NOT_WRITTEN}


def read(fields: Fields) -> Written:
    """The fields taken apart; those that no page has are left out."""
    rows: dict[int, dict[str, str]] = {}
    rechecks: dict[int, Said] = {}
    criteria: dict[int, Said] = {}
    for name, values in fields.items():
        value = values[-1].replace("\r\n", "\n") if values else ""
        if found := _FINDING.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = value.strip()
        elif found := _RECHECK.fullmatch(name):
            rechecks[int(found[2])] = _said(rechecks.get(int(found[2])), value, is_text=bool(found[1]))
        elif found := _CRITERION.fullmatch(name):
            criteria[int(found[2])] = _said(
                criteria.get(int(found[2])), value, is_text=found[1] == "evidence"
            )
    texts = {name: fields[name][-1].replace("\r\n", "\n") for name in _TEXTS if fields.get(name)}
    return Written(
        seen=_number(fields.get("seen", ())),
        scope=tuple(dict.fromkeys(fields.get("scope", ()))),
        rows=tuple(Row(**rows[number]) for number in sorted(rows)),
        rechecks=rechecks,
        criteria=criteria,
        **texts,
    )


def _said(known: Said | None, value: str, *, is_text: bool) -> Said:
    return replace(known or Said(), **{"text" if is_text else "choice": value})


def _number(values: Sequence[str]) -> int | None:
    value = values[-1] if values else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def fields_of(written: Written) -> dict[str, list[str]]:
    """The fields that `read` makes this of."""
    found = {name: [getattr(written, name)] for name in _TEXTS if getattr(written, name)}
    if written.seen is not None:
        found["seen"] = [str(written.seen)]
    found["scope"] = list(written.scope)
    for number, row in enumerate(written.rows, start=1):
        for name in ("severity", "title", "anchor", "slice", "detail"):
            found[f"finding-{number}-{name}"] = [getattr(row, name)]
    for pk, one in written.rechecks.items():
        found |= {f"recheck-{pk}": [one.choice], f"recheck-note-{pk}": [one.text]}
    for number, one in written.criteria.items():
        found |= {f"criterion-{number}": [one.choice], f"evidence-{number}": [one.text]}
    return found


def with_pasted(written: Written, codes: Sequence[str]) -> tuple[Written, pasted.Pasted]:
    """The pasted list as rows; what was not understood stays in the box.

    `codes` are the slices of the phase: a list may name the one that a finding affects.
    """
    found = pasted.read(written.pasted)
    rows = (*written.findings, *(_row(one, codes) for one in found.findings))
    left = "\n".join(line.text for line in found.left)
    return replace(written, rows=rows, pasted=left), found


def _row(one: pasted.PastedFinding, codes: Sequence[str]) -> Row:
    if not one.slice or one.slice in codes:
        return Row(one.severity, one.title, one.anchor, one.slice, one.detail)
    detail = "\n".join(filter(None, (f"Slice: {one.slice}", one.detail)))
    return Row(one.severity, one.title, one.anchor, "", detail)


def round_asked(written: Written, default_scope: Sequence[str]) -> NewDisposition:
    """The round that is written. Raises Invalid with everything that the form itself lacks."""
    errors = dict(_lacking(written))
    if written.pasted.strip():
        errors["findings"] = (
            "The box for lists still holds text. Turn it into rows, or take out what is no finding."
        )
    if default_scope and not written.scope:
        errors["scope"] = "Tick at least one slice that was looked at."
    for pk, one in written.rechecks.items():
        if one.text.strip() and not one.choice:
            errors["rechecked"] = (
                f"Finding {pk} has a note and stays as it is. Say confirmed or reopened, or empty the note."
            )
    if errors:
        raise Invalid(errors)
    return _asked(
        written,
        scope=written.scope,
        findings=tuple(
            NewFinding(row.severity, row.title, row.detail, row.anchor, row.slice) for row in written.findings
        ),
        rechecked=tuple(
            Recheck(pk, one.choice, one.text) for pk, one in sorted(written.rechecks.items()) if one.choice
        ),
    )


def decision_asked(written: Written, offered: str) -> NewDisposition:
    """The decision that is written; `offered` are the watchpoints that the page fills in by itself."""
    errors = dict(_lacking(written))
    for number, one in written.criteria.items():
        if one.text.strip() and not one.choice:
            errors["criteria"] = (
                f"Criterion {number} has evidence and no answer: say whether it is triggered."
            )
    if errors:
        raise Invalid(errors)
    # What the page offers for a deferral is no choice of the person's.
    is_offer = written.verdict == TRIGGERED and written.watchpoints.strip() == offered.strip()
    return _asked(
        written,
        criteria=tuple(
            Answered(number, one.choice == TRIGGERED, one.text)
            for number, one in sorted(written.criteria.items())
            if one.choice
        ),
        watchpoints=() if is_offer else tuple(written.watchpoints.splitlines()),
    )


def posture_asked(written: Written) -> NewDisposition:
    """The posture that is written."""
    if errors := dict(_lacking(written)):
        raise Invalid(errors)
    return _asked(written)


def _lacking(written: Written) -> Iterator[tuple[str, str]]:
    """What every disposition needs."""
    if not written.verdict:
        yield "verdict", "Choose the verdict."
    if not written.summary.strip():
        yield "summary", "Say in a few sentences what was looked at and what came of it."


def _asked(written: Written, **more: object) -> NewDisposition:
    asked = NewDisposition(
        verdict=written.verdict,
        summary=written.summary,
        revision=written.revision,
        reason=written.reason,
        links=tuple(written.links.splitlines()),
        document=written.document,
    )
    return replace(asked, **more)  # type: ignore[arg-type]
