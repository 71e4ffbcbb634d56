"""What is wrong or missing in a Packet: its parts against each other."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from phases.packets.artifacts import MAX_PATH
from phases.packets.collect import Collector
from phases.packets.nodes import Node
from phases.packets.packet import GateKind, Packet, Slice, SliceKind, Suite
from phases.packets.text import CONTROL
from phases.packets.values import RESERVED_CODES, Places
from phases.rules.graph import find_cycles

MAX_TITLE = 500
MAX_HANDLE = 150
MAX_TEXT = 10_000
"""Lengths in characters; `MAX_TEXT` holds for objectives, gates and entries of lists."""

MAX_GUESSES = 20
MAX_DEFERRED = 500
"""Carry-forwards: each becomes a concern that somebody has to answer."""


def lint(packet: Packet, problems: Collector, places: Places | None = None) -> None:
    """Add every problem of the packet; `places` gives their lines and columns where known."""
    checker = _Checker(packet, problems, places or Places())
    checker.slices()
    checker.references()
    checker.cycles()
    checker.conditionals()
    checker.orders()
    checker.lengths()


class _Checker:
    def __init__(self, packet: Packet, problems: Collector, places: Places) -> None:
        self.packet = packet
        self.problems = problems
        self.places = places
        self.first: dict[str, int] = {}
        for index, item in enumerate(packet.slices):
            self.first.setdefault(item.code, index)
        self.first.pop("", None)
        self.by_case = {code.lower(): code for code in self.first}
        self.guesses = 0
        self.listed = f"Slices are {_listed(list(self.first))}."

    def _place(self, index: int, field: str, value: str = "") -> Node:
        found = self.places.get(index, field, value)
        if found is not None:
            return found
        line = self.packet.slices[index].line if index >= 0 else 0
        return Node(line, 1 if line else 0)

    def _error(self, code: str, message: str, index: int, field: str, value: str = "") -> None:
        slice_code = self.packet.slices[index].code if index >= 0 else ""
        self.problems.error(code, message, self._place(index, field, value), of=slice_code, field=field)

    def _warning(self, code: str, message: str, index: int, field: str, value: str = "") -> None:
        slice_code = self.packet.slices[index].code if index >= 0 else ""
        self.problems.warning(code, message, self._place(index, field, value), of=slice_code, field=field)

    def slices(self) -> None:
        if not self.packet.slices and not self.problems.failed:
            self.problems.error("no_slices", "The packet has no slices. Write at least one under `slices:`.")
        for index, item in enumerate(self.packet.slices):
            self._identity(index, item)
            if not item.title:
                message = f"Slice {item.code or index + 1} has no title. Write `title:`."
                self._error("missing_title", message, index, "title")
            if not item.owner:
                message = (
                    f"Slice {item.code or index + 1} has no owner. Write `owner:`, a handle or role key."
                )
                self._error("missing_owner", message, index, "owner")
            self._handle(index, "owner", item.owner)
            if item.backup_written:
                self._handle(index, "backup", item.backup)
        for role in self.packet.owners:
            self._handle(-1, "owners", role.handle)
            self._handle(-1, "owners", role.backup)

    def _handle(self, index: int, field: str, handle: str) -> None:
        if handle in (".", "..") or CONTROL.search(handle) or "\t" in handle:
            message = f"{handle[:60]!r} cannot be a handle: it is a path, or holds a control character."
            self._error("bad_handle", f"{message} Write who it is, such as '@name'.", index, field)

    def _identity(self, index: int, item: Slice) -> None:
        if not item.code:
            message = f"Slice number {index + 1} has no id. Write `id:` with its code, such as A1."
            self._error("missing_id", message, index, "id")
        elif item.code in RESERVED_CODES:
            message = f"`{item.code}` has a meaning of its own in gate maps. Choose another code."
            self._error("reserved_code", message, index, "id")
        elif self.first[item.code] != index:
            line = self._place(self.first[item.code], "id").line
            message = (
                f"{item.code} is already the code of the slice on line {line}. Each slice needs its own."
            )
            self._error("duplicate_code", message, index, "id")

    def references(self) -> None:
        for index, item in enumerate(self.packet.slices):
            for field, code in _references(item):
                if code == item.code and field != "gates":
                    message = f"{code} depends on itself. Remove the reference."
                    self._error("self_dependency", message, index, self._field(index, field, code), code)
                elif code not in self.first:
                    self._unknown(index, self._field(index, field, code), code)
        for (index, field, code), _ in list(self.places.nodes.items()):
            if index < 0 and field == "gates":
                message = f"The gates map names {code}, which is no slice. {self._known(code)}"
                self._error("unknown_slice", message, -1, "gates", code)
        landed = self.packet.as_landed_through
        if landed and landed not in self.first:
            message = f"`as_landed_through` names {landed}, which is no slice. {self._known(landed)}"
            self._error("unknown_slice", message, -1, "as_landed_through", landed)

    def _field(self, index: int, field: str, code: str) -> str:
        """`after` where the packet wrote that."""
        return "after" if field == "depends_on" and self.places.get(index, "after", code) else field

    def _unknown(self, index: int, field: str, code: str) -> None:
        item = self.packet.slices[index]
        said = f"A gate of {item.code} is mandatory before" if field == "gates" else f"{item.code} depends on"
        message = f"{said} {code}, which is no slice. {self._known(code)}"
        self._error("unknown_slice", message, index, field, code)

    def _known(self, code: str) -> str:
        near = self.by_case.get(code.lower()) or self._guess(code)
        return f"Did you mean {near}?" if near else self.listed

    def _guess(self, code: str) -> str:
        """The nearest code by spelling; guesses are few, because each costs a walk over the codes."""
        self.guesses += 1
        if self.guesses > MAX_GUESSES:
            return ""
        return next(iter(difflib.get_close_matches(code, list(self.first)[:500], 1)), "")

    def cycles(self) -> None:
        needs = {
            code: [
                each
                for _, each in _dependencies(self.packet.slices[index])
                if each in self.first and each != code
            ]
            for code, index in self.first.items()
        }
        for cycle in find_cycles(needs):
            if len(cycle) < 2:
                continue
            path = " -> ".join([*cycle[:20], *(["..."] if len(cycle) > 20 else []), cycle[0]])
            index = self.first[cycle[0]]
            message = f"These slices wait for each other: {path}. Remove one of the dependencies."
            named = {code: field for field, code in _dependencies(self.packet.slices[index])}
            field = named[cycle[1]]
            self._error("cycle", message, index, self._field(index, field, cycle[1]), cycle[1])

    def conditionals(self) -> None:
        kinds = {item.code: item.kind for item in self.packet.slices}
        for index, item in enumerate(self.packet.slices):
            if item.kind is SliceKind.CONDITIONAL and not item.trigger_criteria:
                message = (
                    f"{item.code} is conditional without `trigger_criteria`; only a reason can decide it."
                )
                self._warning("no_criteria", message, index, "trigger_criteria")
            for code in item.depends_on_if_triggered:
                if kinds.get(code, SliceKind.CONDITIONAL) is not SliceKind.CONDITIONAL:
                    message = f"{item.code} depends on {code} if triggered, but {code} is not conditional."
                    self._warning("not_conditional", message, index, "depends_on_if_triggered", code)

    def orders(self) -> None:
        """What is vouched for after a review holds up a slice that the review itself waits for."""
        for index, item in enumerate(self.packet.slices):
            before = {
                code for gate in item.gates if gate.kind is GateKind.ATTESTATION for code in gate.before
            }
            if not before or item.kind not in (SliceKind.REVIEW, SliceKind.STRUCTURAL):
                continue
            for code in sorted(before & self._above(item.code)):
                message = f"{item.code} vouches for something before {code} starts, and needs {code} itself."
                message += " That can never be in time: hold up a later slice, or make it a command."
                self._warning("never_in_time", message, index, "gates", code)

    def _above(self, code: str) -> set[str]:
        """Every slice that this one needs, directly or through others."""
        found: set[str] = set()
        rest = [code]
        while rest:
            item = self.packet.slices[self.first[rest.pop()]]
            new = {each for _, each in _dependencies(item) if each in self.first} - found
            found |= new
            rest += new
        return found

    def lengths(self) -> None:
        for index, item in enumerate(self.packet.slices):
            for field, text, most in _texts(item):
                if len(text) > most:
                    self._too_long(field, text, most, index)
        for field, text, most in _packet_texts(self.packet):
            if len(text) > most:
                self._too_long(field, text, most, -1)
        deferred = len(self.packet.deferred_non_blocking)
        if deferred > MAX_DEFERRED:
            message = f"`deferred_non_blocking` has {deferred:,} entries; at most {MAX_DEFERRED} are kept."
            self._error("too_many", f"{message} Name what matters.", -1, "deferred_non_blocking")

    def _too_long(self, field: str, text: str, most: int, index: int) -> None:
        said = f"`{field}` has a text of {len(text):,} characters (`{text[:40]}...`)"
        self._error("too_long", f"{said}; at most {most:,} are kept. Shorten it.", index, field)


def _dependencies(item: Slice) -> Iterator[tuple[str, str]]:
    for code in item.depends_on:
        yield "depends_on", code
    for code in item.depends_on_if_triggered:
        yield "depends_on_if_triggered", code


def _references(item: Slice) -> Iterator[tuple[str, str]]:
    yield from _dependencies(item)
    seen = set()
    for gate in item.gates:
        if gate.suite is Suite.MANDATORY_BEFORE:
            for code in gate.before:
                if code not in seen:
                    seen.add(code)
                    yield "gates", code


def _texts(item: Slice) -> Iterator[tuple[str, str, int]]:
    """Field, text and the most characters it may have."""
    yield "title", item.title, MAX_TITLE
    yield "owner", item.owner, MAX_HANDLE
    yield "backup", item.backup, MAX_HANDLE
    yield "objective", item.objective, MAX_TEXT
    for gate in item.gates:
        yield "gates", gate.text, MAX_TEXT
    lists: tuple[tuple[str, Sequence[str], int], ...] = (
        ("files", item.files, MAX_PATH),
        ("touched_paths", item.touched_paths, MAX_PATH),
        ("requires_artifacts", [artifact.path for artifact in item.artifacts], MAX_PATH),
        ("deliverables", item.deliverables, MAX_TEXT),
        ("trigger_criteria", item.trigger_criteria, MAX_TEXT),
        ("failure_triggers", item.failure_triggers, MAX_TEXT),
    )
    for field, texts, most in lists:
        for text in texts:
            yield field, text, most


def _packet_texts(packet: Packet) -> Iterator[tuple[str, str, int]]:
    yield "title", packet.title, MAX_TITLE
    yield "status", packet.status, MAX_TITLE
    yield "entrypoint", packet.entrypoint, MAX_PATH
    for role in packet.owners:
        yield "owners", role.handle, MAX_HANDLE
        yield "owners", role.backup, MAX_HANDLE
    for gate in packet.phase_exit:
        yield "phase_exit", gate.text, MAX_TEXT
    for text in packet.deferred_non_blocking:
        yield "deferred_non_blocking", text, MAX_TEXT


def _listed(codes: list[str]) -> str:
    return ", ".join(codes[:12]) + (f" and {len(codes) - 12} more" if len(codes) > 12 else "")
