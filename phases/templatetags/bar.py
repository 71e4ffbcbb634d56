"""What the bar on top of every page needs to know: which section this is, and where the keys lead."""

from __future__ import annotations

from typing import NamedTuple

from django.template import Context, Library
from django.urls import reverse

from phases.views import sections

register = Library()


class Place(NamedTuple):
    """Where a key leads."""

    key: str
    word: str
    url: str


@register.simple_tag(takes_context=True)
def section(context: Context) -> str:
    """The section that the page belongs to; empty if none."""
    return sections.section(context["request"])


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
