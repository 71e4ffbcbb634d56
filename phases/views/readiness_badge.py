"""How the badge of a phase is put into a README."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from phases.models import Phase

_OF_MARKDOWN = re.compile(r"([\\\[\]()`*_<>])")


@dataclass(frozen=True, slots=True)
class Embedding:
    """The address of the badge, the line of Markdown that shows it, and who sees it."""

    url: str
    markdown: str
    is_public: bool
    """Whether also those see it who are not signed in, as readers of a README elsewhere are."""


def embedding(request: HttpRequest, phase: Phase, home: str) -> Embedding:
    """Of the phase whose readiness page is at `home`."""
    page = request.build_absolute_uri(home)
    name = _OF_MARKDOWN.sub(r"\\\1", f"Phase {phase.code} readiness")
    return Embedding(f"{home}badge.svg", f"[![{name}]({page}badge.svg)]({page})", settings.ANONYMOUS_READ)
