"""The form of a disposition filled in from a document; nothing is recorded until somebody sends it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Subquery

from phases.actions.recording import CONFIRMED
from phases.models import ArtifactVersion, Draft, Phase, Slice
from phases.packets.closure import Closure, FindingRead, TriggerRead, read_closure
from phases.permissions import Actor
from phases.rules.reading import verdict_of, word_for
from phases.rules.reading_evidence import matched
from phases.rules.state import FindingStatus, SliceState
from phases.rules.wording import quoted

from .disposition_form import NOT_TRIGGERED, TRIGGERED, Row, Said, Written
from .paths import Paths

MOST_ROWS = 100
"""Findings that are filled in; a longer list is pasted by whoever wants all of it."""

_KEY = re.compile(r"version:([1-9]\d{0,17})", re.ASCII)
_WORD = re.compile(r"[^\W_]+")


class Source(NamedTuple):
    """The version that a form is filled in from, and the draft that the actor has of the same slice."""

    version: ArtifactVersion
    draft: Draft | None


@dataclass(frozen=True, slots=True)
class Filled:
    """`is_shown`: the form holds it; else a draft is in the way, and `url` puts this in its place."""

    label: str
    version_url: str
    written: Written
    draft: Draft | None
    is_shown: bool
    url: str


def source(phase: Phase, row: Slice, actor: Actor, key: str) -> Source | None:
    """One query; None for what is no version of this phase whose text counts."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    mine = Draft.objects.filter(user_id=actor.user_id or 0, slice_id=row.pk)
    draft = {f"draft_{name}": Subquery(mine.values(name)[:1]) for name in ("pk", "data", "saved_at")}
    texts = ArtifactVersion.objects.filter(phase=phase, retracted=0, redacted=False, url="")
    one = texts.filter(pk=int(found[1])).annotate(**draft).first()
    if one is None:
        return None
    pk = one.__dict__["draft_pk"]
    data, saved_at = one.__dict__["draft_data"], one.__dict__["draft_saved_at"]
    return Source(one, Draft(pk=pk, data=data, saved_at=saved_at) if pk is not None else None)


def filled_from(
    item: SliceState, found: Source, begun: Written, paths: Paths, phase: str, *, insists: bool
) -> Filled:
    """`begun` is the form as it begins; `insists` puts it in the place of a draft."""
    version = found.version
    label = f"{version.path}, version {version.number}"
    url = f"{paths.verb(phase, item.code, 'disposition')}?from={version.key}&instead"
    written = _written(item, read_closure(version.content, path=version.path), begun, label, version.key)
    is_shown = insists or found.draft is None
    return Filled(label, paths.version(phase, version.pk), written, found.draft, is_shown, url)


def _written(item: SliceState, closure: Closure, begun: Written, label: str, key: str) -> Written:
    read = verdict_of(item, closure)
    verdict = word_for(item, read.word) if read else ""
    common = replace(begun, verdict=verdict, summary=f"As written in {label}.", document=key)
    if item.is_reviewing:
        return _with_findings(item, closure.findings, common)
    return replace(common, criteria=_criteria(item, closure, label)) if item.is_conditional else common


def _with_findings(item: SliceState, read: Sequence[FindingRead], common: Written) -> Written:
    """Open ones that the ledger does not have become rows; closed ones are told in the summary.

    An approval takes no new finding, and what is closed already asks for nothing.
    """
    pairs = list(matched(read, item.findings))
    new = [one for one, same in pairs if same is None]
    left = [one for one in new if one.state == FindingStatus.OPEN]
    rows = tuple(_row(one) for one in left[:MOST_ROWS])
    closed = [one for one in new if one.state != FindingStatus.OPEN]
    told = "\n".join(_told(one) for one in closed[:MOST_ROWS])
    summary = f"{common.summary}\n\nFindings that it calls closed:\n{told}" if told else common.summary
    confirmed = {
        same.id: Said(CONFIRMED, f"As written in line {one.line}.")
        for one, same in pairs
        if same is not None and (one.state, same.state) == (FindingStatus.CONFIRMED, FindingStatus.FIXED)
    }
    return replace(common, rows=rows, summary=summary, rechecks=confirmed)


def _row(one: FindingRead) -> Row:
    title = quoted(one.title or one.label or one.quote, 200)
    named = f"{one.label}, " if one.label else ""
    return Row(one.severity, title, one.anchor, "", f"{named}line {one.line}: {one.quote}")


def _told(one: FindingRead) -> str:
    at = f" in {one.revision}" if one.revision else ""
    return f"- {one.severity}: {one.title or one.label} ({one.state}{at}, line {one.line})"


def _criteria(item: SliceState, closure: Closure, label: str) -> Mapping[int, Said]:
    """The answers by number of the criterion; that of the scan as a whole answers an only criterion."""
    found: dict[int, Said] = {}
    for number, one in _answers(item.criteria, closure):
        choice = TRIGGERED if one.triggered else NOT_TRIGGERED
        found[number] = Said(choice, f"{label}, line {one.line}: {one.quote}")
    return found


def _answers(criteria: Sequence[str], closure: Closure) -> Iterator[tuple[int, TriggerRead]]:
    for one in closure.triggers:
        words = _words(one.about)
        alike = [number for number, text in enumerate(criteria, start=1) if words and _words(text) == words]
        if len(alike) == 1:
            yield alike[0], one
    if len(criteria) == 1 and (whole := closure.triggered):
        yield 1, whole


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}
