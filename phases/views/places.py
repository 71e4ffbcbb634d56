"""Where each requirement can be met: the address of the page, and of the place on it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import NamedTuple

from phases.rules.state import Leaf

from .paths import Paths

_DO = {"": "see it", "candidate": "make candidate", "confirm": "confirm fixes", "posture": "say if ready"}
"""Verbs that do not speak for themselves."""


class Unmet(NamedTuple):
    """A requirement in the way, and where something can be done about it."""

    leaf: Leaf
    url: str
    whose: str = ""
    """`your turn`, or of whom else; empty where it is nobody's in particular."""

    @property
    def verb(self) -> str:
        """What the link says: what there is to do, or just to see."""
        return _DO.get(self.leaf.verb, self.leaf.verb)


def placed(leaves: Iterable[Leaf], paths: Paths, phase: str, mine: Collection[str] = ()) -> list[Unmet]:
    """Each requirement with its address; `phase` is the code of their phase.

    Handles in `mine` are the viewer's own.
    """
    return [Unmet(leaf, place(leaf, paths, phase), _turn(leaf.owner, mine)) for leaf in leaves]


def _turn(owner: str, mine: Collection[str]) -> str:
    if owner in mine:
        return "your turn"
    return f"{owner}\u2019s turn" if owner else ""


def place(leaf: Leaf, paths: Paths, phase: str) -> str:
    """The address of one."""
    return paths.place(phase, leaf)


def form(leaf: Leaf, paths: Paths, phase: str) -> str:
    """The address of the form in which it is done, where it has one; else that of its place.

    Where the form is not offered, the script of folds shows the thing itself.
    """
    url, (kind, _, name) = place(leaf, paths, phase), leaf.key.partition(":")
    page, mark, _ = url.partition("#")
    match kind, leaf.verb:
        case "concern", "resolve" | "answer":
            return f"{page}#resolve-{name}"
        case "finding", "fix":
            return f"{page}#fix-{name}"
        case "artifact", "attach" if mark:
            return f"{page}#attach-{short_id(leaf.key)}"
        case _, "attest" if mark and kind != "artifact":
            return f"{page}#attest"
    return url


def short_id(key: str) -> str:
    """A few letters that stand for a key, whatever is in it."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10]
