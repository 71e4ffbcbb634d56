"""The one way in: bytes or text to a Packet, or to the problems that stand in its way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from phases.packets.builder import Limits
from phases.packets.collect import Collector
from phases.packets.dialects import Draft, normalise
from phases.packets.foreign import not_a_packet
from phases.packets.lint import lint
from phases.packets.nodes import Mapping
from phases.packets.packet import Packet
from phases.packets.problems import Problem
from phases.packets.reader import paused_collector, read_nodes
from phases.packets.text import MAX_BYTES, decode, lines_of


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a source.

    `packet` is None exactly when `problems` holds an error. `phase` and `initiative` say what could
    be told even then. `text` is safe to store: decoded, NUL replaced, empty past the size limit.
    `sha256` is that of the bytes as received.
    """

    packet: Packet | None
    problems: tuple[Problem, ...]
    dialect: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    sha256: str = ""
    phase: str = ""
    initiative: str = ""

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level == "warning")


def read_packet(source: bytes | str, *, file_name: str = "", max_bytes: int = MAX_BYTES) -> Reading:
    """Read a work breakdown. Never raises: whatever is wrong comes back as problems."""
    decoded = decode(source, max_bytes)
    problems = Collector()
    for problem in decoded.problems:
        problems.add(problem)
    draft = None
    if not problems.failed:
        with paused_collector():
            draft = _read_text(decoded.text, problems, file_name, max_bytes)
    packet = draft.packet if draft else None
    return Reading(
        packet=None if problems.failed else packet,
        problems=_within(problems.result(), decoded.text),
        dialect=packet.dialect if packet else (),
        text=decoded.text,
        sha256=decoded.sha256,
        phase=packet.phase if packet else "",
        initiative=packet.initiative if packet else "",
    )


def _read_text(text: str, problems: Collector, file_name: str, max_bytes: int) -> Draft | None:
    root = read_nodes(text, problems, Limits(max_bytes))
    refused = problems.failed and root is None
    foreign = None if refused else not_a_packet(root)
    if foreign is not None:
        problems.add(foreign)
    if refused or foreign is not None or not isinstance(root, Mapping):
        return None
    draft = normalise(root, problems, file_name=file_name)
    lint(draft.packet, problems, draft.places)
    return draft


def _within(problems: tuple[Problem, ...], text: str) -> tuple[Problem, ...]:
    """The problems with no place past the last line, where the parser sees the end of the text."""
    lines = lines_of(text)
    end = len(lines), len(lines[-1]) + 1
    return tuple(
        replace(each, line=end[0], column=end[1]) if each.line > end[0] else each for each in problems
    )


def quoted_line(text: str, line: int, most: int = 200) -> str:
    """The line that a problem is about, shortened to `most` characters; empty for line 0."""
    lines = lines_of(text)
    found = lines[line - 1].rstrip() if 0 < line <= len(lines) else ""
    return found if len(found) <= most else found[: most - 3] + "..."
