"""The plan as of any position in the ledger: the packet revision of then, with kinds corrected by then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from phases.packets.packet import Packet

from .entries import Entry


class Plans:
    """What the imports and the corrections of a phase say, one after the other."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._steps = [entry for entry in entries if entry.verb in ("import", "correct_kind")]

    def number(self, seq: int) -> int:
        """Number of the packet revision in force at a position; 0 before the first."""
        numbers = [step.after["revision"] for step in self._until(seq) if step.verb == "import"]
        return numbers[-1] if numbers else 0

    def numbers(self, seq: int) -> set[int]:
        """The packet revisions to be read for it: that one, and those imported after a correction."""
        found = {self.number(seq)} - {0}
        corrected = False
        for step in self._until(seq):
            corrected = corrected or step.verb == "correct_kind"
            if corrected and step.verb == "import":
                found.add(step.after["revision"])
        return found

    def kinds(self, seq: int, packets: Mapping[int, Packet]) -> dict[str, str]:
        """By code the kinds that an admin corrected; a packet that writes the kind ends the correction."""
        found: dict[str, str] = {}
        for step in self._until(seq):
            if step.verb == "correct_kind":
                found[step.slice] = step.after["kind"]
            elif found:
                for item in packets[step.after["revision"]].slices:
                    if not item.kind_inferred:
                        found.pop(item.code, None)
        return found

    def _until(self, seq: int) -> Iterator[Entry]:
        return (step for step in self._steps if step.seq <= seq)
