"""The badge of a phase for a README: a small SVG that says whether it can be handed off.

Whoever may not see the phase gets the same grey badge for every address, so it tells nobody what exists.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from html import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from phases.errors import NotFound
from phases.lookups import get_phase
from phases.permissions import actor_for_user
from phases.rules.readiness import readiness
from phases.rules.state import PhaseState, Status
from phases.snapshot import load

from .base import public

KEPT_S = 60
"""How long a badge may be shown without asking again."""

LONGEST = 24
"""Letters of either half."""

_GREEN, _BLUE, _AMBER, _GREY, _LABEL = "#17693c", "#2355c4", "#7c5000", "#62625d", "#2b2b28"
_LETTER, _PADDING, _HEIGHT = 6.6, 7, 20
"""Pixels; `textLength` makes every font as wide as this."""


@dataclass(frozen=True, slots=True)
class Badge:
    """Its two halves, the colour of the second, and the sentence for those who listen."""

    label: str
    message: str
    colour: str
    sentence: str


UNSEEN = Badge("readiness", "sign in", _GREY, "Readiness: sign in to see it.")
UNKNOWN = Badge("readiness", "no such phase", _GREY, "Readiness: there is no such phase.")


@public
@require_safe
def badge(request: HttpRequest, slug: str, phase: str) -> HttpResponse:
    """The badge; a browser that knows it is answered with 304."""
    actor = actor_for_user(request.user, anonymous_read=settings.ANONYMOUS_READ)
    if not actor.may("see"):
        return _answer(request, UNSEEN)
    try:
        found = get_phase(actor, slug, phase)
    except NotFound:
        return _answer(request, UNKNOWN, 404)
    return _answer(request, badge_of(load(found)))


def badge_of(state: PhaseState) -> Badge:
    """What the badge of a phase says."""
    message, colour, said = _said(state)
    return Badge(f"phase {state.code}", message, colour, f"Phase {state.code} {said}.")


def _said(state: PhaseState) -> tuple[str, str, str]:
    if state.handed_off:
        return "handed off", _BLUE, f"was handed off on {state.handed_off.at.astimezone(dt.UTC):%Y-%m-%d}"
    missing = len(readiness(state, brief=True).unmet)
    if not missing:
        return "ready", _GREEN, "can be handed off"
    begun = any(item.status != Status.PLANNED for item in state.slices.values())
    requirements = "1 requirement is" if missing == 1 else f"{missing} requirements are"
    return f"{missing} missing", _AMBER if begun else _GREY, f"is not ready: {requirements} missing"


def _answer(request: HttpRequest, found: Badge, status: int = 200) -> HttpResponse:
    body = drawn(found)
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
    known = request.headers.get("If-None-Match", "").removeprefix("W/") == tag
    response = (
        HttpResponseNotModified()
        if known and status == 200
        else HttpResponse(body, content_type="image/svg+xml; charset=utf-8", status=status)
    )
    response["ETag"] = tag
    patch_vary_headers(response, ["Cookie"])
    # Between people it may be shared only where everybody may read.
    patch_cache_control(
        response, max_age=KEPT_S, **{"public" if settings.ANONYMOUS_READ else "private": True}
    )
    return response


def drawn(found: Badge) -> str:
    """The badge as SVG, in attributes alone: a strict policy lets no style in."""
    label, message = _shown(found.label), _shown(found.message)
    left, right = _width(label), _width(message)
    width, title = left + right, escape(_printable(found.sentence))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}"'
        f' viewBox="0 0 {width} {_HEIGHT}" role="img" aria-label="{title}"><title>{title}</title>'
        f'<rect width="{width}" height="{_HEIGHT}" rx="4" fill="{found.colour}"/>'
        f'<path d="M4 0H{left}V{_HEIGHT}H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z" fill="{_LABEL}"/>'
        f'<g aria-hidden="true" fill="#ffffff" font-size="11" text-anchor="middle"'
        f' font-family="system-ui, Verdana, DejaVu Sans, sans-serif">'
        f"{_text(label, left / 2, left)}{_text(message, left + right / 2, right, bold=True)}</g></svg>"
    )


def _shown(text: str) -> str:
    line = _printable(text)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _printable(text: str) -> str:
    """Without the letters that XML has no way to write."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def _width(text: str) -> int:
    return round(len(text) * _LETTER) + 2 * _PADDING


def _text(text: str, middle: float, room: int, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{middle}" y="14"{weight} textLength="{room - 2 * _PADDING}"'
        f' lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
    )
