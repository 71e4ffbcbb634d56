"""The requirement tree as the readiness page shows it: a group for each slice, a line for each leaf."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from phases.rules.readiness import Readiness
from phases.rules.state import Leaf, LeafState, PhaseState
from phases.rules.what_if import DECISIONS
from phases.rules.wording import quoted

from .paths import Paths
from .places import short_id
from .readiness_asked import Asked, key_of
from .task_lines import VERBS

LARGE = 3_000
"""Leaves that one page shows; of a phase with more, each group is opened by a link of its own."""

LOOKS = {
    LeafState.MET: ("passed", "met"),
    LeafState.UNMET: ("lacking", "missing"),
    LeafState.WAIVED: ("waived", "waived"),
    LeafState.NOT_APPLICABLE: ("not_applicable", "not applicable"),
}
"""Class and word of the badge of each state."""


_SETTLED = " It can be once this is settled: "
"""In a sentence of the rules: what follows is the same for the gates of a suite."""


@dataclass(frozen=True, slots=True)
class Way:
    """A link beside a leaf."""

    word: str
    url: str
    is_what_if: bool = False


@dataclass(frozen=True, slots=True)
class LeafLine:
    """One requirement; everything is decided, the template tag prints it."""

    leaf: Leaf
    id: str
    """Of its row, the same whenever it is shown."""
    look: str
    word: str
    name: str
    """What it is about, where its sentence does not say so."""
    sentence: str
    quoted: str
    """The command or path in the sentence; empty where there is none."""
    ways: Sequence[Way]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The requirements of a slice, of the phase exit or of the phase."""

    key: str
    anchor: str
    code: str
    title: str
    look: str
    word: str
    why: str
    is_open: bool
    lines: Sequence[LeafLine]
    settled: Sequence[LeafLine]
    """Those that nothing has to be done about, behind a fold while others are missing."""
    is_settled_open: bool
    counts: Sequence[int]
    """How many leaves there are in each state, in the order of `LOOKS`."""
    more_url: str
    """Where its leaves are shown, where there are too many for this page; else empty."""


def tree(found: Readiness, asked: Asked, *, live: bool) -> list[GroupLine]:
    """Every group with its leaves; `live` while something can be done about them, or assumed of them."""
    return list(_Tree(found, asked, live).groups())


class _Tree:
    def __init__(self, found: Readiness, asked: Asked, live: bool) -> None:
        self.found, self.asked, self.live = found, asked, live
        self.state = found.state
        self.paths = Paths(self.state.initiative)
        self.is_large = len(found.leaves) > LARGE
        self.now = {step.leaf.key for step in found.way if step.is_now}
        self.taken = {key_of(text): text for text in asked.assume}
        self.told = Told()

    def groups(self) -> Iterator[GroupLine]:
        for group in self.found.groups:
            name = group.key.removeprefix("group:")
            is_left_out = self.is_large and self.asked.group != name
            look, word = self._look(group.leaves, group.state)
            is_asked_for = self.asked.tree == "all" or self.asked.group == name
            waits = self.live and look == LOOKS[LeafState.UNMET][0]
            leaves = () if is_left_out else group.leaves
            open_ones = [leaf for leaf in leaves if leaf.state == LeafState.UNMET] or leaves
            settled = (
                [leaf for leaf in leaves if leaf.state != LeafState.UNMET] if open_ones != leaves else ()
            )
            states = [leaf.state for leaf in group.leaves]
            yield GroupLine(
                key=group.key,
                anchor=f"group-{name}",
                code=group.slice,
                title=self.state.slices[group.slice].title if group.slice else group.title,
                look=look,
                word=word,
                why=group.why,
                is_open=is_asked_for or (group.state == LeafState.UNMET and not waits and not is_left_out),
                lines=[self._line(leaf) for leaf in open_ones],
                settled=[self._line(leaf) for leaf in settled],
                is_settled_open=is_asked_for,
                counts=[states.count(state) for state in LOOKS],
                more_url=f"{self.asked.opening(name).url}#group-{name}" if is_left_out else "",
            )

    def _look(self, leaves: Iterable[Leaf], state: LeafState) -> tuple[str, str]:
        """Strong where somebody can do something now, calm where it waits."""
        look, word = LOOKS[state]
        is_now = self.live and any(leaf.key in self.now for leaf in leaves)
        return ("missing" if is_now and state == LeafState.UNMET else look), word

    def _line(self, leaf: Leaf) -> LeafLine:
        look, word = self._look([leaf], leaf.state)
        # While something can be done, who does it stands beside the sentence.
        sentence = self.told.once(leaf.why if self.live else self.found.sentence(leaf))
        kind = leaf.key.partition(":")[0]
        title = leaf.title if leaf.title in sentence else quoted(leaf.title)
        is_told = title in sentence or (kind in ("slice", "disposition") and leaf.slice in sentence)
        return LeafLine(
            leaf=leaf,
            id=f"leaf-{short_id(leaf.key)}",
            look=look,
            word=word,
            name="" if is_told else title,
            sentence=sentence,
            quoted=title if is_told and kind in ("gate", "exit", "artifact") else "",
            ways=list(self._ways(leaf)),
        )

    def _ways(self, leaf: Leaf) -> Iterator[Way]:
        """To its evidence, to where it is done, to its owner, and to what would be if."""
        if leaf.key == f"slice:{leaf.slice}":
            yield Way(leaf.slice, self.paths.slice(self.state.code, leaf.slice))
        if proof := evidence(leaf, self.state, self.paths):
            yield proof
        is_missing = leaf.state == LeafState.UNMET
        if is_missing and self.live and leaf.verb in VERBS:
            yield Way(VERBS[leaf.verb].lower(), self.paths.place(self.state.code, leaf))
        owner = self.found.acting(leaf)
        if owner and (is_missing or leaf.key == f"slice:{leaf.slice}"):
            yield Way(owner, self.paths.owner(owner))
        if self.live:
            yield from self._what_if(leaf)

    def _what_if(self, leaf: Leaf) -> Iterator[Way]:
        taken, here = self.taken.get(leaf.key), f"#leaf-{short_id(leaf.key)}"
        if taken is not None:
            yield Way("no longer assume it", self.asked.without(taken).url + here, is_what_if=True)
        elif leaf.state == LeafState.UNMET:
            yield Way("assume met", self.asked.assuming(leaf.key).url + here, is_what_if=True)
        item = self.state.slices.get(leaf.slice)
        if item is None or not item.is_conditional or leaf.key != f"disposition:{leaf.slice}":
            return
        for word, decision in DECISIONS.items():
            text = f"{leaf.key}={word}"
            if text != taken and item.decision != decision:
                yield Way(f"assume {word}", self.asked.assuming(text).url + here, is_what_if=True)


class Told:
    """Leaves out the reason that the sentence before gave too."""

    def __init__(self) -> None:
        self._reason = ""

    def once(self, sentence: str) -> str:
        said, mark, reason = sentence.partition(_SETTLED)
        is_same, self._reason = bool(mark) and reason == self._reason, reason
        return f"{said} It can be once the same is settled." if is_same else sentence


def evidence(leaf: Leaf, state: PhaseState, paths: Paths) -> Way | None:
    """The page of what a leaf was judged by; None where there is nothing."""
    kind, _, number = leaf.evidence.partition(":")
    match kind:
        case "run":
            return Way(f"run {number}", paths.run(state.code, int(number)))
        case "version":
            return Way("the document", f"{paths.phase(state.code)}artifacts/{number}/")
        case "verdict":
            return _disposition(leaf, state, paths)
    return None


def _disposition(leaf: Leaf, state: PhaseState, paths: Paths) -> Way | None:
    item = state.slices.get(leaf.slice)
    if item is None or item.round is None:
        return None
    home = paths.slice(state.code, item.code)
    if item.is_reviewing:
        return Way(f"round {item.round.number}", f"{home}#round-{item.round.number}")
    return Way("the decision" if item.is_conditional else "the posture", f"{home}#decision")
