"""What the bar on top of every page needs to know: which section this is, and where the keys lead."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.template import Context, Library
from django.urls import Resolver404, ResolverMatch, resolve, reverse

register = Library()

SECTIONS = ("overview", "inbox", "reviews", "import", "token", "find", "keys")
"""Beginnings of the names of addresses: `import-new` belongs to `import`."""


class Place(NamedTuple):
    """Where a key leads."""

    key: str
    word: str
    url: str


@register.simple_tag(takes_context=True)
def section(context: Context) -> str:
    """The section that the page belongs to, or the page that asks for a part of itself; empty if none."""
    request: HttpRequest = context["request"]
    match = _of_page(request) if getattr(request, "htmx", None) else request.resolver_match
    name = match.url_name or "" if match else ""
    return next((one for one in SECTIONS if name.split("-")[0].rstrip("s") == one.rstrip("s")), "")


def _of_page(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(urlsplit(request.headers.get("HX-Current-URL", "")).path)
    except (Resolver404, ValueError):
        return None


@register.simple_tag(takes_context=True)
def places(context: Context) -> list[Place]:
    """Where one can go by a key from this page: everywhere, and around its initiative and phase."""
    match = context["request"].resolver_match
    known = match.kwargs if match else {}
    slug, phase = known.get("slug"), known.get("phase")
    found = [Place("g o", "Overview", reverse("overview"))]
    if context["actor"].name:
        found.append(Place("g i", "Inbox", reverse("inbox")))
    if context["may_review"]:
        found.append(Place("g r", "Reviews", reverse("reviews")))
    if context["may_import"]:
        found.append(Place("g m", "Imports", reverse("imports")))
    if slug:
        found.append(Place("g n", f"Initiative {slug}", reverse("initiative", args=[slug])))
    if slug and phase:
        found += [
            Place(f"g {key}", word.format(phase), reverse(name, args=[slug, phase]))
            for key, word, name in _OF_PHASE
        ]
    return found


_OF_PHASE = (
    ("p", "Phase {}", "phase"),
    ("h", "Readiness and handoff of phase {}", "readiness"),
    ("d", "Documents of phase {}", "documents"),
    ("a", "Activity of phase {}", "activity"),
)
