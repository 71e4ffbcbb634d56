"""What the pages of tokens show: scopes in the words of the permission table, terms, and what a form sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone

from phases.actions.tokens import DAYS
from phases.models import Token
from phases.models.people import TokenState, usable_at
from phases.permissions import SCOPES, VERBS

SOON = dt.timedelta(days=14)
"""How long before its end a token's page says so in colour."""

PAGE_SIZE = 50
FILTERS = (("usable", "Usable"), ("ended", "Ended"))
NEEDS_DAYS = "Give a whole number of days, or tick that it never expires."


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope with all that it allows: what the verbs of the permission table do that list it."""

    name: str
    does: tuple[str, ...]

    @property
    def is_of_use(self) -> bool:
        return bool(self.does)

    @property
    def allows(self) -> str:
        return "; ".join(self.does) or "nothing yet"


def scope(name: str) -> Scope:
    """The scope of this name, in words."""
    return Scope(name, tuple(verb.does for verb in VERBS.values() if name in verb.scopes))


OFFERED = tuple(one for one in map(scope, SCOPES) if one.is_of_use)
"""Those that a new token is asked for: a scope that no verb lists would promise what does not exist."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a token was not revoked, and what was typed."""

    pk: int
    sentence: str
    typed: str


@dataclass(frozen=True, slots=True)
class Line:
    """A token as the list shows it."""

    token: Token
    state: str
    scopes: tuple[Scope, ...]
    is_near_end: bool
    refusal: Refusal | None

    @property
    def is_usable(self) -> bool:
        return self.state == TokenState.USABLE


def line(token: Token, now: dt.datetime, refusal: Refusal | None = None) -> Line:
    return Line(
        token=token,
        state=token.state.value,
        scopes=tuple(map(scope, token.scopes)),
        is_near_end=token.is_usable and token.expires_at is not None and token.expires_at - now < SOON,
        refusal=refusal if refusal and refusal.pk == token.pk else None,
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """A part of the list: its lines, which part it is, and the number before which older ones are."""

    lines: Sequence[Line]
    state: str
    before: str
    older: int


def listing_of(state: str, before: str, refusal: Refusal | None = None) -> Listing:
    """The newest tokens before a number, one query; words of a request that mean nothing are left aside."""
    now = timezone.now()
    state = state if state in dict(FILTERS) else ""
    before = before if before.isascii() and before.isdecimal() and len(before) < 16 else ""
    found = Token.objects.select_related("initiative").order_by("-pk")
    if state:
        found = found.filter(usable_at(now) if state == "usable" else ~usable_at(now))
    if before:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE_SIZE + 1])
    older = rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else 0
    return Listing([line(token, now, refusal) for token in rows[:PAGE_SIZE]], state, before, older)


class TokenForm(forms.Form):
    """What a new token is to be; whether that is right is for the action to say."""

    name = forms.CharField(required=False)
    scopes = forms.MultipleChoiceField(required=False, choices=[(one.name, one.name) for one in OFFERED])
    initiative = forms.CharField(required=False)
    days = forms.IntegerField(required=False, initial=DAYS, error_messages={"invalid": NEEDS_DAYS})
    never = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """A token without an end is asked for by ticking it, never by leaving the days out."""
        data = super().clean() or {}
        if data.get("never"):
            self.errors.pop("days", None)
            data["days"] = None
        elif data.get("days") is None and "days" not in self.errors:
            self.add_error("days", NEEDS_DAYS)
        return data

    @property
    def wanted(self) -> dict[str, Any]:
        """What the action is asked for."""
        return {name: self.cleaned_data.get(name) for name in ("name", "scopes", "initiative", "days")}

    def refuse(self, fields: Mapping[str, str]) -> None:
        """Put the action's sentences beside their fields."""
        for name, sentence in fields.items():
            self.add_error(name, sentence)
