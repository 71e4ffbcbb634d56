"""Addresses within one initiative, joined from one reversed beginning: pages name hundreds of them."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.http import RFC3986_SUBDELIMS

from phases.rules.state import Leaf, LeafState

_SAFE = RFC3986_SUBDELIMS + "/~:@"


@lru_cache(maxsize=256)
def _beginning(slug: str, urlconf: str, prefix: str) -> str:
    """Of all addresses of an initiative, as long as the addresses of the site are these."""
    return reverse("initiative", args=[slug])


@lru_cache(maxsize=4096)
def _quoted(part: str) -> str:
    return quote(part, safe=_SAFE)


class Paths:
    """Addresses of an initiative; a test compares each with what `reverse` answers."""

    def __init__(self, slug: str) -> None:
        self.initiative = _beginning(slug, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())

    def phase(self, phase: str) -> str:
        return f"{self.initiative}phases/{_quoted(phase)}/"

    def slice(self, phase: str, code: str) -> str:
        return f"{self.phase(phase)}slices/{_quoted(code)}/"

    def verb(self, phase: str, code: str, verb: str) -> str:
        return f"{self.slice(phase, code)}{verb.replace('_', '-')}/"

    def suite(self, phase: str, code: str, suite: str) -> str:
        """The gates of a suite; `code` is empty for those of the phase."""
        return f"{self.slice(phase, code) if code else self.phase(phase)}gates/{_quoted(suite)}/"

    def run(self, phase: str, pk: int) -> str:
        return f"{self.phase(phase)}runs/{pk}/"

    def documents(self, phase: str) -> str:
        return f"{self.phase(phase)}documents/"

    def version(self, phase: str, pk: int) -> str:
        """A version of a document."""
        return f"{self.phase(phase)}artifacts/{pk}/"

    def owner(self, handle: str) -> str:
        return f"{self.initiative}owners/{_quoted(handle)}/"

    def place(self, phase: str, leaf: Leaf) -> str:
        """Where a requirement can be met: the gates of a suite, a slice, a form, or the card of a thing."""
        kind, _, name = leaf.key.partition(":")
        match kind:
            case "slice":
                return self.slice(phase, name)
            case "gate":
                code, suite, digest = name.rsplit("/", 2)
                return f"{self.suite(phase, code, suite)}#gate-{digest}"
            case "exit":
                return f"{self.suite(phase, '', 'phase_exit')}#gate-{name}"
            case "disposition":
                return self.verb(phase, name, "disposition")
        home = self.slice(phase, leaf.slice) if leaf.slice else self.phase(phase)
        return f"{home}#{'artifacts' if kind == 'artifact' else f'{kind}-{name}'}"

    def proof(self, phase: str, leaf: Leaf) -> str:
        """The evidence of a requirement that is settled; of any other the place where it can be met."""
        kind, _, pk = leaf.evidence.partition(":")
        if leaf.state != LeafState.UNMET and kind in ("run", "version"):
            return f"{self.phase(phase)}{'runs' if kind == 'run' else 'artifacts'}/{pk}/"
        return self.place(phase, leaf)
