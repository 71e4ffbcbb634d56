"""Addresses within one initiative, joined from one reversed beginning: pages name hundreds of them."""

from __future__ import annotations

from urllib.parse import quote

from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS

_SAFE = RFC3986_SUBDELIMS + "/~:@"


class Paths:
    """Addresses of an initiative; a test compares each with what `reverse` answers."""

    def __init__(self, slug: str) -> None:
        self.initiative = reverse("initiative", args=[slug])

    def phase(self, phase: str) -> str:
        return f"{self.initiative}phases/{quote(phase, safe=_SAFE)}/"

    def slice(self, phase: str, code: str) -> str:
        return f"{self.phase(phase)}slices/{quote(code, safe=_SAFE)}/"

    def verb(self, phase: str, code: str, verb: str) -> str:
        return f"{self.slice(phase, code)}{verb.replace('_', '-')}/"

    def suite(self, phase: str, code: str, suite: str) -> str:
        """The gates of a suite; `code` is empty for those of the phase."""
        return f"{self.slice(phase, code) if code else self.phase(phase)}gates/{quote(suite, safe=_SAFE)}/"

    def run(self, phase: str, pk: int) -> str:
        return f"{self.phase(phase)}runs/{pk}/"

    def owner(self, handle: str) -> str:
        return f"{self.initiative}owners/{quote(handle, safe=_SAFE)}/"
