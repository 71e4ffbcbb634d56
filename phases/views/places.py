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
    """A gate's suite, a slice, the page that records dispositions, or the card that a thing stands on."""
    kind, _, name = leaf.key.partition(":")
    match kind:
        case "slice":
            return paths.slice(phase, name)
        case "gate":
            code, suite, digest = name.rsplit("/", 2)
            return f"{paths.suite(phase, code, suite)}#gate-{digest}"
        case "exit":
            return f"{paths.suite(phase, '', 'phase_exit')}#gate-{name}"
        case "disposition":
            return paths.verb(phase, name, "disposition")
    home = paths.slice(phase, leaf.slice) if leaf.slice else paths.phase(phase)
    return f"{home}#{'artifacts' if kind == 'artifact' else f'{kind}-{name}'}"
