"""What the address of the readiness page asks for, and the addresses that ask for a little more or less."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

MOST_ASSUMED = 100
"""Assumptions that are looked at; the rules say which are too many."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of the address, as they were written."""

    home: str
    """Of the page, without anything asked."""
    at: str = ""
    since: str = ""
    assume: tuple[str, ...] = ()
    tree: str = ""
    """`all`: every group stands open."""
    group: str = ""
    """Code of the group whose leaves are shown where a phase has too many for one page."""

    @classmethod
    def of(cls, home: str, sent: QueryDict) -> Asked:
        """From the query of a request."""
        texts = tuple(dict.fromkeys(text for text in sent.getlist("assume") if text))
        words = {name: sent.get(name, "").strip() for name in ("at", "since", "tree", "group")}
        return cls(home, assume=texts[:MOST_ASSUMED], **words)

    @property
    def is_past(self) -> bool:
        return bool(self.at or self.since)

    @property
    def url(self) -> str:
        """The address that asks for exactly this."""
        words = {"at": self.at, "since": self.since, "tree": self.tree, "group": self.group}
        pairs = [(name, word) for name, word in words.items() if word]
        query = urlencode([*pairs, *(("assume", text) for text in self.assume)])
        return f"{self.home}?{query}" if query else self.home

    def when(self, at: str = "", since: str = "") -> Asked:
        """The same as of another moment; without one, as of now."""
        return replace(self, at=at, since=since)

    def assuming(self, text: str) -> Asked:
        """One more assumption; it takes the place of another about the same requirement."""
        key = key_of(text)
        return self._with([*(one for one in self.assume if key_of(one) != key), text])

    def without(self, text: str) -> Asked:
        """One assumption less."""
        return self._with(one for one in self.assume if one != text)

    def plain(self) -> Asked:
        """Without any assumption."""
        return self._with(())

    def unfolded(self, tree: str = "all") -> Asked:
        """With the whole tree open, or folded again."""
        return replace(self, tree=tree)

    def opening(self, group: str) -> Asked:
        """With the leaves of another group."""
        return replace(self, group=group)

    def _with(self, texts: Iterable[str]) -> Asked:
        return replace(self, assume=tuple(texts))


def key_of(text: str) -> str:
    """The requirement that an assumption is about."""
    return text.removesuffix("=triggered").removesuffix("=deferred")


def written(moment: dt.datetime) -> str:
    """A moment as addresses name it, to the microsecond."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
