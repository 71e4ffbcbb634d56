"""The documents of a phase prepared: what the packet asks for, what is usual, and what is there besides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from phases.actions.artifacts import handles_of
from phases.handoff import written_as
from phases.models import Phase
from phases.packets import closure_names as names
from phases.packets.closure import Closure
from phases.permissions import Actor
from phases.rules.artifacts import by_handoff, leaf
from phases.rules.reading import Disagreement
from phases.rules.reading_about import disagreed
from phases.rules.state import ArtifactState, Decision, Leaf, LeafState, PhaseState, SliceState

from .artifacts_card import WORDS, without_path
from .artifacts_rows import VersionRow, latest
from .paths import Paths
from .reading_short import Short, closures, short

_KINDS = {
    names.REVIEW: "review",
    names.STRUCTURAL: "structural",
    names.CONDITIONAL: "conditional",
    names.TRIGGER: "conditional",
}
"""Roles that only belong to a phase with a slice of this kind."""

_GRAVEST = (LeafState.UNMET, LeafState.WAIVED, LeafState.MET, LeafState.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One document; `version` is the one that counts, or the last where all are retracted."""

    path: str
    folder: str
    name: str
    role: str
    look: str
    word: str
    why: str
    codes: Sequence[tuple[str, str]]
    """(code, address) of the slices that expect it."""
    version: VersionRow | None
    url: str
    said: Short | None
    disagreed: Sequence[Disagreement]
    """Where it and the ledger say different things."""
    problem: str
    """Why it, or some of it, could not be read; empty where all of it could."""
    may_attach: bool
    may_retract: bool

    @property
    def unread(self) -> str:
        """What its problem comes to, in a few words."""
        return "not readable as JSON" if self.path.lower().endswith(".json") else "not read to its end"

    @property
    def said_url(self) -> str:
        return f"{self.url}?plain=&line={self.said.line}#L{self.said.line}" if self.said else ""


@dataclass(frozen=True, slots=True)
class UsualLine:
    """A document that phases usually close with, and that the packet does not name."""

    role: str
    look: str
    word: str
    why: str
    paths: Sequence[tuple[str, str]]
    """(name, address) of what was attached as such, or written by the handoff."""


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    phase: Phase
    url: str
    phase_url: str
    asked: Sequence[DocumentLine]
    usual: Sequence[UsualLine]
    besides: Sequence[DocumentLine]
    present: int
    """Of those asked for, how many are there."""
    missing: int
    may_attach: bool


def prepare(phase: Phase, state: PhaseState, actor: Actor) -> DocumentsPage:
    """Two queries: the versions, and the texts of those whose verdict is not known yet."""
    paths = Paths(state.initiative)
    rows = {one.path: one for one in latest(phase)}
    said = closures(one for one in rows.values() if not one.retracted)
    lines = _Lines(state, phase, actor, rows, said, paths)
    expected = _expected(state)
    asked = [lines.of(path, found) for path, found in expected.items()]
    besides = [lines.of(path, ()) for path in rows if path not in expected]
    return DocumentsPage(
        phase=phase,
        url=paths.documents(state.code),
        phase_url=paths.phase(state.code),
        asked=asked,
        usual=list(_usual(state, asked, besides, paths)),
        besides=besides,
        present=sum(line.look == "passed" for line in asked),
        missing=sum(line.look == "missing" for line in asked),
        may_attach=actor.may_on("attach", phase.initiative_id, handles_of(state, "")),
    )


Expecting = Sequence[tuple[SliceState, ArtifactState]]


def _expected(state: PhaseState) -> Mapping[str, Expecting]:
    """By path the slices that expect a document, in file order."""
    found: dict[str, list[tuple[SliceState, ArtifactState]]] = {}
    for item in state.slices.values():
        for artifact in item.artifacts:
            found.setdefault(artifact.path, []).append((item, artifact))
    return found


class _Lines:
    def __init__(
        self,
        state: PhaseState,
        phase: Phase,
        actor: Actor,
        rows: Mapping[str, VersionRow],
        said: Mapping[int, Closure],
        paths: Paths,
    ) -> None:
        self.state, self.phase, self.actor = state, phase, actor
        self.mine = actor.handles_in(phase.initiative_id)
        self.rows, self.said, self.paths = rows, said, paths

    def of(self, path: str, expecting: Expecting) -> DocumentLine:
        state, row = self.state, self.rows.get(path)
        folder, slash, name = path.rpartition("/")
        look, word, why = self._state(path, expecting, row)
        mine = row is not None and self.actor.is_person and row.by == self.actor.name
        closure = self.said.get(row.id, Closure()) if row else Closure()
        told = short(closure)
        initiative = self.phase.initiative_id
        return DocumentLine(
            path=path,
            folder=f"{folder}{slash}",
            name=name,
            role=names.role_of(path),
            look=look,
            word=word,
            why=why,
            codes=[(item.code, self.paths.slice(state.code, item.code)) for item, _ in expecting],
            version=row,
            url=self.paths.version(state.code, row.id) if row else _written(state, path, self.paths),
            said=told if told.word else None,
            disagreed=disagreed(state, path, closure),
            problem=closure.problem,
            may_attach=self.actor.may_on("attach", initiative, handles_of(state, path)),
            may_retract=row is not None
            and not row.retracted
            and self.actor.may_on("retract" if mine else "retract_any", initiative),
        )

    def _state(self, path: str, expecting: Expecting, row: VersionRow | None) -> tuple[str, str, str]:
        """Look, word and sentence: the gravest of what the slices that expect it say."""
        leaves = [leaf(self.state, item, artifact) for item, artifact in expecting]
        if not leaves:
            is_gone = row is not None and row.retracted
            return (
                ("missing", "retracted", "All its versions are retracted.")
                if is_gone
                else ("passed", "present", "")
            )
        found = min(leaves, key=lambda one: _GRAVEST.index(one.state))
        if found.state == LeafState.MET:
            return (*WORDS[LeafState.MET], "")
        look, word = ("unknown", "not decided") if found.verb == "decide" else WORDS[found.state]
        if found.state == LeafState.NOT_APPLICABLE and by_handoff(path, self.state.code):
            if self.state.handed_off:
                return (*WORDS[LeafState.MET], f"Handoff {self.state.handed_off.number} wrote it.")
            word = "at the handoff"
        return look, word, without_path(_turn(found, self.mine), path)


def _written(state: PhaseState, path: str, paths: Paths) -> str:
    """Address of what the handoff in force wrote in the place of a document; empty where it wrote nothing."""
    if state.handed_off is None or not by_handoff(path, state.code):
        return ""
    ending = "json" if path.lower().endswith(".json") else "md"
    return _address(state, names.role_of(path), paths, ending)


def _address(state: PhaseState, role: str, paths: Paths, ending: str = "md") -> str:
    name = written_as(role, state.code)
    if state.handed_off is None or not name:
        return ""
    return f"{paths.phase(state.code)}handoff/{state.handed_off.number}/documents/{name}.{ending}/"


def _turn(found: Leaf, mine: Collection[str]) -> str:
    """The sentence of a leaf, with whose turn it is."""
    if found.state != LeafState.UNMET or found.verb != "attach" or not found.owner:
        return found.why
    return f"{found.why} It is your turn." if found.owner in mine else f"{found.why} Next: {found.owner}."


def _usual(
    state: PhaseState, asked: Iterable[DocumentLine], besides: Sequence[DocumentLine], paths: Paths
) -> Iterable[UsualLine]:
    """A line for each role of the closing set that no document asked for has."""
    named = {line.role for line in asked}
    kinds = {item.kind for item in state.slices.values()}
    is_triggered = any(item.decision == Decision.TRIGGERED for item in state.slices.values())
    for role in names.ROLES:
        if role in named or _KINDS.get(role, "") not in kinds | {""}:
            continue
        if role == names.TRIGGER and not is_triggered:
            continue
        there = [(line.name, line.url) for line in besides if line.role == role and line.look == "passed"]
        if there:
            yield UsualLine(role, "passed", "present", "", there)
        elif url := _address(state, role, paths):
            wrote = f"Handoff {state.handed_off.number} wrote it." if state.handed_off else ""
            yield UsualLine(role, "passed", "present", wrote, [(f"{written_as(role, state.code)}.md", url)])
        elif written_as(role, state.code):
            yield UsualLine(role, "not_applicable", "at the handoff", "The handoff writes it.", ())
        else:
            yield UsualLine(role, "not_applicable", "missing", "Nothing waits for it.", ())
