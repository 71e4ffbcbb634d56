"""Where each requirement can be met: the address of the page, and of the place on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from phases.rules.state import Leaf

from .paths import Paths


class Unmet(NamedTuple):
    """A requirement in the way, and where something can be done about it."""

    leaf: Leaf
    url: str


def placed(leaves: Iterable[Leaf], paths: Paths, phase: str) -> list[Unmet]:
    """Each requirement with its address; `phase` is the code of their phase."""
    return [Unmet(leaf, place(leaf, paths, phase)) for leaf in leaves]


def place(leaf: Leaf, paths: Paths, phase: str) -> str:
    """The address of one."""
    return paths.place(phase, leaf)
