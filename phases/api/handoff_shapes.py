"""Handoffs as the API takes and answers them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from django.urls import reverse
from pydantic import Field

from phases.models import Concern, Event, Handoff, HandoffDocument, Phase
from phases.models.ledger import ConcernOutcome

from .requests import Asked, Text
from .responses import Answered

Json = dict[str, Any]


class NewHandoff(Asked):
    note: Text = Field("", description="a sentence to go with it")


class NewReopening(Asked):
    reason: Text = Field(min_length=1, description="why the phase has to change again")


class DocumentShape(Answered):
    name: str
    sha256: str = Field(description="of the text in UTF-8, as it was written")
    size: int = Field(description="its bytes")
    url: str = Field(description="path where its text is answered")
    redacted: bool = Field(description="its text was taken away; its digest stays")


class CarriedShape(Answered):
    concern: int = Field(description="id in this phase")
    kind: Literal["blocker", "carry_forward", "watchpoint", "risk"]
    text: str
    to_phase: str | None = Field(description="code of the phase that has to answer it; null: none yet")
    to_concern: int | None = Field(description="its id there")


class HandoffAnswer(Answered):
    number: int
    by: str
    at: dt.datetime
    seq: int = Field(description="its ledger entry")
    note: str
    reopened: int | None = Field(description="the ledger entry that ended it; null while it stands")
    documents: list[DocumentShape]
    carried: list[CarriedShape]


class Handoffs(Answered):
    items: list[HandoffAnswer]
    next: None = None


def handoffs_json(phase: Phase) -> list[Json]:
    """All handoffs of a phase, the newest first."""
    rows = list(Handoff.objects.filter(phase=phase).order_by("-number"))
    documents: dict[int, list[HandoffDocument]] = defaultdict(list)
    for document in HandoffDocument.objects.filter(handoff__in=rows).defer("content").order_by("name"):
        documents[document.handoff_id].append(document)
    carried = _carried(phase, rows)
    return [_handoff(phase, row, documents[row.pk], carried[row.pk]) for row in rows]


def _handoff(
    phase: Phase, row: Handoff, documents: Sequence[HandoffDocument], carried: Sequence[Concern]
) -> Json:
    return {
        "number": row.number,
        "by": row.by,
        "at": row.at,
        "seq": row.seq,
        "note": row.note,
        "reopened": row.reopened or None,
        "documents": [_document(phase, row, document) for document in documents],
        "carried": [_passed_on(concern) for concern in carried],
    }


def _document(phase: Phase, row: Handoff, document: HandoffDocument) -> Json:
    place = [phase.initiative.slug, phase.code, row.number, document.name]
    return {
        "name": document.name,
        "sha256": document.sha256,
        "size": document.size,
        "url": reverse("api:get_handoff_document", args=place),
        "redacted": document.redacted,
    }


def _carried(phase: Phase, rows: Sequence[Handoff]) -> Mapping[int, list[Concern]]:
    """By id of the handoff the concerns that it carried on: answered so since the one before it."""
    concerns = Concern.objects.filter(phase=phase, state=ConcernOutcome.CARRIED).order_by("pk")
    known = {f"concern:{row.pk}": row for row in concerns.select_related("carried_to__phase")}
    answers = Event.objects.filter(initiative=phase.initiative_id, phase=phase.code, verb="answer")
    found: dict[int, list[Concern]] = defaultdict(list)
    for target, seq in answers.filter(target__in=known).order_by("seq").values_list("target", "seq"):
        handoff = next((row for row in reversed(rows) if seq <= row.seq), None)
        if handoff is not None:
            found[handoff.pk].append(known[target])
    return found


def _passed_on(concern: Concern) -> Json:
    to: Concern | None = getattr(concern, "carried_to", None)
    return {
        "concern": concern.pk,
        "kind": concern.kind,
        "text": concern.text,
        "to_phase": to.phase.code if to else None,
        "to_concern": to.pk if to else None,
    }
