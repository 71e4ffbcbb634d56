"""The documents of a slice as its page shows them: there or missing, and attaching a version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phases.actions.artifacts import handles_of
from phases.permissions import Actor
from phases.rules.artifacts import leaf
from phases.rules.state import ArtifactState, LeafState, PhaseState, SliceState

from .paths import Paths
from .places import short_id

WORDS = {
    LeafState.MET: ("passed", "present"),
    LeafState.UNMET: ("missing", "missing"),
    LeafState.WAIVED: ("waived", "waived"),
    LeafState.NOT_APPLICABLE: ("not_applicable", "not due"),
}
"""Look and word of a document by the state of its leaf."""


@dataclass(frozen=True, slots=True)
class ArtifactLine:
    """A document that the slice expects; `why` is empty where its version says it all."""

    id: str
    one: ArtifactState
    folder: str
    name: str
    look: str
    word: str
    why: str
    version_url: str
    may_attach: bool
    may_retract: bool


def without_path(why: str, path: str) -> str:
    """The sentence without the path, which stands above it."""
    said = why.replace(path, "it")
    return said[:1].upper() + said[1:]


def artifacts_of(
    state: PhaseState, item: SliceState, actor: Actor, initiative_id: int
) -> Sequence[ArtifactLine]:
    """One line for each document; no query."""
    return [_line(state, item, one, actor, initiative_id) for one in item.artifacts]


def _line(
    state: PhaseState, item: SliceState, one: ArtifactState, actor: Actor, initiative_id: int
) -> ArtifactLine:
    found, version = leaf(state, item, one), one.version
    look, word = ("unknown", "not decided") if found.verb == "decide" else WORDS[found.state]
    folder, slash, name = one.path.rpartition("/")
    mine = version is not None and actor.is_person and version.by == actor.name
    return ArtifactLine(
        id=short_id(one.key),
        one=one,
        folder=f"{folder}{slash}",
        name=name,
        look=look,
        word=word,
        why="" if version else without_path(found.why, one.path),
        version_url=Paths(state.initiative).version(state.code, version.id) if version else "",
        may_attach=actor.may_on("attach", initiative_id, handles_of(state, one.path)),
        may_retract=version is not None and actor.may_on("retract" if mine else "retract_any", initiative_id),
    )
